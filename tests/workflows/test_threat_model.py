"""Every threat has its proof, and every proof exists."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.workflows.seeds import SEEDS
from tests.workflows.threat import Threat
from tests.workflows.threats import THREATS

TESTS = Path(__file__).resolve().parents[1]


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat.name)
def test_every_proof_exists(threat: Threat) -> None:
    missing = []
    for proof in threat.proofs:
        file, _, name = proof.partition("::")
        if not (TESTS / file).is_file() or name not in names_in(TESTS / file):
            missing.append(proof)

    assert missing == []
    assert threat.proofs


def test_every_threat_is_there_once_and_every_edit_opens_one_of_them() -> None:
    names = [threat.name for threat in THREATS]

    assert names == [f"T{number}" for number in range(1, 34)]
    assert {seed.threat for seed in SEEDS} <= set(names)
