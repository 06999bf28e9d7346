"""The same work on many items, in several processes where that pays."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from generator.errors import MachineError

Item = TypeVar("Item")
Result = TypeVar("Result")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)

# Below this many items a second process costs more than it saves (measured: about 8 notebooks).
_WORTH_A_POOL = 8


class Workshop(Protocol[Item_contra, Result_co]):
    """Picklable; called once in each process, it sets up and returns what does one item."""

    def __call__(self) -> Callable[[Item_contra], Result_co]:
        """Set up."""


def work(
    workshop: Workshop[Item, Result], items: Sequence[Item], *, jobs: int, weight: Callable[[Item], int]
) -> list[Result]:
    """What the workshop makes of each item, in the items' order.

    Args:
        jobs: processes at most.
        weight: a rough cost of one item, to share the work out evenly.

    Raises:
        MachineError: a process died, for want of memory most likely.
    """
    if not items:
        return []
    if jobs <= 1 or len(items) < _WORTH_A_POOL:
        do = workshop()
        return [do(item) for item in items]
    # An unchanged build never comes here, and must not pay for these.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    shares = _even_shares([weight(item) for item in items], min(jobs, len(items)))
    results: list[Result | None] = [None] * len(items)
    try:
        context = multiprocessing.get_context(_start_method())
        with ProcessPoolExecutor(len(shares), mp_context=context, initializer=_follow_parent) as pool:
            running = [pool.submit(_do_share, workshop, [items[number] for number in share]) for share in shares]
            for share, future in zip(shares, running, strict=True):
                for number, result in zip(share, future.result(), strict=True):
                    results[number] = result
    except BrokenProcessPool:
        raise MachineError("a worker process died", mend="run with `--jobs 1`, or give it more memory") from None
    return results  # type: ignore[return-value]


def _start_method() -> str:
    # Fork shares what is already imported; on macOS the system's own libraries do not survive it.
    return "fork" if sys.platform.startswith("linux") and hasattr(os, "fork") else "spawn"


def _follow_parent() -> None:
    """Let a worker end when its parent does: an orphan would hold the lock of the store, which it inherits."""
    # Ctrl-C reaches every process; the parent alone has something to say about it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def without_collector() -> Iterator[None]:
    """Reference counts free what a build drops; looking for cycles among 10,000 documents costs a fifth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def with_collector() -> Iterator[None]:
    """For work of minutes inside ``without_collector``: kernels leave cycles, and their outputs hang on them."""
    was_on = gc.isenabled()
    gc.enable()
    try:
        yield
    finally:
        if not was_on:
            gc.disable()


def _do_share(workshop: Workshop[Item, Result], items: Sequence[Item]) -> list[Result]:
    with without_collector():
        do = workshop()
        return [do(item) for item in items]


def _even_shares(weights: Sequence[int], count: int) -> list[list[int]]:
    """Item numbers for each process: heaviest first, each to the process with least to do."""
    shares: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for number in sorted(range(len(weights)), key=lambda number: (-weights[number], number)):
        lightest = loads.index(min(loads))
        shares[lightest].append(number)
        loads[lightest] += weights[number] + 1
    return shares
