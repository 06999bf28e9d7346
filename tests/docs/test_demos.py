"""The demo notebooks of this blog run as their posts say."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from generator.cli import main

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = "2026-11-24-dashboard.ipynb"
COUNTERS = "2026-11-23-one-notebook-many-posts.ipynb"


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    for name in ("_config.yml", "data/bike-counters.csv", f"_notebooks/{DASHBOARD}", f"_notebooks/{COUNTERS}"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path


def inkmill(blog: Path, *words: str, now: str) -> int:
    return main([words[0], "--source", str(blog), "--now", now, "--jobs", "2", "--quiet", *words[1:]])


def page(blog: Path, path: str) -> str:
    return (blog / "_site" / path / "index.html").read_text(encoding="utf-8")


def statuses(blog: Path) -> dict[str, str]:
    result = json.loads((blog / ".inkmill/refresh.json").read_text(encoding="utf-8"))
    return {one["name"]: one["status"] for one in result["notebooks"]}


def test_the_dashboard_follows_its_data_day_by_day(blog: Path) -> None:
    first, next_day = "2026-11-25T06:00:00Z", "2026-11-26T06:00:00Z"
    assert inkmill(blog, "refresh", now=first) == 0
    assert inkmill(blog, "build", "--future", now=first) == 0
    assert "22 November 2026" in page(blog, "posts/dashboard")

    with (blog / "data/bike-counters.csv").open("a", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(("2026-11-23", "Harbour bridge", 2222))
    assert inkmill(blog, "refresh", now=next_day) == 0
    assert statuses(blog) == {f"_notebooks/{DASHBOARD}": "ok"}
    assert inkmill(blog, "build", "--future", now=next_day) == 0

    shown = page(blog, "posts/dashboard")
    assert "23 November 2026" in shown
    assert re.search(r"Data as of <time [^>]*>Nov 26, 2026, 06:00 UTC", shown)


def test_the_dashboard_keeps_its_last_good_figures_when_its_data_is_broken(blog: Path) -> None:
    inkmill(blog, "refresh", now="2026-11-25T06:00:00Z")
    (blog / "data/bike-counters.csv").write_text("day,counter,bikes\nyesterday,x,many\n")

    assert inkmill(blog, "refresh", now="2026-11-26T06:00:00Z") == 0
    assert statuses(blog) == {f"_notebooks/{DASHBOARD}": "kept"}
    assert inkmill(blog, "build", "--future", "--execute", "never", now="2026-11-26T06:00:00Z") == 0

    shown = page(blog, "posts/dashboard")
    assert "22 November 2026" in shown
    assert re.search(r"Data as of <time [^>]*>Nov 25, 2026, 06:00 UTC</time>, kept because", shown)


def test_each_counter_has_its_own_post_and_its_own_figures(blog: Path) -> None:
    assert inkmill(blog, "build", "--future", now="2026-11-25T06:00:00Z") == 0

    said = {
        name: re.search(rf"The busiest day at {name} is (\w+), with ([\d,]+) bikes", page(blog, f"counters/{slug}"))
        for name, slug in (("Harbour bridge", "harbour-bridge"), ("North gate", "north-gate"))
    }
    assert all(said.values())
    assert len({found[2] for found in said.values() if found}) == 2
    assert page(blog, "counters").count('href="/counters/') >= 3
