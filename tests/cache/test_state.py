"""The state is what the last build saved, or nothing."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.cache.state import (
    InputRecord,
    Memo,
    OutputRecord,
    State,
    forget_state,
    is_racy,
    known_digest,
    load_state,
    save_state,
)
from generator.model.problem import warning
from generator.model.site import Fate
from generator.model.site import State as Became

STATE = State(
    engine="e",
    settings=b"\x00settings",
    listed_at_ns=10**18,
    inputs={"_posts/a.md": InputRecord(3, 5, "d")},
    memos={"_posts/a.md": Memo("k", "s")},
    output_id="77",
    outputs={"index.html": OutputRecord("k", 3, 5)},
    next_change=datetime(2030, 1, 1, tzinfo=UTC),
    fates=(Fate("_posts/a.md", Became.SCHEDULED, until=datetime(2030, 1, 1, tzinfo=UTC)),),
    problems=(warning("broken-link", "x"),),
)


def test_a_state_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    save_state(tmp_path / "store", STATE)

    assert load_state(tmp_path / "store") == STATE
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["state"]


def test_there_is_no_state_before_the_first_and_after_forgetting(tmp_path: Path) -> None:
    assert load_state(tmp_path) is None
    save_state(tmp_path, STATE)
    forget_state(tmp_path)
    assert load_state(tmp_path) is None
    forget_state(tmp_path)


def test_a_damaged_state_is_none(tmp_path: Path) -> None:
    save_state(tmp_path, STATE)
    whole = (tmp_path / "state").read_bytes()
    chance = random.Random(2)
    for _ in range(300):
        place = chance.randrange(len(whole))
        changed = whole[:place] + bytes([whole[place] ^ chance.randrange(1, 256)]) + whole[place + 1 :]
        (tmp_path / "state").write_bytes(chance.choice([changed, whole[:place]]))
        assert load_state(tmp_path) is None


@pytest.mark.parametrize(
    ("mtime_ns", "listed_at_ns", "expected"),
    [
        (1_000_000_001, 2_000_000_000, False),
        (1_999_999_999, 2_000_000_000, True),
        (2_500_000_001, 2_000_000_000, True),
        # A whole second is what coarse file systems give.
        (1_000_000_000, 2_000_000_000, True),
        (1_000_000_000, 4_000_000_000, False),
    ],
)
def test_a_file_written_about_when_it_was_listed_is_racy(mtime_ns: int, listed_at_ns: int, expected: bool) -> None:
    assert is_racy(mtime_ns, listed_at_ns) is expected


def test_a_digest_is_known_only_while_the_file_looks_the_same() -> None:
    old = 10**17 + 1
    state = State(listed_at_ns=10**18, inputs={"a": InputRecord(3, old, "d"), "b": InputRecord(3, old)})

    assert known_digest(state, "a", 3, old) == "d"
    assert known_digest(state, "a", 4, old) is None
    assert known_digest(state, "a", 3, old + 1) is None
    assert known_digest(state, "b", 3, old) is None
    assert known_digest(state, "c", 3, old) is None
    assert known_digest(None, "a", 3, old) is None
    assert known_digest(State(listed_at_ns=old, inputs=state.inputs), "a", 3, old) is None
