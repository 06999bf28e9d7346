"""Code → coloured HTML, and the style sheets for it. Home of Pygments."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none", "nohighlight", "output", "raw"})
# Names that notebooks and authors write and Pygments spells otherwise.
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "ipython": "python",
        "ipython2": "python",
        "ipython3": "python",
        "py": "python",
        "ir": "r",
        "jsonc": "json",
        "vue": "html",
        "svelte": "html",
        "c++": "cpp",
        "c#": "csharp",
        ".net": "csharp",
        "f#": "fsharp",
        "typescriptreact": "tsx",
    }
)
# Cell magics whose cell is in another language.
_MAGIC_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "html": "html",
        "svg": "xml",
        "javascript": "javascript",
        "js": "javascript",
        "bash": "bash",
        "sh": "bash",
        "shell": "bash",
        "system": "bash",
        "sql": "sql",
        "bigquery": "sql",
        "latex": "latex",
        "markdown": "markdown",
        "perl": "perl",
        "ruby": "ruby",
        "r": "r",
        "julia": "julia",
        "cython": "cython",
    }
)
# Longer code is shown without colours: a page of data, not of code.
_LONGEST = 300_000


class Highlighter:
    """Shares one lexer per language; one per process."""

    def __init__(self) -> None:
        self._lexers: dict[str, Any] = {}

    def code(
        self,
        source: str,
        language: str,
        *,
        line_numbers: bool = False,
        first_line: int = 1,
        marked_lines: frozenset[int] = frozenset(),
    ) -> str:
        """A block of code; a language Pygments does not know is shown plain.

        Args:
            first_line: number of the first line, when they are shown.
            marked_lines: lines to point out, counted from 1.

        >>> Highlighter().code("x", "nonsense")
        '<div class="highlight"><pre tabindex="0"><code class="language-nonsense">x\\n</code></pre></div>'
        """
        name = language.strip().lower()
        inner = self._coloured(source.strip("\n") + "\n", name)
        if line_numbers or marked_lines:
            inner = _by_line(inner, first_line if line_numbers else None, marked_lines)
        css = f' class="language-{escape(name)}"' if name else ""
        return f'<div class="highlight"><pre tabindex="0"><code{css}>{inner}</code></pre></div>'

    def stylesheet(self, light: str, dark: str) -> str:
        """Rules for two Pygments styles: the first for light pages, the second for dark ones."""
        from pygments.formatters.html import HtmlFormatter

        day, night = (HtmlFormatter(style=style).get_style_defs(".highlight") for style in (light, dark))  # type: ignore[no-untyped-call]
        return f"{day}\n@media (prefers-color-scheme: dark) {{\n{night}\n}}\n"

    def _coloured(self, source: str, name: str) -> str:
        name = _SPELLINGS.get(name, name)
        if name in _PLAIN or len(source) > _LONGEST:
            return escape(source, quote=False)
        if name == "python" and source.startswith("%%"):
            magic, _, rest = source.partition("\n")
            name = _MAGIC_LANGUAGES.get(magic[2:].split(" ")[0].lower(), name)
            return f'<span class="nd">{escape(magic, quote=False)}</span>\n{self._lexed(rest, name)}'
        return self._lexed(source, name)

    def _lexed(self, source: str, name: str) -> str:
        if name not in self._lexers:
            self._lexers[name] = _find_lexer(name)
        lexer = self._lexers[name]
        return escape(source, quote=False) if lexer is None else _spans(lexer, source)


def _find_lexer(name: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return None


def _spans(lexer: Any, source: str) -> str:
    """Token spans without a formatter: a third of its time, the same classes.

    Errors get no colour: readers are not helped by a red box round `!pip` or an ellipsis.
    """
    from pygments.token import STANDARD_TYPES

    parts: list[str] = []
    css, run = "", ""
    for kind, text in lexer.get_tokens(source):
        known = kind
        while (name := STANDARD_TYPES.get(known)) is None:
            known = known.parent
        if name == css or not text.strip():
            run += text
            continue
        if run:
            parts.append(_span(css, run))
        css, run = ("" if name == "err" else name), text
    parts.append(_span(css, run))
    return "".join(parts)


def _span(css: str, text: str) -> str:
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not css or not shown:
        return shown
    # White space that follows a token was collected with it, and belongs outside.
    bare = shown.rstrip()
    return f'<span class="{css}">{bare}</span>{shown[len(bare) :]}'


def _by_line(inner: str, first_line: int | None, marked_lines: frozenset[int]) -> str:
    """Lines with numbers and marks; a span over several lines is closed and opened again."""
    lines: list[str] = []
    carried = ""
    for index, line in enumerate(inner.removesuffix("\n").split("\n")):
        shown = carried + line
        opened = shown.rfind("<span")
        carried = shown[opened : shown.index(">", opened) + 1] if opened > shown.rfind("</span>") else ""
        shown += "</span>" if carried else ""
        if index + 1 in marked_lines:
            shown = f'<span class="hll">{shown}</span>'
        if first_line is not None:
            shown = f'<span class="lineno" aria-hidden="true">{first_line + index}</span>{shown}'
        lines.append(shown)
    return "\n".join(lines) + "\n"
