"""A post with the layout of a leaderboard, as a whole blog shows it."""

import re
from pathlib import Path

from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.model.experiment import Run, RunQuery, Service, Snapshot
from tests.building import Ran, code_cell, lay_out, markdown_cell, notebook, run
from tests.strict.allowed import faults_of_page
from tests.strict.previewing import previewed

Files = dict[str, str | bytes | dict[str, object]]

FILE = "name,acc,loss,tags,created_at\nfirst,0.8,0.5,small,2026-11-01\nsecond,0.9,0.6,big,2026-11-02\n"
FRONT = "layout: leaderboard\nleaderboard:\n  file: data/runs.csv\n  metrics: [acc:max, loss:min]\n"
QUERY = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist")
SETTINGS = "permalink: /:title/\nexperiments:\n  project: acme/mnist\n  metrics: [acc:max]\n"


def built(folder: Path, files: Files, *words: str) -> Ran:
    lay_out(folder, {"_config.yml": "permalink: /:title/\n", "data/runs.csv": FILE, **files})
    ran = run(folder, *words)
    assert ran.exit_code == 0, ran.output
    return ran


def snapshot(*accuracies: float) -> bytes:
    runs = [
        Run(f"r{number}", f"run-{number}", "finished", "acme/mnist", summary={"acc": accuracy})
        for number, accuracy in enumerate(accuracies, start=1)
    ]
    return to_bytes(Snapshot(QUERY, "2026-11-26T12:00:00Z", tuple(runs), metrics=("acc",), known_metrics=("acc",)))


def test_the_board_stands_behind_the_words_and_before_the_footnotes(tmp_path: Path) -> None:
    page = built(tmp_path, {"_posts/2025-01-02-a.md": f"---\n{FRONT}---\nWords.[^1]\n\n[^1]: A note.\n"}).page("/a/")

    assert page.index("Words.") < page.index('<figure class="runs leaderboard">') < page.index("A note.")


def test_a_notebook_has_its_board_behind_its_cells(tmp_path: Path) -> None:
    cells = (markdown_cell(f"---\ntitle: A\n{FRONT}---"), code_cell("print(1)"), markdown_cell("Last words."))
    page = built(tmp_path, {"_notebooks/2025-01-02-a.ipynb": notebook(*cells)}).page("/a/")

    assert page.index("Last words.") < page.index('<figure class="runs leaderboard">')


def test_what_stands_in_a_board_is_neither_summary_nor_read_nor_found(tmp_path: Path) -> None:
    ran = built(tmp_path, {"_posts/2025-01-02-a.md": f"---\n{FRONT}---\nWords of the author.\n"})

    assert '<meta name="description" content="Words of the author.">' in ran.page("/a/")
    assert "second" not in ran.page("/assets/js/search-data.json")


def test_a_post_of_a_board_alone_has_no_summary_of_its_numbers(tmp_path: Path) -> None:
    page = built(tmp_path, {"_posts/2025-01-02-a.md": f"---\n{FRONT}---\n"}).page("/a/")

    assert "first" in page
    assert re.findall(r'<meta name="description" content="([^"]*)">', page) in ([], [""])


def test_the_layout_alone_shows_the_project_of_the_settings(tmp_path: Path) -> None:
    files: Files = {
        "_config.yml": SETTINGS,
        snapshot_path(QUERY): snapshot(0.8, 0.9),
        "_posts/2025-01-02-a.md": "---\nlayout: leaderboard\n---\n",
    }
    page = built(tmp_path, files).page("/a/")

    assert re.findall(r"<bdi>(run-\d)</bdi>", page) == ["run-2", "run-1"]


def test_a_snapshot_that_changes_changes_the_page(tmp_path: Path) -> None:
    path = snapshot_path(QUERY)
    files: Files = {
        "_config.yml": SETTINGS,
        path: snapshot(0.8, 0.9),
        "_posts/2025-01-02-a.md": "---\nlayout: leaderboard\n---\n",
    }
    before = built(tmp_path, files).page("/a/")

    after = built(tmp_path, {path: snapshot(0.8, 0.7), "_config.yml": SETTINGS}).page("/a/")

    assert before.index("run-2") < before.index("run-1")
    assert after.index("run-1") < after.index("run-2")


def test_a_wrong_word_in_front_matter_fails_the_build_at_its_line(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_posts/2025-01-02-a.md": "---\nlayout: leaderboard\nleaderboard:\n  metric: acc\n---\n"})

    ran = run(tmp_path)

    assert ran.exit_code == 1
    assert "_posts/2025-01-02-a.md:4: `metric: acc` does not say which way is better" in ran.output
    assert "mend: write `metric: acc:max`, or `metric: acc:min`" in ran.output


def test_the_markdown_twin_says_who_leads(tmp_path: Path) -> None:
    front = "layout: leaderboard\nleaderboard:\n  file: data/runs.csv\n\n  metric: acc:max\n"

    ran = built(tmp_path, _in_a_post_and_a_notebook(front))

    for twin in (ran.page("a/index.html.md"), ran.page("b/index.html.md")):
        assert "\n\nWords.\n\n| Rank | Run | acc (max) | Tags | Started |\n| --- |" in twin
        assert "\n| 1 | second | 0.9 | big | 2 Nov 2026 |\n| 2 | first | 0.8 | small | 1 Nov 2026 |\n\n" in twin
        assert twin.endswith("\n\nLeaderboard of data/runs.csv. Ranked by acc, highest. From data/runs.csv.\n")


def test_where_no_run_is_known_the_twin_says_what_is_ranked_by_what(tmp_path: Path) -> None:
    front = "layout: leaderboard\nleaderboard:\n  project: acme/mnist\n\n  metric: acc:max\n"

    ran = built(tmp_path, _in_a_post_and_a_notebook(front))

    block = 'Words.\n\n```leaderboard\n{\n"project": "acme/mnist",\n"metric": "acc:max"}\n```\n'
    assert ran.page("a/index.html.md").endswith(block)
    assert ran.page("b/index.html.md").endswith(block)


def _in_a_post_and_a_notebook(front: str) -> Files:
    cells = (markdown_cell(f"---\ntitle: B\n{front}---"), markdown_cell("Words."))
    return {
        "_posts/2025-01-02-a.md": f"---\n{front}---\nWords.\n",
        "_notebooks/2025-01-03-b.ipynb": notebook(*cells),
    }


def test_other_layouts_show_no_board(tmp_path: Path) -> None:
    front = FRONT.replace("layout: leaderboard", "layout: post")

    assert "<figure" not in built(tmp_path, {"_posts/2025-01-02-a.md": f"---\n{front}---\nWords.\n"}).page("/a/")


def test_a_strangers_board_is_shown_in_one_order_and_nothing_of_it_is_active(tmp_path: Path) -> None:
    rows = (
        "name,acc,url,created_at",
        "<script>alert(1)</script>,0.9,https://x.example/?a=<b>,2026-11-02",
        "</table>' onload=x,0.8,,2026-11-01",
    )
    front = FRONT.replace("acc:max", '"acc:max"')
    files: Files = {"data/runs.csv": "\n".join(rows), "_posts/2025-01-02-a.md": f"---\n{front}---\nWords.\n"}

    page = previewed(tmp_path, files, untrusted=True).page("/a/")

    assert list(faults_of_page("a", page)) == []
    captions = re.findall("<caption>(.*?)</caption>", page)
    assert captions == ["acc, highest first"]
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page
    # The history of the best: its line and its table.
    assert (page.count("<polyline"), page.count("<table")) == (1, 2)
