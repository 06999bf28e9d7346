"""Sizes as people write them."""

import pytest

from generator.formats.byte_sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4 GB", 4_000_000_000), ("4GB", 4_000_000_000), ("4 gb", 4_000_000_000), ("4g", 4_000_000_000),
        ("4 GiB", 4 * 2**30), ("1.5 GiB", 3 * 2**29), ("0,5 MB", 500_000), ("512M", 512_000_000), ("1 TB", 10**12),
        ("4000000", 4_000_000), (" 100 kB ", 100_000), ("12 bytes", 12), ("1 byte", 1), ("7B", 7),
    ],
)  # fmt: skip
def test_a_size_is_read_in_every_spelling(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "four GB", "-1 GB", "0", "0 GB", "4 XB", "4 iB", "1e9", "nan", "9999 PB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no size"):
        parse_size(text)
