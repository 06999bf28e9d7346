"""Releases of the template: the newest, whether it is newer than what a blog has, and what changed in between."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.errors import ContentError, MachineError
from generator.github.api import GitHub
from generator.github.commits import content_of, fetch_contents, files_of
from generator.github.engine_pin import FILE, EnginePin
from generator.github.git import BareRepository
from generator.github.tree_edits import Entry, Tree
from generator.location import Location

_TAG = re.compile(r"v?[0-9][0-9A-Za-z.+-]{0,60}")
_HEAD, _RELEASE = "refs/inkmill/head", "refs/inkmill/release"
FRAGMENTS = "changelog.d/"


@dataclass(frozen=True, slots=True)
class Newer:
    """A release that a blog does not have yet.

    Args:
        base: the template's files at the commit the blog has.
        new: at the release.
        changelog: what changed in between, a text for each change, the oldest first.
    """

    commit: str
    base: Tree
    new: Tree
    changelog: tuple[str, ...]


def newest_tag(github: GitHub, template: str) -> str | None:
    """The tag of the newest release that is none for trying out; None while there is none."""
    said = github.get_or_none(f"/repos/{template}/releases/latest")
    tag = said.get("tag_name") if isinstance(said, Mapping) else None
    if tag is None:
        return None
    if not isinstance(tag, str) or not _TAG.fullmatch(tag) or ".." in tag:
        raise MachineError("the newest release of the engine has a tag that is no version", mend="tell its makers")
    return tag


def look_for_newer(repository: BareRepository, pin: EnginePin, tag: str) -> Newer | None:
    """The release tag, if the blog's commit does not hold it already.

    Args:
        repository: of the template.

    Raises:
        ContentError: the template has no such commit as engine.txt names.
        RefusedError: the template cannot be read.
    """
    words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "origin")
    repository.ask("fetch", *words, f"+HEAD:{_HEAD}", f"+refs/tags/{tag}:{_RELEASE}")
    _check_known(repository, pin)
    commit = repository.run("rev-parse", f"{_RELEASE}^{{commit}}").decode().strip()
    if repository.run("rev-list", "--count", f"{pin.commit}..{commit}").decode().strip() == "0":
        return None
    return Newer(
        commit, files_of(repository, pin.commit), files_of(repository, commit), _changelog(repository, pin, commit)
    )


def _check_known(repository: BareRepository, pin: EnginePin) -> None:
    # Asking for the object itself would send git out for it.
    if pin.commit not in repository.run("rev-list", _HEAD, _RELEASE).decode().split():
        raise ContentError(
            f"{pin.url} has no commit {pin.commit[:12]} on its way to its newest release",
            at=Location(FILE, line=1),
            mend="name a commit of its default branch",
        )


def _changelog(repository: BareRepository, pin: EnginePin, commit: str) -> tuple[str, ...]:
    words = ("log", "--reverse", "--format=", "--raw", "-z", "-m", "--no-renames", "--no-abbrev", "--diff-filter=AM")
    listed = repository.run(*words, f"{pin.commit}..{commit}", "--", FRAGMENTS)
    fields = iter(listed.decode(errors="surrogateescape").split("\0"))
    newest: dict[str, Entry] = {}
    for field in fields:
        facts = field.lstrip("\n")
        if facts.startswith(":"):
            _, mode, _, blob, _ = facts.split(" ")
            path = next(fields)
            if path.endswith(".md") and not path.endswith("/README.md"):
                newest[path] = Entry(mode, blob)
    fetch_contents(repository, newest.values())
    texts = (content_of(repository, entry).decode("utf-8", "replace").strip() for entry in newest.values())
    return tuple(text for text in texts if text)
