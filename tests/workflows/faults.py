"""Requests that go wrong, by rule."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal[
    "none", "500", "502", "503", "429", "secondary", "truncated", "reset", "stall", "stale", "lost", "lost-502"
]
"""How a request fails. ``lost`` and ``lost-502``: it was done, and the answer never came; ``stale``: a read that
knows nothing of the last write; ``secondary``: the rate limit that answers 403; ``none``: not at all."""


@dataclass
class Fault:
    """One rule. It counts the requests that match, and takes those after ``after``, ``times`` of them."""

    method: str
    path: str
    kind: FaultKind
    times: int
    after: int
    do: Callable[[], object] | None = None
    seen: int = 0
    taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is one of those; counts it."""
        if method != self.method or not re.fullmatch(self.path, path):
            return False
        with self._lock:
            self.seen += 1
            is_taken = self.seen > self.after and self.taken < self.times
            self.taken += is_taken
        return is_taken
