"""Math, Liquid and data URLs within paragraphs → stand-ins, so that Markdown leaves them alone; code is skipped."""

import re
from dataclasses import dataclass, field
from html import escape

from generator.markup.conversion import Conversion
from generator.markup.tokens import JOINT

_START = re.compile(r"[`$\\{<]|\]\(|https?://")
_BLANK = re.compile(r"(\n[ \t]*\n\s*)")
_TICKS = re.compile(r"`+")
_TAG = re.compile(r"""<[/!?]?[A-Za-z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_VERBATIM = re.compile(r"<(code|pre|script|style|kbd|samp|textarea|svg|math)\b", re.IGNORECASE)
_LIQUID = re.compile(r"\{\{[^<{].*?\}\}|\{%.*?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)(?P<rest>.*?)/?\s*>\}\}", re.DOTALL)
_DESTINATION = re.compile(r"\]\(\s*<?(?P<url>[^\s(){}<>\\]*)")
_URL = re.compile(r"""https?://[^\s<>()\[\]"'`{}\\]*""")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|equation|gather|multline|eqnarray|alignat|flalign|math|displaymath|aligned|alignedat|gathered"
    r"|split|cases|array|[bBpvV]?matrix|smallmatrix|CD)\*?)\}"
)
_ONLY_DISPLAY = re.compile(
    r"\\tag\b|\\label\b|\\begin\s*\{(?:align|equation|gather|multline|eqnarray|alignat|flalign)\b"
)
_REFERENCE = re.compile(r"\\(?:eq)?ref\{([^{}\n]{1,200})\}")
_DOLLAR_END = re.compile(r"(?:[^$\\]++|\\.)*+\$", re.DOTALL)
_TEX = re.compile(r"\\[A-Za-z]|[_^=+<>|]|\\[,;:!{}]")
_LONG_WORD = re.compile(r"[A-Za-z]{3,}")
# Between two amounts: what stands in braces or follows a backslash is TeX's, whatever it spells.
_SPELLED_BY_TEX = re.compile(r"\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_TWO_WORDS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]+ [^\W\d_]{4,}|[^\W\d_]{4,} [^\W\d_]{2,})")
_OPTION = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))|(?:"([^"]*)"|(\S+))""")


def protect(text: str, conversion: Conversion, line: int) -> str:
    """Text of one or more paragraphs with stand-ins.

    Args:
        line: number of its first line within the conversion's text.
    """
    if not _START.search(text):
        return text
    if "\n\n" not in text and not _BLANK.search(text):
        return _Paragraph(text, conversion, line).protected()
    parts = _BLANK.split(text)
    for index, part in enumerate(parts):
        if index % 2 == 0 and _START.search(part):
            parts[index] = _Paragraph(part, conversion, line).protected()
        line += part.count("\n")
    return "".join(parts)


@dataclass(slots=True)
class _Paragraph:
    """One paragraph; nothing reaches over its end."""

    text: str
    conversion: Conversion
    line: int
    missing: set[str] = field(default_factory=set)

    def protected(self) -> str:
        parts: list[str] = []
        done = position = 0
        while match := _START.search(self.text, position):
            start = match.start()
            token, position = self._at(match[0], start)
            if token is not None:
                parts += (self.text[done:start], token)
                done = position
        return "".join(parts) + self.text[done:] if parts else self.text

    def _at(self, mark: str, start: int) -> tuple[str | None, int]:
        """A stand-in for what begins at start, or None, and where to go on."""
        match mark:
            case "`":
                return None, self._after_code(start)
            case "$":
                return self._dollar(start)
            case "\\":
                return self._backslash(start)
            case "{":
                return self._brace(start)
            case "<":
                return self._tag(start)
            case "](":
                return self._destination(start)
        url = _URL.match(self.text, start)
        return None, url.end() if url else start + 1

    def _find(self, what: str, start: int) -> int:
        """Where what begins next, or -1; a search that failed once is not made again."""
        if what in self.missing:
            return -1
        found = self.text.find(what, start)
        if found < 0:
            self.missing.add(what)
        return found

    def _line_at(self, position: int) -> int:
        return self.line + self.text.count("\n", 0, position)

    def _after_code(self, start: int) -> int:
        ticks = _TICKS.match(self.text, start)
        length = len(ticks[0]) if ticks else 1
        after = start + length
        if f"`{length}" in self.missing:
            return after
        for closer in _TICKS.finditer(self.text, after):
            if len(closer[0]) == length:
                return closer.end()
        self.missing.add(f"`{length}")
        return after

    def _formula(self, start: int, end: int, width: int, *, is_display: bool) -> tuple[str, int]:
        source = self.text[start:end]
        latex = source[width : len(source) - width] if width else source
        token = self.conversion.formula(latex, source, self._line_at(start), is_display=is_display)
        return token, end

    def _dollar(self, start: int) -> tuple[str | None, int]:
        if self.conversion.scope.rules.math is False:
            return None, start + 1
        if self.text.startswith("$$", start):
            end = self._find("$$", start + 2)
            if end < 0 or not self.text[start + 2 : end].strip():
                return None, start + 2
            return self._formula(start, end + 2, 2, is_display=self._is_display(start, end + 2))
        closed = self._dollar_end(start)
        if closed is None:
            return None, start + 1
        reference = _REFERENCE.fullmatch(self.text[start + 1 : closed - 1].strip())
        if reference is not None:
            return self.conversion.equation_ref(reference[1].strip(), reference[0], self._line_at(start)), closed
        return self._formula(start, closed, 1, is_display=False)

    def _is_display(self, start: int, end: int) -> bool:
        """In posts, ``$$`` within a line of text is inline, as it was for kramdown, unless it has a number."""
        if not self.conversion.is_post or _ONLY_DISPLAY.search(self.text, start, end):
            return True
        before = self.text.rfind("\n", 0, start) + 1
        after = self.text.find("\n", end)
        rest = self.text[before:start] + self.text[end : after if after >= 0 else len(self.text)]
        return not rest.strip(" \t>*+-0123456789.")

    def _dollar_end(self, start: int) -> int | None:
        """The end of ``$…$``: tight at both ends, or with something only TeX would write inside; never an amount."""
        end = start + 1
        for _ in range(4):
            match = _DOLLAR_END.match(self.text, end)
            if match is None:
                return None
            end = match.end()
            inner = self.text[start + 1 : end - 1]
            if inner.count("{") <= inner.count("}"):
                break
        after = self.text[end : end + 1]
        if not inner.strip() or after.isdigit() or "`" in inner:
            return None
        if not inner[0].isspace() and not inner[-1].isspace():
            return None if _is_between_amounts(inner) else end
        return end if inner[0].isspace() == inner[-1].isspace() and _TEX.search(inner) else None

    def _backslash(self, start: int) -> tuple[str | None, int]:
        text = self.text
        following = text[start + 1 : start + 3]
        if self.conversion.scope.rules.math is False:
            return None, start + 2
        if following[:1] in ("(", "[") or following in ("\\(", "\\["):
            return self._bracketed(start)
        if following[:1] == "b" and (match := _ENVIRONMENT.match(text, start)):
            closing = f"\\end{{{match[1]}}}"
            end = self._find(closing, match.end())
            return (None, match.end()) if end < 0 else self._formula(start, end + len(closing), 0, is_display=True)
        if following[:1] in ("e", "r") and (match := _REFERENCE.match(text, start)):
            return self.conversion.equation_ref(match[1].strip(), match[0], self._line_at(start)), match.end()
        return None, start + 2

    def _bracketed(self, start: int) -> tuple[str | None, int]:
        """``\\(…\\)`` and ``\\[…\\]``, single or doubled as for kramdown; an escaped bracket stays one."""
        width = 3 if self.text[start + 1] == "\\" else 2
        opening = self.text[start : start + width]
        closing = opening.replace("(", ")").replace("[", "]")
        end = self._find(closing, start + width)
        inner = self.text[start + width : end] if end >= 0 else ""
        is_math = inner.strip() and not inner.strip().isdigit() and (_TEX.search(inner) or not _LONG_WORD.search(inner))
        if not is_math:
            return None, start + width
        return self._formula(start, end + width, width, is_display="[" in opening)

    def _brace(self, start: int) -> tuple[str | None, int]:
        text = self.text
        if text.startswith("{{<", start):
            match = _SHORTCODE.match(text, start) if self._find(">}}", start) >= 0 else None
            return (self._shortcode(match), match.end()) if match else (None, start + 3)
        if text[start + 1 : start + 2] not in ("{", "%"):
            return None, start + 1
        closing = "%}" if text[start + 1] == "%" else "}}"
        match = _LIQUID.match(text, start) if self._find(closing, start) >= 0 else None
        if match is None:
            return (self._unfinished(start) if text[start + 1] == "%" else None), start + 2
        return self.conversion.liquid(match[0], self._line_at(start)), match.end()

    def _unfinished(self, start: int) -> str:
        """``{%`` without an end, which is only said if it does not turn out to be code."""
        shown = self.text[start : start + 40].split("\n")[0]
        conversion, at = self.conversion, self.conversion.line(self._line_at(start))

        def render() -> str:
            conversion.scope.warn("unfinished-liquid", f"`{shown}` has no end", at, "end it with `%}`")
            return "{%"

        return conversion.tokens.hold("{%", render)

    def _shortcode(self, match: re.Match[str]) -> str:
        """Quarto's ``{{< video URL >}}``."""
        conversion, line = self.conversion, self._line_at(match.start())
        options, target = {}, ""
        for key, double, single, bare, quoted, word in _OPTION.findall(match["rest"]):
            if key:
                options[key] = double or single or bare
            elif not target:
                target = quoted or word

        def render() -> str:
            return conversion.shortcode(match["name"], target, options, match[0], line)

        return conversion.tokens.hold(match[0], render, is_block=match["name"] in conversion.tools.embeds)

    def _tag(self, start: int) -> tuple[str | None, int]:
        text = self.text
        if text.startswith("<!--", start):
            end = self._find("-->", start)
            return None, end + 3 if end >= 0 else start + 4
        if self._find(">", start) < 0:
            return None, start + 1
        tag = _TAG.match(text, start)
        if tag is None:
            return None, start + 1
        verbatim = _VERBATIM.match(text, start)
        if verbatim is not None and not tag[0].endswith("/>"):
            closing = re.compile(rf"</{verbatim[1]}\s*>", re.IGNORECASE).search(text, tag.end())
            return None, closing.end() if closing else tag.end()
        if "{" not in tag[0]:
            return None, tag.end()
        line = self._line_at(start)
        written = _LIQUID.sub(lambda match: self.conversion.liquid(match[0], line), tag[0])
        return written, tag.end()

    def _destination(self, start: int) -> tuple[str | None, int]:
        match = _DESTINATION.match(self.text, start)
        if match is None:
            return None, start + 2
        url = match["url"]
        if not url.startswith("data:"):
            return None, match.end()
        opening = self.text[start : match.start("url")]
        return opening + self.conversion.tokens.hold(url, lambda: escape(url)), match.end()


def _is_between_amounts(inner: str) -> bool:
    """Whether this is the prose between two amounts (``$5, and then I paid 5$``), and no formula."""
    if not (inner[0].isdigit() and inner[-1].isdigit()):
        return False
    spelled = _SPELLED_BY_TEX.sub("", inner)
    return bool((_TWO_WORDS if _TEX.search(inner) else _WORD).search(spelled))


def without_raw(text: str) -> str:
    """Text without ``{% raw %}`` and ``{% endraw %}``, code or not; between them nothing is Liquid any more.

    A line that held only the tag becomes a line that holds only the joint.
    """
    parts: list[str] = []
    position = 0
    while (begin := _next_raw(text, position)) is not None:
        end = _RAW_END.search(text, begin.end())
        if end is None:
            break
        inside = text[begin.end() : end.start()].replace("{{", f"{{{JOINT}{{").replace("{%", f"{{{JOINT}%")
        parts += (text[position : begin.start()], _alone(text, begin), inside, _alone(text, end))
        position = end.end()
    return "".join(parts) + text[position:] if parts else text


_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}")
_RAW_END = re.compile(r"\{%-?\s*endraw\s*-?%\}")


def _next_raw(text: str, position: int) -> re.Match[str] | None:
    """The next tag, but not one that an author shows as code: `` `{% raw %}` ``."""
    while match := _RAW.search(text, position):
        if text[match.start() - 1 : match.start()] != "`" or text[match.end() : match.end() + 1] != "`":
            return match
        position = match.end()
    return None


def _alone(text: str, tag: re.Match[str]) -> str:
    line_start = text.rfind("\n", 0, tag.start()) + 1
    line_end = text.find("\n", tag.end())
    around = text[line_start : tag.start()] + text[tag.end() : line_end if line_end >= 0 else len(text)]
    return "" if around.strip(" \t>") else JOINT
