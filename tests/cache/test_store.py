"""The store gives back what was put, or nothing."""

import errno
import multiprocessing
import os
import random
from pathlib import Path

import pytest

from generator.cache.store import LostBytesError, Store
from generator.errors import MachineError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def _entries(store: Store) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if path.is_file() and path.name != ".gitignore")


def test_what_was_put_is_got(store: Store) -> None:
    store.put("documents", "ab12", b"content")
    store.put("documents", "empty", b"")

    assert store.get("documents", "ab12") == b"content"
    assert store.get("documents", "empty") == b""
    assert store.get("derived", "ab12") is None
    assert store.has("documents", "ab12")
    assert not store.has("documents", "ab13")


def test_the_store_keeps_itself_out_of_git(store: Store) -> None:
    store.prepare()

    assert (store.folder / ".gitignore").read_text() == "*\n"


def test_a_corrupt_entry_is_never_taken_for_content(store: Store) -> None:
    chance = random.Random(1)
    for number in range(1000):
        key = f"k{number}"
        store.put("documents", key, chance.randbytes(chance.randrange(200)))
        entry = next(path for path in (store.folder / "documents").rglob(key))
        entry.write_bytes(_damaged(entry.read_bytes(), chance))

        assert store.get("documents", key) is None
        assert not entry.exists()


def _damaged(entry: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(entry))
    changed = bytes([entry[place] ^ chance.randrange(1, 256)])
    return chance.choice(
        [
            entry[:place],
            entry[:place] + changed + entry[place + 1 :],
            entry + b"x",
            b"\0" * len(entry),
            entry[: len(entry) // 2] * 2 + b"x",
            b"",
        ]
    )


def test_an_entry_under_another_name_is_never_taken_for_content(store: Store) -> None:
    store.put("documents", "one", b"1")
    store.put("documents", "two", b"2")
    one, two = (next(store.folder.rglob(key)) for key in ("one", "two"))
    two.write_bytes(one.read_bytes())

    assert store.get("documents", "two") is None


def test_what_is_needed_and_lost_is_named(store: Store) -> None:
    with pytest.raises(LostBytesError) as failure:
        store.need("derived", "x.png")

    assert failure.value.lost == (("derived", "x.png"),)


def test_put_again_replaces(store: Store) -> None:
    store.put("derived", "x", b"1")
    store.put("derived", "x", b"2")

    assert store.get("derived", "x") == b"2"
    assert len(_entries(store)) == 1


def test_forgotten_entries_are_gone(store: Store) -> None:
    store.put("derived", "x", b"1")
    store.forget("derived", "x")
    store.forget("derived", "never-there")

    assert store.get("derived", "x") is None


def test_pruning_keeps_what_is_named_and_what_is_young(store: Store) -> None:
    for key in ("kept", "old", "young"):
        store.put("derived", key, b"12345")
    for key in ("kept", "old"):
        os.utime(next(store.folder.rglob(key)), (0, 0))

    assert store.prune("derived", ["kept"], older_than_seconds=60) == 1
    assert [path.name for path in _entries(store)] == sorted(
        ["kept", "young"], key=lambda k: str(next(store.folder.rglob(k)))
    )
    assert store.prune("derived", ["kept"]) == 1
    assert store.prune("nothing", []) == 0
    assert store.size_bytes("derived") > 5


@pytest.mark.parametrize("key", ["", "../x", "a/b", ".hidden", "a\0b", "x" * 300])
def test_a_key_that_is_no_file_name_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put("derived", key, b"")


def test_a_full_disk_is_said_and_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.prepare()

    def full(origin: str, target: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(MachineError, match="No space left on device") as failure:
        store.put("derived", "x", b"1")

    assert failure.value.exit_code == 4
    assert failure.value.mend == "free some space on the disk and build again"
    assert _entries(store) == []


def test_a_store_that_may_not_be_written_names_the_place(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(folder: str, mode: int = 0o777, exist_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", folder)

    monkeypatch.setattr(os, "makedirs", forbid)
    with pytest.raises(MachineError, match="the store cannot be made: Permission denied") as failure:
        store.prepare()

    assert failure.value.mend == f"give yourself the right to write `{store.folder}`, or name another folder"


def _put_many(folder: Path) -> None:
    store = Store(folder)
    for number in range(200):
        store.put("derived", f"k{number}", f"content {number}".encode() * 50)


def test_processes_that_put_the_same_do_not_harm_each_other(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_put_many, args=(store.folder,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert all(store.get("derived", f"k{n}") == f"content {n}".encode() * 50 for n in range(200))
