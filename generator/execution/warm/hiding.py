"""Modules that are loaded before a fork, and not there until a notebook imports them; the zygote loads this file by its path.

While modules load, what each one does is written down: which modules it imports, in which order, and what it changes of
the interpreter (warning filters, environment variables, functions to call at exit). Then all of it is undone. An import
in the kernel does the same once more, without executing anything. A module that does more than can be undone is unfit.
"""

import atexit
import builtins
import contextlib
import gc
import importlib._bootstrap as bootstrap  # type: ignore[import-not-found]
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
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

Step = tuple[str, Any]


class Hidden:
    """What was loaded, and how a kernel gets it back."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}
        # Of each module, in the order it happened.
        self.steps: dict[str, list[Step]] = {}
        # Submodules that are an attribute of their package under their own name.
        self.attributes: set[str] = set()
        self.marks: dict[str, object] = {}
        self.generators: list[weakref.ref[random.Random]] = []
        self.original: Any = None

    @property
    def roots(self) -> set[str]:
        """Names of modules that are in no package."""
        return {name for name in self.modules if "." not in name}

    # In the zygote.

    def load(self, trusted: tuple[str, ...], others: tuple[str, ...], variables: Mapping[str, str]) -> str | None:
        """Import these and hide all that it loads.

        Args:
            trusted: what the kernel imports before anybody could tell.
            others: as a notebook would; the first unfit one is returned, after which what is hidden is of no use.
            variables: of the environment, where they are not set, for the others.
        """
        before = set(sys.modules)
        recorder = _Recorder(self.generators)
        unfit = None
        with recorder.recording():
            for name in trusted:
                with contextlib.suppress(ImportError):
                    bootstrap._gcd_import(name)
            known = set(sys.modules)
            # As ipykernel has it in place before the first cell.
            os.environ.update({name: text for name, text in variables.items() if not os.environ.get(name)})
            for name in others:
                condition = _condition()
                with _asking_for_the_shell() as asked:
                    is_fit = _imports(name)
                if not is_fit or asked or condition != _condition():
                    unfit = name
                    break
        recorder.undo()
        self._hide(set(sys.modules) - before, recorder.steps)
        self.marks = {
            name: _mark(getattr(module, "__spec__", None))
            for name, module in self.modules.items()
            if "." not in name and name not in known
        }
        return unfit

    def _hide(self, names: set[str], steps: dict[str, list[Step]]) -> None:
        loaded = [name for name in sys.modules if name in names]
        for name in loaded:
            self.modules[name] = sys.modules.pop(name)
            self.steps[name] = list(_needed(steps.get(name, []), names))
        for name in loaded:
            parent, _, child = name.rpartition(".")
            package = self.modules.get(parent) or sys.modules.get(parent)
            if package is not None and vars(package).get(child) is self.modules[name]:
                delattr(package, child)
                self.attributes.add(name)

    def hide(self, name: str) -> None:
        """Hide a module that is here only because this process needs it."""
        self._hide({name}, {})

    # In the kernel.

    def install(self) -> None:
        """Let imports find what is hidden."""
        for generator in self.generators:
            if (found := generator()) is not None:
                found.seed()
        if self.modules:
            # Not a finder in sys.meta_path: a notebook sees that one, and importlib.util.find_spec asks it.
            self.original = bootstrap._find_and_load_unlocked
            # Python cuts its own frames out of the traceback of an import, and knows them by their file.
            for method in (Hidden._find_and_load, Hidden._repeat):
                method.__code__ = method.__code__.replace(co_filename=self.original.__code__.co_filename)
            bootstrap._find_and_load_unlocked = self._find_and_load

    def _find_and_load(self, name: str, import_: Callable[[str], ModuleType]) -> ModuleType:
        if name not in self.modules:
            return self.original(name, import_)  # type: ignore[no-any-return]
        parent = name.rpartition(".")[0]
        if parent:
            if parent not in sys.modules:
                import_(parent)
            if name in sys.modules:
                return sys.modules[name]
        if name not in self.modules or not self._is_as_loaded(name):
            return self.original(name, import_)  # type: ignore[no-any-return]
        module = sys.modules[name] = self.modules.pop(name)
        self._repeat(self.steps.pop(name), import_)
        self._attach(name, module)
        _begin_anew(name, module)
        return module

    def _attach(self, name: str, module: ModuleType) -> None:
        parent, _, child = name.rpartition(".")
        if name in self.attributes and parent in sys.modules:
            setattr(sys.modules[parent], child, module)

    def _is_as_loaded(self, name: str) -> bool:
        """Whether a fresh import would find the very same file; if not, nothing hidden can be trusted any more."""
        if name not in self.marks:
            return True
        spec = self.modules[name].__spec__
        if spec is None or not spec.has_location or _mark(PathFinder.find_spec(name)) == self.marks[name]:
            return True
        self.modules.clear()
        return False

    def _repeat(self, steps: list[Step], import_: Callable[[str], ModuleType]) -> None:
        for kind, what in steps:
            if kind == "import":
                if what not in sys.modules:
                    import_(what)
            elif kind == "adopt":
                if what in self.modules:
                    sys.modules[what] = self.modules.pop(what)
                    self._attach(what, sys.modules[what])
            elif kind == "filters":
                _change_filters(*what)
            elif kind == "variables":
                _change_variables(what)
            elif kind == "threads":
                for _ in range(what):
                    threading._counter()  # type: ignore[attr-defined]
            else:
                function, arguments, named = what
                atexit.register(function, *arguments, **named)


class _Recorder:
    """Writes down what modules do while they load."""

    def __init__(self, generators: list[weakref.ref[random.Random]]) -> None:
        self.steps: dict[str, list[Step]] = {"": []}
        self.generators = generators
        self.loading = [""]
        self.loaded = set(sys.modules)
        self.filters = self.first_filters = list(warnings.filters)
        self.variables = self.first_variables = dict(os.environ)
        self.threads = self.first_threads = _threads_made()
        self.is_on = False

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        was = (builtins.__import__, bootstrap._load_unlocked, atexit.register, random.Random.seed)
        was_asked = bootstrap._gcd_import
        bootstrap._gcd_import = self._watched_asking(was_asked)
        builtins.__import__ = self._watched_import(was[0])
        bootstrap._load_unlocked = self._watched_load(was[1])
        atexit.register = self._watched_register(was[2])
        random.Random.seed = self._watched_seed(was[3])  # type: ignore[method-assign]
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False
            builtins.__import__, bootstrap._load_unlocked, atexit.register = was[:3]
            random.Random.seed = was[3]  # type: ignore[method-assign]
            bootstrap._gcd_import = was_asked
            self._look()

    def undo(self) -> None:
        warnings.filters[:] = self.first_filters  # type: ignore[index]
        with warnings.catch_warnings():
            pass  # tells the interpreter that the filters are others
        for name in set(os.environ) - set(self.first_variables):
            del os.environ[name]
        os.environ.update(self.first_variables)
        threading._counter = itertools.count(self.first_threads).__next__  # type: ignore[attr-defined]

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
        bootstrap._gcd_import(name)
    except BaseException:
        return False
    return True


@contextlib.contextmanager
def _asking_for_the_shell() -> Iterator[list[bool]]:
    """What asks whether it runs in a notebook would be told No, and in a kernel Yes: the list is not empty then."""
    shell = sys.modules["IPython.core.interactiveshell"].InteractiveShell
    asked: list[bool] = []

    def is_initialized(_: object) -> bool:
        asked.append(True)
        return False

    def get_ipython() -> None:
        asked.append(True)

    shell.initialized = classmethod(is_initialized)
    vars(builtins)["get_ipython"] = get_ipython
    try:
        yield asked
    finally:
        del shell.initialized, vars(builtins)["get_ipython"]


def _needed(steps: list[Step], hidden: set[str]) -> Iterator[Step]:
    """Without the imports of what is there anyway, and each of the others once."""
    seen = set()
    for kind, what in steps:
        if kind != "import":
            yield kind, what
        elif what in hidden and what not in seen:
            seen.add(what)
            yield kind, what


def _threads_made() -> int:
    """The number in the name of the next thread; a module may make one that it never starts."""
    # count(2): nothing else tells it without counting on.
    return int(repr(threading._counter.__self__)[6:-1])  # type: ignore[attr-defined]


def _change_filters(before: list[Any], after: list[Any]) -> None:
    """Do to the filters of now what made ``after`` of ``before``."""
    kept = [item for item in warnings.filters if item in after or item not in before]
    added = [item for item in after if item not in before]
    # What Python itself does when a filter is set: it goes to the front.
    is_last = bool(added) and bool(before) and after[0] == before[0]
    others = [item for item in kept if item not in added]
    warnings.filters[:] = [*others, *added] if is_last else [*added, *others]  # type: ignore[index]
    with warnings.catch_warnings():
        pass


def _change_variables(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _begin_anew(name: str, module: Any) -> None:
    """Draw again what a module draws by lot when it is imported: kernels of one zygote must not share it."""
    if name == "numpy.random.mtrand":
        module.seed()
    elif name == "multiprocessing.process":
        module.current_process().authkey = os.urandom(32)


def _mark(spec: Any) -> object:
    """What tells one file of a module from another."""
    if spec is None:
        return None
    if not spec.has_location:
        return spec.origin, tuple(spec.submodule_search_locations or ())
    try:
        found = os.stat(spec.origin)
    except OSError:
        return spec.origin
    return spec.origin, found.st_mtime_ns, found.st_size, found.st_ino


def _condition() -> tuple[Any, ...]:
    """What an import may change beyond undoing; equal before and after a fit one."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
            stream.flush()
    return (
        [os.fstat(number).st_size for number in (1, 2)],
        sorted(os.listdir("/dev/fd")),  # noqa: PTH208
        threading.active_count(),
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
