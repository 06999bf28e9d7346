"""The files of the repository that a notebook's imports load."""

import json
import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from generator.execution.imports import Imports, imports_of

# Where a repository keeps modules that notebooks reach with `sys.path.append("../src")` and the like.
_ROOTS = ("", "src", "lib")


def own_modules(
    imports: Imports, *, folder: str, exists: Callable[[str], bool], read: Callable[[str], bytes | None]
) -> tuple[str, ...]:
    """Every file of the repository that imports load, and what those files import in turn.

    A module is looked for beside the notebook and in every folder above it, at the repository's root, and in ``src``
    and ``lib`` there: any that exists counts, since nobody can tell what ``sys.path`` will be.

    Args:
        folder: of the notebook, relative to the source directory; ``""`` for the directory itself.
        exists: whether there is a file at a path relative to the source directory, ``/`` between its parts.
        read: the content of such a file; None when it cannot be read.

    Returns:
        Paths relative to the source directory, sorted; scripts of ``%run`` are among them.
    """
    found: set[str] = set()
    waiting = [*_files_of(imports, folder, exists)]
    while waiting:
        path, package = waiting.pop()
        if path in found:
            continue
        found.add(path)
        content = read(path)
        if content is not None and path.endswith((".py", ".ipynb")):
            # A module's own folder is where `import sibling` looks when it is run as a script.
            beside = _parent(path) if not package else folder
            within = imports_of(_code(path, content), package=package)
            waiting.extend(_files_of(within, beside, exists))
            if beside != folder:
                waiting.extend(_files_of(Imports(within.modules), folder, exists))
    return tuple(sorted(found))


def _files_of(imports: Imports, folder: str, exists: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """(path, the package its relative imports are relative to) of what imports load directly."""
    for script in imports.scripts:
        for name in (script, f"{script}.py"):
            path = posixpath.normpath(posixpath.join(folder, name.replace("\\", "/")))
            if _is_inside(path) and exists(path):
                yield path, ""
                break
    roots = _search_folders(folder)
    for module in imports.modules:
        for root in roots:
            yield from _files_of_module(module, root, exists)


def _search_folders(folder: str) -> tuple[str, ...]:
    above = [folder]
    while above[-1]:
        above.append(_parent(above[-1]))
    beside = (posixpath.join(folder, name) for name in _ROOTS)
    return tuple(dict.fromkeys((*above, *beside, *_ROOTS)))


def _files_of_module(module: str, root: str, exists: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The files that ``import module`` loads below root: every ``__init__.py`` on the way, and the module's own."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        place = posixpath.join(root, *parts[:count])
        init = f"{place}/__init__.py"
        if exists(init):
            yield init, ".".join(parts[:count])
        elif exists(f"{place}.py"):
            yield f"{place}.py", ".".join(parts[: count - 1])
            return
        # A folder without `__init__.py` is a namespace package, and the way goes on.


def _code(path: str, content: bytes) -> list[str]:
    text = content.decode("utf-8-sig", errors="replace")
    return _cells(text) if path.endswith(".ipynb") else [text]


def _cells(text: str) -> list[str]:
    """The code of a notebook that another one runs; one that cannot be read has none."""
    try:
        notebook: Any = json.loads(text)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return ["".join(cell["source"]) for cell in cells]
    except (ValueError, TypeError, LookupError, RecursionError):
        return []


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _is_inside(path: str) -> bool:
    return not path.startswith(("../", "/")) and path != ".."
