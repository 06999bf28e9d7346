"""What git says of the source directory: remote, branch, commits of each file, what it ignores."""

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.sources.disk import Shelved
from generator.sources.git_log import Commits, LogReader
from generator.sources.git_remote import Remote, remote_of

# A hostile repository's own settings must not make git start a program or open a connection.
_SAFE = (
    "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.pager=cat -c core.quotePath=false "
    "-c core.untrackedCache=false -c log.showSignature=false -c log.showRoot=true -c log.follow=false "
    "-c log.diffMerges=off -c diff.external= -c diff.orderFile=/dev/null -c safe.directory=*"
).split()
# Far more than any blog has; a monorepo's history need not be read to its end for the dates of its posts.
_MOST_COMMITS = 50_000
_LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ignored:
    """What git ignores.

    Args:
        files: posix paths relative to the source directory.
        folders: the same, whole folders, with a slash at the end.
    """

    files: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and (path in self.files or (bool(self.folders) and path.startswith(self.folders)))


@dataclass(frozen=True, slots=True)
class GitFacts:
    """Everything git knows that a build asks for; empty outside a repository.

    Args:
        head: hash of the commit; empty before the first one.
        branch: checked out; empty on a detached head.
        default_branch: of the remote where it is known, else ``main`` or ``master`` where there is one.
        remote: None when there is none.
        subfolder: where the source directory lies in the repository, posix; empty for its top.
        is_shallow: history was cut off, so that first commits may be unknown.
        commits: by path relative to the source directory.
    """

    is_repository: bool = False
    head: str = ""
    branch: str = ""
    default_branch: str = ""
    remote: Remote | None = None
    subfolder: str = ""
    is_shallow: bool = False
    commits: Mapping[str, Commits] = field(default_factory=dict)
    ignored: Ignored = field(default_factory=Ignored)


def read_git(source: Path) -> GitFacts:
    """All that git says; the four questions run side by side."""
    questions = (
        ("rev-parse", "--show-prefix", "--is-shallow-repository", "--git-path", "shallow"),
        ("for-each-ref", "--format=%(refname)%09%(symref)%09%(HEAD)%09%(objectname)", *_BRANCHES),
        ("config", "--null", "--get-regexp", r"^remote\..*\.url$"),
        _IGNORED,
    )
    asked = [_ask(source, question) for question in questions]
    history = _ask(source, _history())
    places, refs, remotes, ignored = (_answer(process) for process in asked)
    # An empty top line is a prefix, so only None says that this is no repository.
    if places is None or ignored is None or (found := _ignored(ignored)) is None:
        _answer(history)
        return GitFacts()
    prefix, is_shallow, shallow_file = [*places.decode(errors="replace").split("\n"), "", "", ""][:3]
    cut = _cut_commits(source / shallow_file) if is_shallow == "true" else frozenset()
    log = _answer(history)
    head, branch, default_branch = _branches((refs or b"").decode(errors="replace"), _head_of(source))
    return GitFacts(
        is_repository=True,
        head=head,
        branch=branch,
        default_branch=default_branch,
        remote=remote_of((remotes or b"").decode(errors="replace")),
        subfolder=prefix.rstrip("/"),
        is_shallow=is_shallow == "true",
        commits=LogReader(cut).read(log or b""),
        ignored=found,
    )


def read_ignored(source: Path) -> Ignored:
    """What git ignores now; everything else of GitFacts may be remembered while ``mark_of`` stays the same."""
    answer = _answer(_ask(source, _IGNORED))
    return (_ignored(answer) if answer is not None else None) or Ignored()


def dated(shelved: Sequence[Shelved], facts: GitFacts) -> tuple[Shelved, ...]:
    """The sources with their first and last commit."""
    return tuple(
        item
        if (commits := facts.commits.get(item.path)) is None
        else replace(item, first_commit=commits.first, last_commit=commits.last)
        for item in shelved
    )


_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
_BRANCHES = ("refs/heads", "refs/remotes/origin/HEAD")


def _history() -> tuple[str, ...]:
    return (
        *("log", "-z", "--format=%x01%H %aI", "--name-status", "--relative", "--find-renames", "-l100"),
        *("--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", f"--max-count={_MOST_COMMITS}", "--", "."),
    )


def _ask(source: Path, words: Iterable[str]) -> "subprocess.Popen[bytes] | None":
    try:
        return subprocess.Popen(
            ["git", *_SAFE, *words],
            cwd=source,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _environment() -> dict[str, str]:
    # GIT_DIR and its kin are set inside hooks and would answer for another repository.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # Of a partial clone git would otherwise fetch what is missing: a build opens no connection.
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _answer(process: "subprocess.Popen[bytes] | None") -> bytes | None:
    if process is None:
        return None
    try:
        answer, _ = process.communicate(timeout=_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return answer if process.returncode == 0 else None


def _ignored(answer: bytes) -> Ignored | None:
    """None when git ignores the whole source directory: then it is not the repository's."""
    paths = [path.decode(errors="replace") for path in answer.split(b"\0") if path]
    if "./" in paths:
        return None
    return Ignored(
        frozenset(path for path in paths if not path.endswith("/")),
        tuple(sorted(path for path in paths if path.endswith("/"))),
    )


def _cut_commits(shallow_file: Path) -> frozenset[str]:
    """Commits whose parents are missing: all their files look new."""
    try:
        return frozenset(shallow_file.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return frozenset()


def _branches(refs: str, detached: str) -> tuple[str, str, str]:
    """Head, current branch, default branch."""
    head, branch, remote_default, names = detached, "", "", set[str]()
    for line in refs.splitlines():
        name, symref, mark, commit = [*line.split("\t"), "", "", ""][:4]
        if name == "refs/remotes/origin/HEAD":
            remote_default = symref.removeprefix("refs/remotes/origin/")
            continue
        names.add(name.removeprefix("refs/heads/"))
        if mark == "*":
            head, branch = commit, name.removeprefix("refs/heads/")
    usual = next((name for name in ("main", "master") if name in names), branch)
    return head, branch, remote_default or usual


def mark_of(source: Path) -> str:
    """A digest of where git keeps its head, branches, remotes and ignore rules; empty outside a repository.

    Rules within the source directory are files of the listing.

    No program is started: an unchanged build asks this and must end in milliseconds.
    """
    folder = _git_folder(source)
    if folder is None:
        return ""
    # Two blogs of one repository may share a store, and see other files of the same commits.
    digest = hashlib.sha256(_place_in_repository(source).encode(errors="replace"))
    head = _text(folder / "HEAD")
    common = folder / (_text(folder / "commondir").strip() or ".")
    reference = head.removeprefix("ref:").strip()
    files = [common / name for name in ("config", "packed-refs", "shallow", "info/exclude", "refs/remotes/origin/HEAD")]
    files += [above / ".gitignore" for above in source.absolute().parents[: _depth(source)]]
    if reference.startswith("refs/") and ".." not in reference:
        files += [folder / reference, common / reference, common / "refs/remotes/origin" / Path(reference).name]
    for text in (head, *map(_text, files)):
        digest.update(f"{len(text)}\0{text}".encode(errors="replace"))
    return digest.hexdigest()


def _head_of(source: Path) -> str:
    """The commit of a detached head; empty on a branch."""
    folder = _git_folder(source)
    head = _text(folder / "HEAD").strip() if folder is not None else ""
    return "" if head.startswith("ref:") else head


def _place_in_repository(source: Path) -> str:
    """The source directory's path from the folder that holds ``.git``."""
    place = source.absolute()
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), place)
    return place.relative_to(top).as_posix()


def _depth(source: Path) -> int:
    """How many folders of the repository lie above the source directory."""
    return len(Path(_place_in_repository(source)).parts)


def _git_folder(source: Path) -> Path | None:
    for folder in (source, *source.absolute().parents):
        place = folder / ".git"
        if place.is_dir():
            return place
        if place.is_file():
            written = _text(place).removeprefix("gitdir:").strip()
            return folder / written if written else None
    return None


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
