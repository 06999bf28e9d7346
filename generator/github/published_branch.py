"""What stands where on the branch `gh-pages`: the site in the root, previews below a folder, sites kept as refs."""

import re

from generator.github.branch import Tip
from generator.github.site_record import LARGEST_RECORD_BYTES, RECORD_NAME, SiteRecord, read_record

BRANCH = "gh-pages"
PREVIEWS = "pr-preview"
NO_JEKYLL = ".nojekyll"
# The last sites that differ, each a commit of its own without previews, so that one can be taken back.
PUBLISHED_REFS = "refs/inkmill/published/"
KEPT_PUBLICATIONS = 5
# What stood on the branch before inkmill wrote to it, with its history.
BEFORE_INKMILL = 0

_PREVIEW_NAME = re.compile(r"pr-([1-9][0-9]{0,9})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")


def is_of_site(path: str) -> bool:
    """Whether a path is the site's own, and no preview's."""
    return not path.startswith(f"{PREVIEWS}/")


def folder_of_preview(number: int) -> str:
    """Where the preview of a pull request stands."""
    return f"{PREVIEWS}/pr-{number}"


def preview_numbers(tip: Tip) -> tuple[int, ...]:
    """The pull requests that have a preview, ascending."""
    found = (_PREVIEW_NAME.fullmatch(name) for name in tip.names(PREVIEWS))
    return tuple(sorted(int(match[1]) for match in found if match))


def record_at(tip: Tip, folder: str = "") -> SiteRecord | None:
    """What a folder of the branch was made from, or None where inkmill did not make it.

    Raises:
        ContentError: the record is not of its shape.
        MachineError: it cannot be read.
    """
    path = f"{folder}/{RECORD_NAME}" if folder else RECORD_NAME
    content = tip.read(path, LARGEST_RECORD_BYTES)
    return None if content is None else read_record(content, path)


def publication_ref(number: int) -> str:
    """The ref that keeps a site."""
    return f"{PUBLISHED_REFS}{number}"


def publications(tip: Tip) -> dict[int, str]:
    """Number and commit of each site that is kept, ascending; the tip was read with `PUBLISHED_REFS`."""
    named = ((name.removeprefix(PUBLISHED_REFS), commit) for name, commit in tip.others.items())
    return dict(sorted((int(number), commit) for number, commit in named if _NUMBER.fullmatch(number)))


def is_older_than_inkmill(tip: Tip) -> bool:
    """Whether the root holds something that inkmill did not put there."""
    return bool({*tip.names()} - {PREVIEWS, NO_JEKYLL}) and RECORD_NAME not in tip.names()
