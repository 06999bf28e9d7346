"""How large pictures are, without decoding any."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from generator.formats.image import extension_for, size_of
from tests.corpora import corpora


def _picture(kind: str, mode: str = "RGB", **more: object) -> bytes:
    file = BytesIO()
    Image.new(mode, (37, 21)).save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP", "BMP", "AVIF"])
def test_every_kind_of_picture_tells_its_size(kind: str) -> None:
    assert size_of(_picture(kind)) == (37, 21)


def test_every_kind_of_webp_tells_its_size() -> None:
    assert size_of(_picture("WEBP", lossless=True)) == (37, 21)
    assert size_of(_picture("WEBP", "RGBA")) == (37, 21)


def test_a_photograph_lying_on_its_side_is_measured_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert size_of(_picture("JPEG", exif=exif)) == (21, 37)


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<svg width="10" height="20">', (10, 20)),
        ("<?xml version='1.0'?>\n<!-- <svg width='1'> -->\n<svg:svg\n width='10px' height='20.4'/>", (10, 20)),
        ('<svg viewBox="0 0 30 40">', (30, 40)),
        ('<svg viewBox="0,0,30,40" width="100%" height="100%">', (30, 40)),
        ('<svg viewBox="0 0 30 40" width="60">', (60, 80)),
        ('<svg viewBox="0 0 30 40" height="80">', (60, 80)),
        ('<svg width="1in" height="72pt">', (96, 96)),
        ('<svg width="2em" height="3em">', None),
        ('<svg viewBox="0 0 0 40">', None),
        ('<svg width="-1" height="e5">', None),
        ("<!doctype html><html><svg width='1' height='2'>", None),
        ("<svg", None),
    ],
)  # fmt: skip
def test_a_drawing_tells_its_size_in_css_pixels(svg: str, size: tuple[int, int] | None) -> None:
    assert size_of(svg.encode()) == size


def test_a_decompression_bomb_is_measured_and_not_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header

    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))

    assert size_of(png) == (60000, 60000)


@given(some.sampled_from(("PNG", "GIF", "JPEG", "WEBP", "BMP", "AVIF")), some.data())
def test_a_damaged_picture_has_a_size_or_none(kind: str, data: some.DataObject) -> None:
    broken = bytearray(_picture(kind))
    for _ in range(data.draw(some.integers(0, 6))):
        broken[data.draw(some.integers(0, len(broken) - 1))] = data.draw(some.integers(0, 255))
    cut = data.draw(some.integers(0, len(broken)))

    size = size_of(bytes(broken[:cut]))

    assert size is None or (size[0] > 0 and size[1] > 0)


@given(some.binary(max_size=200))
def test_garbage_has_no_size(content: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"BM", b"RIFF0000WEBPVP8X", b"<svg ", b"\x89PNG\r\n\x1a\n0000IHDR"):
        size = size_of(start + content)
        assert size is None or min(size) > 0


def test_pictures_of_real_blogs_are_measured_as_pillow_measures_them() -> None:
    for path in sorted(corpora().rglob("*")):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".webp"):
            assert size_of(path.read_bytes()) == _by_pillow(path), path


def _by_pillow(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        width, height = picture.size
        return (height, width) if picture.getexif().get(0x0112, 1) >= 5 else (width, height)


def test_a_mime_type_gives_a_file_ending() -> None:
    assert [extension_for(mime) for mime in ("image/png", "IMAGE/JPEG", "image/svg+xml; charset=x", "a/b")] == [
        "png", "jpg", "svg", "bin",
    ]  # fmt: skip
