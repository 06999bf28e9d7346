"""Headings: their ids as nbconvert and kramdown made them, so that old deep links still arrive."""

import re
import unicodedata
from html import escape, unescape

from generator.markup.conversion import Conversion
from generator.markup.scope import IdStyle
from generator.model.document import Heading

_ANCHORS = re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# kramdown typographs before it makes an id, and no typographic sign survives.
_TYPOGRAPHY = re.compile(r"-{2,3}|\.\.\.|<<|>>")
_EXPLICIT = re.compile(r"[ \t]*\{:?[ \t]*(?P<inner>[^{}\n]*)\}[ \t]*$")


def heading_id(text: str, style: IdStyle) -> str:
    """The id of a heading with this plain text, before it is made unique.

    >>> heading_id("Boxes / Callouts", IdStyle.NOTEBOOK), heading_id("A Demo of X & Y", IdStyle.KRAMDOWN)
    ('Boxes-/-Callouts', 'a-demo-of-x--y')
    """
    if style is IdStyle.NOTEBOOK:
        return text.replace(" ", "-")
    lowered = _TYPOGRAPHY.sub("", text).lower()
    kept = (character for character in lowered if character in "- \t" or _is_word(character))
    return "".join(kept).replace(" ", "-").replace("\t", "-")


def _is_word(character: str) -> bool:
    """Ruby's ``\\p{Word}``: letters, marks, decimal digits, connectors."""
    if character.isascii():
        return character.isalnum() or character == "_"
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc", "Nl")


def split_attributes(text: str) -> tuple[str, str]:
    """A heading's text and what stands in braces behind it (``{#id .class}``); empty when nothing does."""
    match = _EXPLICIT.search(text) if text.endswith("}") else None
    return (text[: match.start()], match["inner"]) if match else (text, "")


def plain_text(html: str, conversion: Conversion) -> str:
    """Inline HTML as text, formulas as their source."""
    return conversion.tokens.plain(unescape(_TAG.sub("", html)))


def heading_html(level: int, html: str, source_text: str, attributes: dict[str, str], conversion: Conversion) -> str:
    """The heading with its id and a link to itself; the scope keeps what a table of contents needs.

    Args:
        html: its inline HTML.
        source_text: its plain text with emoji as the author wrote them: what ids were made of.
    """
    scope = conversion.scope
    wanted = attributes.pop("id", "") or heading_id(source_text, scope.id_style) or "section"
    anchor = scope.claim_id(wanted)
    classes = attributes.get("class", "").split()
    text = plain_text(html, conversion).strip()
    if "no_toc" in classes:
        scope.toc_excluded.add(anchor)
    resolved = conversion.tokens.resolve(html)
    scope.headings.append(Heading(level, anchor, _ANCHORS.sub("", resolved), text))
    more = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    link = f'<a class="anchor" href="#{escape(anchor)}" aria-label="{escape(f"Link to “{text}”")}">#</a>'
    return f'<h{level} id="{escape(anchor)}"{more}>{resolved}{link}</h{level}>'
