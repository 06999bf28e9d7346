"""Watches modules while they load in the zygote, which loads this file by its path, and takes back what they do.

What each module does is written down: which modules it imports, in which order, and what it changes of the interpreter:
warning filters, environment variables, functions to call at exit. A module that does more than that is unfit.
"""

import atexit
import builtins
import contextlib
import gc
import importlib._bootstrap
import io
import itertools
import locale
import logging
import os
import random
import signal
import socket
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, ModuleType
from typing import Any

Step = tuple[str, Any]

# What answers differently in each kernel, and may be kept by a module that asks when it is imported.
_OF_THE_MOMENT = frozenset(
    """time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns thread_time
    localtime gmtime ctime asctime strftime now utcnow today times
    getpid getppid getpgid getpgrp getsid getcwd getcwdb""".split()
)

# The import system asks for itself; multiprocessing is told anew in each kernel.
_KNOWN_TO_ASK = frozenset({"importlib._bootstrap", "importlib._bootstrap_external", "multiprocessing.process"})

# Where the import system keeps its functions: C code looks them up here each time.
BOOTSTRAP = vars(importlib._bootstrap)  # noqa: SLF001 - there is no public way to see a module loaded by C code


class Recorder:
    """Writes down what modules do while they load."""

    def __init__(self) -> None:
        # Of each module, in the order it happened.
        self.steps: dict[str, list[Step]] = {"": []}
        # Made without a seed, so that each kernel has to draw one.
        self.generators: list[weakref.ref[random.Random]] = []
        self.before = set(sys.modules)
        self.known: set[str] = set()
        self.loading = [""]
        self.loaded = set(sys.modules)
        self.filters = self.first_filters = list(warnings.filters)
        self.variables = self.first_variables = dict(os.environ)
        self.threads = self.first_threads = _threads_made()
        self.is_on = False

    def load(self, trusted: tuple[str, ...], others: tuple[str, ...], variables: Mapping[str, str]) -> str | None:
        """Import these, and undo what that changes apart from sys.modules.

        Args:
            trusted: what the kernel imports before anybody could tell.
            others: as a notebook would; the first unfit one is returned, after which this process is of no use.
            variables: of the environment, where they are not set, for the others.
        """
        unfit = None
        with self._recording():
            for name in trusted:
                with contextlib.suppress(ImportError):
                    BOOTSTRAP["_gcd_import"](name)
            self.known = set(sys.modules)
            # As ipykernel has it in place before the first cell.
            os.environ.update({name: text for name, text in variables.items() if not os.environ.get(name)})
            for name in others:
                condition = _condition()
                with _asking() as asked:
                    is_fit = _imports(name)
                if not is_fit or asked or condition != _condition():
                    unfit = name
                    break
        self._undo()
        return unfit

    @contextlib.contextmanager
    def _recording(self) -> Iterator[None]:
        was = (builtins.__import__, BOOTSTRAP["_load_unlocked"], atexit.register, random.Random.seed)
        was_asked = BOOTSTRAP["_gcd_import"]
        BOOTSTRAP["_gcd_import"] = self._watched_asking(was_asked)
        builtins.__import__ = self._watched_import(was[0])
        BOOTSTRAP["_load_unlocked"] = self._watched_load(was[1])
        atexit.register = self._watched_register(was[2])
        random.Random.seed = self._watched_seed(was[3])  # type: ignore[method-assign]
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False
            builtins.__import__, BOOTSTRAP["_load_unlocked"], atexit.register = was[:3]
            random.Random.seed = was[3]  # type: ignore[method-assign]
            BOOTSTRAP["_gcd_import"] = was_asked
            self._look()

    def _undo(self) -> None:
        warnings.filters[:] = self.first_filters  # type: ignore[index]
        with warnings.catch_warnings():
            pass  # tells the interpreter that the filters are others
        for name in set(os.environ) - set(self.first_variables):
            del os.environ[name]
        os.environ.update(self.first_variables)
        vars(threading)["_counter"] = itertools.count(self.first_threads).__next__

    def _note(self, kind: str, what: Any) -> None:
        steps = self.steps[self.loading[-1]]
        if (kind, what) not in steps[-8:]:
            steps.append((kind, what))

    def _look(self) -> None:
        """Note what has changed since the last look; the module that loads now has changed it."""
        filters = list(warnings.filters)
        if filters != self.filters:
            self._note("filters", (self.filters, filters))
            self.filters = filters
        variables = dict(os.environ)
        if variables != self.variables:
            names = {name for name in variables | self.variables if variables.get(name) != self.variables.get(name)}
            self._note("variables", {name: variables.get(name) for name in sorted(names)})
            self.variables = variables
        if (threads := _threads_made()) != self.threads:
            self._note("threads", threads - self.threads)
            self.threads = threads
        # Some C code makes modules without loading them.
        for name in set(sys.modules) - self.loaded:
            self.loaded.add(name)
            self._note("adopt", name)

    def _watched_load(self, load: Callable[[Any], ModuleType]) -> Callable[[Any], ModuleType]:
        def load_unlocked(spec: Any) -> ModuleType:
            if not self.is_on:
                return load(spec)
            self._look()
            self._note("import", spec.name)
            self.loaded.add(spec.name)
            self.steps[spec.name] = []
            self.loading.append(spec.name)
            try:
                return load(spec)
            except BaseException:
                # The module is gone, what it did is not.
                self.loaded.discard(spec.name)
                self._look()
                self.steps[self.loading[-2]] += self.steps.pop(spec.name)
                self.steps[spec.name] = []
                raise
            finally:
                self._look()
                self.loading.pop()

        return load_unlocked

    def _watched_import(self, import_: Callable[..., Any]) -> Callable[..., Any]:
        def watched(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: A002
            found = import_(name, globals, locals, fromlist, level)
            if self.is_on:
                self._note_import(name, globals, fromlist, level)
            return found

        return watched

    def _watched_asking(self, ask: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
        """What importlib.import_module calls."""

        def asked(name: str, package: str | None = None, level: int = 0) -> ModuleType:
            found = ask(name, package, level)
            if self.is_on:
                self._note("import", found.__name__)
            return found

        return asked

    def _note_import(self, name: str, importer: Any, fromlist: Any, level: int) -> None:
        """A module that was loaded before is imported all the same, and a fresh kernel would load it here."""
        if level:
            package = importer.get("__package__") or importer["__name__"]
            base = package.rsplit(".", level - 1)[0] if level > 1 else package
            name = f"{base}.{name}" if name else base
        self._note("import", name)
        wanted = tuple(fromlist or ())
        if "*" in wanted:
            wanted += tuple(getattr(sys.modules.get(name), "__all__", ()))
        for child in wanted:
            if isinstance(child, str) and f"{name}.{child}" in sys.modules:
                self._note("import", f"{name}.{child}")

    def _watched_register(self, register: Callable[..., Any]) -> Callable[..., Any]:
        def watched(function: Any, /, *arguments: Any, **named: Any) -> Any:
            # A module that took this function for its own may call it later.
            if not self.is_on:
                return register(function, *arguments, **named)
            self.steps[self.loading[-1]].append(("exit", (function, arguments, named)))
            return function

        return watched

    def _watched_seed(self, seed: Callable[..., None]) -> Callable[..., None]:
        def watched(generator: random.Random, a: Any = None, version: int = 2) -> None:
            if a is None and self.is_on:
                self.generators.append(weakref.ref(generator))
            seed(generator, a, version)

        return watched


def _imports(name: str) -> bool:
    """Whether a module can be imported; what fails here fails in the kernel once more, in the cell that asks for it."""
    try:
        BOOTSTRAP["_gcd_import"](name)
    except BaseException:  # SystemExit is one
        return False
    return True


@contextlib.contextmanager
def _asking() -> Iterator[list[str]]:
    """What was asked meanwhile that a kernel answers otherwise: the time, the process, the folder, the shell."""
    shell = sys.modules["IPython.core.interactiveshell"].InteractiveShell
    asked: list[str] = []

    def called(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__name__", "") in _OF_THE_MOMENT:
            owner = getattr(function, "__module__", None) or "datetime"
            if owner in ("time", "posix", "datetime") and frame.f_globals.get("__name__") not in _KNOWN_TO_ASK:
                asked.append(function.__name__)

    def is_initialized(_: object) -> bool:
        asked.append("the shell")
        return False

    def get_ipython() -> None:
        asked.append("the shell")

    shell.initialized = classmethod(is_initialized)
    vars(builtins)["get_ipython"] = get_ipython
    sys.setprofile(called)
    try:
        yield asked
    finally:
        sys.setprofile(None)
        del shell.initialized, vars(builtins)["get_ipython"]


def _threads_made() -> int:
    """The number in the name of the next thread; a module may make one that it never starts."""
    # count(2): nothing else tells it without counting on.
    return int(repr(vars(threading)["_counter"].__self__)[6:-1])


def _has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def _condition() -> tuple[Any, ...]:
    """What an import may change beyond undoing; equal before and after a fit one."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
            stream.flush()
    return (
        [os.fstat(number).st_size for number in (1, 2)],
        sorted(os.listdir("/dev/fd")),  # noqa: PTH208
        [threading.active_count(), _has_children()],
        [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        os.getcwd(),  # noqa: PTH109
        [list(sys.path), list(sys.meta_path), list(sys.path_hooks)],
        [sys.excepthook, sys.displayhook, sys.unraisablehook, sys.stdin, sys.stdout, sys.stderr],
        [sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), sys.getswitchinterval()],
        [warnings.showwarning, sorted(vars(builtins)), gc.get_threshold(), gc.isenabled()],
        random.getstate(),
        locale.setlocale(locale.LC_ALL),
        [list(logging.root.handlers), logging.root.level, logging.root.manager.disable, logging.getLoggerClass()],
        socket.getdefaulttimeout(),
    )
