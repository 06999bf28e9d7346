"""The text of a Markdown or HTML source."""

import re

from generator.errors import ContentError
from generator.location import Location
from generator.model.body import without_reserved

_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
# What no page may hold, and what HTML forbids.
_UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decoded_text(content: bytes, file: str) -> str:
    """Text with line ends as ``\\n`` and without characters a page cannot show.

    Raises:
        ContentError: it is not UTF-8.
    """
    if content.startswith(_UTF16_BOMS):
        raise ContentError(
            "the file is UTF-16, and sources are UTF-8",
            at=Location(file),
            mend=f"convert it: `iconv -f UTF-16 -t UTF-8 {file} > new.md`",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise ContentError(
            f"byte 0x{content[wrong.start]:02x} is not UTF-8",
            at=Location(file, line=line),
            mend="save the file as UTF-8",
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return without_reserved(_UNWELCOME.sub("\ufffd", text) if _UNWELCOME.search(text) else text)
