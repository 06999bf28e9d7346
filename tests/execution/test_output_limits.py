"""Tests of how much a notebook may print."""

from generator.execution.output_limits import OutputLimits, OutputMeter

LIMITS = OutputLimits(
    cell_bytes=100,
    notebook_bytes=150,
    cell_outputs=3,
    cell_messages=10,
    notebook_messages=15,
    message_bytes=50,
    waiting_bytes=60,
    sent_bytes=10_000_000,
)


def test_up_to_the_limits_nothing_is_a_flood() -> None:
    meter = OutputMeter(LIMITS)

    for _ in range(10):
        meter.arrived(10)
        meter.taken(10)
        meter.kept(10, is_new=False)

    assert meter.flood is None


def test_more_bytes_than_a_cell_may_keep_are_a_flood() -> None:
    meter = OutputMeter(OutputLimits(cell_bytes=50_000_000))

    meter.kept(50_000_001, is_new=True)

    assert meter.flood == "the cell printed more than 50 MB"


def test_what_was_cleared_does_not_count() -> None:
    meter = OutputMeter(LIMITS)

    for _ in range(10):
        meter.kept(90, is_new=True)
        meter.cleared()

    assert meter.flood is None


def test_cells_count_together_for_the_notebook() -> None:
    meter = OutputMeter(LIMITS)

    for _ in range(2):
        meter.begin_cell()
        meter.kept(90, is_new=True)

    assert meter.flood == "the notebook printed more than 0 MB"


def test_too_many_outputs_are_a_flood_and_longer_ones_are_not() -> None:
    meter = OutputMeter(LIMITS)

    for _ in range(3):
        meter.kept(1, is_new=True)
        meter.kept(1, is_new=False)
    before = meter.flood
    meter.kept(1, is_new=True)

    assert (before, meter.flood) == (None, "the cell showed more than 3 outputs")


def test_messages_count_even_if_nothing_is_kept() -> None:
    cell, notebook = OutputMeter(LIMITS), OutputMeter(LIMITS)

    for number in range(20):
        cell.arrived(0)
        if number % 5 == 0:
            notebook.begin_cell()
        notebook.arrived(0)

    assert cell.flood == "the cell sent more than 10 outputs"
    assert notebook.flood == "the notebook sent more than 15 outputs"


def test_what_waits_to_be_read_is_bounded() -> None:
    meter = OutputMeter(LIMITS)

    meter.arrived(40)
    meter.taken(40)
    meter.arrived(40)
    before = meter.flood
    meter.arrived(40)

    assert (before, meter.flood) == (None, "the cell prints faster than anyone can read")


def test_the_first_flood_is_the_one_that_is_told() -> None:
    meter = OutputMeter(LIMITS)

    meter.refused()
    meter.kept(1000, is_new=True)

    assert meter.flood == "the cell sent more than 0 MB at once"
