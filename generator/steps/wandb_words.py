"""Words of `inkmill wandb runs` and inputs of the action before it: what they ask for, or what is wrong with them."""

import argparse
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from generator.errors import UsageError
from generator.experiments.metrics import read_metric
from generator.experiments.old_inputs import old_input, old_list
from generator.experiments.runs_table import DESCRIPTION, TableColumns, table_columns
from generator.experiments.selection import Selection
from generator.experiments.services.addresses import entity_and_name
from generator.model.experiment import Metric

Format = Literal["csv", "md", "json"]

# A job of GitHub's ends after six hours.
_LONGEST_WAIT_MINUTES = 360
_MOST_NAMES = 100
_LONGEST_NAME = 500


@dataclass(frozen=True, slots=True)
class RunsWords:
    """What is asked for.

    Args:
        out: where the table is to be; None where nobody said.
        wait_minutes: 0 for not at all.
        comment: number of a pull request; 0 for none.
        is_debug: tell more in the log.
        notes, warnings: what was said and does not count, as sentences without their full stop.
    """

    project: str
    selection: Selection
    metrics: tuple[Metric, ...]
    columns: TableColumns
    format: Format
    out: Path | None = None
    wait_minutes: float = 0
    comment: int = 0
    is_excel_safe: bool = False
    is_debug: bool = False
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_words(arguments: Sequence[str], environ: Mapping[str, str]) -> RunsWords:
    """What arguments ask for, and the old inputs in environ where arguments do not say it.

    Raises:
        UsageError: one sentence that names the flag or the input.
    """
    words = _parser().parse_args(arguments)
    project = words.project or old_input(environ, "PROJECT_NAME")
    if not project:
        raise UsageError("--project (or INPUT_PROJECT_NAME) is missing: say entity/project")
    selection, notes, warnings = _selection(words, environ)
    metrics = _named(words.metric, environ, "--metric", "DISPLAY_METRICS")
    config = _named(words.config, environ, "--config", "DISPLAY_CONFIG_VARS")
    read = tuple(map(read_metric, metrics))
    return RunsWords(
        project=_project(project, "--project" if words.project else "INPUT_PROJECT_NAME"),
        selection=selection,
        metrics=read,
        columns=table_columns(read, config, has_description=bool(words.column)),
        format=words.format or "csv",
        out=_out(words.out),
        wait_minutes=_minutes(words.wait),
        comment=_pull_request(words.comment),
        is_excel_safe=words.excel_safe,
        is_debug=bool(old_input(environ, "DEBUG")),
        notes=notes,
        warnings=warnings,
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A line that names the flag, without the usage in front of it."""
        raise UsageError(f"{message} (`{self.prog} --help` lists all)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="inkmill wandb runs",
        allow_abbrev=False,
        description="Runs of a W&B project, compared: those of a commit or one by its id, beside baselines.",
        epilog="Environment: WANDB_API_KEY, WANDB_BASE_URL, WANDB_APP_URL; --comment: GH_TOKEN, GITHUB_REPOSITORY.",
    )
    parser.add_argument("--project", default="", metavar="E/P", help="the project: entity/project")
    parser.add_argument("--sha", default="", help="candidates: runs with this config.github_sha")
    parser.add_argument("--secondary-sha", default="", metavar="SHA", help="… and with this config.secondary_sha")
    parser.add_argument("--run-id", default="", metavar="ID", help="the one candidate, whatever its commit")
    parser.add_argument("--baseline-tag", action="append", metavar="TAG", help="baselines: other runs with this tag")
    parser.add_argument(
        "--metric", action="append", metavar="M[:max|:min]", help="a key of the summary, and which way is better"
    )
    parser.add_argument("--config", action="append", metavar="K", help="a key of the configuration")
    parser.add_argument("--column", action="append", choices=(DESCRIPTION,), help="a further column of the CSV")
    parser.add_argument(
        "--previous", nargs="+", default=[], metavar="SHA", help="earlier commits, newest first, to compare with"
    )
    parser.add_argument("--format", choices=("csv", "md", "json"), help="of what is written or shown (default: csv)")
    parser.add_argument(
        "--out", metavar="FILE", help="where to write it (default: shown; in a workflow wandb_report.csv)"
    )
    parser.add_argument("--excel-safe", action="store_true", help="an apostrophe before text that begins with = + @")
    parser.add_argument("--wait", default="", metavar="MIN", help="look again for so long, until no run is on its way")
    parser.add_argument(
        "--comment", default="", metavar="PR", help="keep one comment under this pull request up to date"
    )
    return parser


def _selection(
    words: argparse.Namespace, environ: Mapping[str, str]
) -> tuple[Selection, tuple[str, ...], tuple[str, ...]]:
    """Which runs, and the notes and warnings about what does not count."""
    run_id, sha, secondary = words.run_id, words.sha, words.secondary_sha
    names = ("--run-id", "--sha", "--secondary-sha")
    if not (run_id or sha or secondary):
        names = ("INPUT_RUN_ID", "INPUT_FILTER_GITHUB_SHA", "INPUT_FILTER_SECONDARY_SHA")
        run_id, sha, secondary = (old_input(environ, name.removeprefix("INPUT_")) for name in names)
    if not (run_id or sha or secondary):
        raise UsageError("--sha or --run-id (or INPUT_FILTER_GITHUB_SHA, INPUT_RUN_ID) is missing: say which runs")
    if secondary and not (run_id or sha):
        raise UsageError(f"{names[2]} needs {names[1]} beside it")
    for name, value in zip(names, (run_id, sha, secondary), strict=True):
        _check_names(name, [value] if value else [])
    tags = _named(words.baseline_tag, environ, "--baseline-tag", "BASELINE_TAGS")
    previous = tuple(dict.fromkeys(sha for word in words.previous for sha in word.split()))
    _check_names("--previous", previous)
    if not run_id:
        return Selection("", sha, secondary, tags, previous), (), ()
    ignored = tuple(f"{name} is ignored, as {names[0]} says which run" for name in names[1:])
    return Selection(run_id, "", "", tags, previous), ignored[:1] if sha else (), ignored[1:] if secondary else ()


def _named(flags: list[str] | None, environ: Mapping[str, str], flag: str, old: str) -> tuple[str, ...]:
    """The words of a flag that may be said again and again, else those of the old input."""
    given = tuple(flags) if flags is not None else old_list(environ, old)
    _check_names(flag if flags is not None else f"INPUT_{old}", given)
    return given


def _check_names(name: str, words: Sequence[str]) -> None:
    if len(words) > _MOST_NAMES:
        raise UsageError(f"{name} names {len(words)}, more than {_MOST_NAMES}")
    for word in words:
        if not word.strip():
            raise UsageError(f"{name} holds an empty word")
        if len(word) > _LONGEST_NAME:
            raise UsageError(f"{name} holds a word of {len(word)} characters, more than {_LONGEST_NAME}")
        if any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in word):
            raise UsageError(f"{name} holds a control character")


def _project(project: str, name: str) -> str:
    try:
        return "/".join(entity_and_name(project))
    except UsageError as wrong:
        raise UsageError(f"{name}: {wrong.problem}: write it as entity/project") from wrong


def _out(written: str | None) -> Path | None:
    if not written:
        return None
    _check_names("--out", [written])
    path = Path(written)
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError:
        is_folder, has_folder = False, False
    if is_folder or not has_folder:
        raise UsageError(f"--out: {written} is {'a folder' if is_folder else 'in a folder that is not there'}")
    return path


def _minutes(written: str) -> float:
    try:
        minutes = float(written or 0)
    except ValueError:
        minutes = math.nan
    if not 0 <= minutes <= _LONGEST_WAIT_MINUTES:
        raise UsageError(f"--wait is {written}, not minutes from 0 to {_LONGEST_WAIT_MINUTES}")
    return minutes


def _pull_request(written: str) -> int:
    number = written.removeprefix("#")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10 and int(number) > 0):
        raise UsageError(f"--comment is {written}, not the number of a pull request")
    return int(number or 0)
