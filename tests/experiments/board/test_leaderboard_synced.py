"""From runs at a service to the board of a page, and how the best moved from one sync to the next."""

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from generator.experiments.board.leaderboard import leaderboard
from generator.experiments.services.fetching import fetch, services_of
from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.location import Location
from generator.model.embed import Embed, EmbedFragment
from generator.model.experiment import ExperimentRules, Snapshot
from generator.model.reading import ReadingRules
from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.fixture_runs import StoredRun

WORDS = "project: acme/mnist\nmetric: acc:max\nmetrics: [loss:min]\nconfig: [lr]"


def shown(server: FakeWandb, kept: Snapshot | None) -> EmbedFragment:
    files = {} if kept is None else {snapshot_path(kept.query): to_bytes(kept)}
    rules = ReadingRules(experiments=ExperimentRules(wandb_api=server.url))

    def companions(path: str) -> bytes | None:
        return files.get(path)

    return leaderboard(Embed("leaderboard", "", at=Location("a.md", line=1), text=WORDS, rules=rules), companions)


def synced(server: FakeWandb, day: int, *earlier: Snapshot) -> Snapshot:
    asked = shown(server, None).asked_runs
    now = datetime(2026, 11, day, 12, tzinfo=UTC)
    return fetch(asked, services_of({}, [server.url]), now=now, earlier=earlier).snapshot


def tables(fragment: EmbedFragment) -> list[list[list[str]]]:
    tables = LexborHTMLParser(fragment.html).css("table")
    return [[[cell.text().strip() for cell in row.css("th, td")] for row in table.css("tr")] for table in tables]


def test_what_a_sync_fetched_is_ranked_and_nothing_is_asked_for_by_the_page(wandb_server: FakeWandb) -> None:
    kept = synced(wandb_server, 20)
    asked = len(wandb_server.requests)

    fragment = shown(wandb_server, kept)

    assert fragment.problems == ()
    assert [row[:5] for row in tables(fragment)[0]] == [
        ["Rank", "Run", "acc (max)", "loss (min)", "lr"],
        ["1", "run-r3", "0.95", "0.2", "0.1"],
        ["2", "run-r1", "0.9", "0.31", "0.1"],
        ["3", "run-r7", "0.88", "NaN", "0.1"],
        ["4", "run-r2", "0.8", "0.52", "0.2"],
    ]
    notes = [note.text() for note in LexborHTMLParser(fragment.html).css(".runs-more")]
    assert notes == ["Not finished: 4 (run-r4 crashed, run-r5 running, run-r6 failed, run-r8 killed)."]
    assert len(wandb_server.requests) == asked


def test_the_best_of_every_sync_becomes_the_history(wandb_server: FakeWandb) -> None:
    first = synced(wandb_server, 20)
    same = synced(wandb_server, 21, first)
    assert len(tables(shown(wandb_server, same))) == 3

    better = StoredRun("r9", summary={"acc": 0.97}, created_at="2026-11-22T09:00:00Z")
    wandb_server.store.runs.append(better)
    last = synced(wandb_server, 23, same)

    assert tables(shown(wandb_server, last))[-1] == [
        ["Since", "Run", "acc (max)"],
        ["23 Nov 2026", "run-r9", "0.97"],
        ["20 Nov 2026", "run-r3", "0.95"],
    ]
