"""Metrics as an author writes them: ``acc``, ``acc:max``, ``loss:min``."""

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


def metric_label(metric: Metric) -> str:
    """What stands above its column: ``acc (max)``."""
    return f"{metric.name} ({metric.direction.value})" if metric.direction else metric.name
