"""Which names the code of a Python cell assigns and reads, as far as can be known without running it."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from symtable import SymbolTable, symtable
from warnings import catch_warnings, simplefilter

_WORD = re.compile(r"[^\W\d]\w*")
# Cell magics whose body is Python; any other body is a shell's or another language's.
_PYTHON_BODY = re.compile(r"\s*%%(?:time|timeit|capture|prun|memit|mprun|lprun|scalene)\b(.*)")
_TIMED = re.compile(r"(\s*)%time[ \t]+(\w.*)")
_IPYTHON_LINE = re.compile(r"(\s*)((?:[%!?]|[\w.*]+\s*\?{1,2}\s*;?\s*$).*)")
_ASSIGNED_FROM_IPYTHON = re.compile(r"(\s*[\w., ]+=)\s*([!%].*)")
_RUNS_ANYTHING = re.compile(r"\s*(?:[\w., ]+=\s*)?%(?:run|rerun|recall|macro)\b")
# pandas' `@land`, a formatted `{land}` or `%(land)s`, SQL's `:land`, a template's `$land`.
_NAMED_IN_TEXT = re.compile(r"(?:[@:${]|%\()([^\W\d]\w*)")
# Any name may be what these look at.
_LOOKS_AT_ALL = frozenset({"exec", "eval", "globals", "locals", "vars", "dir", "get_ipython"})
_FIELDS_AS_EVALUATED: tuple[tuple[type[ast.AST], tuple[str, ...]], ...] = (
    (ast.Assign, ("value", "targets")),
    (ast.NamedExpr, ("value", "target")),
    (ast.For, ("iter", "target", "body", "orelse")),
    (ast.AsyncFor, ("iter", "target", "body", "orelse")),
    (ast.FunctionDef, ("decorator_list", "args")),
    (ast.AsyncFunctionDef, ("decorator_list", "args")),
    (ast.Lambda, ("args",)),
    (ast.arguments, ("defaults", "kw_defaults")),
)
_OWN_NAMES = (ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class CellNames:
    """What a cell does with the names of its notebook.

    Args:
        overwritten: assigned outside functions, before the cell itself reads what they were.
        taken: read by the cell as it runs, before it assigns them.
        read: anywhere, in functions and by name in a text too.
        is_opaque: it may read names that nobody can see in it.
    """

    overwritten: frozenset[str]
    taken: frozenset[str]
    read: frozenset[str]
    is_opaque: bool


def names_in(cell: str) -> CellNames:
    """The names in a cell, which may hold IPython's own syntax; every word of such a line counts as read."""
    try:
        tree, text, words = _understood(cell)
        if tree is None:
            return _unseen(cell)
        overwritten: set[str] = set()
        taken = set(words)
        for name, is_read in _used(tree):
            if name not in (overwritten if is_read else taken):
                (taken if is_read else overwritten).add(name)
        read = {*taken, *_read_in(_scopes(text)), *_named_in_texts(tree)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _unseen(cell)
    is_opaque = not read.isdisjoint(_LOOKS_AT_ALL) or any(map(_RUNS_ANYTHING.match, cell.splitlines()))
    return CellNames(frozenset(overwritten), frozenset(taken), frozenset(read), is_opaque)


def assigned_in(code: str) -> frozenset[str] | None:
    """Names that Python code assigns; None when that cannot be known (magics, ``import *``)."""
    tree = _parsed(code)
    if tree is None:
        return None
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


def _unseen(cell: str) -> CellNames:
    """What is no Python may read each of its words, and any other name."""
    words = frozenset(_WORD.findall(cell))
    return CellNames(frozenset(), words, words, is_opaque=True)


def _parsed(code: str) -> ast.Module | None:
    try:
        with catch_warnings():
            # A stray backslash in the author's code is no business of ours.
            simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _understood(cell: str) -> tuple[ast.Module | None, str, frozenset[str]]:
    """The tree of a cell, the Python it is of, and the words of the lines that were IPython's."""
    tree = _parsed(cell)
    if tree is not None:
        return tree, cell, frozenset()
    lines = cell.strip().splitlines()
    words: set[str] = set()
    while lines and lines[0].startswith("%%"):
        first = lines.pop(0)
        found = _PYTHON_BODY.match(first)
        words.update(_WORD.findall(first if found is None else found[1]))
        if found is None:
            # Whatever the body is, it may be handed any name, and assigns none that could be seen.
            words.update(_WORD.findall(cell))
            lines = []
    text = "\n".join(_python_of(line, words) for line in lines)
    return _parsed(text), text, frozenset(words)


def _python_of(line: str, words: set[str]) -> str:
    """A line without IPython's syntax, whose words are added to words."""
    if timed := _TIMED.fullmatch(line):
        return timed[1] + timed[2]
    for pattern, left in ((_IPYTHON_LINE, "pass"), (_ASSIGNED_FROM_IPYTHON, " None")):
        if found := pattern.fullmatch(line):
            words.update(_WORD.findall(found[2]))
            return found[1] + left
    return line


def _used(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each name that the top level uses, in the order it happens, and whether it is read there."""
    if isinstance(node, ast.Name):
        yield node.id, not isinstance(node.ctx, ast.Store)
        return
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, True
    if isinstance(node, ast.AnnAssign):
        inner: Iterable[ast.AST] = (node.value, node.target) if node.value else ()
    else:
        inner = _evaluated(node)
    match node:
        case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn(), *_]):
            # `if "land" not in globals()` asks for the name.
            yield name, True
    has_own_names = isinstance(node, _OWN_NAMES)
    for part in inner:
        yield from ((name, is_read) for name, is_read in _used(part) if is_read or not has_own_names)


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    fields = next((fields for kind, fields in _FIELDS_AS_EVALUATED if isinstance(node, kind)), node._fields)
    for field in fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, ast.AST):
                yield part


def _scopes(text: str) -> SymbolTable:
    with catch_warnings():
        simplefilter("ignore")
        return symtable(text, "cell", "exec")


def _read_in(table: SymbolTable) -> Iterator[str]:
    """Names of the notebook that a scope or one within it reads; those of a function's own are not."""
    is_function = table.get_type() == "function"
    for symbol in table.get_symbols():
        if symbol.is_global() if is_function else symbol.is_referenced():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _read_in(inner)


def _named_in_texts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Formulas of statistics (`"price ~ area"`) take their names from the notebook.
            yield from (_WORD if "~" in node.value else _NAMED_IN_TEXT).findall(node.value)
