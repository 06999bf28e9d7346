"""The documents to be made of a source."""

import json
from dataclasses import replace
from typing import Any

from generator.execution.committed import committed
from generator.location import Location
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.outline import Edition
from generator.model.problem import Severity, error
from generator.model.reading import Reading
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.model.variant import Variant
from generator.readers.editions import edition_of, editions_of
from generator.readers.outline import outline
from tests.golden_case import cells_of
from tests.readers.notebook.making import RULES, new_reader, no_files

_PATH = "_notebooks/2026-01-02-sales.ipynb"


def _editions(cells: str, path: str = _PATH) -> tuple[Edition, ...]:
    source = SourceFile(
        path, Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, json.dumps(cells_of(cells)).encode(), ""
    )
    return editions_of(outline(source, RULES))


def _front(yaml: str, rest: str = "") -> str:
    return f"%% raw\n---\n{yaml}\n---\n\n{rest}"


_BODY = """%% markdown
Words before.

%% code {"tags": ["parameters"]}
country = "UK"
year = 2023

%% markdown
Words after.

%% code
print(country)
%% stream
UK
"""


def _read(edition: Edition) -> Reading:
    return new_reader().read(edition, committed(edition.outline), no_files, RULES)


def test_an_ordinary_source_is_one_edition() -> None:
    (edition,) = _editions(_front("title: T", _BODY))

    assert edition.variant is None
    assert edition == Edition(edition.outline)


def test_a_notebook_with_variants_is_a_list_and_each_of_them() -> None:
    first, *variants = _editions(
        _front(
            "title: T\npermalink: /t/\naliases: [/old/]\ntags: [a]\ndescription: In {country}\n"
            "params: {year: 2024}\nrefresh: daily\nvariants:\n- {country: FR}\n- {country: DE, permalink: /de/}",
            _BODY,
        )
    )

    made = (Variant("fr", "T: FR", None, {"country": "FR"}), Variant("de", "T: DE", "/de/", {"country": "DE"}))
    front = first.outline.front
    assert front == FrontMatter(title="T", permalink="/t/", aliases=("/old/",), tags=("a",), execution=front.execution)
    assert (front.execution.execute, front.execution.refresh, front.execution.variants) == (False, None, made)
    assert [one.variant for one in variants] == list(made)
    execution = replace(front.execution, execute=True, refresh="daily")
    assert [one.outline.front for one in variants] == [
        FrontMatter(
            title="T: FR", permalink="/t/", tags=("a",), description="In FR",
            execution=replace(execution, params={"year": 2024, "country": "FR"}, variants=made[:1]),
        ),
        FrontMatter(
            title="T: DE", permalink="/de/", tags=("a",), description="In DE",
            execution=replace(execution, params={"year": 2024, "country": "DE"}, variants=made[1:]),
        ),
    ]  # fmt: skip


def test_one_edition_can_be_had_by_its_name() -> None:
    made = _editions(_front("title: T\nvariants: {country: [FR, DE]}", _BODY))
    whole = outline(made[0].outline.source, RULES)
    ordinary = outline(_editions(_front("title: T", _BODY))[0].outline.source, RULES)

    assert [edition_of(whole, name) for name in (None, "fr", "de", "uk")] == [*made, None]
    assert [edition_of(ordinary, name) for name in (None, "fr")] == [Edition(ordinary), None]


def test_the_list_shows_the_words_before_the_first_code_cell_alone() -> None:
    first, variant = _editions(_front("title: T\nvariants: {country: [FR]}", _BODY))

    assert "Words before." in _read(first).body.html
    assert _read(first).body.text.split() == ["Words", "before."]
    assert "UK" not in _read(first).body.markdown
    shown = _read(variant)
    assert (shown.document.variant, shown.document.front.title) == ("fr", "T: FR")
    assert all(words in shown.body.html for words in ("Words before.", "Words after.", "UK"))


def test_what_the_parameters_cell_assigns_is_folded_away_in_a_variant() -> None:
    _, variant = _editions(_front("title: T\nvariants: {country: [FR]}", _BODY))

    html = _read(variant).body.html
    assert "<summary>Default parameters</summary>" in html
    assert html.index("<details") < html.index("UK") < html.index("</details>")


def test_a_hidden_cell_does_not_end_the_introduction() -> None:
    hidden = "%% code\n#hide\nimport pandas\n\n"
    first, _ = _editions(_front("title: T\nvariants: {country: [FR]}", hidden + _BODY))

    assert _read(first).body.text.split() == ["Words", "before."]


def test_a_title_may_come_from_the_first_heading_which_is_shown_in_no_edition_again() -> None:
    cells = _front("variants: {country: [FR]}", "%% markdown\n## About sales\n\nMore.\n\n" + _BODY)
    first, variant = _editions(cells)

    assert [one.outline.front.title for one in (first, variant)] == ["About sales", "About sales: FR"]
    assert [one.outline.front.execution.variants[0].title for one in (first, variant)] == ["About sales: FR"] * 2
    assert "About sales" not in _read(first).body.html + _read(variant).body.html


def test_without_any_title_the_files_name_is_one() -> None:
    first, variant = _editions(_front("variants: {country: [FR]}", _BODY))

    assert [one.outline.front.title for one in (first, variant)] == ["Sales", "Sales: FR"]


def test_parameters_are_filled_in_for_each_variant() -> None:
    _, variant = _editions(
        _front("title: T\nparams: {file: 'data/{country}.csv'}\nvariants: {country: [FR]}", "%% code\nprint(file)\n")
    )

    assert variant.outline.front.execution.params == {"file": "data/FR.csv", "country": "FR"}


def test_prose_and_titles_may_say_the_parameters_of_a_variant() -> None:
    words = "%% markdown\n{{ page.country }} in {{ page.year }}, {{ page.file }}, {{ page.week }}.\n\n"
    yaml = (
        "title: 'Of {{ page.country }}'\npermalink: '/{country}/'\nweek: 7\n"
        "params: {year: 2024, file: 'data/{country}.csv', week: 8, list: [1]}\nvariants: {country: [FR, DE]}"
    )
    cells = '%% code {"tags": ["parameters"]}\ncountry = file = "UK"\nyear = week = list = 1\n'

    listed, french, german = map(_read, _editions(_front(yaml, words + cells)))

    assert [one.body.text.split("\n")[0] for one in (listed, french, german)] == [
        "FR, DE in 2024, data/FR.csv, data/DE.csv, 7.",
        "FR in 2024, data/FR.csv, 7.",
        "DE in 2024, data/DE.csv, 7.",
    ]
    assert [one.document.title_html for one in (french, german)] == ["Of FR: FR", "Of DE: DE"]


def test_a_parameter_that_is_no_word_is_none_in_prose() -> None:
    words = "%% markdown\n{{ page.lands }}\n\n%% code\nlands\n"
    (edition,) = _editions(_front("title: T\nexecute: true\nparams: {lands: [FR]}", words))

    (problem,) = _read(edition).document.problems
    assert "`{{ page.lands }}`" in problem.problem


def test_a_secret_among_the_parameters_is_a_leak_as_it_would_be_in_the_title() -> None:
    secret = "ghp_" + "a1B2c3D4e5" * 4
    variants = f"title: T\nvariants:\n- {{token: {secret}, title: x, name: y}}"
    params = f"title: T\nexecute: true\nparams: {{token: {secret}}}"

    cells = "%% code\nprint(token)\n"
    for edition in (*_editions(_front(variants, cells)), *_editions(_front(params, cells))):
        problems = _read(edition).document.problems
        assert [problem.severity for problem in problems if problem.kind == "leak"] == [Severity.ERROR]
        assert secret not in "".join(problem.problem for problem in problems)


def test_what_is_wrong_is_said_once_and_a_source_with_an_error_is_one_edition() -> None:
    first, variant = _editions(_front("title: T\ntiemout: 5\nvariants: {country: [FR]}", _BODY))
    (alone,) = _editions(_front("title: T\nvariants: {country: []}", _BODY))

    assert [len(one.outline.problems) for one in (first, variant)] == [1, 0]
    assert [problem.severity for problem in alone.outline.problems] == [Severity.ERROR]


def test_a_parameter_that_the_parameters_cell_does_not_assign_is_said_before_anything_runs() -> None:
    (edition,) = _editions(_front("title: T\nparams: {yaer: 1}\nvariants: {contry: [FR], place: [x]}", _BODY))

    at = Location(_PATH, cell=3)
    said = "`{}:` has the parameter `{}`, which the `parameters` cell does not assign"
    assert edition.outline.problems == (
        error("unknown-parameter", said.format("variants", "contry"), at, "write `country` in `variants:`"),
        error(
            "unknown-parameter",
            said.format("variants", "place"),
            at,
            "assign `place` in that cell, or take it out of `variants:`",
        ),
        error("unknown-parameter", said.format("params", "yaer"), at, "write `year` in `params:`"),
    )


def test_a_parameters_cell_that_cannot_be_read_without_running_says_nothing() -> None:
    yaml = "title: T\nvariants: {place: [x]}"
    for cell in ("from defaults import *", "%run defaults.py", "(" * 5000, ""):
        editions = _editions(_front(yaml, f'%% code {{"tags": ["parameters"]}}\n{cell}\n'))

        assert len(editions) == (1 if cell == "" else 2)
    julia: dict[str, Any] = {"kernelspec": {"name": "julia", "display_name": "J", "language": "julia"}}
    for tags in ('{"tags": ["parameters"]}', ""):
        other = f"%% notebook {json.dumps(julia)}\n\n%% code {tags}\nx = 1\n"
        assert len(_editions(_front(yaml, other))) == 2


def test_a_forgotten_tag_is_said_at_the_cell_that_would_undo_the_parameter() -> None:
    cells = '%% code\n%matplotlib inline\nimport pandas\n\n%% code\nland = "UK"\nyear = 2023\n\n%% code\nland, year\n'
    (edition,) = _editions(_front("title: T\nparams: {year: 1}\nvariants: {land: [FR, DE]}", cells))

    said, mend = "no cell is tagged `parameters`, and `{}:` sets `{}`", "tag the cell that assigns `{}`"
    at = Location(_PATH, cell=3)
    assert edition.outline.problems == tuple(
        error("untagged-parameters", said.format(key, name), at, mend.format(name))
        for key, name in (("variants", "land"), ("params", "year"))
    )


def test_a_parameter_that_no_cell_reads_would_make_the_same_post_of_each_variant() -> None:
    for cell in ("sales[sales.land == 'DE']", "def f(land): return land", "#| eval: false\nland"):
        (edition,) = _editions(_front("title: T\nvariants: {land: [FR, DE]}", f"%% code\n{cell}\n"))

        assert edition.outline.problems == (
            error(
                "unread-parameter",
                "`variants:` sets `land`, which no cell reads",
                Location(_PATH),
                "tag the cell of parameters, or take it out",
            ),
        )


def test_a_parameter_that_is_only_read_comes_in_at_the_top() -> None:
    yaml = "title: T\nvariants: {land: [FR, DE]}"
    for cells in (
        "print(land)",
        "sales.query('land == @land')",
        "!ls data/{land}",
        "land = land.upper()",
        "if 'land' not in globals():\n    land = 'UK'",
        "def f():\n    return land",
        "%run report.py",
        "this is no Python",
        "land\n\n%% code\nland = 'UK'",
        "#| eval: false\nland = 'UK'\n\n%% code\nland",
    ):
        assert len(_editions(_front(yaml, f"%% code\n{cells}\n"))) == 3, cells


def test_a_parameter_that_another_holds_arrives_with_that_one() -> None:
    yaml = "title: T\nparams: {file: 'data/{land}.csv'}\nvariants: {land: [FR, DE]}"

    assert len(_editions(_front(yaml, "%% code\nprint(file)\n"))) == 3


def test_a_cell_that_a_run_put_in_is_replaced_by_the_next() -> None:
    injected = '%% code {"tags": ["injected-parameters"]}\nland = "UK"\n\n%% code\nland\n'

    assert len(_editions(_front("title: T\nvariants: {land: [FR, DE]}", injected))) == 3


def test_a_notebook_that_is_not_run_may_have_any_parameters() -> None:
    (edition,) = _editions(_front("title: T\nparams: {place: x}", _BODY))

    assert edition.outline.problems == ()


def test_outputs_of_a_run_with_its_cell_of_parameters_fit_every_edition() -> None:
    _, variant = _editions(_front("title: T\nvariants: {country: [FR]}", _BODY))
    ran = committed(variant.outline)
    assert ran.notebook is not None
    cells = list(ran.notebook.cells)
    injected = replace(cells[2], tags=("injected-parameters",), source='country = "FR"')
    cells.insert(3, injected)
    numbered = tuple(replace(cell, number=number) for number, cell in enumerate(cells, start=1))

    reading = new_reader().read(variant, Executed(notebook=replace(ran.notebook, cells=numbered)), no_files, RULES)

    assert "FR" not in reading.body.html
    assert "Words after." in reading.body.html
