"""Which files are published beside the sources, and which may be linked to."""

from pathlib import Path

import pytest

from generator.published_path import published_path
from generator.sources.git import Ignored
from generator.sources.jekyll import choice
from generator.sources.published import engine_paths, is_secret, published_files
from generator.sources.shelves import ShelfRules
from tests.sources.looking import NEW, OLD, lay, seen, shelved

NOTHING = Ignored()


def _published(source: Path, rules: ShelfRules, ignored: Ignored = NOTHING) -> tuple[list[str], list[str]]:
    """Paths published in any case, and those that may be linked to."""

    def peek(path: str) -> bytes:
        return (source / path).read_bytes()[:2048]

    files = published_files(seen(source), shelving=shelved(source, rules), ignored=ignored, rules=rules, peek=peek)
    assert all(path == site_path for path, site_path in files.published.items())
    return sorted(files.published), sorted(files.linkable)


def test_a_new_site_publishes_images_assets_cname_and_what_is_included(tmp_path: Path) -> None:
    chosen = ["CNAME", "assets/x.js", "images/_a.png", "images/deep/b.png", "keys/x.asc", "robots.txt"]
    lay(tmp_path, [*chosen, "images/.DS_Store", "README.md", "data/a.csv", "sub/CNAME", "_notebooks/n.csv"])
    lay(tmp_path, ["_notebooks/n.ipynb", "_pages/data.csv"])

    published, linkable = _published(tmp_path, ShelfRules(include=("keys/*.asc", "robots.txt", "_pages")))

    assert published == sorted(chosen)
    left = ["images/.DS_Store", "README.md", "data/a.csv", "sub/CNAME", "_notebooks/n.csv", "_pages/data.csv"]
    assert linkable == sorted([*chosen, *left])


def test_an_old_blog_publishes_as_jekyll_does_minus_what_nobody_meant(tmp_path: Path) -> None:
    plain = ["CNAME", "LICENSE", "README.md", "data/a.csv", "files/x.pdf", "images/a.png", "root.ipynb"]
    lay(tmp_path, [*plain, "Makefile", "docker-compose.yml", "requirements.lock", "pyproject.toml", "_config.yml"])
    lay(tmp_path, ["_sass/x.scss", ".github/x.yml", "images/_a.png", "#x#", "~x", "x~", "Gemfile", "vendor/x.js"])
    lay(tmp_path, ["_data/kept.csv", "wip/a.txt", "tmp.log"])
    lay(tmp_path, {"assets/css/style.scss": "---\n---\n@import", "assets/js/search.json": "---\nlayout: null\n---\n"})
    lay(tmp_path, {"assets/js/plain.js": "let a", "feed.xml": "---\n---\n"})

    rules = ShelfRules(True, exclude=("wip", "*.log"), include=("_data",))
    assert _published(tmp_path, rules)[0] == sorted([*plain, "_data/kept.csv", "assets/js/plain.js"])


def test_what_git_ignores_and_what_holds_secrets_is_neither_published_nor_linkable(tmp_path: Path) -> None:
    lay(tmp_path, ["images/a.png", "images/b.png", "images/raw/c.png", ".env", "images/server.key", ".ssh/known"])

    ignored = Ignored(frozenset({"images/b.png"}), ("images/raw/",))
    assert _published(tmp_path, NEW, ignored) == (["images/a.png"], ["images/a.png"])
    assert _published(tmp_path, OLD, ignored) == (["images/a.png"], ["images/a.png"])


def test_a_source_and_a_generated_post_are_no_files_to_link_to(tmp_path: Path) -> None:
    lay(tmp_path, ["_notebooks/2020-01-01-a.ipynb", "_posts/2020-01-01-a.md", "_word/b.docx", "_posts/README.md"])

    assert _published(tmp_path, OLD) == ([], ["_posts/README.md", "_word/b.docx"])


def test_in_inkmills_own_repository_an_old_blog_leaves_inkmill_out(tmp_path: Path) -> None:
    lay(tmp_path, ["generator/location.py", "generator/errors.py", "templates/base.html", "tests/x.txt", "a.txt"])

    engine = engine_paths(file.path for file in seen(tmp_path))
    assert _published(tmp_path, ShelfRules(True, engine=engine))[0] == ["a.txt"]
    assert engine_paths(["generator/x.py", "tests/x.txt"]) == frozenset()


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a/.env.local",
        "x.pem",
        "id_rsa",
        "id_ed25519.pub",
        ".netrc",
        "secrets.yml",
        "kaggle.json",
        ".ssh/config",
    ],
)
def test_places_of_keys_are_secret(path: str) -> None:
    assert is_secret(path)


@pytest.mark.parametrize(
    "path", ["environment.md", "images/keys.png", "secret-garden.html", "tokens.csv", "a.envelope"]
)
def test_other_names_are_no_secret(path: str) -> None:
    assert not is_secret(path)


@pytest.mark.parametrize(
    ("path", "exclude", "include", "expected"),
    [
        ("a/b.txt", (), (), True),
        ("_a/b.txt", (), (), False),
        ("a/.b/c.txt", (), (), False),
        ("_pages/x.css", (), ("_pages",), True),
        (".well-known/x", (), (".well-known",), True),
        ("docs/a.md", ("docs/",), (), False),
        ("documents/a.md", ("docs/",), (), True),
        ("documents/a.md", ("doc",), (), False),
        ("a/b.log", ("*.log",), (), False),
        ("a/b.log", ("a/*",), ("b.log",), True),
        ("vendor/x", (), (), False),
    ],
)
def test_jekylls_rule(path: str, exclude: tuple[str, ...], include: tuple[str, ...], expected: bool) -> None:
    assert choice(exclude, include).is_published(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("_notebooks/my_icons/a.png", "images/copied_from_nb/my_icons/a.png"),
        ("_notebooks/_x/.y/a.png", "images/copied_from_nb/x/y/a.png"),
        ("images/a.png", "images/a.png"),
        ("images/_raw/a.png", "images/raw/a.png"),
        ("_posts/img/a.png", "assets/posts/img/a.png"),
        ("docs/_posts/a.png", "assets/docs/posts/a.png"),
        ("data/_a.csv", "data/_a.csv"),
        ("a.csv", "a.csv"),
    ],
)
def test_where_a_linked_file_is_published(path: str, expected: str) -> None:
    assert published_path(path) == expected
