"""The notebook of one document while it is converted: what is taken, what was found, what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from generator.location import Location
from generator.markup.sealed_frames import Apart
from generator.model.body import Ref
from generator.model.document import Asset, Heading, Picture
from generator.model.experiment import AskedRuns
from generator.model.problem import Problem, warning
from generator.model.reading import Blob, Companions, ReadingRules, Trust


class IdStyle(Enum):
    """How a heading's id follows from its text: as nbconvert did for notebooks, as kramdown's GFM did for posts."""

    NOTEBOOK = "notebook"
    KRAMDOWN = "kramdown"


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula, rendered when the document is finished, because it may refer to any other.

    Args:
        latex: without delimiters.
        source: as written, delimiters included.
    """

    latex: str
    source: str
    is_display: bool
    at: Location


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What ``[label]: url "title"`` says."""

    url: str
    title: str | None


@dataclass(slots=True)
class Footnotes:
    """Footnotes of the whole document, whichever cell defines them.

    Args:
        definitions: label to HTML.
        taken: numbers that notes in Liquid (``{% fn 1 %}``) show.
        uses: every reference in reading order: its label, what the author wrote (shown if nobody defines it), where.
    """

    definitions: dict[str, str] = field(default_factory=dict)
    uses: list[tuple[str, str, Location]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)


def _nothing(path: str) -> bytes | None:  # noqa: ARG001
    """Companions of a document that has none."""
    return None


@dataclass(slots=True)
class Scope:
    """One document's, from its first cell to ``finish``.

    Args:
        page_values: what ``{{ page.X }}`` answers.
        attachments: of the current cell: file name to MIME type and bytes.
        id_counts: how often an id was asked for again, so that no number is tried twice.
        own_anchors: fragments of the author's links to places on the same page.
        prose: plain text of what was converted, for search and word counts.
        unknown_tags: name of a Liquid tag to the warning at its first place, and how many times it came again.
        blocks_in_text: what the Markdown twin says for the block that begins there.
        apart: documents in a sandbox, in the order of their marks.
        formulas, equation_refs, footnotes, links, abbreviations, toc_excluded: what ``finish`` still needs.
    """

    source_path: str
    rules: ReadingRules
    id_style: IdStyle
    page_values: Mapping[str, Any] = field(default_factory=dict)
    companions: Companions = _nothing
    attachments: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    used_ids: set[str] = field(default_factory=set)
    id_counts: dict[str, int] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    own_anchors: list[tuple[str, Location]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    math_characters: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    blobs: list[Blob] = field(default_factory=list)
    asked_runs: list[AskedRuns] = field(default_factory=list)
    blocks_in_text: dict[Location, str] = field(default_factory=dict)
    prose: list[str] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    equation_refs: list[tuple[str, str, Location]] = field(default_factory=list)
    footnotes: Footnotes = field(default_factory=Footnotes)
    links: dict[str, LinkTarget] = field(default_factory=dict)
    abbreviations: dict[str, str] = field(default_factory=dict)
    toc_excluded: set[str] = field(default_factory=set)
    apart: list[Apart] = field(default_factory=list)
    unknown_tags: dict[str, tuple[Problem, int]] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        """Whether nothing active may pass."""
        return self.rules.trust is Trust.STRICT

    def claim_id(self, wanted: str) -> str:
        """wanted, or wanted with the first free ``-1``, ``-2``…; taken from now on."""
        claimed, number = wanted, self.id_counts.get(wanted, 0)
        while claimed in self.used_ids:
            number += 1
            claimed = f"{wanted}-{number}"
        self.used_ids.add(claimed)
        self.id_counts[wanted] = number
        return claimed

    def warn(self, kind: str, problem: str, at: Location, mend: str) -> None:
        """Something the author should mend."""
        self.problems.append(warning(kind, problem, at, mend))
