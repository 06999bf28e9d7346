"""HTML of people we do not know → HTML in which nothing is active. Home of nh3."""

import re
from collections.abc import Sequence
from functools import partial
from html import unescape
from typing import Any

from generator.markup.depth import shallow
from generator.markup.sealed_frames import Apart, with_frames
from generator.markup.tokens import CLOSE, JOINT, OPEN, without_forged
from generator.model.body import Body, RefKind, StrictBody

# Beside what nh3 allows: what our own dialect writes.
_MORE_TAGS = frozenset(
    """section input label main address math mi mn mo ms mtext mrow mfrac msqrt
    mroot mstyle mpadded mphantom msub msup msubsup munder mover munderover mtable mtr mtd mspace mmultiscripts
    mprescripts none merror menclose""".split()
)
_LESS_TAGS = frozenset({"area", "map"})
# Of drawings the few shapes that those of runs are made of: nothing that loads, moves, links or holds HTML again.
_SHAPES = frozenset({"svg", "text", "rect", "line", "polyline"})
_SHAPE_ATTRIBUTES = frozenset(
    """x y x1 x2 y1 y2 width height points viewBox preserveAspectRatio text-anchor stroke-dasharray
    vector-effect""".split()
)
_SHAPE_VALUE = re.compile(r"[0-9.,%\s+-]*|none|start|middle|end|non-scaling-stroke")
_EVERYWHERE = frozenset({"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "aria-labelledby"})
_MATH_ATTRIBUTES = frozenset(
    """display displaystyle scriptlevel mathvariant stretchy lspace rspace minsize maxsize symmetric largeop
    movablelimits linethickness accent accentunder width height depth columnalign rowspan columnspan form fence
    separator voffset notation style""".split()
)
_STYLES = frozenset(
    """text-align width max-width height vertical-align padding-right padding-left justify-items float margin-left
    margin-right color background-color""".split()
)
_ATTRIBUTES: tuple[tuple[str, frozenset[str]], ...] = (
    ("img", frozenset({"src", "alt", "width", "height", "loading", "decoding", "style"})),
    ("a", frozenset({"href", "hreflang"})),
    ("ol", frozenset({"start", "type", "reversed"})),
    ("li", frozenset({"value"})),
    ("td", frozenset({"colspan", "rowspan", "headers", "style", "align"})),
    ("th", frozenset({"colspan", "rowspan", "scope", "style", "align"})),
    ("col", frozenset({"span"})),
    ("details", frozenset({"open"})),
    ("pre", frozenset({"tabindex"})),
    ("div", frozenset({"style", "tabindex"})),
    ("span", frozenset({"style"})),
    ("p", frozenset({"style"})),
    ("blockquote", frozenset({"cite"})),
    ("input", frozenset({"checked", "disabled"})),
    ("abbr", frozenset()),
    ("time", frozenset({"datetime"})),
)
_INSIDE = f"[^{OPEN}{JOINT}{CLOSE}]*"
_KINDS = "|".join(kind.value for kind in RefKind)
_HOLE = re.compile(
    f"{OPEN}(?:(?:{_KINDS}){JOINT}{_INSIDE}{JOINT}{_INSIDE}|(?:apart|[a-z])[0-9]+|[a-z]+){CLOSE}|[{OPEN}{JOINT}{CLOSE}]"
)
# What a URL may begin with beside its own scheme, and only if a path goes on behind it.
_HOLE_IN_URL = re.compile(
    f"{OPEN}(?:base|address|(?:{_KINDS}){JOINT}{_INSIDE}{JOINT}(?:[/?#]{_INSIDE})?){CLOSE}(?P<rest>.*)", re.DOTALL
)
# Of the few properties that may stay, no value calls anything but a colour.
_ACTIVE_STYLE = re.compile(r"(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)(?<!calc)(?<!min)(?<!max)\(|[\\@<]", re.IGNORECASE)
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_SCHEME = re.compile(r"([^:/?#]*):")
_PASSED_OVER = re.compile("[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]")
# No SVG, which may hold scripts, and which nobody has looked through here.
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)


def clean(html: str, *, is_last: bool = False) -> str:
    """The HTML without scripts, styles, frames, forms, event handlers and URLs that run.

    Args:
        is_last: nobody looks for comments, attachments and pictures of other hosts any more; what is left of these
            loses its address, since whoever looks at a preview is not to be seen from there.
    """
    return _cleaner(is_last=is_last).clean(without_forged(shallow(html)))  # type: ignore[no-any-return]


def strict_inline(html: str) -> str:
    """A title, a summary or a heading as the last thing that happens to it."""
    return with_frames(_harmless(html), ())[0]


def strict_body(body: Body, apart: Sequence[Apart]) -> StrictBody:
    """The body with everything that shows in it made harmless, as the last thing that happens to it.

    Args:
        apart: what its marks stand for: documents of a sandbox each, which no pass over the page may touch.
    """
    html, used = with_frames(_harmless(body.html), apart)
    return StrictBody(
        html=html,
        excerpt=strict_inline(body.excerpt),
        text=body.text,
        markdown=body.markdown,
        scripts=tuple(dict.fromkeys(source for one in used for source in one.scripts)),
        profile="strict",
    )


def _harmless(html: str) -> str:
    """HTML with genuine holes and marks of frames alone: any other mark of ours was forged, and fills nothing."""

    def genuine(match: re.Match[str]) -> str:
        return match[0] if JOINT in match[0][1:] or match[0].startswith(f"{OPEN}apart") else "\ufffd"

    return _HOLE.sub(genuine, clean(html, is_last=True))


def is_harmless(url: str) -> bool:
    """Whether a link may lead there: to another page, another host or a mailbox, and to nothing that runs."""
    # Browsers pass over white space and control characters in `java\nscript:`.
    if url.startswith(OPEN):
        hole = _HOLE_IN_URL.fullmatch(url)
        return hole is not None and hole["rest"][:1] in ("", "/", "?", "#")
    scheme = _SCHEME.match(_PASSED_OVER.sub("", unescape(url)))
    return scheme is None or scheme[1].lower() in _LINK_SCHEMES


def _cleaner(*, is_last: bool) -> Any:
    """Made for each call: nh3 makes it in microseconds, and a kept one would be state."""
    import nh3

    tags = (nh3.ALLOWED_TAGS | _MORE_TAGS | _SHAPES) - _LESS_TAGS - {"form", "style", "script", "iframe"}
    attributes: dict[str, set[str]] = {name: set(allowed) for name, allowed in _ATTRIBUTES}
    attributes["*"] = set(_EVERYWHERE)
    attributes |= {tag: set(_SHAPE_ATTRIBUTES) for tag in _SHAPES}
    for tag in tags:
        if tag.startswith("m") and tag not in ("main", "mark", "menu"):
            attributes[tag] = attributes.get(tag, set()) | _MATH_ATTRIBUTES
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        attribute_filter=partial(_allowed, is_last),
        link_rel="noopener noreferrer nofollow ugc",
        url_schemes={*_LINK_SCHEMES, "data", *([] if is_last else ["attachment"])},
        filter_style_properties=set(_STYLES),
        # A box to tick is the only input a page of words needs. One attribute: nh3 writes several in any order.
        set_tag_attribute_values={"input": {"type": "checkbox"}},
        strip_comments=is_last,
    )


def _allowed(is_last: bool, tag: str, name: str, value: str) -> str | None:
    """A value that may stay, or None."""
    if tag in _SHAPES and name in _SHAPE_ATTRIBUTES:
        return value if _SHAPE_VALUE.fullmatch(value) else None
    if name == "src" and not value.startswith(OPEN):
        bare = _PASSED_OVER.sub("", value)
        is_of_this_site = _SCHEME.match(bare) is None and not bare.replace("\\", "/").startswith("//")
        is_looked_for = not is_last and bare.lower().startswith(("attachment:", "http://", "https://", "//"))
        if is_of_this_site or is_looked_for:
            return value
        return value if _DATA_PICTURE.fullmatch(value.strip()) else None
    if name == "style":
        return None if _ACTIVE_STYLE.search(value) else value
    if name in ("src", "href", "cite"):
        return value if is_harmless(value) else None
    return value
