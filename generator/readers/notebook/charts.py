"""Interactive figures: a static picture of each, or one honest line."""

import json
import re
from html import escape

from generator.formats.secrets import hide_home_paths
from generator.markup.sealed_frames import MOST_FRAMES, has_scripts, hosts_of_code, mark_of, set_apart
from generator.model.notebook import Display
from generator.readers.notebook.images import drawing, picture
from generator.readers.notebook.markup_outputs import html_part
from generator.readers.notebook.page import Showing
from generator.readers.notebook.parts import Form, OutputPart
from generator.templating import Html

_VEGA = re.compile(r"application/vnd\.vega(lite)?\.v[\d.]+\+json")
_KINDS = (
    (_VEGA, "figure (Vega)"),
    (re.compile(r"application/vnd\.plotly\.v\d+\+json"), "figure (Plotly)"),
    (re.compile(r"application/vnd\.(?:bokehjs_exec|holoviews_exec)\.v\d+\+json"), "figure (Bokeh)"),
    (re.compile(r"application/3dmoljs_load\.v\d+"), "molecule (3Dmol)"),
    (re.compile(r"application/vnd\.jupyter\.widget-view\+json"), "widget"),
)
_LOADERS = re.compile(r"application/vnd\.(?:bokehjs_load|holoviews_load)\.v\d+\+json")
_RASTERS = ("image/png", "image/jpeg", "image/gif", "image/webp")
_NEEDS_REQUIRE = re.compile(r"\brequire(?:js)?\s*\(\s*\[")
_LOADS_REQUIRE = re.compile(r"require(?:\.min)?\.js", re.IGNORECASE)


def is_loader(output: Display) -> bool:
    """Whether the output only fetches a library, and shows nothing."""
    return any(_LOADERS.fullmatch(mime) for mime in output.bundle)


def interactive_kind(output: Display) -> str | None:
    """What a reader would call an output that needs a library or a kernel; None for any other."""
    for pattern, kind in _KINDS:
        if any(pattern.fullmatch(mime) for mime in output.bundle):
            return kind
    return None


def runs_scripts(output: Display) -> bool:
    """Whether the output's HTML does something in a reader's browser."""
    html = _html_of(output)
    # Colab's scripts are about buttons around a table, and come off with them.
    return html is not None and has_scripts(html) and "colab-df-" not in html


def static_part(showing: Showing, output: Display, kind: str, plain_text: str) -> OutputPart:
    """The best that can be shown without the library: drawn, a picture, HTML that stands alone, a line."""
    return (
        _drawn(showing, output)
        or _own_picture(showing, output)
        or _own_html(showing, output, plain_text)
        or _line(f"An interactive {kind} stood here; it is not part of this page.")
    )


def _drawn(showing: Showing, output: Display) -> OutputPart | None:
    draw = showing.tools.draw_vega
    spec = next((value for mime, value in output.bundle.items() if _VEGA.fullmatch(mime)), None)
    if draw is None or not isinstance(spec, dict):
        return None
    text = json.dumps(spec, ensure_ascii=False)
    showing.write_text(text)
    svg = draw(text)
    return (
        None if svg is None else drawing(showing, Form("image/svg+xml", svg.decode(), {"alt": spec.get("description")}))
    )


def _own_picture(showing: Showing, output: Display) -> OutputPart | None:
    for mime in _RASTERS:
        if mime in output.bundle and (part := picture(showing, form_of(output, mime))):
            return part
    return drawing(showing, form_of(output, "image/svg+xml"))


def _own_html(showing: Showing, output: Display, plain_text: str) -> OutputPart | None:
    """The bundle's HTML, if it brings along what it needs."""
    html = _html_of(output)
    if html is None or not has_scripts(html):
        return None
    if showing.page.is_strict:
        return _apart(showing, html, plain_text)
    needs_more = _NEEDS_REQUIRE.search(html) and not _LOADS_REQUIRE.search(html)
    return None if needs_more else html_part(showing, html, plain_text)


def _html_of(output: Display) -> str | None:
    html = output.bundle.get("text/html") or output.bundle.get("text/vnd.plotly.v1+html")
    return html if isinstance(html, str) else None


def _apart(showing: Showing, html: str, plain_text: str) -> OutputPart:
    """A stranger's HTML in a sandbox, or why it is not shown: nothing is fetched for it."""
    html = hide_home_paths(html)
    showing.write_text(html)
    apart = showing.page.scope.apart
    hosts = hosts_of_code(html)
    if hosts or (_NEEDS_REQUIRE.search(html) and not _LOADS_REQUIRE.search(html)):
        source = " and ".join(filter(None, hosts[:3])) or "another file"
        return _line(f"An interactive output stood here; it needs code from {source}, which this page does not load.")
    made = set_apart(html, f"Interactive output of cell {showing.cell.number}") if len(apart) < MOST_FRAMES else None
    if made is None:
        return _line("An interactive output stood here; it is too large for this page.")
    apart.append(made)
    said = "An interactive output, kept apart from this page: it can neither read it nor send anything."
    return OutputPart(
        "output-apart", Html(f"<div>{mark_of(len(apart) - 1)}</div><p>{said}</p>"), plain_text or f"*{said}*"
    )


def form_of(output: Display, mime: str) -> Form:
    """One representation of an output; its content is None when the bundle has none of that type."""
    about = output.metadata.get(mime)
    return Form(mime, output.bundle.get(mime), about if isinstance(about, dict) else {})


def _line(text: str) -> OutputPart:
    return OutputPart("output-note", Html(f"<p>{escape(text)}</p>"), f"*{text}*")
