"""The repository a blog was made from: what ever stood in it, and which of its commits is the engine a blog has."""

from collections.abc import Iterator

from generator.github.commits import files_of
from generator.github.context import RunContext
from generator.github.engine_pin import EnginePin
from generator.github.git import BareRepository, Remote, bare_repository
from generator.github.repository_setup import Template
from generator.github.tree_edits import Tree

_HEAD = "refs/inkmill/head"
# What has to be the same for two commits to hold the same engine: its code, and what is installed with it.
_ENGINE = ("generator/", "templates/")
_LOCKS = ("requirements.lock", "requirements-github.lock")
# Deeper than the newest commits no blog that is set up now can have begun.
_MOST_COMMITS = 1_000


def template_remote(context: RunContext, repository: str) -> Remote:
    """The template on the blog's own server, ``owner/name``."""
    url = f"{context.server_url}/{repository}"
    return Remote(f"{url}.git", context.server_url, context.token, context.retry_seconds)


def read_template(remote: Remote, tree: Tree) -> Template:
    """The template as its own history tells it.

    Args:
        tree: of the blog, whose engine is looked for. A blog that changed it, or that is far behind, gets the head.

    Raises:
        RefusedError: it cannot be read.
    """
    with bare_repository(remote) as repository:
        words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")
        repository.ask("fetch", *words, "origin", f"+HEAD:{_HEAD}")
        known = frozenset(_ever_held(repository))
        commit = _same_engine(repository, tree) or repository.run("rev-parse", _HEAD).decode().strip()
    return Template(EnginePin(remote.url.removesuffix(".git"), commit), known)


def _ever_held(repository: BareRepository) -> Iterator[tuple[str, str]]:
    """Path and blob of every file that a commit of the history brought."""
    words = ("log", "--format=", "--raw", "-z", "-m", "--root", "--no-renames", "--no-abbrev", _HEAD)
    fields = iter(repository.run(*words).decode(errors="surrogateescape").split("\0"))
    for field in fields:
        facts = field.lstrip("\n")
        if facts.startswith(":"):
            _, mode, _, blob, _ = facts.split(" ")
            path = next(fields)
            if mode != "000000":
                yield path, blob


def _same_engine(repository: BareRepository, tree: Tree) -> str | None:
    """The newest commit that holds the engine of tree."""
    wanted = _engine_of(tree)
    paths = (*(folder.rstrip("/") for folder in _ENGINE), *_LOCKS)
    words = ("log", "--first-parent", f"--max-count={_MOST_COMMITS}", "--format=%H", _HEAD, "--", *paths)
    newest = _HEAD
    for commit in repository.run(*words).decode().split() if wanted else ():
        if _engine_of(files_of(repository, commit)) == wanted:
            return repository.run("rev-parse", newest).decode().strip()
        # The one before it still holds what this one changed.
        newest = f"{commit}^"
    return None


def _engine_of(tree: Tree) -> frozenset[tuple[str, str]]:
    return frozenset((path, entry.blob) for path, entry in tree.items() if path.startswith(_ENGINE) or path in _LOCKS)
