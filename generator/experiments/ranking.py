"""Which of two values of a metric is better."""

from generator.experiments.numbers import as_number
from generator.model.experiment import Direction, Metric, Run


def value_of(run: Run, metric: Metric) -> float | None:
    """The metric of its summary; None for what is no number."""
    return as_number(run.summary.get(metric.name))


def goodness(value: float, direction: Direction | None) -> float:
    """The value, turned so that more is better; more is, unless somebody said otherwise.

    >>> goodness(0.1, Direction.MIN) > goodness(0.2, Direction.MIN)
    True
    """
    return -value if direction is Direction.MIN else value
