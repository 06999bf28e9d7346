"""One run of one notebook, from its job to its outcome: what the engine, the watch and the reader of progress share."""

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.execution.engine import join_streams
from generator.execution.failures import at_cell, cell_number, died, first_line
from generator.execution.guard import Guard
from generator.execution.kernel_process import KernelProcess, KernelStartError
from generator.execution.kernel_watch import KernelWatch
from generator.execution.memory import MemoryBound
from generator.execution.output_limits import OutputLimits, OutputMeter
from generator.execution.surroundings import kernel_environment
from generator.model.execution import FailureKind, Job, Progress, RunFailure, RunState, Watch
from generator.model.notebook import INJECTED, SKIPPED

_START_SECONDS = 60.0
_LONGEST_LINE = 200
# Of a cell that flooded: enough to see what it was.
_FLOODED_OUTPUTS = 20
_FLOODED_CHARACTERS = 20_000


class NotebookRun:
    """What is known of a run while it runs.

    Args:
        root: absolute source directory.
        saved: the notebook before papermill took its outputs away.
    """

    def __init__(
        self,
        job: Job,
        root: Path,
        tell: Watch,
        saved: Mapping[str, Any],
        *,
        guard: Guard,
        memory: MemoryBound,
        own_bytes: int | None,
        warm: Mapping[str, Any] | None,
        stop: threading.Event | None,
    ) -> None:
        self.job = job
        self.meter = OutputMeter(OutputLimits())
        self.kernel = KernelProcess(job.kernel, self.meter, guard, warm=warm)
        self.watch = KernelWatch(self.kernel, job, self.meter, memory, stop)
        self.failure: RunFailure | None = None
        self.notes: list[str] = []
        self.notebook: bytes | None = None
        self.language_version = ""
        self._root = root
        self._tell = tell
        self._stop = stop
        self._saved = saved
        self._memory = memory
        self._own_bytes = own_bytes
        self._cells = sum(1 for cell in saved["cells"] if cell_number(cell) is not None)
        self._number = 0
        self._last_cell: Any = None
        self._is_ready = False
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._began

    def tell(self, state: RunState, line: str = "") -> None:
        """Let whoever watches know; that a run was stopped is no news to who stopped it."""
        if state is RunState.FAILED and self._stop is not None and self._stop.is_set():
            return
        self._tell(Progress(self.job.name, state, self._number, self._cells, line, self.seconds))

    async def start_kernel(self) -> Any:
        """``language_info``, as the kernel gives it.

        Raises:
            KernelStartError: it does not come up.
        """
        await self.kernel.start(kernel_environment(self.job.variables), self._root / self.job.folder)
        if self.kernel.pid is not None:
            self._memory.add(self.kernel.pid, self._own_bytes)
        said = await self.kernel.ready(_START_SECONDS)
        self._is_ready = True
        language = said.get("language_info", {})
        self.language_version = str(language.get("version", ""))
        self.watch.begin()
        return language

    async def end_kernel(self) -> None:
        """With everything it started."""
        if self.kernel.pid is not None:
            self._memory.remove(self.kernel.pid)
        await self.kernel.end()

    async def last_look(self) -> RunFailure | None:
        """A kernel that died, or said too much, as its last cell ended is no good run."""
        flood = await self.watch.flood()
        if await self.kernel.has_ended():
            return died(self.kernel.exit_code or 0, self._last_cell)
        return flood

    def begin_cell(self, cell: Any) -> None:
        """That cell is about to run."""
        number = cell_number(cell)
        self._number = number or 0
        self._last_cell = cell
        self.meter.begin_cell()
        self.watch.cell_started(cell)
        # papermill's own cell holds values of parameters, and one may be secret.
        self.tell(RunState.RUNNING, _telling_line(cell["source"]) if number else "")

    def end_cell(self, cell: Any) -> None:
        """It has ended, one way or the other."""
        self.watch.cell_ended()
        cell["outputs"] = join_streams(cell["outputs"])

    def restore_skipped(self, node: Any) -> None:
        """What does not run keeps the outputs it was saved with; papermill has cleared them."""
        saved = {cell["id"]: cell for cell in self._saved["cells"]}
        for cell in node.cells:
            if cell.cell_type == "code" and SKIPPED in cell.metadata.get("tags", ()) and cell.id in saved:
                cell.outputs = saved[cell.id].get("outputs", [])
                cell.execution_count = saved[cell.id].get("execution_count")

    def keep(self, node: Any) -> None:
        """The notebook as it is now: without times and names that differ from run to run."""
        if not self._is_ready:
            return
        if self.meter.flood is not None and self._last_cell is not None:
            self._last_cell["outputs"] = [_cut(output) for output in self._last_cell["outputs"][:_FLOODED_OUTPUTS]]
        text = json.dumps(_bare(node), ensure_ascii=False, separators=(",", ":"))
        self.notebook = _with_steady_widgets(text, node).encode(errors="surrogatepass")

    def could_not_start(self, error: KernelStartError) -> RunFailure:
        """What came instead of a kernel."""
        mend = "check the kernel with `jupyter kernelspec list`, or name another with `kernel:`"
        return at_cell(FailureKind.KERNEL, f"the kernel `{self.job.kernel.name}` does not run: {error}", mend, None)


def _telling_line(source: str) -> str:
    """The first line of code; of a cell of comments alone the first of those."""
    lines = [line.strip() for line in source.splitlines()]
    code = next((line for line in lines if line and not line.startswith(("#", "//", "--"))), "")
    return (code or first_line(source))[:_LONGEST_LINE]


def _bare(node: Any) -> dict[str, Any]:
    metadata = {key: value for key, value in node["metadata"].items() if key != "papermill"}
    return {**node, "metadata": metadata, "cells": [_bare_cell(cell) for cell in node["cells"]]}


def _bare_cell(cell: Any) -> dict[str, Any]:
    metadata = {key: value for key, value in cell["metadata"].items() if key not in ("papermill", "execution")}
    tags = metadata.get("tags")
    if not tags:
        metadata.pop("tags", None)
    # papermill draws its cell's id by lot.
    bare = {**cell, "metadata": metadata, **({"id": INJECTED} if tags and INJECTED in tags else {})}
    if "outputs" in bare:
        bare["outputs"] = join_streams(list(bare["outputs"]))
    return bare


def _with_steady_widgets(text: str, node: Any) -> str:
    """Widgets are named by lot; here by the order in which they were made."""
    widgets = node["metadata"].get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {})
    for number, name in enumerate(widgets.get("state", ()), start=1):
        if len(name) >= 32:
            text = text.replace(name, f"{number:0{len(name)}x}")
    return text


def _cut(output: Any) -> Any:
    if output["output_type"] == "stream":
        text = output["text"] if isinstance(output["text"], str) else "".join(output["text"][:_FLOODED_OUTPUTS])
        return {**output, "text": text[:_FLOODED_CHARACTERS]}
    return output
