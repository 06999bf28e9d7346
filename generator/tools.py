"""Programs that turn bytes into bytes. Home of vl-convert."""

import json
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def vega_version() -> str:
    """Of the program that draws Vega figures; empty when there is none."""
    try:
        return version("vl-convert-python")
    except PackageNotFoundError:
        return ""


def draw_vega(spec_json: str) -> bytes | None:
    """A Vega or Vega-Lite figure as SVG; None when vl-convert is not installed or cannot draw it.

    Nothing is fetched: a figure whose data lies elsewhere is not drawn.
    """
    if find_spec("vl_convert") is None:
        return None
    import vl_convert

    try:
        schema = json.loads(spec_json).get("$schema", "")
        draw = vl_convert.vega_to_svg if "/vega/" in str(schema) else vl_convert.vegalite_to_svg
        svg: str = draw(spec_json, allowed_base_urls=[])
    except Exception:  # Its errors have no class of their own; a figure that cannot be drawn has another form.
        return None
    return svg.encode()
