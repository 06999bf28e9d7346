"""How a notebook wants to be run, from front matter in every tool's spelling."""

import math
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from generator.formats.byte_sizes import parse_size
from generator.formats.cron import WORDS, can_fire, cron_of, is_cron
from generator.model.front_matter import ErrorPolicy, ExecutionWishes
from generator.model.problem import Severity
from generator.model.resources import Resources
from generator.near_words import nearest
from generator.readers.front_matter_entries import normal_key
from generator.readers.front_matter_values import Values

NO_LIMIT = math.inf
"""A time limit the author has lifted."""

_MODES: Mapping[str, bool] = MappingProxyType({"off": False, "force": True, "cache": True, "inline": True})
_NO_LIMIT_WORDS = frozenset({"none", "never", "unlimited", "-1", "0"})
_NO_SCHEDULE = frozenset({"false", "none", "never"})
_DURATION = re.compile(
    r"(?:(\d{1,6}(?:\.\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,6}(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?)?"
    r"\s*(?:(\d{1,9}(?:\.\d+)?)\s*(?:s(?:ec(?:ond)?s?)?)?)?",
    re.IGNORECASE,
)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\s)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEDULES = "write `hourly`, `daily`, `weekly`, `monthly` or a cron expression such as `0 6 * * *`"
_RESOURCES = ("cpus", "gpus", "memory")


def execution_of(values: Values) -> ExecutionWishes:
    """What a notebook asks for; its variants are read elsewhere.

    A value that is wrong is an error where the notebook asks to be run, else a warning. A time limit that is lifted
    (``-1``, ``none``) is ``NO_LIMIT``.
    """
    execute = _executes(values)
    reader = _Reader(values, Severity.ERROR if execute else Severity.WARNING)
    return ExecutionWishes(
        execute=execute,
        params=reader.params(),
        timeout_seconds=reader.seconds("timeout"),
        notebook_timeout_seconds=reader.seconds("notebook_timeout"),
        on_error=_on_error(values),
        kernel=values.text("kernel"),
        data=reader.data(),
        refresh=reader.refresh(),
        timezone=reader.timezone(),
        environment=reader.environment(),
        resources=reader.resources(),
        disable_after=reader.disable_after(),
    )


def _executes(values: Values) -> bool | None:
    """Whether the author wants it run; a schedule and variants say so too, unless something says no."""
    asked = values.flag("execute")
    if values.flag("skip_execution") or values.quiet_flag("eval") is False:
        return False
    mode = values.raw("execution_mode")
    if asked is None and mode is not None:
        asked = _MODES.get(mode.lower()) if isinstance(mode, str) else mode is True
    wants_runs = values.raw("variants") is not None or (values.text("refresh") or "never") not in _NO_SCHEDULE
    return True if asked is None and wants_runs else asked


def _on_error(values: Values) -> ErrorPolicy | None:
    written = values.text("on_error")
    if written is None:
        if values.quiet_flag("raises"):
            return ErrorPolicy.FAIL
        return ErrorPolicy.SHOW if values.quiet_flag("errors") else None
    try:
        return ErrorPolicy(written.lower())
    except ValueError:
        right = nearest(written.lower(), [policy.value for policy in ErrorPolicy]) or "keep"
        key = values.entries["on_error"].key
        said = f"`{values.shown('on_error')}` is none of `fail`, `show` and `keep`"
        values.wrong("on_error", said, f"write `{key}: {right}`")
        return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values that only a run needs.

    Args:
        severity: of a value that is wrong.
    """

    values: Values
    severity: Severity

    def params(self) -> Mapping[str, Any]:
        written = self.values.raw("params")
        if written is None:
            return {}
        if not isinstance(written, dict):
            self._wrong("params", "is no map of names to values", "write it as `{key}: {{country: FR, year: 2024}}`")
            return {}
        for name in written:
            if not is_parameter_name(name):
                key = self.values.entries["params"].key
                near = re.sub(r"\W+", "_", name).strip("_")
                mend = f"write `{near}`" if is_parameter_name(near) else "begin it with a letter"
                self.values.wrong("params", f"`{key}:` has `{name}`, which is no name", mend, self.severity)
        return {name: value for name, value in written.items() if is_parameter_name(name)}

    def seconds(self, name: str) -> float | None:
        """None when absent."""
        written = self.values.raw(name)
        if written is None or written == "":
            return None
        if written is False or str(written).strip().lower() in _NO_LIMIT_WORDS:
            return NO_LIMIT
        seconds = None if isinstance(written, bool | list | dict) else seconds_of(str(written))
        if seconds is None:
            key = self.values.entries[name].key
            said = f"`{self.values.shown(name)}` is not a number of seconds"
            self.values.wrong(name, said, f"write it as `{key}: 600` or `{key}: 10m`, or `{key}: none` for no limit")
        return seconds

    def data(self) -> tuple[str, ...]:
        if isinstance(self.values.raw("data"), dict | bool | int | float):
            self._wrong("data", "names no file", "write it as `{key}: data/sales.csv`, or as a list")
            return ()
        paths = self.values.words("data", splits_spaces=False)
        return tuple(path for path in (self._path("data", one) for one in paths) if path)

    def environment(self) -> str | None:
        written = self.values.raw("environment")
        if written is None or written == "":
            return None
        if not isinstance(written, str):
            self._wrong("environment", "names no requirements file", "write it as `{key}: requirements-old.txt`")
            return None
        return self._path("environment", written.strip())

    def _path(self, name: str, written: str) -> str | None:
        fault = _fault_of_path(written)
        if fault is not None:
            key = self.values.entries[name].key
            self.values.wrong(name, f"`{key}: {_cut(written)}` {fault[0]}", fault[1], self.severity)
            return None
        return posixpath.normpath(written.replace("\\", "/"))

    def refresh(self) -> str | None:
        written = self.values.text("refresh")
        if written is None or written.lower() in _NO_SCHEDULE:
            return None
        expression = cron_of(written)
        if can_fire(expression):
            return written
        if is_cron(expression):
            self._wrong("refresh", "never comes: no such month has that day", "mend the day or the month")
        elif len(expression.split()) == 1:
            near = nearest(written.lower().removeprefix("@"), WORDS)
            self._wrong("refresh", "is no schedule", f"write `{{key}}: {near}`" if near else _SCHEDULES)
        else:
            fields = "minute, hour, day, month and weekday"
            self._wrong("refresh", "is no cron expression", f"write its five fields ({fields}) as in `0 6 * * 1-5`")
        return None

    def timezone(self) -> str | None:
        written = self.values.text("timezone")
        if written is None:
            return None
        try:
            ZoneInfo(written)
        except (KeyError, ValueError, OSError):
            near = _nearest_zone(written)
            mend = f"write `{{key}}: {near}`" if near else "write one such as `{key}: Europe/Berlin`"
            self._wrong("timezone", "is no time zone", mend)
            return None
        return written

    def resources(self) -> Resources:
        written = self.values.raw("resources")
        if written is None:
            return Resources()
        if not isinstance(written, dict):
            self._wrong("resources", "is no map", "write it as `{key}: {{cpus: 2, memory: 4 GB}}`")
            return Resources()
        asked: dict[str, Any] = {normal_key(name): value for name, value in written.items() if value is not None}
        for name in asked:
            if name not in _RESOURCES:
                near = nearest(name, _RESOURCES)
                mend = f"write `{near}`" if near else "write `cpus`, `gpus` or `memory`"
                key = self.values.entries["resources"].key
                self.values.wrong("resources", f"`{key}:` has the unknown word `{name}`", mend, self.severity)
        return Resources(self._count("cpus", asked), self._count("gpus", asked), self._memory(asked))

    def _count(self, name: str, asked: Mapping[str, Any]) -> float | None:
        """A number of processors, parts of one included."""
        value = asked.get(name)
        if value is None:
            return None
        try:
            count = float(value) if not isinstance(value, bool | list | dict) else -1.0
        except ValueError:
            count = -1.0
        # Nobody asks for no processor; no GPU is a wish like another.
        if 0 <= count <= 100_000 and (count or name == "gpus"):
            return count
        said = f"`{name}: {_cut(str(value))}` in `{self.values.entries['resources'].key}:` is no number of them"
        self.values.wrong("resources", said, f"write it as `{name}: 2`", self.severity)
        return None

    def _memory(self, asked: Mapping[str, Any]) -> int | None:
        value = asked.get("memory")
        if value is None:
            return None
        try:
            return parse_size(str(value))
        except ValueError:
            said = f"`memory: {_cut(str(value))}` in `{self.values.entries['resources'].key}:` is no size"
            self.values.wrong("resources", said, "write it as `memory: 4 GB`", self.severity)
            return None

    def disable_after(self) -> int | None:
        written = self.values.raw("disable_after")
        if written is None or written == "":
            return None
        if written is False or str(written).strip().lower() == "never":
            return 0
        if str(written).strip().isdecimal() and len(str(written).strip()) < 7:
            return int(str(written))
        self._wrong("disable_after", "is no number of failures", "write it as `{key}: 5`, or `{key}: 0` for never")
        return None

    def _wrong(self, name: str, what: str, mend: str) -> None:
        """Args: mend: ``{key}`` in it becomes the author's own word."""
        key = self.values.entries[name].key
        self.values.wrong(name, f"`{self.values.shown(name)}` {what}", mend.format(key=key), self.severity)


def is_parameter_name(name: str) -> bool:
    """Whether a parameter can be called so.

    >>> is_parameter_name("country"), is_parameter_name("my-year"), is_parameter_name("class")
    (True, False, False)
    """
    return name.isidentifier() and not iskeyword(name)


def seconds_of(text: str) -> float | None:
    """Seconds of ``600``, ``90s``, ``10 m``, ``1h30m``; None when it is no length of time, or one of nothing.

    >>> seconds_of("600"), seconds_of("1h30m"), seconds_of("soon")
    (600.0, 5400.0, None)
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if 0 < total < 1e9 else None


def _fault_of_path(path: str) -> tuple[str, str] | None:
    """Why a path names no file of the repository, and the mend; None for one that may."""
    plain = path.replace("\\", "/")
    if not plain or _CONTROL.search(plain):
        return "is no path", "write the file's path from the blog's folder, such as `data/sales.csv`"
    if plain.startswith(("/", "~")) or _DRIVE.match(path):
        name = plain.rstrip("/").rpartition("/")[2] or "sales.csv"
        return "is outside the blog", f"put the file into the blog and write its path from there, such as `data/{name}`"
    if _SCHEME.match(plain):
        return "is an address, and no file of the blog", "fetch it in a cell, or commit the file and write its path"
    if posixpath.normpath(plain).split("/")[0] == "..":
        return "leads out of the blog", "write the path from the blog's folder (that of `_config.yml`), without `..`"
    return None


def _nearest_zone(written: str) -> str | None:
    """The time zone meant by another spelling, by a slip or by its city alone."""
    word = written.strip().replace(" ", "_").lower()
    zones = {name.lower(): name for name in sorted(available_timezones())}
    cities = {name.rpartition("/")[2]: full for name, full in zones.items() if "/" in name}
    found = zones.get(word) or cities.get(word)
    if found is not None:
        return found
    near = nearest(word, zones)
    if near is None and (city := nearest(word, cities)) is not None:
        return cities[city]
    return None if near is None else zones[near]


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
