"""Building small sites in tests: a dict of files goes in, what the command did comes out."""

import contextlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.cli import main

NOW = "2026-01-01T00:00:00Z"
"""When builds in tests happen, unless a test says otherwise."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command did.

    Args:
        source: the blog's folder.
        output: what was printed to both streams, in order.
    """

    source: Path
    exit_code: int
    output: str

    @property
    def site(self) -> Path:
        """The output folder."""
        return self.source / "_site"

    def page(self, path: str) -> str:
        """A written file's text: ``page("about/index.html")`` or, for short, ``page("/about/")``."""
        name = path.lstrip("/")
        return (self.site / (name + "index.html" if name.endswith("/") or not name else name)).read_text(
            encoding="utf-8"
        )

    def files(self) -> dict[str, bytes]:
        """Every file of the site, by its path relative to the output folder, sorted."""
        found = sorted(path for path in self.site.rglob("*") if path.is_file())
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in found}


def lay_out(source: Path, files: Mapping[str, str | bytes | dict[str, object]]) -> None:
    """Write files below source: text as UTF-8, bytes as they are, dicts as JSON."""
    for path, content in files.items():
        target = source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, indent=1) if isinstance(content, dict) else content
        target.write_bytes(text.encode() if isinstance(text, str) else text)


def run(source: Path, *words: str) -> Ran:
    """``inkmill build`` on source, in this process, at NOW and with one job unless words say otherwise."""
    defaults = [("--now", NOW), ("--jobs", "1")]
    flags = [part for flag, value in defaults if flag not in words for part in (flag, value)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        exit_code = main(["build", "--source", str(source), *flags, *words])
    # Messages show the output folder below the source as it was typed, and that differs from test to test.
    return Ran(source, exit_code, said.getvalue().replace(f"{source}/", ""))


def markdown_cell(source: str, **metadata: object) -> dict[str, object]:
    """A Markdown cell of nbformat 4."""
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def code_cell(source: str, *outputs: dict[str, object], **metadata: object) -> dict[str, object]:
    """A code cell of nbformat 4 with its outputs."""
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "execution_count": None,
        "outputs": list(outputs),
    }


def stream(text: str, name: str = "stdout") -> dict[str, object]:
    """A stream output."""
    return {"output_type": "stream", "name": name, "text": text}


def display(**bundle: object) -> dict[str, object]:
    """A display output; ``text_html="…"`` means ``text/html``."""
    data = {name.replace("_", "/", 1): content for name, content in bundle.items()}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def notebook(*cells: dict[str, object], **metadata: object) -> dict[str, object]:
    """A Python notebook of nbformat 4.4, ready for lay_out."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {**kernel, **metadata}, "cells": list(cells)}
