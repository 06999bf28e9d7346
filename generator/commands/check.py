"""Everything a build would find, and what only a reader or GitHub would; nothing is published."""

from dataclasses import replace

from generator.apart import rehearse
from generator.errors import ContentError
from generator.github.inert_tree import SITE_RULES, check_tree
from generator.model.problem import Problem, Severity, error
from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.stages.runner import UNWATCHED, Runner

_ERRORS_HERE = frozenset({"broken-link", "broken-anchor"})
# The folder that is looked at shares its files with the output folder.
_RULES = replace(SITE_RULES, may_be_linked=True)


def check(request: BuildRequest, runner: Runner = UNWATCHED) -> BuildReport:
    """The report of a build that publishes nothing; a link that leads nowhere is an error in it.

    Raises:
        BusyError: a build of this source is running.
        MachineError: the disk is full, or a worker died.
        SettingsError: a template of the blog is wrong.
    """
    rehearsal = rehearse(request, runner)
    problems = tuple(map(_as_error, rehearsal.report.problems))
    if rehearsal.folder is not None:
        try:
            check_tree(rehearsal.folder, _RULES)
        except ContentError as refusal:
            problems = (*problems, error("site-tree", refusal.problem, refusal.at, refusal.mend))
    return replace(rehearsal.report, problems=problems)


def _as_error(problem: Problem) -> Problem:
    is_one = problem.severity is Severity.WARNING and problem.kind in _ERRORS_HERE
    return replace(problem, severity=Severity.ERROR) if is_one else problem
