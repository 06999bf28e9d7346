"""stages/memory: what a build leaves behind, and what it takes away."""

import os
import time
from dataclasses import replace
from pathlib import Path

from generator.cache.state import load_state, save_state
from generator.cache.store import Store
from tests.building import lay_out, run

POST = {"_posts/2021-01-01-a.md": "# A\n\nHello.\n"}


def test_after_an_upgrade_old_entries_go_and_those_in_use_stay(tmp_path: Path) -> None:
    lay_out(tmp_path, POST)
    run(tmp_path)
    store = Store(tmp_path / ".inkmill")
    used = [path for path in (tmp_path / ".inkmill/documents").rglob("*") if path.is_file()]
    store.put("documents", "stale", b"old")
    past = time.time() - 30 * 24 * 3600
    for path in (tmp_path / ".inkmill/documents").rglob("*"):
        os.utime(path, (past, past))
    state = load_state(tmp_path / ".inkmill")
    assert state is not None
    save_state(tmp_path / ".inkmill", replace(state, engine="an older one"))

    assert run(tmp_path).exit_code == 0

    assert store.get("documents", "stale") is None
    assert all(path.exists() for path in used)
