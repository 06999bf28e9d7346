"""Callouts: every spelling authors bring, one HTML shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

KINDS = ("note", "tip", "important", "warning", "caution")
"""What a style sheet has to know."""

# Spellings of other tools: Material's admonitions, MyST's directives, Quarto's, Obsidian's, Jupyter's alerts.
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "abstract": "note",
        "summary": "note",
        "tldr": "note",
        "info": "note",
        "todo": "note",
        "question": "note",
        "help": "note",
        "faq": "note",
        "example": "note",
        "quote": "note",
        "cite": "note",
        "seealso": "note",
        "admonition": "note",
        "primary": "note",
        "secondary": "note",
        "hint": "tip",
        "success": "tip",
        "check": "tip",
        "done": "tip",
        "attention": "warning",
        "error": "caution",
        "danger": "caution",
        "bug": "caution",
        "failure": "caution",
        "fail": "caution",
        "missing": "caution",
    }
)
_TITLES: Mapping[str, str] = MappingProxyType(
    {"tldr": "TL;DR", "faq": "FAQ", "todo": "To do", "seealso": "See also", "admonition": "Note"}
)

QUOTE_WORD = re.compile(
    r"\s*(?P<mark>\*\*|__)?(?P<kind>note|tip|important|warning)(?:\s*:\s*(?P=mark)|(?P=mark)\s*:)"
    r"|\s*(?P<bare>note|tip|important|warning)\s*:",
    re.IGNORECASE,
)
"""``Note:`` at the start of a quote; the four words of fastpages and no other: ``Answer:`` stays a quote."""

GITHUB_WORD = re.compile(r"\s*\[!(?P<kind>[A-Za-z]{1,20})\](?P<fold>[+-]?)[ \t]*(?P<title>[^\n]*)")
"""``[!NOTE]``, and Obsidian's ``[!note]- Title``."""

ADMONITION = re.compile(
    r"(?P<mark>!!!|\?\?\?\+?)[ ]+(?P<kind>[A-Za-z][\w-]{0,30})(?P<more>(?:[ ]+[a-z][\w-]*)*)"
    r"(?:[ ]+\"(?P<title>[^\"\n]*)\")?[ ]*(?:\n|$)"
)
"""Material's ``!!! note "Title"``, ``???`` folded, ``???+`` folded and open."""


@dataclass(frozen=True, slots=True)
class Callout:
    """One callout's frame.

    Args:
        kind: one of KINDS.
        title: inline HTML; empty for none.
        is_folded: a reader opens it.
        is_open: folded, but open at first.
        classes, id: what the author added.
    """

    kind: str
    title: str
    is_folded: bool = False
    is_open: bool = False
    classes: tuple[str, ...] = ()
    id: str | None = None

    @property
    def opening(self) -> str:
        """Everything before its content."""
        classes = escape(" ".join(("callout", f"callout-{self.kind}", *self.classes)))
        identity = f' id="{escape(self.id)}"' if self.id else ""
        if self.is_folded:
            state = " open" if self.is_open else ""
            title = self.title or default_title(self.kind)
            return f'<details class="{classes}"{identity}{state}><summary class="callout-title">{title}</summary>'
        title = f'<p class="callout-title">{self.title}</p>' if self.title else ""
        return f'<aside class="{classes}"{identity} role="note">{title}'

    @property
    def closing(self) -> str:
        """Everything after it."""
        return "</details>" if self.is_folded else "</aside>"


def kind_of(word: str) -> str | None:
    """The kind a spelling means, None when it is no callout.

    >>> kind_of("DANGER"), kind_of("callout-tip"), kind_of("answer")
    ('caution', 'tip', None)
    """
    word = word.lower().removeprefix("callout-")
    return word if word in KINDS else _MEANINGS.get(word)


def default_title(word: str) -> str:
    """What a callout is called when its author gave no title: the word as written."""
    word = word.lower().removeprefix("callout-")
    return _TITLES.get(word) or word[:1].upper() + word[1:]


# Bootstrap's colours, as Jupyter's alert boxes use them.
_ALERTS: Mapping[str, str] = MappingProxyType(
    {
        "info": "note",
        "success": "tip",
        "warning": "warning",
        "danger": "caution",
        "primary": "note",
        "secondary": "note",
    }
)
_ALERT_CLASS = re.compile(r"(?:^|\s)alert-(info|success|warning|danger|primary|secondary)(?=\s|$)")
_CLASS = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LEAD = re.compile(
    r"\s*<(b|strong)>\s*(?P<title>(?:note|tip|hint|info|important|warning|caution|danger|success)s?)\s*:?\s*</\1>\s*:?\s*",
    re.IGNORECASE,
)


def alert_kind(tag: str) -> str | None:
    """The kind of a ``<div class="alert alert-info">``; None for any other tag."""
    found = _CLASS.search(tag)
    classes = next((group for group in found.groups() if group is not None), "") if found else ""
    if "alert" not in classes.split():
        return None
    match = _ALERT_CLASS.search(classes)
    return _ALERTS[match[1]] if match else "note"


def alert_title(content: str, kind: str) -> tuple[str, str]:
    """The title of an alert box, and its content without it: a bold ``Tip:`` in front is taken for one."""
    match = _LEAD.match(content)
    if match is None:
        return default_title(kind), content
    return escape(match["title"].capitalize()), content[match.end() :]
