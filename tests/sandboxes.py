"""Where sandboxes can be made, and small ones to try things in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.execution.sandbox import Limits

MB = 1 << 20
SMALL = Limits(
    seconds=60,
    memory_bytes=1500 * MB,
    processes=200,
    file_bytes=20 * MB,
    work_bytes=200 * MB,
    temporary_bytes=30 * MB,
    log_bytes=64 * 1024,
    answer_bytes=MB,
)


def _cannot() -> str:
    if sys.platform != "linux":
        return "sandboxes are made on Linux alone"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    root = () if os.geteuid() == 0 else ("sudo", "-n")
    words = (*root, "bwrap", "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true")
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return "we are not root, and there is no sudo"
    return "" if done.returncode == 0 else f"no sandbox can be made: {done.stderr.strip()}"


WHY_NOT = _cannot()
needs_sandbox = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "none")


def empty_tree(folder: Path) -> Path:
    """A tree that anyone may read."""
    tree = folder / "tree"
    tree.mkdir(mode=0o755)
    return tree
