"""Every place where front matter may stand, strongest first; what is in it is not looked at here."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from generator.errors import FrontMatterError
from generator.location import Location
from generator.model.body import without_reserved
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SideFile, SourceFile
from generator.readers.front_matter_entries import Entries, entries_of, header_entries, yaml_entries
from generator.readers.title_cell import TitleCell, read_title_cell

_BLOCK = re.compile(r"\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_KEY_LINE = re.compile(r"[A-Za-z_][\w -]*:(?:[ \t]|$)", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S|^\S.*\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_NOTEBOOK_MAPS = ("nikola", "pelican", "frontmatter", "front_matter")
_NAMES_NOBODY_CHOSE = re.compile(r"(?:copy of|untitled|\d{4}-\d{1,2}-\d{1,2})", re.IGNORECASE)
_HEADER_SUFFIXES = frozenset({".nbdata", ".ipynb-meta", ".meta"})


def notebook_layers(notebook: Notebook, source: SourceFile, *, is_old_blog: bool) -> tuple[list[Entries], int | None]:
    """What the notebook itself says, and the number of the cell that is front matter instead of prose."""
    layers: list[Entries] = []
    yaml_cell = _yaml_cell(notebook, source.path)
    if yaml_cell is not None:
        layers.append(yaml_cell[1])
    titled = _title_cell(notebook, source.path, yaml_cell, is_old_blog=is_old_blog)
    if titled is not None:
        layers.append(titled[1].entries)
    layers.extend(_metadata_layers(notebook, source.path, has_title=any("title" in layer for layer in layers)))
    cell = titled or yaml_cell
    return layers, cell[0].number if cell else None


def words_beside(source: str, file: str, *, is_old_blog: bool) -> str:
    """What a front-matter cell says beside front matter: empty, or Markdown to show in its place."""
    block = _BLOCK.match(source)
    if block is not None:
        return source[block.end() :].strip("\n")
    titled = read_title_cell(source, Location(file), is_old_blog=is_old_blog)
    return titled.rest if titled else ""


def markdown_block(text: str, file: str) -> tuple[Entries, str, int]:
    """The ``---`` block at the top of a post, the text under it, and that text's first line in the file (from 1)."""
    text = without_reserved(text.removeprefix("\ufeff"))
    if _OPENING.match(text) is None:
        return {}, text, 1
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    block = _BLOCK.match(plain)
    if block is None:
        return _unclosed(plain, file)
    entries = yaml_entries(block[1], Location(file, line=2))
    if entries is None:
        raise FrontMatterError(
            "the front matter is no list of `key: value` lines",
            at=Location(file, line=2),
            mend="write it as `title: …`, or leave out the two `---` lines",
        )
    return entries, plain[block.end() :], plain.count("\n", 0, block.end()) + 1


def around_the_source(source: SourceFile, rules: ReadingRules) -> list[Entries]:
    """Side files, folder files and Jekyll's defaults, nearest first."""
    layers = [_side_file(side) for side in source.side_files]
    defaults = [
        entries_of(values, Location("_config.yml"))
        for prefix, kind, values in rules.front_matter_defaults
        if _is_below(source.path, prefix) and _is_of(source.shelf, kind)
    ]
    return [*layers, *reversed(defaults)]


def _is_of(shelf: Shelf, kind: str) -> bool:
    """Whether a document on the shelf is what Jekyll calls kind; a notebook is a post, and a draft is one too."""
    is_page = shelf in (Shelf.PAGES, Shelf.ROOT)
    wanted = {"": True, "pages": is_page, "posts": not is_page, "drafts": shelf is Shelf.DRAFTS}
    return wanted.get(kind, False)


def _unclosed(text: str, file: str) -> tuple[Entries, str, int]:
    second_line = text.split("\n", 2)[1]
    if _KEY_LINE.match(second_line):
        raise FrontMatterError(
            "the front matter has no end",
            at=Location(file, line=1),
            mend="close it with a line `---`",
        )
    # A post may open with a rule across the page.
    return {}, text, 1


def _yaml_cell(notebook: Notebook, file: str) -> tuple[Cell, Entries] | None:
    """The first raw or Markdown cell, if it is a ``---`` block; raw cells are asked first."""
    for kind in (CellKind.RAW, CellKind.MARKDOWN):
        cell = next((cell for cell in notebook.cells if cell.kind is kind and cell.source.strip()), None)
        block = _BLOCK.match(cell.source) if cell else None
        if cell is None or block is None:
            continue
        first_line = cell.source.count("\n", 0, block.start(1)) + 1
        entries = _entries_if_meant(block[1], Location(file, cell=cell.number, line=first_line), kind)
        if entries:
            return cell, entries
    return None


def _entries_if_meant(text: str, at: Location, kind: CellKind) -> Entries | None:
    """None for a Markdown cell that merely has two rules across it."""
    if kind is CellKind.MARKDOWN and not _KEY_LINE.match(text.lstrip()):
        return None
    return yaml_entries(text, at)


def _title_cell(
    notebook: Notebook, file: str, yaml_cell: tuple[Cell, Entries] | None, *, is_old_blog: bool
) -> tuple[Cell, TitleCell] | None:
    """The first Markdown cell that begins with ``# ``.

    In an old blog it may stand anywhere; elsewhere no heading may come before it. Under a YAML cell it must be the
    next Markdown cell, and say more than a heading or be the only title.
    """
    for cell in notebook.cells:
        if cell.kind is not CellKind.MARKDOWN or not cell.source.strip() or (yaml_cell and cell is yaml_cell[0]):
            continue
        titled = read_title_cell(cell.source, Location(file, cell=cell.number), is_old_blog=is_old_blog)
        if titled is not None:
            adds = yaml_cell is None or titled.has_keys_or_summary or "title" not in yaml_cell[1]
            # A Markdown cell of YAML is itself the cell that is not shown.
            is_free = yaml_cell is None or yaml_cell[0].kind is CellKind.RAW
            return (cell, titled) if adds and is_free else None
        if yaml_cell is not None or (not is_old_blog and _HEADING.search(cell.source)):
            return None
    return None


def _metadata_layers(notebook: Notebook, file: str, *, has_title: bool) -> Iterator[Entries]:
    at = Location(file)
    for name in _NOTEBOOK_MAPS:
        value = notebook.metadata.get(name)
        if isinstance(value, dict):
            yield entries_of(value, at)
        elif isinstance(value, str) and name in ("frontmatter", "front_matter"):
            yield yaml_entries(value.strip().strip("-"), at) or {}
    plain = {key: notebook.metadata[key] for key in ("title", "authors", "mystnb") if key in notebook.metadata}
    yield entries_of(plain, at)
    if not has_title:
        yield _colab_name(notebook, at)


def _colab_name(notebook: Notebook, at: Location) -> Entries:
    """Colab's name of the file is a title only where nothing else could be one."""
    colab = notebook.metadata.get("colab")
    name = colab.get("name") if isinstance(colab, dict) else None
    if not isinstance(name, str) or _NAMES_NOBODY_CHOSE.match(name):
        return {}
    has_heading = any(cell.kind is CellKind.MARKDOWN and _HEADING.search(cell.source) for cell in notebook.cells)
    return {} if has_heading else entries_of({"title": name.removesuffix(".ipynb").replace("_", " ").strip()}, at)


def _side_file(side: SideFile) -> Entries:
    at = Location(side.path)
    try:
        text = without_reserved(side.content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FrontMatterError("the file is not UTF-8", at=at, mend="save it as UTF-8") from None
    if PurePosixPath(side.path).suffix in _HEADER_SUFFIXES and not PurePosixPath(side.path).name.startswith("."):
        return header_entries(text, Location(side.path, line=1))
    entries = yaml_entries(text, Location(side.path, line=1))
    if entries is None:
        raise FrontMatterError("the file is no list of `key: value` lines", at=at, mend="write it as `title: …`")
    return entries


def _is_below(path: str, prefix: str) -> bool:
    wanted = prefix.strip("/")
    return not wanted or path == wanted or path.startswith(wanted + "/")
