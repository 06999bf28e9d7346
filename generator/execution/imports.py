"""What the code of a Python notebook may import."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imports:
    """What code may load.

    Args:
        modules: dotted names, sorted; ``from a import b`` gives ``a`` and ``a.b``, for nobody can tell which it is.
        scripts: of ``%run``, as they are written, sorted.
    """

    modules: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def imports_of(cells: Sequence[str], *, package: str = "") -> Imports:
    """Every module that Python code may import, anywhere in it: in functions, branches and ``try`` as well.

    Args:
        cells: sources of code cells with IPython's own syntax, or the one text of a module's file.
        package: in which the code stands, dotted, to which relative imports are relative; empty for none.
    """
    modules: set[str] = set()
    scripts: set[str] = set()
    for cell in cells:
        text = cell
        tree = _parsed(text)
        if tree is None:
            text = _Python(scripts=scripts, modules=modules).of_cell(cell)
            tree = _parsed(text)
        modules.update(_searched(text, package) if tree is None else _walked(tree, package))
    return Imports(tuple(sorted(modules)), tuple(sorted(scripts)))


def _parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        # An author's `"\\d"` is no concern of whoever builds the blog.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


# A cell magic whose body is Python; any other body is a shell's, a browser's or another language's.
_PYTHON_BODIES = frozenset("time timeit capture prun debug python3 python px memit mprun lprun scalene".split())
_PYTHON_LINES = frozenset("time timeit prun debug memit".split())
_MAGIC = re.compile(r"(\s*)(%{1,2})(\w[\w.]*)[ \t]*(.*)")
_ASSIGNED = re.compile(r"(\s*)[\w.,\[\]'\" ]+=\s*([!%])\s*(\w*)\s*(.*)")
_SHELL = re.compile(r"\s*!")
# `!python helpers.py`, `!{sys.executable} -u helpers.py`
_PROGRAM = re.compile(r"!\s*(?:[\w./]*python[\d.]*|\{sys\.executable\})\s+(?:-\w+\s+)*([^\s;|&<>]+\.py)\b")
_HELP = re.compile(r"\s*\?{1,2}\s*[\w.*%]+\s*;?\s*$|\s*[\w.*%\[\]]+\s*\?{1,2}\s*;?\s*$")
# Options of %run that take no value, and those that do (`-t -N 3`, `-m` names a module).
_RUN = re.compile(r"(?:-[nietGp]+\s+|-N\s*\d+\s+|-[bdlsT]\s*\S*\s+)*(-m\s+)?(\"[^\"]+\"|'[^']+'|\S+)")
_OPTIONS = re.compile(r"(?:-[a-zA-Z]+\s*\d*\s+)*")


@dataclass(slots=True)
class _Python:
    """Takes IPython's syntax out of a cell, and notes what its magics load.

    Args:
        scripts, modules: where what is found is added.
    """

    scripts: set[str]
    modules: set[str]

    def of_cell(self, cell: str) -> str:
        lines = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        while first < len(lines) and lines[first].startswith("%%"):
            found = _MAGIC.match(lines[first])
            if found is None or found[3] not in _PYTHON_BODIES:
                # `%%writefile helpers.py` and the like: whatever the body is, this cell does not run it.
                return ""
            # `%%timeit import numpy` runs the rest of its line, too.
            lines[first] = _statement(found[4]) if found[3] in _PYTHON_LINES else ""
            first += 1
        return "\n".join(self._line(line) for line in lines)

    def _line(self, line: str) -> str:
        if found := _MAGIC.match(line):
            return found[1] + self._magic(found[3], found[4])
        self.scripts.update(_PROGRAM.findall(line))
        if _SHELL.match(line) or _HELP.match(line):
            return line[: len(line) - len(line.lstrip())] + "pass"
        if found := _ASSIGNED.match(line):
            if found[2] == "%":
                return found[1] + self._magic(found[3], found[4])
            return found[1] + "pass"
        return line

    def _magic(self, name: str, rest: str) -> str:
        """What a line magic is replaced with."""
        if name == "run" and (found := _RUN.match(rest)):
            target = found[2].strip("'\"")
            (self.modules if found[1] else self.scripts).add(target)
        elif name in ("load_ext", "reload_ext", "aimport") and rest:
            names = re.split(r"[,\s]+", rest.strip())
            self.modules.update(word for word in names if re.fullmatch(r"[A-Za-z_][\w.]*", word))
        elif name in _PYTHON_LINES:
            return _statement(rest) or "pass"
        return "pass"


def _statement(rest: str) -> str:
    return rest[_OPTIONS.match(rest).end() :] if rest.startswith("-") else rest  # type: ignore[union-attr]


def _walked(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node.level, node.module or "", [alias.name for alias in node.names], package)
        elif isinstance(node, ast.Call) and node.args and _called(node.func) in ("import_module", "__import__"):
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                dots = len(name.value) - len(name.value.lstrip("."))
                yield from _from(dots, name.value[dots:], [], package)


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _from(level: int, module: str, names: list[str], package: str) -> Iterator[str]:
    """The modules of one ``from`` statement."""
    base = module
    if level:
        parents = package.split(".") if package else []
        if level > len(parents):
            return
        base = ".".join([*parents[: len(parents) - level + 1], *([module] if module else [])])
    if not base:
        return
    yield base
    yield from (f"{base}.{name}" for name in names if name != "*")


_IMPORT_LINE = re.compile(r"(?:^|[;:])\s*import\s+([^#;\n]+)", re.MULTILINE)
_FROM_LINE = re.compile(r"(?:^|[;:])\s*from\s+(\.*)\s*([\w.]*)\s+import\s+(\([^)]*\)|[^#;\n]+)", re.MULTILINE)
_CALL = re.compile(r"\b(?:import_module|__import__)\(\s*[\"'](\.*)([\w.]+)[\"']")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def _searched(text: str, package: str) -> Iterator[str]:
    """The imports of text that is not quite Python, found by their looks."""
    for found in _IMPORT_LINE.finditer(text):
        yield from _names(found[1])
    for found in _FROM_LINE.finditer(text):
        names = re.sub(r"#[^\n]*", "", found[3]).replace("\\\n", " ").strip("() \t\n")
        yield from _from(len(found[1]), found[2], list(_names(names)), package)
    for found in _CALL.finditer(text):
        yield from _from(len(found[1]), found[2], [], package)


def _names(listed: str) -> Iterator[str]:
    """``a.b as c, d`` gives ``a.b`` and ``d``."""
    for item in listed.split(","):
        found = _NAME.match(item.strip())
        if found is not None:
            yield found[0]
