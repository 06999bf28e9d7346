"""One line per source: what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from generator.model.site import Fate, State
from generator.site.placed import Placed


def fates_of(placed: Sequence[Placed], lost: Mapping[str, str], others: Iterable[Fate]) -> tuple[Fate, ...]:
    """One per source, by path.

    Args:
        placed: all documents; of several of one source the first speaks for it.
        lost: path to who has its place.
        others: of sources that are no documents.
    """
    fates: dict[str, Fate] = {}
    for fate in others:
        fates.setdefault(fate.path, fate)
    variants = Counter(one.path for one in placed if one.document.variant is not None and one.is_shown)
    for one in placed:
        if one.path in lost:
            fates.setdefault(one.path, Fate(one.path, State.SKIPPED, reason=f"its URL is taken by {lost[one.path]}"))
        else:
            fates.setdefault(one.path, _fate(one, variants[one.path]))
    return tuple(fates[path] for path in sorted(fates))


def _fate(one: Placed, variants: int) -> Fate:
    if not one.file and one.state in (State.PUBLISHED, State.UNLISTED):
        return Fate(one.path, State.SKIPPED, reason="no file can have the name its URL asks for")
    until = one.date if one.state is State.SCHEDULED else None
    return Fate(one.path, one.state, one.url if one.is_shown else None, until, variants=variants)
