"""PR and SHA, as one job hands them to the next."""

import pytest

from generator.errors import UsageError
from generator.github.asked_preview import asked_number, asked_sha


def test_number_and_commit_are_those_of_the_variables() -> None:
    assert (asked_number({"PR": "7"}), asked_sha({"SHA": "ab" * 20})) == (7, "ab" * 20)


@pytest.mark.parametrize("written", ["", "0", "07", "-1", "7\n", "\u0667", "7/..", "9" * 10, "9" * 5000], ids=range(9))
def test_what_is_no_number_of_a_pull_request_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="PR is not the number"):
        asked_number({"PR": written})


@pytest.mark.parametrize("written", ["", "main", "1a2b3c4", "A" * 40, "0" * 41, "0" * 40 + "\n"], ids=range(6))
def test_what_is_no_whole_commit_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="40 digits"):
        asked_sha({"SHA": written})
