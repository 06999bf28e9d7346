"""Builds of blogs with figures of runs: what comes out, from where, and what the build says."""

import socket
from html import unescape
from typing import Any

import pytest

from tests.building import markdown_cell, notebook
from tests.conftest import SiteBuilder
from tests.experiments.runs_of_a_page import R1, R3, kept, query, shown

SETTINGS = "permalink: /:title/\nexperiments:\n  project: acme/mnist\n"
BLOCK = "sha: aaa\nmetrics: [acc:max]"
SNAPSHOT = kept(query(sha="aaa"), R1)
POST = "_posts/2024-01-02-a.md"


def blog(*more: dict[str, bytes], text: str = f"# A\n\n```wandb\n{BLOCK}\n```\n") -> dict[str, Any]:
    files: dict[str, Any] = {"_config.yml": SETTINGS, POST: text}
    for one in more:
        files.update(one)
    return files


def test_a_build_with_a_snapshot_asks_nobody_and_shows_what_is_in_it(
    tmp_site: SiteBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:  # AC11
    opened: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: opened.append(address))

    ran = tmp_site(blog(SNAPSHOT), "--strict")

    assert (ran.exit_code, opened) == (0, [])
    assert shown(BLOCK, SNAPSHOT).html in ran.page("/a/")


def test_a_build_without_a_snapshot_warns_once_and_is_wrong_only_when_strict(tmp_site: SiteBuilder) -> None:  # AC11
    ran = tmp_site(blog())
    strict = tmp_site(blog(), "--strict")

    assert (ran.exit_code, strict.exit_code) == (0, 1)
    assert ran.output.count("warning") == 1
    assert "inkmill wandb sync" in ran.output
    assert shown(BLOCK).html in ran.page("/a/")


def test_a_block_that_is_wrong_is_an_error_with_file_and_line(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(blog(text="# A\n\nwords\n\n```wandb\nsecondary_sha: d\ntags: [b]\n```\n"))

    assert ran.exit_code == 1
    assert f"\n{POST}:6: `secondary_sha` stands without `sha`\n  mend: write `sha:`, too\n" in ran.output


def test_a_snapshot_that_changes_changes_the_page(tmp_site: SiteBuilder) -> None:
    before = tmp_site(blog(SNAPSHOT)).page("/a/")
    after = tmp_site(blog(kept(query(sha="aaa"), R1, R3))).page("/a/")

    assert "run-r3" not in before
    assert "run-r3" in after


def test_runs_are_shown_in_a_cell_of_a_notebook(tmp_site: SiteBuilder) -> None:
    cell = markdown_cell(f"# A\n\n```wandb\n{BLOCK}\n```\n\n> wandb: https://wandb.ai/acme/mnist/runs/r1")
    files = {"_config.yml": SETTINGS, "_notebooks/2024-01-02-a.ipynb": notebook(cell)}

    ran = tmp_site({**files, **SNAPSHOT, **kept(query(run_ids=("r1",)), R1)}, "--strict")

    assert ran.exit_code == 0, ran.output
    assert ran.page("/a/").count('<figure class="runs">') == 2


def test_a_missing_snapshot_in_a_notebook_is_told_with_cell_and_line(tmp_site: SiteBuilder) -> None:
    cell = markdown_cell(f"a\n\n```wandb\n{BLOCK}\n```")
    files = {"_config.yml": SETTINGS, "_notebooks/2024-01-02-a.ipynb": notebook(markdown_cell("# A"), cell)}

    assert "_notebooks/2024-01-02-a.ipynb, cell 2, line 3: warning: the runs of `acme/mnist`" in tmp_site(files).output


def test_a_preview_of_a_stranger_shows_table_and_drawing_without_a_frame(tmp_site: SiteBuilder) -> None:
    report = "https://wandb.ai/acme/mnist/reports/T---VmlldzoxMjM"
    text = f"# A\n\n> wandb: {report} iframe=true\n\n```wandb\n{BLOCK}\nchart: bars\n```\n"

    page = tmp_site(blog(SNAPSHOT, kept(query(report="VmlldzoxMjM="), R1), text=text), "--untrusted").page("/a/")

    assert "<iframe" not in page
    assert page.count('<table class="runs-table">') == 2
    assert '<rect class="runs-bar"' in page
    assert f'href="{report}"' in page


def test_a_token_of_a_report_is_in_the_address_of_its_frame_alone(tmp_site: SiteBuilder) -> None:  # AC12
    address = "https://wandb.ai/acme/mnist/reports/T---VmlldzoxMjM?accessToken=s3cr3t"

    framed = tmp_site(blog(text=f"# A\n\n> wandb: {address} iframe=true\n"))
    found = {path: content.count(b"s3cr3t") for path, content in framed.files().items() if b"s3cr3t" in content}
    plain = tmp_site(blog(text=f"# A\n\n> wandb: {address}\n"))

    assert found.pop("a/index.html") == 1
    assert set(found) <= {"feed.xml"}
    assert "s3cr3t" not in framed.output + plain.output
    assert [path for path, content in plain.files().items() if b"s3cr3t" in content] == []


def test_text_for_search_holds_no_numbers_of_runs(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(blog(SNAPSHOT))

    assert not [path for path, content in ran.files().items() if path.endswith(".json") and b"run-r1" in content]


def test_a_feed_has_a_board_once_and_nothing_to_press(tmp_site: SiteBuilder) -> None:
    runs = "name,tags,created_at,acc,loss\na,x,2026-11-01T08:00:00Z,0.9,2\nb,y,2026-11-02T08:00:00Z,0.8,1\n"
    post = "# A\n\n```leaderboard\nfile: data/runs.csv\nmetrics: [acc:max, loss:min]\n```\n"

    site = tmp_site(blog({"data/runs.csv": runs.encode()}, text=post))

    page, feed = site.page("/a/"), unescape(site.page("feed.xml"))
    assert (page.count("<caption>"), page.count('type="radio"')) == (3, 6)
    assert (feed.count("<caption>"), feed.count('type="radio"')) == (1, 0)
    assert feed.partition("<caption>")[2].startswith("acc, highest first")
    assert feed.count("<figcaption>") == 1
