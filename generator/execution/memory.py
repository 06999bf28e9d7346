"""How much memory kernels take, together with their children, and how much they may."""

import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.execution.output_limits import megabytes

if TYPE_CHECKING:
    import psutil

_SAMPLE_SECONDS = 0.2
# A kernel that has imported pandas and drawn something; less than that free, and the next one waits.
_ROOM_BYTES = 400_000_000
_CGROUP_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class Excess:
    """A kernel has to go.

    Args:
        is_its_own: the notebook's own bound was passed, not that of all together.
    """

    problem: str
    is_its_own: bool


def default_bound() -> int:
    """Three quarters of the machine's memory, or of what its container may have, in bytes."""
    import psutil

    total = int(psutil.virtual_memory().total)
    for file in _CGROUP_FILES:
        try:
            text = Path(file).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total * 3 // 4


class MemoryBound:
    """What all kernels of one executor may take; asked from the thread of each.

    Args:
        all_bytes: for all together; None for no bound.
    """

    def __init__(self, all_bytes: int | None = None) -> None:
        self.all_bytes = all_bytes
        self._lock = threading.Lock()
        self._own: dict[int, int | None] = {}
        self._taken: dict[int, int] = {}
        self._places: list[int] = []
        self._sampled_at = 0.0

    def add(self, pid: int, own_bytes: int | None) -> None:
        """A kernel has started; own_bytes is its notebook's own bound."""
        with self._lock:
            self._own[pid] = own_bytes

    def remove(self, pid: int) -> None:
        """It has ended."""
        with self._lock:
            self._own.pop(pid, None)
            self._taken.pop(pid, None)

    def excess(self, pid: int) -> Excess | None:
        """Why this kernel has to go: its own bound is passed, or that of all and it is the largest."""
        with self._lock:
            if self.all_bytes is None and self._own.get(pid) is None:
                return None
            self._sample()
            taken, own = self._taken.get(pid, 0), self._own.get(pid)
            if own is not None and taken > own and (taken := exact_bytes(pid, taken)) > own:
                return Excess(f"the kernel grew to {megabytes(taken)}, it may have {megabytes(own)}", is_its_own=True)
            total = sum(self._taken.values())
            if self.all_bytes is None or total <= self.all_bytes or taken < max(self._taken.values(), default=0):
                return None
            exact = {each: exact_bytes(each, known) for each, known in self._taken.items()}
            total = sum(exact.values())
            if total <= self.all_bytes:
                return None
            # The next look must see it gone, or the second largest goes, too.
            self._taken.pop(pid, None)
            of_all = f"all kernels together may have {megabytes(self.all_bytes)} and took {megabytes(total)}"
            return Excess(f"{of_all}, this one {megabytes(exact.get(pid, 0))}", is_its_own=False)

    def admit(self, wanted_bytes: int | None) -> bool:
        """Whether one more kernel may start, and then a place is taken for it; the first always may.

        What a kernel will take shows only later, so each counts for at least what it wants.
        """
        wanted = wanted_bytes or _ROOM_BYTES
        with self._lock:
            if self.all_bytes is not None and self._places:
                self._sample()
                used = max(sum(self._taken.values()), sum(self._places))
                if self.all_bytes - used < wanted:
                    return False
            self._places.append(wanted)
            return True

    def leave(self, wanted_bytes: int | None) -> None:
        """A kernel that was admitted is done."""
        with self._lock:
            self._places.remove(wanted_bytes or _ROOM_BYTES)

    def _sample(self) -> None:
        now = time.monotonic()
        if now - self._sampled_at >= _SAMPLE_SECONDS:
            self._taken = taken_bytes(tuple(self._own))
            self._sampled_at = time.monotonic()


def taken_bytes(pids: tuple[int, ...]) -> dict[int, int]:
    """Resident memory of each process together with its descendants, from one look at the machine's processes."""
    import psutil

    children: dict[int, list[psutil.Process]] = {}
    processes: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            children.setdefault(process.ppid(), []).append(process)
        except psutil.Error:
            continue
        processes[process.pid] = process
    return {
        pid: sum(_resident(process) for process in _with_descendants(processes[pid], children))
        for pid in pids
        if pid in processes
    }


def _with_descendants(process: "psutil.Process", children: "dict[int, list[psutil.Process]]") -> "list[psutil.Process]":
    found = [process]
    for known in found:
        found.extend(child for child in children.get(known.pid, ()) if child not in found)
    return found


def _resident(process: "psutil.Process") -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def exact_bytes(pid: int, otherwise: int) -> int:
    """As taken_bytes, but memory that forked processes share counts once; slow, so only before a verdict."""
    import psutil

    if not sys.platform.startswith("linux"):
        return otherwise
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return otherwise
    for process in family:
        try:
            total += int(process.memory_full_info().pss)
        except (psutil.Error, AttributeError):
            total += _resident(process)
    return total
