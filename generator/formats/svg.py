"""A drawing of somebody we do not know → the same drawing with nothing in it that runs, loads or leads elsewhere.

Inside ``<img>`` an SVG runs nothing; opened by itself it is a page of the site, and runs everything.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_SVG, _XLINK, _XML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
)
_MOST_BYTES = 10 * 1024 * 1024
_MOST_ELEMENTS = 200_000
_DEEPEST = 200
_ELEMENTS = frozenset(
    """svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath
    image marker pattern mask clipPath linearGradient radialGradient stop filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence""".split()
)
_ATTRIBUTES = frozenset(
    """id class style lang role width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points pathLength viewBox
    preserveAspectRatio version transform gradientTransform gradientUnits spreadMethod offset patternTransform
    patternUnits patternContentUnits clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX
    refY orient filterUnits primitiveUnits in in2 result mode type values tableValues slope intercept amplitude exponent
    operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode preserveAlpha surfaceScale
    diffuseConstant specularConstant specularExponent scale xChannelSelector yChannelSelector azimuth elevation z
    pointsAtX pointsAtY pointsAtZ limitingConeAngle stdDeviation radius baseFrequency numOctaves seed stitchTiles
    textLength lengthAdjust rotate startOffset method spacing side media alignment-baseline baseline-shift clip
    clip-path clip-rule color color-interpolation color-interpolation-filters color-rendering cursor direction display
    dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font-family font-size
    font-size-adjust font-stretch font-style font-variant font-weight glyph-orientation-horizontal
    glyph-orientation-vertical image-rendering isolation letter-spacing lighting-color marker-end marker-mid
    marker-start mask mask-type mix-blend-mode opacity overflow paint-order pointer-events shape-rendering stop-color
    stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width text-anchor text-decoration text-rendering transform-origin unicode-bidi vector-effect
    visibility white-space word-spacing writing-mode""".split()
)
_OWN_PART = re.compile(r"#[^\s#]+")
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
# What CSS could load or run; an escape could spell any of it.
_ACTIVE_CSS = re.compile(
    r"""url\(\s*(?!["']?#)|@(?:import|namespace|font-face)|image-set|image\(|src\(|expression|binding|behavior|"""
    r"""javascript:|\\""",
    re.IGNORECASE,
)


class _RefusedError(Exception):
    """The drawing is not one that can be looked through."""


def inert_svg(content: bytes) -> bytes | None:
    """The drawing with what is known to be harmless alone; None for what is no SVG, or too much of one."""
    if len(content) > _MOST_BYTES:
        return None
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = drawing.doctype
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, _RefusedError, ValueError, LookupError):
        return None
    return "".join(drawing.parts).encode()


@dataclass(slots=True)
class _Drawing:
    """The new drawing while it is written.

    Args:
        names: of open elements that are kept.
        skipped: how many elements are open inside one that is left out, that one included.
        styles: text of the open ``style``.
    """

    parts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    skipped: int = 0
    count: int = 0
    styles: list[str] = field(default_factory=list)

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_own: int) -> None:
        """Entities of the drawing's own can grow without end, and hide what they spell."""
        if has_own:
            raise _RefusedError

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        space, _, local = name.rpartition(" ")
        if self.count > _MOST_ELEMENTS or len(self.names) > _DEEPEST:
            raise _RefusedError
        if not self.names and not self.skipped and (space, local) != (_SVG, "svg"):
            raise _RefusedError
        if self.skipped or space != _SVG or local not in _ELEMENTS:
            self.skipped += 1
            return
        roots = f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"' if not self.names else ""
        kept = (_attribute(local, key, value) for key, value in attributes.items())
        self.parts.append(f"<{local}{roots}{''.join(kept)}>")
        self.names.append(local)

    def end(self, _name: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        if self.names[-1] == "style":
            css = "".join(self.styles)
            self.styles.clear()
            self.parts.append("" if _ACTIVE_CSS.search(css) else escape(css))
        self.parts.append(f"</{self.names.pop()}>")

    def text(self, text: str) -> None:
        if self.skipped or not self.names:
            return
        if self.names[-1] == "style":
            self.styles.append(text)
        else:
            self.parts.append(escape(text))


def _attribute(element: str, key: str, value: str) -> str:
    """The attribute as it is written, with a space in front; empty when it is left out."""
    space, _, name = key.rpartition(" ")
    if name == "href" and space in ("", _XLINK):
        allowed = _DATA_PICTURE if element == "image" else _OWN_PART
        return f" xlink:href={quoteattr(value)}" if allowed.fullmatch(value.strip()) else ""
    if space == _XML and name in ("space", "lang"):
        return f" xml:{name}={quoteattr(value)}"
    if space or name not in _ATTRIBUTES or _ACTIVE_CSS.search(value):
        return ""
    return f" {name}={quoteattr(value)}"
