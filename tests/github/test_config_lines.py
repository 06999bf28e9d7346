"""_config.yml, changed a line at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.github.config_lines import is_setup_pending, with_values, without_items
from generator.location import Location
from generator.yaml_text import load

CONFIG = """\
# Settings of this blog.

title: inkmill  # the name at the top
url:
baseurl:   # worked out
github_repo: "kept"
header_pages:
  - _pages/about.md
  - "_pages/docs/index.md"  # the docs
nested:
  url: theirs
setup: pending
"""


def read(text: str) -> object:
    return load(text, at=Location("_config.yml", line=1)).value


def test_values_are_written_into_their_lines_and_nothing_else_moves() -> None:
    values = {"title": "notes", "url": "https://ada.github.io", "baseurl": "/notes", "setup": "done"}

    changed = with_values(CONFIG, values, ours={"title": ("inkmill",), "setup": ("pending",)})

    assert changed.splitlines() == [
        "# Settings of this blog.",
        "",
        'title: "notes"  # the name at the top',
        "url: https://ada.github.io",
        "baseurl: /notes   # worked out",
        *CONFIG.splitlines()[5:-1],
        "setup: done",
    ]


def test_a_value_that_somebody_chose_stays() -> None:
    assert with_values(CONFIG, {"github_repo": "other", "title": "notes"}, ours={}) == CONFIG


def test_a_key_whose_value_stands_in_the_lines_below_it_is_not_empty() -> None:
    assert with_values(CONFIG, {"nested": "x", "header_pages": "y"}, ours={}) == CONFIG


def test_a_key_that_is_not_there_is_added_at_the_end() -> None:
    assert with_values("title: a", {"setup": "done"}, ours={}) == "title: a\nsetup: done\n"


def test_line_endings_of_windows_stay() -> None:
    assert with_values("url:\r\ntitle: a\r\n", {"url": "https://a.b"}, ours={}) == "url: https://a.b\r\ntitle: a\r\n"


def test_a_list_loses_the_items_that_are_named_and_no_other_line() -> None:
    assert without_items(CONFIG, {"_pages/docs/index.md"}) == CONFIG.replace(
        '  - "_pages/docs/index.md"  # the docs\n', ""
    )


@pytest.mark.parametrize(
    ("config", "pending"),
    [
        ("setup: pending\n", True),
        ("title: a\r\nsetup:  'pending'  # until merged\r\n", True),
        ("setup: done\n", False),
        ("# setup: pending\n", False),
        ("other:\n  setup: pending\n", False),
        ("setup: pending-ish\n", False),
        ("", False),
    ],
    ids=["plain", "quoted", "done", "comment", "nested", "longer", "empty"],
)
def test_the_setup_is_pending_where_a_line_says_so(config: str, pending: bool) -> None:
    assert is_setup_pending(config) is pending


@given(value=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85\ufeff")))
def test_any_title_is_read_back_as_it_was_written(value: str) -> None:
    changed = with_values(CONFIG, {"title": value}, ours={"title": ("inkmill",)})

    assert read(changed) == {**read(CONFIG), "title": value}  # type: ignore[dict-item]
    assert with_values(changed, {"title": value}, ours={"title": (value,)}) == changed
