"""Whether a notebook knows the parameters it is given."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.execution import FailureKind, Job, RunFailure
from generator.model.notebook import PARAMETERS
from generator.near_words import nearest

_MAGIC = re.compile(r"^\s*[%!?]")
# papermill knows this language by a capital letter.
_PAPERMILL_NAMES = (("r", "R"),)


def papermill_language(language: str) -> str:
    """The language as papermill writes it."""
    return dict(_PAPERMILL_NAMES).get(language, language)


def unknown_parameter(job: Job, node: Mapping[str, Any]) -> RunFailure | None:
    """A parameter that the notebook's ``parameters`` cell does not set; papermill would only say so in its log.

    A notebook without such a cell takes any, and so does one whose cell cannot be understood.
    """
    cell = next((cell for cell in node["cells"] if PARAMETERS in cell["metadata"].get("tags", ())), None)
    if cell is None or not job.params:
        return None
    known = _known(job, cell["source"], node)
    unknown = next((name for name in job.params if name not in known), None)
    if not known or unknown is None:
        return None
    near = nearest(unknown, known)
    mend = f"write `{near}`" if near else f"the `parameters` cell knows {_listed(known)}"
    return RunFailure(FailureKind.PARAMETERS, f"the notebook has no parameter `{unknown}`", mend)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _known(job: Job, source: str, node: Mapping[str, Any]) -> tuple[str, ...]:
    if job.kernel.language == "python":
        code = "\n".join("" if _MAGIC.match(line) else line for line in source.splitlines())
        try:
            return tuple(dict.fromkeys(_assigned(ast.parse(code).body)))
        except (SyntaxError, ValueError, RecursionError):
            return ()
    return _as_papermill_sees_it(node)


def _assigned(statements: list[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        for part in ast.walk(statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _as_papermill_sees_it(node: Mapping[str, Any]) -> tuple[str, ...]:
    from papermill import inspect_notebook
    from papermill.exceptions import PapermillException

    try:
        return tuple(inspect_notebook(node))
    except (PapermillException, ValueError, KeyError):
        return ()
