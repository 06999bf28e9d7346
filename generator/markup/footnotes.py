"""Footnotes of the whole document: numbered in reading order, whichever cell defines them."""

import re
from html import escape

from generator.markup.scope import Scope
from generator.markup.tokens import CLOSE, OPEN

_USE = re.compile(f"{OPEN}f([0-9]+){CLOSE}")
_LAST_PARAGRAPH = re.compile(r"</p>\s*$")


class _Numbering:
    """Numbers and ids as references are met."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.labels: list[str] = []
        self.numbers: dict[str, int] = {}
        self.uses: dict[str, int] = {}

    def reference(self, match: re.Match[str]) -> str:
        """The mark in the text; what the author wrote, if nobody defines it."""
        label, source, at = self.scope.footnotes.uses[int(match[1])]
        if label not in self.scope.footnotes.definitions:
            mend = f"write `{source}: …` on a line of its own"
            self.scope.warn("missing-footnote", f"nothing defines the footnote `{source}`", at, mend)
            return escape(source, quote=False)
        if label not in self.numbers:
            self.numbers[label] = self._next()
            self.labels.append(label)
        self.uses[label] = self.uses.get(label, 0) + 1
        name = identity(label)
        number = self.numbers[label]
        repeat = f":{self.uses[label] - 1}" if self.uses[label] > 1 else ""
        return (
            f'<sup id="fnref:{name}{repeat}" class="footnote-ref">'
            f'<a href="#fn:{name}" role="doc-noteref">{number}</a></sup>'
        )

    def _next(self) -> int:
        """The first number after the last that no note in Liquid shows."""
        number = self.numbers[self.labels[-1]] + 1 if self.labels else 1
        while number in self.scope.footnotes.taken:
            number += 1
        return number


def identity(label: str) -> str:
    """A label in an id."""
    return escape("-".join(label.split()))


def with_footnotes(html: str, scope: Scope) -> str:
    """The body with its references numbered and, at its end, the notes they lead to."""
    if not scope.footnotes.uses:
        return html
    numbering = _Numbering(scope)
    body = _USE.sub(numbering.reference, html)
    if not numbering.numbers:
        return body
    # A note may refer to a further one: the list of labels grows while it is walked.
    notes = {label: _USE.sub(numbering.reference, scope.footnotes.definitions[label]) for label in numbering.labels}
    items: list[str] = []
    for place, (label, note) in enumerate(notes.items(), 1):
        number = numbering.numbers[label]
        items.append(_item(label, note, numbering.uses[label], f' value="{number}"' if number != place else ""))
    shown = "\n".join(items)
    return f'{body}\n<div class="footnotes" role="doc-endnotes">\n<ol>\n{shown}\n</ol>\n</div>\n'


def without_references(html: str) -> str:
    """A heading's HTML as a table of contents shows it."""
    return _USE.sub("", html) if OPEN in html else html


def _item(label: str, note: str, uses: int, value: str) -> str:
    name = identity(label)
    back = " ".join(
        f'<a href="#fnref:{name}{f":{use}" if use else ""}" class="reversefootnote" role="doc-backlink" '
        f'aria-label="Back to the text">↩</a>'
        for use in range(uses)
    )
    match = _LAST_PARAGRAPH.search(note)
    inside = f"{note[: match.start()]} {back}</p>" if match else f"{note}\n<p>{back}</p>"
    return f'<li id="fn:{name}"{value}>{inside}</li>'
