"""One notebook, many posts: what `variants:` makes, and what is wrong with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.model.front_matter import FrontMatter
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.problem import Problem, Severity
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.model.variant import Variant
from generator.readers.front_matter import from_notebook
from generator.readers.patterns import slug_of

_SOURCE = SourceFile("_notebooks/2026-01-02-sales.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")


def _read(yaml: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    cell = Cell(CellKind.RAW, 1, f"---\n{yaml}\n---")
    front, _, problems = from_notebook(Notebook((cell,), {}, "python", "", "4.5"), _SOURCE, ReadingRules())
    return front, problems


def _variants(yaml: str) -> tuple[Variant, ...]:
    front, problems = _read(yaml)
    assert problems == ()
    assert front.execution.execute
    return front.execution.variants


def _wrong(yaml: str) -> tuple[str, str | None]:
    front, (problem,) = _read(yaml)
    assert front.execution.variants == ()
    assert (problem.severity, problem.kind) == (Severity.ERROR, "front-matter-value")
    assert problem.at is not None
    assert (problem.at.cell, yaml.split("\n")[(problem.at.line or 0) - 2].split(":")[0]) == (1, "variants")
    return problem.problem, problem.mend


def test_a_list_of_maps_is_a_list_of_parameters() -> None:
    yaml = """title: Sales
variants:
- {country: FR}
- {country: DE, title: Germany, permalink: /sales/germany/, name: germany}
- {params: {title: x, country: UK}, title: 'Sales of {country}'}"""

    assert _variants(yaml) == (
        Variant("fr", "Sales: FR", None, {"country": "FR"}),
        Variant("germany", "Germany", "/sales/germany/", {"country": "DE"}),
        Variant("x-uk", "Sales of UK", None, {"title": "x", "country": "UK"}),
    )


def test_a_list_of_words_changes_the_only_parameter() -> None:
    assert _variants("title: T\nparams: {year: 2023}\nvariants: [2024, 2025]") == (
        Variant("2024", "T: 2024", None, {"year": 2024}),
        Variant("2025", "T: 2025", None, {"year": 2025}),
    )


def test_a_map_of_lists_is_a_matrix_whose_last_parameter_changes_fastest() -> None:
    variants = _variants("title: T\nvariants: {country: [FR, New York], year: [2024, 2025], unit: EUR}")

    assert [variant.name for variant in variants] == [
        "fr-2024-eur",
        "fr-2025-eur",
        "new-york-2024-eur",
        "new-york-2025-eur",
    ]
    assert variants[2].params == {"country": "New York", "year": 2024, "unit": "EUR"}


@pytest.mark.parametrize(
    "yaml",
    [
        "variants:\n  matrix: {country: [FR, New York]}\n  title: 'Sales in {country}'\n  permalink: '/s/{country}/'",
        "params: {country: x}\nvariants: {list: [FR, New York], title: 'Sales in {country}', permalink: '/s/{name}/'}",
        "variants:\n  country: [FR, New York]\n  title: Sales in {country}\n  permalink: /s/{country}/",
        "title: Sales in {country}\npermalink: /s/{country}/\nvariants: {country: [FR, New York]}",
    ],
)
def test_patterns_make_titles_and_addresses(yaml: str) -> None:
    assert _variants(yaml) == (
        Variant("fr", "Sales in FR", "/s/fr/", {"country": "FR"}),
        Variant("new-york", "Sales in New York", "/s/new-york/", {"country": "New York"}),
    )


def test_a_matrix_and_a_list_add_up() -> None:
    yaml = (
        "title: T\nvariants:\n  matrix: {country: [FR]}\n  list:\n  - {country: DE, name: late}\n  name: 'x {country}'"
    )

    assert [variant.name for variant in _variants(yaml)] == ["x-fr", "late"]


def test_where_the_title_is_a_pattern_the_list_has_its_name_and_folder_from_elsewhere() -> None:
    front, _ = _read("title: Sales in {country}\npermalink: /s/{country}/\nvariants: {country: [FR]}")

    assert (front.title, front.permalink) == ("Sales", "/s/")
    assert _read("title: T\npermalink: /{country}/\nvariants: {country: [FR]}")[0].permalink is None


def test_a_title_of_the_notebooks_own_may_come_later() -> None:
    assert _variants("variants: {country: [FR]}") == (Variant("fr", "", None, {"country": "FR"}),)


def test_a_value_may_name_another_parameter() -> None:
    yaml = (
        "title: T\nparams: {file: 'data/{country}.csv', year: 2024}\nvariants:\n- {country: FR, n: '{year}', x: '{?}'}"
    )

    assert _variants(yaml)[0].params == {"country": "FR", "n": 2024, "x": "{?}"}


def test_a_formula_keeps_its_braces() -> None:
    (variant,) = _variants("variants: {n: [3], title: '$x^{n}$ for {n}, {{ page.n }}'}")

    assert variant.title == "$x^{n}$ for 3, {{ page.n }}"


def test_values_of_every_kind_have_a_name() -> None:
    variants = _variants("title: T\nvariants: {x: [-1, 1, 0.5, true, null, Ça va, a/../b]}")

    assert [variant.name for variant in variants] == ["minus-1", "1", "0.5", "true", "none", "ça-va", "a-b"]


def test_a_parameter_that_is_a_list_is_neither_in_the_name_nor_in_the_title() -> None:
    (variant,) = _variants("title: T\nvariants:\n- {country: FR, codes: [1, 2]}")

    assert variant == Variant("fr", "T: FR", None, {"country": "FR", "codes": [1, 2]})


def test_variants_do_not_run_where_the_notebook_must_not() -> None:
    front, problems = _read("title: T\nexecute: false\nvariants: {country: [FR]}")

    assert (front.execution.execute, len(front.execution.variants), problems) == (False, 1, ())


def test_a_thousand_variants_are_possible_and_no_more() -> None:
    ten = list(range(10))

    assert len(_variants(f"title: T\nvariants: {{a: {ten}, b: {ten}, c: {ten}}}")) == 1000
    assert _wrong(f"title: T\nvariants: {{a: {ten}, b: {ten}, c: {[*ten, 10]}}}") == (
        "`variants:` makes 1100 posts",
        "make at most 1000, or spread them over several notebooks",
    )
    assert _wrong("\n".join(["title: T", "variants:", *(f"  {name}: {ten}" for name in "abcdefghijklmnopq")]))


_KNOWN = "use `{country}` and `{year}` in it"


@pytest.mark.parametrize(
    ("variants", "problem", "mend"),
    [
        ("FR", "`variants: FR` is neither a list nor a map",
         "write it as `variants: {country: [FR, DE]}`, or as a list of maps"),
        ("{}", "`variants:` names no variant", "write it as `variants: {country: [FR, DE]}`, or as a list of maps"),
        ("{country: []}", "`country:` in `variants` is no list of values", "write it as `country: [a, b]`"),
        ("{my-year: [1]}", "`my-year` in `variants` is no name of a parameter", "write it as in the notebook"),
        ("[FR, DE]", "variant 1 does not say which parameter it changes",
         "write each as a map, such as `- {country: FR}`"),
        ("[{title: x}]", "variant 1 changes no parameter", "write `{country: FR}` or the like into it"),
        ("[{params: {a: 1}, tilte: x}]", "variant 1 has `tilte` beside `params`", "write `title`"),
        ("{matrix: {a: [1]}, permalnk: x}", "`variants:` has `permalnk` beside `matrix` and `list`",
         "write `permalink`"),
        ("{country: [FR, fr]}", "two variants are called `fr`: `country: FR` and `country: fr`",
         "take one of them out, or give one its own `name:`"),
        ("{country: ['!']}", "no name can be made of the variant `country: !`", "give it a `name:`"),
        ("{country: [FR, DE], year: [1, 2], permalink: '/s/{country}/'}",
         "the variants `fr-1` and `fr-2` are both at `/s/fr/`", "put `{year}` into the pattern"),
        ("[{a: 1, permalink: /s/}, {a: 2, permalink: /s/}]", "the variants `1` and `2` are both at `/s/`",
         "give one of them its own `permalink:`"),
        ("{country: [FR, DE], year: 1, title: 'In {contry}'}",
         "`title: In {contry}` has the unknown parameter `{contry}`",
         "write `{country}`"),
        ("{country: [FR, DE], year: 1, title: 'In {place}'}", "`title: In {place}` has the unknown parameter `{place}`",
         _KNOWN),
        ("{country: [FR, DE], year: 1, title: '{title} in {country}'}",
         "`title: {title} in {country}` refers to itself", _KNOWN),
        ("[{a: 1, title: '{b}'}]", "`title: {b}` has the unknown parameter `{b}`", "use `{a}` in it"),
        ("{country: [FR, DE], title: Sales}", "`title: Sales` is the same for every variant",
         "put `{country}` into it"),
        ("{country: [FR, DE], permalink: /s/}", "`permalink: /s/` is the same for every variant",
         "put `{country}` into it"),
        ("[{a: [1, 2], b: 1, title: 'x {a}'}]", "`x {a}` needs the value of `a`, which is a list",
         "take `{a}` out, or give `a` one word or number"),
        ("[{a: '{b}', b: '{a}'}]", "the parameter `a` refers to itself in a circle: {a} → {b} → {a}",
         "write out the value of `a`"),
        ("[{a: 'x {a}'}]", "the parameter `a` refers to itself", "write out the value of `a`"),
        ("[{c: 1, a: 'x{b}', b: 'y{d}', d: 'z{b}'}]",
         "the parameter `b` refers to itself in a circle: {b} → {d} → {b}", "write out the value of `b`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_variants_is_said_in_one_line(variants: str, problem: str, mend: str) -> None:
    assert _wrong(f"title: T\nvariants: {variants}") == (problem, mend)


def test_a_mistyped_parameter_in_the_notebooks_own_title_is_named() -> None:
    assert _wrong("title: Sales in {contry}\nvariants: {country: [FR]}") == (
        "`title: Sales in {contry}` has the unknown parameter `{contry}`",
        "write `{country}`",
    )


_WORDS = some.sampled_from(
    [
        "a",
        "b",
        "title",
        "name",
        "permalink",
        "params",
        "matrix",
        "list",
        "{a}",
        "{b} {a}",
        "/x/{a}/",
        "",
        "é",
        "$x^{a}$",
        "-",
    ]
)
_SCALARS = some.none() | some.booleans() | some.integers(-3, 10**20) | some.floats() | _WORDS | some.text(max_size=8)
_VALUES: some.SearchStrategy[Any] = some.recursive(
    _SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(_WORDS, inner, max_size=4), max_leaves=12
)
_KEYS = (
    "variants", "params", "data", "refresh", "timezone", "environment", "resources", "disable_after", "timeout",
    "execute", "title", "permalink", "kernel", "on_error",
)  # fmt: skip


@given(some.dictionaries(some.sampled_from(_KEYS), _VALUES, max_size=6), _VALUES)
def test_whatever_front_matter_says_of_a_run_is_understood_or_refused_in_words(
    said: dict[str, Any], variants: Any
) -> None:
    metadata = {"front_matter": {**said, "variants": variants}}

    front, _, problems = from_notebook(Notebook((), metadata, "python", "", "4.5"), _SOURCE, ReadingRules())

    made = front.execution.variants
    assert len({variant.name for variant in made}) == len(made)
    assert all(variant.name == slug_of(variant.name) for variant in made)
    assert not made or all(problem.at is not None and problem.mend for problem in problems)


@given(some.text(max_size=100))
def test_the_slug_of_a_slug_is_itself(text: str) -> None:
    assert slug_of(slug_of(text)) == slug_of(text)
