"""A pull request shown as pages: which one, and what it changes."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Preview:
    """The pull request that a build shows.

    Args:
        number: of the pull request, from 1.
        sha: the full commit, 40 hex digits.
        link: the pull request's address, for the banner; empty when nobody knows it.
    """

    number: int
    sha: str
    link: str = ""

    @property
    def path(self) -> str:
        """Where it stands below the site, without slashes at the ends."""
        return f"pr-preview/pr-{self.number}"


class PageChange(Enum):
    """What a pull request does to a page."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """One page that is not as the default branch has it.

    Args:
        path: its source, relative to the repository; empty for a page that has none.
        live, preview: site paths without base path; None where it does not stand (or is no longer).
        words_added, words_removed: of its prose and code, by the page's Markdown twin.
        figures_changed: pictures that are new, gone or others.
    """

    title: str
    path: str
    change: PageChange
    live: str | None
    preview: str | None
    words_added: int = 0
    words_removed: int = 0
    figures_changed: int = 0


@dataclass(frozen=True, slots=True)
class ReportedProblem:
    """One finding of the build, as plain values.

    Args:
        place: ``file, cell, line`` as a message shows it, or empty.
    """

    is_error: bool
    place: str
    problem: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """What a preview's build has to say to those who review it.

    Args:
        pages: by title of page; at most 500, the rest is counted.
        not_run: (path, why as a clause) of changed notebooks that show committed outputs although the site runs them.
    """

    pages: tuple[ChangedPage, ...] = ()
    problems: tuple[ReportedProblem, ...] = ()
    not_run: tuple[tuple[str, str], ...] = ()
    more_pages: int = 0
    more_problems: int = 0
