"""What stands at the keys of a block, read as what it should be; everything that is wrong is said, each at its line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from generator.experiments.numbers import as_number
from generator.experiments.services.addresses import without_token
from generator.experiments.written_values import written_value
from generator.location import Location
from generator.model.problem import Problem, error, warning
from generator.near_words import nearest

KIND = "runs"
"""Of every problem about runs in a page."""

Filter = tuple[str, str, str | int | float | bool]

_LONGEST_TEXT = 300
_LONGEST_LIST = 50
_FILTER_KEY = re.compile(r"state|(?:config|summary)\..+")
_OPERATION = re.compile(r"\s*(<=|>=|!=|==|=|<|>)\s*(.*)", re.DOTALL)


class ChartKind(StrEnum):
    """How runs are drawn."""

    BARS = "bars"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing above the table.

    Args:
        metric: empty for the first one of the block.
    """

    kind: ChartKind
    metric: str = ""


@dataclass(slots=True)
class BlockValues:
    """The values of one block.

    Args:
        at: the block.
        lines: of keys, by their path, which is the key alone; what has none is told of at the block.
    """

    values: Mapping[str, Any]
    at: Location
    lines: Mapping[tuple[str | int, ...], int]
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether anything is so wrong that nothing can be shown."""
        return any(problem.severity.value == "error" for problem in self.problems)

    def refuse(self, key: str, problem: str, mend: str) -> None:
        """The block is not to be understood."""
        self.problems.append(error(KIND, problem, self._place(key), mend))

    def warn(self, key: str, problem: str, mend: str) -> None:
        """The block is shown all the same."""
        self.problems.append(warning(KIND, problem, self._place(key), mend))

    def check_keys(self, known: Iterable[str]) -> None:
        """Tell of keys that nobody reads."""
        words = tuple(known)
        for key in self.values:
            if key not in words:
                near = nearest(key[:_LONGEST_TEXT], words)
                mend = f"write `{near}:`" if near else f"leave it out; known are {', '.join(words)}"
                self.warn(key, f"`{shortened(key)}` is no key of this block", mend)

    def text(self, key: str) -> str:
        """One text; a number is one, too, since SHAs and ids may look like numbers."""
        value = self.values.get(key)
        if value is None:
            return ""
        found = _text(value)
        if found is None:
            self.refuse(key, f"`{key}` is no text", f"write one word or line behind `{key}:`")
        return found or ""

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list, or one text in which commas part them; equal ones once."""
        value = self.values.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else [value]
        found = [_text(item) for item in items]
        if any(not one for one in found) or len(found) > _LONGEST_LIST:
            self.refuse(key, f"`{key}` is no list of at most {_LONGEST_LIST} names", f"write it as `{key}: {example}`")
            return ()
        return tuple(dict.fromkeys(one for one in found if one))

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.values.get(key)
        word = value.lower() if isinstance(value, str) else value
        if word in (True, "true", "yes", "on"):
            return True
        if word not in (None, False, "false", "no", "off"):
            self.refuse(key, f"`{key}` is neither true nor false", f"write `{key}: true`, or leave it out")
        return False

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.values.get(key)
        if value is None:
            return default
        written = str(value) if not isinstance(value, bool) else ""
        if re.fullmatch(r"\d{1,6}", written) and low <= int(written) <= high:
            return int(written)
        self.refuse(key, f"`{key}` is no number from {low} to {high}", f"write `{key}: {default}`, or leave it out")
        return default

    def filters(self, key: str) -> tuple[Filter, ...]:
        """``config.lr: 0.1``, ``state: finished``, ``summary.acc: ">0.9"``."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, dict) or len(value) > _LONGEST_LIST:
            self.refuse(key, f"`{key}` is no list of keys and values", "write it as `filter: {config.lr: 0.1}`")
            return ()
        return tuple(found for name, wanted in value.items() if (found := self._filter(key, str(name), wanted)))

    def _place(self, key: str) -> Location:
        line = self.lines.get((key,))
        return replace(self.at, line=line) if line else self.at

    def _filter(self, key: str, name: str, wanted: Any) -> Filter | None:
        if not _FILTER_KEY.fullmatch(name) or len(name) > _LONGEST_TEXT:
            mend = f"write `config.{shortened(name)}`, `summary.{shortened(name)}` or `state`"
            self.refuse(key, f"`{shortened(name)}` is nothing that runs are filtered by", mend)
            return None
        match = _OPERATION.fullmatch(wanted) if isinstance(wanted, str) else None
        operator = match[1].replace("==", "=") if match else "="
        value = written_value(match[2].strip()) if match else wanted
        is_number = as_number(value) is not None
        if not (is_number or isinstance(value, bool) or (isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT)):
            mend = f'write it as `{shortened(name)}: 0.1` or `{shortened(name)}: ">0.1"`'
            self.refuse(key, f"`{shortened(name)}` is held against nothing that can be compared", mend)
            return None
        if operator in ("<", "<=", ">", ">=") and not is_number:
            mend = f'write it as `{shortened(name)}: "{operator}0.1"`'
            self.refuse(key, f"`{shortened(name)}` is held against `{shortened(str(value))}`, which is no number", mend)
            return None
        return name, operator, value

    def charts(self, key: str) -> tuple[Chart, ...]:
        """``bars``, ``bars acc``, ``lines loss``; several in a list."""
        found = []
        for written in self.texts(key, "bars acc"):
            word, _, metric = written.partition(" ")
            if word not in list(ChartKind):
                near = nearest(word, [kind.value for kind in ChartKind])
                mend = f"write `chart: {near}`" if near else "write `chart: bars acc` or `chart: lines loss`"
                self.refuse(key, f"`{shortened(written)}` is no chart of runs", mend)
                continue
            found.append(Chart(ChartKind(word), metric.strip()))
        return tuple(found)


def shortened(text: str) -> str:
    """Text for a message: one short line, without what opens a private report."""
    line = " ".join(without_token(text).replace("`", "'").split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        text = str(value).strip()
    except ValueError:
        # More digits than Python writes.
        return None
    return text if len(text) <= 2_000 else None
