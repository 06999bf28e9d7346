"""Whoever writes to the published branch at the same time: what stands there in the end is some order of all of it."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.github.branch import OvertakenError
from generator.github.built import Built
from generator.github.context import RunContext
from generator.github.kept_runs import keep_runs
from generator.github.pages import Overtaken, Published, publish_preview, publish_site, remove_previews
from generator.github.rollback import kept_sites
from tests.github.publishing import (
    NOON,
    Commits,
    build,
    commit_id,
    commits_on,
    files_on,
    make_server,
    minutes,
    pages_on,
    refs_of,
)

_SITES = 4
_PULLS = 3


@dataclass(frozen=True)
class Builds:
    """Sites of commits 1 to 4, and of three pull requests the builds of their first and second push."""

    sites: dict[int, Built]
    previews: dict[tuple[int, int], Built]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    folder = tmp_path_factory.mktemp("builds")
    sites = {
        number: build(folder / f"s{number}", site(number), number=number, now=minutes(number))
        for number in range(1, _SITES + 1)
    }
    previews = {
        (pull, push): build(
            folder / f"p{pull}-{push}", preview(pull, push), number=push, now=minutes(push), preview=pull
        )
        for pull in range(1, _PULLS + 1)
        for push in (1, 2)
    }
    return Builds(sites, previews)


def site(number: int) -> dict[str, bytes]:
    return {"index.html": f"site {number}".encode(), "shared.txt": b"always", f"only-{number}.txt": b""}


def preview(pull: int, push: int) -> dict[str, bytes]:
    return {"index.html": f"preview {pull} {push}".encode(), f"only-{push}.txt": b""}


def interleave(folder: Path, builds: Builds, seed: int) -> None:
    """Let two to four writers do two to three things each, and look at what stands there afterwards."""
    chance = random.Random(seed)
    # Waits that are not much shorter than a push takes: without them whoever is unlucky loses every time.
    context = replace(make_server(folder), retry_seconds=0.1)
    github = Commits()
    published: list[int] = []
    pushed: dict[int, list[int]] = {}
    removed: set[int] = set()

    def publish(number: int) -> Callable[[], None]:
        def act() -> None:
            assert isinstance(publish_site(context, github, builds.sites[number]), Published | Overtaken)
            published.append(number)

        return act

    def show(pull: int, push: int) -> Callable[[], None]:
        def act() -> None:
            publish_preview(context, pull, commit_id(push), builds.previews[pull, push])
            pushed.setdefault(pull, []).append(push)

        return act

    def remove(pull: int) -> Callable[[], None]:
        def act() -> None:
            remove_previews(context, [pull])
            removed.add(pull)

        return act

    def anything() -> Callable[[], None]:
        kind = chance.choice(["publish", "publish", "show", "show", "remove"])
        if kind == "publish":
            return publish(chance.randint(1, _SITES))
        pull = chance.randint(1, _PULLS)
        return show(pull, chance.randint(1, 2)) if kind == "show" else remove(pull)

    writers = [[anything() for _ in range(chance.randint(1, 2))] for _ in range(chance.randint(2, 4))]
    with ThreadPoolExecutor(len(writers)) as pool:
        unlucky = sum(pool.map(unlucky_acts, writers))

    # Everybody has five tries, and whoever loses them all has done nothing; that stays rare.
    assert unlucky <= 1
    assert_some_order(context, published, pushed, removed)


def unlucky_acts(acts: list[Callable[[], None]]) -> int:
    """Do one thing after the other; how many of them others overtook every time."""
    unlucky = 0
    for act in acts:
        try:
            act()
        except OvertakenError:
            unlucky += 1
    return unlucky


def assert_some_order(
    context: RunContext, published: list[int], pushed: dict[int, list[int]], removed: set[int]
) -> None:
    there = pages_on(context)
    root = {path: content for path, content in there.items() if not path.startswith("pr-preview/")}
    assert root == (site(max(published)) if published else {})
    for pull in range(1, _PULLS + 1):
        own = f"pr-preview/pr-{pull}/"
        shown = {path.removeprefix(own): content for path, content in there.items() if path.startswith(own)}
        possible = [preview(pull, push) for push in pushed.get(pull, [])]
        if pull in removed:
            # Removed before, between or after; whole, in any case.
            assert shown in [{}, *possible]
        else:
            assert shown == (preview(pull, max(pushed[pull])) if possible else {})
    if there:
        assert commits_on(context) == 1
    if published:
        record = json.loads(files_on(context)[".inkmill.json"])
        assert record["source"] == commit_id(max(published))
        assert pages_on(context, f"refs/inkmill/published/{record['publication']}") == root
        assert all(kept.record.source for kept in kept_sites(context))
    assert set(refs_of(context)) == {str(number) for number in range(1, len(refs_of(context)) + 1)}


@pytest.mark.parametrize("seed", range(4))
def test_writers_at_the_same_time_lose_nothing_of_each_other(seed: int, tmp_path: Path, builds: Builds) -> None:
    interleave(tmp_path, builds, seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_writers_lose_nothing_of_each_other_however_they_are_interleaved(
    part: int, tmp_path: Path, builds: Builds
) -> None:
    for seed in range(100 + 20 * part, 120 + 20 * part):
        folder = tmp_path / str(seed)
        folder.mkdir()
        interleave(folder, builds, seed)


def test_runs_that_are_kept_at_the_same_time_are_one_of_them_whole(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    handed: list[dict[str, bytes]] = []
    for number in range(3):
        files = {f"{name}.json": f"{number}".encode() for name in ("a", "b", f"only-{number}")}
        handed.append(files)
        for path, content in files.items():
            place = tmp_path / str(number) / "runs" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda number: keep_runs(context, tmp_path / str(number), NOON), range(3)))

    assert files_on(context, "inkmill-runs") in handed
