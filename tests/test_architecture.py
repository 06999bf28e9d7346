"""The floors, and who may import what: fails with the import to remove."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "generator"

FLOORS = (
    ("location", "near_words"),
    ("errors",),
    ("model", "yaml_text"),
    ("settings", "formats", "published_path", "templating", "cache", "web", "pool"),
    ("markup", "experiments"),
    (
        "readers",
        "site",
        "render",
        "checks",
        "sources",
        "execution",
        "tools",
        "math_font",
        "write",
        "github",
    ),
    ("plugins",),
    ("stages",),
    ("pipeline", "apart", "runs", "explaining", "syncing"),
    ("wording", "asking"),
    ("serve", "progress", "steps", "commands", "nbconvert_door"),
    ("cli",),
    ("__main__",),
)

# Top-level import name of a library to the modules or rooms that may import it.
HOMES = {
    "PIL": ("formats.image",),
    "bleach": (),
    "bs4": (),
    "click": ("cli", "wording"),
    "cronsim": ("formats.cron",),
    "fontTools": ("math_font",),
    "jinja2": ("templating", "readers.notebook"),
    "ipykernel": ("execution.warm",),
    "jupyter_client": ("execution",),
    "jupyter_core": ("execution",),
    "markdown": ("markup",),
    "math_core": ("markup",),
    "markupsafe": ("templating", "readers.notebook"),
    "msgspec": ("cache.codec",),
    "nbclient": ("execution",),
    "nbconvert": ("readers.notebook", "nbconvert_door"),
    "nbformat": ("formats.notebook",),
    "nh3": ("markup",),
    "papermill": ("execution",),
    "psutil": ("execution",),
    "pydantic": ("settings",),
    "pygments": ("markup",),
    "pymdownx": ("markup",),
    "ray": ("execution",),
    "requests": ("web",),
    "rich": ("progress",),
    "starlette": ("serve",),
    "traitlets": ("readers.notebook", "nbconvert_door", "execution"),
    "zmq": ("execution",),
    "uvicorn": ("serve",),
    "vl_convert": ("tools",),
    "watchfiles": ("serve",),
    "yaml": ("yaml_text",),
    "ziamath": ("math_font",),
}

# Not before they are needed: --help, --version and an unchanged build must not pay for them.
HEAVY = (
    "nbconvert",
    "nbformat",
    "papermill",
    "pydantic",
    "jinja2",
    "markdown",
    "pygments",
    "yaml",
    "requests",
    "PIL",
    "rich",
    "ipykernel",
    "jupyter_client",
    "psutil",
    "ray",
)

LONGEST_FUNCTION = 50
LONGEST_FILE = 400


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement: who imports what, as dotted names without the leading package name."""

    file: Path
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}: remove the import of {self.target}"


def listed(wrong: list[str]) -> str:
    return "\n" + "\n".join(wrong)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """``markup.holes`` for generator/markup/holes.py, ``markup`` for its __init__, empty for the package's own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[Import]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            # `from generator import errors` names a room in its list, not in its base.
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "generator" else [base]
            yield from (Import(path, node.lineno, name) for name in names)


def floor_of(room: str) -> int | None:
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def room_imports() -> Iterator[tuple[str, str, Import]]:
    """Every import between two rooms: (importing room, imported room, import)."""
    for path in modules():
        for found in imports_of(path):
            package, _, rest = found.target.partition(".")
            room = rest.split(".")[0]
            own = name_of(path).split(".")[0]
            if package == "generator" and room not in ("", "__version__", own):
                yield own, room, found


def test_every_room_stands_on_a_floor() -> None:
    rooms = {name_of(path).split(".")[0] for path in modules()} - {""}

    assert sorted(room for room in rooms if floor_of(room) is None) == []


def test_a_room_imports_only_from_lower_floors() -> None:
    wrong = [
        f"{found} (floor {floor_of(room)} is not below {own}, floor {floor_of(own)})"
        for own, room, found in room_imports()
        if (floor_of(room) or 0) >= (floor_of(own) or 0)
    ]

    assert not wrong, listed(wrong)


def test_rooms_within_experiments_know_only_those_below_them() -> None:
    """What is shared knows no room, services no page, and a page no leaderboard."""
    order = ("", "services", "page", "board")
    wrong = [
        str(found)
        for path in modules()
        if name_of(path).startswith("experiments.")
        for found in imports_of(path)
        if order.index(inner_room(found.target.removeprefix("generator."))) > order.index(inner_room(name_of(path)))
    ]

    assert not wrong, listed(wrong)


def inner_room(name: str) -> str:
    """``page`` for experiments.page.bars, empty for experiments.metrics and for what stands elsewhere."""
    parts = name.split(".")
    return parts[1] if parts[0] == "experiments" and parts[1:2] and parts[1] in ("services", "page", "board") else ""


def test_imports_are_absolute() -> None:
    wrong = [str(found) for path in modules() for found in imports_of(path) if found.target.startswith(".")]

    assert not wrong, listed(wrong)


def test_a_library_is_imported_only_in_its_home() -> None:
    wrong = []
    for path in modules():
        for found in imports_of(path):
            library = found.target.split(".")[0]
            if library in HOMES and not is_within(name_of(path), HOMES[library]):
                wrong.append(f"{found} (its home is {' and '.join(HOMES[library]) or 'not here'})")

    assert not wrong, listed(wrong)


def is_within(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == home or name.startswith(home + ".") for home in homes)


def test_every_library_has_a_home() -> None:
    known = {*sys.stdlib_module_names, *HOMES, "generator"}

    assert [
        str(found) for path in modules() for found in imports_of(path) if found.target.split(".")[0] not in known
    ] == []


def test_the_architecture_page_names_the_same_rooms_on_the_same_order_of_floors() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)[^|]*\| ([^|]*) \|", page, re.MULTILINE)
    said = {name: int(floor) for floor, names in rows for name in re.findall(r"`(\w+)(?:/|\.py)?`", names)}

    wrong = [
        f"{lower} (floor {said[lower]}) and {upper} (floor {said[upper]})"
        for lower in said
        for upper in said
        if said[lower] < said[upper] and (floor_of(lower) or 0) >= (floor_of(upper) or 0)
    ]

    assert not wrong, listed(wrong)
    assert sorted({name_of(path).split(".")[0] for path in modules()} - {"", "__main__", *said}) == []


def test_no_module_holds_a_value_that_can_change() -> None:
    """A dict, list or set at module level is state that one build leaves to the next."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: make it a tuple, a frozenset or a MappingProxyType"
        for path in modules()
        for node in module_level_values(path)
        if is_mutable(node)
    ]

    assert not wrong, listed(wrong)


def module_level_values(path: Path) -> Iterator[ast.expr]:
    """What is assigned outside functions, in class bodies too."""
    bodies = [tree_of(path).body]
    while bodies:
        for node in bodies.pop():
            # __all__ and __slots__ are Python's own, which nobody changes.
            is_own = not ast.unparse(node).startswith("__")
            if is_own and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                yield node.value
            if isinstance(node, ast.ClassDef | ast.If | ast.Try):
                bodies.append(node.body)


def is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "bytearray")
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp)


def test_no_function_is_longer_than_a_screen() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines, {LONGEST_FUNCTION} are the most"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert not wrong, listed(wrong)


def test_no_file_is_longer_than_one_thing() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} has {length} lines, {LONGEST_FILE} are the most"
        for path in modules()
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]

    assert not wrong, listed(wrong)


def test_every_module_begins_with_its_purpose() -> None:
    assert [str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(tree_of(path))] == []


def test_only_the_doors_print() -> None:
    doors = ("cli", "serve", "progress", "__main__", "steps.__main__")
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: return the fact, let {doors[0]} print it"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "click.echo", "sys.stdout.write", "sys.stderr.write")
        if not {name_of(path).split(".")[0], name_of(path)} & set(doors)
    ]

    assert not wrong, listed(wrong)


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_nothing_heavy_is_imported_to_answer(word: str) -> None:
    program = (
        "import sys; from generator.cli import main; code = main([sys.argv[1]]);"
        "print('HEAVY', *sorted(set(sys.argv[2:]) & set(sys.modules))); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, word, *HEAVY], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "HEAVY"


def test_templates_decide_nothing() -> None:
    """No values of its own, no sums, no addresses put together, no default for a misspelt name."""
    statement = r"\{%-?\s*(?:set|macro|import|from|do|call)\b"
    filters = r"\|\s*(?:d|default|tojson|safe|map|select\w*|sort)\b"
    sums = r"\{\{[^}\"]*[~+*/%][^}]*\}\}"
    forbidden = re.compile(f"{statement}|{filters}|{sums}")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in (".html", ".xml", ".txt")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := forbidden.search(line))
    ]

    assert not wrong, listed(wrong)
