"""Commits put together without a working copy: the files of one, what one changes, and a new one on top."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from generator.errors import MachineError
from generator.github.branch import IDENTITY, list_tree
from generator.github.git import BareRepository, UnansweredByGitError
from generator.github.tree_edits import FILE_MODE, Edits, Entry, Tree

_BUILT = "refs/inkmill/built"
_LARGEST_FILE_BYTES = 50_000_000


def files_of(repository: BareRepository, commit: str) -> Tree:
    """Every file of a commit by path; submodules are none."""
    rows = list_tree(repository, commit, deep=True)
    return {row.path: Entry(row.mode, row.object) for row in rows if row.mode != "160000"}


def content_of(repository: BareRepository, entry: Entry) -> bytes:
    """The bytes of a file; fetched now if only its name was before.

    Raises:
        MachineError: it is larger than anything of ours.
    """
    if int(repository.ask("cat-file", "-s", entry.blob)) > _LARGEST_FILE_BYTES:
        raise MachineError(
            "a file of the repository is too large to be looked at", mend="keep files below 50 MB, or use Git LFS"
        )
    return repository.ask("cat-file", "blob", entry.blob)


def fetch_contents(repository: BareRepository, entries: Iterable[Entry]) -> None:
    """Fetch in one go what would be fetched one by one where only names were fetched before."""
    blobs = sorted({entry.blob for entry in entries})
    words = (
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--filter=blob:none",
        "--stdin",
    )
    if blobs:
        # As git itself does it; a server that gives no single objects away is asked for each when it is needed.
        with suppress(UnansweredByGitError):
            repository.run("fetch", *words, "origin", feed="".join(f"{blob}\n" for blob in blobs).encode())


def commit_on(repository: BareRepository, parent: str, edits: Edits, message: str) -> str:
    """A commit that changes just these files; the same for the same parent, edits and message.

    It is dated like its parent: a clock would make another commit each time.
    """
    modes = {path: entry.mode for path, entry in files_of(repository, parent).items()}
    seconds = repository.run("log", "-1", "--format=%ct", parent).decode().strip()
    text = message.encode()
    with repository.feeding("fast-import", "--quiet", "--force", "--done") as pipe:
        pipe.write(f"commit {_BUILT}\ncommitter {IDENTITY} {seconds} +0000\ndata {len(text)}\n".encode())
        pipe.write(text + f"\nfrom {parent}\n".encode())
        # What goes first: a file may become a folder.
        for path, edit in sorted(edits.items(), key=lambda item: (item[1] is not None, item[0])):
            pipe.writelines(_told(path, edit, modes.get(path, FILE_MODE)))
        pipe.write(b"\ndone\n")
    return repository.run("rev-parse", _BUILT).decode().strip()


def _told(path: str, edit: Entry | bytes | None, mode: str) -> Iterator[bytes]:
    quoted = path.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    name = b'"' + quoted.replace(b"\n", b"\\n") + b'"'
    match edit:
        case None:
            yield b"D " + name + b"\n"
        case Entry():
            yield f"M {edit.mode} {edit.blob} ".encode() + name + b"\n"
        case _:
            yield f"M {mode} inline ".encode() + name + f"\ndata {len(edit)}\n".encode() + edit + b"\n"


def changes_of(repository: BareRepository, commit: str) -> frozenset[tuple[str, str, str]]:
    """What a commit changes: path, new mode and new blob (zeros where it goes)."""
    listed = repository.run("diff-tree", "-r", "-z", "--no-renames", "--raw", "--no-commit-id", commit)
    fields = iter(listed.decode(errors="surrogateescape").split("\0"))
    found = set()
    for facts in fields:
        if facts.startswith(":"):
            _, mode, _, blob, _ = facts.split(" ")
            found.add((next(fields), mode, blob))
    return frozenset(found)
