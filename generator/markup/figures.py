"""Images that stand alone and have a title become figures; the title is the caption."""

import re
from collections.abc import Callable
from html import unescape

_IMAGE = r"""(?:<a\b(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>\s*)?<img\b(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>(?:\s*</a>)?"""
_ONLY_IMAGES = re.compile(rf"\s*(?:{_IMAGE}\s*(?:<br>\s*)?)+")
_EACH = re.compile(_IMAGE)
_CAPTION = re.compile(r"""(<img\b[^>]*?)\s(?:title|caption)=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def has_caption(html: str) -> bool:
    """Whether a paragraph may hold an image with a caption; cheap."""
    return "<img" in html and (" title=" in html or " caption=" in html)


def with_figures(html: str, attributes: str, inline: Callable[[str], str]) -> str | None:
    """A paragraph of nothing but images as figures; None when it holds more, or no caption.

    Args:
        attributes: of the paragraph, for the figure.
    """
    if not _ONLY_IMAGES.fullmatch(html):
        return None
    shown: list[str] = []
    for match in _EACH.finditer(html):
        caption = _CAPTION.search(match[0])
        words = (caption[2] or caption[3] or "").strip() if caption else ""
        if caption is None or not words:
            shown.append(f"<p{attributes}>{match[0]}</p>")
            continue
        image = match[0][: caption.end(1)] + match[0][caption.end() :]
        shown.append(f"<figure{attributes}>{image}<figcaption>{inline(unescape(words))}</figcaption></figure>")
    return "\n".join(shown)
