"""How far the notebooks that run have come: a live table on a terminal, plain lines elsewhere. Home of rich."""

import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from generator.model.execution import Progress, RunState
from generator.wording import progress_cells, progress_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_ENDS = (RunState.DONE, RunState.FAILED)


class PlainProgress:
    """A line for each step; for logs and pipes.

    Args:
        out: where lines go.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        """Say one step; called from any thread."""
        if progress.state is RunState.WAITING:
            return
        with self._lock:
            self._out.write(progress_line(progress) + "\n")
            self._out.flush()

    def close(self) -> None:
        """Nothing stays open."""


class LiveProgress:
    """A row for each notebook that runs, drawn anew a few times a second; rows of those that ended go.

    Args:
        clock: seconds, for the time that passes between two steps.
    """

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Progress, float]] = {}
        self._ended = 0
        self._names: set[str] = set()
        self._has_begun = False
        self._width = 80
        self._live: Live | None = None

    def __call__(self, progress: Progress) -> None:
        """Take in one step; called from any thread."""
        with self._lock:
            self._names.add(progress.name)
            if progress.state in _ENDS:
                self._running.pop(progress.name, None)
                self._ended += 1
            elif progress.state is not RunState.WAITING:
                self._running[progress.name] = (progress, self._clock())
            begins = not self._has_begun
            self._has_begun = True
        if begins:
            # Outside the lock: the first drawing asks for rows.
            self._live = self._begun()

    def _begun(self) -> "Live":
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._out)
        # Room at the end of a line for the `^C` that a terminal writes there: on a line of its own it would stay.
        self._width = max(console.width - 4, 20)
        live = Live(console=console, get_renderable=self._table, refresh_per_second=8, transient=True)
        live.start(refresh=True)
        return live

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Name, how far, how long and the cell's first line of each notebook that runs."""
        with self._lock:
            now = self._clock()
            return [progress_cells(step, now - seen) for step, seen in self._running.values()]

    def counts(self) -> tuple[int, int]:
        """How many notebooks have ended, of how many."""
        with self._lock:
            return self._ended, len(self._names)

    def _table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False, width=self._width)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=4)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=6, style="dim")
        for row in self.rows():
            table.add_row(*map(Text, row))
        ended, known = self.counts()
        if not known:
            return table
        table.add_row(Text(f"{ended} of {known} notebooks done"))
        return table

    def close(self) -> None:
        """Take the table off the terminal."""
        if self._live is not None:
            # An empty table last: rich takes away as many lines as it drew, and Ctrl-C may come between two drawings.
            with self._lock:
                self._running.clear()
                self._names.clear()
            self._live.refresh()
            self._live.stop()
            self._live = None


def progress_for(out: TextIO | None = None) -> "PlainProgress | LiveProgress":
    """The display that fits where it is shown."""
    shown = sys.stderr if out is None else out
    return LiveProgress(shown) if shown.isatty() else PlainProgress(shown)
