"""Pure rooms neither read nor write anything but their arguments."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture import PACKAGE, ROOT, listed, name_of, tree_of

PURE = tuple(
    """location errors model yaml_text formats published_path templating markup experiments readers site render
    checks""".split()
)
# What fetches runs is not; what compares and shows them is.
FETCHING = (
    "experiments.services.wandb_api",
    "experiments.services.mlflow_api",
    "experiments.services.fetching",
    "experiments.services.waiting",
)

# Modules a pure room does not import at all: there is nothing in them it may use.
SHUT = frozenset(
    """asyncio ctypes fcntl getpass glob http locale logging multiprocessing os platform random requests secrets shutil
    signal socket subprocess sys tempfile threading time urllib.request""".split()
)

# Names that reach out even from a module one may import.
REACHING = frozenset("open input print exec eval __import__ globals breakpoint".split())
CLOCKS = frozenset("now utcnow today".split())
ON_DISK = frozenset(
    """read_text read_bytes write_text write_bytes is_file is_dir iterdir rglob mkdir unlink cwd expanduser
    symlink_to""".split()
)


def pure_modules() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if name_of(path).split(".")[0] in PURE and name_of(path) not in FETCHING
    ]


def faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, what reaches out of the room)."""
    has_paths = "pathlib" in ast.unparse(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"import {a.name}") for a in node.names if is_shut(a.name))
        elif isinstance(node, ast.ImportFrom):
            if is_shut(node.module or ""):
                yield node.lineno, f"from {node.module} import"
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, word) for word in reaching_call(node, has_paths=has_paths))


def is_shut(module: str) -> bool:
    return module in SHUT or module.partition(".")[0] in SHUT


def reaching_call(node: ast.Call, *, has_paths: bool) -> Iterator[str]:
    if isinstance(node.func, ast.Name) and node.func.id in REACHING:
        yield f"{node.func.id}()"
    elif isinstance(node.func, ast.Attribute):
        owner = ast.unparse(node.func.value)
        if node.func.attr in CLOCKS and owner.split(".")[-1] in ("datetime", "date"):
            yield f"{owner}.{node.func.attr}()"
        if node.func.attr in ON_DISK and has_paths:
            yield f"{owner}.{node.func.attr}()"


def test_pure_rooms_reach_for_nothing() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {what}: take it as an argument instead"
        for path in pure_modules()
        for line, what in faults(tree_of(path))
    ]

    assert not wrong, listed(wrong)


def test_what_reaches_out_is_found() -> None:
    code = (
        "import os.path\nfrom pathlib import Path\nopen('x')\ndatetime.now()\nPath('x').read_text()\nre.compile('x')\n"
    )

    assert sorted(faults(ast.parse(code))) == [
        (1, "import os.path"),
        (3, "open()"),
        (4, "datetime.now()"),
        (5, "Path('x').read_text()"),
    ]
