"""What the gate of experiments hands on is taken as it wrote it, and as nothing else."""

import json
from collections.abc import Callable, Mapping

import pytest

from generator.errors import UsageError
from generator.github import asked_experiment as asked
from tests.github.previews import OTHER, SHA

HANDED_ON: dict[str, tuple[Callable[[Mapping[str, str]], object], dict[str, str], object]] = {
    "command": (asked.asked_command, {"COMMAND": "full-test"}, "full-test"),
    "earlier": (asked.asked_earlier, {"EARLIER": json.dumps([SHA, OTHER])}, (SHA, OTHER)),
    "nothing earlier": (asked.asked_earlier, {"EARLIER": ""}, ()),
    "notebook": (asked.asked_notebook, {"NOTEBOOK": "_notebooks/a b.ipynb"}, "_notebooks/a b.ipynb"),
    "parameters": (asked.asked_parameters, {"PARAMETERS": '{"lr": "0.1"}'}, {"lr": "0.1"}),
    "no parameters": (asked.asked_parameters, {}, {}),
    "run": (asked.asked_run_id, {"RUN_ID": "r-1_a"}, "r-1_a"),
    "no run": (asked.asked_run_id, {}, ""),
    "state": (asked.asked_state, {"STATE": "failure"}, "failure"),
    "comment": (asked.asked_comment, {"COMMENT": "77"}, 77),
    "no comment": (asked.asked_comment, {"COMMENT": ""}, 0),
}

STRANGE: dict[str, tuple[Callable[[Mapping[str, str]], object], dict[str, str]]] = {
    "no command": (asked.asked_command, {}),
    "a command that is answered in the gate": (asked.asked_command, {"COMMAND": "help"}),
    "earlier, no JSON": (asked.asked_earlier, {"EARLIER": "[" * 100_000}),
    "earlier, no list": (asked.asked_earlier, {"EARLIER": json.dumps(SHA)}),
    "earlier, no commit": (asked.asked_earlier, {"EARLIER": '["main"]'}),
    "earlier, null": (asked.asked_earlier, {"EARLIER": "null"}),
    "notebook upwards": (asked.asked_notebook, {"NOTEBOOK": "../a.ipynb"}),
    "no notebook": (asked.asked_notebook, {}),
    "parameters, no JSON": (asked.asked_parameters, {"PARAMETERS": "lr=1"}),
    "parameters, a list": (asked.asked_parameters, {"PARAMETERS": '["lr"]'}),
    "parameters, a number": (asked.asked_parameters, {"PARAMETERS": '{"lr": 1}'}),
    "parameters, a name that is none": (asked.asked_parameters, {"PARAMETERS": '{"l r": "1"}'}),
    "run upwards": (asked.asked_run_id, {"RUN_ID": "../r1"}),
    "a state that is none": (asked.asked_state, {"STATE": "Success"}),
    "a comment that is none": (asked.asked_comment, {"COMMENT": "7;8"}),
}


@pytest.mark.parametrize("case", list(HANDED_ON))
def test_what_the_gate_hands_on_arrives(case: str) -> None:
    read, environ, expected = HANDED_ON[case]

    assert read(environ) == expected


@pytest.mark.parametrize("case", list(STRANGE))
def test_what_the_gate_cannot_have_written_is_wrong_usage(case: str) -> None:
    read, environ = STRANGE[case]

    with pytest.raises(UsageError) as raised:
        read(environ)

    assert raised.value.exit_code == 2
    assert raised.value.mend
