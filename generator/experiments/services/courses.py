"""The course of a metric as few points as a drawing needs."""

from collections.abc import Sequence


def sampled(points: Sequence[tuple[float, float]], most: int) -> tuple[tuple[float, float], ...]:
    """At most so many of the points, at least one, evenly, with the first and the last.

    >>> sampled([(float(step), 0.0) for step in range(9)], 3)
    ((0.0, 0.0), (4.0, 0.0), (8.0, 0.0))
    """
    if len(points) <= most:
        return tuple(points)
    last = len(points) - 1
    return tuple(points[round(index * last / max(1, most - 1))] for index in range(most))
