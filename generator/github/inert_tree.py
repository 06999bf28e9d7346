"""Whether a folder holds only what may be published: plain files with harmless names, not too many, not too large."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.errors import ContentError
from generator.formats.names import case_key, windows_trouble
from generator.github.plain_files import Entry, list_entries, quoted_name

_MEGABYTE = 1024 * 1024
# A walk ends here whatever the rules say: nobody waits for a folder that was filled to be slow.
_MOST_ENTRIES = 100_000
_MOST_NAMED = 5
# What git and every file system that it is checked out to can hold.
_LONGEST_NAME_BYTES = 250
_LONGEST_PATH_BYTES = 1_000
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
# What actions/upload-artifact takes no file with (its path-and-artifact-name-validation.ts).
_NOT_HANDED_OVER = re.compile(r'["*:<>?|]')
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SHORT_NAME_OF_GIT = re.compile(r"git~[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TreeRules:
    """What a tree may hold.

    Args:
        extensions: of files, without the dot and in lower case; None allows any.
        for_any_system: names that Windows cannot hold are refused, too.
        may_be_linked: files may have further names outside, as they have in the output folder of a build.
    """

    most_files: int
    most_bytes_each: int
    most_bytes: int
    extensions: frozenset[str] | None = None
    for_any_system: bool = True
    may_be_linked: bool = False


@dataclass(frozen=True, slots=True)
class InertTree:
    """A folder that was checked: sizes of its files in bytes by path, in the order of paths."""

    folder: Path
    sizes: dict[str, int]


# A site's URLs are older than the wish to check its branch out on Windows, so such names are published.
# GitHub takes no file of 100 MB, and Pages no site above 1 GB.
SITE_RULES = TreeRules(50_000, 95 * _MEGABYTE, 1024 * _MEGABYTE, for_any_system=False)

# What pages are made of, and what posts hand out: nothing that a browser would run as a page of its own but .html,
# which `render` made, and .svg.
PREVIEW_RULES = TreeRules(
    5_000,
    50 * _MEGABYTE,
    200 * _MEGABYTE,
    extensions=frozenset(
        """html css js mjs map json md txt xml atom rss ics webmanifest wasm
        png jpg jpeg gif webp avif svg ico bmp tif tiff mp4 webm mp3 ogg wav woff woff2 ttf otf
        ipynb docx pdf py r jl sql tex bib csv tsv jsonl geojson yml yaml toml xlsx ods parquet feather arrow npy npz
        zip gz pagefind pf_meta pf_index pf_fragment""".split()
    ),
)


def check_tree(folder: Path, rules: TreeRules) -> InertTree:
    """The files of folder, none of which was opened.

    Raises:
        ContentError: it breaks a rule; file and rule are named, and further files that break one.
        MachineError: it cannot be read.
    """
    sizes: dict[str, int] = {}
    faults: list[tuple[str, str]] = []
    spellings: dict[str, str] = {}
    for entry in list_entries(folder, _MOST_ENTRIES):
        faults.extend((entry.path, fault) for fault in _faults(entry, rules, spellings))
        sizes[entry.path] = entry.size
        if len(sizes) > rules.most_files:
            raise ContentError(f"there are more than {rules.most_files:,} files", mend="publish fewer files")
    if faults:
        raise _refusal(faults)
    if sum(sizes.values()) > rules.most_bytes:
        raise ContentError(
            f"all files together are larger than {rules.most_bytes // _MEGABYTE:,} MB",
            mend="keep large data elsewhere, and link to it",
        )
    return InertTree(folder, dict(sorted(sizes.items())))


def _faults(entry: Entry, rules: TreeRules, spellings: dict[str, str]) -> Iterator[str]:
    if entry.irregular:
        yield entry.irregular
    elif entry.links > 1 and not rules.may_be_linked:
        yield "is a hard link"
    if fault := name_fault(entry.path, for_any_system=rules.for_any_system):
        yield fault
    elif twin := _other_spelling(entry.path, spellings):
        yield f"is {quoted_name(twin)} for systems that do not tell cases apart"
    if entry.size > rules.most_bytes_each:
        yield f"is larger than {rules.most_bytes_each // _MEGABYTE} MB"
    if rules.extensions is not None and not _is_allowed(entry.path, rules.extensions):
        yield "is of a kind that no preview holds"


def name_fault(path: str, *, for_any_system: bool = True) -> str | None:
    """Why no file of a published tree may have this path, as in "has a name that …"; None if it may.

    >>> name_fault("posts/.git/config"), name_fault("posts/a/index.html")
    ('has a name that git keeps for itself', None)
    """
    if _CONTROL.search(path) or "\\" in path:
        return "has a name with a character that no file name should have"
    if found := _NOT_HANDED_OVER.search(path):
        return f"has a name with `{found[0]}`, with which no job can hand it to another"
    if _TURNING.search(path):
        return "has a name with a character that turns text round"
    if path != unicodedata.normalize("NFC", path):
        return "has a name that is not in Unicode's composed form (NFC)"
    segments = path.split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        return "has a path that leads elsewhere"
    if any(len(segment.encode()) > _LONGEST_NAME_BYTES for segment in segments):
        return f"has a name of more than {_LONGEST_NAME_BYTES} bytes"
    if len(path.encode()) > _LONGEST_PATH_BYTES:
        return f"has a path of more than {_LONGEST_PATH_BYTES:,} bytes"
    if any(_is_of_git(segment) for segment in segments):
        return "has a name that git keeps for itself"
    if path != ".nojekyll" and any(segment.startswith(".") for segment in path.removeprefix(".well-known/").split("/")):
        return "has a name that begins with a dot"
    if for_any_system and windows_trouble(path):
        return "has a name that Windows cannot hold"
    return None


def _is_of_git(segment: str) -> bool:
    # macOS does not see characters such as the zero-width joiner, Windows no dots and spaces at the end.
    seen = "".join(char for char in segment if unicodedata.category(char) != "Cf").rstrip(". ").casefold()
    return seen.partition(":")[0] == ".git" or bool(_SHORT_NAME_OF_GIT.fullmatch(seen))


def _other_spelling(path: str, spellings: dict[str, str]) -> str | None:
    """An earlier file or folder that differs from one of path's in nothing but case."""
    segments = path.split("/")
    for depth in range(1, len(segments) + 1):
        here = "/".join(segments[:depth])
        first = spellings.setdefault(case_key(here), here)
        if first != here:
            return first
    return None


def _is_allowed(path: str, extensions: frozenset[str]) -> bool:
    stem, _, extension = path.rpartition("/")[2].rpartition(".")
    return path == ".nojekyll" or (bool(stem) and extension.lower() in extensions)


def _refusal(faults: list[tuple[str, str]]) -> ContentError:
    (path, fault), *others = faults
    named = ", ".join(f"{quoted_name(other)} {why}" for other, why in others[:_MOST_NAMED])
    more = f", and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
    problem = f"{quoted_name(path)} {fault}" + (
        f"; so it is with {len(others):,} more: {named}{more}" if others else ""
    )
    return ContentError(problem, mend="take it out of what is published, or give it another name")
