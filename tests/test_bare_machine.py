"""A machine without fork, flock, IPC sockets and exchanging renames, as Windows is, builds the same site."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import NOW, Ran, code_cell, lay_out, markdown_cell, notebook, run, stream

ROOT = Path(__file__).resolve().parents[1]

# Takes away what only Unix has, then does what the command line says.
BARE = """
import ctypes, multiprocessing, os, sys

class Library:
    def __init__(self, *words, **more): pass

sys.modules["fcntl"] = None
del os.fork, os.forkpty
multiprocessing.get_all_start_methods = lambda: ["spawn"]
import socket
del socket.AF_UNIX
ctypes.CDLL = Library

if __name__ == "__main__":
    from generator.cli import main
    sys.exit(main(sys.argv[1:]))
"""


def bare_run(source: Path, script: Path) -> Ran:
    script.write_text(BARE)
    words = ["build", "--source", str(source), "--jobs", "2", "--now", NOW]
    # As a file: what spawn starts imports it again.
    command = [sys.executable, "-P", str(script), *words]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(source, done.returncode, done.stdout + done.stderr)


@pytest.mark.slow
def test_a_bare_machine_builds_the_same_site(tmp_path: Path) -> None:
    files = {
        f"_notebooks/2024-01-{day:02}-note-{day}.ipynb": notebook(
            markdown_cell(f"# Note {day}\n\n$x^{day}$"), code_cell("1", stream("1\n"))
        )
        for day in range(1, 12)
    }
    for name in ("bare", "full"):
        lay_out(tmp_path / name, files)

    first = bare_run(tmp_path / "bare", tmp_path / "program.py")
    lay_out(tmp_path / "bare", {"_posts/2024-02-02-more.md": "# More\n"})
    second = bare_run(tmp_path / "bare", tmp_path / "program.py")

    lay_out(tmp_path / "full", {"_posts/2024-02-02-more.md": "# More\n"})
    clean = run(tmp_path / "full")
    assert (first.exit_code, second.exit_code, clean.exit_code) == (0, 0, 0), first.output + second.output
    assert second.files() == clean.files()
