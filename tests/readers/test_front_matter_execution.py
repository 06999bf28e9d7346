"""How a notebook wants to be run, in every tool's words."""

from typing import Any

import pytest

from generator.model.front_matter import ErrorPolicy, ExecutionWishes
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.problem import Problem, Severity
from generator.model.reading import ReadingRules
from generator.model.resources import Resources
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.front_matter import from_notebook
from generator.readers.front_matter_execution import NO_LIMIT

_SOURCE = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")


def _read(yaml: str, rules: ReadingRules, **metadata: Any) -> tuple[ExecutionWishes, tuple[Problem, ...]]:
    cell = Cell(CellKind.RAW, 1, f"---\n{yaml}\n---")
    front, _, problems = from_notebook(Notebook((cell,), metadata, "python", "python3", "4.5"), _SOURCE, rules)
    return front.execution, problems


def _wishes(yaml: str, *defaults: dict[str, Any], **metadata: Any) -> ExecutionWishes:
    rules = ReadingRules(front_matter_defaults=tuple(("", "", values) for values in defaults))
    wishes, problems = _read(yaml, rules, **metadata)
    assert problems == ()
    return wishes


def _said(yaml: str) -> list[tuple[Severity, int | None, str, str | None]]:
    problems = _read(yaml, ReadingRules())[1]
    assert {(p.kind, p.at.file if p.at else "", p.at.cell if p.at else 0) for p in problems} <= {
        ("front-matter-value", "_notebooks/a.ipynb", 1)
    }
    return [(p.severity, p.at.line if p.at else None, p.problem, p.mend) for p in problems]


def _only(yaml: str) -> tuple[str, str | None]:
    ((_, _, problem, mend),) = _said(yaml)
    return problem, mend


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("title: x", {}),
        ("jupyter: python3", {"kernel": "python3"}), ("kernel: julia-1.10", {"kernel": "julia-1.10"}),
        ("kernelspec:\n  name: ir\n  display_name: R", {"kernel": "ir"}),
        ("jupyter:\n  kernelspec:\n    name: ir", {"kernel": "ir"}),
        ("execute: true", {"execute": True}), ("execute: {enabled: true}", {"execute": True}),
        ("execute: {enabled: false, freeze: auto}", {"execute": False}),
        ("eval: false", {"execute": False}), ("execute: {eval: false}", {"execute": False}),
        ("execute: {enabled: true, eval: false}", {"execute": False}),
        ("skip_exec: true", {"execute": False}), ("skip_execution: true\nrefresh: daily", {
            "execute": False, "refresh": "daily"}),
        ("mystnb: {execution_mode: 'off', execution_timeout: 5}", {"execute": False, "timeout_seconds": 5.0}),
        ("mystnb: {execution_mode: off}", {"execute": False}), ("mystnb: {execution_mode: cache}", {"execute": True}),
        ("mystnb: {execution_allow_errors: true}", {"on_error": ErrorPolicy.SHOW}),
        ("mystnb: {execution_raise_on_error: true}", {"on_error": ErrorPolicy.FAIL}),
        ("nb_execution_mode: auto", {}), ("execute_notebooks: force", {"execute": True}),
        ("execute:\n  execute_notebooks: force\n  allow_errors: true\n  timeout: -1", {
            "execute": True, "on_error": ErrorPolicy.SHOW, "timeout_seconds": NO_LIMIT}),
        ("execute: {timeout: 60}", {"timeout_seconds": 60.0}),
        ("execute: {timeout: {cell: 1m, notebook: 1h}}", {
            "timeout_seconds": 60.0, "notebook_timeout_seconds": 3600.0}),
        ("timeout: {cell: 5, notebook: none}", {"timeout_seconds": 5.0, "notebook_timeout_seconds": NO_LIMIT}),
        ("timeout: 10m", {"timeout_seconds": 600.0}), ("timeout: 90s", {"timeout_seconds": 90.0}),
        ("timeout: 2h", {"timeout_seconds": 7200.0}), ("timeout: 1h 30 min", {"timeout_seconds": 5400.0}),
        ("timeout: 0.5", {"timeout_seconds": 0.5}), ("timeout: false", {"timeout_seconds": NO_LIMIT}),
        ("timeout: -1", {"timeout_seconds": NO_LIMIT}), ("timeout: None", {"timeout_seconds": NO_LIMIT}),
        ("on_error: keep", {"on_error": ErrorPolicy.KEEP}), ("error: true", {"on_error": ErrorPolicy.SHOW}),
        ("params: {a: 1, b: [x]}", {"params": {"a": 1, "b": ["x"]}}),
        ("parameters: {a: null}", {"params": {"a": None}}),
        ("data: data/sales.csv", {"data": ("data/sales.csv",)}),
        ("data: ./a.csv, data/*.csv", {"data": ("a.csv", "data/*.csv")}),
        ("data:\n- a.csv\n- 'data/**/b?.csv'\n- x/../c.csv\n- win\\d.csv", {
            "data": ("a.csv", "data/**/b?.csv", "c.csv", "win/d.csv")}),
        ("refresh: daily", {"execute": True, "refresh": "daily"}), ("refresh: never", {}), ("refresh: false", {}),
        ("schedule: '@weekly'\nexecute: false", {"execute": False, "refresh": "@weekly"}),
        ("refresh: '0 */6 * * *'\ntimezone: Europe/Berlin", {
            "execute": True, "refresh": "0 */6 * * *", "timezone": "Europe/Berlin"}),
        ("refresh: 0 6 * * mon", {"execute": True, "refresh": "0 6 * * mon"}),
        ("environment: requirements-old.txt", {"environment": "requirements-old.txt"}),
        ("resources: {cpus: 2, gpus: 0.5, memory: 4 GB}", {"resources": Resources(2.0, 0.5, 4 * 10**9)}),
        ("resources: {Memory: 512MiB}", {"resources": Resources(memory_bytes=2**29)}),
        ("resources: {gpus: 0, memory: 4000000}", {"resources": Resources(gpus=0.0, memory_bytes=4_000_000)}),
        ("disable_after: 5", {"disable_after": 5}), ("disable-after: never", {"disable_after": 0}),
    ],
)  # fmt: skip
def test_a_wish_is_understood_in_every_tools_words(yaml: str, expected: dict[str, Any]) -> None:
    assert _wishes(yaml) == ExecutionWishes(**expected)


def test_jekylls_defaults_may_say_any_of_them_and_the_notebook_wins() -> None:
    defaults = {"execute": {"timeout": 60}, "refresh": "daily", "data": "a.csv", "resources": {"cpus": 1}}

    assert _wishes("timeout: 5\nresources: {memory: 1 GB}", defaults) == ExecutionWishes(
        execute=True,
        timeout_seconds=5.0,
        refresh="daily",
        data=("a.csv",),
        resources=Resources(memory_bytes=10**9),
    )
    assert not _wishes("execute: false", defaults).execute


def test_the_kernel_of_the_file_is_no_wish() -> None:
    assert _wishes("title: x", kernelspec={"name": "python3"}).kernel is None


def test_a_wrong_value_is_an_error_where_the_notebook_asks_to_be_run() -> None:
    assert _said("title: x\nexecute: true\n\nrefresh: dayly") == [
        (Severity.ERROR, 5, "`refresh: dayly` is no schedule", "write `refresh: daily`")
    ]
    assert [said[0] for said in _said("timezone: Mars\ndata: /x\nparams: 5")] == [Severity.WARNING] * 3


@pytest.mark.parametrize(
    ("yaml", "problem", "mend"),
    [
        ("refresh: 0 0 30 2 *", "`refresh: 0 0 30 2 *` never comes: no such month has that day",
         "mend the day or the month"),
        ("refresh: 99 * * * *", "`refresh: 99 * * * *` is no cron expression",
         "write its five fields (minute, hour, day, month and weekday) as in `0 6 * * 1-5`"),
        ("refresh: every day", "`refresh: every day` is no cron expression",
         "write its five fields (minute, hour, day, month and weekday) as in `0 6 * * 1-5`"),
        ("refresh: 60", "`refresh: 60` is no schedule",
         "write `hourly`, `daily`, `weekly`, `monthly` or a cron expression such as `0 6 * * *`"),
        ("timezone: Europe/Berln", "`timezone: Europe/Berln` is no time zone", "write `timezone: Europe/Berlin`"),
        ("timezone: berlin", "`timezone: berlin` is no time zone", "write `timezone: Europe/Berlin`"),
        ("timezone: America/new york", "`timezone: America/new york` is no time zone",
         "write `timezone: America/New_York`"),
        ("timezone: Mars", "`timezone: Mars` is no time zone", "write one such as `timezone: Europe/Berlin`"),
        ("timeout: soon", "`timeout: soon` is not a number of seconds",
         "write it as `timeout: 600` or `timeout: 10m`, or `timeout: none` for no limit"),
        ("timeout: {notebook: -5}", "`notebook: -5` is not a number of seconds",
         "write it as `notebook: 600` or `notebook: 10m`, or `notebook: none` for no limit"),
        ("on_error: kepe", "`on_error: kepe` is none of `fail`, `show` and `keep`", "write `on_error: keep`"),
        ("params: [a, b]", "`params: ['a', 'b']` is no map of names to values",
         "write it as `params: {country: FR, year: 2024}`"),
        ("params: {my-year: 1}", "`params:` has `my-year`, which is no name", "write `my_year`"),
        ("params: {'2024': 1}", "`params:` has `2024`, which is no name", "begin it with a letter"),
        ("data: https://x.org/a.csv", "`data: https://x.org/a.csv` is an address, and no file of the blog",
         "fetch it in a cell, or commit the file and write its path"),
        ("data: s3:bucket", "`data: s3:bucket` is an address, and no file of the blog",
         "fetch it in a cell, or commit the file and write its path"),
        ("data: [a.csv, /home/ada/b.csv]", "`data: /home/ada/b.csv` is outside the blog",
         "put the file into the blog and write its path from there, such as `data/b.csv`"),
        ("data: C:\\data\\b.csv", "`data: C:\\data\\b.csv` is outside the blog",
         "put the file into the blog and write its path from there, such as `data/b.csv`"),
        ("data: a/../../b.csv", "`data: a/../../b.csv` leads out of the blog",
         "write the path from the blog's folder (that of `_config.yml`), without `..`"),
        ("data: {a: b}", "`data: {'a': 'b'}` names no file", "write it as `data: data/sales.csv`, or as a list"),
        ("environment: ../r.txt", "`environment: ../r.txt` leads out of the blog",
         "write the path from the blog's folder (that of `_config.yml`), without `..`"),
        ("environment: [a, b]", "`environment: ['a', 'b']` names no requirements file",
         "write it as `environment: requirements-old.txt`"),
        ("resources: 4 GB", "`resources: 4 GB` is no map", "write it as `resources: {cpus: 2, memory: 4 GB}`"),
        ("resources: {cpu: 2}", "`resources:` has the unknown word `cpu`", "write `cpus`"),
        ("resources: {cpus: 0}", "`cpus: 0` in `resources:` is no number of them", "write it as `cpus: 2`"),
        ("resources: {gpus: many}", "`gpus: many` in `resources:` is no number of them", "write it as `gpus: 2`"),
        ("resources: {memory: lots}", "`memory: lots` in `resources:` is no size", "write it as `memory: 4 GB`"),
        ("disable_after: soon", "`disable_after: soon` is no number of failures",
         "write it as `disable_after: 5`, or `disable_after: 0` for never"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_mend(yaml: str, problem: str, mend: str) -> None:
    assert _only(yaml) == (problem, mend)
