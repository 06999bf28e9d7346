"""names_in_code: what a cell assigns and reads, known without running it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.readers.names_in_code import CellNames, assigned_in, names_in


def _names(overwritten: str = "", taken: str = "", read: str = "", *, is_opaque: bool = False) -> CellNames:
    """Words of each, with what is taken among what is read."""
    kept = frozenset(taken.split())
    return CellNames(frozenset(overwritten.split()), kept, kept | frozenset(read.split()), is_opaque)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("land = 'DE'", _names("land")),
        ("land: str = 'DE'\nyear, *rest = 1, 2", _names("land year rest", read="str")),
        ("land: str", _names(read="str")),
        ("land = land.upper()", _names(taken="land")),
        ("land += 1", _names(taken="land")),
        ("land = 'DE'\nprint(land)", _names("land", "print", "land")),
        ("try:\n    land\nexcept NameError:\n    land = 'DE'", _names(taken="land NameError")),
        ("if 'land' not in known:\n    land = 'DE'", _names(taken="land known")),
        ("for land in lands:\n    pass", _names("land", "lands")),
        ("(n := 3) + n", _names("n", read="n")),
        ("with open_(path) as land:\n    pass", _names("land", "open_ path")),
        ("[land for land in lands]", _names(taken="land lands", read="lands")),
        ("x = 1\n\n\ndef f(year):\n    land = year\n    return land + state", _names("x", read="state")),
        ("def f(a=land):\n    pass\n\n\nland = 1", _names(taken="land")),
        ("class A:\n    land = year", _names(taken="year")),
        ("def f():\n    global land\n    land = 1", _names(read="land")),
    ],
)  # fmt: skip
def test_what_a_cell_does_with_names_is_told_in_the_order_it_happens(cell: str, names: CellNames) -> None:
    assert names_in(cell) == names


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("'@land @ land'", "land"),
        ("'{land} %(year)s $town :sum'", "land year town sum"),
        ("f'{land:>{width}}'", "land width"),
        ("'price ~ area'", "price area"),
        ("'Sales by land'", ""),
        ("frame['land'].year", "frame"),
        ("plot(land=3)", "plot"),
    ],
)
def test_a_name_in_a_text_is_read_where_something_marks_it_as_one(cell: str, read: str) -> None:
    assert names_in(cell).read == frozenset(read.split())


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("%matplotlib inline\nland = 'DE'", _names("land", "matplotlib inline")),
        ("!ls {land}\nyear = 1", _names("year", "ls land")),
        ("files = !ls $land", _names("files", "ls land")),
        ("if x:\n    %time land = 1", _names("land", "x")),
        ("land?", _names(taken="land")),
        ("%%time\nland = 1", _names("land")),
        ("\n%%capture out\nland = 1", _names("land", "out")),
        ("%%bash\necho $land", _names(taken="bash echo land")),
    ],
)
def test_the_syntax_of_ipython_reads_every_word_of_its_line(cell: str, names: CellNames) -> None:
    assert names_in(cell) == names


@pytest.mark.parametrize("cell", ["exec(text)", "globals()['x']", "%run more.py\nx = 1", "def f(", "say x", "(" * 5000])
def test_a_cell_may_read_names_that_nobody_sees(cell: str) -> None:
    assert names_in(cell).is_opaque


def test_what_no_python_is_says_its_words_alone() -> None:
    assert names_in("say land") == _names(taken="say land", is_opaque=True)


def test_a_stray_backslash_is_no_warning_of_ours() -> None:
    assert names_in(r"land = '\d'") == _names("land")


def test_what_is_assigned_cannot_be_known_of_magics_and_stars() -> None:
    assert [assigned_in(code) for code in ("a = b", "from a import *", "%run a.py")] == [frozenset("a"), None, None]


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert names_in(text).taken <= names_in(text).read
