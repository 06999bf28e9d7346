"""Whole small sites as text: given these files, readers see this."""

from pathlib import Path

import pytest

from tests.golden_case import built, cells_of, parse, prose_of, rewritten, written

CASES = sorted(Path(__file__).with_name("golden").rglob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = parse(path.read_bytes().decode())

    found = built(case, tmp_path / "blog")

    if found != case and request.config.getoption("--update-golden"):
        path.write_bytes(written(rewritten(case, found)).encode())
        pytest.fail(f"{path.name} is rewritten: look at the difference, then run again")
    assert written(found) == written(case)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_golden_case_says_why_it_exists(path: Path) -> None:
    case = parse(path.read_bytes().decode())

    assert case.why.strip()
    assert [section for section in case.sections if section.kind.startswith("expect") or section.kind == "stdout"]


def test_writing_a_case_and_reading_it_again_changes_nothing() -> None:
    text = "Why.\n\n-- flags --\n--drafts\n\n-- given: a.md --\n# A\n\n- b\n\n-- expect: a/index.html --\n<p>c</p>\n"

    assert written(parse(text)) == text


def test_the_prose_of_a_page_ends_where_its_element_ends() -> None:
    page = '<main><div class="prose" lang="fr">\n<div>a<div>b</div></div>\n</div>\n<p>c</p></main>'

    assert prose_of(page) == "\n<div>a<div>b</div></div>\n"


def test_cells_written_as_text_become_a_notebook() -> None:
    notebook = cells_of(
        '%% markdown\n# A\n\n%% code {"tags": ["x"]}\n1 + 1\n%% stream stderr\nhm\n%% result text/plain\n2\n'
    )

    assert notebook["cells"] == [
        {"cell_type": "markdown", "metadata": {}, "source": "# A"},
        {
            "cell_type": "code",
            "metadata": {"tags": ["x"]},
            "source": "1 + 1",
            "execution_count": None,
            "outputs": [
                {"output_type": "stream", "name": "stderr", "text": "hm\n"},
                {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": "2"}},
            ],
        },
    ]
