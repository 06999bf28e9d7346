"""HTML of people we do not know → HTML in which nothing is active. Home of nh3."""

from functools import partial
from typing import Any

from generator.markup.depth import shallow

# Beside what nh3 allows: what our own dialect writes.
_MORE_TAGS = frozenset(
    """section input label mark nav main address math mi mn mo ms mtext mrow mfrac msqrt
    mroot mstyle mpadded mphantom msub msup msubsup munder mover munderover mtable mtr mtd mspace mmultiscripts
    mprescripts none merror menclose""".split()
)
_EVERYWHERE = frozenset({"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "aria-labelledby"})
_MATH_ATTRIBUTES = frozenset(
    """display displaystyle scriptlevel mathvariant stretchy lspace rspace minsize maxsize symmetric largeop
    movablelimits linethickness accent accentunder width height depth columnalign rowspan columnspan form fence
    separator voffset notation""".split()
)
_STYLES = frozenset(
    """text-align width max-width height vertical-align padding-right padding-left justify-items float margin-left
    margin-right color background-color""".split()
)
_ATTRIBUTES: tuple[tuple[str, frozenset[str]], ...] = (
    ("img", frozenset({"src", "srcset", "alt", "width", "height", "loading", "decoding", "style", "sizes"})),
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


def clean(html: str) -> str:
    """The HTML without scripts, styles, frames, forms, event handlers and URLs that run."""
    return _cleaner().clean(shallow(html))  # type: ignore[no-any-return]


def _cleaner() -> Any:
    """Made for each call: nh3 makes it in microseconds, and a kept one would be state."""
    import nh3

    tags = (nh3.ALLOWED_TAGS | _MORE_TAGS) - {"form", "style", "script", "iframe"}
    attributes: dict[str, set[str]] = {name: set(allowed) for name, allowed in _ATTRIBUTES}
    attributes["*"] = set(_EVERYWHERE)
    for tag in tags:
        if tag.startswith("m") and tag not in ("main", "mark", "menu", "map"):
            attributes[tag] = attributes.get(tag, set()) | _MATH_ATTRIBUTES | {"style"}
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        attribute_filter=partial(_allowed),
        link_rel="noopener noreferrer nofollow ugc",
        url_schemes={"http", "https", "mailto", "tel", "data"},
        filter_style_properties=set(_STYLES),
        # A box to tick is the only input a page of words needs. One attribute: nh3 writes several in any order.
        set_tag_attribute_values={"input": {"type": "checkbox"}},
        strip_comments=False,
    )


def _allowed(_tag: str, name: str, value: str) -> str | None:
    """A value that may stay, or None: pictures alone may come as data."""
    if value.lstrip().lower().startswith("data:"):
        return value if name == "src" and value.lstrip().lower().startswith("data:image/") else None
    return value
