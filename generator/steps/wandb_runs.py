"""`inkmill wandb runs`: the runs of a commit beside baselines, as a table, as outputs, as a comment."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import MachineError, UsageError
from generator.experiments.comparison import Comparison, compare
from generator.experiments.numbers import number_text
from generator.experiments.runs_table import runs_csv, runs_json
from generator.experiments.selection import SelectedRuns, baseline_filters, candidate_filters, select
from generator.experiments.services.addresses import PUBLIC_API, app_url, project_url
from generator.experiments.short_text import cut
from generator.experiments.states import counts_text
from generator.experiments.unknown_keys import unknown_key_text, unknown_keys
from generator.github.context import RunContext, read_context
from generator.github.outputs import RunnerFiles, annotation, stopped
from generator.github.runs_comment import AboutRuns, comparison_text, no_runs_text
from generator.github.said import in_run
from generator.model.experiment import Run
from generator.steps.result import StepResult
from generator.steps.wandb_words import RunsWords, read_words

if TYPE_CHECKING:
    from generator.experiments.services.wandb_api import Wandb

# Where the action before this one left it, and workflows look for it.
_USUAL_FILE = "wandb_report.csv"
_MOST_TAGS = 12


def main(arguments: Sequence[str]) -> StepResult:
    """Ask W&B and tell: the table in a file or as lines, the outputs, the page of the run, a comment.

    Nothing is asked before all words are understood. No candidate is an answer, too, exit 0.
    """
    words = read_words(arguments, os.environ)
    context = _commenting(words, os.environ)
    wandb, address = _service(words, os.environ)
    found, waited = _found(wandb, words)
    comparison = compare(
        found.candidates, found.baselines, words.metrics, words.columns.config, previous=found.previous
    )
    warnings = tuple(_warnings(found, comparison))
    about = AboutRuns(
        project=words.project,
        sha=words.selection.sha,
        run_id=words.selection.run_id,
        project_url=address,
        previous_sha=found.previous_sha,
        notes=warnings,
    )
    text = comparison_text(comparison, about)
    tables = _Tables(
        runs_csv(found.candidates, found.baselines, words.columns, is_excel_safe=words.is_excel_safe),
        f"{text}\n",
        runs_json(comparison, found.candidates, words.columns),
    )
    lines, written = _write(tables, words, os.environ)
    outputs = _outputs(found, comparison)
    files = RunnerFiles.from_environ(os.environ)
    for name, value in outputs.items():
        files.set_output(name, value)
    files.add_summary(text)
    told = (
        *(annotation("notice", "", None, note) for note in (*words.notes, *_nothing_found(words, found, about))),
        *(annotation("warning", "", None, warning) for warning in (*words.warnings, *warnings)),
        *(_debug_lines(words, found) if words.is_debug else ()),
        *waited,
        *written,
        " ".join(f"{name}={value}" for name, value in outputs.items()),
    )
    said = _comment(context, words, comparison, text) if context else ()
    return StepResult(lines, asides=(*told, *said))


def _service(words: RunsWords, environ: Mapping[str, str]) -> "tuple[Wandb, str]":
    """A client, and the page of the project."""
    from generator.experiments.services.wandb_api import Wandb

    server, app = environ.get("WANDB_BASE_URL") or PUBLIC_API, environ.get("WANDB_APP_URL", "")
    key = environ.get("WANDB_API_KEY") or environ.get("INPUT_WANDB_API_KEY", "")
    try:
        client = Wandb(server, key, app=app)
    except UsageError as wrong:
        # Its project was read with the other words; what is left is the address.
        raise UsageError(f"WANDB_BASE_URL: {wrong.problem}") from wrong
    return client, project_url(app_url(server, app), words.project)


def _commenting(words: RunsWords, environ: Mapping[str, str]) -> RunContext | None:
    """What a comment needs; None where none is asked for."""
    if not words.comment:
        return None
    context = read_context(environ)
    if not context.token:
        raise UsageError("--comment needs GH_TOKEN: set it to a token that may write pull requests")
    return context


def _found(wandb: "Wandb", words: RunsWords) -> tuple[SelectedRuns, tuple[str, ...]]:
    """The runs, and what there is to say of the wait for them."""

    def ask(filters: Mapping[str, object]) -> tuple[Run, ...]:
        return wandb.runs(words.project, filters)

    if not words.wait_minutes:
        return select(ask, words.selection), ()
    from generator.experiments.services.waiting import have_ended, wait_for_runs

    candidates = wait_for_runs(lambda: ask(candidate_filters(words.selection)), words.wait_minutes * 60)
    found = select(ask, words.selection, candidates)
    if have_ended(candidates):
        return found, ("No run is on its way any more.",)
    return found, (f"The {words.wait_minutes:g} min of --wait are over.",)


def _warnings(found: SelectedRuns, comparison: Comparison) -> Iterator[str]:
    for run in (*found.candidates, *found.baselines, *found.previous):
        for part in run.unread:
            yield f"the {part} of run {run.id} is not JSON, so its cells are blank"
    yield from map(unknown_key_text, unknown_keys(comparison))


def _nothing_found(words: RunsWords, found: SelectedRuns, about: AboutRuns) -> Iterator[str]:
    """Of what there is no run: a table with nothing in it does not say whether a word was misspelt."""
    if not found.candidates:
        yield no_runs_text(about)
    tags = words.selection.baseline_tags
    if tags and not found.baselines:
        yield f"no other run has the tag {' or '.join(cut(tag, 60) for tag in tags[:_MOST_TAGS])}"


@dataclass(frozen=True, slots=True)
class _Tables:
    """One comparison in three forms, named as `--format` does."""

    csv: str
    md: str
    json: str


def _write(tables: _Tables, words: RunsWords, environ: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the tables where they belong.

    Returns:
        what is shown because no file was named, and what was written where.
    """
    asked: str = getattr(tables, words.format)
    workspace = environ.get("GITHUB_WORKSPACE", "")
    written = []
    if words.out:
        written.append(_write_file(words.out, asked))
    if workspace and not (words.out and words.format == "csv"):
        # Later steps of a workflow find it there, whatever else was asked for.
        written.append(_write_file(_plain_place(Path(workspace) / _USUAL_FILE), tables.csv))
    if words.out or (workspace and words.format == "csv"):
        return (), tuple(written)
    # As one line: what stands within could begin like a command of the runner's.
    return tuple(stopped(asked)) if workspace else (asked.removesuffix("\n"),), tuple(written)


def _plain_place(path: Path) -> Path:
    """The path, and no longer a link: in a checkout of somebody's branch it could lead out of it."""
    with suppress(OSError):
        if path.is_symlink():
            path.unlink()
    return path


def _write_file(path: Path, text: str) -> str:
    try:
        path.write_bytes(text.encode("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MachineError(
            f"{path} cannot be written ({reason})", mend="make room, or name another with --out"
        ) from error
    return f"Written: {''.join(character if character.isprintable() else '?' for character in str(path))}"


def _outputs(found: SelectedRuns, comparison: Comparison) -> dict[str, str]:
    counts = comparison.counts
    return {
        "BOOL_COMPLETE": str(counts.is_complete),
        "BOOL_SINGLE_RUN": str(counts.total == 1),
        "NUM_FINISHED": str(counts.finished),
        "NUM_RUNNING": str(counts.running),
        "NUM_CRASHED": str(counts.crashed),
        "NUM_ABORTED": str(counts.aborted),
        "NUM_BASELINES": str(len(found.baselines)),
        "NUM_FAILED": str(counts.failed),
        "NUM_OTHER": str(counts.other),
        "NUM_TOTAL": str(counts.total),
    }


def _debug_lines(words: RunsWords, found: SelectedRuns) -> list[str]:
    """What was asked, and how much of each column is missing; harmless for the log."""
    selection = words.selection
    lines = [f"candidates are asked for by {json.dumps(candidate_filters(selection))}"]
    if selection.baseline_tags:
        lines.append(f"baselines are asked for by {json.dumps(baseline_filters(selection))}")
    lines.append(f"candidates: {counts_text(compare(found.candidates, (), ()).counts)}")
    runs = (*found.candidates, *found.baselines)
    cells = [(name, [run.summary.get(name) for run in runs]) for name in words.columns.metrics]
    cells += [(f"_{name}", [run.config.get(name) for run in runs]) for name in words.columns.config]
    for name, values in cells:
        missing = sum(not number_text(value) for value in values)
        lines.append(f"column {name}: {missing} of {len(values)} are missing")
    return stopped("\n".join(lines))


def _comment(context: RunContext, words: RunsWords, comparison: Comparison, text: str) -> tuple[str, ...]:
    """Bring the comment up to date; a token that may only read is no failure.

    Returns:
        what there is to say of it.
    """
    from generator.github.api import GitHub, GitHubRefusedError
    from generator.github.command import CommandKind
    from generator.github.gate import is_sha
    from generator.github.status_comment import Stage, Status, StatusComment

    sha = words.selection.sha
    stage = Stage.DONE if comparison.counts.is_complete else Stage.RUNNING
    status = Status(stage, context.run_id, sha if is_sha(sha) else "", about=words.selection.run_id)
    source = f"\n\nLooked up{in_run(context.run_url)}." if context.run_url else ""
    comment = StatusComment(GitHub(context), context, words.comment, CommandKind.GET_RUNS)
    try:
        is_told = comment.tell(status, f"{text}{source}")
    except GitHubRefusedError as refused:
        if refused.status != 403:
            raise
        return (annotation("warning", "", None, f"no comment under #{words.comment}: {refused.problem}"),)
    return () if is_told else (f"The comment under #{words.comment} says what a newer run found.",)
