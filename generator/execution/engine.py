"""papermill's engine as inkmill wants it: a kernel that is watched, output that is counted, nothing printed."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger as papermill_logger

from generator.execution.channels import SIZE
from generator.execution.failures import error_failure
from generator.model.execution import RunFailure

if TYPE_CHECKING:
    from generator.execution.notebook_run import NotebookRun

ENGINE = "inkmill"
_SILENT = logging.CRITICAL + 1
_STREAMS = ("stdout", "stderr")
# After the reply to a cell its last output is at most a queue away; longer, and it is lost.
_LAST_OUTPUT_SECONDS = 60


def register_engine() -> str:
    """Make our engine known to papermill, and papermill quiet; the name to ask for it by."""
    papermill_logger.setLevel(_SILENT)
    papermill_engines.register(ENGINE, InkmillEngine)
    return ENGINE


class InkmillEngine(NBClientEngine):  # type: ignore[misc]
    """Runs what it is told of as ``run=``."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, *_: Any, run: "NotebookRun", **__: Any) -> None:
        """Run the cells, and keep the notebook before papermill puts its banner of an error in it."""
        try:
            run.restore_skipped(nb_man.nb)
            InkmillClient(nb_man, run).execute()
        finally:
            run.keep(nb_man.nb)


class InkmillClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, in one event loop from the start of the kernel to its end."""

    def __init__(self, nb_man: Any, run: "NotebookRun") -> None:
        super().__init__(
            nb_man,
            km=run.kernel.manager,
            kernel_name=run.job.kernel.name,
            allow_errors=run.job.goes_on_after_errors,
            record_timing=False,
            iopub_timeout=_LAST_OUTPUT_SECONDS,
            # Of its own: the process's loggers are not ours to silence.
            log=logging.Logger(__name__, _SILENT),
        )
        self._run = run

    def execute(self, **_: Any) -> None:
        """Run the notebook; what becomes of it is told to the run."""
        self.reset_execution_trackers()
        with asyncio.Runner() as runner:
            # What is cancelled with the kernel has nothing to say about it.
            runner.get_loop().set_exception_handler(lambda *_: None)
            runner.run(self._with_kernel())

    async def _with_kernel(self) -> None:
        run = self._run
        try:
            await self._watched()
        finally:
            await run.end_kernel()
            self.set_widgets_metadata()

    async def _watched(self) -> None:
        cells = asyncio.create_task(self._start_and_run())
        watching = asyncio.create_task(self._run.watch.until_it_has_to_go())
        try:
            await asyncio.wait((cells, watching), return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                self._run.failure = watching.result()
            else:
                self._run.failure = cells.result() or await self._run.last_look()
        finally:
            for task in (cells, watching):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task

    async def _start_and_run(self) -> RunFailure | None:
        self.nb.metadata["language_info"] = await self._run.start_kernel()
        self.kc = self._run.kernel.client
        return await self._run_cells()

    async def _run_cells(self) -> RunFailure | None:
        for index, cell in enumerate(self.nb.cells):
            will_run = self._will_run(cell)
            if will_run:
                self._run.begin_cell(cell)
            try:
                self.nb_man.cell_start(cell, index)
                await self.async_execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                return self._run.watch.timeout or self._failure(error, cell)
            except DeadKernelError:
                # What nbclient makes of being cancelled, which only the watch does to it.
                raise asyncio.CancelledError from None
            finally:
                self.nb_man.cell_complete(cell, cell_index=index)
                if will_run:
                    self._run.end_cell(cell)
            if self._run.watch.timeout is not None:
                return self._run.watch.timeout
        return None

    def _will_run(self, cell: Any) -> bool:
        is_code = cell.cell_type == "code" and bool(cell.source.strip())
        return is_code and self.skip_cells_with_tag not in cell.metadata.get("tags", ())

    def _failure(self, error: CellExecutionError, cell: Any) -> RunFailure | None:
        """None for ``sys.exit()``: an author may end a notebook before its last cell."""
        failure = error_failure(error.ename, error.evalue, error.traceback.split("\n"), cell)
        if error.ename == "SystemExit" and error.evalue in ("", "0", "None"):
            self._run.notes.append(
                f"cell {failure.cell} ended the notebook (SystemExit); the cells after it did not run"
            )
            return None
        return failure

    async def _async_poll_kernel_alive(self) -> None:
        """The watch does that, and looks more often."""
        await asyncio.Event().wait()

    async def _check_raise_for_error(self, cell: Any, cell_index: int, exec_reply: dict[str, Any] | None) -> None:
        # nbclient quotes what the cell printed.
        cell["outputs"] = join_streams(cell["outputs"])
        await super()._check_raise_for_error(cell, cell_index, exec_reply)

    def process_message(self, msg: Mapping[str, Any], cell: Any, cell_index: int) -> Any:
        """Count what the cell keeps, on the way."""
        kind, meter = msg["msg_type"], self._run.meter
        if kind in ("display_data", "execute_result", "error", "comm_open"):
            meter.kept(msg[SIZE], is_new=True)
        return super().process_message(msg, cell, cell_index)

    def output(self, outs: list[Any], msg: Mapping[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Prints that follow one another are one output: when the kernel sends them off depends on the clock."""
        hooks = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if self.clear_before_next_output and not hooks:
            self._run.meter.cleared()
        if msg["msg_type"] != "stream" or hooks:
            return super().output(outs, msg, display_id, cell_index)
        text, name = msg["content"]["text"], msg["content"]["name"]
        same = None if self.clear_before_next_output else _stream_to_go_on(outs, name)
        self._run.meter.kept(len(text), is_new=same is None)
        if same is not None:
            # A list while the cell runs, as nbformat allows: adding to a long text over and over takes for ever.
            same["text"].append(text)
            return same
        made = super().output(outs, msg, display_id, cell_index)
        made["text"] = [text]
        return made

    def clear_output(self, outs: list[Any], msg: Mapping[str, Any], cell_index: int) -> None:
        """What is cleared at once no longer counts."""
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self._run.meter.cleared()


def _stream_to_go_on(outs: list[Any], name: str) -> Any:
    """The stream of that name among those at the end of outs."""
    for output in reversed(outs):
        if output["output_type"] != "stream":
            return None
        if output["name"] == name:
            return output
    return None


def join_streams(outputs: list[Any]) -> list[Any]:
    """Outputs with their streams as text, and stdout first where both follow one another.

    Which of the two comes first depends on when the kernel sends them off.
    """
    joined: list[Any] = []
    for output in outputs:
        if output["output_type"] == "stream" and isinstance(output["text"], list):
            output["text"] = "".join(output["text"])
        place = len(joined)
        while place and _comes_before(output, joined[place - 1]):
            place -= 1
        joined.insert(place, output)
    return joined


def _comes_before(output: Any, other: Any) -> bool:
    if output["output_type"] != "stream" or other["output_type"] != "stream":
        return False
    order = [_STREAMS.index(each["name"]) if each["name"] in _STREAMS else len(_STREAMS) for each in (output, other)]
    return order[0] < order[1]
