"""A requirements file with the files it names, as one text that says everything."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from generator.errors import ContentError
from generator.execution.lock_files import LOCK_FILES, normal_name
from generator.location import Location

Read = Callable[[str], bytes | None]
"""The content of a file by its path relative to the source directory; None when there is none."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an environment is made of.

    Args:
        text, constraints: files for an installer, without ``-r`` and ``-c``.
        names: of the required packages, normalised.
        is_hashed: every package must come with a hash.
        variables: names of environment variables that addresses mention as ``${NAME}``.
    """

    text: str
    constraints: str = ""
    names: frozenset[str] = frozenset()
    is_hashed: bool = False
    variables: frozenset[str] = frozenset()


def whole_requirements(content: bytes, *, name: str, read: Read) -> Requirements:
    """What content requires, with every file it names by ``-r`` and ``-c`` put in its place.

    Local folders and archives are refused: an environment is kept by what its requirements say, and they do not say
    what is in a folder.

    Args:
        name: the file's path relative to the source directory; others are relative to it.

    Raises:
        ContentError: a line that cannot stand in an environment of its own, or names no file.
    """
    base = name.rpartition("/")[2]
    is_other = base in LOCK_FILES and not base.startswith("requirements")
    if is_other or base.endswith((".toml", ".yml", ".yaml", ".json", ".py", ".cfg")):
        raise ContentError(
            "an environment is made from a requirements file, and this is none",
            at=Location(name),
            mend="write one (`uv export --format requirements-txt`, `pip freeze`) and name it in `environment:`",
        )
    reader = _Reader(read)
    reader.add(name, content, is_constraint=False)
    text = "\n".join(reader.lines)
    return Requirements(
        "".join(f"{line}\n" for line in reader.lines),
        "".join(f"{line}\n" for line in reader.constraints),
        frozenset(normal_name(found[0]) for line in reader.lines if (found := _NAME.match(line))),
        "--hash" in text or "--require-hashes" in reader.lines,
        frozenset(_VARIABLE.findall(text)),
    )


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_FILE = re.compile(r"(?:(-r)|(-c)|(--requirement)|(--constraint))(?:\s*=\s*|\s+|(?<=-[rc]))(.+)")
_LINKS = re.compile(r"(?:-f|--find-links)[\s=]\s*(?!\w+://)")
_EDITABLE = re.compile(r"-e\b|--editable\b")
_LOCAL = re.compile(
    r"\.{0,2}[/\\]|\.{1,2}$|~[/\\]|[A-Za-z]:[/\\]|file:|\S+\s*@\s*(?:file:|\.{0,2}/)|(?!\S+://)\S+\.(?:whl|zip|tar\.gz|tgz)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Reader:
    """Reads files one after the other."""

    read: Read
    lines: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def add(self, file: str, content: bytes, *, is_constraint: bool) -> None:
        if (file, is_constraint) in self.seen:
            return
        self.seen.add((file, is_constraint))
        for number, line in _logical_lines(content, file):
            at = Location(file, line=number)
            if found := _FILE.match(line):
                self._add_named(
                    found[5].strip().strip("'\""), at, is_constraint=is_constraint or not (found[1] or found[3])
                )
                continue
            _refuse_local(line, at)
            (self.constraints if is_constraint else self.lines).append(line)

    def _add_named(self, named: str, at: Location, *, is_constraint: bool) -> None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(at.file), named.replace("\\", "/")))
        is_ours = "://" not in named and not path.startswith(("../", "/"))
        content = self.read(path) if is_ours else None
        if content is None:
            raise ContentError(
                f"`{_shown(named)}` is no file of this repository",
                at=at,
                mend="name one, relative to the file that names it",
            )
        self.add(path, content, is_constraint=is_constraint)


def _shown(named: str) -> str:
    return re.sub(r"(?<=://)[^\s]*@", "…@", named)


def _logical_lines(content: bytes, file: str) -> Iterator[tuple[int, str]]:
    """(number of the first line, text) without comments, of what continues after a backslash as one."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ContentError("the file is not UTF-8", at=Location(file), mend="save it as UTF-8") from None
    first = 1
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not parts:
            first = number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment and number < len(lines):
            parts.append(line[:-1].strip())
            continue
        parts.append(re.sub(r"(?:^|\s)#.*", "", line.removesuffix("\\")).strip())
        text = " ".join(part for part in parts if part)
        parts = []
        if text:
            yield first, text


def _refuse_local(line: str, at: Location) -> None:
    if _EDITABLE.match(line):
        raise ContentError(
            "an environment of a post holds nothing editable",
            at=at,
            mend="name a release, or put the module beside the notebook, where it is found and watched",
        )
    if _LINKS.match(line) or _LOCAL.match(line):
        raise ContentError(
            "an environment of a post is not made from local files, whose content its requirements do not say",
            at=at,
            mend="name a release, or put the module beside the notebook, where it is found and watched",
        )
