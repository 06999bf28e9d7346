"""What a newer release of the engine changes in a blog: never a file that somebody changed, never a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generator.github.engine_pin import FILE as ENGINE
from generator.github.tree_edits import WORKFLOWS, Entry, Tree

# What of the template stands in a blog without the engine: path there to path in the template.
_CONTENT_ONLY = MappingProxyType(
    {
        ".github/LICENSE": "LICENSE",
        ".gitignore": ".gitignore",
        "Makefile": "templates/repository/Makefile",
        "requirements-github.lock": "requirements-github.lock",
        "requirements.lock": "requirements.lock",
    }
)
# What the setup made a blog's own; in a blog with the engine everything else is the template's.
_THEIRS = (
    *("_notebooks/", "_posts/", "_pages/", "_word/", "_drafts/", "_wandb/", "images/", "data/", WORKFLOWS),
    *("_config.yml", "README.md", "LICENSE", "action.yml", "wandb/action.yml", ENGINE),
)


@dataclass(frozen=True, slots=True)
class WorkflowChange:
    """A workflow file that a release changes, for a person to copy.

    Args:
        entry: in the release; None where it is gone.
        is_there: the blog has such a file.
        is_changed: the blog's file is not the one of the release it has.
    """

    path: str
    entry: Entry | None
    is_there: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A release, held against a blog.

    Args:
        edits: path to the release's file, or to None: it is gone there. Without ``engine.txt``.
        left: files that the release changes and somebody changed, too.
    """

    edits: Mapping[str, Entry | None]
    left: tuple[str, ...]
    workflows: tuple[WorkflowChange, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Files of the release whose contents are needed."""
        workflows = (change.entry for change in self.workflows)
        return tuple(entry for entry in (*self.edits.values(), *workflows) if entry is not None)


def plan_upgrade(ours: Tree, base: Tree, new: Tree) -> Upgrade:
    """What to take over from the template.

    Args:
        base: the template at the commit that the blog has.
        new: the template at the release.
    """
    edits: dict[str, Entry | None] = {}
    left: list[str] = []
    for path, source in sorted(_followed(ours, base, new).items()):
        mine, before, after = ours.get(path), base.get(source), new.get(source)
        was_thrown_out = mine is None and before is not None
        if after in (before, mine) or was_thrown_out:
            continue
        if mine == before:
            edits[path] = after
        else:
            left.append(path)
    return Upgrade(MappingProxyType(edits), tuple(left), tuple(_workflows(ours, base, new)))


def is_content_only(tree: Tree) -> bool:
    """Whether the engine is installed, not kept in the repository."""
    return not any(path.startswith("generator/") for path in tree)


def _followed(ours: Tree, base: Tree, new: Tree) -> Mapping[str, str]:
    if is_content_only(ours):
        return _CONTENT_ONLY
    return {path: path for path in {*base, *new} if not path.startswith(_THEIRS)}


def _workflows(ours: Tree, base: Tree, new: Tree) -> list[WorkflowChange]:
    paths = sorted(path for path in {*base, *new} if path.startswith(WORKFLOWS))
    return [
        WorkflowChange(path, new.get(path), path in ours, ours.get(path) != base.get(path))
        for path in paths
        if new.get(path) != base.get(path)
        and new.get(path) != ours.get(path)
        # One that somebody threw out is not missed.
        and (path in ours or path not in base)
    ]
