"""The small head of a document that has been read; site/ sees heads only."""

from dataclasses import dataclass
from datetime import date, datetime

from generator.model.body import Ref
from generator.model.experiment import AskedRuns
from generator.model.front_matter import FrontMatter
from generator.model.problem import Problem
from generator.model.source import Shelf, SourceKind


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a body.

    Args:
        level: 1 to 6.
        anchor: its id, unescaped.
        html: its inline HTML without links and anchors, with holes.
        text: its plain text.
    """

    level: int
    anchor: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One image a body shows, with its size in CSS pixels when known.

    Args:
        source: as in the Ref: a repository path, an asset name, or an http(s) URL.
        alt: None when the author gave none (``""`` says decorative).
    """

    source: str
    is_asset: bool
    width_px: int | None
    height_px: int | None
    alt: str | None


@dataclass(frozen=True, slots=True)
class Asset:
    """A content-named file made while reading; its bytes lie in the store as *derived*.

    Args:
        name: its file name under ``assets/g/``: ``HASH.ext``.
        size: in bytes.
    """

    name: str
    size: int
    width_px: int | None = None
    height_px: int | None = None


@dataclass(frozen=True, slots=True)
class CompanionAnswer:
    """One question a reading asked, and the digest of what it was told.

    Args:
        path: posix, relative to the source directory.
        digest: SHA-256 in hexadecimal; None when there is no such file.
    """

    path: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document's head.

    Args:
        path: of its source, relative to the source directory.
        variant: name of the variant, None for the source itself.
        shelf_path: see SourceFile.
        front: with title, description and date filled in from heading, file name, git and first paragraph.
        title_html: the title with inline Markdown and math turned to HTML.
        description_html: the summary with inline Markdown turned to HTML.
        date_is_guessed: whether the date came from git or the file and not from the author.
        file_date: the date in the file name, if there is one (old URLs are made of it).
        words: of prose.
        anchors: every other id of the body, unescaped, sorted: figures, footnotes, the author's own HTML.
        needs: engine parts its page asks for: ``math``, ``vega``, ``plotly``, ``tweet``…
        math_characters: every character its formulas use, sorted, for the font subset.
        hosts: other hosts the page would reach because the author embedded them.
        body: key of the Body in the store.
        ran_at: when its outputs were made by inkmill.
        kept_because: why older outputs are shown than the author asked for: a clause.
        asked_runs: of experiments, for ``inkmill wandb sync``.
        ran_with: (name, version) of the language and of the libraries that made its outputs, the language first.
    """

    path: str
    variant: str | None
    shelf: Shelf
    shelf_path: str
    kind: SourceKind
    front: FrontMatter
    title_html: str
    description_html: str
    date_is_guessed: bool
    file_date: date | None
    first_commit: datetime | None
    last_commit: datetime | None
    language: str
    words: int
    headings: tuple[Heading, ...]
    refs: tuple[Ref, ...]
    pictures: tuple[Picture, ...]
    assets: tuple[Asset, ...]
    needs: tuple[str, ...]
    math_characters: str
    hosts: tuple[str, ...]
    companions: tuple[CompanionAnswer, ...]
    problems: tuple[Problem, ...]
    body: str
    anchors: tuple[str, ...] = ()
    ran_at: datetime | None = None
    kept_because: str | None = None
    ran_with: tuple[tuple[str, str], ...] = ()
    asked_runs: tuple[AskedRuns, ...] = ()
