"""Nothing in the workflows breaks a rule, and every rule would notice."""

import re
from pathlib import Path

import pytest

from tests.workflows.githubs_parser import errors_in
from tests.workflows.policy import RULES, findings
from tests.workflows.seeds import SEEDS, Seed
from tests.workflows.workflow_file import WorkflowFile, workflow_files

# Threats that an edit of a workflow file could open; docs/threat-model.md.
_OF_WORKFLOWS = {f"T{number}" for number in (*range(1, 9), *range(24, 31), 32, 33)}


def test_no_workflow_breaks_a_rule() -> None:
    assert [str(found) for found in findings(workflow_files())] == []


@pytest.mark.parametrize("seed", [s for s in SEEDS if s.rule != "parser"], ids=lambda seed: seed.name)
def test_a_bad_edit_is_named_with_rule_and_line(seed: Seed) -> None:
    text, lines = seed.edited()
    others = [file for file in workflow_files() if file.name != seed.file]

    found = findings([*others, WorkflowFile(seed.file, text)])

    of_rule = [finding for finding in found if finding.rule == seed.rule]
    assert [finding.file for finding in of_rule] == [seed.file] * len(of_rule)
    # What was taken away is missed where its job begins, which is above.
    job = max(
        (n for n, line in enumerate(text.splitlines(), 1) if re.match(r"  [\w-]+:", line) and n < lines[0]), default=1
    )
    assert any(job <= finding.line <= lines[-1] + 1 for finding in of_rule), "\n".join(map(str, found))


@pytest.mark.slow
def test_githubs_own_parser_takes_every_file_as_it_is_and_refuses_what_is_none() -> None:
    of_parser = [seed for seed in SEEDS if seed.rule == "parser"]
    files = {file.name: file.text for file in workflow_files()}
    files |= {f"{seed.name}.yml": seed.edited()[0] for seed in of_parser}

    errors = errors_in(files)

    assert {name: errors[name] for name in errors if errors[name]} == {
        f"{seed.name}.yml": errors[f"{seed.name}.yml"] for seed in of_parser
    }
    assert len([seed for seed in of_parser if errors[f"{seed.name}.yml"]]) == len(of_parser)


def test_there_is_an_edit_for_every_rule_and_for_every_threat_of_workflows() -> None:
    assert {*RULES, "one-commit-an-action"} - {seed.rule for seed in SEEDS} == set()
    assert _OF_WORKFLOWS - {seed.threat for seed in SEEDS} == set()
    assert len(SEEDS) >= 30
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)


def test_every_workflow_file_is_judged() -> None:
    folder = Path(__file__).resolve().parents[2] / ".github/workflows"

    assert [file.name for file in workflow_files()] == sorted(path.name for path in folder.iterdir())
