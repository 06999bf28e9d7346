"""What a job that builds says of the site it made, for the job that publishes: `manifest.json` beside `site/`."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from generator.errors import ContentError
from generator.github.plain_files import list_entries, quoted_name, read_plain

MANIFEST_NAME = "manifest.json"
SITE_FOLDER = "site"

_FORMAT = 1
# Well above what the largest site that is published (50,000 files) needs.
_LARGEST_MANIFEST_BYTES = 32 * 1024 * 1024
_MOST_FILES = 50_000
_MOST_GONE = 10_000
_LONGEST_PATH = 2_000
_LARGEST_BYTES = 2**40
_FIELDS = frozenset(
    {"inkmill", "kind", "source", "now", "base_path", "address", "urls", "gone", "files", "provisional"}
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"(?:https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)?")
BASE_PATH = re.compile(r"(?:/[A-Za-z0-9_.~-]+)*")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\\\\\u2028\u2029\ud800-\udfff]")
# Made by the engine under names that hold a hash or a version: nobody links to them.
_NO_PAGES = ("assets/", "404.html")


class BuiltKind(StrEnum):
    """What a built site is for."""

    SITE = "site"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file: its size in bytes, and the SHA-256 of its content in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SiteManifest:
    """One built site.

    Args:
        source: the commit built, 40 hex digits; of a preview, the head of the pull request.
        now: the time of the build, with a zone.
        base_path: empty, or `/…` without a slash at the end; of a preview with `/pr-preview/pr-N`.
        address: scheme and host, or empty where nobody knows them.
        urls: of every page, without base path, as files are named (nothing is percent-encoded); sorted.
        gone: URLs that were published and need not be any more.
        files: by path in the site, with slashes.
        is_provisional: built while the setup is pending; what is published of it may go without a word.
    """

    kind: BuiltKind
    source: str
    now: datetime
    base_path: str
    address: str
    urls: tuple[str, ...]
    gone: tuple[str, ...]
    files: Mapping[str, FileFacts]
    is_provisional: bool = False


def describe(folder: Path) -> Mapping[str, FileFacts]:
    """The files of a built site.

    Raises:
        ContentError: there is something that is no plain file, or there are too many.
        MachineError: a file cannot be read.
    """
    described: dict[str, FileFacts] = {}
    for entry in list_entries(folder, 2 * _MOST_FILES):
        if entry.irregular:
            raise ContentError(f"{quoted_name(entry.path)} {entry.irregular}", mend="put a plain file there")
        described[entry.path] = facts_of(read_plain(folder, entry.path, entry.size))
    return MappingProxyType(described)


def facts_of(content: bytes) -> FileFacts:
    """What a manifest says of a file with this content."""
    return FileFacts(len(content), hashlib.sha256(content).hexdigest())


def page_urls(files: Iterable[str]) -> tuple[str, ...]:
    """The URLs of the pages among a site's files, sorted: what a reader may have linked to.

    >>> page_urls(["index.html", "posts/a/index.html", "old.html", "404.html", "images/a.png"])
    ('/', '/old.html', '/posts/a/')
    """
    pages = (path for path in files if path.endswith(".html") and not path.startswith(_NO_PAGES))
    return tuple(sorted(f"/{path.removesuffix('index.html') if _is_index(path) else path}" for path in pages))


def _is_index(path: str) -> bool:
    return path.rpartition("/")[2] == "index.html"


def write_manifest(path: Path, manifest: SiteManifest) -> None:
    """Write the file that `read_manifest` reads.

    Raises:
        ContentError: `read_manifest` would refuse it.
    """
    text = json.dumps(_plain(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    _manifest(json.loads(text), manifest.kind)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def read_manifest(path: Path, kind: BuiltKind) -> SiteManifest:
    """What a build says of its site; nothing about it is believed that is not of the shape it must have.

    Raises:
        ContentError: it is missing, too large, of another kind, or a field is wrong (which is named).
        MachineError: it cannot be read.
    """
    if not path.parent.is_dir() or not (path.is_symlink() or path.exists()):
        raise ContentError(f"there is no {path.name}: the build left no site", mend="see why the build failed")
    return _manifest(read_json(read_plain(path.parent, path.name, _LARGEST_MANIFEST_BYTES), path.name), kind)


def read_json(content: bytes, name: str) -> Any:
    """JSON as plain values, for which every parser has the same reading.

    Raises:
        ContentError: it is not UTF-8 or no JSON, holds a name twice, NaN, or is nested too deeply.
    """
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as failure:
        reason = "it is nested too deeply" if isinstance(failure, RecursionError) else str(failure)
        raise ContentError(f"{name} is no JSON that inkmill wrote: {reason}", mend="build again") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a name is there twice")
    return held


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _manifest(value: object, kind: BuiltKind) -> SiteManifest:
    # A newer engine, which an upgrade's pull request is built by, may say more.
    if not isinstance(value, dict) or not value.keys() >= _FIELDS:
        raise _wrong("the fields", f"are not {', '.join(sorted(_FIELDS))}")
    if value["inkmill"] != _FORMAT or isinstance(value["inkmill"], bool):
        raise _wrong("`inkmill`", f"is not {_FORMAT}")
    if value["kind"] != kind.value:
        raise _wrong("`kind`", f"is not `{kind.value}`")
    return SiteManifest(
        kind,
        read_text(value, "source", _COMMIT),
        read_moment(value, "now"),
        read_text(value, "base_path", BASE_PATH),
        read_text(value, "address", ADDRESS),
        read_urls(value, "urls", _MOST_FILES),
        read_urls(value, "gone", _MOST_GONE),
        read_files(value, "files"),
        _read_switch(value, "provisional"),
    )


def read_text(value: Mapping[str, Any], field: str, pattern: re.Pattern[str]) -> str:
    """A text that is of a pattern as a whole; a ContentError names the field."""
    text = value.get(field)
    if not isinstance(text, str) or len(text) > _LONGEST_PATH or not pattern.fullmatch(text):
        raise _wrong(f"`{field}`", "is not of its form")
    if any(part in (".", "..") for part in text.split("/")):
        raise _wrong(f"`{field}`", "leads elsewhere")
    return text


def read_moment(value: Mapping[str, Any], field: str) -> datetime:
    """A time with a zone, from 1970 to 2105; a ContentError names the field."""
    text = value.get(field)
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and len(text) < 40 else None
        # Git keeps seconds since 1970, and some of its kin keep them in 32 bits.
        if moment is not None and moment.tzinfo is not None and 0 <= moment.timestamp() < 2**32:
            return moment
    except (ValueError, OverflowError):
        pass
    raise _wrong(f"`{field}`", "is no time with a zone")


def read_urls(value: Mapping[str, Any], field: str, most: int) -> tuple[str, ...]:
    """Paths that begin with a slash; a ContentError names the field."""
    urls = value.get(field)
    if not isinstance(urls, list) or len(urls) > most:
        raise _wrong(f"`{field}`", f"is no list of at most {most:,} URLs")
    for url in urls:
        if not isinstance(url, str) or not url.startswith("/") or len(url) > _LONGEST_PATH or _UNSAFE.search(url):
            raise _wrong(f"`{field}`", f"holds {quoted_name(str(url))}, which is no path of a site")
    return tuple(urls)


def _read_switch(value: Mapping[str, Any], field: str) -> bool:
    if not isinstance(value[field], bool):
        raise _wrong(f"`{field}`", "is neither true nor false")
    return value[field] is True


def read_files(value: Mapping[str, Any], field: str) -> Mapping[str, FileFacts]:
    """Sizes and digests by path; a ContentError names the field."""
    files = value.get(field)
    if not isinstance(files, dict) or len(files) > _MOST_FILES:
        raise _wrong(f"`{field}`", f"does not hold at most {_MOST_FILES:,} files")
    return MappingProxyType({path: _facts(path, facts, field) for path, facts in files.items()})


def _facts(path: str, facts: object, field: str) -> FileFacts:
    if not path or path.startswith("/") or len(path) > _LONGEST_PATH or _UNSAFE.search(path):
        raise _wrong(f"`{field}`", f"holds {quoted_name(path)}, which is no path of a file")
    if not isinstance(facts, dict) or facts.keys() != {"size", "sha256"}:
        raise _wrong(f"`{field}`", f"does not hold size and sha256 of {quoted_name(path)}")
    size, digest = facts["size"], facts["sha256"]
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < _LARGEST_BYTES:
        raise _wrong(f"`{field}`", f"has no size for {quoted_name(path)}")
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise _wrong(f"`{field}`", f"has no sha256 for {quoted_name(path)}")
    return FileFacts(size, digest)


def rows_of_files(files: Mapping[str, FileFacts]) -> dict[str, dict[str, Any]]:
    """Files as `read_files` reads them."""
    return {path: {"size": facts.size, "sha256": facts.sha256} for path, facts in files.items()}


def _plain(manifest: SiteManifest) -> dict[str, Any]:
    return {
        "inkmill": _FORMAT,
        "kind": manifest.kind.value,
        "source": manifest.source,
        "now": manifest.now.isoformat(),
        "base_path": manifest.base_path,
        "address": manifest.address,
        "urls": list(manifest.urls),
        "gone": list(manifest.gone),
        "files": rows_of_files(manifest.files),
        "provisional": manifest.is_provisional,
    }


def _wrong(field: str, what: str) -> ContentError:
    return ContentError(f"what the build says of its site cannot be believed: {field} {what}", mend="build again")
