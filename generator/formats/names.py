"""Any name as a safe place in the output folder."""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote

from generator.errors import ContentError

# 32 hexadecimal digits of SHA-256: two different files meet with a chance of one in 2**64 after 2**64 files.
_HASH_DIGITS = 32
# What ext4, APFS and NTFS agree on; ours are the last few bytes for the `.md` twin and temporary names.
_LONGEST_SEGMENT_BYTES = 255 - 10
_LONGEST_PATH_BYTES = 2000
# Endings that are a file's own; any other dot in a permalink belongs to its name (`/v1.2` is `v1.2.html`).
_FILE_ENDING = re.compile(
    r"\.(?:html?|xhtml|xml|json|txt|md|atom|rss|ics|csv|tsv|pdf|css|js|mjs|map|svg|png|jpe?g|gif|webp|avif|ico"
    r"|webmanifest|woff2?|zip|gz|ipynb|docx|mp4|webm|mp3|wasm)\Z",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED_ON_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)
_UNWRITABLE_ON_WINDOWS = re.compile(r'[<>:"|?*]|[. ]\Z')


def content_name(content: bytes, extension: str) -> str:
    """A file name that says what is in it: ``HASH.ext``.

    >>> content_name(b"", "png")
    'e3b0c44298fc1c149afbf4c8996fb924.png'
    """
    ending = extension.lstrip(".")
    digest = sha256(content).hexdigest()[:_HASH_DIGITS]
    return f"{digest}.{ending}" if ending else digest


def safe_output_path(url_path: str) -> str:
    """Where the page at url_path is written, relative to the output folder, as GitHub Pages serves it.

    Args:
        url_path: a site path without base path, percent-encoded or not, without query and fragment.

    Raises:
        ContentError: the path leads out of the site, or no file can have that name.

    >>> safe_output_path("/about/"), safe_output_path("/a.html"), safe_output_path("/codespaces")
    ('about/index.html', 'a.html', 'codespaces.html')
    """
    try:
        path = unquote(url_path, errors="strict")
    except UnicodeDecodeError:
        raise _refused(url_path, "is percent-encoded, but not as UTF-8") from None
    segments = _segments(path, url_path)
    if not segments or path.endswith(("/", "/.")):
        segments.append("index.html")
    elif not _FILE_ENDING.search(segments[-1]):
        segments[-1] += ".html"
    return _checked(segments, url_path)


def safe_file_path(path: str) -> str:
    """A file's path relative to the output folder, taken literally: nothing is decoded, no ending is added.

    Raises:
        ContentError: the path leads out of the site, or no file can have that name.
    """
    segments = _segments(path, path)
    if not segments:
        raise _refused(path, "names no file")
    return _checked(segments, path)


def case_key(path: str) -> str:
    """Equal for two paths that macOS or Windows would take for one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def windows_trouble(path: str) -> str | None:
    """The first segment of path that Windows cannot hold, or None.

    Such a page is written all the same: its URL is older than the wish to build it on Windows.
    """
    for segment in path.split("/"):
        if _RESERVED_ON_WINDOWS.match(segment) or _UNWRITABLE_ON_WINDOWS.search(segment):
            return segment
    return None


def _segments(path: str, written: str) -> list[str]:
    if _CONTROL.search(path):
        raise _refused(written, "holds a character no file name can have")
    if "\\" in path:
        raise _refused(written, "holds a backslash")
    segments = [segment for segment in path.split("/") if segment not in ("", ".")]
    if ".." in (segment.strip() for segment in segments) or (segments and _DRIVE.match(segments[0])):
        raise _refused(written, "leads out of the site")
    return segments


def _checked(segments: list[str], written: str) -> str:
    path = "/".join(segments)
    if any(len(segment.encode()) > _LONGEST_SEGMENT_BYTES for segment in segments):
        raise _refused(written, "holds a name longer than a file name can be")
    if len(path.encode()) > _LONGEST_PATH_BYTES:
        raise _refused(written, "is longer than a path can be")
    return path


def _refused(written: str, why: str) -> ContentError:
    shown = written if len(written) <= 80 else written[:77] + "…"
    return ContentError(
        f"the path `{_CONTROL.sub('?', shown)}` {why}", mend="give it a `permalink:` such as `/a-short-name/`"
    )
