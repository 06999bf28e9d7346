"""A golden case: one text file that holds a whole small blog and what becomes of it.

It starts by saying why it exists; then come sections, each under a line ``-- what --``:

    -- flags --               more words for ``inkmill build``, on one line
    -- given: PATH --         a file; a notebook may be written in cells (cells_of), a picture as ``png 40x30``
    -- expect: PATH --        what the author wrote: a page's ``prose``, a list's ``main``, any other file whole
    -- expect main: PATH --   a page's whole ``main``: title, dates, tags, table of contents, body
    -- expect whole: PATH --  the file, every byte
    -- expect lines: PATH --  each of these lines stands somewhere in the file (never rewritten)
    -- expect absent: PATH -- no such file is written
    -- stdout --              everything printed; seconds and files written become ``…``
    -- exit --                the exit code; 0 when the section is missing
"""

import base64
import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.building import Ran, lay_out, run

_HEADER = re.compile(
    r"^-- (flags|given|expect|expect main|expect whole|expect lines|expect absent|stdout|exit)(?:: (.+))? --$"
)
_CELL = re.compile(r"^%% (\w+)(?: (?!\{)(\S+))?(?: (\{.*\}))?$")
_PICTURE = re.compile(r"png (\d+)x(\d+)")
_DIV = re.compile(r"<(/?)div\b")


@dataclass(frozen=True, slots=True)
class Section:
    """One section; path is empty where the kind has none."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A golden case as it stands in its file."""

    why: str
    sections: tuple[Section, ...]

    def of(self, kind: str) -> list[Section]:
        return [section for section in self.sections if section.kind == kind]


def parse(text: str) -> Case:
    """A case from its file's text."""
    why: list[str] = []
    sections: list[tuple[str, str, list[str]]] = []
    for line in text.split("\n"):
        header = _HEADER.match(line)
        if header:
            sections.append((header[1], header[2] or "", []))
        elif sections:
            sections[-1][2].append(line)
        else:
            why.append(line)
    return Case("\n".join(why), tuple(Section(kind, path, _joined(lines)) for kind, path, lines in sections))


def written(case: Case) -> str:
    """The file's text; the opposite of parse."""
    parts = [case.why.rstrip() + "\n"]
    for section in case.sections:
        name = f"{section.kind}: {section.path}" if section.path else section.kind
        parts.append(f"-- {name} --\n{section.text}")
    return "\n".join(parts)


def _joined(lines: list[str]) -> str:
    # A blank line before the next header belongs to the layout of the case, not to the file.
    text = "\n".join(lines).rstrip("\n")
    return text + "\n" if text else ""


def built(case: Case, source: Path) -> Case:
    """The same case with what really came out in place of what was expected."""
    source.mkdir(exist_ok=True)
    for section in case.of("given"):
        lay_out(source, {section.path: _given(section)})
    ran = run(source, *" ".join(section.text for section in case.of("flags")).split())
    sections = tuple(replace(section, text=_came_out(section, ran)) for section in case.sections)
    if not case.of("exit") and ran.exit_code != 0:
        sections += (Section("exit", "", f"{ran.exit_code}\n"), Section("stdout", "", _printed(ran)))
    return replace(case, sections=sections)


def rewritten(case: Case, found: Case) -> Case:
    """The case with what came out, but for what only a person can say."""
    said = {(section.kind, section.path): section for section in case.sections}
    kept = ("expect lines", "expect absent")
    return replace(found, sections=tuple(said[s.kind, s.path] if s.kind in kept else s for s in found.sections))


def _given(section: Section) -> str | bytes | dict[str, object]:
    if is_cells(section):
        return cells_of(section.text)
    picture = _PICTURE.fullmatch(section.text.strip())
    return png(int(picture[1]), int(picture[2])) if picture else section.text


def png(width: int, height: int) -> bytes:
    """A white picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    # Stored, not packed: how zlib packs differs between its versions, and names of assets are made of the bytes.
    rows = zlib.compress((b"\0" + b"\xff" * width) * height, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )


def _came_out(section: Section, ran: Ran) -> str:
    match section.kind:
        case "exit":
            return f"{ran.exit_code}\n"
        case "stdout":
            return _printed(ran)
        case "expect absent":
            return "it is there\n" if (ran.site / section.path).exists() else section.text
        case "expect" | "expect main" | "expect whole" | "expect lines":
            return _file(section, ran)
    return section.text


def _printed(ran: Ran) -> str:
    said = ran.output.replace(str(ran.source), "SOURCE")
    said = re.sub(r"\d+ files written", "… files written", said)
    return _joined(re.sub(r"\d+\.\d+ s\b", "… s", said).splitlines())


def _file(section: Section, ran: Ran) -> str:
    if not (ran.site / section.path).is_file():
        return f"no such file; printed was:\n{_printed(ran)}"
    text = ran.page(section.path)
    if section.kind == "expect whole":
        return _joined(text.splitlines())
    if section.kind == "expect lines":
        return section.text if all(line in text for line in section.text.splitlines()) else text
    if section.path.endswith((".html", ".htm")):
        text = main_of(text) if section.kind == "expect main" else prose_of(text)
    return tidied(text)


def prose_of(page: str) -> str:
    """What the author wrote, as HTML: the inside of the page's ``prose``; of its ``main`` when it has none."""
    opened = re.search(r'<div class="prose"[^>]*>', page)
    if not opened:
        return main_of(page)
    depth = 1
    for tag in _DIV.finditer(page, opened.end()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return page[opened.end() : tag.start()]
    return page[opened.end() :]


def main_of(page: str) -> str:
    """The inside of the page's ``main``; the whole page when it has none."""
    found = re.search(r"<main\b[^>]*>(.*)</main>", page, re.DOTALL)
    return found[1] if found else page


def tidied(text: str) -> str:
    """Without blank lines and spaces at the ends of lines, which no reader sees."""
    return _joined([line.rstrip() for line in text.splitlines() if line.strip()])


def is_cells(section: Section) -> bool:
    return section.path.endswith(".ipynb") and section.text.startswith("%% ")


def cells_of(text: str) -> dict[str, object]:
    """A notebook of nbformat 4 from cells written as text; JSON after a kind is the cell's metadata.

    ``%% markdown``, ``%% raw``, ``%% code {"tags": ["hide-input"]}``; below a code cell its outputs: ``%% stream`` or
    ``%% stream stderr``, ``%% display text/html``, ``%% result text/plain``, ``%% error NameError``. Consecutive
    ``%% also text/html`` add a MIME type to the output above. ``%% notebook {…}`` adds to the notebook's metadata.
    """
    metadata: dict[str, object] = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells: list[dict[str, object]] = []
    outputs: list[dict[str, object]] = []
    for kind, word, extra, body in _blocks(text):
        if kind == "notebook":
            metadata |= extra
        elif kind in ("markdown", "raw"):
            attached = _attached(extra.pop("attachments", {}))
            cells.append({"cell_type": kind, "metadata": extra, "source": body, **attached})
        elif kind == "code":
            outputs = []
            cell: dict[str, object] = {
                "cell_type": kind,
                "metadata": extra,
                "source": body,
                "execution_count": None,
                "outputs": outputs,
            }
            cells.append(cell)
        elif kind == "also":
            data = outputs[-1]["data"]
            assert isinstance(data, dict)
            data[word] = _content(word, body)
        else:
            outputs.append(_output(kind, word, extra, body))
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}


def _blocks(text: str) -> Iterator[tuple[str, str, dict[str, object], str]]:
    """(kind, word after it, metadata, body) of each ``%%`` block."""
    head: re.Match[str] | None = None
    body: list[str] = []
    for line in [*text.split("\n"), "%% end"]:
        found = _CELL.match(line)
        if found and head:
            yield head[1], head[2] or "", json.loads(head[3] or "{}"), "\n".join(body).strip("\n")
        if found:
            head, body = found, []
        else:
            body.append(line)


def _attached(bundles: object) -> dict[str, object]:
    """``{"attachments": {"a.png": "png 40x30"}}`` in a cell's metadata, as nbformat has it."""
    assert isinstance(bundles, dict)
    found = {name: {"image/png": _content("image/png", content)} for name, content in bundles.items()}
    return {"attachments": found} if found else {}


def _output(kind: str, word: str, extra: dict[str, object], body: str) -> dict[str, object]:
    match kind:
        case "stream":
            return {"output_type": "stream", "name": word or "stdout", "text": body + "\n"}
        case "error":
            value = body.splitlines()[-1].removeprefix(f"{word}: ")
            return {"output_type": "error", "ename": word, "evalue": value, "traceback": body.splitlines()}
        case "display":
            return {"output_type": "display_data", "metadata": extra, "data": {word: _content(word, body)}}
        case "result":
            data = {word: _content(word, body)}
            return {"output_type": "execute_result", "execution_count": None, "metadata": extra, "data": data}
    raise ValueError(f"`%% {kind}` is no kind of cell or output")


def _content(mime: str, body: str) -> object:
    picture = _PICTURE.fullmatch(body)
    if picture:
        return base64.b64encode(png(int(picture[1]), int(picture[2]))).decode()
    return json.loads(body) if mime.endswith("json") else body
