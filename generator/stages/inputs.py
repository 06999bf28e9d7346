"""What a build starts from: files with digests, settings, git, and which file is a source."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from generator.cache.codec import decode, encode
from generator.cache.state import InputRecord, State, known_digest
from generator.location import Location
from generator.model.problem import Problem, error, warning
from generator.model.request import BuildRequest
from generator.model.site import FileIndex
from generator.settings.values import Address, Settings, derive_address
from generator.sources.disk import ExcludeRules, Seen, Shelved, digest_of, list_tree, read_file
from generator.sources.git import GitFacts, dated, mark_of, read_git, read_ignored
from generator.sources.published import engine_paths, is_secret, published_files
from generator.sources.shelves import ShelfRules, Shelving, shelve

CONFIG = "_config.yml"
_PEEK_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Listing:
    """The source directory as it was found.

    Args:
        at_ns: when the listing began.
        git_mark: see ``sources.git.mark_of``.
    """

    seen: tuple[Seen, ...]
    at_ns: int
    git_mark: str


def list_inputs(request: BuildRequest, at_ns: int, besides: Sequence[Path] = ()) -> Listing:
    """Every file below the source, output and store apart.

    Args:
        besides: further folders that are not the author's, absolute.
    """
    apart = (request.output, request.cache, *besides)
    inside = (folder for folder in apart if folder != request.source and folder.is_relative_to(request.source))
    folders = frozenset(folder.relative_to(request.source).as_posix() for folder in inside)
    seen = list_tree(request.source, excluded=ExcludeRules(folders))
    return Listing(seen, at_ns, mark_of(request.source))


class Digests:
    """SHA-256 of files by path; a file that looks as it did last time is not read again."""

    def __init__(self, request: BuildRequest, listing: Listing, state: State | None) -> None:
        self._source = request.source
        self._state = state
        self._seen = {seen.path: seen for seen in listing.seen if seen.fault is None}
        self._known: dict[str, str | None] = {}

    def __call__(self, path: str) -> str | None:
        """The digest, or None when there is no such file."""
        if path not in self._known:
            seen = self._seen.get(path)
            self._known[path] = None if seen is None else self._digest(seen)
        return self._known[path]

    def size_of(self, path: str) -> int:
        """Bytes on disk; 0 when there is no such file."""
        seen = self._seen.get(path)
        return 0 if seen is None else seen.size

    def _digest(self, seen: Seen) -> str | None:
        return known_digest(self._state, seen.path, seen.size, seen.mtime_ns) or digest_of(self._source, seen.path)

    def records(self) -> Mapping[str, InputRecord]:
        """What the next build will compare with; digests nobody asked for are carried over or left out."""
        return {
            path: InputRecord(
                seen.size,
                seen.mtime_ns,
                self._known.get(path) or known_digest(self._state, path, seen.size, seen.mtime_ns) or "",
            )
            for path, seen in self._seen.items()
        }


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a build knows before it has read a document.

    Args:
        digests: of any file in the listing.
        files: what may be linked to, and what is published in any case.
        readable: files a document may ask for.
        is_nbdev: the repository is an nbdev project.
    """

    listing: Listing
    digests: Digests
    settings: Settings
    settings_digest: str
    address: Address
    git: GitFacts
    shelving: Shelving
    sources: tuple[Shelved, ...]
    files: FileIndex
    readable: frozenset[str]
    is_nbdev: bool
    problems: tuple[Problem, ...]

    def size_of(self, path: str) -> int:
        """Bytes on disk, roughly what it costs to read."""
        return self.digests.size_of(path)

    def digest_if_readable(self, path: str) -> str | None:
        """What a document that asks for path would be told, as a digest."""
        return self.digests(path) if path in self.readable else None


def look(request: BuildRequest, listing: Listing, state: State | None) -> Inputs | tuple[Problem, ...]:
    """The inputs of a build, or the errors in _config.yml that stop it."""
    digests = Digests(request, listing, state)
    if lost := _lost_config(listing, digests):
        return (lost,)
    digest = digests(CONFIG) or ""
    settings, problems = _settings(request, digest, state)
    if settings is None:
        return problems
    git = _git(request, listing, state)

    def peek(path: str) -> bytes:
        try:
            with request.source.joinpath(path).open("rb") as file:
                return file.read(_PEEK_BYTES)
        except OSError:
            return b""

    paths = [seen.path for seen in listing.seen if seen.fault is None]
    engine = engine_paths(paths)
    rules = ShelfRules(settings.is_old_blog, settings.exclude, settings.include, engine)
    usable = tuple(seen for seen in listing.seen if seen.path not in git.ignored and not is_secret(seen.target))
    shelving = shelve(usable, rules=rules, peek=peek)
    files = published_files(usable, shelving=shelving, ignored=git.ignored, rules=rules, peek=peek)
    cname = _cname(request, paths)
    address = _address(request, settings, git, cname)
    return Inputs(
        listing=listing,
        digests=digests,
        settings=settings,
        settings_digest=digest,
        address=address,
        git=git,
        shelving=shelving,
        sources=dated(shelving.sources, git),
        files=files,
        readable=files.linkable | {source.path for source in shelving.sources},
        is_nbdev=_is_nbdev(request, paths),
        problems=(*problems, *_wrong_domain(request, address, cname), *shelving.problems),
    )


def _lost_config(listing: Listing, digests: Digests) -> Problem | None:
    """A _config.yml that is there and cannot be read: without it every address might be another."""
    there = next((seen for seen in listing.seen if seen.path == CONFIG), None)
    if there is None or (there.fault is None and digests(CONFIG) is not None):
        return None
    why = "this file cannot be read" if there.fault is None else f"this is {there.fault.value}"
    return error("settings", why, Location(CONFIG), "make it a file of its own that you may read")


def _settings(request: BuildRequest, digest: str, state: State | None) -> tuple[Settings | None, tuple[Problem, ...]]:
    if state is not None and state.settings and state.settings_digest == digest:
        remembered = decode(state.settings, RememberedSettings)
        if remembered is not None:
            return remembered.settings, remembered.problems
    from generator.settings.read import read_settings

    if not digest:
        return read_settings(None)
    return read_settings(read_file(request.source, CONFIG).decode("utf-8-sig", errors="replace"))


@dataclass(frozen=True, slots=True)
class RememberedSettings:
    """Settings with the warnings that reading them gave."""

    settings: Settings
    problems: tuple[Problem, ...]


def remember_settings(inputs: Inputs) -> bytes:
    """The settings for the next build's state."""
    problems = tuple(p for p in inputs.problems if p.at is not None and p.at.file == CONFIG)
    return encode(RememberedSettings(inputs.settings, problems))


def _git(request: BuildRequest, listing: Listing, state: State | None) -> GitFacts:
    """What git says; asked again only when its head, its branches or the set of files has changed."""
    if state is not None and state.git and state.git_mark == listing.git_mark and listing.git_mark:
        facts = decode(state.git, GitFacts)
        if facts is not None:
            is_same_set = state.inputs.keys() == {seen.path for seen in listing.seen if seen.fault is None}
            is_same_rule = all(
                known_digest(state, seen.path, seen.size, seen.mtime_ns) or not seen.path.endswith(".gitignore")
                for seen in listing.seen
            )
            return facts if is_same_set and is_same_rule else replace(facts, ignored=read_ignored(request.source))
    return read_git(request.source) if listing.git_mark else GitFacts()


def _cname(request: BuildRequest, paths: Sequence[str]) -> str:
    if "CNAME" not in paths:
        return ""
    return read_file(request.source, "CNAME").decode(errors="replace").strip().split("\n")[0].strip()


def _wrong_domain(request: BuildRequest, address: Address, cname: str) -> Iterator[Problem]:
    """The setup writes the address down, and a CNAME that comes later does not change it."""
    host = urlsplit(address.url).hostname or ""
    is_elsewhere = host.removeprefix("www.") != cname.lower().removeprefix("www.")
    if not cname or request.url is not None or not (is_elsewhere or address.baseurl):
        return
    said = f"the domain is `{cname}`, and links lead to {address.url}{address.baseurl}/ as _config.yml says"
    yield warning(
        "settings", said, Location("CNAME"), f"write `url: https://{cname}` there, and `baseurl:` with nothing"
    )


def _address(request: BuildRequest, settings: Settings, git: GitFacts, cname: str) -> Address:
    remote = f"{git.remote.owner}/{git.remote.name}" if git.remote else ""
    return derive_address(settings, repository=request.repository or remote, cname=cname)


def _is_nbdev(request: BuildRequest, paths: Sequence[str]) -> bool:
    marks = (("pyproject.toml", b"[tool.nbdev"), ("settings.ini", b"lib_name"))
    return any(name in paths and mark in read_file(request.source, name) for name, mark in marks)


def content_of(request: BuildRequest, path: str) -> bytes | None:
    """The bytes of a file of the source directory; None when there is none that can be read."""
    try:
        return request.source.joinpath(path).read_bytes()
    except OSError:
        return None


def digest_of_text(*parts: str) -> str:
    """One key for several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
