"""run-notebook: one notebook runs with parameters, tied to its commit, and what became of it is handed on."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from generator.asking import Words
from generator.errors import InkmillError
from generator.github.refresh_report import RAN, RefreshReport, read_refresh
from generator.steps.notebook_secrets import NotebookSecrets
from generator.steps.result import StepResult
from generator.steps.run_notebook import AskedNotebook, main, run_notebook
from tests.building import code_cell, lay_out, markdown_cell, notebook
from tests.running import FakeExecutor

SHA = "a1" * 20
PATH = "_notebooks/2026-01-01-train.ipynb"
KEY = "wb-4f9a1c77e2d0b35688aa"
CONFIG = "permalink: /posts/:title/\nexperiments:\n  project: acme/mnist\n"


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "blog"
    lay_out(folder, {"_config.yml": CONFIG})
    monkeypatch.chdir(folder)
    for name in ("NOTEBOOK_SECRETS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "WANDB_API_KEY", "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    yield folder


def train(*cells: str, front: str = "title: T") -> dict[str, object]:
    return notebook(markdown_cell(f"---\n{front}\n---"), *map(code_cell, cells))


def done(
    tmp_path: Path,
    executor: FakeExecutor,
    parameters: Mapping[str, object] | None = None,
    path: str = PATH,
    secrets: Mapping[str, str] | None = None,
) -> StepResult:
    words = Words(now="2026-01-01T00:00:00Z", jobs=1, execute="always")
    asked = AskedNotebook(path, parameters or {})
    return run_notebook(tmp_path / "ran", SHA, asked, words, NotebookSecrets(secrets or {}), executor=executor)


def told(tmp_path: Path) -> RefreshReport:
    return read_refresh(tmp_path / "ran", RAN)


def test_a_notebook_runs_with_the_parameters_of_the_command_and_is_handed_on(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("param lr", "say done")})
    executor = FakeExecutor()

    result = done(tmp_path, executor, {"lr": 0.1})

    assert result.exit_code == 0
    assert [(job.path, dict(job.params)) for job in executor.jobs] == [(PATH, {"lr": 0.1})]
    assert [(one.status, one.failure) for one in told(tmp_path).notebooks] == [("ok", None)]
    ran = json.loads((tmp_path / "ran/executed/notebook.ipynb").read_text())
    assert [cell["outputs"][0]["text"] for cell in ran["cells"] if cell.get("outputs")] == ["0.1\n", "done\n"]


def test_what_it_logs_is_tied_to_the_commit_without_the_authors_doing(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    lay_out(blog, {PATH: train("say done")})
    seen: dict[str, str] = {}

    class Looking(FakeExecutor):
        def __call__(self, jobs, watch):  # type: ignore[no-untyped-def]
            seen.update(jobs[0].variables)
            seen["file"] = Path(seen["WANDB_SWEEP_PARAM_PATH"]).read_text()
            yield from super().__call__(jobs, watch)

    done(tmp_path, Looking())

    assert {name: seen[name] for name in ("GITHUB_SHA", "WANDB_GIT_COMMIT", "WANDB_API_KEY")} == {
        "GITHUB_SHA": SHA,
        "WANDB_GIT_COMMIT": SHA,
        "WANDB_API_KEY": KEY,
    }
    assert (seen["WANDB_ENTITY"], seen["WANDB_PROJECT"]) == ("acme", "mnist")
    assert {"WANDB_TAGS", "WANDB_CONFIG_PATHS"} & seen.keys() == set()
    assert json.loads(seen["file"])["github_sha"]["value"] == SHA
    assert not Path(seen["WANDB_SWEEP_PARAM_PATH"]).exists()
    assert not (blog / "github_sha.yaml").exists()


def test_on_a_cluster_the_commit_travels_with_the_notebook(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("say done")})
    seen: list[tuple[str, bool]] = []

    class Looking(FakeExecutor):
        def __call__(self, jobs, watch):  # type: ignore[no-untyped-def]
            (file,) = jobs[0].files
            place = Path(jobs[0].variables["WANDB_SWEEP_PARAM_PATH"])
            seen.append((file, (blog / jobs[0].folder / place).resolve() == (blog / file).resolve()))
            assert not place.is_absolute()
            assert SHA in (blog / file).read_text()
            yield from super().__call__(jobs, watch)

    words = Words(now="2026-01-01T00:00:00Z", jobs=1, execute="always", executor="ray")
    result = run_notebook(tmp_path / "ran", SHA, AskedNotebook(PATH), words, NotebookSecrets({}), executor=Looking())

    assert result.exit_code == 0
    assert [is_it for _, is_it in seen] == [True]
    assert not (blog / seen[0][0]).exists()


def test_every_variant_is_handed_on_and_nothing_of_a_run_before(blog: Path, tmp_path: Path) -> None:
    front = "title: T\nvariants:\n  - name: a\n    params: {lr: 1}\n  - name: b\n    params: {lr: 2}"
    lay_out(blog, {PATH: train("param lr", front=front)})
    done(tmp_path, FakeExecutor())
    both = sorted(path.name for path in (tmp_path / "ran/executed").iterdir())
    lay_out(blog, {PATH: train("param lr")})

    done(tmp_path, FakeExecutor(), {"lr": 3})

    assert both == ["notebook-2.ipynb", "notebook.ipynb"]
    assert [path.name for path in (tmp_path / "ran/executed").iterdir()] == ["notebook.ipynb"]


def test_a_failing_notebook_is_named_by_cell_and_error_and_handed_on(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("say before", "raise no such column")})

    result = done(tmp_path, FakeExecutor())

    assert result.exit_code == 1
    (one,) = told(tmp_path).notebooks
    assert one.status == "failed"
    assert one.failure is not None
    assert (one.failure.cell, one.failure.problem) == (3, "Oops: no such column")
    assert "no such column" in (tmp_path / "ran/executed/notebook.ipynb").read_text()


def test_a_key_that_it_prints_stands_in_nothing_that_is_handed_on(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    secret = "hunter2-hunter2-hunter2"
    lay_out(blog, {PATH: train("leak")})

    for leaked in (KEY, secret):
        result = done(tmp_path, FakeExecutor(leaks=leaked), secrets={"DB_PASSWORD": secret})

        assert result.exit_code == 1
        assert [one.failure.kind for one in told(tmp_path).notebooks if one.failure] == ["leak"]
        assert not (tmp_path / "ran/executed/notebook.ipynb").exists()
        said = (tmp_path / "ran" / RAN).read_text() + "\n".join(line for line in result.lines if "add-mask" not in line)
        assert leaked not in said


def test_a_key_in_an_error_stands_in_nothing_that_is_handed_on(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    lay_out(blog, {PATH: train(f"raise 401 for {KEY}")})

    result = done(tmp_path, FakeExecutor())

    assert result.exit_code == 1
    assert KEY not in (tmp_path / "ran" / RAN).read_text() + "\n".join(result.lines)
    assert not (tmp_path / "ran/executed/notebook.ipynb").exists()


def test_a_notebook_that_is_not_there_is_told_with_the_name_that_was_meant(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("say done")})

    result = done(tmp_path, FakeExecutor(), path="_notebooks/2026-01-01-trian.ipynb")

    (error,) = told(tmp_path).errors
    assert result.exit_code == 2
    assert error.problem == "there is no notebook `_notebooks/2026-01-01-trian.ipynb` in this blog"
    assert error.mend == f"name `{PATH}`"


def test_a_notebook_whose_front_matter_forbids_it_is_not_run_and_says_so(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("say done", front="title: T\nexecute: false")})
    executor = FakeExecutor()

    result = done(tmp_path, executor)

    assert (result.exit_code, executor.ran) == (1, [])
    assert [error.problem for error in told(tmp_path).errors] == [
        "its front matter says `execute: false`, so it is not run"
    ]


def test_settings_that_are_wrong_are_told(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {PATH: train("say done"), "_config.yml": "experiments:\n  metrics: {a: b}\n"})

    result = done(tmp_path, FakeExecutor())

    assert result.exit_code == 1
    assert [error.place for error in told(tmp_path).errors] == ["_config.yml:2:3"]


def test_another_commit_than_was_asked_for_runs_nothing(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(blog, {PATH: train("say done")})
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "one")):
        subprocess.run(["git", *words], check=True)
    monkeypatch.setenv("SHA", SHA)
    monkeypatch.setenv("NOTEBOOK", PATH)
    monkeypatch.setenv("PARAMETERS", "{}")

    with pytest.raises(InkmillError, match="was asked for") as refused:
        main(["--output", str(tmp_path / "ran")])

    assert refused.value.exit_code == 3
    assert not (tmp_path / "ran").exists()


@pytest.mark.slow
def test_a_real_kernel_sees_the_commit(blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    code = "import os\nprint(os.environ['GITHUB_SHA'], len(os.environ['WANDB_API_KEY']), lr)"
    lay_out(blog, {PATH: train(code)})
    words = Words(now="2026-01-01T00:00:00Z", jobs=1, execute="always", no_warm_kernels=True)

    result = run_notebook(tmp_path / "ran", SHA, AskedNotebook(PATH, {"lr": 0.5}), words, NotebookSecrets({}))

    assert result.exit_code == 0, result.lines
    assert f"{SHA} {len(KEY)} 0.5" in (tmp_path / "ran/executed/notebook.ipynb").read_text()
