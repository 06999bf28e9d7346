"""What a page shows for a block about runs."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from selectolax.lexbor import LexborHTMLParser

from generator.formats.run_snapshot import snapshot_path
from generator.markup.prose import prose_of
from generator.markup.sanitise import clean
from generator.model.experiment import AskedRuns, ExperimentRules, Run, RunQuery, Service
from tests.experiments.runs_of_a_page import (
    AT,
    NOW,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    REPORT,
    SYNC,
    kept,
    query,
    run,
    shown,
    told,
)

WORDS = "sha: aaa\nbaseline_tags: [baseline]\nmetrics: [acc:max, loss:min]\nconfig: [lr]"
CANDIDATES = kept(query(sha="aaa"), R1, R2, R5, R6, R8)
BASELINES = kept(query(tags=("baseline",)), R2, R3, R4, R8)
FILES = CANDIDATES | BASELINES
CSV = b"name,tags,state,acc,lr\nfirst,best,finished,0.9,0.1\nsecond,,finished,0.95,0.2\nthird,,crashed,,0.3\n"


def rows(html: str) -> list[list[str]]:
    """The words of every cell of a page's table."""
    tree = LexborHTMLParser(html)
    return [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in tree.css("tr")]


def caption(html: str) -> str:
    found = LexborHTMLParser(html).css_first("figcaption")
    return "" if found is None else " ".join(found.text().split())


def test_candidates_stand_below_the_best_baseline_and_say_how_far_they_are_from_it() -> None:  # AC8
    fragment = shown(WORDS, FILES)

    assert rows(fragment.html) == [
        ["Run", "acc (max)", "loss (min)", "lr"],
        ["run-r3 reference", "0.95", "0.2", "0.1"],
        ["run-r1", "0.9 -0.05 (-5.26%) worse", "0.31 +0.11 (+55.00%) worse", "0.1"],
        ["run-r2", "0.8 -0.15 (-15.79%) worse", "0.52 +0.32 (+160.00%) worse", "0.2"],
        ["run-r4 baseline crashed", "0.5", "", ""],
        ["run-r5 running", "", "", "0.3"],
        ["run-r6 failed", "", "", "0.4"],
        ["run-r8 killed", "0.1", "", "0.5"],
    ]
    assert caption(fragment.html) == (
        "Runs of acme/mnist. 2 finished, 1 running, 1 failed, 1 stopped. As of 26 November 2026, on Weights & Biases."
    )
    assert told(fragment) == []


def test_what_is_missing_is_neither_better_nor_worse() -> None:  # AC9
    files = kept(query(sha="bbb"), R7) | BASELINES

    assert rows(shown(WORDS.replace("aaa", "bbb"), files).html)[2] == [
        "run-r7",
        "0.88 -0.07 (-7.37%) worse",
        "NaN n/a",
        "0.1",
    ]


def test_without_a_direction_nothing_is_called_better_or_worse() -> None:
    html = shown(WORDS.replace(":max", "").replace(":min", ""), FILES).html

    assert "0.9 -0.05 (-5.26%)" in [cell for row in rows(html) for cell in row]
    assert "worse" not in html
    assert "better" not in html


def test_without_baselines_runs_stand_alone() -> None:
    fragment = shown("run_id: [r1, r2]\nmetrics: acc:max", kept(query(run_ids=("r1", "r2")), R1, R2))

    assert rows(fragment.html) == [["Run", "acc (max)"], ["run-r1", "0.9"], ["run-r2", "0.8"]]


def test_of_a_set_those_with_a_baseline_tag_are_what_the_rest_is_held_against() -> None:
    asked = query(filters=(("state", "=", "finished"),))

    fragment = shown("filter: {state: finished}\nbaseline_tags: baseline\nmetrics: acc:max", kept(asked, R1, R2))

    assert rows(fragment.html)[1:] == [["run-r2 reference", "0.8"], ["run-r1", "0.9 +0.1 (+12.50%) better"]]


def test_a_run_links_to_its_page_and_the_figure_to_the_project() -> None:
    links = [link.attributes["href"] for link in LexborHTMLParser(shown(WORDS, FILES).html).css("a")]

    assert links[0] == "https://wandb.ai/acme/mnist/runs/r3"
    assert links[-1] == "https://wandb.ai/acme/mnist"


def test_without_a_snapshot_there_is_a_link_and_one_warning_that_names_the_sync() -> None:  # AC11
    fragment = shown(WORDS)

    asked = query(sha="aaa")
    assert fragment.html == (
        '<p class="runs runs-missing"><a href="https://wandb.ai/acme/mnist">'
        "Runs of acme/mnist on Weights &amp; Biases</a></p>"
    )
    assert told(fragment) == [
        f"warning {AT}: the runs of `acme/mnist` are not here yet: there is no `{snapshot_path(asked)}`; {SYNC}"
    ]
    assert [one.query for one in fragment.asked_runs] == [asked, query(tags=("baseline",))]


def test_without_the_snapshot_of_the_baselines_the_runs_are_shown_all_the_same() -> None:
    fragment = shown(WORDS, CANDIDATES)

    assert rows(fragment.html)[1] == ["run-r1", "0.9", "0.31", "0.1"]
    assert [one.split(" are ")[0] for one in told(fragment)] == [f"warning {AT}: the baselines of `acme/mnist`"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\xff", b'{"schema": 99}', b"[" * 100_000, b'{"schema": 1, "runs": NaN}'],
    ids=["empty", "object", "bytes", "schema", "deep", "nan"],
)
def test_a_snapshot_that_cannot_be_read_is_as_none(content: bytes) -> None:
    fragment = shown(WORDS, {snapshot_path(query(sha="aaa")): content})

    assert fragment.html == shown(WORDS).html
    assert [one.partition(":")[0] for one in told(fragment)] == ["warning _posts/2026-11-26-runs.md"]
    assert SYNC in told(fragment)[0]


def test_no_runs_are_a_figure_that_says_so() -> None:
    fragment = shown("sha: zzz\nmetrics: acc", kept(query(sha="zzz")))

    assert "No runs yet: none is logged for <code>zzz</code>" in fragment.html
    assert "<table" not in fragment.html
    assert caption(fragment.html) == "Runs of acme/mnist. As of 26 November 2026, on Weights & Biases."
    assert told(fragment) == []


def test_a_commit_that_is_not_named_whole_is_told_of_where_no_run_has_it() -> None:
    (said,) = told(shown("sha: 4a1f0c2\nmetrics: acc", kept(query(sha="4a1f0c2"))))

    assert said == (
        f"warning {AT}: no run is logged for `4a1f0c2`, and it is only the beginning of a commit's name; "
        "write all 40 digits, as the runs hold them"
    )
    assert told(shown("sha: 4a1f0c2\nmetrics: acc", kept(query(sha="4a1f0c2"), R1))) == []
    assert told(shown(f"sha: {'4a' * 20}\nmetrics: acc", kept(query(sha="4a" * 20)))) == []


def test_a_metric_that_no_run_has_is_a_column_of_blanks_and_a_warning_with_those_there_are() -> None:
    fragment = shown("sha: aaa\nmetrics: [acx]", kept(query(sha="aaa"), R1, metrics=("acx",)))

    assert rows(fragment.html) == [["Run", "acx"], ["run-r1", ""]]
    assert told(fragment) == [f"warning {AT}: no run has the metric `acx`; write `acc`; known are `acc`, `loss`"]


def test_a_column_that_the_snapshot_was_made_without_is_blank_and_names_the_sync() -> None:
    fragment = shown("sha: aaa\nmetrics: [acc, f1]", kept(query(sha="aaa"), R1))

    assert rows(fragment.html) == [["Run", "acc", "f1"], ["run-r1", "0.9", ""]]
    assert told(fragment) == [
        f"warning {AT}: the snapshot was made before `f1` was asked for, and that column is empty; {SYNC}"
    ]


def test_a_run_whose_values_were_no_json_has_blank_cells_and_is_told_of() -> None:
    broken = Run("r9", "run-r9", "finished", "acme/mnist", unread=("config", "summary"))

    fragment = shown("sha: aaa\nmetrics: [acc]\nconfig: [lr]", kept(query(sha="aaa"), broken))

    assert rows(fragment.html)[1] == ["run-r9", "", ""]
    (said,) = told(fragment)
    assert said.startswith(f"warning {AT}: the config and the summary of the run `run-r9` could not be read; ")


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "r1 r2 r7"), ("acc", "r2 r7 r1"), ("-acc", "r1 r7 r2"), ("-created", "r7 r2 r1"), ("lr", "r1 r7 r2"),
     ("-name", "r7 r2 r1")],
    ids=["as they come", "up", "down", "newest", "configuration", "name"],
)  # fmt: skip
def test_runs_stand_in_the_order_asked_for(sort: str, order: str) -> None:
    files = kept(query(sha="aaa"), R1, R2, R7)

    fragment = shown(f"sha: aaa\nmetrics: acc\nsort: {sort}", files)

    html = fragment.html
    assert told(fragment) == []
    assert " ".join(row[0].removeprefix("run-") for row in rows(html)[1:]) == order


def test_a_key_to_sort_by_that_no_run_has_is_told_and_changes_nothing() -> None:
    files = kept(query(sha="aaa"), R1, R2)

    fragment = shown("sha: aaa\nmetrics: acc\nsort: -los", files)

    assert fragment.html == shown("sha: aaa\nmetrics: acc", files).html
    (said,) = told(fragment)
    assert said.startswith(
        f"warning {AT}: no run has `los` to sort by; write `sort: -loss`; known are `created`, `name`, "
    )


def test_more_runs_than_are_shown_are_counted() -> None:
    html = shown("sha: aaa\nmetrics: acc\nlimit: 1", kept(query(sha="aaa"), R1, R2, more_runs=40)).html

    assert len(rows(html)) == 2
    assert "and 41 more" in html


def test_of_more_runs_than_are_shown_the_newest_are_in_table_and_drawing() -> None:
    courses = {one: {"loss": ((0.0, 1.0), (10.0, 0.31))} for one in ("r1", "r7")}
    files = kept(query(sha="aaa"), R1, R2, R7, history=courses)

    html = shown("sha: aaa\nmetrics: acc\nchart: lines loss\nlimit: 2", files).html

    assert [row[0] for row in rows(html)[1:]] == ["run-r2", "run-r7"]
    assert "run-r7 ends at 0.31" in html
    assert "run-r1" not in html


def test_bars_and_lines_stand_above_the_table() -> None:
    files = kept(query(sha="aaa"), R1, history={"r1": {"loss": ((0.0, 1.0), (10.0, 0.31))}}) | BASELINES

    html = shown(f"{WORDS}\nchart: [bars acc, lines loss]", files).html

    labels = [drawing.attributes.get("aria-label") for drawing in LexborHTMLParser(html).css("svg[role=img]")]
    assert labels == [
        "Bars of acc (max): run-r3 0.95, run-r1 0.9, run-r2 0.8, run-r4 0.5, run-r8 0.1",
        "Lines of loss over steps 0 to 10: run-r1 ends at 0.31",
    ]
    assert html.index("<svg") < html.index("<table")


def test_a_drawing_of_nothing_says_so() -> None:
    html = shown("sha: aaa\nmetrics: acc\nchart: lines acc", kept(query(sha="aaa"), R1)).html

    assert "Nothing of acc by step to draw yet." in html
    assert "<svg" not in html


def test_the_address_of_a_run_is_a_card_of_what_it_was_started_with_and_came_to() -> None:
    fragment = shown("", kept(query(run_ids=("r1",)), R1), target="https://wandb.ai/acme/mnist/runs/r1")

    assert rows(fragment.html) == [["Summary"], ["acc", "0.9"], ["loss", "0.31"], ["Configuration"], ["lr", "0.1"]]
    assert caption(fragment.html) == "Run run-r1. As of 26 November 2026, on Weights & Biases."
    assert fragment.hosts == ()


def test_a_card_of_a_run_that_goes_on_says_so() -> None:
    html = shown("", kept(query(run_ids=("r5",)), R5), target="https://wandb.ai/acme/mnist/runs/r5").html

    assert caption(html) == "Run run-r5. Running. As of 26 November 2026, on Weights & Biases."


def test_a_run_that_is_asked_to_be_framed_is_a_card_without_a_frame() -> None:  # AC12
    fragment = shown(
        "", kept(query(run_ids=("r1",)), R1), target="https://wandb.ai/acme/mnist/runs/r1", options={"iframe": "true"}
    )

    assert "<iframe" not in fragment.html
    assert "<table" in fragment.html
    assert len(fragment.problems) == 1


REPORT_FILES = kept(query(report="VmlldzoxMjM="), R1, R3, title="A & B", description="What we found.")


def test_a_report_shows_its_runs_its_title_and_what_it_says() -> None:
    fragment = shown("", REPORT_FILES, target=REPORT)

    assert rows(fragment.html)[1:] == [["run-r1", "0.9", "0.31", "0.1"], ["run-r3", "0.95", "0.2", "0.1"]]
    assert caption(fragment.html) == "A & B. What we found. As of 26 November 2026, on Weights & Biases."
    assert (fragment.hosts, told(fragment)) == ((), [])
    assert "<iframe" not in fragment.html


def test_a_report_whose_tables_nobody_can_read_is_not_said_to_have_no_runs() -> None:
    html = shown("", kept(query(report="VmlldzoxMjM="), title="Digits"), target=REPORT).html

    assert "No run of this report can be shown here." in html
    assert "No runs yet" not in html


def test_a_framed_report_is_lazy_titled_and_has_the_figure_as_its_fallback() -> None:  # AC12
    fragment = shown("", REPORT_FILES, target=REPORT, options={"iframe": "true", "height": "500"})

    assert fragment.html == (
        f'<iframe class="runs-frame" src="{REPORT}?jupyter=true" title="A &amp; B" width="960" height="500" '
        'loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allow="fullscreen; clipboard-write">'
        "</iframe>\n" + shown("", REPORT_FILES, target=REPORT).html
    )
    assert fragment.hosts == ("wandb.ai",)


def test_an_access_token_is_in_the_address_of_the_frame_and_nowhere_else() -> None:  # AC12
    address = f"{REPORT}?accessToken=s3cr3t"

    framed = shown("", REPORT_FILES, target=address, options={"iframe": "true"})
    plain = shown("", REPORT_FILES, target=address)

    assert f'src="{REPORT}?accessToken=s3cr3t&amp;jupyter=true"' in framed.html
    assert framed.html.count("s3cr3t") == 1
    assert "s3cr3t" not in plain.html + repr(framed.asked_runs) + "".join(told(framed) + told(plain))
    assert framed.asked_runs == plain.asked_runs == (AskedRuns(query(report="VmlldzoxMjM=")),)


def test_a_file_of_the_blog_needs_no_snapshot() -> None:
    words = "file: data/runs.csv\nmetrics: acc:max\nconfig: lr\nbaseline_tags: best\nchart: bars"

    fragment = shown(words, {"data/runs.csv": CSV})

    assert rows(fragment.html) == [
        ["Run", "acc (max)", "lr"],
        ["first reference", "0.9", "0.1"],
        ["second", "0.95 +0.05 (+5.56%) better", "0.2"],
        ["third crashed", "", "0.3"],
    ]
    assert caption(fragment.html) == "Runs. 1 finished, 1 crashed. From data/runs.csv."
    assert (fragment.asked_runs, told(fragment)) == ((), [])


def test_a_caption_calls_waiting_only_what_will_go_on_by_itself() -> None:
    listed = "name,state\na,pending\nb,preempting\nc,preempted\n"

    html = shown("file: data/runs.csv", {"data/runs.csv": listed.encode()}).html

    assert caption(html) == "Runs. 2 waiting, 1 in another state. From data/runs.csv."


def test_a_file_without_named_columns_shows_those_it_has() -> None:
    html = shown("file: data/runs.csv", {"data/runs.csv": CSV}).html

    assert rows(html)[:2] == [["Run", "acc", "lr"], ["first", "0.9", "0.1"]]


_GONE = "`state: gone` says nothing of a run; write `finished`, `running`, `failed` or `crashed`"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, f"error {AT}: there is no file `data/runs.csv`; put the file there, or name the one that is there"),
        ({"data/runs.csv": b"acc,state\n1,gone\n"}, f"error data/runs.csv:2: {_GONE}"),
    ],
    ids=["missing", "broken"],
)
def test_a_file_that_is_not_there_or_wrong_is_an_error_where_it_is(files: dict[str, bytes], said: str) -> None:
    assert told(shown("file: data/runs.csv", files)) == [said]


def test_mlflow_is_shown_as_wandb_is() -> None:
    asked = RunQuery(Service.MLFLOW, "https://mlflow.example", "digits", tags=("v1",))
    words = "source: mlflow\nproject: digits\ntags: [v1]\nmetrics: acc\nserver: https://mlflow.example"
    html = shown(words, kept(asked, R1), rules=ExperimentRules(mlflow_server="https://mlflow.example")).html

    assert rows(html)[1] == ["run-r1", "0.9"]
    assert caption(html) == "Runs of digits. As of 26 November 2026, on MLflow."


HOSTILE = "<script>alert(1)</script>@all [a](javascript:x) \" ' `"


def test_names_of_runs_are_words_whatever_they_hold() -> None:
    hostile = replace(run("r1", acc=1.0), name=HOSTILE, state="<b>")
    marked = replace(run("r2", acc=2.0), name="a\ue0f0file\ue0f1x\ue0f1\ue0f2b\u202ec", state="finished")
    history = {"r2": {"acc": ((0.0, 1.0), (1.0, 2.0))}}
    files = kept(query(sha="aaa"), hostile, marked, history=history)

    html = shown("sha: aaa\nmetrics: acc\nchart: [bars acc, lines acc]\ntitle: <i>T</i>", files).html

    tree = LexborHTMLParser(html)
    assert tree.css("script, b, i") == []
    assert not set("\ue0f0\ue0f1\ue0f2\u202e") & set(html)
    assert HOSTILE in tree.css("tbody bdi")[1].text()


def test_a_page_depends_on_snapshot_block_and_rules_alone() -> None:  # AC11
    assert shown(WORDS, FILES) == shown(WORDS, dict(reversed(FILES.items())))


def test_numbers_and_names_of_runs_are_no_prose_and_the_caption_is() -> None:
    assert prose_of(shown(f"{WORDS}\nchart: bars", FILES).html) == caption(shown(WORDS, FILES).html)


def test_the_strict_profile_keeps_table_drawing_and_link_and_drops_the_frame() -> None:
    framed = shown("chart: bars acc", REPORT_FILES, target=REPORT, options={"iframe": "true"}).html

    html = clean(framed)

    kept_rows = rows(html)
    assert kept_rows == rows(framed)
    assert "<iframe" not in html
    assert html.count("<rect") == framed.count("<rect")
    assert f'<a href="{REPORT}" rel=' in html


def test_figures_share_no_ids() -> None:
    assert " id=" not in shown(f"{WORDS}\nchart: [bars acc, lines loss]", FILES).html


_VALUES: some.SearchStrategy[Any] = some.one_of(
    some.floats(),
    some.integers(),
    some.booleans(),
    some.none(),
    some.text(max_size=8),
    some.lists(some.integers(), max_size=2),
)


@given(
    some.lists(some.tuples(_VALUES, some.text(max_size=8)), max_size=5), some.sampled_from(["", "acc", "-acc", "lr"])
)
def test_any_values_make_a_table_of_as_many_rows(found: list[tuple[Any, str]], sort: str) -> None:
    runs = [
        replace(run(f"r{number}", lr=value, acc=value), name=name, created_at="")
        for number, (value, name) in enumerate(found)
        if not (isinstance(value, int) and abs(value) > 10**300)
    ]
    files = {"data/runs.json": b"[]"} if not runs else kept(query(sha="aaa"), *runs)

    html = shown(f"sha: aaa\nmetrics: acc:max\nconfig: lr\nchart: bars\nsort: {sort}", files).html

    assert len(rows(html)) == (len(runs) + 1 if runs else 0)
    assert "nan%" not in html


def test_a_figure_is_dated_by_its_snapshot() -> None:
    assert f'<time datetime="{NOW}">26 November 2026</time>' in shown(WORDS, FILES).html


def test_a_run_that_the_service_does_not_have_is_named() -> None:
    fragment = shown("run_id: [r1, r7x, r8x]\nmetrics: acc:max", kept(query(run_ids=("r1", "r7x", "r8x")), R1))

    assert "run-r1" in fragment.html
    (said,) = told(fragment)
    assert said == (
        "warning _posts/2026-11-26-runs.md:10: there is no run `r7x`, `r8x` in `acme/mnist`; "
        "look for its id in the address of its page, or leave it out"
    )


@pytest.mark.parametrize(
    ("words", "asked", "choice"),
    [
        ("tags: [warmpu, x]", query(tags=("warmpu", "x")), "the tag `warmpu` or `x`"),
        ("filter: {state: finished}", query(filters=(("state", "=", "finished"),)), "all that `filter:` says"),
    ],
    ids=["tags", "filter"],
)
def test_a_choice_that_no_run_meets_is_told_to_the_author(words: str, asked: RunQuery, choice: str) -> None:
    fragment = shown(words, kept(asked))

    (said,) = told(fragment)
    assert said == (
        f"warning _posts/2026-11-26-runs.md:10: there is no run in `acme/mnist` with {choice}; "
        "look how the runs have it written, or leave the block out until there are such runs"
    )


def test_a_choice_that_no_run_of_a_file_meets_is_told_too() -> None:
    fragment = shown("file: data/runs.csv\ntags: b\nmetrics: acc", {"data/runs.csv": b"id,acc,tags\nfirst,0.5,a\n"})

    (said,) = told(fragment)
    assert "there is no run in the file with the tag `b`; " in said


def test_that_a_commit_has_no_runs_yet_is_no_fault_of_its_page() -> None:
    sha = "a" * 40

    assert told(shown(f"sha: {sha}\nbaseline_tags: []", kept(query(sha=sha)))) == []


def test_a_run_that_a_file_does_not_have_is_named_with_the_nearest() -> None:
    fragment = shown("file: data/runs.csv\nrun_id: frist\nmetrics: acc", {"data/runs.csv": b"id,acc\nfirst,0.5\n"})

    assert told(fragment) == [
        "warning _posts/2026-11-26-runs.md:10: there is no run `frist` in the file; write `first`"
    ]


def test_a_column_that_a_frozen_snapshot_lacks_is_not_had_by_a_sync_alone() -> None:
    fragment = shown("sha: aaa\nfrozen: true\nbaseline_tags: []\nmetrics: f1", kept(query(sha="aaa"), R1))

    (said,) = told(fragment)
    assert said.endswith(
        "; leave out `frozen: true`, run `inkmill wandb sync`, and commit what it writes; then write it again"
    )


def test_a_figure_links_to_nothing_where_its_author_says_so() -> None:
    asked = kept(query(run_ids=("r1",)), R1) | kept(query(tags=("baseline",)), R3)
    words = "run_id: r1\nbaseline_tags: baseline\nmetrics: acc:max\nchart: bars"

    linked = shown(words, asked).html
    bare = shown(f"{words}\nlinks: false", asked).html
    missing = shown(f"{words}\nlinks: false").html

    assert (linked.count("<a "), "<a " in bare, "<a " in missing) == (3, False, False)
    assert "on 26 November 2026" not in bare
    assert bare.endswith(", from <code>acme/mnist</code>.</figcaption>\n</figure>")
