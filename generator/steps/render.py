"""Renders the preview of a pull request in the strict profile: our templates and rules, a stranger's content."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.apart import ApartBuild, build_apart
from generator.asking import Words, request_of
from generator.cache.disk_errors import disk_work
from generator.cache.store import Store
from generator.errors import ContentError
from generator.execution.handover import RESULT, RUNS, ConfinedRun, ConfinedRuns, RunStatus, read_result
from generator.execution.records import Runs
from generator.github.answers import part_of
from generator.github.asked_preview import asked_number
from generator.github.context import RunContext, read_context
from generator.github.manifest import BuiltKind
from generator.github.outputs import stopped
from generator.location import Location
from generator.model.preview import ChangedPage, Preview
from generator.model.problem import Problem, Severity, error, warning
from generator.model.request import BuildRequest
from generator.sources.git_tree import lend_history
from generator.sources.pull_request import NOT_CONTENT, LeftOut, Merged, lay_out, merge
from generator.stages.built_site import (
    clear_built,
    drop_site,
    preview_report,
    site_folder,
    write_built,
    write_report,
)
from generator.stages.comparison import bodies_in, broken_in, changed_pages
from generator.stages.runs_of_pull_request import asking_plans, take_runs_of
from generator.steps.execute import checked_sha
from generator.steps.result import StepResult
from generator.wording import problem_text

# The store's kind for runs; documents and other things of an older store are not needed.
_RUNS = "executed"
_MOST_LINES = 200
_NO_NETWORK = "it asks for the network, and there is none while a pull request's notebooks run"
_PRIVATE = "notebooks of a private repository are not run in a preview"
_NOTHING_CAME = "the job that runs notebooks left nothing"
_NOT_ASKED = "it was not among those that were run"


def main(arguments: Sequence[str]) -> StepResult:
    """Render; ``--output`` then holds ``report.json``, and ``site/`` with its manifest or exit code 1.

    Raises:
        UsageError: an argument or a variable is wrong.
        RefusedError: another commit is checked out than was asked for.
        MachineError: the disk is full, or a worker died.
    """
    parser = argparse.ArgumentParser(prog="render", description=__doc__)
    parser.add_argument("--pull-request", type=Path, required=True, help="its checkout")
    parser.add_argument("--executed", type=Path, required=True, help="what `execute` left; it need not be there")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args(arguments)
    pull_request = given.pull_request.resolve()
    context = read_context(os.environ)
    number = asked_number(os.environ)
    preview = Preview(number, checked_sha(os.environ, pull_request), _link(context, number))
    with tempfile.TemporaryDirectory(prefix="inkmill-") as folder:
        return _Rendering(Path(folder), pull_request, given.executed.resolve(), preview, context).into(
            given.output.resolve()
        )


@dataclass(frozen=True, slots=True)
class _Rendering:
    """One preview.

    Args:
        folder: empty, for everything in between.
        executed: what `execute` left.
    """

    folder: Path
    pull_request: Path
    executed: Path
    preview: Preview
    context: RunContext

    def into(self, output: Path) -> StepResult:
        """Make the preview in output."""
        default = Path.cwd()
        try:
            merged = merge(default, self.pull_request, self.folder / "tree")
        except ContentError as refused:
            return self._nothing(output, error("too-large", refused.problem, refused.at, refused.mend))
        lay_out(default, self.folder / "default", apart=self.pull_request)
        for tree in ("tree", "default"):
            lend_history(default, self.folder / tree)
        request = self._request("tree", self.preview)
        clear_built(output, request)
        problems = [*_of_merging(merged)]
        _lend_runs(request_of(Words()).cache, request.cache)
        live = build_apart(self._request("default", None), self.folder / "live")
        not_run = self._take_runs(request, merged, problems)
        made = build_apart(request, site_folder(output))
        problems += _of_theirs(made.report.problems, live.report.problems, not_run)
        has_site = made.site is not None and self._hand_over(made, output, request, problems)
        pages = self._changed(live, made, request) if has_site else ()
        write_report(output, preview_report(pages, problems, not_run))
        return StepResult(tuple(_lines(problems, not_run, pages, has_site=has_site)), 0 if has_site else 1)

    def _nothing(self, output: Path, why: Problem) -> StepResult:
        drop_site(output)
        write_report(output, preview_report((), (why,)))
        return StepResult(tuple(_lines((why,), (), (), has_site=False)), 1)

    def _take_runs(self, request: BuildRequest, merged: Merged, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
        """Take the good runs into the store, and say which changed notebooks have none, and why."""
        plans = asking_plans(request, merged.changed)
        result, reason = self._result(problems)
        workspace = self.folder / "incoming"
        good, refused = take_runs_of(plans, self.executed / RUNS, Runs(Store(request.cache)), workspace=workspace)
        problems += refused
        said = {run.path: run for run in result.runs}
        return tuple(_not_run(sorted(plans), good, said, result.stopped, reason))

    def _result(self, problems: list[Problem]) -> tuple[ConfinedRuns, str]:
        """What became of the notebooks, and why there is no word on one of which there is none."""
        if not (self.executed / RESULT).exists():
            is_private = part_of(self.context.event, "repository").get("private") is True
            return ConfinedRuns(self.preview.sha), _PRIVATE if is_private else _NOTHING_CAME
        try:
            result = read_result(self.executed)
        except ContentError as wrong:
            problems.append(warning("foreign-run", wrong.problem, wrong.at, wrong.mend))
            return ConfinedRuns(self.preview.sha), _NOTHING_CAME
        if result.sha != self.preview.sha:
            problems.append(warning("foreign-run", f"the runs are of another commit, {result.sha[:7]}"))
            return ConfinedRuns(self.preview.sha), _NOTHING_CAME
        return result, _NOT_ASKED

    def _hand_over(self, made: ApartBuild, output: Path, request: BuildRequest, problems: list[Problem]) -> bool:
        """Describe the site for the next job; one that must not be published is not handed over."""
        if made.site is None:
            return False
        try:
            write_built(output, made.site, kind=BuiltKind.PREVIEW, commit=self.preview.sha, now=request.now)
        except ContentError as refused:
            drop_site(output)
            problems.append(error("not-inert", refused.problem, refused.at, refused.mend))
            return False
        return True

    def _changed(self, live: ApartBuild, made: ApartBuild, request: BuildRequest) -> tuple[ChangedPage, ...]:
        if live.site is None or made.site is None:
            return ()
        return changed_pages(
            live.site.pages, made.site.pages, bodies_in(Store(request.cache)), broken=broken_in(made.report.problems)
        )

    def _request(self, tree: str, preview: Preview | None) -> BuildRequest:
        words = Words(
            source=self.folder / tree,
            output=self.folder / "nowhere",
            cache=self.folder / "store",
            execute="never",
            keep_going=True,
            untrusted=True,
            preview=preview,
        )
        return request_of(words)


def _lend_runs(kept: Path, store: Path) -> None:
    """Copy the default branch's runs: nothing of a pull request gets into the store that they are from."""
    Store(store).prepare()
    with disk_work("the runs that are known cannot be copied"):
        if (kept / _RUNS).is_dir():
            shutil.copytree(kept / _RUNS, store / _RUNS, dirs_exist_ok=True)


def _of_theirs(
    made: Iterable[Problem], live: Iterable[Problem], not_run: Iterable[tuple[str, str]]
) -> Iterator[Problem]:
    """Errors, and the warnings that the published site does not have and that ``not_run`` does not tell better."""
    known = frozenset(live)
    untold = {path for path, _ in not_run}
    for problem in made:
        is_told = problem.kind == "never-run" and problem.at is not None and problem.at.file in untold
        if problem.severity is Severity.ERROR or not (is_told or problem in known):
            yield problem


def _not_run(
    paths: Sequence[str], good: Sequence[str], said: Mapping[str, ConfinedRun], stopped_because: str, reason: str
) -> Iterator[tuple[str, str]]:
    for path in paths:
        run = said.get(path)
        has_run = run is not None and run.status is RunStatus.OK
        if has_run and any(name == path or name.startswith(f"{path}#") for name in good):
            continue
        yield path, _why_not(run, stopped_because, reason)


def _why_not(run: ConfinedRun | None, stopped_because: str, reason: str) -> str:
    if run is None or run.status is RunStatus.UNASKED:
        return reason
    if run.status is RunStatus.FAILED:
        return _NO_NETWORK if run.wants_network else f"it failed: {run.problem}"
    return run.problem or stopped_because or "nothing came back of its run"


def _of_merging(merged: Merged) -> Iterator[Problem]:
    if not merged.has_base:
        yield warning(
            "no-base",
            "it cannot be told where this pull request began: whatever it has that is not as on the default branch is "
            "shown as its change",
            mend="rebase it on the default branch",
        )
    yield from map(_left_out, merged.left_out)


def _left_out(left: LeftOut) -> Problem:
    is_meant = left.why == NOT_CONTENT
    mend = "nothing needs mending if that is meant; merging the pull request makes it count" if is_meant else ""
    return warning("left-out", f"not part of the preview: {left.why}", Location(left.path), mend)


def _lines(
    problems: Sequence[Problem],
    not_run: Sequence[tuple[str, str]],
    pages: Sequence[ChangedPage],
    *,
    has_site: bool,
) -> Iterator[str]:
    told = [problem_text(problem) for problem in problems if problem.severity is not Severity.NOTE]
    told += [f"{path} was not run: {why}" for path, why in not_run]
    if told:
        yield from stopped("\n".join(told[:_MOST_LINES]))
    if len(told) > _MOST_LINES:
        yield f"… and {len(told) - _MOST_LINES} more"
    yield f"{len(pages)} pages differ from the published ones." if has_site else "There is no preview to show."


def _link(context: RunContext, number: int) -> str:
    return f"{context.server_url}/{context.repository}/pull/{number}"
