"""Metrics as an author writes them: ``acc``, ``acc:max``, ``loss:min``."""

from collections.abc import Iterable

from generator.model.experiment import Direction, Metric


def read_metric(written: str) -> Metric:
    """The metric, and which way is better where its end says so.

    >>> read_metric("loss:min")
    Metric(name='loss', direction=<Direction.MIN: 'min'>)
    >>> read_metric("val:acc").name
    'val:acc'
    """
    name, mark, way = written.strip().rpartition(":")
    if mark and name and way in ("max", "min"):
        return Metric(name, Direction(way))
    return Metric(written.strip())


def first_of_each(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Every name once, with the direction that it was written with first."""
    found: dict[str, Metric] = {}
    for metric in metrics:
        found.setdefault(metric.name, metric)
    return tuple(found.values())


def metric_label(metric: Metric) -> str:
    """What stands above its column: ``acc (max)``."""
    return f"{metric.name} ({metric.direction.value})" if metric.direction else metric.name
