"""A tree that somebody else made is published only if it holds plain files with harmless names, and not too much."""

import os
import socket
import stat
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.github.inert_tree import PREVIEW_RULES, SITE_RULES, check_tree, name_fault
from generator.github.plain_files import quoted_name


def put(folder: Path, name: str | bytes) -> None:
    place = folder / os.fsdecode(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x")


def link(folder: Path) -> None:
    (folder / "post.png").symlink_to("/proc/self/environ")


def link_to_folder(folder: Path) -> None:
    (folder / "images").symlink_to("/etc")


def loop(folder: Path) -> None:
    (folder / "loop").symlink_to(folder)


def hard_link(folder: Path) -> None:
    secret = folder.parent / "secret"
    secret.write_text("key")
    os.link(secret, folder / "a.html")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "a.html")


def listen(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "a.html"))


def device(folder: Path) -> None:
    try:
        os.mknod(folder / "a.html", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


IRREGULAR: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link": (link, "`post.png` is a symbolic link"),
    "a link to a folder": (link_to_folder, "`images` is a symbolic link"),
    "a link in a circle": (loop, "`loop` is a symbolic link"),
    "a hard link": (hard_link, "`a.html` is a hard link"),
    "a pipe": (pipe, "`a.html` is a pipe"),
    "a socket": (listen, "`a.html` is a socket"),
    "a device": (device, "`a.html` is a device"),
}


@pytest.mark.parametrize("what", IRREGULAR)
@pytest.mark.timeout(10)
def test_only_plain_files_are_published(what: str, tmp_path: Path) -> None:
    make, said = IRREGULAR[what]
    site = tmp_path / "site"
    put(site, "index.html")
    make(site)

    for rules in (SITE_RULES, PREVIEW_RULES):
        with pytest.raises(ContentError) as refused:
            check_tree(site, rules)
        assert refused.value.problem.startswith(said)


NAMES: dict[str, tuple[str | bytes, str]] = {
    "git's folder": (".git/config", "git keeps for itself"),
    "git's folder in capitals": ("a/.GIT/config", "git keeps for itself"),
    "git's folder as Windows shortens it": ("GIT~1/config", "git keeps for itself"),
    "git's folder as macOS reads it": (".g\u200cit/config", "git keeps for itself"),
    "git's folder as Windows reads it": (".git. ./config", "git keeps for itself"),
    "git's attributes": (".gitattributes", "begins with a dot"),
    "a workflow": (".github/workflows/evil.yml", "begins with a dot"),
    "our own record": (".inkmill.json", "begins with a dot"),
    "Apache's settings": ("a/.htaccess", "begins with a dot"),
    "a dot below well-known": (".well-known/.x", "begins with a dot"),
    "a second .nojekyll": ("a/.nojekyll", "begins with a dot"),
    "a line's end": ("a\n::add-mask::b.html", "no file name should have"),
    "an escape": ("a\x1b[2Jb.html", "no file name should have"),
    "a backslash": ("..\\a.html", "no file name should have"),
    "bytes that are no text": (b"\xff\xfe.html", "no file name should have"),
    "a question": ("what?.html", "no job can hand it to another"),
    "a stream of Windows": ("a.html:zone", "no job can hand it to another"),
    "text turned round": ("a\u202elmth.exe.html", "turns text round"),
    "a name that is not composed": ("cafe\u0301.html", "(NFC)"),
    "a long name": ("a" * 246 + ".html", "more than 250 bytes"),
    "a long path": ("/".join(["a" * 200] * 6) + "/a.html", "more than 1,000 bytes"),
}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_that_could_mean_something_else_is_refused(what: str, tmp_path: Path) -> None:
    name, said = NAMES[what]
    put(tmp_path, name)

    for rules in (SITE_RULES, PREVIEW_RULES):
        with pytest.raises(ContentError) as refused:
            check_tree(tmp_path, replace(rules, extensions=None))
        assert said in refused.value.problem
        assert refused.value.problem.isprintable()


@pytest.mark.parametrize("path", ["../.github/scripts/x.py", "/etc/passwd", "a//b", "a/./b", "a/../../b", ""])
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    assert name_fault(path) == "has a path that leads elsewhere"


@pytest.mark.parametrize("name", ["CON", "aux.html", "a./b.html", "a /b.html", "LPT1.html", "Nul/x.html"])
def test_a_name_that_windows_cannot_hold_is_refused_in_previews_alone(name: str, tmp_path: Path) -> None:
    put(tmp_path, name)

    assert list(check_tree(tmp_path, SITE_RULES).sizes) == [name]
    with pytest.raises(ContentError, match="Windows cannot hold"):
        check_tree(tmp_path, replace(PREVIEW_RULES, extensions=None))


CLASHES = [("a.html", "A.html"), ("posts/x.html", "Posts/y.html"), ("a", "A/x.html"), ("straße.html", "STRASSE.html")]


@pytest.mark.parametrize(("first", "second"), CLASHES, ids=["files", "folders", "file and folder", "sharp s"])
def test_names_that_differ_in_case_alone_are_refused_and_both_are_named(
    first: str, second: str, tmp_path: Path
) -> None:
    put(tmp_path, first)
    put(tmp_path, second)

    with pytest.raises(ContentError) as refused:
        check_tree(tmp_path, SITE_RULES)
    assert "do not tell cases apart" in refused.value.problem
    assert {part.split("/")[0] for part in (first, second)} <= {
        quoted.strip("`").split("/")[0] for quoted in refused.value.problem.split() if quoted.startswith("`")
    }


GOOD = [
    "index.html",
    ".nojekyll",
    ".well-known/security.txt",
    "posts/\N{WOMAN}\u200d\N{PERSONAL COMPUTER}/index.html",
    "עברית/index.html",
    "a b/é.png",
    "Café.md",
]


def test_names_that_blogs_have_are_published(tmp_path: Path) -> None:
    for name in GOOD:
        put(tmp_path, name)

    assert check_tree(tmp_path, SITE_RULES).sizes == dict.fromkeys(sorted(GOOD), 1)
    assert check_tree(tmp_path, PREVIEW_RULES).sizes == dict.fromkeys(sorted(GOOD), 1)


UNKNOWN = ["a.php", "a.htm", "a.xhtml", "a.shtml", "a.sh", "a.exe", "LICENSE", "CNAME", "a.html.", "html"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_preview_holds_kinds_of_files_that_are_known(name: str, tmp_path: Path) -> None:
    put(tmp_path, name)

    with pytest.raises(ContentError, match=f"`{name}` .*no preview holds|`{name}` .*Windows"):
        check_tree(tmp_path, PREVIEW_RULES)


def test_a_file_that_github_would_refuse_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    put(tmp_path, "index.html")
    put(tmp_path, "big.bin")
    os.truncate(tmp_path / "big.bin", 95 * 1024 * 1024)
    assert check_tree(tmp_path, SITE_RULES).sizes["big.bin"] == 95 * 1024 * 1024

    os.truncate(tmp_path / "big.bin", 95 * 1024 * 1024 + 1)
    with pytest.raises(ContentError, match=r"`big\.bin` is larger than 95 MB"):
        check_tree(tmp_path, SITE_RULES)


def test_a_preview_is_smaller_than_a_site(tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path, f"{number}.png")
        os.truncate(tmp_path / f"{number}.png", 41 * 1024 * 1024)
    with pytest.raises(ContentError, match="together are larger than 200 MB"):
        check_tree(tmp_path, PREVIEW_RULES)

    os.truncate(tmp_path / "0.png", 51 * 1024 * 1024)
    with pytest.raises(ContentError, match=r"`0\.png` is larger than 50 MB"):
        check_tree(tmp_path, PREVIEW_RULES)


def test_the_count_of_files_is_limited(tmp_path: Path) -> None:
    for number in range(11):
        put(tmp_path, f"{number % 3}/{number}.html")

    assert len(check_tree(tmp_path, replace(SITE_RULES, most_files=11)).sizes) == 11
    with pytest.raises(ContentError, match="more than 10 files"):
        check_tree(tmp_path, replace(SITE_RULES, most_files=10))


def test_a_hundred_thousand_files_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a folder without an end no more is looked at than that."""
    status = tmp_path.stat()
    looked = 0

    @contextmanager
    def scandir(folder: Path) -> Iterator[Iterator[SimpleNamespace]]:
        yield (SimpleNamespace(name=f"{number}.html", stat=look) for number in count())

    def look(*, follow_symlinks: bool) -> os.stat_result:
        nonlocal looked
        looked += 1
        return status

    monkeypatch.setattr("generator.github.plain_files.os.scandir", scandir)
    with pytest.raises(ContentError, match="more than 100,000 files and folders"):
        check_tree(tmp_path, SITE_RULES)
    assert looked == 100_001


def test_folders_without_files_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.github.inert_tree._MOST_ENTRIES", 20)
    (tmp_path / "/".join("a" * 21)).mkdir(parents=True)

    with pytest.raises(ContentError, match="more than 20 files and folders"):
        check_tree(tmp_path, SITE_RULES)


def test_every_file_that_is_wrong_is_counted_and_the_first_ones_are_named(tmp_path: Path) -> None:
    for number in range(9):
        put(tmp_path, f".{number}.html")

    with pytest.raises(ContentError) as refused:
        check_tree(tmp_path, SITE_RULES)
    problem = refused.value.problem
    assert problem.startswith("`.0.html` has a name that begins with a dot; so it is with 8 more: `.1.html`")
    assert problem.endswith("and 3 more")


@given(st.text(min_size=1, max_size=40))
def test_a_name_without_fault_stays_below_its_folder_and_is_what_every_system_sees(name: str) -> None:
    if name_fault(name) is None:
        assert os.path.normpath(f"/site/{name}") == f"/site/{name}"
        assert name == unicodedata.normalize("NFC", name)
        assert not any(segment.casefold().startswith(".git") for segment in name.split("/"))
        assert not {unicodedata.category(char) for char in name} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(max_size=200))
def test_any_name_is_quoted_in_one_harmless_line(name: str) -> None:
    shown = quoted_name(name)

    assert shown.isprintable()
    assert shown[0] == shown[-1] == "`"
    assert "`" not in shown[1:-1]
    assert len(shown) <= 82
