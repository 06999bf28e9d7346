"""Stand-ins in the text for what Markdown must not touch, each still able to become its source again.

A stand-in stands between the two characters that also mark holes: no source may contain them. Those of one
conversion are resolved before it returns; those of the whole document (formulas, footnotes) by ``finish``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from generator.model.body import without_reserved

OPEN, JOINT, CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
"""JOINT stands alone inside ``{{`` and ``{%`` that Liquid must not see, and for a line that held only ``{% raw %}``."""

TOC_MARK = f"{OPEN}toc{CLOSE}"
BASE_MARK = f"{OPEN}base{CLOSE}"
ADDRESS_MARK = f"{OPEN}address{CLOSE}"
_TOKEN = re.compile(f"{OPEN}[bt]([0-9]+){CLOSE}")
_HOLE_OR_JOINT = re.compile(f"({OPEN}[^{OPEN}{CLOSE}]*{CLOSE})|{JOINT}")
# Whoever writes a reference to one of the characters that mark stand-ins wants to forge one.
_FORGED = re.compile(r"&#(?:0*5758[456]|x0*e0f[012])(?![0-9a-f]);?", re.IGNORECASE)
BLOCK_TOKEN = re.compile(f"{OPEN}b[0-9]+{CLOSE}")


def without_joints(text: str) -> str:
    """Text without the joints that stand alone; those inside holes are the holes' own."""
    return _HOLE_OR_JOINT.sub(lambda match: match[1] or "", text) if JOINT in text else text


@dataclass(slots=True)
class _Held:
    source: str
    render: Callable[[], str]
    text: str | None


class Tokens:
    """The stand-ins of one conversion."""

    def __init__(self) -> None:
        self._held: list[_Held] = []

    def hold(self, source: str, render: Callable[[], str], *, is_block: bool = False, text: str | None = None) -> str:
        """A stand-in for source.

        Args:
            render: makes its HTML, called once where it really appears; never when it turns out to be code.
            text: its plain text, where that is not its source.
        """
        self._held.append(_Held(source, render, text))
        return f"{OPEN}{'b' if is_block else 't'}{len(self._held) - 1}{CLOSE}"

    def restore(self, text: str) -> str:
        """Text as the author wrote it, for code."""
        if OPEN in text:
            text = _TOKEN.sub(lambda match: self.restore(self._held[int(match[1])].source), text)
        return text.replace(JOINT, "") if JOINT in text else text

    def plain(self, text: str) -> str:
        """Text with every stand-in as plain text."""

        def one(match: re.Match[str]) -> str:
            held = self._held[int(match[1])]
            return self.plain(held.source if held.text is None else held.text)

        return _TOKEN.sub(one, text).replace(JOINT, "") if OPEN in text or JOINT in text else text

    def resolve(self, html: str) -> str:
        """HTML with every stand-in replaced; what a stand-in holds was held before it, so this ends."""
        if OPEN not in html:
            return html
        return _TOKEN.sub(lambda match: self.resolve(self._held[int(match[1])].render()), html)


def cleaned(text: str) -> str:
    """Text from outside: one kind of line end, no characters that mark stand-ins."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return without_forged(without_reserved(text)).replace("\x00", "\ufffd")


def without_forged(html: str) -> str:
    """HTML or Markdown in which no reference to a character makes a mark of ours.

    >>> without_forged("a &#xE0F0; b &#57585 c &amp;#57584;")
    'a \ufffd b \ufffd c &amp;#57584;'
    """
    return _FORGED.sub("\ufffd", html) if "&#" in html else html
