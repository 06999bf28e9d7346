"""A workflow file as plain values, with the line of every key and the comment beside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORKFLOWS = Path(__file__).resolve().parents[2] / ".github/workflows"
_COMMENT = re.compile(r"(?:^|\s)#\s*(.*)$")
_KIND = re.compile(r"kind: ([URPW])\b")

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    Args:
        kind: the letter beside its id; empty where none stands.
        place: where it stands in the file.
    """

    name: str
    kind: str
    value: Mapping[str, Any]
    place: Place

    @property
    def steps(self) -> list[tuple[Place, Mapping[str, Any]]]:
        """Each step with its place."""
        return [((*self.place, "steps", index), step) for index, step in enumerate(self.value.get("steps") or [])]

    @property
    def scopes(self) -> Mapping[str, str]:
        """Its permissions as written; a word such as ``write-all`` counts for every scope."""
        written = self.value.get("permissions")
        return written if isinstance(written, Mapping) else {"*": str(written)} if written is not None else {}

    @property
    def runs(self) -> list[tuple[Place, str]]:
        """Every ``run:`` with its place."""
        return [((*place, "run"), str(step["run"])) for place, step in self.steps if "run" in step]

    @property
    def uses(self) -> list[tuple[Place, str, Mapping[str, Any]]]:
        """Every ``uses:`` with its place and its ``with:``; that of the job itself included."""
        own: list[tuple[Place, str, Mapping[str, Any]]] = []
        if "uses" in self.value:
            own.append(((*self.place, "uses"), str(self.value["uses"]), {}))
        return own + [((*p, "uses"), str(s["uses"]), s.get("with") or {}) for p, s in self.steps if "uses" in s]


class WorkflowFile:
    """One file.

    Args:
        name: the file's own name.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lines = text.splitlines()
        self._places: dict[Place, int] = {}
        root = yaml.compose(text, yaml.SafeLoader)
        self.value: dict[str, Any] = self._plain(root, ()) if root is not None else {}

    def _plain(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            found = {}
            for key_node, value_node in node.value:
                # YAML 1.1 reads `on` as true; GitHub does not.
                key = key_node.value
                self._places[(*place, key)] = key_node.start_mark.line + 1
                found[key] = self._plain(value_node, (*place, key))
            return found
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, item in enumerate(node.value):
                self._places[(*place, index)] = item.start_mark.line + 1
                items.append(self._plain(item, (*place, index)))
            return items
        return yaml.SafeLoader("").construct_object(node)

    def line(self, place: Place) -> int:
        """Where a place stands, from 1; of what is missing, where its parent does."""
        while place and place not in self._places:
            place = place[:-1]
        return self._places.get(place, 1)

    def comment(self, place: Place) -> str:
        """What is said beside a place, or in the lines above it."""
        line = self.line(place) - 1
        beside = _COMMENT.search(self._lines[line])
        above = []
        while line > 0 and self._lines[line - 1].lstrip().startswith("#"):
            line -= 1
            above.append(self._lines[line].lstrip(" #"))
        return " ".join([*([beside[1]] if beside else []), *reversed(above)])

    @property
    def triggers(self) -> Mapping[str, Any]:
        """Events with their filters."""
        written = self.value.get("on")
        if isinstance(written, Mapping):
            return {name: filters or {} for name, filters in written.items()}
        return {name: {} for name in (written if isinstance(written, list) else [str(written)])}

    @property
    def jobs(self) -> Iterator[Job]:
        """Jobs in their order."""
        for name, value in (self.value.get("jobs") or {}).items():
            place = ("jobs", name)
            kind = _KIND.search(self._lines[self.line(place) - 1])
            yield Job(name, kind[1] if kind else "", value, place)

    def expressions(self) -> Iterator[tuple[Place, str]]:
        """Every text of the file with its place."""
        yield from _texts(self.value, ())


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, index))
    elif isinstance(value, str):
        yield place, value


@cache
def workflow_files() -> tuple[WorkflowFile, ...]:
    """Those of this repository, by name."""
    return tuple(WorkflowFile(path.name, path.read_text(encoding="utf-8")) for path in sorted(WORKFLOWS.glob("*.y*ml")))
