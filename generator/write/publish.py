"""The planned files become the output folder: what changed is written, the rest linked, then all appears at once."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.cache.state import OutputRecord
from generator.cache.store import LostBytesError, Store
from generator.errors import ContentError
from generator.location import Location
from generator.model.output import CopiedFile, OutputFile, Planned, StoredFile
from generator.write import swap
from generator.write.folder import Contents, Found, contents, folder_id, folders_of
from generator.write.stage import Stage, renew, stage_folder

_BLOCK_BYTES = 1 << 20
_STRAY = re.compile(r"//|/\.\.?/|[\\\\\0]")


@dataclass(frozen=True, slots=True)
class Previous:
    """What the state says the output folder holds.

    Args:
        output_id: see ``Published``.
        outputs: by path relative to the output folder.
    """

    output_id: str = ""
    outputs: Mapping[str, OutputRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the output folder.

    Args:
        output_id: of the folder the records speak of; a state that names another is out of date.
        records: by path relative to the output folder.
        written, kept, removed: files.
        folder: that holds them: the output folder, or what would take its place.
    """

    output_id: str
    records: Mapping[str, OutputRecord]
    written: int
    kept: int
    removed: int
    folder: Path


def publish(
    output: Path,
    planned: Sequence[Planned],
    *,
    previous: Previous,
    source: Path,
    store: Store,
    digest_of: Callable[[str], str | None],
    appears: bool = True,
) -> Published:
    """Make output hold the planned files and nothing else, all of them at one stroke, or leave it as it is.

    A file whose key and place on disk are as recorded is not made again. One whose bytes come out equal stays the
    file it was, with its time.

    Args:
        output: absolute; missing folders above it are made.
        source: the source directory, from which CopiedFiles come.
        digest_of: the digest of a file of the source directory; None when it is gone.
        appears: False ends before the stroke: output is as it was, and the store's folder holds what would stand there.

    Raises:
        ContentError: two planned files cannot stand side by side, or a copied one is gone.
        LostBytesError: the store lost entries; all that were noticed are named, and output is as it was.
        MachineError: the disk is full or says no.
    """
    files = _by_path(planned)
    with disk_work("the site cannot be written"):
        store.prepare()
        return _Publication(Path(os.path.realpath(output)), source, store, digest_of, appears=appears).run(
            files, previous
        )


def recover(output: Path, private: Path) -> bool:
    """Finish a swap during which a build died; says whether there was one. Asked before the state is read.

    Args:
        private: the store's folder.

    Raises:
        MachineError: the disk says no.
    """
    if not private.is_dir():
        return False
    with disk_work("the site cannot be written"):
        real = Path(os.path.realpath(output))
        return swap.recover(stage_folder(real, private), real)


def is_intact(output: Path, previous: Previous) -> bool:
    """Whether output still is what the state says: the same folder with the same files, and no others."""
    real = Path(os.path.realpath(output))
    if not previous.output_id or folder_id(real) != previous.output_id:
        return False
    try:
        return _is_as_recorded(contents(real), previous.outputs)
    except OSError:
        return False


def _is_as_recorded(present: Contents, records: Mapping[str, OutputRecord]) -> bool:
    if present.files.keys() != records.keys():
        return False
    if not all(_matches(present.files[path], record) for path, record in records.items()):
        return False
    return present.folders == folders_of(records)


def _matches(file: Found, record: OutputRecord) -> bool:
    return file.is_file and (file.size, file.mtime_ns) == (record.size, record.mtime_ns)


def _by_path(planned: Iterable[Planned]) -> dict[str, Planned]:
    files = {file.path: file for file in planned}
    for path in files:
        if _STRAY.search(f"/{path}/"):
            raise ContentError(f"`{path}` leads out of the site", mend="give it a `permalink:` inside the site")
    for folder in sorted(folders_of(files) & files.keys()):
        inside = min(path for path in files if path.startswith(f"{folder}/"))
        raise ContentError(
            f"`{folder}` would be a file, and a folder that holds `{inside}`",
            mend="give one of them its own `permalink:`",
        )
    return files


class _Publication:
    """One run of publish."""

    def __init__(
        self, output: Path, source: Path, store: Store, digest_of: Callable[[str], str | None], *, appears: bool
    ) -> None:
        self._appears = appears
        self._output = output
        self._source = source
        self._store = store
        self._digest_of = digest_of
        self._lost: list[tuple[str, str]] = []

    def run(self, files: Mapping[str, Planned], previous: Previous) -> Published:
        is_known = bool(previous.output_id) and folder_id(self._output) == previous.output_id
        records = previous.outputs if is_known else {}
        present = contents(self._output)
        stage: Stage | None = None
        folder = stage_folder(self._output, self._store.folder)
        made: dict[str, OutputRecord] = {}
        kept: dict[str, str] = {}
        for path, file in files.items():
            key = self._key(file)
            now, record = present.files.get(path), records.get(path)
            if now is not None and record is not None and record.key == key and _matches(now, record):
                kept[path] = key
                continue
            blocks = self._blocks(file)
            if blocks is None:
                continue
            changed = _unless_equal(blocks, self._output / path, now)
            if changed is None:
                kept[path] = blocks.key or key
                continue
            stage = stage or self._open(folder, files, present, previous, is_known)
            new = stage.write(path, changed)
            made[path] = OutputRecord(blocks.key or key, new.size, new.mtime_ns)
        if self._lost:
            raise LostBytesError(self._lost)
        removed = len(present.files.keys() - files.keys())
        if stage is None and not removed and present.folders == folders_of(files) and self._output.exists():
            return _unchanged(self._output, kept, present)
        stage = stage or self._open(folder, files, present, previous, is_known)
        for path, key in kept.items():
            old = stage.keep(path)
            made[path] = OutputRecord(key, old.size, old.mtime_ns)
        if self._appears:
            made, folder = self._appear(folder, made), self._output
        return Published(folder_id(folder), made, len(files) - len(kept), len(kept), removed, folder)

    def _open(
        self, folder: Path, files: Mapping[str, Planned], present: Contents, previous: Previous, is_known: bool
    ) -> Stage:
        if not is_known or not folder.exists():
            renew(folder, previous.output_id)
        stage = Stage(folder, self._output, present)
        stage.clear(files.keys())
        return stage

    def _appear(self, folder: Path, made: dict[str, OutputRecord]) -> dict[str, OutputRecord]:
        self._output.parent.mkdir(parents=True, exist_ok=True)
        if swap.swap(folder, self._output):
            return made
        # Copied one by one, the files have times of their own.
        present = contents(self._output).files
        return {
            path: OutputRecord(record.key, present[path].size, present[path].mtime_ns) for path, record in made.items()
        }

    def _key(self, file: Planned) -> str:
        match file:
            case OutputFile():
                return file.key
            case StoredFile():
                return f"stored {file.name}"
            case CopiedFile():
                return f"copied {self._digest_of(file.source)}"

    def _blocks(self, file: Planned) -> "_Blocks | None":
        """The bytes of a file; None when the store lost them."""
        try:
            match file:
                case OutputFile():
                    return _Blocks(iter((file.make(),)))
                case StoredFile():
                    return _Blocks(iter((self._store.need("derived", file.name),)))
                case CopiedFile():
                    return _CopiedBlocks(_read(self._source, file.source))
        except LostBytesError as failure:
            self._lost.extend(failure.lost)
            return None


class _Blocks:
    """The bytes of one file, block by block, once.

    Attributes:
        key: of what was read in truth, where that may differ from what was planned; known at the end.
    """

    key: str = ""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks


class _CopiedBlocks(_Blocks):
    """Of an author's file, who may be saving it just now: its key must be of the bytes that were copied."""

    def __iter__(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for block in self._blocks:
            digest.update(block)
            yield block
        self.key = f"copied {digest.hexdigest()}"


def _unchanged(output: Path, kept: Mapping[str, str], present: Contents) -> Published:
    records = {
        path: OutputRecord(key, present.files[path].size, present.files[path].mtime_ns) for path, key in kept.items()
    }
    return Published(folder_id(output), records, 0, len(kept), 0, output)


def _read(source: Path, path: str) -> Iterator[bytes]:
    try:
        file = source.joinpath(path).open("rb")
    except FileNotFoundError:
        raise ContentError(
            "this file was deleted while the site was built", at=Location(path), mend="build again"
        ) from None
    with file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _unless_equal(blocks: _Blocks, path: Path, now: Found | None) -> Iterator[bytes] | None:
    """The blocks, or None when the file at path holds just them."""
    unread = iter(blocks)
    if now is None or not now.is_file:
        return unread
    seen: list[bytes] = []
    with path.open("rb") as file:
        for block in unread:
            seen.append(block)
            if file.read(len(block)) != block:
                return chain(seen, unread)
        if file.read(1):
            return iter(seen)
    return None
