"""Sizes as people write them (``4 GB``) ↔ bytes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,9})?)\s*([kmgtp]?)(i?)b?(?:ytes?)?", re.IGNORECASE)
_POWERS: Mapping[str, int] = MappingProxyType({"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5})
# More than any machine has; a slip of the finger, then.
_MOST = 2**60


def parse_size(text: str) -> int:
    """Bytes of ``4 GB`` (powers of 1000), ``4 GiB`` (of 1024), ``512MB``, ``4g`` or ``4000000``.

    Raises:
        ValueError: it is no size, nothing, or more than any machine has.

    >>> parse_size("4 GB"), parse_size("1.5GiB"), parse_size("512m")
    (4000000000, 1610612736, 512000000)
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None or (found[3] and not found[2]):
        raise ValueError(f"`{text}` is no size")
    unit = int((1024 if found[3] else 1000) ** _POWERS[found[2].lower()])
    size = round(float(found[1].replace(",", ".")) * unit)
    if not 0 < size <= _MOST:
        raise ValueError(f"`{text}` is no size of anything")
    return size
