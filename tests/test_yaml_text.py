"""yaml_text: plain values with the line of every key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import FrontMatterError
from generator.location import Location
from generator.yaml_text import load

AT = Location("_posts/a.md", line=2)


def test_keys_stay_strings_and_dates_stay_text() -> None:
    parsed = load("on: yes\n2020: x\ndate: 2020-01-02\ntime: 10:30\n", at=AT)
    assert parsed.value == {"on": True, "2020": "x", "date": "2020-01-02", "time": "10:30"}


def test_every_key_and_item_has_its_line_in_the_file() -> None:
    parsed = load("a: 1\nb:\n  - x\n  - c: 2\n", at=AT)
    assert parsed.lines == {("a",): 2, ("b",): 3, ("b", 0): 4, ("b", 1): 5, ("b", 1, "c"): 5}


def test_of_repeated_keys_the_last_wins_and_all_are_told() -> None:
    parsed = load("exclude: [a]\nexclude: [b]\n", at=AT)
    assert (parsed.value, parsed.repeated) == ({"exclude": ["b"]}, {"exclude": (["a"], ["b"])})


def test_merge_keys_fill_gaps_and_do_not_overwrite() -> None:
    assert load("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n", at=AT).value["own"] == {"x": 1, "y": 3}


def test_broken_yaml_names_the_line_it_stumbled_over() -> None:
    with pytest.raises(FrontMatterError) as caught:
        load("a: 1\nb: [x\nc: 2\n", at=AT)
    assert caught.value.at == Location("_posts/a.md", line=4)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("a: 1\nrefresh: */15 * * * *\nb: 2", 'write `refresh: "*/15 * * * *"`'),
        ("refresh: * * * * *  # often", 'write `refresh: "* * * * *"`'),
        ("author: @ada", 'write `author: "@ada"`'),
        ("share: %d\r\nb: 2", 'write `share: "%d"`'),
        ("note: & more", 'write `note: "& more"`'),
        ('a:\n  fig-cap: *so* "it" isn\'t', "write `fig-cap: '*so* \"it\" isn''t'`"),
        ("data:\n- *.csv\n- b", 'write `- "*.csv"`'),
        ("data: [a, *.csv, b]", "put quotation marks around `*.csv`"),
        ("v: {p: *.csv}", "put quotation marks around `*.csv`"),
        (f"a: @{'x' * 99}", "put quotation marks around what follows `a:`"),
        ("a: {<<: *b}", "put quotes around a value that holds `: `, `#` or begins with a special character"),
    ],
)
def test_a_value_that_begins_with_a_character_of_yamls_own_is_shown_in_quotes(text: str, mend: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        load(text, at=AT)
    assert caught.value.mend == mend


def test_an_alias_bomb_is_refused() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9))
    with pytest.raises(FrontMatterError, match="too large"):
        load(f"l0: &l0 [x]\n{levels}\n", at=AT)


@given(st.text(max_size=200))
def test_any_text_parses_or_is_refused_with_a_place(text: str) -> None:
    try:
        load(text, at=AT)
    except FrontMatterError as refused:
        assert refused.at is not None
        assert refused.at.file == AT.file


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 100_000, "a: " + "{[" * 50_000, "? " * 50_000])
def test_no_depth_ends_the_process(text: str) -> None:
    with pytest.raises(FrontMatterError, match="too deep"):
        load(text, at=Location("a.md", line=2))


def test_a_long_list_of_brackets_is_no_depth() -> None:
    assert load("- [a]\n" * 3_000, at=Location("a.md")).value == [["a"]] * 3_000
