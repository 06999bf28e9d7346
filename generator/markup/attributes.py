"""Attribute lists in braces: ``{#id .class key=value}``, kramdown's ``{: .class}`` and ``{width=400}``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

_ITEM = re.compile(
    r"""\s*+(?:\#(?P<id>[^\s{}"'=]++)|\.(?P<class>[^\s.#{}"'=]++)
    |(?P<key>[A-Za-z_][\w:.-]*+)=(?:"(?P<double>[^"\n]*+)"|'(?P<single>[^'\n]*+)'|(?P<bare>[^\s{}"'=]++))
    |(?P<word>[A-Za-z_-][\w-]*+))(?=[\s.#]|$)""",
    re.VERBOSE,
)
_LENGTH = re.compile(r"\d{1,5}(?:\.\d{1,3})?(?:px|em|rem|%|vw|in|cm|mm|pt)?")
_EVENT = re.compile(r"on[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What one list says; words are bare names such as ``toc`` or ``no_toc``."""

    id: str | None = None
    classes: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def merged(self, more: "Attributes") -> "Attributes":
        """Both lists; where they differ, more wins."""
        return Attributes(
            more.id or self.id, (*self.classes, *more.classes), {**self.pairs, **more.pairs}, (*self.words, *more.words)
        )

    def html(self, *, is_image: bool = False) -> str:
        """As it stands in a tag, with a leading space when there is anything."""
        return "".join(f' {key}="{escape(value)}"' for key, value in self.as_pairs(is_image=is_image).items())

    def as_pairs(self, *, is_image: bool = False) -> dict[str, str]:
        """As attributes of an element; lengths an attribute cannot hold go into style, event handlers nowhere."""
        found: dict[str, str] = {}
        if self.id:
            found["id"] = self.id
        classes = " ".join((*self.classes, *filter(None, (self.pairs.get("class"),))))
        if classes:
            found["class"] = classes
        styles = [self.pairs["style"].rstrip("; ")] if self.pairs.get("style") else []
        for key, value in self.pairs.items():
            if key in ("class", "style", "id") or _EVENT.match(key) or key.startswith("fig-"):
                continue
            if key in ("width", "height") and is_image and not value.isdigit():
                if value.endswith("px") and value[:-2].isdigit():
                    found[key] = value[:-2]
                elif _LENGTH.fullmatch(value):
                    styles.append(f"{key}: {value}")
                continue
            found[key] = value
        if styles:
            found["style"] = "; ".join(styles)
        return found


def parse_attributes(inner: str) -> Attributes | None:
    """What stands between the braces (a leading ``:`` is allowed); None when it is no attribute list.

    >>> parse_attributes(": .wide #a width=50%").as_pairs(is_image=True)
    {'id': 'a', 'class': 'wide', 'style': 'width: 50%'}
    """
    position = 1 if inner.startswith(":") else 0
    identifier, classes, pairs, words = None, [], {}, []
    end = len(inner.rstrip())
    while position < end:
        match = _ITEM.match(inner, position, end)
        if match is None:
            return None
        position = match.end()
        if match["id"]:
            identifier = match["id"]
        elif match["class"]:
            classes.append(match["class"])
        elif match["key"]:
            value = match["double"] if match["double"] is not None else match["single"] or match["bare"] or ""
            pairs[match["key"].lower()] = value
        else:
            words.append(match["word"])
    return Attributes(identifier or pairs.get("id"), tuple(classes), pairs, tuple(words))
