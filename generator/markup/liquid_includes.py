"""``{% include note.html content="…" %}``: the includes that came with fastpages, and no others."""

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from generator.markup.callouts import Callout, default_title
from generator.markup.tokens import BASE_MARK

_NAME = re.compile(r"\s*[\"']?([\w./-]+)[\"']?")
_PARAMETER = re.compile(
    r"""\s*([\w-]+)\s*=\s*(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|'([^'\\]*+(?:\\.[^'\\]*+)*+)'|([^\s"']+))""", re.DOTALL
)
_ESCAPED = re.compile(r"\\([\"'\\])")
_CALLOUTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "note": ("note", "content"),
        "tip": ("tip", "content"),
        "important": ("important", "content"),
        "warning": ("warning", "content"),
        "alert": ("warning", "text"),
        "info": ("note", "text"),
    }
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\ue0f0")
_NUMBER = re.compile(r"\d{1,5}")


def included(
    call: str,
    inline: Callable[[str], str],
    show: Callable[[str, str, Mapping[str, str]], str | None],
    value_of: Callable[[str], Any],
) -> str | None:
    """The HTML of one call (``note.html content="…"``); None for a file that is not known.

    Args:
        value_of: answers parameters that name a value, such as ``url=page.image``.
    """
    name = _NAME.match(call)
    if name is None:
        return None
    parameters = _parameters(call[name.end() :], value_of)
    word = name[1].rpartition("/")[2].removesuffix(".html")
    if word in _CALLOUTS:
        kind, key = _CALLOUTS[word]
        content = parameters.get(key) or parameters.get("content") or parameters.get("text") or ""
        callout = Callout(kind, default_title(word))
        return f"{callout.opening}<p>{inline(content.strip())}</p>{callout.closing}"
    if word in ("youtube", "twitter", "video"):
        target = parameters.get("content") or parameters.get("url") or parameters.get("id") or ""
        return show(word, target.strip(), parameters) if target.strip() else None
    if word in ("image", "image-r", "screenshot"):
        return _figure(word, parameters, inline)
    return None


def _parameters(text: str, value_of: Callable[[str], Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, double, single, bare in _PARAMETER.findall(text):
        if bare:
            value = value_of(bare) if "." in bare else None
            found[key] = bare if value is None else str(value)
        else:
            found[key] = _ESCAPED.sub(r"\1", double or single)
    return found


def _figure(word: str, parameters: Mapping[str, str], inline: Callable[[str], str]) -> str | None:
    source = (parameters.get("file") or parameters.get("url") or "").strip()
    if not source:
        return None
    if word != "image" and not _SCHEME.match(source):
        source = f"{BASE_MARK}/images/{source}"
    caption = parameters.get("caption", "").strip()
    alt = parameters.get("alt") or caption
    image = f'<img src="{escape(source)}" alt="{escape(alt)}"{_size(word, parameters)}>'
    link = parameters.get("url", "") if word == "image" and parameters.get("file") else ""
    if link:
        image = f'<a href="{escape(link)}">{image}</a>'
    side = ' class="figure-right"' if word == "image-r" else ""
    below = f"<figcaption>{inline(caption)}</figcaption>" if caption else ""
    return f"<figure{side}>{image}{below}</figure>"


def _size(word: str, parameters: Mapping[str, str]) -> str:
    width = parameters.get("max-width") or parameters.get("width") or parameters.get("w") or ""
    width = width.strip().removesuffix("px")
    if not _NUMBER.fullmatch(width):
        return ""
    return f' style="max-width: {width}px"' if word == "image" else f' width="{width}"'
