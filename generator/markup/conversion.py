"""One conversion: a text, its place, its stand-ins, and the tools all conversions share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from generator.location import Location
from generator.markup.emoji import Emoji
from generator.markup.highlight import Highlighter
from generator.markup.liquid import Liquid, LiquidReader
from generator.markup.scope import Formula, IdStyle, Scope
from generator.markup.tokens import CLOSE, OPEN, Tokens
from generator.model.embed import Embed, EmbedFunction


@dataclass(frozen=True, slots=True)
class Tools:
    """What a process shares between all conversions."""

    highlighter: Highlighter
    emoji: Emoji
    embeds: Mapping[str, EmbedFunction]


@dataclass(slots=True)
class Conversion:
    """One text on its way to HTML.

    Args:
        at: where the text begins.
        text: as the author wrote it.
        inline: inline Markdown to HTML with stand-ins, within this conversion.
        notes: footnotes defined in this text, label to HTML with stand-ins.
        has_loose_html: raw HTML was left open or closed what it had not opened.
    """

    scope: Scope
    at: Location
    tools: Tools
    text: str = ""
    inline: Callable[[str], str] = str
    tokens: Tokens = field(default_factory=Tokens)
    has_loose_html: bool = False
    notes: dict[str, str] = field(default_factory=dict)

    def line(self, number: int) -> Location:
        """The place of a line of this text, counted from 1."""
        return self.at.at_line(number)

    def place_of(self, written: str) -> Location:
        """The line of the first place where this stands, the beginning if it cannot be found."""
        found = self.text.find(written)
        return self.at if found < 0 else self.line(self.text.count("\n", 0, found) + 1)

    def formula(self, latex: str, source: str, line: int, *, is_display: bool) -> str:
        """A stand-in for a formula; it is rendered when the document is finished."""

        def render() -> str:
            self.scope.formulas.append(Formula(latex, source, is_display, self.line(line)))
            return f"{OPEN}m{len(self.scope.formulas) - 1}{CLOSE}"

        return self.tokens.hold(source, render)

    def equation_ref(self, label: str, source: str, line: int) -> str:
        """A stand-in for the number of an equation."""

        def render() -> str:
            self.scope.equation_refs.append((label, source, self.line(line)))
            return f"{OPEN}e{len(self.scope.equation_refs) - 1}{CLOSE}"

        return self.tokens.hold(source, render)

    def liquid(self, source: str, line: int) -> str:
        """A stand-in for one piece of Liquid."""
        liquid = Liquid(source, self.line(line))
        reader = LiquidReader(
            self.scope, self.inline, lambda name, target, options: self.embed(name, target, options, line)
        )
        return self.tokens.hold(source, lambda: reader.html(liquid), is_block=liquid.is_block, text=reader.text(liquid))

    def shortcode(self, name: str, target: str, options: Mapping[str, str], source: str, line: int) -> str:
        """What Quarto's ``{{< name target >}}`` shows: an embed, or itself with a warning."""
        shown = self.embed(name, target, options, line) if target else None
        if shown is None:
            reason = f"`{name}` cannot show it" if name in self.tools.embeds else f"the shortcode `{name}` is not known"
            self.scope.warn(
                "unknown-shortcode",
                f"`{source}` is shown as it stands: {reason}",
                self.line(line),
                "write it in Markdown or HTML",
            )
            return escape(source, quote=False)
        return shown

    @property
    def is_post(self) -> bool:
        """Whether the text is a post in kramdown's dialect, and not a notebook's cell."""
        return self.scope.id_style is IdStyle.KRAMDOWN

    def code(self, source: str, language: str) -> str:
        """A block of code."""
        return self.tools.highlighter.code(source, language)

    def embed(self, name: str, target: str, options: Mapping[str, str], line: int, *, text: str = "") -> str | None:
        """The HTML of an embed; in the strict profile, and where nobody can show it, None or a link.

        Args:
            text: of a block, what stands in its fence.
        """
        function = self.tools.embeds.get(name)
        if function is None:
            return None
        embed = Embed(name, target, options, self.line(line), text, self.scope.rules)
        shown = function(embed, self.scope.companions)
        if shown is None:
            return None
        self.scope.needs.update(shown.needs)
        self.scope.problems.extend(shown.problems)
        self.scope.asked_runs.extend(shown.asked_runs)
        if shown.markdown:
            self.scope.blocks_in_text[self.line(line)] = shown.markdown
        if not self.scope.is_strict:
            self.scope.hosts.update(shown.hosts)
        return shown.html
