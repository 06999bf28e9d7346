"""The tree of blocks → HTML, with the text of each block turned to HTML on the way."""

import re
from html import escape
from xml.etree import ElementTree as ET

from generator.markup.attributes import parse_attributes
from generator.markup.conversion import Conversion
from generator.markup.embeds import is_youtube
from generator.markup.emoji import SHORTCODE
from generator.markup.figures import has_caption, with_figures
from generator.markup.headings import heading_html, plain_text, split_attributes
from generator.markup.inline import inline_html

_TASK = re.compile(r"\[(?P<mark>[ xX])\][ \t]+(?=\S)")
_ITEM_ATTRIBUTES = re.compile(r"\{:(?P<inner>[^{}\n]*)\}[ \t]*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WITH_TEXT = frozenset({"td", "th", "dt", "dd", "li"})


class BlockWriter:
    """Writes one tree."""

    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion
        self._out: list[str] = []

    def written(self, root: ET.Element) -> str:
        """HTML of everything below root."""
        self._children(root)
        return "".join(self._out)

    def _children(self, element: ET.Element) -> None:
        for child in element:
            self._element(child)

    def _element(self, element: ET.Element) -> None:
        tag = element.tag
        if tag == "p":
            self._paragraph(element)
        elif tag == "raw":
            self._out.append(f"{element.text}\n")
        elif tag == "span":
            self._out.append(f"{self._inline(element.text)}\n")
        elif tag in _HEADINGS:
            self._heading(element)
        elif tag == "li":
            self._item(element)
        elif tag == "pre":
            self._code(element)
        elif tag == "frame":
            self._out.append(f"{element.get('opening')}\n")
            self._children(element)
            self._out.append(f"{element.get('closing')}\n")
        elif tag == "footnote":
            self._footnote(element)
        else:
            self._container(element)

    def _inline(self, text: str | None) -> str:
        return inline_html(text, self._conversion) if text else ""

    def _paragraph(self, element: ET.Element) -> None:
        text = (element.text or "").strip()
        video = self._conversion.embed("youtube", text, {}, 1) if "youtu" in text and is_youtube(text) else None
        if video is not None:
            self._out.append(f"{video}\n")
            return
        html = self._inline(text).strip()
        if not html:
            return
        attributes = _attributes(element)
        figures = with_figures(html, attributes, self._conversion.inline) if has_caption(html) else None
        self._out.append(f"{figures}\n" if figures else f"<p{attributes}>{html}</p>\n")

    def _container(self, element: ET.Element) -> None:
        tag = element.tag
        if tag == "hr":
            self._out.append(f"<hr{_attributes(element)}>\n")
            return
        is_cell = tag in _WITH_TEXT
        self._out.append(f"<{tag}{_attributes(element)}>" + ("" if is_cell else "\n"))
        if element.text and is_cell:
            self._out.append(self._inline(element.text.strip()))
        self._children(element)
        self._out.append(f"</{tag}>\n")

    def _item(self, element: ET.Element) -> None:
        first = element[0] if len(element) else None
        text = (first.text or "") if first is not None and first.tag in ("p", "span") else ""
        own = _ITEM_ATTRIBUTES.match(text)
        attributes = parse_attributes(own["inner"]) if own else None
        if own and attributes and first is not None:
            for key, value in attributes.as_pairs().items():
                element.set(key, value)
            first.text = text = text[own.end() :]
        box = ""
        task = _TASK.match(text)
        if task is not None and first is not None:
            first.text = text[task.end() :]
            element.set("class", "task-list-item")
            checked = "" if task["mark"] == " " else " checked"
            label = "to do" if task["mark"] == " " else "done"
            box = f'<input type="checkbox" disabled{checked} aria-label="{label}"> '
        self._out.append(f"<li{_attributes(element)}>")
        start = len(self._out)
        self._children(element)
        inside = "".join(self._out[start:]).rstrip("\n")
        del self._out[start:]
        if box:
            inside = f"<p>{box}{inside[3:]}" if inside.startswith("<p>") else box + inside
        self._out.append(f"{inside}</li>\n")

    def _heading(self, element: ET.Element) -> None:
        conversion = self._conversion
        text, inner = split_attributes(element.text or "")
        pairs = dict(element.attrib)
        attributes = parse_attributes(inner) if inner else None
        if attributes is None:
            text = element.text or ""
        else:
            pairs.update(attributes.as_pairs())
            if "no_toc" in attributes.words:
                pairs["class"] = f"{pairs.get('class', '')} no_toc".strip()
        html = self._inline(text).strip()
        source_text = plain_text(html, conversion)
        if ":" in text and SHORTCODE.search(text):
            source_text = plain_text(
                self._inline(SHORTCODE.sub(lambda match: f"\\{match[0]}", text)).strip(), conversion
            )
        if not conversion.is_post:
            # nbconvert kept the spaces an underlined heading ended in, and each became a dash.
            source_text += " " * (len(text) - len(text.rstrip(" ")))
        self._out.append(heading_html(int(element.tag[1]), html, source_text, pairs, conversion) + "\n")

    def _code(self, element: ET.Element) -> None:
        escaped = (element[0].text or "") if len(element) else ""
        # Python-Markdown escapes code while it parses.
        source = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        source = self._conversion.tokens.restore(source)
        classes = element.get("class", "").split()
        language = next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")
        self._out.append(self._conversion.code(source, language) + "\n")

    def _footnote(self, element: ET.Element) -> None:
        html = BlockWriter(self._conversion).written(element).strip()
        self._conversion.notes.setdefault(element.get("label") or "", html)


def _attributes(element: ET.Element) -> str:
    if not element.attrib:
        return ""
    return "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
