"""A notebook's first code cell may state what the notebook needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.execution.inline_metadata import InlineMetadata, inline_metadata
from generator.location import Location

CELL = Location("_notebooks/a.ipynb", cell=2)
BLOCK = """# A post
# /// script
# requires-python = ">=3.11, <4"
# dependencies = [
#   "pandas<3",
#   "rich ; python_version > '3'",
# ]
#
# [tool.uv]
# exclude-newer = "2026-01-01"
# ///
import pandas
"""


def test_the_block_is_read() -> None:
    found = inline_metadata(BLOCK, CELL)

    assert found == InlineMetadata(("pandas<3", "rich ; python_version > '3'"), ">=3.11,<4")
    assert found.requirements == b"pandas<3\nrich ; python_version > '3'\n"
    assert inline_metadata(BLOCK.replace("\n", "\r\n"), CELL) == found


@pytest.mark.parametrize(
    "source", ["", "import a", "# /// pyproject\n# ///", "#/// script\n# ///", "x = '# /// script'"]
)
def test_without_a_block_there_is_none(source: str) -> None:
    assert inline_metadata(source, CELL) is None


def test_an_empty_block_asks_for_an_environment_with_nothing_in_it() -> None:
    assert inline_metadata("# /// script\n# ///", CELL) == InlineMetadata()


def test_the_last_closing_line_of_the_comment_ends_the_block() -> None:
    source = '# /// script\n# dependencies = ["a"]\n# [tool.x]\n# y = """\n# ///\n# """\n# ///\n'

    assert inline_metadata(source, CELL) == InlineMetadata(("a",))


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        ("1\n# /// script\n# dependencies = []\n", 2, "the `# /// script` block does not end"),
        ("# /// script\n# ///\n2\n# /// script\n# ///", 4, "there is a second `# /// script` block"),
        ("# /// script\n# x = 1\n# dependencies = [\n# y =\n# ///", 4, "the `# /// script` block is not TOML: *"),
        ("# /// script\n# x = 'a\n# ///", 2, "the `# /// script` block is not TOML: *"),
        (
            "# /// script\n# x = 1\n# dependencies = 'pandas'\n# ///",
            3,
            "`dependencies` of the `# /// script` block is not a list of requirements",
        ),
        (
            "# /// script\n# dependencies = ['--index-url x']\n# ///",
            2,
            "`dependencies` of the `# /// script` block is not a list of requirements",
        ),
        (
            '# /// script\n# dependencies = ["a\\n-r b"]\n# ///',
            2,
            "`dependencies` of the `# /// script` block is not a list of requirements",
        ),
        (
            "# /// script\n# requires-python = '3.11'\n# ///",
            2,
            "`requires-python = '3.11'` of the `# /// script` block is no range of versions",
        ),
        (
            "# /// script\n# requires-python = 3.11\n# ///",
            2,
            "`requires-python = 3.11` of the `# /// script` block is no range of versions",
        ),
    ],
)
def test_a_block_that_is_wrong_is_refused_at_its_line(source: str, line: int, problem: str) -> None:
    with pytest.raises(ContentError) as caught:
        inline_metadata(source, CELL)

    start, _, _ = problem.partition("*")
    assert caught.value.problem.startswith(start)
    assert caught.value.at == Location("_notebooks/a.ipynb", cell=2, line=line)
    assert caught.value.mend


@given(st.lists(st.text(), max_size=5))
def test_any_block_is_read_or_refused(lines: list[str]) -> None:
    source = "\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///"])

    try:
        found = inline_metadata(source, CELL)
    except ContentError as refused:
        assert refused.at is not None
    else:
        assert found is not None
