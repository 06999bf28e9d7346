"""notebook_secrets: lines of one secret become variables, and no log shows a value."""

import pytest

from generator.errors import UsageError
from generator.steps.notebook_secrets import take_secrets
from generator.steps.result import StepResult

WRITTEN = "# of the weather service\nSENSOR_KEY=one=two%three\r\n\n  OTHER = padded-value \nPIN=1234\n"


def test_each_line_becomes_a_variable_and_the_list_goes_away() -> None:
    environ = {"NOTEBOOK_SECRETS": WRITTEN, "PATH": "/usr/bin"}

    secrets = take_secrets(environ)

    assert environ == {"SENSOR_KEY": "one=two%three", "OTHER": "padded-value", "PIN": "1234", "PATH": "/usr/bin"}
    assert secrets.searched_for == {"SENSOR_KEY": "one=two%three", "OTHER": "padded-value"}


def test_on_a_runner_every_value_is_masked_before_anything_is_said() -> None:
    secrets = take_secrets({"NOTEBOOK_SECRETS": WRITTEN, "GITHUB_ACTIONS": "true"})

    said = secrets.before(StepResult(("built",), 1))

    assert said == StepResult(
        (
            "::add-mask::1234",
            "::add-mask::one=two%25three",
            "::add-mask::padded-value",
            "The value of PIN has fewer than 8 characters, so pages are not searched for it.",
            "built",
        ),
        1,
    )


def test_at_a_desk_no_value_is_printed() -> None:
    said = take_secrets({"NOTEBOOK_SECRETS": WRITTEN}).before(StepResult(("built",)))

    assert said.lines[-1] == "built"
    assert not [line for line in said.lines if "one=two" in line or "1234" in line or "padded" in line]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("A_KEY=aaaaaaaa\njust-a-secret", "line 2 of NOTEBOOK_SECRETS is not NAME=VALUE"),
        ("lower=secret-value", "line 1 of NOTEBOOK_SECRETS is not NAME=VALUE"),
        ("A B=secret-value", "line 1 of NOTEBOOK_SECRETS is not NAME=VALUE"),
        ("=secret-value", "line 1 of NOTEBOOK_SECRETS is not NAME=VALUE"),
        ("1A=secret-value", "line 1 of NOTEBOOK_SECRETS is not NAME=VALUE"),
        ("A=secret-value\nA=secret-value", "line 2 of NOTEBOOK_SECRETS names A again"),
        ("PATH=secret-value", "the name PATH is taken"),
        ("LD_PRELOAD=secret-value", "the name LD_PRELOAD is taken"),
        ("PYTHONPATH=secret-value", "the name PYTHONPATH is taken"),
        ("GITHUB_ENV=secret-value", "the name GITHUB_ENV is taken"),
        ("GH_TOKEN=secret-value", "the name GH_TOKEN is taken"),
    ],
)
def test_a_wrong_line_is_named_by_its_number_and_nothing_of_it_is_repeated(written: str, wrong: str) -> None:
    environ = {"NOTEBOOK_SECRETS": written}

    with pytest.raises(UsageError) as failure:
        take_secrets(environ)

    assert wrong in failure.value.problem
    assert "secret-value" not in f"{failure.value.problem}{failure.value.mend}"
    assert environ == {}


@pytest.mark.parametrize("name", ["GHOST_KEY", "LDAP_KEY", "PATHS", "HOME_KEY", "GITTER_KEY"])
def test_a_name_that_only_begins_like_one_of_ours_is_free(name: str) -> None:
    environ = {"NOTEBOOK_SECRETS": f"{name}=secret-value"}

    take_secrets(environ)

    assert environ == {name: "secret-value"}


def test_without_the_variable_there_is_nothing_to_say() -> None:
    assert take_secrets({}).before(StepResult(("built",))) == StepResult(("built",))
