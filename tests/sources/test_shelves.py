"""Which files are sources, which are skipped and why."""

from pathlib import Path

import pytest

from generator.location import Location
from generator.model.problem import Severity, error
from generator.model.site import State
from generator.sources.disk import Fault, Seen
from generator.sources.shelves import ShelfRules, Shelving, shelve
from tests.corpora import corpora
from tests.sources.looking import NEW, OLD, lay, places, shelved


def _skipped(shelving: Shelving) -> dict[str, str | None]:
    assert {fate.state for fate in shelving.skipped} <= {State.SKIPPED}
    return {fate.path: fate.reason for fate in shelving.skipped}


def test_every_shelf_has_its_sources(tmp_path: Path) -> None:
    lay(tmp_path, ["_notebooks/a.ipynb", "_notebooks/deep/b.md", "_posts/c.md", "_posts/2020/d.markdown"])
    lay(tmp_path, ["_pages/e.md", "_drafts/f.ipynb", "images/g.md", "notes.md", "data.csv", "_notebooks/h.csv"])

    assert places(shelved(tmp_path, NEW)) == [
        ("_drafts/f.ipynb", "DRAFTS", "_drafts"),
        ("_notebooks/a.ipynb", "NOTEBOOKS", "_notebooks"),
        ("_notebooks/deep/b.md", "NOTEBOOKS", "_notebooks"),
        ("_pages/e.md", "PAGES", "_pages"),
        ("_posts/2020/d.markdown", "POSTS", "_posts"),
        ("_posts/c.md", "POSTS", "_posts"),
    ]
    assert shelved(tmp_path, NEW).skipped == ()


def test_a_folder_above_posts_and_drafts_counts_as_in_jekyll(tmp_path: Path) -> None:
    lay(tmp_path, ["docs/_posts/2020-01-01-a.md", "docs/x/_drafts/b.md", "docs/_notebooks/c.ipynb", "docs/_pages/d.md"])
    lay(tmp_path, ["_layouts/_posts/2020-01-01-e.md", ".github/_posts/2020-01-01-f.md"])

    assert places(shelved(tmp_path, NEW)) == [
        ("docs/_posts/2020-01-01-a.md", "POSTS", "docs/_posts"),
        ("docs/x/_drafts/b.md", "DRAFTS", "docs/x/_drafts"),
    ]


def test_pages_at_the_root_need_front_matter(tmp_path: Path) -> None:
    lay(tmp_path, {"index.html": "---\nlayout: home\n---\n", "about.md": "\ufeff---\r\ntitle: x\r\n---\r\n"})
    lay(tmp_path, {"README.md": "# x", "ruler.md": "----\n", "a.html": "<p>", "run.ipynb": "---\n", "x/b.md": "---\n"})
    lay(tmp_path, {"_pages/t.html": "---\n---\n", "_pages/u.html": "<p>", "_posts/2020-01-01-v.html": "---\n---\n"})

    assert places(shelved(tmp_path, NEW)) == [
        ("_pages/t.html", "PAGES", "_pages"),
        ("about.md", "ROOT", ""),
        ("index.html", "ROOT", ""),
    ]


def test_an_old_blog_has_pages_in_every_plain_folder(tmp_path: Path) -> None:
    lay(tmp_path, {"docs/a.md": "---\n---\n", "docs/b.md": "# x", "_site2/c.md": "---\n", "vendor/d.md": "---\n---\n"})

    assert places(shelved(tmp_path, OLD)) == [("docs/a.md", "ROOT", "")]


def test_what_editors_and_readers_leave_behind_is_no_source(tmp_path: Path) -> None:
    lay(tmp_path, ["_posts/README.md", "_notebooks/readme.md", "_posts/.hidden.md", "_posts/#a.md#", "_posts/b.md~"])
    lay(tmp_path, ["_word/~$doc.docx", "_notebooks/_off/a.ipynb", "_notebooks/.x/b.ipynb", "_posts/_metadata.yml"])

    assert shelved(tmp_path, NEW) == Shelving(())


def test_what_looks_like_a_source_and_is_none_is_skipped_with_the_reason(tmp_path: Path) -> None:
    lay(tmp_path, ["_word/a.docx", "_posts/b.docx", "_notebooks/_c.ipynb", "_posts/d.qmd", "_posts/e.md"])
    (tmp_path / "_posts/f.md").symlink_to("nothing.md")

    shelving = shelved(tmp_path, ShelfRules(exclude=("_posts/e.md",)))

    assert shelving.sources == ()
    assert _skipped(shelving) == {
        "_notebooks/_c.ipynb": "its name begins with `_`",
        "_posts/b.docx": "Word files are not read yet",
        "_posts/d.qmd": "Quarto files are not read; render it to a notebook, or rename it to `.md`",
        "_posts/e.md": "`exclude:` in _config.yml names it",
        "_posts/f.md": "it is a link that leads nowhere",
        "_word/a.docx": "Word files are not read yet",
    }


def test_an_undated_post_is_skipped_in_an_old_blog_alone(tmp_path: Path) -> None:
    lay(tmp_path, ["_posts/hello.md", "_posts/2022-9-7-x.md", "_posts/20-1-1-y.md", "_drafts/z.md", "_posts/n.ipynb"])

    old = shelved(tmp_path, OLD)
    assert _skipped(old) == {
        "_posts/hello.md": "its name has no date, so the old blog never showed it; rename it to `2021-01-31-name.md`"
    }
    assert [path for path, _, _ in places(old)] == [
        *("_drafts/z.md", "_posts/20-1-1-y.md", "_posts/2022-9-7-x.md", "_posts/n.ipynb")
    ]
    assert len(shelved(tmp_path, NEW).sources) == 5


def test_a_folder_with_a_notebook_and_nothing_else_is_a_shelf(tmp_path: Path) -> None:
    lay(tmp_path, ["a.ipynb", "data.csv", "sub/b.ipynb", "_c.ipynb"])

    assert places(shelved(tmp_path, NEW)) == [("a.ipynb", "NOTEBOOKS", "")]
    assert places(shelved(tmp_path, OLD)) == []

    lay(tmp_path, {"index.md": "---\ntitle: Home\n---\n"})
    assert places(shelved(tmp_path, NEW)) == [("a.ipynb", "NOTEBOOKS", ""), ("index.md", "ROOT", "")]


def test_with_a_shelf_notebooks_at_the_root_are_files_like_others(tmp_path: Path) -> None:
    lay(tmp_path, ["a.ipynb", "_notebooks/b.ipynb"])

    assert places(shelved(tmp_path, NEW)) == [("_notebooks/b.ipynb", "NOTEBOOKS", "_notebooks")]


def test_a_committed_generated_post_gives_way_to_its_notebook(tmp_path: Path) -> None:
    lay(tmp_path, ["_notebooks/2020-01-01-My first.ipynb", "_notebooks/2020-2-3-b.ipynb", "_notebooks/undated.ipynb"])
    lay(tmp_path, ["_posts/2020-01-01-My-first.md", "_posts/2020-02-03-b.md", "_posts/2020-01-01-by-hand.md"])
    lay(tmp_path, {"_posts/2021-05-05-undated.md": "---\nnb_path: _notebooks/undated.ipynb\n---\n"})
    lay(tmp_path, {"_posts/2021-06-06-undated.md": "---\ntitle: another\n---\n"})

    shelving = shelved(tmp_path, OLD)

    made_of = {
        "_posts/2020-01-01-My-first.md": "_notebooks/2020-01-01-My first.ipynb",
        "_posts/2020-02-03-b.md": "_notebooks/2020-2-3-b.ipynb",
        "_posts/2021-05-05-undated.md": "_notebooks/undated.ipynb",
    }
    assert _skipped(shelving) == {
        path: f"it was made of `{notebook}`, which is published itself" for path, notebook in made_of.items()
    }
    assert [path for path, _, _ in places(shelving) if path.startswith("_posts")] == [
        "_posts/2020-01-01-by-hand.md",
        "_posts/2021-06-06-undated.md",
    ]
    (said,) = shelving.problems
    assert said.severity is Severity.NOTE
    assert said.problem == "3 posts are in `_posts` beside the notebook each was made of; the notebooks win"


def test_a_shelf_that_is_a_link_to_a_folder_is_warned_of(tmp_path: Path) -> None:
    lay(tmp_path, ["posts/a.md"])
    (tmp_path / "_posts").symlink_to("posts")
    (tmp_path / "elsewhere").symlink_to("posts")

    shelving = shelved(tmp_path, NEW)

    (said,) = shelving.problems
    assert (said.severity, str(said.at), said.mend) == (Severity.WARNING, "_posts", "move the folder itself here")


def test_a_blog_in_inkmills_own_repository_leaves_inkmill_out(tmp_path: Path) -> None:
    lay(
        tmp_path, {"tests/golden/_posts/2020-01-01-a.md": "x", "docs/b.md": "---\n---\n", "_posts/2020-01-01-c.md": "x"}
    )

    rules = ShelfRules(is_old_blog=True, engine=frozenset({"tests", "docs"}))
    assert places(shelved(tmp_path, rules)) == [("_posts/2020-01-01-c.md", "POSTS", "_posts")]


def test_side_files_belong_to_their_source(tmp_path: Path) -> None:
    lay(tmp_path, ["_notebooks/a.ipynb", "_notebooks/a.nbdata", "_notebooks/_metadata.yml"])

    (source,) = shelved(tmp_path, NEW).sources
    assert source.side_paths == ("_notebooks/a.nbdata", "_notebooks/_metadata.yml")


@pytest.mark.parametrize(
    ("corpus", "sources", "skipped"),
    [("fastai+fastpages", 8, 1), ("kai-tub+master-thesis-blog", 6, 0), ("mdvsh+blog", 14, 10)],
)
def test_real_blogs_are_shelved_whole(corpus: str, sources: int, skipped: int) -> None:
    shelving = shelved(corpora() / corpus, OLD)

    assert (len(shelving.sources), len(shelving.skipped)) == (sources, skipped)


def test_a_shelf_that_may_not_be_read_is_an_error_and_no_empty_shelf() -> None:
    seen = (Seen("_posts", 0, 0, Fault.UNREADABLE), Seen("data", 0, 0, Fault.UNREADABLE))

    problems = shelve(seen, rules=NEW, peek=lambda path: b"").problems

    assert problems == (
        error(
            "unreadable",
            "this is a folder that may not be read",
            Location("_posts"),
            "give yourself the right to read it",
        ),
    )
