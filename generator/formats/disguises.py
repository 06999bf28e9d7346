"""What a text says once it is taken out of colours, escapes and encodings: where else a secret may stand."""

import base64
import binascii
import html
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])")
_TAG = re.compile(r"<[!/A-Za-z][^<>]{0,4000}>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\/\"'nrt]))")
_ESCAPED_LETTERS = (("n", "\n"), ("r", "\r"), ("t", "\t"))
# Shorter ones hold no key: the shortest is 20 characters.
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}+={0,2}")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:(?:[0-9a-f]{2}){16,}+|(?:[0-9A-F]{2}){16,}+)")
# Past this length every start is not tried: such a run is a picture, and begins where it begins.
_LONGEST_TRIED_AT_EVERY_START = 20_000
# Encodings inside one another that are undone; more is hiding on purpose, and no search would end it.
_DEEPEST = 2
_MOST_INFLATED_BYTES = 8 * 2**20
_PNG = b"\x89PNG\r\n\x1a\n"


def texts_in(text: str, *, depth: int = _DEEPEST) -> Iterator[str]:
    """Text, and what it becomes without colours, HTML, percent, JSON, base64 and hexadecimal encoding.

    >>> list(texts_in("a%20%26amp;"))
    ['a%20%26amp;', 'a &amp;', 'a &']
    """
    seen = [text]
    plain = text
    for _ in range(_DEEPEST):
        plain = _unescaped(plain)
        seen.append(plain)
    if "<" in plain:
        seen.append(_TAG.sub("", plain))
    distinct = tuple(dict.fromkeys(seen))
    yield from distinct
    if depth:
        for raw in dict.fromkeys(_decoded(distinct)):
            yield from texts_in_bytes(raw, depth=depth - 1)


def texts_in_bytes(raw: bytes, *, depth: int = _DEEPEST) -> Iterator[str]:
    """What can be read in a file: its text, the words of a picture's metadata, what is compressed in it."""
    text = raw.decode("utf-8", "replace")
    if _is_text(raw):
        yield from texts_in(text, depth=depth)
        return
    yield text
    if b"\0" in raw:
        # UTF-16, as in EXIF comments and Windows' files.
        yield raw.replace(b"\0", b"").decode("utf-8", "replace")
    left = _MOST_INFLATED_BYTES
    for packed in _compressed(raw):
        if left > 0 and (inflated := _inflated(packed, left)):
            left -= len(inflated)
            yield from texts_in(inflated.decode("utf-8", "replace"), depth=0)


def _unescaped(text: str) -> str:
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = unquote(text, errors="replace")
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return dict(_ESCAPED_LETTERS).get(match[3], match[3])


def _decoded(texts: tuple[str, ...]) -> Iterator[bytes]:
    """What stands in base64 or hexadecimal, where it is text or a file that can hold some."""
    for text in texts:
        for run in _ENCODED.finditer(text):
            yield from _from_base64(run[0])
        for run in _HEX.finditer(text):
            raw = bytes.fromhex(run[0])
            if _is_text(raw):
                yield raw


def _from_base64(run: str) -> Iterator[bytes]:
    digits = run.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    starts = range(4) if len(digits) <= _LONGEST_TRIED_AT_EVERY_START else range(1)
    for start in starts:
        raw = _base64(digits[start:])
        if _is_text(raw) or raw.startswith((_PNG, b"\x1f\x8b", b"\xff\xd8", b"%PDF")):
            yield raw


def bytes_of(text: str) -> bytes:
    """What base64 text stands for, white space in it or not; empty when it is none."""
    return _base64("".join(text.split()).rstrip("="))


def _base64(digits: str) -> bytes:
    whole = digits if len(digits) % 4 != 1 else digits[:-1]
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""


def _is_text(raw: bytes) -> bool:
    """Whether nearly all of it can be read; random bytes are so once in some thousands of millions."""
    head = raw[:4096]
    readable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in head)
    return len(head) >= 12 and readable >= 0.9 * len(head)


def _compressed(raw: bytes) -> Iterator[bytes]:
    if raw.startswith(b"\x1f\x8b"):
        yield raw
    if not raw.startswith(_PNG):
        return
    place = len(_PNG)
    while place + 8 <= len(raw):
        length, kind = int.from_bytes(raw[place : place + 4], "big"), raw[place + 4 : place + 8]
        chunk = raw[place + 8 : place + 8 + length]
        if kind == b"zTXt":
            yield chunk.partition(b"\0")[2][1:]
        elif kind == b"iTXt" and chunk.partition(b"\0")[2][:1] == b"\1":
            yield chunk.partition(b"\0")[2][2:].partition(b"\0")[2].partition(b"\0")[2]
        place += 12 + length


def _inflated(packed: bytes, most_bytes: int) -> bytes:
    # 32 added to the window: zlib tells its own format and gzip's apart.
    try:
        return zlib.decompressobj(32 + zlib.MAX_WBITS).decompress(packed, most_bytes)
    except zlib.error:
        return b""
