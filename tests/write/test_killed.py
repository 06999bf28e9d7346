"""kill -9 at every call to the file system: never a mixed site, and the next build equals a clean one."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.write import swap
from generator.write.publish import recover
from tests.write.building import build, generation, tree_of
from tests.write.dying import deaths

ROOT = Path(__file__).resolve().parents[2]


def _refuse(one: Path, other: Path) -> bool:
    raise OSError(errno.EBUSY, "a mount point")


def _no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)


def _forbidden_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "exchange", _refuse)


def _not_movable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "exchange", _refuse)
    monkeypatch.setattr(swap, "_rename_both", _refuse)


def _nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the machine is."""


def _no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "link")
    _no_exchange(monkeypatch)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    folder = tmp_path / "blog"
    folder.mkdir()
    return folder


def _clean(name: str, tmp_path: Path) -> object:
    folder = tmp_path / f"clean-{name}"
    if not folder.exists():
        folder.mkdir()
        build(folder, generation(name, folder))
    return tree_of(folder / "_site")


def _start_over(blog: Path, snapshot: Path) -> None:
    shutil.rmtree(blog)
    # As root and on one file system cp keeps links, times and all; inodes change, so one build settles them.
    subprocess.run(["cp", "-a", str(snapshot), str(blog)], check=True)
    build(blog, generation("older", blog))
    build(blog, generation("old", blog))


@pytest.mark.parametrize("hindrance", [_nothing, _no_exchange, _forbidden_exchange, _no_links, _not_movable])
def test_a_killed_build_leaves_one_whole_site(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hindrance: Callable[[pytest.MonkeyPatch], None]
) -> None:
    hindrance(monkeypatch)
    build(blog, generation("older", blog))
    build(blog, generation("old", blog))
    snapshot = tmp_path / "snapshot"
    subprocess.run(["cp", "-a", str(blog), str(snapshot)], check=True)
    whole = {name: _clean(name, tmp_path) for name in ("old", "new")}
    for number in deaths(lambda: build(blog, generation("new", blog))):
        site = blog / "_site"
        if hindrance is _nothing:
            # Nobody need build again for the site to be whole.
            assert tree_of(site) in whole.values(), f"mixed after call {number}"
        recover(site, blog / ".inkmill")
        assert tree_of(site) in whole.values(), f"mixed after call {number} and recovery"
        build(blog, generation("new", blog))
        assert tree_of(site) == whole["new"], f"not clean after call {number}"
        assert build(blog, generation("new", blog)).written == 0
        _start_over(blog, snapshot)


@pytest.mark.slow
def test_a_build_killed_twice_leaves_one_whole_site(blog: Path, tmp_path: Path) -> None:
    build(blog, generation("old", blog))
    whole = {name: _clean(name, tmp_path) for name in ("old", "new", "newer")}
    for number in deaths(lambda: build(blog, generation("new", blog))):
        for second in deaths(lambda: build(blog, generation("newer", blog))):
            assert tree_of(blog / "_site") in whole.values(), f"mixed after calls {number} and {second}"
            if second % 5:
                continue
            build(blog, generation("old", blog))
            assert tree_of(blog / "_site") == whole["old"]
        build(blog, generation("old", blog))
        assert tree_of(blog / "_site") == whole["old"]


@pytest.mark.parametrize("hindrance", [_no_exchange, _not_movable])
@pytest.mark.slow
def test_a_recovery_may_be_killed_too(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hindrance: Callable[[pytest.MonkeyPatch], None]
) -> None:
    hindrance(monkeypatch)
    build(blog, generation("old", blog))
    whole = {name: _clean(name, tmp_path) for name in ("old", "new")}
    site, private = blog / "_site", blog / ".inkmill"
    for number in deaths(lambda: build(blog, generation("new", blog))):
        if any(private.glob("stage/*.journal")):
            for _ in deaths(lambda: recover(site, private)):
                pass
        recover(site, private)
        assert tree_of(site) in whole.values(), f"mixed after call {number}"
        build(blog, generation("old", blog))


_STRACED = """
import os, sys
from pathlib import Path
from tests.write.building import build, generation
blog = Path(sys.argv[1])
os.write(1, b"ready")
build(blog, generation("new", blog))
"""
# By machine one or the other; strace passes over names with a question mark that it does not know.
_CALLS = ("rename renameat renameat2 link linkat unlink unlinkat mkdir mkdirat rmdir write").split()


def _build_killed_at(call: str, number: int, blog: Path) -> bool:
    """Whether strace killed a build of the new generation at the nth such system call."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    # The first write is the word "ready"; from there on every one is the build's.
    inject = f"inject=?{call}:signal=KILL:when={number + (call == 'write')}"
    words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace=?{call}", "-e", inject]
    ran = subprocess.run(
        [*words, sys.executable, "-c", _STRACED, str(blog)], env=environment, capture_output=True, check=False
    )
    assert ran.stdout == b"ready", ran.stderr.decode()
    assert ran.returncode == 0 or abs(ran.returncode) in (9, 137), ran.stderr.decode()
    return ran.returncode != 0


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's; the audited tests run everywhere")
@pytest.mark.parametrize("call", _CALLS)
def test_a_build_killed_at_the_nth_system_call_leaves_one_whole_site(blog: Path, tmp_path: Path, call: str) -> None:
    build(blog, generation("old", blog))
    whole = {name: _clean(name, tmp_path) for name in ("old", "new")}
    # Without it a strace that ignores the order would let every test pass.
    assert call != "write" or _build_killed_at(call, 1, blog)
    number = 1
    while _build_killed_at(call, number, blog):
        assert tree_of(blog / "_site") in whole.values(), f"mixed after {call} {number}"
        build(blog, generation("new", blog))
        assert tree_of(blog / "_site") == whole["new"]
        build(blog, generation("old", blog))
        number += 1
    assert tree_of(blog / "_site") == whole["new"]
