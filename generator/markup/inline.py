"""Inline Markdown → HTML in one walk: code, links, images, emphasis, raw tags, emoji, bare addresses."""

import re
from dataclasses import dataclass
from html import escape, unescape

from generator.markup.conversion import Conversion
from generator.markup.definitions import normal_label
from generator.markup.delimiters import Delimiter, flanking, pair_up
from generator.markup.emoji import SHORTCODE
from generator.markup.links import Destination, read_attributes, read_destination, unescaped
from generator.markup.smart import smart
from generator.markup.tokens import CLOSE, OPEN

_SPECIAL = re.compile(r"[\\`*_~=<&!\[\]^:\n]")
_RUN = re.compile(r"\*+|_+|~+|=+|`+")
_TICKS = re.compile(r"`+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(
    r"""<(?:/[A-Za-z][A-Za-z0-9:-]*\s*|[A-Za-z][A-Za-z0-9:-]*(?:\s+[^\s"'<>/=]++(?:\s*=\s*(?:[^\s"'=<>`]++|"[^"]*+"|'[^']*+'))?)*+\s*/?)>
    |<!--.*?-->|<\?.*?\?>""",
    re.VERBOSE | re.DOTALL,
)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_MAIL = re.compile(r"<(?:mailto:)?([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>")
_BARE = re.compile(rf"https?://[^\s<>{OPEN}{CLOSE}]+")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s][^\[\]\n]{0,199})\]")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,300})\]")
_VERBATIM = re.compile(r"<(code|kbd|samp|tt|script|style|textarea|pre|svg|math)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TRAILING = ".,;:!?*_~'\""
_LONGEST_NOTE = 10_000
# Text full of unclosed `<` or `^[` would be searched to its end for each of them.
_MOST_OPEN = 100


@dataclass(slots=True)
class _Bracket:
    """An open ``[`` or ``![``.

    Args:
        position: of what is inside it, in the text.
        floor: height of the stack of delimiters when it was opened.
    """

    node: int
    position: int
    floor: int
    is_image: bool
    is_active: bool = True


def inline_html(text: str, conversion: Conversion) -> str:
    """HTML of a paragraph's text, stand-ins included; the text has been protected."""
    if not _SPECIAL.search(text):
        return _plain(text, conversion)
    return _Walk(text, conversion).html()


def _plain(text: str, conversion: Conversion) -> str:
    if conversion.scope.rules.is_smart:
        text = smart(text)
    shown = escape(text, quote=False)
    return _abbreviated(shown, conversion.scope.abbreviations) if conversion.scope.abbreviations else shown


def _abbreviated(html: str, known: dict[str, str]) -> str:
    pattern = "|".join(re.escape(escape(short, quote=False)) for short in sorted(known, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{pattern})(?!\w)",
        lambda match: f'<abbr title="{escape(known.get(unescape(match[0]), ""))}">{match[0]}</abbr>',
        html,
    )


class _Walk:
    """One text; nodes are pieces of HTML, some of which may yet become tags."""

    def __init__(self, text: str, conversion: Conversion) -> None:
        self._text = text
        self._conversion = conversion
        self._nodes: list[str] = []
        self._delimiters: list[Delimiter] = []
        self._brackets: list[_Bracket] = []
        self._missing_ticks: set[int] = set()
        self._failed_tags = 0
        self._open_notes = 0
        self._is_in_anchor = False
        self._has_links = "](" in text

    def html(self) -> str:
        text, done, position = self._text, 0, 0
        while match := _SPECIAL.search(text, position):
            start = match.start()
            end = self._at(match[0], start, done)
            if end is None:
                position = start + 1
                continue
            done = position = end
        self._flush(done, len(text))
        pair_up(self._nodes, self._delimiters, 0)
        return "".join(self._nodes)

    def _flush(self, start: int, end: int) -> None:
        if end > start:
            self._nodes.append(_plain(self._text[start:end], self._conversion))

    def _put(self, html: str, done: int, start: int, end: int) -> int:
        """Add what stands before start as text, then html; the walk goes on at end."""
        self._flush(done, start)
        self._nodes.append(html)
        return end

    def _at(self, mark: str, start: int, done: int) -> int | None:
        """Where to go on after what begins at start; None when it is only a character."""
        match mark:
            case "*" | "_" | "~" | "=":
                return self._emphasis(start, done)
            case "\n":
                return self._line_end(start, done)
            case "\\":
                return self._escape(start, done)
            case "`":
                return self._code(start, done)
            case "<":
                return self._tag(start, done)
            case "&":
                entity = _ENTITY.match(self._text, start)
                return self._put(entity[0], done, start, entity.end()) if entity else None
            case "[" | "!":
                return self._open(start, done)
            case "]":
                return self._close(start, done)
            case "^":
                return self._note(start, done)
        return self._colon(start, done)

    def _emphasis(self, start: int, done: int) -> int | None:
        text = self._text
        run = _RUN.match(text, start)
        if run is None:
            return None
        mark, end = text[start], run.end()
        if mark in "~=" and end - start != 2:
            return self._put(run[0], done, start, end)
        can_open, can_close = flanking(mark, text[start - 1 : start], text[end : end + 1])
        self._flush(done, start)
        self._nodes.append(run[0])
        if not (can_open or can_close):
            return end
        length = end - start
        delimiter = Delimiter(mark, len(self._nodes) - 1, length, length, can_open, can_close)
        if can_close and text.startswith("{:", end):
            attributes, after = read_attributes(text, end)
            delimiter.attributes, delimiter.tail = attributes.html(), escape(text[end:after], quote=False)
            self._nodes[-1], end = delimiter.html, after
        self._delimiters.append(delimiter)
        return end

    def _line_end(self, start: int, done: int) -> int | None:
        before = self._text[done:start]
        bare = before.rstrip(" ")
        if len(before) - len(bare) < 2:
            return None
        return self._put("<br>\n", done, done + len(bare), start + 1)

    def _escape(self, start: int, done: int) -> int | None:
        following = self._text[start + 1 : start + 2]
        if following == "\n":
            return self._put("<br>\n", done, start, start + 2)
        if following in _ESCAPABLE and following:
            return self._put(escape(following, quote=False), done, start, start + 2)
        return None

    def _code(self, start: int, done: int) -> int:
        text = self._text
        run = _RUN.match(text, start)
        length = len(run[0]) if run else 1
        end = start + length
        if length not in self._missing_ticks:
            for closer in _TICKS.finditer(text, end):
                if len(closer[0]) == length:
                    return self._put_code(text[end : closer.start()], done, start, closer.end())
            self._missing_ticks.add(length)
        return self._put(text[start:end], done, start, end)

    def _put_code(self, code: str, done: int, start: int, end: int) -> int:
        code = self._conversion.tokens.restore(code.replace("\n", " "))
        if len(code) > 1 and code[0] == code[-1] == " " and code.strip():
            code = code[1:-1]
        attributes, after = read_attributes(self._text, end)
        return self._put(f"<code{attributes.html()}>{escape(code, quote=False)}</code>", done, start, after)

    def _tag(self, start: int, done: int) -> int | None:
        text = self._text
        link = _AUTOLINK.match(text, start)
        if link is not None:
            url = escape(link[1])
            return self._put(f'<a href="{url}">{escape(link[1], quote=False)}</a>', done, start, link.end())
        mail = _MAIL.match(text, start)
        if mail is not None:
            return self._put(f'<a href="mailto:{mail[1]}">{mail[1]}</a>', done, start, mail.end())
        tag = _TAG.match(text, start) if self._failed_tags < _MOST_OPEN else None
        if tag is None:
            self._failed_tags += 1
            return None
        end = tag.end()
        verbatim = _VERBATIM.match(text, start)
        if verbatim is not None:
            closing = re.compile(rf"</{verbatim[1]}\s*>", re.IGNORECASE).search(text, end)
            end = closing.end() if closing else end
        if text[start + 1] not in "!?" and not text.startswith("/>", end - 2):
            self._conversion.has_loose_html = True
        if text[start + 1 : start + 3].lower() in ("a ", "/a"):
            self._is_in_anchor = text[start + 1] != "/"
        return self._put(text[start:end], done, start, end)

    def _open(self, start: int, done: int) -> int | None:
        text = self._text
        is_image = text[start] == "!"
        if is_image and text[start + 1 : start + 2] != "[":
            return None
        if not is_image and text[start + 1 : start + 2] == "^" and (note := _FOOTNOTE.match(text, start)):
            return self._put(self._footnote(note[1], note[0]), done, start, note.end())
        end = start + (2 if is_image else 1)
        self._flush(done, start)
        self._nodes.append(text[start:end])
        self._brackets.append(_Bracket(len(self._nodes) - 1, end, len(self._delimiters), is_image))
        return end

    def _close(self, start: int, done: int) -> int | None:
        if not self._brackets:
            return None
        bracket = self._brackets.pop()
        if not bracket.is_active:
            return None
        self._flush(done, start)
        found = self._destination(bracket, start)
        if found is None:
            return self._span(bracket, start)
        pair_up(self._nodes, self._delimiters, bracket.floor)
        inside = "".join(self._nodes[bracket.node + 1 :])
        del self._nodes[bracket.node :]
        if bracket.is_image:
            self._nodes.append(self._image(inside, found))
            return found.end
        title = f' title="{escape(found.title)}"' if found.title else ""
        self._nodes.append(f'<a href="{_url(found.url)}"{title}{found.attributes.html()}>{inside}</a>')
        for other in self._brackets:
            # A link holds no link; an image may stand in one.
            other.is_active = other.is_active and other.is_image
        return found.end

    def _span(self, bracket: _Bracket, start: int) -> int:
        """``[text]{.class}``, or a bracket that is only a bracket."""
        attributes, end = read_attributes(self._text, start + 1)
        if end == start + 1 or bracket.is_image:
            self._nodes.append("]")
            return start + 1
        pair_up(self._nodes, self._delimiters, bracket.floor)
        self._nodes[bracket.node] = f"<span{attributes.html()}>"
        self._nodes.append("</span>")
        return end

    def _destination(self, bracket: _Bracket, start: int) -> Destination | None:
        text = self._text
        following = text[start + 1 : start + 2]
        if following == "(" and (found := read_destination(text, start + 1)) is not None:
            return found
        written, end = text[bracket.position : start], start + 1
        label = _LABEL.match(text, end) if following == "[" else None
        if label is not None:
            written, end = label[1].strip() or written, label.end()
        links = self._conversion.scope.links
        target = (
            links.get(normal_label(self._conversion.tokens.plain(written))) if links and len(written) < 300 else None
        )
        if target is None:
            return None
        attributes, end = read_attributes(text, end)
        return Destination(unescaped(target.url), target.title, attributes, end)

    def _image(self, inside: str, found: Destination) -> str:
        alt = self._conversion.tokens.plain(unescape(_MARKUP.sub("", inside)))
        title = f' title="{escape(found.title)}"' if found.title else ""
        return f'<img src="{_url(found.url)}" alt="{escape(alt)}"{title}{found.attributes.html(is_image=True)}>'

    def _footnote(self, label: str, source: str) -> str:
        conversion = self._conversion
        notes = conversion.scope.footnotes
        source = conversion.tokens.restore(source)
        label = normal_label(conversion.tokens.restore(label))
        notes.uses.append((label, source, conversion.place_of(source)))
        return f"{OPEN}f{len(notes.uses) - 1}{CLOSE}"

    def _note(self, start: int, done: int) -> int | None:
        """``^[an inline footnote]``."""
        text = self._text
        if text[start + 1 : start + 2] != "[":
            return None
        if self._open_notes > _MOST_OPEN:
            return None
        depth = 0
        for match in re.finditer(r"\\.|[\[\]]", text[start + 1 : start + 1 + _LONGEST_NOTE]):
            depth += {"[": 1, "]": -1}.get(match[0], 0)
            if depth == 0:
                end = start + 1 + match.end()
                notes = self._conversion.notes
                label = f"inline-{len(notes) + len(self._conversion.scope.footnotes.definitions) + 1}"
                content = text[start + 2 : end - 1]
                if "^[" in content:
                    return None
                notes[label] = f"<p>{inline_html(content, self._conversion)}</p>"
                return self._put(self._footnote(label, ""), done, start, end)
        self._open_notes += 1
        return None

    def _colon(self, start: int, done: int) -> int | None:
        text = self._text
        if text.startswith("://", start):
            return self._bare_url(start, done)
        before = text[start - 1 : start]
        code = SHORTCODE.match(text, start) if not before.isalnum() else None
        shown = self._conversion.tools.emoji.character(code[0]) if code else None
        return self._put(shown, done, start, code.end()) if code and shown else None

    def _bare_url(self, colon: int, done: int) -> int | None:
        text = self._text
        start = colon - (5 if text.endswith("https", 0, colon) else 4)
        match = _BARE.match(text, start) if start >= done else None
        if match is None or text[start - 1 : start].isalnum() or self._is_in_anchor:
            return None
        if self._brackets and self._has_links:
            # The text of a link that is still open.
            return None
        url = _trimmed(match[0])
        return self._put(f'<a href="{escape(url)}">{escape(url, quote=False)}</a>', done, start, start + len(url))


def _trimmed(url: str) -> str:
    """A bare URL without the punctuation of the sentence it stands in (GFM, 6.9)."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in ")]" and url.count(last) > url.count("(" if last == ")" else "[")):
            url = url[:-1]
        else:
            break
    return url


def _url(url: str) -> str:
    """A destination for an attribute; entities an author wrote stay entities."""
    shown = url.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    if "&" not in shown:
        return shown
    return re.sub(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)", "&amp;", shown)
