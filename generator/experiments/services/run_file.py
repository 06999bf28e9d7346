"""Runs from a CSV or JSON file of the repository; what `inkmill wandb runs` writes is one of them."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from generator.errors import ContentError
from generator.experiments.written_values import written_value
from generator.location import Location
from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Run
from generator.near_words import nearest

# A blog shows at most hundreds; who has more has a service for them.
_MOST_RUNS = 20_000
_MOST_BYTES = 20_000_000
_LONGEST_STATE = 40
_MOST_COLUMNS = 5_000
_OWN = frozenset("id name state tags created_at url description".split())
# Of the CSV that `inkmill wandb runs` writes; its configuration begins with an underscore.
_OURS = "__eval.category"
# Text, however much it looks like a number: so does one SHA in a few hundred.
_WRITTEN = _OWN | {SHA_KEY, SECONDARY_SHA_KEY}
_OURS_APART = frozenset(("entity", "project"))
# Of the JSON that it writes: the project is that of all, and what was compared is compared anew.
_OURS_JSON = frozenset(("role", "project", "deltas"))
# A quote that nobody closed ends with the text: looked for again at every next one, it would take hours.
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)(?:'|\\?\Z)|\"((?:[^\"\\]|\\.)*)(?:\"|\\?\Z)", re.DOTALL)
_URL = re.compile(r"https?://[^\s\x00-\x20]+")


def runs_of(content: bytes, path: str, metrics: Collection[str] = ()) -> tuple[Run, ...]:
    """The runs, oldest first: by ``created_at`` where each says it, else as they stand.

    A column ``id``, ``name``, ``state`` (``finished`` where it is missing), ``tags``, ``created_at``, ``url`` or
    ``description`` is of the run; ``summary.K`` and ``config.K`` are what their names say; of the others the metrics
    are what a run came to, and the rest what it was started with.

    Args:
        path: relative to the source directory; its ending says what it is.
        metrics: that are asked for.

    Raises:
        ContentError: it is neither, or says something of a run that cannot be.
    """
    at = Location(path)
    if len(content) > _MOST_BYTES:
        raise ContentError(
            f"this file is larger than {_MOST_BYTES // 1_000_000} MB", at=at, mend="keep fewer runs in it"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise ContentError("this file is not UTF-8", at=at.at_line(line), mend="save it as UTF-8") from None
    is_json = path.lower().endswith((".json", ".jsonl"))
    rows = _json_rows(text, at) if is_json else _csv_rows(text, at, "\t" if path.lower().endswith(".tsv") else ",")
    return _in_order(_runs(rows, path, frozenset(metrics)))


def _runs(rows: Iterator[tuple[Location, Mapping[str, Any]]], path: str, metrics: frozenset[str]) -> list[Run]:
    found: list[Run] = []
    seen: dict[str, Location] = {}
    for count, (at, row) in enumerate(rows, 1):
        run = _run(row, at, path, count, metrics)
        if run.id in seen:
            raise ContentError(
                f"the run `{run.id[:80]}` is here twice", at=at, mend=f"its first place is {seen[run.id]}"
            )
        seen[run.id] = at
        found.append(run)
    return found


def _in_order(runs: list[Run]) -> tuple[Run, ...]:
    if all(run.created_at for run in runs):
        runs.sort(key=lambda run: datetime.fromisoformat(run.created_at))
    return tuple(runs)


def _run(row: Mapping[str, Any], at: Location, path: str, count: int, metrics: frozenset[str]) -> Run:
    own: dict[str, Any] = {}
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    is_ours = _OURS in row
    ours_apart = _OURS_JSON if row.keys() >= {*_OURS_JSON, "metrics"} else frozenset()
    for key, value in row.items():
        name = key.removeprefix("run.")
        if value in (None, "") or key == _OURS or (is_ours and key.startswith("run.") and name in _OURS_APART):
            continue
        if key in ours_apart:
            continue
        if name in _OWN and key not in metrics:
            own[name] = value
        elif key in ("config", "summary", "metrics") and isinstance(value, dict):
            (config if key == "config" else summary).update(value)
        elif key.startswith("summary."):
            summary[key.removeprefix("summary.")] = value
        elif key.startswith("config."):
            config[key.removeprefix("config.")] = value
        elif key in metrics or (is_ours and _is_metric_of_ours(key)):
            summary[key] = value
        else:
            config[key.removeprefix("_") if is_ours else key] = value
    name = _text(own, "name", at)
    return Run(
        id=_text(own, "id", at) or name or str(count),
        name=name or _text(own, "id", at) or f"run {count}",
        state=_state(own, at),
        project=path,
        url=_url(own, at),
        tags=_tags(own.get("tags", ()), at),
        config=config,
        summary=summary,
        created_at=_moment(own, at),
        description=_text(own, "description", at),
    )


def _is_metric_of_ours(key: str) -> bool:
    return not key.startswith(("_", "run.")) and key != SHA_KEY


def _csv_rows(text: str, at: Location, delimiter: str) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count, first = 0, 1
    header: list[str] = []
    try:
        for cells in lines:
            place, first = at.at_line(first), lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells, place)
                _check_separator(header, place, delimiter)
                continue
            if len(cells) != len(header):
                said = f"this line has {len(cells)} cells, and the first one names {len(header)} columns"
                raise ContentError(said, at=place, mend="give every run a cell for every column, empty or not")
            count += 1
            _check_count(count, place)
            yield place, {name: _cell(name, cell) for name, cell in zip(header, cells, strict=True)}
    except csv.Error as wrong:
        raise ContentError(
            f"this is no CSV: {wrong}", at=at.at_line(first), mend="mend the quotes of that line"
        ) from None


def _header(cells: Sequence[str], at: Location) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) > _MOST_COLUMNS:
        raise ContentError(f"this file has more than {_MOST_COLUMNS:,} columns", at=at, mend="keep fewer in it")
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not name or name in seen:
            said = f"the column `{name[:80]}` is here twice" if name else f"column {index + 1} has no name"
            raise ContentError(said, at=at, mend="give every column a name of its own")
        seen.add(name)
    return names


def _check_separator(names: Sequence[str], at: Location, delimiter: str) -> None:
    """Where a comma divides numbers, spreadsheets put semicolons between cells."""
    other = next((one for one in ";\t," if one != delimiter and one in names[0]), "")
    if len(names) == 1 and other:
        word, wanted = ("tabs" if one == "\t" else f"`{one}`" for one in (other, delimiter))
        mend = f"put {wanted} there, and a point before decimals" if delimiter == "," else "save it as `.csv`"
        raise ContentError(f"between the cells of this file are {word}, not {wanted}", at=at, mend=mend)


def _check_count(count: int, at: Location) -> None:
    if count > _MOST_RUNS:
        raise ContentError(f"this file has more than {_MOST_RUNS:,} runs", at=at, mend="keep fewer runs in it")


def _cell(name: str, written: str) -> Any:
    cell = written.strip()
    is_text = name.removeprefix("run.").removeprefix("config.") in _WRITTEN
    return cell if is_text else written_value(cell)


def _json_rows(text: str, at: Location) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    if at.file.lower().endswith(".jsonl"):
        numbered = [(at.at_line(number), line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        entries = [(place, _json(line, place)) for place, line in numbered]
    else:
        whole = _json(text, at)
        listed = whole.get("runs") if isinstance(whole, dict) else whole
        if not isinstance(listed, list):
            mend = "write a list of objects, or an object with such a list as `runs`"
            raise ContentError("this file holds no list of runs", at=at, mend=mend)
        entries = [(at, entry) for entry in listed]
    for count, (place, entry) in enumerate(entries, 1):
        _check_count(count, place)
        if not isinstance(entry, dict):
            raise ContentError(
                f"run {count} is no object", at=place, mend='write it as `{"name": "first", "acc": 0.9}`'
            )
        yield place, entry


def _json(text: str, at: Location) -> Any:
    try:
        value = json.loads(text, parse_constant=str, parse_float=_float)
        # Half a character can be in JSON and in no page.
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except json.JSONDecodeError as wrong:
        place = at.at_line(wrong.lineno)
        raise ContentError(f"this is no JSON: {wrong.msg}", at=place, mend="mend it there, or just before") from None
    except (ValueError, RecursionError):
        raise ContentError(
            "this is JSON that nobody can show", at=at, mend="keep plain numbers and texts in it"
        ) from None


def _float(written: str) -> float | str:
    number = float(written)
    return written if abs(number) == float("inf") else number


def _text(own: Mapping[str, Any], name: str, at: Location) -> str:
    value = own.get(name, "")
    if isinstance(value, dict | list):
        _refuse(name, value, at, "write a text")
    return str(value)


def _state(own: Mapping[str, Any], at: Location) -> str:
    state = _text(own, "state", at).strip().lower() or "finished"
    known = ("finished", "running", "crashed", "failed", "killed", "pending", "preempting", "preempted")
    if state not in known:
        near = nearest(state[:_LONGEST_STATE], known)
        _refuse("state", state, at, f"write `{near}`" if near else "write `finished`, `running`, `failed` or `crashed`")
    return state


def _url(own: Mapping[str, Any], at: Location) -> str:
    url = _text(own, "url", at)
    if url and not _URL.fullmatch(url):
        _refuse("url", url, at, "write an address that begins with https://")
    return url


def _moment(own: Mapping[str, Any], at: Location) -> str:
    """ISO 8601 with a zone; UTC where none is written."""
    written = _text(own, "created_at", at)
    if not written:
        return ""
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except (ValueError, OverflowError):
        _refuse("created_at", written, at, "write it as 2026-11-20T08:00:00Z")


def _tags(value: Any, at: Location) -> tuple[str, ...]:
    """A list, or text: ``a; b``, ``["a", "b"]`` or, as `inkmill wandb runs` writes it, ``['a', 'b']``."""
    if isinstance(value, str):
        text = value.strip()
        quoted = (found[1] or found[2] for found in _QUOTED.finditer(text))
        parts = list(quoted) if text.startswith("[") else text.split(";")
        return tuple(dict.fromkeys(part.strip() for part in parts if part and part.strip()))
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        _refuse("tags", value, at, "write a list of texts")
    tags = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(str(tag) for tag in tags if tag not in (None, "")))


def _refuse(name: str, value: Any, at: Location, mend: str) -> NoReturn:
    shown = "…" if isinstance(value, dict | list) else " ".join(str(value).split())[:80]
    raise ContentError(f"`{name}: {shown}` says nothing of a run", at=at, mend=mend)
