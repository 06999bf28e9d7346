"""What a build says of its site is believed only as far as it is of the right shape."""

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.github.manifest import BuiltKind, FileFacts, describe, page_urls, read_manifest, write_manifest
from tests.github.publishing import build, make_artifact


def test_a_manifest_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    files = {"index.html": b"<p>Hi</p>", "posts/ä b/index.html": b"", "images/a.png": b"\x89PNG"}
    manifest = build(tmp_path, files, gone=["/old/"]).manifest
    write_manifest(tmp_path / "again.json", manifest)

    assert read_manifest(tmp_path / "again.json", BuiltKind.SITE) == manifest
    assert manifest.urls == ("/", "/posts/ä b/")
    assert manifest.files["index.html"].size == 9


def test_pages_are_named_as_readers_link_to_them() -> None:
    files = ["a/index.html", "b.html", "404.html", "assets/g/1234.html", "x/noindex.html", "x.md", "index.html"]

    assert page_urls(files) == ("/", "/a/", "/b.html", "/x/noindex.html")


WRONG: dict[str, tuple[str, Any]] = {
    "a commit that is short": ("source", "abc1234"),
    "a commit that is an option": ("source", "--upload-pack=touch pwned"),
    "a commit with a line after it": ("source", f"{'a' * 40}\n"),
    "a time without a zone": ("now", "2026-11-26T12:00:00"),
    "a time that is none": ("now", "2026-13-45T12:00:00+00:00"),
    "a time before there were commits": ("now", "1969-12-31T23:00:00+00:00"),
    "a time that git cannot keep": ("now", "9999-12-31T23:00:00+00:00"),
    "a number as time": ("now", 1),
    "a base path that leads elsewhere": ("base_path", "/../x"),
    "a base path with a slash at its end": ("base_path", "/blog/"),
    "a base path with markup": ("base_path", '/"><script>'),
    "an address that is a script": ("address", "javascript:alert(1)"),
    "an address with a name and a password": ("address", "https://a:b@example.com"),
    "an address with a path": ("address", "https://example.com/x"),
    "URLs that are a text": ("urls", "/"),
    "a URL on another host": ("urls", ["https://example.com/"]),
    "a URL that is a number": ("urls", [1]),
    "a URL of two lines": ("urls", ["/a\n::add-mask::x"]),
    "a URL with half a character": ("urls", ["/\ud800"]),
    "too many URLs that may go": ("gone", ["/"] * 10_001),
    "files as a list": ("files", []),
    "a file at the root of the disk": ("files", {"/etc/passwd": {"size": 1, "sha256": "0" * 64}}),
    "a file with a backslash": ("files", {"a\\b": {"size": 1, "sha256": "0" * 64}}),
    "a size below nothing": ("files", {"a": {"size": -1, "sha256": "0" * 64}}),
    "a size that is true": ("files", {"a": {"size": True, "sha256": "0" * 64}}),
    "a size that is a fraction": ("files", {"a": {"size": 1.0, "sha256": "0" * 64}}),
    "a digest in capitals": ("files", {"a": {"size": 1, "sha256": "A" * 64}}),
    "facts of more than is known": ("files", {"a": {"size": 1, "sha256": "0" * 64, "mode": "120000"}}),
    "a switch that is a number": ("provisional", 1),
    "another kind": ("kind", "preview"),
    "another format": ("inkmill", 2),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_field_that_is_wrong_is_named(what: str, tmp_path: Path) -> None:
    field, value = WRONG[what]
    path = make_artifact(tmp_path, {"index.html": b""}) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))

    with pytest.raises(ContentError, match=f"`{field}`"):
        read_manifest(path, BuiltKind.SITE)


def test_a_field_too_few_is_refused_and_one_that_a_newer_engine_writes_is_not_looked_at(tmp_path: Path) -> None:
    path = make_artifact(tmp_path, {"index.html": b""}) / "manifest.json"
    whole = json.loads(path.read_text())
    read = read_manifest(path, BuiltKind.SITE)

    path.write_text(json.dumps(whole | {"more": "words"}))
    assert read_manifest(path, BuiltKind.SITE) == read

    path.write_text(json.dumps({name: value for name, value in whole.items() if name != "gone"}))
    with pytest.raises(ContentError, match="the fields are not"):
        read_manifest(path, BuiltKind.SITE)


TEXTS = {
    "nothing": b"",
    "a list without an end": b"[" * 200_000,
    "a number of many digits": b'{"inkmill": ' + b"9" * 10_000 + b"}",
    "no number": b'{"inkmill": NaN}',
    "Latin-1": b'{"kind": "\xe9"}',
    "a page": b"<!DOCTYPE html>",
    "null": b"null",
}


@pytest.mark.parametrize("what", TEXTS)
def test_what_is_no_manifest_at_all_is_refused(what: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(TEXTS[what])

    with pytest.raises(ContentError):
        read_manifest(tmp_path / "manifest.json", BuiltKind.SITE)


def link(path: Path) -> None:
    secret = path.parent / "secret"
    secret.write_text("{}")
    path.symlink_to(secret)


def listen(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def enlarge(path: Path) -> None:
    path.touch()
    os.truncate(path, 33 * 1024 * 1024)


IRREGULAR: dict[str, Callable[[Path], None]] = {
    "symbolic link": link,
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "pipe": os.mkfifo,
    "socket": listen,
    "folder": lambda path: path.mkdir(),
    "33 MB": enlarge,
    "nothing at all": lambda path: None,
}


@pytest.mark.parametrize("kind", IRREGULAR)
@pytest.mark.timeout(10)
def test_a_manifest_that_is_no_small_plain_file_is_refused_and_waited_for_by_nobody(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    IRREGULAR[kind](path)

    with pytest.raises(ContentError):
        read_manifest(path, BuiltKind.SITE)


def test_a_field_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Which of the two counts is not the same for every reader."""
    path = make_artifact(tmp_path, {"index.html": b""}) / "manifest.json"
    path.write_text(path.read_text().replace("{", '{"kind": "preview", ', 1))

    with pytest.raises(ContentError, match="twice"):
        read_manifest(path, BuiltKind.SITE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(
    field=st.sampled_from(
        ["inkmill", "kind", "source", "now", "base_path", "address", "urls", "gone", "files", "provisional"]
    ),
    value=JSON,
)
def test_any_value_in_any_field_is_read_or_refused(
    field: str, value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = make_artifact(tmp_path_factory.mktemp("m"), {"index.html": b""}) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))

    try:
        manifest = read_manifest(path, BuiltKind.SITE)
    except ContentError as refusal:
        assert field in refusal.problem or "JSON" in refusal.problem
    else:
        assert manifest.now.tzinfo is not None
        assert all(url.startswith("/") for url in (*manifest.urls, *manifest.gone))


def test_a_site_with_a_link_cannot_be_described(tmp_path: Path) -> None:
    (tmp_path / "page.html").symlink_to("/etc/hostname")

    with pytest.raises(ContentError, match=r"`page\.html` is a symbolic link"):
        describe(tmp_path)


def test_a_manifest_that_nobody_could_read_is_not_written(tmp_path: Path) -> None:
    manifest = build(tmp_path, {"index.html": b""}).manifest
    wrong = type(manifest)(
        manifest.kind, "short", datetime(2026, 1, 1, tzinfo=UTC), "", "", (), (), {"a": FileFacts(1, "0" * 64)}
    )

    with pytest.raises(ContentError, match="`source`"):
        write_manifest(tmp_path / "wrong.json", wrong)
    assert not (tmp_path / "wrong.json").exists()
