"""Modules that are loaded and yet not there, until a notebook imports them; the zygote loads this file by its path.

An import in the kernel repeats what the module did when it was loaded, without executing anything.
"""

import atexit
import importlib._bootstrap
import os
import random
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

Step = tuple[str, Any]

# Where the import system keeps its functions: C code looks them up here each time.
BOOTSTRAP = vars(importlib._bootstrap)  # noqa: SLF001 - sys.meta_path would show


class Hidden:
    """What was loaded, and how a kernel gets it back."""

    def __init__(self, steps: dict[str, list[Step]], generators: list[weakref.ref[random.Random]]) -> None:
        self.modules: dict[str, ModuleType] = {}
        # Of each module, in the order it happened.
        self.steps = steps
        # Submodules that are an attribute of their package under their own name.
        self.attributes: set[str] = set()
        # What an import would find for those that a notebook may find elsewhere.
        self.marks: dict[str, object] = {}
        # To be given a new seed.
        self.generators = generators
        self.original: Any = None

    @property
    def roots(self) -> set[str]:
        """Names of modules that are in no package."""
        return {name for name in self.modules if "." not in name}

    # In the zygote.

    def hide(self, names: set[str], trusted: set[str]) -> None:
        """Hide modules; the trusted ones are imported before anybody can put others in their place."""
        loaded = [name for name in sys.modules if name in names]
        for name in loaded:
            self.modules[name] = sys.modules.pop(name)
            self.steps[name] = list(_needed(self.steps.get(name, []), names))
        for name in loaded:
            parent, _, child = name.rpartition(".")
            package = self.modules.get(parent) or sys.modules.get(parent)
            if package is not None and vars(package).get(child) is self.modules[name]:
                delattr(package, child)
                self.attributes.add(name)
        self.marks = {name: _mark(name) for name in loaded if "." not in name and name not in trusted}

    # In the kernel.

    def install(self) -> None:
        """Let imports find what is hidden."""
        for generator in self.generators:
            if (found := generator()) is not None:
                found.seed()
        if self.modules:
            # Not a finder in sys.meta_path: a notebook sees that one, and importlib.util.find_spec asks it.
            self.original = BOOTSTRAP["_find_and_load_unlocked"]
            # Python cuts its own frames out of the traceback of an import, and knows them by their file.
            for method in (Hidden._find_and_load, Hidden._repeat):
                method.__code__ = method.__code__.replace(co_filename=self.original.__code__.co_filename)
            BOOTSTRAP["_find_and_load_unlocked"] = self._find_and_load

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
        if name not in self.marks or _mark(name) == self.marks[name]:
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
                    vars(threading)["_counter"]()
            else:
                function, arguments, named = what
                atexit.register(function, *arguments, **named)


def _needed(steps: list[Step], hidden: set[str]) -> Iterator[Step]:
    """Without the imports of what is there anyway, and each of the others once."""
    seen = set()
    for kind, what in steps:
        if kind != "import":
            yield kind, what
        elif what in hidden and what not in seen:
            seen.add(what)
            yield kind, what


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
    """Ask again what a module asks when it is imported: kernels of one zygote must not share the answer."""
    if name == "numpy.random.mtrand":
        module.seed()
    elif name == "multiprocessing.process":
        module.current_process().authkey = os.urandom(32)
        module.ORIGINAL_DIR = str(Path.cwd())


def _mark(name: str) -> object:
    """Tells the file that an import of this name would find from any other; None when no folder of sys.path has it."""
    spec = PathFinder.find_spec(name)
    if spec is None or spec.origin is None or not spec.has_location:
        return spec and tuple(spec.submodule_search_locations or ())
    try:
        found = Path(spec.origin).stat()
    except OSError:
        return spec.origin
    return spec.origin, found.st_mtime_ns, found.st_size, found.st_ino
