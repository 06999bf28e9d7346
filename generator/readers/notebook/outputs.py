"""A cell's outputs, each by the best of its representations that a static page can show."""

import json
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

from generator.formats.secrets import hide_home_paths
from generator.model.notebook import Display, Failure, Output, Stream
from generator.readers.notebook.charts import form_of, interactive_kind, is_loader, runs_scripts, static_part
from generator.readers.notebook.images import drawing, picture
from generator.readers.notebook.markup_outputs import html_part
from generator.readers.notebook.page import Showing
from generator.readers.notebook.parts import Form, OutputPart
from generator.readers.notebook.printed import bounded, failure, fenced, merged, plain, stream, without_lines
from generator.templating import Html

Render = Callable[[Showing, Form], OutputPart | None]


def output_parts(showing: Showing) -> tuple[OutputPart, ...]:
    """What the cell's outputs show, in order; equal neighbours that only say something is missing are said once."""
    parts: list[OutputPart] = []
    for output in merged(showing.cell.outputs):
        part = _part(showing, output)
        is_repeated = part is not None and part.classes == "output-note" and parts[-1:] == [part]
        if part is not None and not is_repeated:
            parts.append(part)
    return tuple(parts)


def _part(showing: Showing, output: Output) -> OutputPart | None:
    match output:
        case Stream(name="stderr") if not showing.flags.shows_stderr:
            return None
        case Stream(name="stdout") if not showing.flags.shows_stdout:
            return None
        case Stream():
            return stream(showing, without_lines(output, showing.flags.filtered_words))
        case Failure():
            return failure(showing, output)
        case Display():
            return None if is_loader(output) else _display(showing, output)


def _display(showing: Showing, output: Display) -> OutputPart | None:
    plain_text = _twin_text(showing, output)
    kind = interactive_kind(output)
    if kind is None and showing.page.is_strict and runs_scripts(output):
        kind = "output"
    if kind is not None:
        return static_part(showing, output, kind, plain_text)
    if "application/javascript" in output.bundle and "text/html" not in output.bundle:
        showing.note("script-output", "an output is a script, which is not shown", "show a picture or HTML instead")
        return None
    for mime, render in _RENDERERS.items():
        if mime not in output.bundle:
            continue
        part = render(showing, form_of(output, mime))
        if part is not None:
            return OutputPart(part.classes, part.html, part.twin or plain_text)
    if output.bundle and not any(mime in _RENDERERS for mime in output.bundle):
        kinds = ", ".join(f"`{mime[:60]}`" for mime in sorted(output.bundle)[:3])
        showing.note("unknown-output", f"an output is not shown: {kinds}", "show a picture, HTML or text beside it")
    return None


def _twin_text(showing: Showing, output: Display) -> str:
    """The plain-text form of what has no other in Markdown."""
    text = output.bundle.get("text/plain")
    if not isinstance(text, str) or not text.strip() or "text/html" not in output.bundle:
        return ""
    text = hide_home_paths(text.rstrip("\n"))
    showing.write_text(text)
    return fenced(bounded(text)[0], "text")


def _html(showing: Showing, form: Form) -> OutputPart | None:
    return html_part(showing, form.content, "")


def _plain(showing: Showing, form: Form) -> OutputPart | None:
    return plain(showing, form.content)


def _latex(showing: Showing, form: Form) -> OutputPart | None:
    """Formulas; other LaTeX (a ``tabular``, say) has no place on a page, so another representation is taken."""
    if not isinstance(form.content, str) or not form.content.strip():
        return None
    text = form.content.strip()
    is_formula = text.startswith(("$", "\\(", "\\[")) or (text.startswith("\\begin{") and "{tabular" not in text)
    return _prose(showing, text, "output-latex") if is_formula else None


def _markdown(showing: Showing, form: Form) -> OutputPart | None:
    if not isinstance(form.content, str) or not form.content.strip():
        return None
    return _prose(showing, hide_home_paths(form.content), "output-markdown")


def _prose(showing: Showing, text: str, classes: str) -> OutputPart:
    showing.write_text(text)
    return OutputPart(classes, Html(showing.converted(text)), showing.written_plain(text))


def _json(showing: Showing, form: Form) -> OutputPart | None:
    text = hide_home_paths(json.dumps(form.content, indent=2, ensure_ascii=False))
    showing.write_text(text)
    shown, _ = bounded(text)
    html = f'<details><summary>JSON</summary><pre tabindex="0">{escape(shown, quote=False)}</pre></details>'
    return OutputPart("output-json", Html(html), fenced(shown, "json"))


# From best to worst. LaTeX stands before pictures: sympy gives both, and MathML can be read aloud.
_RENDERERS: Mapping[str, Render] = MappingProxyType(
    {
        "text/html": _html,
        "text/vnd.plotly.v1+html": _html,
        "text/latex": _latex,
        "image/png": picture,
        "image/jpeg": picture,
        "image/gif": picture,
        "image/webp": picture,
        "image/svg+xml": drawing,
        "text/markdown": _markdown,
        "application/json": _json,
        "text/plain": _plain,
    }
)
