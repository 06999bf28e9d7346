"""What the published branch says of the build that a folder of it came from: `.inkmill.json`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.errors import ContentError
from generator.github.manifest import (
    FileFacts,
    SiteManifest,
    read_files,
    read_json,
    read_moment,
    read_text,
    read_urls,
    rows_of_files,
)

RECORD_NAME = ".inkmill.json"
LARGEST_RECORD_BYTES = 32 * 1024 * 1024

_FORMAT = 1
_MOST_URLS = 50_000
_LARGEST_NUMBER = 2**53
_SOURCE = re.compile(r"(?:[0-9a-f]{40})?")
_PLACE = re.compile(r"(?:https?://[A-Za-z0-9.:-]{1,300})?(?:/[A-Za-z0-9_.~-]+)*")


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """A build that was published, in the root or as a preview.

    Args:
        source: the commit built; empty for what stood on the branch before inkmill wrote to it.
        now: the time of the build.
        run_number: of the workflow that published it; 0 for a desk.
        place: address and base path, without a slash at the end.
        urls: pages without base path; none for a preview.
        files: all that was written, but for this record and `.nojekyll`.
        publication: counts sites that differ from the one before; 0 for a preview.
        rolled_back_from: the publication that a person took back to show this one, or None.
        is_provisional: its pages may go, since they were built while the setup was pending.
    """

    source: str
    now: datetime
    run_number: int
    place: str
    urls: tuple[str, ...]
    files: Mapping[str, FileFacts]
    publication: int = 0
    rolled_back_from: int | None = None
    is_provisional: bool = False


def record_of(manifest: SiteManifest, run_number: int, publication: int = 0) -> SiteRecord:
    """The record of a build that is about to be published; publication is 0 for a preview."""
    return SiteRecord(
        manifest.source,
        manifest.now,
        run_number,
        f"{manifest.address}{manifest.base_path}",
        manifest.urls if publication else (),
        manifest.files,
        publication,
        is_provisional=manifest.is_provisional,
    )


def write_record(record: SiteRecord) -> bytes:
    """The content of `.inkmill.json`."""
    value = {
        "inkmill": _FORMAT,
        "source": record.source,
        "now": record.now.isoformat(),
        "run_number": record.run_number,
        "place": record.place,
        "urls": list(record.urls),
        "files": rows_of_files(record.files),
        "publication": record.publication,
        "rolled_back_from": record.rolled_back_from,
        "provisional": record.is_provisional,
    }
    return f"{json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def read_record(content: bytes, place: str) -> SiteRecord:
    """The record that `write_record` wrote; fields that a newer inkmill added are left aside.

    Args:
        place: of the file on the branch, for the message.

    Raises:
        ContentError: it is not of that shape.
    """
    try:
        value = read_json(content, RECORD_NAME)
        if not isinstance(value, dict) or value.get("inkmill") != _FORMAT:
            raise ContentError(f"`inkmill` is not {_FORMAT}")
        rolled_back_from = value.get("rolled_back_from")
        return SiteRecord(
            read_text(value, "source", _SOURCE),
            read_moment(value, "now"),
            _count(value, "run_number"),
            read_text(value, "place", _PLACE),
            read_urls(value, "urls", _MOST_URLS),
            read_files(value, "files"),
            _count(value, "publication"),
            None if rolled_back_from is None else _count(value, "rolled_back_from"),
            value.get("provisional") is True,
        )
    except ContentError as wrong:
        raise ContentError(
            f"`{place}` on the published branch is not what inkmill wrote there: {wrong.problem}",
            mend=f"remove `{place}` from the branch, then publish again",
        ) from None


def _count(value: Mapping[str, Any], field: str) -> int:
    count = value.get(field)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < _LARGEST_NUMBER:
        raise ContentError(f"`{field}` is no number")
    return count
