"""What a build did, as facts; wording.py makes sentences of it."""

from dataclasses import dataclass, field

from generator.model.problem import Problem, Severity, of_severity
from generator.model.site import Fate
from generator.model.tally import RunTally


@dataclass(frozen=True, slots=True)
class BuildReport:
    """One build.

    Args:
        fates: one per source, sorted by path.
        converted: documents read in this build; the rest came from the store.
        written, kept, removed: output files.
        was_unchanged: nothing at all had changed since the last build.
        was_published: the output folder shows this build.
        shows_last_good: when it does not: whether an earlier one still stands there.
        tally: of notebooks whose outputs are execution's affair.
        output: the output folder as the user would type it.
    """

    fates: tuple[Fate, ...]
    problems: tuple[Problem, ...]
    converted: int
    written: int
    kept: int
    removed: int
    was_unchanged: bool
    was_published: bool
    output: str
    base_path: str = ""
    shows_last_good: bool = True
    seconds: float = 0.0
    tally: RunTally = field(default_factory=RunTally)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that fail the build."""
        return of_severity(self.problems, Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that fail it only with --strict."""
        return of_severity(self.problems, Severity.WARNING)

    def exit_code(self, *, strict: bool) -> int:
        """1 where the author must mend something, and 0 elsewhere.

        Args:
            strict: warnings count as errors.
        """
        return 1 if self.errors or (strict and self.warnings) else 0


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page that one document got.

    Args:
        url: site path without base path.
        file: relative to the output.
        title: as text.
        path: of its source, relative to the source directory.
        body: key of its Body in the store, a digest of its content.
        pictures: what tells its pictures apart, one for each.
    """

    url: str
    file: str
    title: str
    path: str
    body: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as a whole, for those who hand it on.

    Args:
        base_path: of the pages: ``""`` or ``/blog``, a preview's own part with it.
        address: scheme and host; empty where nobody knows them.
        commit: that is checked out in the source directory; empty without one.
        gone: URLs that were published and need not be any more.
        pages: of documents, by URL; lists and pages that lead elsewhere are not among them.
        is_provisional: the setup is pending, so pages of the template stand in it that are to go.
    """

    base_path: str
    address: str
    commit: str
    gone: tuple[str, ...]
    pages: tuple[MadePage, ...]
    is_provisional: bool = False
