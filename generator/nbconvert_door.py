"""The door for nbconvert: ``jupyter nbconvert --to inkmill post.ipynb`` gives the body the site shows."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from nbconvert.utils.exceptions import ConversionException

from generator.errors import InkmillError
from generator.formats.notebook import from_node
from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.highlight import Highlighter
from generator.model.body import RefKind, fill_holes
from generator.model.executed import Executed
from generator.model.outline import Edition
from generator.model.problem import Problem, Severity
from generator.model.reading import Companions, Reading, ReadingRules
from generator.model.request import BuildRequest
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.plugins import embeds
from generator.readers.notebook.exporter import PostExporter
from generator.readers.notebook.page import Tools
from generator.readers.notebook.read import read_notebook
from generator.readers.outline import outline
from generator.sources.disk import Shelved, load
from generator.stages.documents import CompanionFiles
from generator.stages.engine import read_engine
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.slices import reading_rules
from generator.tools import draw_vega

_SHELVES = frozenset(shelf.value for shelf in Shelf if shelf is not Shelf.ROOT)
# What nbconvert's own flags switch on: --execute, --clear-output, TagRemovePreprocessor.remove_cell_tags…
_ON_REQUEST = tuple(
    f"nbconvert.preprocessors.{name}Preprocessor" for name in ("TagRemove", "RegexRemove", "ClearOutput", "Execute")
)


class InkmillExporter(PostExporter):
    """nbconvert's ``inkmill``: pictures go beside the page, links are relative to it."""

    export_from_notebook = "Body of an inkmill page"

    def __init__(self, config: Any = None, **kw: Any) -> None:
        highlighter = Highlighter()
        tools = Tools(Dialect(embeds(), highlighter), highlighter, draw_vega)
        super().__init__(tools, {}, config=config, **{"default_preprocessors": list(_ON_REQUEST), **kw})

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The notebook's body, and ``resources`` with its pictures.

        Raises:
            ConversionException: an error in the notebook, said in one line.
        """
        known: dict[str, Any] = self._init_resources({**(resources or {}), **kw})  # type: ignore[no-untyped-call]
        for preprocessor in self._preprocessors:
            nb, known = preprocessor(nb, known)
        place = _place(known)
        try:
            blog = _blog_around(place)
            self.use_templates(read_engine(blog.root, "", trusts_blog=True).cells)
            reading = self._read(nb, blog)
        except InkmillError as failure:
            raise ConversionException(_said(failure.at, failure.problem, failure.mend)) from None
        self._report(reading.document.problems)
        folder = known["output_files_dir"] or f"{place.stem}_files"
        known["outputs"] = {str(Path(folder, blob.name)): blob.content for blob in reading.blobs}
        return _filled(reading.body.html, blog, folder), known

    def _read(self, nb: Any, blog: "_Blog") -> Reading:
        source = blog.source(json.dumps(nb).encode())
        executed = Executed(from_node(nb, source.path))
        return read_notebook(Edition(outline(source, blog.rules)), executed, blog.companions, blog.rules, self)

    def _report(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            text = _said(problem.at, problem.problem, problem.mend)
            if problem.severity is Severity.ERROR:
                raise ConversionException(text)
            self.log.warning("%s", text)


@dataclass(frozen=True, slots=True)
class _Blog:
    """What the site would know of the notebook.

    Args:
        root: the source directory, or the notebook's own folder when it stands in no blog.
        shelved: its path may not exist on disk (``nbconvert --stdin``).
        inputs: None outside a blog.
    """

    root: Path
    shelved: Shelved
    rules: ReadingRules
    inputs: Inputs | None

    def source(self, content: bytes) -> SourceFile:
        """The notebook as nbconvert has it, with what lies around it."""
        shelved = self.shelved
        if self.inputs is not None and (self.root / shelved.path).is_file():
            found = load(self.root, shelved)
            return SourceFile(
                shelved.path, shelved.shelf, shelved.shelf_path, shelved.kind, content, found.digest,
                found.side_files, shelved.first_commit, shelved.last_commit,
            )  # fmt: skip
        return SourceFile(shelved.path, shelved.shelf, shelved.shelf_path, shelved.kind, content, "")

    @property
    def companions(self) -> Companions:
        """Answers what the notebook asks of the files around it."""
        if self.inputs is not None:
            return CompanionFiles(self.root, self.inputs.readable)
        return self._beside

    def _beside(self, path: str) -> bytes | None:
        file = (self.root / path).resolve()
        try:
            return file.read_bytes() if file.is_relative_to(self.root) else None
        except (OSError, ValueError):
            return None


def _place(resources: Mapping[str, Any]) -> Path:
    """The notebook's file, as nbconvert names it."""
    about = resources["metadata"]
    return (Path(about["path"] or ".") / f"{about['name']}.ipynb").resolve()


def _blog_around(place: Path) -> _Blog:
    """The blog a notebook stands in: the nearest folder above with a ``_config.yml``, or with its shelf."""
    root = next((folder for folder in place.parents if (folder / "_config.yml").is_file()), None)
    root = root or next((folder.parent for folder in place.parents if folder.name in _SHELVES), None)
    if root is None:
        shelved = Shelved(place.name, Shelf.NOTEBOOKS, "", SourceKind.NOTEBOOK)
        return _Blog(place.parent, shelved, ReadingRules(), None)
    path = place.relative_to(root).as_posix()
    request = BuildRequest(root, root / "_site", root / ".inkmill", datetime.now(UTC))
    inputs = look(request, list_inputs(request, 0), None)
    if not isinstance(inputs, Inputs):
        first = inputs[0]
        raise InkmillError(first.problem, at=first.at, mend=first.mend)
    alone = Shelved(path, Shelf.NOTEBOOKS, PurePosixPath(path).parent.as_posix(), SourceKind.NOTEBOOK)
    shelved = next((source for source in inputs.sources if source.path == path), alone)
    return _Blog(root, shelved, reading_rules(request, inputs), inputs)


def _filled(html: str, blog: _Blog, folder: str) -> str:
    """The body with every hole a link from beside the notebook."""
    here = PurePosixPath(blog.shelved.path).parent.as_posix()
    site = f"{blog.rules.url}{blog.rules.baseurl}"

    def fill(kind: RefKind, target: str, suffix: str) -> str:
        if kind is RefKind.ASSET:
            return _escaped(f"{folder}/{target}", suffix)
        if kind is RefKind.ADDRESS:
            return escape(blog.rules.url + suffix)
        if kind is RefKind.FILE or (kind is RefKind.SITE and (blog.root / target.lstrip("/")).is_file()):
            return _escaped(os.path.relpath(target.lstrip("/"), here).replace(os.sep, "/"), suffix)
        return escape(site) + _escaped(target if target.startswith("/") else f"/{target}", suffix)

    return fill_holes(html, fill)


def _escaped(path: str, suffix: str) -> str:
    return escape(quote(path, safe="/:@!$&'()*+,;=~") + suffix)


def _said(at: Location | None, problem: str, mend: str | None) -> str:
    place = f"{at}: " if at is not None else ""
    return f"{place}{problem}" + (f" ({mend})" if mend else "")
