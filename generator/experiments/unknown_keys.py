"""Keys that somebody asked for and no run has, and the key that was meant."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from generator.experiments.comparison import Comparison
from generator.experiments.short_text import cut
from generator.model.experiment import Run
from generator.near_words import nearest

_MOST_NAMED = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that no run has.

    Args:
        kind: ``metric``, or ``configuration``.
        meant: the known one that is nearly the same; empty for none.
        known: in order.
    """

    kind: str
    name: str
    meant: str
    known: tuple[str, ...]


def unknown_keys(comparison: Comparison) -> tuple[UnknownKey, ...]:
    """Those of the comparison's metrics and configuration; none where there is no run that could have them."""
    runs = [row.run for row in comparison.rows]
    metrics = [metric.name for metric in comparison.metrics]
    return (
        *_unknown("metric", metrics, _keys(run.summary for run in runs), runs),
        *_unknown("configuration", comparison.config, _keys(run.config for run in runs), runs),
    )


def unknown_key_text(unknown: UnknownKey) -> str:
    """What is missing and what there is, as a sentence without its full stop.

    >>> unknown_key_text(UnknownKey("metric", "acx", "acc", ("acc", "loss")))
    'no run has the metric acx; did you mean acc? Known are: acc, loss'
    """
    named = ", ".join(cut(name, _LONGEST_NAME) for name in unknown.known[:_MOST_NAMED])
    more = len(unknown.known) - _MOST_NAMED
    known = f"{named} and {more} more" if more > 0 else named or "none"
    meant = f"did you mean {cut(unknown.meant, _LONGEST_NAME)}? Known are" if unknown.meant else "known are"
    what = "the metric" if unknown.kind == "metric" else "in its configuration"
    return f"no run has {what} {cut(unknown.name, _LONGEST_NAME)}; {meant}: {known}"


def _unknown(kind: str, asked: Iterable[str], known: Collection[str], runs: Collection[Run]) -> Iterator[UnknownKey]:
    for name in asked if runs else ():
        if name not in known:
            yield UnknownKey(kind, name, nearest(name, sorted(known)) or "", tuple(sorted(known)))


def _keys(mappings: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(key for keys in mappings for key in keys)
