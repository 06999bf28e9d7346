"""Fences: code with its options, and the directives MyST writes as fences."""

import re
from dataclasses import dataclass
from html import escape

from generator.markup.attributes import Attributes, parse_attributes
from generator.markup.callouts import Callout, default_title, kind_of
from generator.markup.conversion import Conversion
from generator.markup.tokens import JOINT

_OPENING = re.compile(r"(?:(?P<ticks>`{3,})(?P<tick_info>[^`\n]*)|(?P<tildes>~{3,})(?P<tilde_info>[^\n]*))$")
_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?")
_DIRECTIVE = re.compile(r"\{(?P<word>[A-Za-z][\w:-]*)\}[ \t]*(?P<argument>[^\n]*)$")
_OPTION_LINE = re.compile(r"[ \t>]*:(?P<key>[\w-]+):[ \t]*(?P<value>[^\n]*)$")
_LANGUAGE = re.compile(r"[^\s{},:=\"]+")
_SETTING = re.compile(r"""(\w[\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s}]+))""")
_MARKED = re.compile(r"\{([\d,\s-]+)\}")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_CODE_DIRECTIVES = frozenset({"code", "code-block", "code-cell", "sourcecode", "ipython3"})
_LONGEST_RANGE = 10_000
# Embeds that are written as a block; a fence called by any other word is code, even if an embed has its name.
_BLOCKS = frozenset({"wandb", "leaderboard"})
_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
# How many lines above a fence the item it stands in is looked for.
_FURTHEST_ITEM = 60
# How many lines below a mark that stands too far in the proper end of its fence is looked for.
_FURTHEST_END = 500


@dataclass(frozen=True, slots=True)
class Fence:
    """One fence.

    Args:
        body: its content without the container's prefix.
        source: all of it, likewise.
        info: what follows the opening marks.
        length: how many marks open it.
        width: columns its lines are indented by.
        last_line: index of its closing line; of the line after its last when it is never closed.
        end: index of the line to go on with.
    """

    body: str
    source: str
    info: str
    length: int
    width: int
    last_line: int
    end: int

    def frame(self, conversion: Conversion) -> tuple[str, str] | None:
        """Opening and closing of a callout written as a fence; None for every other."""
        match = _DIRECTIVE.match(self.info)
        kind = kind_of(match["word"]) if match else None
        if match is None or kind is None:
            return None
        options = self._options()
        classes = options.get("class", "").split()
        if match["word"] == "admonition":
            kind = next((known for known in map(kind_of, classes) if known), kind)
        title = (
            conversion.inline(match["argument"].strip()) if match["argument"].strip() else default_title(match["word"])
        )
        callout = Callout(kind, title, "dropdown" in classes, "open" in options, id=options.get("name"))
        return callout.opening, callout.closing

    @property
    def option_lines(self) -> int:
        """How many lines of the body set options (``:class: dropdown``)."""
        count = 0
        for line in self.body.split("\n"):
            if _OPTION_LINE.match(line) is None:
                break
            count += 1
        return count

    def _options(self) -> dict[str, str]:
        lines = self.body.split("\n")[: self.option_lines]
        return {match["key"]: match["value"].strip() for match in map(_OPTION_LINE.match, lines) if match}

    def _content(self) -> str:
        return "\n".join(self.body.split("\n")[self.option_lines :]).strip("\n")

    def html(self, body: str, conversion: Conversion, number: int) -> str:
        """A fence that is no callout.

        Args:
            body: the content as the author wrote it.
            number: line of the opening.
        """
        directive = _DIRECTIVE.match(self.info)
        word = directive["word"] if directive else ""
        if directive and word == "math":
            return self._formula(self._content(), conversion, number)
        if directive and word in ("figure", "image") and directive["argument"].strip():
            return self._figure(directive["argument"].strip(), conversion)
        if directive and word in _CODE_DIRECTIVES:
            return conversion.code(self._content(), directive["argument"].strip())
        if (word or self.info) in _BLOCKS:
            target = directive["argument"].strip() if directive else ""
            shown = conversion.embed(word or self.info, target, {}, number, text=self._settings(body))
            if shown is not None:
                return shown
        if self.info.lower() == "math":
            return self._formula(body, conversion, number)
        return self._code(body, conversion)

    def _settings(self, body: str) -> str:
        """The body of a block as YAML, line by line: MyST's ``:key: value`` says the same."""
        lines = body.split("\n")
        written = [
            f"{match['key']}: {match['value']}"
            for match in map(_OPTION_LINE.match, lines[: self.option_lines])
            if match
        ]
        return "\n".join(written + lines[len(written) :])

    def _formula(self, latex: str, conversion: Conversion, number: int) -> str:
        """A display that fills a paragraph."""
        token = conversion.formula(latex, self.source, number, is_display=True)
        return f"<p>{conversion.tokens.resolve(token)}</p>"

    def _figure(self, target: str, conversion: Conversion) -> str:
        options = self._options()
        caption = conversion.inline(self._content()) if self._content() else ""
        attributes = Attributes(pairs={key: options[key] for key in ("width", "height") if options.get(key)})
        alt = escape(options.get("alt", ""))
        image = f'<img src="{escape(target)}" alt="{alt}"{attributes.html(is_image=True)}>'
        identity = f' id="{escape(conversion.scope.claim_id(options["name"]))}"' if options.get("name") else ""
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure{identity}>{image}{below}</figure>"

    def _code(self, body: str, conversion: Conversion) -> str:
        language, settings, marked = read_info(self.info)
        start = settings.get("linenums") or settings.get("startFrom") or ""
        code = conversion.tools.highlighter.code(
            body,
            language,
            line_numbers=bool(start) or settings.get("code-line-numbers") == "true",
            first_line=int(start) if start.isdigit() else 1,
            marked_lines=marked,
        )
        title = settings.get("title") or settings.get("filename")
        if not title:
            return code
        return code.replace("<pre", f'<span class="filename">{escape(title)}</span><pre', 1)


def read_info(info: str) -> tuple[str, dict[str, str], frozenset[int]]:
    """Language, settings and marked lines of a fence.

    >>> read_info('python title="a.py" {1,3-4}')
    ('python', {'title': 'a.py'}, frozenset({1, 3, 4}))
    """
    info = info.strip()
    marked = _MARKED.search(info)
    lines = marked[1] if marked else ""
    info = _MARKED.sub("", info)
    settings = {key: double or single or bare for key, double, single, bare in _SETTING.findall(info)}
    lines += " " + settings.pop("hl_lines", "") + " " + settings.get("code-line-numbers", "")
    attributes = parse_attributes(info[1:-1]) if info.startswith("{") and info.endswith("}") else None
    if attributes is not None and (attributes.classes or attributes.words):
        language = (attributes.classes or attributes.words)[0]
    else:
        word = _LANGUAGE.search(info)
        language = word[0].lstrip(".") if word and "=" not in info[: word.end() + 1] else ""
    return language, settings, _line_set(lines)


def _line_set(text: str) -> frozenset[int]:
    found: set[int] = set()
    for first, last in _RANGE.findall(text):
        start, end = int(first), int(last or first)
        found.update(range(start, min(end, start + _LONGEST_RANGE) + 1))
    return frozenset(found)


def read_fence(lines: list[str], index: int, start: re.Match[str], limit: int) -> Fence | None:
    """The fence that opens at a line; None when the line only looks like one.

    Args:
        start: quotes, indent and marker before the marks.
        limit: index of the line where whatever it stands in ends.
    """
    opening = _OPENING.match(lines[index], start.start("what"))
    if opening is None:
        return None
    marks = opening["ticks"] or opening["tildes"]
    info = (opening["tick_info"] or opening["tilde_info"] or "").strip()
    closing = re.compile(rf"[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*$")
    depth = start["quotes"].count(">")
    width = len((start["indent"] + start["marker"]).expandtabs(4))
    body: list[str] = []
    source = [lines[index][start.start("what") :]]
    last = index + 1
    # A line that is indented less stands outside the item, unless the fence is closed inside it all the same.
    outside, proper = 0, -1
    is_in_item = bool(width) and (bool(start["marker"]) or _is_below_item(lines, index, width, is_quoted=depth > 0))
    while last < limit:
        quoted = _without_quotes(lines[last], depth)
        if quoted is None:
            break
        line = _without_indent(quoted, width)
        if is_in_item and not outside and quoted.strip() and len(quoted) - len(line) < min(width, 2):
            outside = last
        source.append(line)
        is_end = closing.match(line) is not None and (not outside or quoted[:1] in (" ", "\t"))
        if is_end and last > proper and _is_deep(line):
            # Four columns in, it is code, unless nothing else ends the fence: authors are out of line at times.
            proper = _proper_end(lines[last + 1 : min(limit, last + 1 + _FURTHEST_END)], closing, depth, width)
            proper = last + 1 + proper if proper >= 0 and not outside else -1
        if is_end and last >= proper:
            return Fence("\n".join(body), "\n".join(source), info, len(marks), width, last, last + 1)
        if line.strip() != JOINT:
            body.append(line)
        last += 1
    if outside:
        while outside > index + 1 and not source[outside - index - 1].strip():
            outside -= 1
        del body[outside - index - 1 :], source[outside - index :]
        last = outside
    return Fence("\n".join(body), "\n".join(source), info, len(marks), width, last, last)


def _is_deep(line: str) -> bool:
    return len(line) - len(line.lstrip()) >= 4 or line.startswith("\t")


def _proper_end(lines: list[str], closing: re.Pattern[str], depth: int, width: int) -> int:
    """Which line ends a fence as CommonMark says, before the next fence begins or its item ends; -1 for none."""
    for index, quoted in enumerate(lines):
        inside = _without_quotes(quoted, depth)
        line = _without_indent(inside, width) if inside is not None else ""
        if inside is None or (line.strip() and len(inside) - len(line) < min(width, 2)):
            return -1
        if not _is_deep(line):
            if closing.match(line):
                return index
            if _OPENING.match(line.lstrip()):
                return -1
    return -1


def _is_below_item(lines: list[str], index: int, width: int, *, is_quoted: bool) -> bool:
    """Whether a line that is indented by width belongs to an item of a list above it."""
    after_blank = False
    for line in reversed(lines[max(0, index - _FURTHEST_ITEM) : index]):
        text = line.lstrip(" \t>")
        if not text:
            after_blank = True
            continue
        blank = len(line) - len(text)
        if (">" in line[:blank]) != is_quoted:
            return False
        if blank < width and _ITEM.match(text):
            return True
        if blank < width and after_blank:
            return False
        after_blank = False
    return False


def _without_quotes(line: str, depth: int) -> str | None:
    """The line without depth quote marks; None when it has fewer, and so stands outside."""
    for _ in range(depth):
        match = _QUOTE.match(line)
        if match is None:
            return None
        line = line[match.end() :]
    return line


def _without_indent(line: str, width: int) -> str:
    """The line without up to width columns of white space."""
    if not width or not line or line[0] not in " \t":
        return line
    if "\t" in line[:width]:
        line = line[: len(line) - len(line.lstrip())].expandtabs(4) + line.lstrip()
    blank = len(line) - len(line.lstrip(" "))
    return line[min(width, blank) :]
