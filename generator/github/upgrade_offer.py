"""The upgrade pull request in words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from generator.github.engine_pin import EnginePin
from generator.github.offers import Offer
from generator.github.repository_facts import RepositoryFacts
from generator.github.repository_templates import filled
from generator.github.said import code_span, fenced
from generator.github.tree_edits import Entry
from generator.github.upgrade import Upgrade, WorkflowChange

KIND = "upgrade"
BRANCH = "inkmill/upgrade"
# Together they have to fit into the body of a pull request, 65,536 characters, with all that is said beside them.
_MOST_WORKFLOW_CHARACTERS = 45_000
_MOST_CHANGELOG_CHARACTERS = 8_000
_MOST_NAMES = 50
# Names and numbers in the engine's own changelog are its makers', and call nobody here.
_CALLS = re.compile(r"([@#])(?=\w)")


@dataclass(frozen=True, slots=True)
class Release:
    """Where an upgrade leads.

    Args:
        page: of the template's repository.
        pin: at the release.
        before: the commit that the blog has.
    """

    tag: str
    page: str
    pin: EnginePin
    before: str

    @property
    def compare_url(self) -> str:
        """What changed in the template in between."""
        return f"{self.page}/compare/{self.before}...{self.pin.commit}"


def upgrade_offer(
    release: Release,
    upgrade: Upgrade,
    facts: RepositoryFacts,
    changelog: Iterable[str],
    read_new: Callable[[Entry], bytes],
) -> Offer:
    """Title and text: what is new, what was left alone, and which workflow files a person has to copy.

    Args:
        read_new: content of a file of the release.
    """
    text = filled(
        "upgrade-pull-request.md",
        tag=release.tag,
        release_url=f"{release.page}/releases/tag/{quote(release.tag)}",
        base=release.before[:12],
        compare_url=release.compare_url,
        warning=_warning(upgrade),
        changelog=_changelog(changelog, release),
        left=_left(upgrade, release),
        workflows=_workflows(upgrade.workflows, release, facts, read_new),
    )
    return Offer(KIND, BRANCH, f"Upgrade inkmill to {release.tag}", text, release.tag)


def _warning(upgrade: Upgrade) -> str:
    if not any(path.startswith(("generator/", "templates/")) for path in upgrade.left):
        return ""
    return (
        "\n> [!WARNING]\n> You changed files of the engine that this release changes, too. They stay as they are, so "
        "after merging the engine is a mixture. See below which, and mend them on this branch first.\n"
    )


def _changelog(changelog: Iterable[str], release: Release) -> str:
    items = [_item(_CALLS.sub("\\1\u200b", text)) for text in changelog]
    if not items:
        return f"Its makers wrote nothing down; [the comparison]({release.compare_url}) has every change."
    shown: list[str] = []
    while items and sum(map(len, shown)) + len(items[0]) < _MOST_CHANGELOG_CHARACTERS:
        shown.append(items.pop(0))
    return "\n".join([*shown, *([f"- … and {len(items)} more"] if items else [])])


def _item(text: str) -> str:
    return "- " + "\n  ".join(text.splitlines())


def _left(upgrade: Upgrade, release: Release) -> str:
    if not upgrade.left:
        return ""
    lines = [f"- {code_span(path)}" for path in upgrade.left[:_MOST_NAMES]]
    if len(upgrade.left) > _MOST_NAMES:
        lines.append(f"- … and {len(upgrade.left) - _MOST_NAMES} more")
    lock = (
        "\n\nYour lock file holds packages of your own: say `make lock` on this branch, so that it has what the new "
        "engine needs."
        if "requirements.lock" in upgrade.left
        else ""
    )
    return (
        f"\n## Left as you have it\n\nThe release changes these, and so did you. "
        f"[The comparison]({release.compare_url}) shows what changed in them; take over what you like.\n\n"
        + "\n".join(lines)
        + lock
        + "\n"
    )


def _workflows(
    changes: Iterable[WorkflowChange], release: Release, facts: RepositoryFacts, read_new: Callable[[Entry], bytes]
) -> str:
    parts: list[str] = []
    room = _MOST_WORKFLOW_CHARACTERS
    for change in changes:
        text = fenced(read_new(change.entry).decode("utf-8", "replace").strip(), "yaml") if change.entry else ""
        has_room = len(text) < room
        room -= len(text) if has_room else 0
        parts.append(_workflow(change, release, facts, text if has_room else ""))
    if not parts:
        return ""
    return (
        "\n## Workflow files\n\nNo workflow may change these, so it takes your hand: open each, put the new text in, "
        "commit.\n\n" + "\n\n".join(parts) + "\n"
    )


def _workflow(change: WorkflowChange, release: Release, facts: RepositoryFacts, text: str) -> str:
    branch, path = quote(facts.default_branch, safe="/"), quote(change.path)
    if change.entry is None:
        return f"**{code_span(change.path)}** is gone: [delete it]({facts.url}/delete/{branch}/{path})."
    do = (
        f"[edit it]({facts.url}/edit/{branch}/{path})"
        if change.is_there
        else f"it is new: [make it]({facts.url}/new/{branch}?filename={path})"
    )
    mind = f" You changed it, so mind [the differences]({release.compare_url})." if change.is_changed else ""
    head = f"**{code_span(change.path)}**: {do}.{mind if change.is_there else ''}"
    if not text:
        return f"{head} Its new text is [here]({release.page}/blob/{release.pin.commit}/{path})."
    return f"{head}\n\n<details><summary>Its new text</summary>\n\n{text}\n\n</details>"
