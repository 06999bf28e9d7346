"""The post about learning rates tells how its runs were made, and they were; nobody is asked for them again."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.formats.run_snapshot import from_bytes
from generator.model.request import BuildRequest
from generator.model.sync import Outcome, SyncReport, SyncWishes
from generator.syncing import sync
from tests.building import run

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-27T08:00:00Z"
POST = ROOT / "_posts/2026-11-26-learning-rates.md"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This blog's posts, and what they are made of."""
    copy = tmp_path_factory.mktemp("blog")
    for name in ("_posts", "_wandb", "data", "images"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "_config.yml", copy)
    return copy


def written() -> str:
    return POST.read_text(encoding="utf-8")


def program() -> str:
    (found,) = re.finditer(r"```python\n(.*?)```", written(), re.DOTALL)
    return str(found[1])


def printed_by(source: str, folder: Path) -> str:
    command, environ = [sys.executable, "-c", source], {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, check=True, env=environ, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_the_program_of_the_post_makes_the_snapshot_that_its_figure_shows(tmp_path: Path) -> None:
    said = printed_by(program(), tmp_path)

    (made,) = (tmp_path / "_wandb").iterdir()
    assert (said, made.read_bytes()) == ("", (ROOT / "_wandb" / made.name).read_bytes())


@pytest.mark.slow
def test_with_ten_times_as_many_rounds_the_slow_runs_do_leave_the_shelf(tmp_path: Path) -> None:
    training, _, _ = program().partition("runs, history =")
    longer = f"{training}\nEPOCHS = 600\nprint(*(train(lr, 8)[0][-1] for lr in (0.03, 0.1)))"

    first, second = map(float, printed_by(longer, tmp_path).split())
    assert max(first, second) < 0.25


def test_the_block_that_the_post_explains_is_the_one_it_shows() -> None:
    shown, explained = re.findall(r"^```wandb\n(.*?)^```$", written(), re.DOTALL | re.MULTILINE)

    assert shown == explained


@pytest.mark.slow
def test_the_figure_has_a_reference_bars_and_lines(blog: Path) -> None:
    page = run(blog, "--now", NOW).page("/posts/learning-rates/")
    figure = page.partition('<figure class="runs">')[2].partition("</figure>")[0]

    assert len(re.findall(r'<rect class="runs-bar[ "]', figure)) == 6
    assert len(re.findall(r'<polyline class="runs-line', figure)) == 6
    assert len(re.findall(r'<span class="runs-delta is-(?:better|worse)">', figure)) == 10
    assert 'class="is-reference"' in figure
    assert "<a " not in figure
    assert '<time datetime="2026-11-26T08:00:00Z">26 November 2026</time>' in figure


def test_a_sync_of_this_blog_asks_nobody(monkeypatch: pytest.MonkeyPatch, blog: Path) -> None:
    def refuse(*asked: object, **more: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    later = datetime(2027, 6, 1, tzinfo=UTC)

    report = sync(BuildRequest(blog, blog / "_site", blog / ".inkmill", later), SyncWishes())

    assert isinstance(report, SyncReport)
    assert [snapshot.outcome for snapshot in report.snapshots] == [Outcome.FROZEN]
    assert (report.unread, report.unused, report.exit_code) == ((), (), 0)


def test_the_words_of_the_post_say_what_the_lines_do() -> None:
    (content,) = (path.read_bytes() for path in (ROOT / "_wandb").glob("*.json"))
    snapshot = from_bytes(content)
    loss = {run.name: dict(snapshot.history[run.id]["loss"]) for run in snapshot.runs}
    line = loss["straight line"][60]

    assert 1 - snapshot.runs[0].summary["wrong"] / 500 == pytest.approx(7 / 8, abs=0.01)
    assert loss["lr 0.03"][60] > line
    assert abs(loss["lr 0.1"][20] - loss["lr 0.1"][60]) < 0.02
    assert loss["lr 0.3"][20] > 0.95 * line > 1.2 * loss["lr 0.3"][60]
    assert min(loss, key=lambda name: loss[name][10]) == "lr 3"
    assert min(loss, key=lambda name: loss[name][60]) == "lr 1"
