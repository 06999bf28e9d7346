"""Everything an author may say about a document, after every spelling has become one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from generator.location import Location
from generator.model.resources import Resources
from generator.model.variant import Variant

Moment = date | datetime
"""A day, or a point in time."""


class Visibility(Enum):
    """What the author asked for; the state in the report follows from it, the date and the flags."""

    PUBLISHED = "published"
    UNLISTED = "unlisted"
    DRAFT = "draft"


class ErrorPolicy(Enum):
    """What to do with a notebook that fails while it runs."""

    FAIL = "fail"
    SHOW = "show"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Author:
    """A person named in front matter.

    Args:
        html: set when an old blog wrote HTML for a name; shown in its place in the trusted profile.
    """

    name: str
    url: str | None = None
    orcid: str | None = None
    affiliation: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class BadgeChoice:
    """Which launch badges this document shows; None asks the site's default.

    Args:
        all: ``badges: true/false``.
        github, colab, binder, deepnote, kaggle: False when hidden for this document.
        branch: the branch in badge URLs.
    """

    all: bool | None = None
    github: bool | None = None
    colab: bool | None = None
    binder: bool | None = None
    deepnote: bool | None = None
    kaggle: bool | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class CodeDefaults:
    """Quarto's document-wide cell options; None leaves the cell's own."""

    fold: bool | None = None
    fold_open: bool = False
    summary: str | None = None
    line_numbers: bool | None = None
    echo: bool | None = None
    show_output: bool | None = None
    show_warnings: bool | None = None


@dataclass(frozen=True, slots=True)
class ExecutionWishes:
    """How the author wants the notebook run; None asks the site's default.

    Args:
        params: values for the ``parameters`` cell.
        timeout_seconds: for one cell.
        notebook_timeout_seconds: for the whole notebook.
        data: files or globs it reads, relative to the source directory.
        refresh: ``hourly``, ``daily``, ``weekly`` or a cron expression, as written; one that can fire.
        timezone: IANA name, of the schedule.
        environment: a requirements file, relative to the source directory.
        variants: the posts this notebook makes; empty for the one that it is.
        disable_after: failures in a row after which refresh leaves it alone; 0 for never.
    """

    execute: bool | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    timeout_seconds: float | None = None
    notebook_timeout_seconds: float | None = None
    on_error: ErrorPolicy | None = None
    kernel: str | None = None
    data: tuple[str, ...] = ()
    refresh: str | None = None
    timezone: str | None = None
    environment: str | None = None
    resources: Resources = field(default_factory=Resources)
    variants: tuple[Variant, ...] = ()
    disable_after: int | None = None


@dataclass(frozen=True, slots=True)
class LeaderboardBlock:
    """The board of a post whose layout is ``leaderboard``, as a block of that name would say it.

    Args:
        text: YAML whose first line is the one at ``at``; every key stands on the line it has in the source.
    """

    text: str
    at: Location


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What one document says about itself.

    Args:
        title, description: text (not YAML, not HTML); None when the author wrote none.
        title_from_heading: the first heading was taken for the title, and is not shown again in the body.
        date: as the author wrote it; a datetime without zone is in the site's timezone.
        updated_from_git: ``updated: git``.
        categories: what old blogs put in the URL, in order, spelling kept.
        tags: what readers browse by: categories, tags, keywords, in order, without repeats.
        pin: ascending above the dated posts; None when not pinned.
        toc_depth: deepest heading level in the table of contents, 1 to 6.
        layout: as written (``post``, ``notebook``, ``home``, ``leaderboard``); empty when absent.
        permalink: as written, placeholders included.
        aliases: old URL paths that lead here.
        series_part: 1-based place in the series.
        comments: None asks the site.
        math: None asks the site.
        leaderboard: what stands below the author's words; None for any other layout.
        side_urls: ``redirect_to`` and the like keep their place in extra.
        extra: every key nobody claimed, for ``page.extra``.
    """

    title: str | None = None
    subtitle: str | None = None
    description: str | None = None
    title_from_heading: bool = False
    date: Moment | None = None
    updated: Moment | None = None
    updated_from_git: bool = False
    expires: Moment | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    image: str | None = None
    image_alt: str | None = None
    visibility: Visibility = Visibility.PUBLISHED
    pin: int | None = None
    in_search: bool = True
    in_sitemap: bool = True
    toc: bool | None = None
    toc_depth: int = 6
    layout: str = ""
    permalink: str | None = None
    slug: str | None = None
    aliases: tuple[str, ...] = ()
    redirect_to: str | None = None
    comments: bool | None = None
    badges: BadgeChoice = field(default_factory=BadgeChoice)
    math: bool | None = None
    lang: str | None = None
    series: str | None = None
    series_part: int | None = None
    license: str | None = None
    doi: str | None = None
    bibliography: tuple[str, ...] = ()
    code: CodeDefaults = field(default_factory=CodeDefaults)
    execution: ExecutionWishes = field(default_factory=ExecutionWishes)
    leaderboard: LeaderboardBlock | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
