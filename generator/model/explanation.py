"""Everything that can be said of one source, as facts: what `inkmill explain` prints."""

from dataclasses import dataclass
from datetime import datetime

from generator.model.execution import RunHistory
from generator.model.problem import Problem
from generator.model.site import Fate


@dataclass(frozen=True, slots=True)
class Meaning:
    """A directive as it was written, and what it means here.

    Args:
        cell: counted from 1.
    """

    cell: int
    written: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RunOutlook:
    """Whether the next build would run one edition, and why.

    Args:
        asks: front matter or the site asks for it to be run.
        would_run: with ``--execute declared``.
        because: why it would, or would not: a clause.
        kernel: name of the kernel it runs on; empty when there is none.
        depends_on: what its key is made of beside code, parameters and packages: names.
        shows: what its page shows now: a clause.
        unused_lock: a lock file that does not say what is installed, so that what is installed counts.
        refresh: its schedule, as written; empty for none.
        next_at: when the schedule asks for it next; None without one, and for one that is due.
        is_due: its schedule has asked for it.
    """

    name: str
    asks: bool
    would_run: bool
    because: str
    kernel: str
    depends_on: tuple[str, ...]
    shows: str
    history: RunHistory | None = None
    refresh: str = ""
    next_at: datetime | None = None
    is_due: bool = False
    unused_lock: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One source.

    Args:
        variants: name and site path (without base path) of each variant's page.
        title: as its page shows it; empty without a page.
        date: as the page's address and order have it; None without one.
        date_is_guessed: the author gave none.
        runs: one for each edition that holds code; empty for sources that have none.
    """

    path: str
    fate: Fate | None
    variants: tuple[tuple[str, str], ...]
    title: str
    date: datetime | None
    date_is_guessed: bool
    meanings: tuple[Meaning, ...]
    runs: tuple[RunOutlook, ...]
    problems: tuple[Problem, ...]
