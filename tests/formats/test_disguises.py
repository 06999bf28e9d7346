"""What a text says without its encodings."""

import base64
import gzip
import json
import struct
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.formats.disguises import bytes_of, texts_in, texts_in_bytes

WORDS = "what stands here / is hidden & can be read"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + b"\0\0\0\0"


@pytest.mark.parametrize(
    "disguised",
    [
        WORDS,
        quote(WORDS, safe=""),
        "".join(f"%{byte:02x}" for byte in WORDS.encode()),
        quote(quote(WORDS, safe=""), safe=""),
        "".join(f"&#{ord(letter)};" for letter in WORDS),
        "".join(f"\\u{ord(letter):04x}" for letter in WORDS),
        "".join(f"\\x{ord(letter):02x}" for letter in WORDS),
        json.dumps(json.dumps({"a": WORDS})),
        "\x1b[1m".join(WORDS),
        "\x1b]8;;https://a.example\x07" + WORDS,
        "".join(f"<b>{'&amp;' if letter == '&' else letter}</b>" for letter in WORDS),
        base64.b64encode(WORDS.encode()).decode(),
        base64.urlsafe_b64encode(WORDS.encode()).decode(),
        "x/" + base64.b64encode(WORDS.encode()).decode(),
        base64.b64encode(base64.b64encode(WORDS.encode())).decode(),
        base64.b64encode(gzip.compress(WORDS.encode(), mtime=0)).decode(),
        WORDS.encode().hex(),
        WORDS.encode().hex().upper(),
    ],
)
def test_a_disguised_text_is_read(disguised: str) -> None:
    assert any(WORDS in text for text in texts_in(f"before {disguised} after"))


@pytest.mark.parametrize(
    "raw",
    [
        WORDS.encode(),
        gzip.compress(WORDS.encode(), mtime=0),
        b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt", b"Comment\0" + WORDS.encode()),
        b"\x89PNG\r\n\x1a\n" + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(WORDS.encode())),
        b"\x89PNG\r\n\x1a\n" + chunk(b"iTXt", b"Comment\0\1\0en\0\0" + zlib.compress(WORDS.encode())),
        b"\xff\xd8\xff\xe1" + bytes(range(200)) + WORDS.encode("utf-16-le"),
    ],
)
def test_the_words_in_a_file_are_read(raw: bytes) -> None:
    assert any(WORDS in text for text in texts_in_bytes(raw))


def test_base64_is_decoded_whatever_its_lines() -> None:
    assert bytes_of(base64.encodebytes(WORDS.encode() * 5).decode()) == WORDS.encode() * 5
    assert bytes_of("é") == b""


@given(some.text(max_size=200), some.binary(max_size=200))
def test_any_text_and_any_file_can_be_read(text: str, raw: bytes) -> None:
    assert next(texts_in(text)) == text
    assert list(texts_in_bytes(raw))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part", ["<a", "\x1b]", "\x1b[1", "%41", "\\u0041", "&amp;", "AAAA", "ab", "a/", "\\", "<a href"]
)
def test_no_text_makes_reading_go_on_for_ever(part: str) -> None:
    assert all(isinstance(text, str) for text in texts_in(part * (300_000 // len(part))))


@pytest.mark.timeout(60)
def test_a_file_that_grows_without_end_is_read_only_so_far() -> None:
    packed = zlib.compress(b" " * 30_000_000)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"zTXt", b"Comment\0\0" + packed) * 50

    assert sum(map(len, texts_in_bytes(bomb))) < 20_000_000
