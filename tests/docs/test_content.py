"""The blog this repository is: its notebook is clean, its docs name every word the engine knows."""

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from generator.formats import secret_shapes
from generator.formats.image import size_of
from generator.readers import directive_words, directives, front_matter_keys
from generator.readers.front_matter_entries import normal_key
from generator.site import permalinks
from generator.sources import disk

ROOT = Path(__file__).resolve().parents[2]
WELCOME = ROOT / "_notebooks/2026-11-18-welcome.ipynb"
DOCS = sorted((ROOT / "_pages/docs").glob("*.md"))
PROSE = [*DOCS, ROOT / "_pages/about.md", *sorted((ROOT / "_posts").glob("*.md"))]

# Names a machine or a person leaves in a notebook.
_TRACES = re.compile(r"/home/|/root/|/Users/|/tmp/|/work/|site-packages|ipykernel_\d|C:\\\\")


def text(name: str) -> str:
    return (ROOT / "_pages/docs" / f"{name}.md").read_text(encoding="utf-8")


def welcome() -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(WELCOME.read_text(encoding="utf-8"))
    return notebook


def outputs(cell_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(cell["outputs"] for cell in welcome()["cells"] if cell["id"] == cell_id)
    return found


def without_fences(page: str) -> str:
    """Prose without code, where a link is only an example."""
    page = re.sub(r"^(`{3,})[^\n]*\n.*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`", "", page)


def test_the_welcome_notebook_was_run_from_top_to_bottom() -> None:
    counts = [cell["execution_count"] for cell in welcome()["cells"] if cell["cell_type"] == "code"]

    assert counts == list(range(1, len(counts) + 1))


def test_the_welcome_notebook_holds_no_trace_of_a_machine_or_a_person() -> None:
    notebook = welcome()

    assert _TRACES.findall(json.dumps(notebook)) == []
    assert notebook["metadata"].keys() == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert [cell["metadata"] for cell in notebook["cells"] if cell["metadata"].keys() - {"tags"}] == []


def test_the_welcome_notebook_stays_small() -> None:
    assert WELCOME.stat().st_size < 300_000


def test_the_welcome_notebook_has_a_figure_a_table_and_a_chart_with_a_picture_of_it() -> None:
    (figure,), (table,), (chart,) = outputs("look"), outputs("table"), outputs("chart")

    assert size_of(base64.b64decode(figure["data"]["image/png"]))
    assert "<table" in "".join(table["data"]["text/html"])
    assert {"application/vnd.vegalite.v6+json", "image/svg+xml"} <= chart["data"].keys()


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", without_fences(path.read_text(encoding="utf-8")))
    files = [unquote(target.partition("#")[0]) for target in targets if not re.match(r"[a-z]+:|#|/", target)]

    assert [file for file in files if not (path.parent / file).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_page_of_the_docs_has_a_title_a_description_and_its_own_address(path: Path) -> None:
    front = dict(re.findall(r"^([a-z]+): (.+)$", path.read_text(encoding="utf-8").split("---")[1], re.MULTILINE))
    address = "/docs/" if path.stem == "index" else f"/docs/{path.stem}/"

    assert front.keys() >= {"title", "description"}
    assert front["permalink"] == address


def test_the_first_page_of_the_docs_leads_to_all_others() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text("index")))

    assert linked == {path.name for path in DOCS} - {"index.md"}


def test_every_cell_directive_is_in_the_docs() -> None:
    page = text("cells")
    tags = {tag for tag in directive_words.TAGS if f"`{tag}`" not in page}
    flags = {flag for flag in directive_words.FLAGS if f"`#{flag}`" not in page}
    options = {
        option
        for option in (*directives._OPTION_WORDS, *directive_words._TEXTS, *directive_words._SWITCHES)
        if not re.search(rf"`(?:#\| )?{option}[`:]", page)
    }

    assert (tags, flags, options) == (set(), set(), set())


def test_every_word_of_a_permalink_is_in_the_docs() -> None:
    page = text("urls")

    assert {word for word in permalinks._WORDS if f":{word}`" not in page} == set()
    assert {name for name in permalinks._BUILT_IN if f"| `{name}` |" not in page} == set()


def test_every_file_that_may_hold_front_matter_is_in_the_docs() -> None:
    page = text("writing")

    assert {ending for ending in disk._SIDE_ENDINGS if f"tides{ending}`" not in page} == set()
    assert {file for file in disk._FOLDER_FILES if file.endswith(".yml") and f"`{file}`" not in page} == set()


def test_every_key_of_front_matter_is_in_the_docs() -> None:
    said = {
        normal_key(word.partition(":")[0]).replace(".", "_")
        for word in re.findall(r"`([A-Za-z][^`\n]*)`", text("writing"))
    }

    assert {alias for aliases in front_matter_keys._ALIASES.values() for alias in aliases} - said == set()


def test_every_kind_of_secret_is_in_the_docs() -> None:
    kinds = {shape.kind for shape in (*secret_shapes.SHAPES, *secret_shapes.ALWAYS)}
    page = text("errors-and-warnings")

    assert {kind for kind in kinds if f"`{kind}`" not in page} == set()
