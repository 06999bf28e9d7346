"""YAML text to plain values, with the line of every key. Home of PyYAML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from generator.errors import FrontMatterError
from generator.location import Location

# The C loader is seven times faster; PyYAML is also installed without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BOOLEANS = MappingProxyType({"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False})
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
# What no file can hold, and what marks holes in bodies: escapes could spell both.
_UNWELCOME = re.compile("[\x00\ud800-\udfff\ue0f0-\ue0f2]")
_MOST_NODES = 200_000
_MOST_DEPTH = 60
# A thousand levels are safe with any stack; front matter of real posts has no such number of brackets.
_DEPTH_OF_NO_CONCERN = 1_000

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A YAML document.

    Args:
        value: dicts, lists, strings, booleans, integers, floats and None. Keys are always strings, and dates
            stay strings: who reads a key knows what it should be.
        places: (line, column), both counted from 1, of each key or list item, by its path.
        repeated: top-level keys written more than once, with every value in order.
    """

    value: Any
    places: Mapping[Path, tuple[int, int]]
    repeated: Mapping[str, tuple[Any, ...]]

    @property
    def lines(self) -> Mapping[Path, int]:
        """The line of each key or list item, counted from 1, by its path."""
        return {path: line for path, (line, _) in self.places.items()}


def load(text: str, *, at: Location) -> Parsed:
    """Parse text, which begins at ``at``; empty text is None.

    Duplicate keys are tolerated and the last wins, as Jekyll does; ``repeated`` tells.

    Raises:
        FrontMatterError: the text is not YAML; its place is the line the parser stumbled over.
    """
    _check_depth(text, at)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as exception:
        raise _stumbled(exception, text, at) from None
    except (RecursionError, ValueError) as exception:
        raise FrontMatterError(f"this is not YAML: {exception}", at=at, mend=_MEND) from None
    builder = _Builder(at)
    return Parsed(builder.value_of(node, ()) if node is not None else None, builder.places, builder.repeated)


def _check_depth(text: str, at: Location) -> None:
    """Refuse what is nested so deeply that the C parser, which calls itself, would end the whole process."""
    may_be_deep = sum(text.count(mark) for mark in ("[", "{", "- ", "? ", "-\t", "?\t")) > _DEPTH_OF_NO_CONCERN
    if not may_be_deep and " " * _DEPTH_OF_NO_CONCERN not in text:
        return
    depth = 0
    try:
        # Events come one by one, and nothing calls itself.
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MOST_DEPTH + 1:
                raise _too_much(at)
    except (yaml.YAMLError, ValueError):
        # What is wrong with it is said by whoever reads it in earnest.
        return


_MEND = "put quotes around a value that holds `: `, `#` or begins with a special character"


def _too_much(at: Location) -> FrontMatterError:
    return FrontMatterError("this YAML is too large or too deep", at=at, mend="write it out more simply")


def _stumbled(exception: yaml.YAMLError, text: str, at: Location) -> FrontMatterError:
    mark = getattr(exception, "problem_mark", None)
    reason = getattr(exception, "problem", None) or str(exception).splitlines()[0]
    place = at if mark is None else at.at_line(mark.line + 1)
    # The parser begins to wonder where the value begins, and gives up after it.
    marks = (found for found in (getattr(exception, "context_mark", None), mark) if found is not None)
    mends = (_quotation(text, found.line, found.column) for found in marks)
    return FrontMatterError(f"this is not YAML: {reason}", at=place, mend=next(filter(None, mends), _MEND))


_LINE_ENDS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_KEY_BEFORE = re.compile(r"\s*(?:-\s+)*([\w.-][\w .-]*:)\s+")
_ITEM_BEFORE = re.compile(r"\s*(?:-\s+)*(-)\s+")
_COMMENT = re.compile(r"\s+#.*|\s+$")
_LONGEST_SHOWN = 60


def _quotation(text: str, line: int, column: int) -> str | None:
    """How to write a value that begins with a character of YAML's own; None when there is none at that place.

    Args:
        line, column: both counted from 0.
    """
    lines = _LINE_ENDS.split(text)
    before, value = (lines[line][:column], lines[line][column:]) if line < len(lines) else ("", "")
    if value[:1] not in tuple("*&@%`") or before.rstrip().endswith("<<:"):
        return None
    value = _COMMENT.sub("", value)
    found = _KEY_BEFORE.fullmatch(before) or _ITEM_BEFORE.fullmatch(before)
    if found is None:
        return f"put quotation marks around `{re.split(r'[],}]', value)[0].rstrip()[:_LONGEST_SHOWN]}`"
    if len(value) > _LONGEST_SHOWN or not value.isprintable():
        return f"put quotation marks around what follows `{found[1]}`"
    quoted = f'"{value}"' if not {'"', "\\"} & set(value) else "'" + value.replace("'", "''") + "'"
    return f"write `{found[1]} {quoted}`"


class _Builder:
    """Plain values from a node graph, bounded against alias bombs."""

    def __init__(self, at: Location) -> None:
        self._at = at
        self._seen = 0
        self.places: dict[Path, tuple[int, int]] = {}
        self.repeated: dict[str, tuple[Any, ...]] = {}

    def value_of(self, node: yaml.Node, path: Path) -> Any:
        self._seen += 1
        if self._seen > _MOST_NODES or len(path) > _MOST_DEPTH:
            raise _too_much(self._at)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(child, (*path, number)) for number, child in enumerate(node.value)]
        return _scalar(node)

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self._mark(node, path)
        return self.value_of(node, path)

    def _mark(self, node: yaml.Node, path: Path) -> None:
        mark = node.start_mark
        self.places[path] = ((self._at.line or 1) + mark.line, mark.column + 1)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _text(key_node) if isinstance(key_node, yaml.ScalarNode) else str(_plain(key_node))
            self._mark(key_node, (*path, key))
            value = self.value_of(value_node, (*path, key))
            if key == "<<" and key_node.tag == "tag:yaml.org,2002:merge":
                for other in value if isinstance(value, list) else [value]:
                    merged = {**other, **merged} if isinstance(other, dict) else merged
                continue
            if key in own and not path:
                self.repeated[key] = (*self.repeated.get(key, (own[key],)), value)
            own[key] = value
        return {**merged, **own}


def _plain(node: yaml.Node) -> str:
    return str(node.start_mark.line) if node.start_mark else "?"


def _text(node: yaml.Node) -> str:
    text = str(node.value)
    return _UNWELCOME.sub("\ufffd", text) if _UNWELCOME.search(text) else text


def _scalar(node: yaml.Node) -> Any:
    text = _text(node)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return _BOOLEANS.get(text.lower(), text)
        case "int" if _INTEGER.match(text) and len(text) < 40:
            return int(text)
        case "float":
            return _float(text)
    return text


def _float(text: str) -> float | str:
    # `1:30.5` is a sexagesimal float in YAML 1.1 and a time to everyone else.
    try:
        return float(text.replace("_", "")) if ":" not in text else text
    except ValueError:
        return text
