"""Steps that hold a write token stand on the standard library and requests, and on nothing else."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Jobs of kind P; `rollback`, which a person starts; `wandb-runs`, which other people's workflows start.
STEPS = (
    "clean-previews",
    "deploy",
    "gate",
    "gate-experiment",
    "keep-runs",
    "publish",
    "publish-preview",
    "release",
    "report",
    "report-experiment",
    "report-refresh",
    "rollback",
    "setup",
    "start-test",
    "upgrade",
    "wandb-runs",
)

# Of these, the ones that no workflow of ours starts with a token.
STARTED_OTHERWISE = ("report", "rollback", "wandb-runs")

# requests and what it needs: requirements-github.lock without the build backend.
LIBRARIES = ("requests", "urllib3", "idna", "certifi", "charset-normalizer")

IMPORTS = """
import importlib, sys
sys.path[:0] = sys.argv[2:]
import generator.steps.__main__
importlib.import_module("generator.steps." + sys.argv[1].replace("-", "_"))
# Compiled libraries make modules of their own that stand in no file.
loaded = {name.partition(".")[0] for name, module in sys.modules.items() if getattr(module, "__file__", None)}
print(*sorted(loaded - sys.stdlib_module_names))
"""


def top_level_names() -> set[str]:
    """What the libraries put beside one another, compiled parts included."""
    files = [file for name in LIBRARIES for file in importlib.metadata.files(name) or ()]
    return {
        file.parts[0]
        for file in files
        if ".." not in file.parts and not file.parts[0].endswith(".dist-info") and file.suffix != ".pth"
    }


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those libraries alone."""
    folder = tmp_path_factory.mktemp("libraries")
    for name in top_level_names() - {"__pycache__"}:
        (folder / name).symlink_to(Path(str(importlib.metadata.distribution("requests").locate_file(name))))
    return folder


@pytest.mark.parametrize("step", STEPS)
def test_a_step_with_a_token_needs_requests_and_nothing_else(step: str, libraries: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", IMPORTS, step, str(ROOT), str(libraries)],
        capture_output=True,
        text=True,
        cwd=libraries,
        timeout=60,
        check=False,
    )

    assert ran.stderr == ""
    allowed = {name.partition(".")[0] for name in top_level_names()} | {"__main__", "generator"}
    assert set(ran.stdout.split()) - allowed == set()


def test_an_interpreter_without_libraries_has_none() -> None:
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", "import requests"], capture_output=True, check=False)

    assert b"ModuleNotFoundError" in ran.stderr


@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_such_a_step_would_import_later_is_another_library(step: str) -> None:
    wrong = [
        f"{module}:{line}: remove the import of {name}, which jobs with a token do not have"
        for module, line, name in libraries_imported(f"generator.steps.{step.replace('-', '_')}")
        if (module, name) != ("generator.web", "requests")
    ]

    assert not wrong, "\n" + "\n".join(wrong)


def libraries_imported(start: str) -> Iterator[tuple[str, int, str]]:
    """(module of ours, line, library) for everything that start reaches, imports within functions included."""
    waiting, seen = [start, "generator.steps.__main__"], set[str]()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for line, name in imports_of(module):
            if name.partition(".")[0] == "generator":
                waiting += [parent for parent in with_parents(name) if file_of(parent).exists()]
            elif name.partition(".")[0] not in sys.stdlib_module_names:
                yield module, line, name.partition(".")[0]


def with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def file_of(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports_of(module: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import that can happen; those for the type checker alone cannot."""
    waiting: list[ast.AST] = [ast.parse(file_of(module).read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            # What is imported from a package may be a module of it.
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += ast.iter_child_nodes(node)


def test_the_walk_over_imports_finds_libraries_where_there_are_some() -> None:
    found = {name for _, _, name in libraries_imported("generator.cli")}

    assert {"click", "jinja2", "nbformat", "yaml"} <= found


def test_every_step_that_a_workflow_starts_with_a_token_is_held_to_this() -> None:
    named = {
        found
        for workflow in (ROOT / ".github/workflows").glob("*.yml")
        for found in re.findall(r"\.venv-steps/bin/python -m generator\.steps ([\w-]+)", workflow.read_text("utf-8"))
    }

    assert named | set(STARTED_OTHERWISE) == set(STEPS)
    assert named.isdisjoint(STARTED_OTHERWISE)
