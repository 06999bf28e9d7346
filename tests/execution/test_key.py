"""The key of a run changes with whatever its outputs depend on, and with nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.execution.key import code_of, differences, key_of, run_key
from generator.model.execution import KernelChoice, RunKey
from generator.model.notebook import Cell, CellKind, Stream

PYTHON = KernelChoice("python3", "python", ("/v/bin/python", "-m", "ipykernel_launcher"), python="/v/bin/python")
R = KernelChoice("ir", "r", ("R", "--slave"), spec_digest="ab")

_names = st.text(st.characters(codec="utf-8"), max_size=4)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | _names
    | st.dates()
    | st.datetimes()
    | st.binary(max_size=3)
)
_values = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3))
_params = st.dictionaries(_names, _values, max_size=3)
_cells = st.lists(st.tuples(_names, st.booleans(), st.booleans(), st.booleans()), max_size=4)
_parts = st.dictionaries(
    st.sampled_from(["code", "kernel", "engine", "folder", "kernel-spec"])
    | st.builds(str.__add__, st.sampled_from(["parameter ", "file ", "environment "]), _names)
    | st.sampled_from(["environment Python", "environment a.lock", "environment pandas"]),
    st.sampled_from(["1", "2", "sha256:1", "sha256:2", "missing"]),
    max_size=8,
)


def key(
    *,
    code: str = "c",
    params: Mapping[str, Any] | None = None,
    kernel: KernelChoice = PYTHON,
    folder: str = "_notebooks",
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, str | None] | None = None,
) -> RunKey:
    return run_key(
        code=code, params=params or {}, kernel=kernel, folder=folder, environment=environment or {}, files=files or {}
    )


def code_digest(cells: tuple[Cell, ...]) -> str:
    return code_of((cell.source, True, False, False) for cell in cells if cell.kind is CellKind.CODE)


@given(_cells, _cells)
def test_the_code_counts_cell_by_cell(
    one: list[tuple[str, bool, bool, bool]], other: list[tuple[str, bool, bool, bool]]
) -> None:
    assert (code_of(one) == code_of(other)) is (one == other)


@given(st.lists(st.tuples(st.sampled_from(CellKind), _names), max_size=5), _names)
def test_prose_numbers_outputs_and_metadata_of_cells_are_not_code(
    written: list[tuple[CellKind, str]], other: str
) -> None:
    cells = tuple(Cell(kind, number, source) for number, (kind, source) in enumerate(written, start=1))
    edited = tuple(
        replace(
            cell,
            number=cell.number + 7,
            source=cell.source if cell.kind is CellKind.CODE else other,
            outputs=(Stream("stdout", other),),
            execution_count=3,
            metadata={"id": other},
        )
        for cell in cells
    )

    assert code_digest(edited) == code_digest(cells)
    assert code_digest((Cell(CellKind.MARKDOWN, 1, other), *cells)) == code_digest(cells)


@given(_params, _params)
def test_parameters_count_by_value_and_type(one: dict[str, Any], other: dict[str, Any]) -> None:
    # repr tells 1, 1.0 and True apart, as == does not; the order of keys is sorted away.
    is_same = _ordered(one) == _ordered(other)

    assert (key(params=one) == key(params=other)) is is_same


def _ordered(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{_ordered(item)}" for name, item in sorted(value.items())) + "}"
    return "[" + ",".join(map(_ordered, value)) + "]" if isinstance(value, list) else repr(value)


@given(_params)
def test_the_order_of_a_mapping_does_not_count(params: dict[str, Any]) -> None:
    turned = dict(reversed(params.items()))

    assert key(params={"deep": turned, **turned}) == key(params={**params, "deep": params})


@pytest.mark.parametrize(
    "other",
    [1.0, True, "1", [1], (1,), {1: 1}, {"1": 1}, b"1", None, date(2020, 1, 1), "2020-01-01", datetime(2020, 1, 1)],
)
def test_one_is_only_equal_to_one(other: object) -> None:
    assert key(params={"n": 1}) != key(params={"n": other})


def test_values_that_look_alike_differ() -> None:
    alike = [
        date(2020, 1, 1),
        datetime(2020, 1, 1),
        datetime(2020, 1, 1, tzinfo=UTC),
        "2020-01-01",
        [1, 2],
        (1, 2),
        {1, 2},
        {1: 2},
        [[1, 2]],
        "[1, 2]",
        10**5000,
        float("inf"),
        -0.0,
        0.0,
        0,
        False,
        None,
        "",
    ]

    assert len({key(params={"value": value}).digest for value in alike}) == len(alike)


def test_what_is_no_value_of_a_notebook_is_refused() -> None:
    with pytest.raises(TypeError, match="not a value a notebook can be given: object"):
        key(params={"x": object()})


@given(_parts, _parts)
def test_differences_are_empty_exactly_when_the_keys_are_equal(one: dict[str, str], other: dict[str, str]) -> None:
    old, new = key_of(one), key_of(other)

    assert (differences(old, new) == ()) is (old.digest == new.digest)
    assert (old.digest == new.digest) is (one == other)


def test_names_that_look_alike_are_other_parts() -> None:
    keys = [
        key(code="x"),
        key(params={"code": "x"}),
        key(files={"code": "x"}),
        key(environment={"code": "x"}),
        key(folder="x"),
    ]

    assert len({one.digest for one in keys}) == len(keys)


def test_where_a_python_lies_does_not_count_and_how_it_is_started_does() -> None:
    moved = replace(PYTHON, argv=("/other/python", *PYTHON.argv[1:]), python="/other/python", is_own_python=True)
    optimised = replace(PYTHON, argv=("/v/bin/python", "-O", *PYTHON.argv[1:]))

    assert key(kernel=moved) == key(kernel=PYTHON)
    assert differences(key(kernel=PYTHON), key(kernel=optimised)) == (
        "the kernel python3 is another, or is started in another way",
    )
    assert key(kernel=replace(PYTHON, env={"X": "1"})) != key(kernel=PYTHON)
    assert key(kernel=replace(R, spec_digest="cd")) != key(kernel=R)


def test_every_difference_has_words_the_most_telling_first() -> None:
    old = key(
        code="a",
        params={"country": "DE", "year": 1, "old": 1},
        environment={"Python": "3.11.7", "requirements.lock": "sha256:a", "pandas": "2.2.3", "numpy": "1.26"},
        files={"data/sales.csv": "a", "helpers.py": "b", "x.py": "c", "late.csv": None},
    )
    new = key(
        code="b",
        params={"country": "FR", "year": 1, "new": 1},
        folder="",
        environment={"Python": "3.12.1", "requirements.lock": "sha256:b", "pandas": "2.3.0", "numpy": "1.26"},
        files={"data/sales.csv": "z", "helpers.py": None, "y.py": "c", "never.csv": None, "late.csv": "d"},
    )

    assert differences(old, new) == (
        "its code changed",
        "parameter `country` changed",
        "parameter `new` is new",
        "parameter `old` is gone",
        "data/sales.csv changed",
        "helpers.py is gone",
        "late.csv is new",
        "never.csv is missing",
        "x.py is no longer read",
        "y.py is read, too",
        "Python 3.11.7 → 3.12.1",
        "requirements.lock changed",
        "pandas 2.2.3 → 2.3.0",
        "its working folder changed from `_notebooks` to `.`",
    )


def test_many_packages_are_summed_up() -> None:
    old = key(environment={f"p{number:02}": "1" for number in range(15)})
    new = key(environment={f"p{number:02}": "2" for number in range(1, 15)})

    assert differences(old, new) == ("p00 1 was removed", "p01 1 → 2", "p02 1 → 2", "and 12 more packages")


def test_packages_that_a_lock_no_longer_stands_for_were_not_installed() -> None:
    old = key(environment={"requirements.lock": "sha256:a", "extra": "1"})
    new = key(environment={"pandas": "2.2.3", "extra": "2"})

    assert differences(old, new) == ("what is installed is no longer what requirements.lock says", "extra 1 → 2")
    assert differences(new, old) == (
        "what is installed agrees with requirements.lock, as it did not before",
        "extra 2 → 1",
    )


def test_packages_of_another_language_were_not_removed() -> None:
    old, new = key(environment={"Python": "3.11.7", "pandas": "2.2.3"}), key(kernel=R)

    assert differences(old, new) == ("the kernel changed from python3 to ir",)


def test_another_engine_is_said() -> None:
    old = key_of({"engine": "1, papermill 2.6"})
    new = key_of({"engine": "1, papermill 2.7"})

    assert differences(old, new) == ("what runs notebooks changed (1, papermill 2.6 → 1, papermill 2.7)",)
