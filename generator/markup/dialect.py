"""The one Markdown dialect: text of a cell or a post → HTML with holes. Home of Markdown, with the block grammar."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape

from generator.location import Location
from generator.markup.balance import balanced
from generator.markup.blocks import block_parser, short_blocks
from generator.markup.contents import contents_html
from generator.markup.conversion import Conversion, Tools
from generator.markup.emoji import Emoji
from generator.markup.footnotes import with_footnotes, without_references
from generator.markup.highlight import Highlighter
from generator.markup.holes import dig
from generator.markup.inline import inline_html
from generator.markup.liquid import tell_repeats
from generator.markup.math import MathWriter, Rendered
from generator.markup.prose import prose_of
from generator.markup.quotes import Current
from generator.markup.render import BlockWriter
from generator.markup.sanitise import clean
from generator.markup.scan import scan
from generator.markup.scope import Formula, Scope
from generator.markup.spans import protect, without_raw
from generator.markup.tokens import CLOSE, OPEN, TOC_MARK, cleaned, without_joints
from generator.model.embed import EmbedFunction

_WHITE_LINE = re.compile(r"\n[ \t]+(?=\n|$)")
_FORMULA = re.compile(f"(<p>)?{OPEN}m([0-9]+){CLOSE}(?(1)(</p>)?)")
_EQUATION = re.compile(f"{OPEN}e([0-9]+){CLOSE}")
_EMPTY_MATH = re.compile(r"<math[^>]*>(?:<mrow>\s*</mrow>)?</math>")


class Dialect:
    """One per process: it holds the parser, the lexers and math's converter, and nothing of any document."""

    def __init__(self, embeds: Mapping[str, EmbedFunction], highlighter: Highlighter | None = None) -> None:
        self._tools = Tools(highlighter or Highlighter(), Emoji(), embeds)
        self._math = MathWriter()
        self._current = Current()
        self._parser = block_parser(self._current)

    def convert(self, text: str, at: Location, scope: Scope) -> str:
        """HTML of one cell or one whole post; marks of the whole document stay until ``finish``.

        Args:
            at: where the text begins.
        """
        text = cleaned(text)
        conversion = self._conversion(text, at, scope)
        first_heading = len(scope.headings)
        html = self._safe(self._blocks(without_raw(text) if "{%" in text else text, conversion), conversion)
        scope.prose.append(prose_of(html))
        html = dig(html, at, scope, source_text=text).strip("\n")
        for label, note in conversion.notes.items():
            dug = dig(self._safe(note, conversion), at, scope, source_text=text)
            scope.footnotes.definitions.setdefault(label, dug)
        for index, heading in enumerate(scope.headings[first_heading:], first_heading):
            if "<" in heading.html or OPEN in heading.html:
                scope.headings[index] = replace(heading, html=dig(self._safe(heading.html, conversion), at, scope))
        return html

    def inline(self, text: str, at: Location, scope: Scope) -> str:
        """HTML of a title, summary or caption, complete in itself."""
        text = cleaned(text)
        conversion = self._conversion(text, at, scope)
        html = self._safe(conversion.inline(without_raw(text) if "{%" in text else text), conversion)
        html = dig(html, at, scope, source_text=text)
        if OPEN not in html:
            return html
        first = int(match[2]) if (match := _FORMULA.search(html)) else len(scope.formulas)
        formulas = scope.formulas[first:]
        rendered = self._rendered(formulas, scope)
        html = _with_formulas(without_references(html), rendered, formulas, first)
        del scope.formulas[first:]
        return _EQUATION.sub(lambda match: escape(scope.equation_refs[int(match[1])][1], quote=False), html)

    def embed(self, embed: str, text: str, at: Location, scope: Scope) -> str:
        """HTML of an embed that front matter calls and no text; empty where nobody knows its name.

        Args:
            embed: its name.
            text: of its block, whose first line is the one at ``at``.
        """
        conversion = self._conversion("", at, scope)
        shown = conversion.embed(embed, "", {"first_line": "1"}, 1, text=text)
        return "" if shown is None else dig(self._safe(shown, conversion), at, scope)

    def finish(self, html: str, scope: Scope) -> str:
        """The joined body with everything that concerns the whole document: footnotes, formulas, contents."""
        html = with_footnotes(html, scope)
        rendered = self._rendered(scope.formulas, scope)
        headings = [replace(heading, html=without_references(heading.html)) for heading in scope.headings]
        if TOC_MARK in html:
            shown = [heading for heading in headings if heading.anchor not in scope.toc_excluded]
            html = html.replace(TOC_MARK, contents_html(shown))
        scope.headings[:] = [
            replace(heading, html=_finished(heading.html, scope, rendered)) if OPEN in heading.html else heading
            for heading in headings
        ]
        for label, source, at in scope.equation_refs:
            if label not in rendered.numbers:
                mend = "label an equation with `\\label`, or write the number"
                scope.warn("unknown-equation", f"no equation has the label of `{source}`", at, mend)
        tell_repeats(scope)
        return _finished(html, scope, rendered)

    def _conversion(self, text: str, at: Location, scope: Scope) -> Conversion:
        conversion = Conversion(scope, at, self._tools, text)
        conversion.inline = lambda text: inline_html(protect(text, conversion, 1), conversion)
        return conversion

    def _blocks(self, text: str, conversion: Conversion) -> str:
        if not text.strip():
            return ""
        text = short_blocks(_WHITE_LINE.sub("\n", scan(text, conversion)))
        before, self._current.conversion = self._current.conversion, conversion
        try:
            root = self._parser.parseDocument([text]).getroot()
            return "" if root is None else BlockWriter(conversion).written(root)
        finally:
            self._current.conversion = before
            self._parser.state.clear()

    def _safe(self, html: str, conversion: Conversion) -> str:
        """HTML without stand-ins: balanced, and in the strict profile without anything active."""
        html = without_joints(conversion.tokens.resolve(html))
        if conversion.scope.is_strict:
            return clean(html)
        return balanced(html) if conversion.has_loose_html else html

    def _rendered(self, formulas: list[Formula], scope: Scope) -> Rendered:
        if not formulas:
            return Rendered((), (), {}, frozenset())
        rendered = self._math.render(formulas)
        for index, reason in rendered.failures:
            formula = formulas[index]
            shown = " ".join(formula.source.split())
            scope.warn(
                "broken-math",
                f"the formula `{shown if len(shown) <= 60 else shown[:57] + '…'}` cannot be shown: {reason}",
                formula.at,
                "mend it, or put it into backticks if it is no formula",
            )
        if rendered.characters:
            scope.needs.add("math")
            scope.math_characters.update(rendered.characters)
        return rendered


def _finished(html: str, scope: Scope, rendered: Rendered) -> str:
    """HTML with its formulas and the numbers of equations."""
    html = _with_formulas(html, rendered, scope.formulas, 0)

    def number(match: re.Match[str]) -> str:
        label, source, _ = scope.equation_refs[int(match[1])]
        if label not in rendered.numbers:
            return escape(source, quote=False)
        shown = rendered.numbers[label]
        shown = f"({shown})" if source.startswith("\\eqref") else shown
        return f'<a href="#eq-{escape(label)}">{shown}</a>'

    return _EQUATION.sub(number, html)


def _with_formulas(html: str, rendered: Rendered, formulas: list[Formula], first: int) -> str:
    """Formulas in place. A display scrolls if it is wide; one that fills a paragraph takes the paragraph's place.

    Args:
        first: number of the first of the formulas.
    """

    def one(match: re.Match[str]) -> str:
        index = int(match[2]) - first
        mathml = rendered.mathml[index]
        shown = "" if _EMPTY_MATH.fullmatch(mathml) else mathml
        is_display = formulas[index].is_display and shown.startswith("<math")
        if not match[1] or not match[3]:
            # Within words it stands in a paragraph, where a div may not.
            return f"{match[1] or ''}" + (f'<span class="math-scroll">{shown}</span>' if is_display else shown)
        if not shown:
            return ""
        return f'<div class="math-scroll">{shown}</div>' if is_display else f"<p>{shown}</p>"

    return _FORMULA.sub(one, html)
