"""How far notebooks have come, on a terminal and elsewhere."""

import io
import threading

from generator.model.execution import Progress, RunState
from generator.progress import LiveProgress, PlainProgress, progress_for

A = "_notebooks/a.ipynb"
CELL = Progress(A, RunState.RUNNING, 2, 3, "df = read()", 1.25)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_every_step_is_a_plain_line() -> None:
    out = io.StringIO()
    show = progress_for(out)

    for step in (
        Progress(A, RunState.WAITING),
        Progress(A, RunState.STARTING),
        CELL,
        Progress(A, RunState.DONE, 3, 3, "", 2.0),
        Progress("b", RunState.FAILED, 1, 3, "", 0.5),
    ):
        show(step)
    show.close()

    assert out.getvalue().splitlines() == [
        f"{A}: its kernel starts",
        f"{A}: cell 2 of 3, 1.2 s: df = read()",
        f"{A}: done in 2.0 s",
        "b: failed after 0.5 s",
    ]


def test_no_cell_speaks_to_the_terminal() -> None:
    out = io.StringIO()

    PlainProgress(out)(Progress("a\x1b[2J", RunState.RUNNING, 1, 1, "x\r\n::error::y\x07"))

    assert len(out.getvalue().splitlines()) == 1
    assert not set(out.getvalue()) & set("\x1b\r\x07")


def test_a_terminal_shows_a_row_for_each_notebook_that_runs() -> None:
    out = Terminal()
    show = progress_for(out)
    assert isinstance(show, LiveProgress)

    show(CELL)
    show(Progress("_notebooks/b.ipynb", RunState.STARTING))
    show(Progress("_notebooks/c.ipynb", RunState.RUNNING, 1, 1, "", 0.1))
    show(Progress("_notebooks/c.ipynb", RunState.DONE, 1, 1, "", 0.2))
    rows, counts = show.rows(), show.counts()
    show.close()

    assert [row[:2] for row in rows] == [(A, "cell 2 of 3"), ("_notebooks/b.ipynb", "starting")]
    assert rows[0][3] == "df = read()"
    assert counts == (1, 3)
    assert "cell 2 of 3" in out.getvalue()


def test_time_passes_between_two_steps() -> None:
    now = [100.0]
    show = LiveProgress(Terminal(), clock=lambda: now[0])

    show(CELL)
    now[0] += 60
    elapsed = show.rows()[0][2]
    show.close()

    assert elapsed == "61 s"


def test_many_threads_may_report_at_once() -> None:
    out = io.StringIO()
    show = PlainProgress(out)

    def report(name: str) -> None:
        for cell in range(50):
            show(Progress(name, RunState.RUNNING, cell, 50))

    threads = [threading.Thread(target=report, args=(f"n{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = out.getvalue().splitlines()
    assert len(lines) == 400
    assert all(line.endswith(" s") for line in lines)
