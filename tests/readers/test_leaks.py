"""Secrets on their way into a page."""

import json

from generator.model.problem import Problem, Severity
from generator.model.reading import ReadingRules, Trust
from tests.readers.notebook.making import read_ipynb

# Put together here, so that no scanner of repositories takes it for a real one.
KEY = "AKIA" + "Q3EGZ7WPLM2KTRB5"
VALUE = "correct-horse-battery"


def leaks_in(source: str, *outputs: object, rules: ReadingRules = ReadingRules()) -> list[Problem]:  # noqa: B008
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs, "execution_count": 3}
    content = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}).encode()
    found = read_ipynb(content, rules=rules).document.problems
    return [problem for problem in found if "leak" in problem.kind]


def printed(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_a_secret_in_shown_code_is_named_with_its_cell_and_line_and_never_repeated() -> None:
    found = leaks_in(f"#collapse\nimport os\nkey = '{KEY}'")

    assert [(problem.severity, problem.kind, str(problem.at)) for problem in found] == [
        (Severity.ERROR, "leak", "_notebooks/a.ipynb, cell 1 (In [3]), line 3")
    ]
    assert KEY not in repr(found)


def test_secrets_in_outputs_fail_too() -> None:
    trace = {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"key={KEY}"]}
    table = {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<b>{KEY}</b>"}}

    for output in (printed(KEY), trace, table):
        assert [problem.kind for problem in leaks_in("x", output)] == ["leak"]


def test_values_of_the_builds_environment_fail() -> None:
    assert [p.kind for p in leaks_in("x", printed(VALUE), rules=ReadingRules(leak_values=(VALUE,)))] == ["leak"]


def test_what_is_hidden_cannot_leak() -> None:
    assert leaks_in(f"#hide\nkey = '{KEY}'", printed(KEY)) == []
    assert leaks_in("#hide_output\nx", printed(KEY)) == []


def test_a_waiver_is_reported_and_never_holds_in_the_strict_profile() -> None:
    source = f"# leak-ok: aws-key\nkey = '{KEY}'"

    assert [(p.severity, p.kind) for p in leaks_in(source)] == [(Severity.NOTE, "waived-leak")]
    assert [p.kind for p in leaks_in(source, rules=ReadingRules(trust=Trust.STRICT))] == ["leak"]
