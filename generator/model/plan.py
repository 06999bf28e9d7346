"""Between outline and execution: what a source asks to have run, and which outputs each of its editions will show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from generator.model.execution import FailureKind, RunFailure
from generator.model.front_matter import ExecutionWishes
from generator.model.problem import Problem, Severity, of_severity
from generator.model.tally import RunTally
from generator.model.variant import Variant


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """One edition that could be run.

    Args:
        wishes: its front matter's, with the variant's parameters.
        is_for_once: with parameters of a command: no page shows it.
    """

    variant: Variant | None
    wishes: ExecutionWishes
    is_for_once: bool = False


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What a first reading of a notebook tells execution.

    Args:
        path: relative to the source directory.
        digest: SHA-256 of the file.
        saved: a digest of its code cells with the outputs in the file: prose does not count.
        language, kernel_name: as the notebook says; may be empty.
        code: see ``execution.key.code_of``.
        modules, scripts: see ``execution.imports``.
        first_cell: source of the first code cell: it may hold a PEP 723 block.
        first_cell_number: counted from 1.
        runs_code: there is a code cell that may run.
        has_outputs: the file holds outputs, or none of its cells would make any.
        is_split: it has variants, so that there is an edition for their listing, too, which never runs.
        editions: those that can run.
        problems: of the first reading, for those who read no further.
    """

    path: str
    digest: str
    saved: str
    language: str
    kernel_name: str
    code: str
    modules: tuple[str, ...]
    scripts: tuple[str, ...]
    first_cell: str
    first_cell_number: int
    runs_code: bool
    has_outputs: bool
    is_split: bool
    editions: tuple[EditionPlan, ...]
    problems: tuple[Problem, ...] = ()


def name_of(plan: SourcePlan, edition: EditionPlan) -> str:
    """As ``Job.name``."""
    return plan.path if edition.variant is None else f"{plan.path}#{edition.variant.name}"


@dataclass(frozen=True, slots=True)
class ShownOutputs:
    """Which outputs one edition shows.

    Args:
        notebook: key of an executed notebook in the store; None for those committed with the file.
        kind: of the store's entry: ``executed``, or ``derived`` for a run that was not good.
        is_whole: its cells are shown, too: they are not those of the file as it is now.
        is_bare: no outputs at all: a variant that has not been run has none of its own.
        ran_at, kept_because, ran_with: see Executed.
    """

    notebook: str | None = None
    kind: str = "executed"
    is_whole: bool = False
    is_bare: bool = False
    ran_at: datetime | None = None
    kept_because: str | None = None
    ran_with: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EditionOutputs:
    """One edition and the outputs it shows; variant is None for the source itself and for a listing of variants."""

    path: str
    variant: str | None
    shown: ShownOutputs = field(default_factory=ShownOutputs)


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of one notebook that was to run.

    Args:
        name: path, with the variant after ``#``.
        status: ``ok``, ``failed``, ``kept`` (failed, and older outputs stay), ``cached``, ``not-run``, ``not-due`` or
            ``disabled``.
        seconds: of the run; 0 for one that did not happen.
        ran_at: of the outputs that are shown now, where inkmill made them.
        because: why it ran: words.
        next_at: when its schedule asks for it next, for one that is not due.
    """

    name: str
    status: str
    failure: RunFailure | None = None
    seconds: float = 0.0
    ran_at: datetime | None = None
    because: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """What ``inkmill run`` or ``inkmill refresh`` did, as facts."""

    results: tuple[RunResult, ...]
    problems: tuple[Problem, ...]
    tally: RunTally
    seconds: float = 0.0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that fail the command."""
        return of_severity(self.problems, Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that fail it only with --strict."""
        return of_severity(self.problems, Severity.WARNING)

    @property
    def is_refreshed(self) -> bool:
        """Every notebook that was due ran, or older outputs were kept; no secret was found, no file was wrong."""
        is_told = {"run-failed"}
        is_fine = all(p.kind in is_told for p in self.errors)
        leaked = any(one.failure is not None and one.failure.kind is FailureKind.LEAK for one in self.results)
        return is_fine and not leaked and all(result.status != "failed" for result in self.results)
