import pytest

from generator.experiments.written_values import written_value


@pytest.mark.parametrize("text", ["007", "-00", "0012345", "00.5", "+0012", "20260101" * 7])
def test_what_is_a_name_made_of_digits_stays_text(text: str) -> None:
    assert written_value(text) == text


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("-7", -7), ("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("+2", 2.0)]
)
def test_what_is_written_as_a_number_is_one(text: str, value: float) -> None:
    assert written_value(text) == value
