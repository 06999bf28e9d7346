"""Parts of what GitHub says, whatever it says."""

import pytest

from generator.github.answers import number_of, part_of


@pytest.mark.parametrize("thing", [None, [], "repo", 7, {}, {"repo": None}, {"repo": [1]}, {"repo": "a"}], ids=range(8))
def test_a_part_that_is_no_object_is_empty(thing: object) -> None:
    assert part_of(thing, "repo") == {}


def test_a_part_is_what_stands_under_its_name() -> None:
    assert part_of({"repo": {"id": 7}}, "repo") == {"id": 7}


@pytest.mark.parametrize("value", [None, True, 0, -1, 1.0, "7", [7]], ids=range(7))
def test_what_is_no_number_from_one_is_zero(value: object) -> None:
    assert (number_of({"id": value}, "id"), number_of({"id": 7}, "id"), number_of(value, "id")) == (0, 7, 0)
