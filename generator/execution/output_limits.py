"""How much a notebook may print: counted as it arrives, so that a flood ends before it fills the memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputLimits:
    """Chosen so that no page anyone would read comes near them, and ten kernels at once still fit a small machine.

    Args:
        cell_bytes, notebook_bytes: of what is kept; what is cleared or replaced no longer counts.
        cell_outputs: that one cell keeps; consecutive prints are one.
        cell_messages, notebook_messages: that arrive, whether or not they are kept.
        message_bytes: of one message; a larger one is refused before it is received.
        waiting_bytes: of what has arrived and was not read yet.
        sent_bytes: by the whole notebook, kept or not.
    """

    cell_bytes: int = 50_000_000
    notebook_bytes: int = 200_000_000
    cell_outputs: int = 10_000
    cell_messages: int = 200_000
    notebook_messages: int = 1_000_000
    message_bytes: int = 60_000_000
    waiting_bytes: int = 100_000_000
    sent_bytes: int = 4_000_000_000


class OutputMeter:
    """What one run has printed so far; ``flood`` is the problem once a limit is passed."""

    def __init__(self, limits: OutputLimits) -> None:
        self.limits = limits
        self.flood: str | None = None
        self._cell_bytes = 0
        self._cell_outputs = 0
        self._cell_messages = 0
        self._earlier_bytes = 0
        self._messages = 0
        self._waiting_bytes = 0
        self._sent_bytes = 0

    def begin_cell(self) -> None:
        """What the last cell kept is the notebook's now."""
        self._earlier_bytes += self._cell_bytes
        self._cell_bytes = self._cell_outputs = self._cell_messages = 0

    def arrived(self, size: int) -> None:
        """A message has come in, size bytes long."""
        self._messages += 1
        self._cell_messages += 1
        self._waiting_bytes += size
        self._sent_bytes += size
        limits = self.limits
        if self._cell_messages > limits.cell_messages:
            self._flooded(f"the cell sent more than {limits.cell_messages:,} outputs")
        elif self._messages > limits.notebook_messages:
            self._flooded(f"the notebook sent more than {limits.notebook_messages:,} outputs")
        elif self._sent_bytes > limits.sent_bytes:
            self._flooded(f"the notebook sent more than {megabytes(limits.sent_bytes)} of output")
        elif self._waiting_bytes > limits.waiting_bytes:
            self._flooded("the cell prints faster than anyone can read")

    def taken(self, size: int) -> None:
        """A message that had come in is being read."""
        self._waiting_bytes -= size

    def kept(self, size: int, *, is_new: bool) -> None:
        """The cell keeps size bytes more, as another output or at the end of the last one."""
        self._cell_bytes += size
        self._cell_outputs += is_new
        limits = self.limits
        if self._cell_bytes > limits.cell_bytes:
            self._flooded(f"the cell printed more than {megabytes(limits.cell_bytes)}")
        elif self._cell_outputs > limits.cell_outputs:
            self._flooded(f"the cell showed more than {limits.cell_outputs:,} outputs")
        elif self._earlier_bytes + self._cell_bytes > limits.notebook_bytes:
            self._flooded(f"the notebook printed more than {megabytes(limits.notebook_bytes)}")

    def cleared(self) -> None:
        """The cell took back what it had shown."""
        self._cell_bytes = self._cell_outputs = 0

    def refused(self) -> None:
        """One message was larger than any may be."""
        self._flooded(f"the cell sent more than {megabytes(self.limits.message_bytes)} at once")

    def _flooded(self, problem: str) -> None:
        self.flood = self.flood or problem


def megabytes(size: int) -> str:
    """A size as people say it.

    >>> megabytes(50_000_000), megabytes(5_230_000_000)
    ('50 MB', '5.2 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
