"""What a page shows of a leaderboard."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator.experiments.board.board_words import read_board
from generator.experiments.board.leaderboard import leaderboard
from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.location import Location
from generator.model.embed import Embed, EmbedFragment
from generator.model.experiment import Best, Direction, Run, RunQuery, Service, Snapshot
from generator.model.reading import ReadingRules, Trust

AT = Location("_posts/2026-11-26-board.md", line=10)
WORDS = "project: acme/mnist\nmetric: acc:max\nmetrics: [loss:min]\nconfig: [lr]"
QUERY = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist")
SYNC = "run `inkmill wandb sync`, and commit what it writes"


def run(number: int, *, state: str = "finished", tags: tuple[str, ...] = (), lr: Any = 0.1, **summary: Any) -> Run:
    return Run(
        id=f"r{number}",
        name=f"run-{number}",
        state=state,
        project="acme/mnist",
        url=f"https://wandb.ai/acme/mnist/runs/r{number}",
        tags=tags,
        config={"lr": lr},
        summary=summary,
        created_at=f"2026-11-{number:02}T08:00:00Z",
    )


RUNS = (
    run(1, acc=0.8, loss=0.5, tags=("baseline",)),
    run(2, acc=0.9, loss=0.6, tags=("big", "baseline"), lr="high"),
    run(3, acc="NaN", loss=0.4),
    run(4, acc=0.9, loss=0.7, tags=("big",)),
    run(5, state="running"),
)


def best(day: int, value: float, number: int) -> Best:
    return Best(f"2026-11-{day:02}T09:00:00Z", "acc", Direction.MAX, value, f"r{number}", f"run-{number}", "")


def snapshot(*runs: Run, **more: Any) -> Snapshot:
    names = {"metrics": ("acc", "loss"), "known_metrics": ("acc", "loss"), "config": ("lr",), "known_config": ("lr",)}
    return Snapshot(QUERY, "2026-11-26T12:00:00Z", runs, **{**names, **more})


def shown(
    kept: Snapshot | Mapping[str, bytes] | None, text: str = WORDS, *, at: Location = AT, trust: Trust = Trust.TRUSTED
) -> EmbedFragment:
    files = {snapshot_path(kept.query): to_bytes(kept)} if isinstance(kept, Snapshot) else kept or {}

    def companions(path: str) -> bytes | None:
        return files.get(path)

    return leaderboard(Embed("leaderboard", "", {}, at, text, ReadingRules(trust=trust)), companions)


def tables(fragment: EmbedFragment) -> list[list[list[str]]]:
    """Text of the cells, by table and row."""
    return [rows_of(table) for table in LexborHTMLParser(fragment.html).css("table")]


def rows_of(table: LexborNode) -> list[list[str]]:
    return [[cell.text().strip() for cell in row.css("th, td")] for row in table.css("tr")]


def labels(fragment: EmbedFragment) -> list[list[str]]:
    groups = LexborHTMLParser(fragment.html).css("fieldset")
    return [[label.text().strip() for label in group.css("label")] for group in groups]


def test_runs_stand_by_rank_with_their_values_tags_and_days() -> None:
    first, *_ = tables(shown(snapshot(*RUNS)))

    assert first == [
        ["Rank", "Run", "acc (max)", "loss (min)", "lr", "Tags", "Started"],
        ["1", "run-2", "0.9", "0.6", "high", "big, baseline", "2 Nov 2026"],
        ["1", "run-4", "0.9", "0.7", "0.1", "big", "4 Nov 2026"],
        ["3", "run-1", "0.8", "0.5", "0.1", "baseline", "1 Nov 2026"],
        ["–", "run-3", "NaN", "0.4", "0.1", "", "3 Nov 2026"],
    ]


def test_every_order_is_a_table_of_its_own_in_which_ranks_stay() -> None:
    fragment = shown(snapshot(*RUNS))

    assert labels(fragment)[0] == ["acc, highest first", "loss, lowest first", "Newest first"]
    assert [[row[:2] for row in table[1:]] for table in tables(fragment)] == [
        [["1", "run-2"], ["1", "run-4"], ["3", "run-1"], ["–", "run-3"]],
        [["–", "run-3"], ["3", "run-1"], ["1", "run-2"], ["1", "run-4"]],
        [["1", "run-4"], ["–", "run-3"], ["1", "run-2"], ["3", "run-1"]],
    ]


def test_the_column_that_a_table_goes_by_says_so() -> None:
    tree = LexborHTMLParser(shown(snapshot(*RUNS)).html)

    assert [
        [(head.text(), head.attributes["aria-sort"]) for head in table.css("th[aria-sort]")]
        for table in tree.css("table")
    ] == [[("acc (max)", "descending")], [("loss (min)", "ascending")], [("Started", "descending")]]


def test_each_button_has_its_table_and_each_tag_its_rows() -> None:
    fragment = shown(snapshot(*RUNS))
    tree = LexborHTMLParser(fragment.html)

    assert labels(fragment)[1] == ["all (4)", "baseline (2)", "big (2)"]
    buttons = [(button.attributes["class"], "checked" in button.attributes) for button in tree.css("input")]
    assert buttons == [
        *[("order-1", True), ("order-2", False), ("order-3", False)],
        *[("tag-0", True), ("tag-1", False), ("tag-2", False)],
    ]
    assert [table.attributes["class"] for table in tree.css("div.ordered")] == [
        f"ordered ordered-{number}" for number in (1, 2, 3)
    ]
    (rows,) = [table.css("tbody tr") for table in tree.css(".ordered-1 table")]
    assert [row.attributes.get("class") for row in rows] == [
        "is-reference tagged-2 tagged-1",
        "is-reference tagged-2",
        "tagged-1",
        None,
    ]


def test_an_author_may_say_which_tags_there_are_to_choose_from() -> None:
    assert labels(shown(snapshot(*RUNS), f"{WORDS}\ntags: [big, none]"))[1] == ["all (4)", "big (2)"]


def test_a_tag_of_every_run_tells_nothing_apart_and_is_no_choice() -> None:
    runs = [replace(one, tags=("mnist", *one.tags)) for one in RUNS]

    assert labels(shown(snapshot(*runs)))[1] == ["all (4)", "baseline (2)", "big (2)"]


def test_a_board_of_one_order_and_no_tags_has_nothing_to_choose() -> None:
    fragment = shown(snapshot(replace(run(1, acc=1), created_at="")), "project: acme/mnist\nmetric: acc:max")

    assert "<fieldset" not in fragment.html
    assert tables(fragment) == [[["Rank", "Run", "acc (max)"], ["1", "run-1", "1"]]]


def test_two_boards_of_a_page_have_buttons_of_their_own() -> None:
    names = [
        button.attributes["name"]
        for line in (10, 20)
        for button in LexborHTMLParser(shown(snapshot(*RUNS), at=AT.at_line(line)).html).css("input")
    ]

    assert len(set(names)) == 4
    assert names[0] == names[1] != names[3] == names[4]


def test_the_page_tells_what_has_not_finished_and_what_is_left_out() -> None:
    fragment = shown(snapshot(*RUNS, more_runs=7), f"{WORDS}\nlimit: 2")

    notes = [note.text() for note in LexborHTMLParser(fragment.html).css(".runs-more")]
    assert notes == ["The best 2 of 11 runs.", "Not finished: 1 (run-5 running)."]
    assert [len(table) for table in tables(fragment)] == [3, 3, 3]


def test_the_best_of_many_are_counted() -> None:
    notes = LexborHTMLParser(shown(snapshot(*RUNS), f"{WORDS}\nlimit: 3").html).css(".runs-more")

    assert notes[0].text() == "The best 3 of 4 finished runs."


def test_what_it_is_of_when_and_from_where_is_said_below() -> None:
    caption = LexborHTMLParser(shown(snapshot(*RUNS), f"{WORDS}\ntitle: Digits").html).css_first("figcaption")

    assert caption is not None
    assert caption.text() == "Digits. Ranked by acc, highest. As of 26 November 2026, on Weights & Biases."
    assert [link.attributes["href"] for link in caption.css("a")] == ["https://wandb.ai/acme/mnist"]


def test_the_history_of_the_best_is_a_line_and_a_table_the_newest_first() -> None:
    fragment = shown(snapshot(*RUNS, best=(best(2, 0.8, 1), best(9, 0.9, 2))))

    assert tables(fragment)[-1] == [
        ["Since", "Run", "acc (max)"],
        ["9 Nov 2026", "run-2", "0.9"],
        ["2 Nov 2026", "run-1", "0.8"],
    ]
    drawings = LexborHTMLParser(fragment.html).css('svg[role="img"]')
    assert [drawing.attributes["aria-label"] for drawing in drawings] == [
        "The best acc moved in 1 step from 0.8 to 0.9"
    ]


@pytest.mark.parametrize(
    "bests",
    [
        pytest.param((), id="none"),
        pytest.param((best(2, 0.8, 1),), id="one"),
        pytest.param((best(2, 0.8, 1), replace(best(9, 0.9, 2), metric="loss")), id="of another metric"),
    ],
)
def test_one_best_is_no_history(bests: tuple[Best, ...]) -> None:
    fragment = shown(snapshot(*RUNS, best=bests))

    assert len(tables(fragment)) == 3
    assert "<svg" not in fragment.html


def test_a_file_has_its_history_from_the_days_of_its_runs() -> None:
    rows = "name,acc,created_at\na,0.5,2026-11-01\nb,0.4,2026-11-02\nc,0.7,2026-11-03\n"

    fragment = shown({"data/runs.csv": rows.encode()}, "file: data/runs.csv\nmetric: acc:max")

    assert fragment.problems == ()
    assert tables(fragment)[-1][1:] == [["3 Nov 2026", "c", "0.7"], ["1 Nov 2026", "a", "0.5"]]
    assert "From <code>data/runs.csv</code>." in fragment.html
    assert fragment.asked_runs == ()


def test_a_filter_holds_for_a_file() -> None:
    rows = "name,acc,lr\na,0.5,0.1\nb,0.4,0.2\n"

    fragment = shown({"r.csv": rows.encode()}, "file: r.csv\nmetric: acc:max\nfilter: {config.lr: 0.2}")

    assert tables(fragment) == [[["Rank", "Run", "acc (max)"], ["1", "b", "0.4"]]]


def test_without_a_snapshot_there_is_a_link_one_warning_and_what_a_sync_is_to_ask() -> None:
    fragment = shown(None)

    assert fragment.html == (
        '<p class="runs runs-missing"><a href="https://wandb.ai/acme/mnist">'
        "Leaderboard of acme/mnist on Weights &amp; Biases</a></p>"
    )
    path = snapshot_path(QUERY)
    assert [(p.severity.value, p.problem, p.at, p.mend) for p in fragment.problems] == [
        ("warning", f"the runs of `acme/mnist` are not here yet: there is no `{path}`", AT, SYNC)
    ]
    (asked,) = fragment.asked_runs
    assert (asked.query, asked.metrics, asked.config, asked.leading) == (
        QUERY,
        ("acc", "loss"),
        ("lr",),
        read_board(Embed("leaderboard", "", at=AT, text=WORDS))[0].leading,  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"schema": 2}', b"\xff"], ids=["cut", "list", "schema", "no text"])
def test_a_snapshot_that_cannot_be_read_is_as_good_as_none(content: bytes) -> None:
    fragment = shown({snapshot_path(QUERY): content})

    assert "runs-missing" in fragment.html
    assert [(problem.severity.value, problem.mend) for problem in fragment.problems] == [("warning", SYNC)]


@pytest.mark.parametrize(
    ("runs", "words"),
    [((), "No runs yet."), ((run(1, state="running"),), "No run has finished yet.")],
    ids=["none", "none finished"],
)
def test_a_project_without_results_says_so(runs: tuple[Run, ...], words: str) -> None:
    fragment = shown(snapshot(*runs))

    assert f'<p class="runs-none">{words}</p>' in fragment.html
    assert tables(fragment) == []
    assert fragment.problems == ()


def test_a_metric_that_no_run_has_is_a_warning_that_names_the_nearest() -> None:
    fragment = shown(
        snapshot(*RUNS, metrics=("accc", "acc"), known_metrics=("acc",)), "project: acme/mnist\nmetric: accc:max"
    )

    assert [(problem.problem, problem.mend) for problem in fragment.problems] == [
        ("no run has the metric `accc`", "write `acc`; known are `acc`")
    ]
    assert {row[0] for row in tables(fragment)[0][1:]} == {"–"}


def test_a_column_that_the_snapshot_was_not_made_with_is_empty_and_told() -> None:
    fragment = shown(snapshot(*RUNS), f"{WORDS}, depth]".replace("[lr]", "[lr"))

    assert [(problem.problem, problem.mend) for problem in fragment.problems] == [
        ("the snapshot was made before `depth` was asked for, and that column is empty", SYNC)
    ]


def test_a_file_that_is_not_there_is_an_error() -> None:
    fragment = shown({}, "file: data/runs.csv\nmetric: acc:max")

    assert [(problem.severity.value, problem.problem) for problem in fragment.problems] == [
        ("error", "there is no file `data/runs.csv`")
    ]


def test_words_that_cannot_be_understood_show_nothing_of_the_runs() -> None:
    fragment = shown(snapshot(*RUNS), "project: acme/mnist\nmetric: acc")

    assert tables(fragment) == []
    assert [problem.severity.value for problem in fragment.problems] == ["error"]


def test_in_the_strict_profile_there_is_one_table_in_the_order_of_ranks_and_nothing_to_press() -> None:
    fragment = shown(snapshot(*RUNS, best=(best(2, 0.8, 1), best(9, 0.9, 2))), trust=Trust.STRICT)

    assert [row[:2] for row in tables(fragment)[0][1:]] == [
        ["1", "run-2"],
        ["1", "run-4"],
        ["3", "run-1"],
        ["–", "run-3"],
    ]
    assert len(tables(fragment)) == 2
    assert LexborHTMLParser(fragment.html).css("input, fieldset, .ordered, [class*=tagged]") == []


def test_the_same_snapshot_makes_the_same_bytes() -> None:
    kept = snapshot(*RUNS, best=(best(2, 0.8, 1), best(9, 0.9, 2)))

    assert shown(kept).html == shown(kept).html


HOSTILE = some.text(some.characters(codec="utf-8"), max_size=30) | some.sampled_from(
    ["<script>alert(1)</script>", '" onload="x', "</table>", "a\ue0f0m0\ue0f2b", "]]>", "&lt;", "\u202ex", "{{ x }}"]
)
RUN = some.builds(
    Run,
    id=some.from_regex("[a-z<&]{1,4}", fullmatch=True),
    name=HOSTILE,
    state=some.sampled_from(["finished", "running", "<b>"]),
    project=some.just("acme/mnist"),
    url=some.sampled_from(["", "https://wandb.ai/a", "https://wandb.ai/<b>'"]),
    tags=some.lists(HOSTILE, max_size=3).map(tuple),
    config=some.fixed_dictionaries({"lr": some.none() | some.integers() | HOSTILE}),
    summary=some.fixed_dictionaries({"acc": some.none() | some.floats() | some.just("NaN")}),
    created_at=some.sampled_from(["", "2026-11-01T00:00:00Z", "0001-01-01T00:00:00+00:00"]),
)


@given(some.lists(RUN, max_size=5))
def test_whatever_runs_are_called_the_figure_is_well_formed_and_holds_no_element_of_theirs(runs: list[Run]) -> None:
    fragment = shown(snapshot(*runs))

    tree = LexborHTMLParser(fragment.html)
    assert {node.tag for node in tree.css("figure *")} <= {
        *("figcaption", "fieldset", "legend", "label", "input", "div", "table", "caption", "thead", "tbody", "tr"),
        *("th", "td", "a", "bdi", "time", "p", "span", "svg", "text", "line", "polyline"),
    }
    assert not any(name.startswith("on") for node in tree.css("*") for name in node.attributes)
    assert not {"\ue0f0", "\ue0f2", "\x00"} & set(fragment.html)
    assert fragment.html.count("<figure") == fragment.html.count("</figure>") == 1


def test_who_was_the_best_the_other_way_round_is_no_history_of_this_board() -> None:
    worst = [replace(one, direction=Direction.MIN) for one in (best(2, 0.5, 1), best(9, 0.4, 2))]

    assert "so far" not in shown(snapshot(*RUNS, best=(best(2, 0.8, 1), *worst))).html


def test_a_board_links_to_nothing_where_its_author_says_so() -> None:
    bests = tuple(replace(one, url="https://wandb.ai/acme/mnist/runs/r1") for one in (best(2, 0.8, 1), best(9, 0.9, 2)))
    kept = snapshot(*RUNS, best=bests)

    bare = shown(kept, f"{WORDS}\nlinks: false").html

    assert "<a " in shown(kept).html
    assert ("<a " in bare, "from <code>acme/mnist</code>" in bare) == (False, True)
