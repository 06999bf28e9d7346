"""Taking a published site back: an earlier one that was kept stands in the root again, previews stay."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from generator.errors import ContentError, UsageError
from generator.github.branch import (
    Content,
    Graft,
    Rewrite,
    Tip,
    Without,
    fetch_commit,
    make_commit,
    read_file,
    read_tip,
    rewrite_branch,
    tree_of,
)
from generator.github.context import RunContext
from generator.github.git import BareRepository, bare_repository, remote_of
from generator.github.pages import with_previews
from generator.github.published_branch import (
    BRANCH,
    PREVIEWS,
    PUBLISHED_REFS,
    is_of_site,
    publication_ref,
    publications,
    record_at,
)
from generator.github.site_record import LARGEST_RECORD_BYTES, RECORD_NAME, SiteRecord, read_record, write_record

# Anything that is built comes after what stood there before inkmill.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN = SiteRecord("", _LONG_AGO, 0, "", (), {})


@dataclass(frozen=True, slots=True)
class KeptSite:
    """A site that can be shown again.

    Args:
        number: as it was published, from 1; 0 for what stood there before inkmill.
        is_shown: it is what the branch holds now.
    """

    number: int
    record: SiteRecord
    is_shown: bool


def kept_sites(context: RunContext) -> tuple[KeptSite, ...]:
    """The sites that were kept, newest first.

    Raises:
        RefusedError, MachineError: the repository cannot be read.
    """
    with bare_repository(remote_of(context)) as repository:
        tip = read_tip(repository, BRANCH, f"{PUBLISHED_REFS}*")
        shown = record_at(tip)
        number = None if shown is None else shown.publication
        kept = ((found, _record(repository, _fetch(repository, found))) for found in publications(tip))
        return tuple(KeptSite(found, record, found == number) for found, record in reversed([*kept]))


def roll_back(context: RunContext, to: int | None = None) -> KeptSite:
    """Show a site that was kept: the one of that number, or the one before what is shown.

    Raises:
        ContentError: nothing is published, or nothing older is kept.
        UsageError: no site of that number is kept.
        RefusedError, MachineError: as `rewrite_branch`.
    """
    with bare_repository(remote_of(context)) as repository:

        def plan(tip: Tip) -> Rewrite[KeptSite]:
            shown = record_at(tip)
            number = _chosen(publications(tip), shown, to)
            commit = _fetch(repository, number)
            former = shown.publication if shown else None
            record = replace(_record(repository, commit), publication=number, rolled_back_from=former)
            outcome = KeptSite(number, record, is_shown=True)
            if number == former:
                return Rewrite(outcome)
            steps = (
                Graft("", tree_of(repository, commit)),
                Without(PREVIEWS),
                Content(RECORD_NAME, write_record(record)),
            )
            message = f"Roll back to publication {number}"
            root = make_commit(repository, steps, message, record.now)
            return Rewrite(outcome, with_previews(tip, root, message, record.now), is_of_site)

        return rewrite_branch(repository, BRANCH, plan, f"{PUBLISHED_REFS}*")


def _chosen(kept: Mapping[int, str], shown: SiteRecord | None, to: int | None) -> int:
    known = ", ".join(map(str, kept)) or "none"
    if to is not None:
        if to not in kept:
            raise UsageError(f"no publication {to} is kept", mend=f"choose one of these: {known}")
        return to
    older = [number for number in kept if shown is not None and number < shown.publication]
    if not older:
        raise ContentError(
            "no site older than the one that is shown is kept",
            mend="see `rollback --list`; one with a higher number is shown by `--to`",
        )
    return max(older)


def _fetch(repository: BareRepository, number: int) -> str:
    return fetch_commit(repository, publication_ref(number))


def _record(repository: BareRepository, commit: str) -> SiteRecord:
    content = read_file(repository, tree_of(repository, commit), RECORD_NAME, LARGEST_RECORD_BYTES)
    return _UNKNOWN if content is None else read_record(content, RECORD_NAME)
