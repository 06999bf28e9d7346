"""Notebooks run for real, from the command line to the page."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from generator.cli import main
from tests.building import code_cell, lay_out, markdown_cell, notebook, run, stream

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).resolve().parents[1]
CONFIG = {"_config.yml": "permalink: /posts/:title/\n"}
A = "_notebooks/2025-01-01-a.ipynb"


def asking(*cells: dict[str, object], front: str = "execute: true") -> dict[str, object]:
    return notebook(markdown_cell(f"---\ntitle: A\n{front}\n---\n"), *cells)


def test_a_build_runs_a_notebook_and_shows_what_it_made(tmp_path: Path) -> None:
    lay_out(tmp_path, {**CONFIG, "_notebooks/own.py": "x = 41\n", A: asking(code_cell("import own\nown.x + 1"))})

    built = run(tmp_path)

    assert built.exit_code == 0
    assert "<pre>42</pre>" in built.page("/posts/a/")
    assert "1 executed, 0 from cache" in built.output


def test_an_error_is_named_with_file_cell_and_line(tmp_path: Path) -> None:
    lay_out(tmp_path, {**CONFIG, A: asking(code_cell("x = 0"), code_cell("y = 1\ny / x"))})

    built = run(tmp_path, "--quiet")

    assert built.exit_code == 1
    assert built.output.splitlines()[:2] == [
        f"{A}, cell 3 (In [2]), line 2: ZeroDivisionError: division by zero; there are no outputs to show",
        "  mend: mend the cell, or tag it `raises-exception` if the error is the point",
    ]


def test_a_value_on_the_command_line_reaches_the_notebook(tmp_path: Path) -> None:
    cells = (code_cell("n = 1", tags=["parameters"]), code_cell("assert n == [1, 2], n"))
    lay_out(tmp_path, {**CONFIG, A: asking(*cells)})

    codes = [
        main(["run", str(tmp_path / A), "--source", str(tmp_path), "--quiet", "-P", f"n={value}"])
        for value in ("[1, 2]", "3")
    ]

    assert codes == [0, 1]


def test_a_changed_output_is_shown_by_test_and_in_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same, other = code_cell("print('same')", stream("same\n")), code_cell("print(3.21)", stream("3.12\n"))
    lay_out(tmp_path, {**CONFIG, A: asking(same, other, front="toc: true")})
    words = ["test", str(tmp_path / A), "--source", str(tmp_path), "--quiet"]

    codes = [main([*words]), main([*words, "--compare"]), main([*words, "--compare", "--tolerance", "0.1"])]
    said = capsys.readouterr().out

    assert codes == [0, 1, 0]
    assert f"{A}, cell 3" in said
    assert "3.12" in said
    assert "3.21" in said


def test_the_kernel_sees_no_secret_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a-token-nobody-may-see")
    monkeypatch.setenv("SENSOR", "north-gate")
    code = "import os\nprint(os.environ.get('GITHUB_TOKEN'), os.environ['SENSOR'])"
    config = {"_config.yml": "permalink: /posts/:title/\nexecution:\n  env: [SENSOR]\n"}
    lay_out(tmp_path, {**config, A: asking(code_cell(code))})

    built = run(tmp_path)

    assert "None north-gate" in built.page("/posts/a/")


@pytest.mark.parametrize("warm", [(), ("--no-warm-kernels",)], ids=["warm", "fresh"])
def test_ctrl_c_ends_the_build_and_every_kernel(tmp_path: Path, warm: tuple[str, ...]) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    lay_out(tmp_path, {**CONFIG, A: asking(code_cell(code))})
    command = [sys.executable, "-m", "generator", "build", "--source", str(tmp_path), *warm]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    kernel = waited_for(mark)

    process.send_signal(signal.SIGINT)

    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in said
    assert has_ended(kernel)
    assert not (tmp_path / "_site").exists()


def waited_for(mark: Path) -> int:
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()):
        assert time.monotonic() < deadline, "no kernel has started"
        time.sleep(0.05)
    return int(mark.read_text())


def has_ended(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False
