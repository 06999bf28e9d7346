"""A commit's files by path, and what a commit of ours changes among them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.errors import MachineError

FILE_MODE = "100644"
# GitHub takes no change of these from a workflow's token, and nobody should want to give it one that may.
WORKFLOWS = ".github/workflows/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree.

    Args:
        mode: as git writes it, such as ``100644``.
        blob: the object's full name in hexadecimal.
    """

    mode: str
    blob: str


Tree = Mapping[str, Entry]
Edits = Mapping[str, Entry | bytes | None]
"""Path to a file that is there already, to new content, or to None: it goes."""


def without_workflows(edits: Edits) -> Edits:
    """The same edits, held to leave the workflow files alone.

    Raises:
        MachineError: one of them would not.
    """
    wrong = sorted(path for path in edits if f"{path}/".startswith(WORKFLOWS))
    if wrong:
        raise MachineError(f"{wrong[0]} would be changed, which no workflow may do", mend="report this as a defect")
    return edits


def below(paths: Iterable[str], folders: Iterable[str]) -> list[str]:
    """Those paths that stand in one of the folders (named with a slash at the end), sorted."""
    starts = tuple(folders)
    return sorted(path for path in paths if path.startswith(starts))
