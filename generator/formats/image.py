"""Pictures: how large their bytes say they are, and what their files are called; the home of Pillow."""

import re
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType

_EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "image/png": "png",
        "image/jpeg": "jpg",
        "image/jpg": "jpg",
        "image/gif": "gif",
        "image/webp": "webp",
        "image/svg+xml": "svg",
        "image/avif": "avif",
        "image/bmp": "bmp",
        "image/x-ms-bmp": "bmp",
        "image/tiff": "tiff",
        "image/x-icon": "ico",
        "image/vnd.microsoft.icon": "ico",
        "application/pdf": "pdf",
        "audio/mpeg": "mp3",
        "audio/wav": "wav",
        "audio/x-wav": "wav",
        "audio/ogg": "ogg",
        "video/mp4": "mp4",
        "video/webm": "webm",
        "text/csv": "csv",
        "text/plain": "txt",
    }
)
# No browser draws more; a header that says more is lying.
_LARGEST_PX = 2**20

# Only the opening tag of an SVG is read, and only this far.
_SVG_HEAD_BYTES = 64_000
_SVG_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?svg(?=[\s>/])")
_SVG_ATTRIBUTE = re.compile(rb"""\s(width|height|viewBox)\s{0,20}=\s{0,20}["']([^"'<]{0,200})["']""")
_SVG_LENGTH = re.compile(rb"([0-9]{0,9}(?:\.[0-9]{0,20})?(?:e[+-]?[0-9]{1,2})?) ?(px|pt|pc|in|cm|mm|q)?")
_PX_PER_UNIT: Mapping[bytes, float] = MappingProxyType(
    {b"": 1, b"px": 1, b"pt": 96 / 72, b"pc": 16, b"in": 96, b"cm": 96 / 2.54, b"mm": 96 / 25.4, b"q": 96 / 101.6}
)
_JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


def extension_for(mime: str) -> str:
    """A file ending without dot; ``bin`` for a MIME type we cannot name.

    >>> extension_for("image/jpeg"), extension_for("image/SVG+xml; charset=utf-8")
    ('jpg', 'svg')
    """
    return _EXTENSIONS.get(mime.partition(";")[0].strip().lower(), "bin")


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in CSS pixels as a browser would show it; None for what is not a picture.

    Headers are read, pixels never decoded. SVG without a size of its own gives its viewBox.
    """
    try:
        size = _size(content)
    except (struct.error, IndexError, ValueError, OverflowError):
        return None
    return size if size and 0 < size[0] <= _LARGEST_PX and 0 < size[1] <= _LARGEST_PX else None


def _size(content: bytes) -> tuple[int, int] | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(struct.unpack_from(">II", content, 16)) if content[12:16] == b"IHDR" else None
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _pair(struct.unpack_from("<HH", content, 6))
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", content, 18)
        return width, abs(height)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    if content[4:8] == b"ftyp":
        return _size_by_pillow(content)
    return _svg_size(content[:_SVG_HEAD_BYTES])


def _pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    return numbers[0], numbers[1]


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    is_turned = False
    for marker, start, length in _jpeg_segments(content):
        if marker == 0xE1 and content[start : start + 6] == b"Exif\x00\x00":
            is_turned = _exif_orientation(content[start + 6 : start + length]) >= 5
        if marker in _JPEG_SIZE_MARKERS:
            height, width = struct.unpack_from(">HH", content, start + 1)
            return (height, width) if is_turned else (width, height)
    return None


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start of its payload, length of its payload) up to the first scan."""
    place = 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in _JPEG_BARE_MARKERS:
            place += 2
            continue
        if marker in (0xDA, 0xD9):
            return
        (length,) = struct.unpack_from(">H", content, place + 2)
        if length < 2:
            return
        yield marker, place + 4, length - 2
        place += 2 + length


def _exif_orientation(tiff: bytes) -> int:
    """1 to 8 as EXIF says how the picture is turned; 5 and more lie on their side."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    if directory + 2 > len(tiff):
        return 1
    (entries,) = struct.unpack_from(order + "H", tiff, directory)
    for entry in range(min(entries, 500)):
        place = directory + 2 + 12 * entry
        if place + 12 > len(tiff):
            return 1
        tag, kind = struct.unpack_from(order + "HH", tiff, place)
        if tag == 0x0112 and kind == 3:
            (value,) = struct.unpack_from(order + "H", tiff, place + 8)
            return int(value)
    return 1


def _webp_size(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return (width & 0x3FFF, height & 0x3FFF) if content[23:26] == b"\x9d\x01\x2a" else None
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1) if content[20] == 0x2F else None
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            return width, int.from_bytes(content[27:30], "little") + 1
    return None


def _size_by_pillow(content: bytes) -> tuple[int, int] | None:
    """AVIF nests its size in boxes that are better left to a library; opening decodes no pixels."""
    import warnings
    from io import BytesIO

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=["AVIF"]) as picture:
                return picture.size
    except Exception:  # Pillow raises whatever its parsers meet; a picture nobody can measure has no size.
        return None


def _svg_size(head: bytes) -> tuple[int, int] | None:
    text = _without_comments(head)
    tag = _SVG_TAG.search(text)
    if tag is None or b"<html" in text[: tag.start()].lower():
        return None
    found: dict[bytes, bytes] = {}
    for name, value in _SVG_ATTRIBUTE.findall(text[tag.end() : text.find(b">", tag.end())]):
        found.setdefault(name, value)
    box = _view_box(found.get(b"viewBox", b""))
    width, height = _svg_px(found.get(b"width")), _svg_px(found.get(b"height"))
    if width and height:
        return _whole(width), _whole(height)
    if box and width:
        return _whole(width), _whole(width * box[1] / box[0])
    if box and height:
        return _whole(height * box[0] / box[1]), _whole(height)
    return (_whole(box[0]), _whole(box[1])) if box else None


def _without_comments(head: bytes) -> bytes:
    parts = head.split(b"<!--")
    return parts[0] + b"".join(part.partition(b"-->")[2] for part in parts[1:])


def _view_box(value: bytes) -> tuple[float, float] | None:
    numbers = value.replace(b",", b" ").split()
    if len(numbers) != 4:
        return None
    width, height = float(numbers[2]), float(numbers[3])
    return (width, height) if width > 0 and height > 0 else None


def _svg_px(value: bytes | None) -> float | None:
    """None for percentages, ``em`` and everything that depends on where the picture stands."""
    match = _SVG_LENGTH.fullmatch(value.strip().lower()) if value else None
    return float(match[1]) * _PX_PER_UNIT[match[2] or b""] if match and match[1] else None


def _whole(pixels: float) -> int:
    return max(1, round(pixels))
