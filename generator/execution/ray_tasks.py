"""What Ray itself carries to a worker: functions that travel by value, so that a worker needs no inkmill to take them.

Functions inside functions are what cloudpickle sends whole; they may use nothing of this module.
"""

from typing import Any


def probe() -> Any:
    """A function that says what a machine has: (Python, inkmill's version, digest of its files, what is missing)."""

    def seen_there(wanted: tuple[str, ...]) -> tuple[str, str | None, str, tuple[str, ...]]:
        import hashlib
        import importlib.util
        import platform
        from pathlib import Path

        missing = tuple(name for name in wanted if importlib.util.find_spec(name) is None)
        try:
            import generator
        except ImportError:
            return platform.python_version(), None, "", missing
        version = getattr(generator, "__version__", None)
        folder = Path(generator.__file__ or "").parent
        summed = hashlib.sha256()
        for path in sorted(folder.rglob("*.py")):
            summed.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
        return platform.python_version(), version, summed.hexdigest(), missing

    return seen_there


def task() -> Any:
    """A function that runs one job on a worker.

    Its arguments: (version of inkmill at home; None, or a reference to its package as a zip file, for machines that
    have it not; a pickled Parcel); pickled variables, apart, so that they are never large enough for the object store;
    references to notebook and contents; the mailbox.
    """

    def run_there(order: tuple[str, Any, bytes], variables: bytes, contents: Any, mailbox: Any) -> Any:
        import sys

        version, code, parcel = order
        if code is not None and not any("inkmill-code-" in entry for entry in sys.path):
            import io
            import tempfile
            import zipfile
            from pathlib import Path

            import ray

            # A file of the package is run by its path, so it cannot be imported from the zip file itself.
            folder = tempfile.mkdtemp(prefix="inkmill-code-")
            zipfile.ZipFile(io.BytesIO(ray.get(code))).extractall(folder)
            sys.path.insert(0, folder)
            for name in [name for name in sys.modules if name.partition(".")[0] == "generator"]:
                del sys.modules[name]
            from generator.execution.ray_worker import hold

            hold(Path(folder))
        import generator

        if generator.__version__ != version:
            raise RuntimeError(f"inkmill is {generator.__version__} there and {version} here")
        from generator.execution.ray_worker import run_parcel

        return run_parcel(parcel, variables, contents, mailbox)

    return run_there


def mailbox() -> Any:
    """A class for the news of all workers on the way home."""

    class Mailbox:
        def __init__(self) -> None:
            import asyncio
            from collections import deque

            # A driver that reads too slowly loses the oldest news.
            self._news: Any = deque(maxlen=4096)
            self._has_news = asyncio.Event()

        async def tell(self, news: bytes) -> None:
            self._news.append(news)
            self._has_news.set()

        async def take(self, seconds: float) -> list[bytes]:
            import asyncio
            import contextlib

            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._has_news.wait(), seconds)
            self._has_news.clear()
            news = list(self._news)
            self._news.clear()
            return news

    return Mailbox
