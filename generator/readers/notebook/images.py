"""Pictures in outputs: bytes become content-named files with a size, shown no wider than the page."""

import re
from dataclasses import dataclass
from html import escape

from generator.formats.image import extension_for, size_of
from generator.formats.svg import inert_svg
from generator.model.body import Ref, RefKind
from generator.model.document import Asset
from generator.model.notebook import JsonMap
from generator.readers.notebook.page import Showing, add_picture, decoded, keep
from generator.readers.notebook.parts import Form, OutputPart
from generator.templating import Html

_ACTIVE_SVG = re.compile(rb"<(?:\w+:)?(?:script|foreignobject|a)[\s>/]", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(px|%)?\s*")
_DATA_IMAGE = re.compile(
    r"""(<img\b[^>]{0,2000}?\bsrc\s*=\s*)(["'])data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)\2""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Size:
    """How large a picture is shown, in CSS pixels; share is a width such as ``50%``."""

    width_px: int | None
    height_px: int | None
    share: str = ""

    @property
    def attributes(self) -> str:
        style = f' style="width: {self.share}"' if self.share else ""
        if self.width_px is None or self.height_px is None:
            return style
        return f' width="{self.width_px}" height="{self.height_px}"{style}'


def picture(showing: Showing, form: Form) -> OutputPart | None:
    """A raster image as nbformat keeps it, in base64; None (and a warning) when it is broken."""
    content = decoded(form.content)
    if content is None or size_of(content) is None:
        mend = "run the cell again and save the notebook"
        showing.warn("broken-image", f"an output says it is `{form.mime}` and is not", mend)
        return None
    return _shown(showing, content, extension_for(form.mime), form.about)


def drawing(showing: Showing, form: Form) -> OutputPart | None:
    """SVG as a file; one with links or scripts stands in the page, where they work, unless it is not trusted."""
    if not isinstance(form.content, str) or "<svg" not in form.content:
        return None
    svg = form.content[form.content.index("<svg") :]
    showing.write_text(svg)
    content = _standalone(svg).encode()
    if showing.page.is_strict:
        inert = inert_svg(content)
        return None if inert is None else _shown(showing, inert, "svg", form.about)
    if _ACTIVE_SVG.search(content):
        return OutputPart("output-svg", Html(showing.dug(svg)), "")
    return _shown(showing, content, "svg", form.about)


def pictures_as_files(showing: Showing, html: str) -> str:
    """HTML whose pictures in ``data:`` URLs have become files; it is yet to be dug for references."""

    def one(match: re.Match[str]) -> str:
        content = decoded(match[4])
        if content is None or size_of(content) is None:
            return match[0]
        asset = keep(showing.page, content, extension_for(match[3].lower()))
        return f"{match[1]}{match[2]}{Ref(RefKind.ASSET, asset.name).hole}{match[2]}"

    return _DATA_IMAGE.sub(one, html) if ";base64," in html else html


def _shown(showing: Showing, content: bytes, extension: str, metadata: JsonMap) -> OutputPart:
    asset = keep(showing.page, content, extension)
    size = _display_size(asset, metadata, showing.flags.figure.width)
    alt = _alt(showing, metadata)
    showing.write_text(alt or "")
    add_picture(showing.page, asset, size.width_px, size.height_px, alt)
    if showing.flags.figure.is_preview and showing.page.preview is None:
        showing.page.preview = asset.name
    hole = _hole(showing, asset)
    spoken = alt if alt is not None else "Figure made by the code above" if showing.shows_input else "Figure"
    html = f'<img src="{hole}" alt="{escape(spoken)}"{size.attributes} loading="lazy" decoding="async">'
    return OutputPart("output-image", Html(html), f"![{showing.written_plain(alt or '')}]({hole})")


def _hole(showing: Showing, asset: Asset) -> str:
    ref = Ref(RefKind.ASSET, asset.name, is_image=True, written=asset.name, at=showing.at)
    showing.page.scope.refs.append(ref)
    return ref.hole


def _alt(showing: Showing, metadata: JsonMap) -> str | None:
    """What the author says the picture shows: directive, output metadata, cell metadata, caption."""
    figure = showing.flags.figure
    candidates = (figure.alt, metadata.get("alt"), showing.cell.metadata.get("alt"), figure.caption)
    return next((text for text in candidates if isinstance(text, str) and text.strip()), None)


def _display_size(asset: Asset, metadata: JsonMap, wish: str | None) -> _Size:
    """Pixels of the file, unless output metadata (a retina figure) or the author says otherwise."""
    width, height = asset.width_px, asset.height_px
    said_width, said_height = _px(metadata.get("width")), _px(metadata.get("height"))
    if said_width and said_height:
        width, height = said_width, said_height
    elif said_width or said_height:
        width, height = _scaled(width, height, said_width, said_height)
    match = _LENGTH.fullmatch(wish or "")
    if match is None or int(match[1]) == 0:
        return _Size(width, height)
    if match[2] == "%":
        return _Size(width, height, f"{min(100, int(match[1]))}%")
    return _Size(*_scaled(width, height, int(match[1]), None))


def _scaled(
    width: int | None, height: int | None, to_width: int | None, to_height: int | None
) -> tuple[int | None, int | None]:
    if not width or not height:
        return to_width, to_height
    if to_width:
        return to_width, max(1, round(height * to_width / width))
    return max(1, round(width * (to_height or height) / height)), to_height or height


def _px(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return round(value) if 1 <= value < 100_000 else None
    match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) or None if match and match[2] != "%" else None


def _standalone(svg: str) -> str:
    """SVG that is a file of its own: inside HTML the namespaces are understood without being named."""
    head_end = svg.find(">")
    head = svg[:head_end]
    wanted = ""
    if "xmlns=" not in head:
        wanted += ' xmlns="http://www.w3.org/2000/svg"'
    if "xlink:" in svg and "xmlns:xlink" not in head:
        wanted += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg{wanted}{svg[4:]}"
