"""Markdown through the dialect, with holes made legible, and only what a test is about spelled out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.embeds import built_in_embeds
from generator.markup.scope import IdStyle, Scope
from generator.model.body import RefKind, fill_holes
from generator.model.reading import ReadingRules

NOTEBOOK = "_notebooks/2020-02-20-test.ipynb"
POST = "_posts/2020-02-20-test.md"
DIALECT = Dialect(built_in_embeds())


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a text: HTML with holes as ``<kind:target suffix>``, and the scope it left."""

    html: str
    scope: Scope

    @property
    def problems(self) -> list[str]:
        """Kind, place and problem of each."""
        return [f"{problem.kind} {problem.at}: {problem.problem}" for problem in self.scope.problems]

    @property
    def kinds(self) -> list[str]:
        """Kinds of the problems alone."""
        return [problem.kind for problem in self.scope.problems]

    @property
    def refs(self) -> list[tuple[str, str, str]]:
        """Kind, target and suffix of each reference."""
        return [(ref.kind.value, ref.target, ref.suffix) for ref in self.scope.refs]


def scope_for(
    source: str = NOTEBOOK,
    *,
    files: Mapping[str, bytes] | None = None,
    page: Mapping[str, Any] | None = None,
    attachments: Mapping[str, tuple[str, bytes]] | None = None,
    **rules: Any,
) -> Scope:
    """A fresh scope; a source that ends in .md is a post in kramdown's dialect."""
    known: Mapping[str, bytes] = files or {}

    def companions(path: str) -> bytes | None:
        return known.get(path)

    return Scope(
        source,
        ReadingRules(**rules),
        IdStyle.KRAMDOWN if source.endswith(".md") else IdStyle.NOTEBOOK,
        page_values=page or {},
        companions=companions,
        attachments=attachments or {},
    )


def made(text: str, source: str = NOTEBOOK, **options: Any) -> Made:
    """One text, converted and finished."""
    return made_of_cells([text], source, **options)


def made_of_cells(texts: Sequence[str], source: str = NOTEBOOK, **options: Any) -> Made:
    """Several cells of one document."""
    scope = scope_for(source, **options)
    is_notebook = source.endswith(".ipynb")
    parts = [
        DIALECT.convert(text, Location(source, cell=number if is_notebook else None), scope)
        for number, text in enumerate(texts, 1)
    ]
    return Made(legible(DIALECT.finish("\n".join(parts), scope)), scope)


def html(text: str, source: str = NOTEBOOK, **options: Any) -> str:
    """The HTML alone."""
    return made(text, source, **options).html


def post(text: str, **options: Any) -> str:
    """The HTML of a post."""
    return made(text, POST, **options).html


def legible(text: str) -> str:
    """Holes as ``kind:target`` and suffix."""

    def shown(kind: RefKind, target: str, suffix: str) -> str:
        return f"{kind.value}:{target}{suffix}"

    return fill_holes(text, shown)


def png(width: int, height: int) -> bytes:
    """The header of a PNG; nobody decodes its pixels."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x06\x00\x00\x00" + b"\x00" * 16
