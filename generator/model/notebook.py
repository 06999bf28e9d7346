"""A notebook as inkmill sees it: cells, outputs, metadata. nbformat's own types stay in formats/notebook.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

# Tags that papermill and nbclient know.
PARAMETERS, INJECTED = "parameters", "injected-parameters"
SKIPPED, MAY_FAIL = "skip-execution", "raises-exception"

JsonMap = Mapping[str, Any]
"""A JSON object whose shape nobody has checked yet."""


class CellKind(Enum):
    """The three kinds of cell of nbformat 4."""

    MARKDOWN = "markdown"
    CODE = "code"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Stream:
    """Text a cell printed.

    Args:
        name: ``stdout``, ``stderr``, or whatever else the kernel called it.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A MIME bundle a cell showed.

    Args:
        bundle: MIME type to content: text as is, binary types as base64 text, JSON types as parsed JSON.
        metadata: nbformat's output metadata, by MIME type (``image/png`` → width, height).
        is_result: whether it was the cell's value (``execute_result``).
    """

    bundle: JsonMap
    metadata: JsonMap = field(default_factory=dict)
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that ended the cell, its traceback lines with ANSI colours as the kernel wrote them."""

    name: str
    value: str
    traceback: tuple[str, ...]


Output = Stream | Display | Failure


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Args:
        number: its place in the notebook, counted from 1.
        attachments: file name to MIME bundle (base64 text).
    """

    kind: CellKind
    number: int
    source: str
    outputs: tuple[Output, ...] = ()
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    metadata: JsonMap = field(default_factory=dict)
    attachments: Mapping[str, JsonMap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook in nbformat 4 terms, whatever it was on disk.

    Args:
        language: of its kernel, lower-case (``python``, ``julia``); empty when it does not say.
        kernel_name: ``metadata.kernelspec.name``; empty when it does not say.
        format: what the file said it was, such as ``3.0``.
    """

    cells: tuple[Cell, ...]
    metadata: JsonMap
    language: str
    kernel_name: str
    format: str
