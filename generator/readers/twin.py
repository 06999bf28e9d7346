"""The Markdown twin of a document: what its page says, for readers that prefer text."""

import re
from collections.abc import Mapping, Sequence

from generator.location import Location
from generator.markup.liquid import Liquid, LiquidReader
from generator.markup.sanitise import is_harmless
from generator.markup.scope import Scope
from generator.markup.tokens import ADDRESS_MARK, BASE_MARK, CLOSE, OPEN
from generator.markup.urls import shown
from generator.model.body import Ref, RefKind, without_reserved
from generator.model.front_matter import FrontMatter

_MEANT = re.compile(r"\{[{%]|\]\(|\]:|<!--|(?:src|href)=")
_COMMENT = re.compile(r"<!--|\{%-?\s*comment\b")
_COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_CODE = re.compile(r"((?<!`)(`+)(?!`)[^\n]*?[^`\n]\2(?!`))")
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_DETAIL = re.compile(r"""\{\{-?\s*(["'])(.*)\1\s*\|\s*fndetail\s*:\s*["']?([^\s"'}]+)["']?\s*-?\}\}""")
_TAG = re.compile(r"\{%-?\s*(\w+)\s*(.*?)\s*-?%\}")
_INCLUDE = re.compile(r"""["']?([\w/-]+)(?:\.html)?["']?\s+.*?\b(?:content|text|url)\s*=\s*(["'])(.*)\2""")
_CALLOUTS = frozenset({"note", "tip", "important", "warning", "info", "alert"})
_URL = re.compile(
    r"(?P<before>\]\(\s*<?|^\s*\[[^\]]+\]:\s*<?|\b(?:src|href)=[\"'])(?P<url>[^\s<>()\"']+(?:\([^\s()]*\)[^\s<>()\"']*)*)"
)
# Of a stranger's text: what begins a tag or an entity, and where a link leads that is not plainly harmless.
_BEGINS_HTML = re.compile(r"<(?=[A-Za-z/!?\ue0f0])|&(?=[#A-Za-z])")
_DESTINATION = re.compile(r"(\]\(\s*(?:&lt;)?|^\s*\[[^\]]+\]:\s*(?:&lt;)?)([^\s<>)]+)", re.MULTILINE)
_RUNS_LINE = re.compile(r"[ \t>]*wandb[ \t]*:", re.IGNORECASE)
_RUNS_BLOCK = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*\{?wandb\b")
_BLOCK_ENDS = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*")
_BLOCK = re.compile(f"{OPEN}w([0-9]+){CLOSE}")
_BEGINNINGS = ("```", "~~~", ">")
# A line of more is data that somebody pasted, and not worth the time.
_LONGEST_LINE = 2_000


def twin_of(front: FrontMatter, pieces: Sequence[str], *, is_strict: bool = False) -> str:
    """Title, summary and the shown pieces, in order.

    Args:
        is_strict: title and summary are a stranger's; the pieces are what their own makers made of them.
    """
    head = [f"# {front.title}"] if front.title else []
    if front.description:
        head.append("> " + " ".join(front.description.split()))
    if is_strict:
        head = [inert(text) for text in head]
    return "\n\n".join([*head, *(piece.strip("\n") for piece in pieces if piece.strip())]) + "\n"


def plain_markdown(text: str, at: Location, scope: Scope, refs: Sequence[Ref]) -> str:
    """Markdown as any program reads it: Liquid answered, comments gone, links as holes; code stays as it is.

    Args:
        refs: what was found when this text was converted.
    """
    shown: list[str] = []
    if scope.blocks_in_text:
        text = _without_blocks(text, at, scope, shown)
    if _MEANT.search(text):
        text = _Writer(at, scope, {ref.written: ref.hole for ref in refs}).written(text)
    if "accessToken" in text:
        text = _without_tokens(text)
    text = _BLOCK.sub(lambda match: shown[int(match[1])], text) if shown else text
    return inert(text) if scope.is_strict else text


def inert(text: str) -> str:
    """A stranger's Markdown in which no program finds HTML or a link that runs; code reads a little worse.

    >>> inert("<b onclick=x>[a](javascript:x) a < b")
    '&lt;b onclick=x>[a](#) a < b'
    """
    text = _BEGINS_HTML.sub(lambda match: "&lt;" if match[0] == "<" else "&amp;", text)
    return _DESTINATION.sub(lambda match: match[0] if is_harmless(match[2].replace("\\", "")) else f"{match[1]}#", text)


def _without_tokens(text: str) -> str:
    """Text in whose blocks about runs nothing opens a private report: that stands in the address of its frame alone.

    However its YAML is written, so every line of a block counts.
    """
    # Most blogs have no such thing, and their builds import nothing for it.
    from generator.experiments.services.addresses import without_token

    lines = text.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        begins = None if fence else _RUNS_BLOCK.match(line)
        if fence or begins or _RUNS_LINE.match(line):
            lines[number] = without_token(line)
        if begins:
            fence = begins[1]
        elif fence and (ends := _BLOCK_ENDS.fullmatch(line)) and ends[1].startswith(fence):
            fence = ""
    return "\n".join(lines)


def _without_blocks(text: str, at: Location, scope: Scope, shown: list[str]) -> str:
    """Text with a mark for every block whose Markdown is known, which is added to ``shown``."""
    lines: list[str] = []
    fence = ""
    for number, line in enumerate(without_reserved(text).split("\n"), start=1):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
            continue
        # Within a list or a quote it would have to be taken in.
        said = scope.blocks_in_text.get(at.at_line(number)) if line.startswith(_BEGINNINGS) else None
        if said is None:
            lines.append(line)
            continue
        fence = mark[1] if mark else ""
        lines += [*([""] if lines and lines[-1].strip() else []), f"{OPEN}w{len(shown)}{CLOSE}"]
        shown.append(said)
    return "\n".join(lines)


class _Writer:
    def __init__(self, at: Location, scope: Scope, holes: Mapping[str, str]) -> None:
        self._at = at
        self._scope = scope
        self._holes = holes
        self._reader = LiquidReader(scope, str, _no_embed)

    def written(self, text: str) -> str:
        lines: list[str] = []
        prose: list[str] = []
        fence = ""
        for line in text.split("\n"):
            mark = _FENCE.match(line)
            if mark and (not fence or mark[1].startswith(fence)):
                lines.extend(self._prose(prose))
                fence = "" if fence else mark[1]
                lines.append(line)
            elif fence:
                lines.append(line)
            else:
                prose.append(line)
        return "\n".join([*lines, *self._prose(prose)])

    def _prose(self, lines: list[str]) -> list[str]:
        """Lines without code, which are taken out of the list."""
        text = "\n".join(lines)
        lines.clear()
        if _COMMENT.search(text):
            text = _without_comments(text)
        return [self._line(line) for line in text.split("\n")] if text else []

    def _line(self, line: str) -> str:
        if len(line) > _LONGEST_LINE or not _MEANT.search(line):
            return line
        parts = _CODE.split(line)
        # Every third part is a whole span of code, and the one after it only its backticks.
        parts[::3] = [_URL.sub(self._link, _LIQUID.sub(self._liquid, part)) for part in parts[::3]]
        del parts[2::3]
        rules = self._scope.rules
        return "".join(parts).replace(BASE_MARK, rules.baseurl).replace(ADDRESS_MARK, rules.url)

    def _link(self, match: re.Match[str]) -> str:
        return match["before"] + self._holes.get(shown(match["url"]), match["url"])

    def _liquid(self, match: re.Match[str]) -> str:
        detail = _DETAIL.fullmatch(match[0])
        if detail:
            return f"[^{detail[3]}]: {detail[2]}"
        if match[0].startswith("{{"):
            text = self._reader.text(Liquid(match[0], self._at))
            return match[0] if text is None else text
        tag = _TAG.fullmatch(match[0])
        said = self._tag(tag[1], tag[2]) if tag else None
        return match[0] if said is None else said

    def _tag(self, word: str, rest: str) -> str | None:
        match word:
            case "raw" | "endraw":
                return ""
            case "fn":
                return f"[^{rest}]"
            case "link":
                return Ref(RefKind.FILE, rest.strip("\"'").lstrip("/")).hole
            case "post_url":
                return Ref(RefKind.POST, rest.strip("\"'")).hole
            case "youtube" | "twitter" | "tweet" | "gist":
                return rest
            case "include":
                return _included(rest)
        return None


def _without_comments(text: str) -> str:
    """Text without HTML's and Liquid's comments; one that never ends is none."""
    pieces: list[str] = []
    place = 0
    while begin := _COMMENT.search(text, place):
        if begin[0] == "<!--":
            end = text.find("-->", begin.end()) + 3
        else:
            found = _COMMENT_END.search(text, begin.end())
            end = found.end() if found else 2
        if end < 3:
            break
        pieces.append(text[place : begin.start()])
        place = end
    return "".join(pieces) + text[place:]


def _no_embed(name: str, target: str, options: Mapping[str, str]) -> str | None:  # noqa: ARG001
    """An embed has no place in text."""
    return None


def _included(rest: str) -> str | None:
    match = _INCLUDE.match(rest)
    if match is None:
        return None
    name = match[1].rpartition("/")[2]
    return f"> {name.capitalize()}: {match[3]}" if name in _CALLOUTS else match[3]
