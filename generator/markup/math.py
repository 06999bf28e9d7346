"""LaTeX → MathML, in what MathJax lets authors get away with. Home of math_core."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from types import MappingProxyType
from typing import Any

from generator.markup.scope import Formula
from generator.markup.tex import each_group, group, without_empty_rows
from generator.markup.units import with_units

# Far from where math_core's own stack ends, near 5,000 levels: it takes the process with it.
_DEEPEST = 100
_LONGEST = 20_000
_CHAIN = re.compile(r"(?:\\[A-Za-z]+[\s^_{(\[]*){300,}")

# What MathJax knows, alone or with the packages notebooks load; an author's own definition goes before.
_MACROS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("rlap", "llap", "clap", "mathrlap", "mathllap", "mathclap", "vcenter", "ensuremath"), "{#1}")
    | dict.fromkeys(("mathds", "mathbbm"), r"\mathbb{#1}")
    | dict.fromkeys(("hdots", "dotsc", "dotso"), r"\ldots ")
    | {
        "mathnormal": "{#1}",
        "cancelto": r"\cancel{#2}^{#1}",
        "textsuperscript": r"{}^{\text{#1}}",
        "textsubscript": r"{}_{\text{#1}}",
        "abs": r"\left|#1\right|",
        "norm": r"\left\|#1\right\|",
        "dd": r"\mathrm{d}",
        "dv": r"\frac{\mathrm{d}#1}{\mathrm{d}#2}",
        "pdv": r"\frac{\partial #1}{\partial #2}",
        "grad": r"\nabla ",
        "vb": r"\mathbf{#1}",
        "va": r"\vec{\mathbf{#1}}",
        "vu": r"\hat{\mathbf{#1}}",
        "tr": r"\operatorname{tr}",
        "Tr": r"\operatorname{Tr}",
        "rank": r"\operatorname{rank}",
    }
)
_REQUIRE = re.compile(r"\\require\s*\{[^{}]*\}")
_NEWCOMMAND = re.compile(r"\\(?:new|renew|provide)command\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?=\{)")
_OPERATOR = re.compile(r"\\DeclareMathOperator\s*(\*?)\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?=\{)")
_TEXT = re.compile(r"\\(?:text|mbox|textrm|hbox|textnormal)\s*(?=\{)")
_NUMBERED = re.compile(r"\\begin\s*\{(?:align|equation|gather|multline|eqnarray|alignat|flalign)\}")
_TAG_OR_LABEL = re.compile(r"\\(?:tag\*?|label)\s*\{[^{}]*\}")
_ENVIRONMENTS = (
    (re.compile(r"\\begin\s*\{eqnarray(\*?)\}"), r"\\begin{align\1}"),
    (re.compile(r"\\end\s*\{eqnarray(\*?)\}"), r"\\end{align\1}"),
    (re.compile(r"\\begin\s*\{alignat(\*?)\}\s*\{\d+\}"), r"\\begin{align\1}"),
    (re.compile(r"\\end\s*\{alignat(\*?)\}"), r"\\end{align\1}"),
    (re.compile(r"\\(begin|end)\s*\{flalign(\*?)\}"), r"\\\1{align\2}"),
    (re.compile(r"\\begin\s*\{alignedat\}\s*\{\d+\}"), r"\\begin{aligned}"),
    (re.compile(r"\\end\s*\{alignedat\}"), r"\\end{aligned}"),
    (re.compile(r"\\(begin|end)\s*\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\(begin|end)\s*\{(cases|[bBpvV]?matrix)\*\}(?:\[[lcr]\])?"), r"\\\1{\2}"),
    (re.compile(r"\\(begin|end)\s*\{smallmatrix\}"), r"\\\1{matrix}"),
    (re.compile(r"\\begin\s*\{tabular\}"), r"\\begin{array}"),
    (re.compile(r"\\end\s*\{tabular\}"), r"\\end{array}"),
    (re.compile(r"\\(begin|end)\s*\{(?:displaymath|math)\}"), ""),
)
_ALIGN_AMPERSANDS = re.compile(r"&\s*(=|\\approx|\\le|\\ge|<|>|\\equiv|\\sim|:=)\s*&")
# Commands that change nothing a reader of MathML would miss.
_DROPPED = re.compile(
    r"\\(?:tiny|scriptsize|small|normalsize|large|Large|LARGE|huge|Huge|strut|hfill|smash|displaylimits|allowbreak"
    r"|nobreak|bbox|boldmath|unboldmath|noindent|centering)(?![A-Za-z])(?:\[[^\[\]]*\])?"
)
_RENAMED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\\pmb(?![A-Za-z])"), r"\\boldsymbol"),
    (re.compile(r"\\ref\s*(?=\{)"), r"\\eqref"),
    (re.compile(r"\\(?:colorbox|enclose)\s*(?:\[[^\[\]]*\]\s*)?\{[^{}]*\}(?:\[[^\[\]]*\])?"), ""),
    (re.compile(r"\\intertext\s*(?=\{)"), r"\\notag\\text"),
    (re.compile(r"\\rule\s*\{[^{}]*\}\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:class|cssId|style|href)\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:raise|lower)\s*(?:\{[^{}]*\}|-?[\d.]+\s*(?:pt|em|ex|px|mu))"), ""),
    (re.compile(r"\\unicode\s*\{x([0-9A-Fa-f]{1,5})\}"), lambda match: _character(match[1])),
    (re.compile(r"\\verb\*?([^A-Za-z\s*])(.*?)\1"), lambda match: f"\\texttt{{{_escaped_text(match[2])}}}"),
    (re.compile(r"\\buildrel\s*(\{[^{}]*\}|\S)\s*\\over\s*(\{[^{}]*\}|\\[A-Za-z]+|\S)"), r"\\overset{\1}{\2}"),
)
_MATHOP = re.compile(
    r"\\mathop\s*\{\s*\\(?:rm|mathrm|text|operatorname)\s*\{?((?:[A-Za-z ]|\\[,;: ])+)\}?\s*\}\s*(?:\\(?:no)?limits)?"
)
_LIMITS = re.compile(r"(\})\s*\\(?:no)?limits(?![A-Za-z])")
_HLINE_END = re.compile(r"\\hline\s*(?=\\end\b)")
_ERROR = re.compile(r'<(?:p|span) class="math-core-error" title="(?:\d+: )?([^"]*)"')
_EQUATION_NUMBER = re.compile(r'id="eq-([^"]*)"[^>]*>\s*<mtext>\(?(.*?)\)?</mtext>')
_ANY_REFERENCE = re.compile(r"\\((?:eq)?ref)\s*\{")
_SHOWN_REFERENCE = re.compile(r'(<a href="#eq-[^"]*">)\((.*?)\)(?=</a>)')
_TAG = re.compile(r"(?:(?<=\\tag)|(?<=\\tag\*))\s*(?=\{)")
_PLAIN_TAG = re.compile(r"[A-Za-z0-9 .,:;'*()/+-]*")
_STAND_IN = re.compile(r"inkmill-tag-(\d+)\.")
_TOO_DEEP = "\\toodeep"
_SINGLE_LETTER = re.compile(r"<mi>([^<&])</mi>")
_ITALIC = (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("\u0391", "\u03a9", 0x1D6E2), ("\u03b1", "\u03c9", 0x1D6FC))
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a document's formulas.

    Args:
        mathml: one per formula; the source in ``<code class="math-error">`` where it failed.
        failures: index of a formula to what is wrong with it.
        numbers: label to the number of its equation.
        characters: every character the formulas show.
    """

    mathml: tuple[str, ...]
    failures: tuple[tuple[int, str], ...]
    numbers: dict[str, str]
    characters: frozenset[str]


class MathWriter:
    """Holds math_core's converter; one per process."""

    def __init__(self) -> None:
        self._converter: Any = None

    def render(self, formulas: Sequence[Formula]) -> Rendered:
        """All formulas of a document: they share definitions, and may refer to each other's numbers."""
        tags: list[str] = []
        shown = self._convert([(_safe(_with_plain_tags(one.latex, tags)), one.is_display) for one in formulas])
        if tags:
            shown = self._with_tags(shown, tags)
        failures: list[tuple[int, str]] = []
        mathml: list[str] = []
        numbers: dict[str, str] = {}
        for index, (formula, converted) in enumerate(zip(formulas, shown, strict=True)):
            html = _bare_references(converted, formula.latex) if "\\ref" in formula.latex else converted
            failed = _ERROR.search(html) if "math-core-error" in html else None
            if failed is not None:
                failures.append((index, _reason(unescape(failed[1]))))
                mathml.append(f'<code class="math-error">{escape(formula.source, quote=False)}</code>')
                continue
            if 'id="eq-' in html:
                numbers.update((unescape(match[1]), match[2]) for match in _EQUATION_NUMBER.finditer(html))
            mathml.append(html)
        characters = _characters("".join(html for html in mathml if html.startswith("<math")))
        return Rendered(tuple(mathml), tuple(failures), numbers, characters)

    def _with_tags(self, shown: list[str], tags: list[str]) -> list[str]:
        """Formulas with the text of each tag in place of its stand-in; text alone, because links repeat it."""
        texts = [
            _text_of_tag(tag) if "math-core-error" in html else unescape(_MARKUP.sub("", html)).replace("\xa0", " ")
            for tag, html in zip(tags, self._convert([(_safe(_text(tag)), False) for tag in tags]), strict=True)
        ]
        return [_STAND_IN.sub(lambda match: escape(texts[int(match[1])]), html) for html in shown]

    def _convert(self, snippets: list[tuple[str, bool]]) -> list[str]:
        if self._converter is None:
            from math_core import LatexToMathML

            self._converter = LatexToMathML(
                global_group=True,
                continue_on_error=True,
                fancy_error=False,
                allow_unreliable_rendering=True,
                id_prefix="eq-",
                macros=dict(_MACROS),
            )
        result: list[str] = self._converter.convert_all(snippets)
        return result


def tolerant(latex: str) -> str:
    """LaTeX as math_core reads it, for what MathJax reads."""
    if "\\" not in latex:
        return latex.strip()
    latex = _REQUIRE.sub("", latex)
    latex = _definitions(latex)
    if "\\ce" in latex:
        latex = _chemistry(latex)
    if "\\end" in latex:
        latex = without_empty_rows(latex)
    for pattern, replacement in _ENVIRONMENTS:
        latex = pattern.sub(replacement, latex)
    if "{align" in latex:
        latex = _ALIGN_AMPERSANDS.sub(r"&\1", latex)
    latex = _substacks(with_units(latex))
    latex = _texts(latex)
    latex = _MATHOP.sub(r"\\operatorname*{\1}", _DROPPED.sub("", latex))
    for name, rewrite in _RENAMED:
        latex = name.sub(rewrite, latex)
    latex = _HLINE_END.sub("", _LIMITS.sub(r"\1", latex))
    return _numbered(latex).strip()


def _with_plain_tags(latex: str, tags: list[str]) -> str:
    """The formula with a stand-in for every tag math_core would refuse; the tags are added to tags."""

    def one(inside: str) -> str:
        if _PLAIN_TAG.fullmatch(inside):
            return f"{{{inside}}}"
        tags.append(inside)
        return f"{{inkmill-tag-{len(tags) - 1}.}}"

    return each_group(latex, _TAG, one) if "\\tag" in latex else latex


def _text_of_tag(tag: str) -> str:
    """A tag nothing can be made of, without TeX's own characters."""
    return re.sub(r"[\\${}]", "", tag)


def _bare_references(html: str, latex: str) -> str:
    r"""The formula's ``\ref`` without the parentheses of the ``\eqref`` it was converted as."""
    commands = iter(_ANY_REFERENCE.findall(latex))
    return _SHOWN_REFERENCE.sub(lambda match: match[1] + match[2] if next(commands, "") == "ref" else match[0], html)


def _safe(latex: str) -> str:
    if len(latex) > _LONGEST:
        return _TOO_DEEP
    latex = tolerant(latex)
    return latex if _is_shallow(latex) else _TOO_DEEP


def _reason(message: str) -> str:
    if _TOO_DEEP in message:
        return "it is too long or nested too deeply"
    return message[:1].lower() + message[1:].rstrip(".")


def _characters(mathml: str) -> frozenset[str]:
    """What is drawn: the text, and the italic letters browsers draw for a single letter in ``<mi>``."""
    shown = set(unescape(_MARKUP.sub("", mathml)))
    shown.update(_italic(letter) for letter in set(_SINGLE_LETTER.findall(mathml)))
    return frozenset(shown)


def _italic(letter: str) -> str:
    """Its code point in Mathematical Alphanumeric Symbols, as MathML Core's math-auto says."""
    if letter == "h":
        return "\u210e"
    for first, last, italic in _ITALIC:
        if first <= letter <= last:
            return chr(italic + ord(letter) - ord(first))
    return letter


def _is_shallow(latex: str) -> bool:
    """Whether math_core can nest as deep as this formula does."""
    if len(latex) > _LONGEST or _CHAIN.search(latex):
        return False
    depth = 0
    for piece in re.findall(r"\\[{}]|[{}\[\]]|\\(?:left|right|begin|end)(?![A-Za-z])", latex):
        if piece in ("{", "[", "\\left", "\\begin"):
            depth += 1
        elif piece in ("}", "]", "\\right", "\\end"):
            depth -= 1
        if depth > _DEEPEST:
            return False
    return True


def _numbered(latex: str) -> str:
    """A formula with ``\\tag`` or ``\\label`` outside a numbered environment gets one."""
    if ("\\tag" in latex or "\\label" in latex) and not _NUMBERED.search(latex):
        if "\\begin{align*}" in latex or "\\begin{equation*}" in latex or "\\begin{gather*}" in latex:
            return latex if "\\tag" in latex else _TAG_OR_LABEL.sub("", latex)
        return f"\\begin{{equation}}{latex}\\end{{equation}}"
    return latex


def _definitions(latex: str) -> str:
    """``\\newcommand`` and its kin as ``\\def``, which may redefine what exists already."""
    if "command" in latex:
        latex = _NEWCOMMAND.sub(lambda match: f"\\def\\{match[1]}" + _parameters(int(match[2] or 0)), latex)
    if "\\DeclareMathOperator" in latex:
        while match := _OPERATOR.search(latex):
            body, end = group(latex, match.end())
            latex = f"{latex[: match.start()]}\\def\\{match[2]}{{\\operatorname{match[1]}{{{body}}}}}{latex[end:]}"
    return latex


def _parameters(count: int) -> str:
    return "".join(f"#{number}" for number in range(1, count + 1))


_SUBSTACK = re.compile(r"\\substack\s*(?=\{)")
_CE = re.compile(r"\\ce\s*(?=\{)")


def _substacks(latex: str) -> str:
    if "\\substack" not in latex:
        return latex
    return each_group(latex, _SUBSTACK, lambda inside: f"{{\\begin{{subarray}}{{c}}{inside}\\end{{subarray}}}}")


def _texts(latex: str) -> str:
    """Text with math in it becomes text, math, text; characters LaTeX would refuse in text are escaped."""
    return each_group(latex, _TEXT, _text) if "\\text" in latex or "box" in latex else latex


def _text(inside: str) -> str:
    if "$" not in inside:
        return f"\\text{{{_escaped_text(inside)}}}"
    pieces = inside.split("$")
    return (
        "{"
        + "".join(
            f"{{{piece}}}" if index % 2 else f"\\text{{{_escaped_text(piece)}}}" for index, piece in enumerate(pieces)
        )
        + "}"
    )


_UNESCAPED = re.compile(r"(?<!\\)([_#&^%])")


def _escaped_text(text: str) -> str:
    return _UNESCAPED.sub(lambda match: "\\" + match[1] if match[1] != "^" else "\\textasciicircum{}", text)


_CHEMICAL = re.compile(r"<=>|<->|->|<-|\^\{[^{}]*\}|\^[\d+-]+|_\{[^{}]*\}|[A-Z][a-z]?|\d+|\s+|[+\-]|.", re.DOTALL)
_ARROWS: Mapping[str, str] = MappingProxyType(
    {"->": "\\rightarrow ", "<-": "\\leftarrow ", "<=>": "\\rightleftharpoons ", "<->": "\\leftrightarrow "}
)


def _chemistry(latex: str) -> str:
    return each_group(latex, _CE, lambda inside: f"{{{_formula(inside)}}}")


def _formula(inside: str) -> str:
    """The plain part of mhchem: elements upright, counts below, charges above, arrows."""
    parts: list[str] = []
    follows_atom = False
    for piece in _CHEMICAL.findall(inside):
        if piece in _ARROWS:
            parts.append(_ARROWS[piece])
        elif piece.isdigit():
            parts.append(f"_{{{piece}}}" if follows_atom else piece)
        elif piece[0] == "^" and len(piece) > 1:
            parts.append(piece if piece[1] == "{" else f"^{{{piece[1:]}}}")
        elif piece.isspace():
            parts.append("\\ ")
        elif piece[0].isalpha() and piece.isascii():
            parts.append(f"\\mathrm{{{piece}}}")
        elif piece in "+-" and follows_atom:
            parts.append(f"^{{{piece}}}")
        else:
            parts.append(piece)
        follows_atom = piece[0].isalpha() or piece in (")", "]") or (piece.isdigit() and follows_atom)
    return "".join(parts)


def _character(hexadecimal: str) -> str:
    code_point = int(hexadecimal, 16)
    return chr(code_point) if 0x20 < code_point < 0x11_0000 and not 0xD800 <= code_point < 0xE000 else ""
