"""Looks at a kernel while it works, and says when and why it has to go."""

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import Any

from generator.execution.failures import at_cell, died
from generator.execution.kernel_process import KernelProcess
from generator.execution.memory import MemoryBound
from generator.execution.output_limits import OutputMeter
from generator.model.execution import FailureKind, Job, RunFailure

_LOOK_SECONDS = 0.05
_MEMORY_SECONDS = 0.2
# What a dying kernel sent last may still be on its way.
_LAST_WORDS_SECONDS = 0.3
_GRACE_SECONDS = 5.0
_END_SECONDS = 2.0


class KernelWatch:
    """Everything that may end a run from outside its cells: death, time, memory, a flood of output, the reader's will.

    Args:
        stop: set when nobody wants the outcome any more.
    """

    def __init__(
        self, kernel: KernelProcess, job: Job, meter: OutputMeter, memory: MemoryBound, stop: threading.Event | None
    ) -> None:
        self._kernel = kernel
        self._job = job
        self._meter = meter
        self._memory = memory
        self._stop = stop
        self._place: Mapping[str, Any] | None = None
        self._cell_deadline: float | None = None
        self._notebook_deadline: float | None = None
        self._kill_at: float | None = None
        self._looked_at_memory = 0.0
        self._is_up = False
        self.timeout: RunFailure | None = None

    def begin(self) -> None:
        """The first cell is about to run; until then whoever waits for the kernel sees it die."""
        self._is_up = True
        self._looked_at_memory = time.monotonic()
        limit = self._job.notebook_timeout_seconds
        self._notebook_deadline = time.monotonic() + limit if limit else None

    def cell_started(self, place: Mapping[str, Any]) -> None:
        """That cell runs now."""
        limit = self._job.timeout_seconds
        self._place = place
        self._cell_deadline = time.monotonic() + limit if limit else None

    def cell_ended(self) -> None:
        """No cell runs, but the last one is still the one to name."""
        self._cell_deadline = None

    async def until_it_has_to_go(self) -> RunFailure:
        """Why; returns only then."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            failure = await self._look()
            if failure is not None:
                return failure

    async def _look(self) -> RunFailure | None:
        if self._stop is not None and self._stop.is_set():
            return at_cell(FailureKind.LOST, "the run was stopped", "run it again", self._place)
        if not self._is_up:
            return None
        if await self._kernel.has_ended():
            await asyncio.sleep(_LAST_WORDS_SECONDS)
            return self.timeout or died(self._kernel.exit_code or 0, self._place)
        return await self.flood() or self._too_much_memory() or await self._too_late()

    async def flood(self) -> RunFailure | None:
        """Too much output, if so."""
        client = self._kernel.client
        if self._meter.flood is None and client is not None and await client.was_cut_off():
            if await self._ends_soon():
                return None
            self._meter.refused()
        if self._meter.flood is None:
            return None
        return at_cell(FailureKind.OUTPUT, self._meter.flood, "print less, or write it to a file", self._place)

    async def _ends_soon(self) -> bool:
        """A kernel that ends breaks the connection, too, and a busy machine hears of its end later."""
        deadline = time.monotonic() + _END_SECONDS
        while not await self._kernel.has_ended():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True

    def _too_much_memory(self) -> RunFailure | None:
        now = time.monotonic()
        if self._kernel.pid is None or now - self._looked_at_memory < _MEMORY_SECONDS:
            return None
        self._looked_at_memory = now
        self._kernel.note_descendants()
        excess = self._memory.excess(self._kernel.pid)
        if excess is None:
            return None
        more = "raise `memory:` of its `resources:`" if excess.is_its_own else "run with `--jobs 1`"
        return at_cell(FailureKind.MEMORY, excess.problem, f"let the cell use less, or {more}", self._place)

    async def _too_late(self) -> RunFailure | None:
        now = time.monotonic()
        if self._kill_at is not None:
            return self.timeout if now > self._kill_at else None
        job = self._job
        if self._cell_deadline is not None and now > self._cell_deadline:
            self.timeout = self._timed_out("the cell", job.timeout_seconds, "timeout")
        elif self._notebook_deadline is not None and now > self._notebook_deadline:
            self.timeout = self._timed_out("the notebook", job.notebook_timeout_seconds, "notebook_timeout")
        if self.timeout is not None:
            self._kill_at = now + _GRACE_SECONDS
            await self._kernel.interrupt()
        return None

    def _timed_out(self, what: str, limit: float | None, key: str) -> RunFailure:
        problem = f"{what} ran longer than its timeout of {limit:g} s"
        return at_cell(FailureKind.TIMEOUT, problem, f"let it do less, or raise `{key}:`", self._place)
