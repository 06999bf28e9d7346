"""A stranger's notebooks run with nothing in reach, and whatever they do, the next job gets something harmless."""

import dataclasses
import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from generator.errors import MachineError, RefusedError, UsageError
from generator.execution.handover import read_result
from generator.steps import execute as step
from tests.checkouts import Files, git
from tests.sandboxes import MB, SMALL, needs_sandbox
from tests.steps.strangers import A, B, Stepped, asking, execute, pull_request

CANARY = "canary-5eed-40417"

_HARMLESS = re.compile(r"result\.json|runs|runs/[0-9a-f]{40}\.(?:json|ipynb)")


def harmless(stepped: Stepped) -> None:
    """What is handed over has our names, holds no link, and can be read; the canary is nowhere."""
    assert stepped.exit_code == 0, stepped.said
    for path in stepped.output.rglob("*"):
        assert _HARMLESS.fullmatch(path.relative_to(stepped.output).as_posix())
        assert path.is_dir() or (path.is_file() and not path.is_symlink())
    assert read_result(stepped.output).sha
    assert CANARY.encode() not in stepped.everything()
    assert strays(stepped.output.parent) == []


def strays(folder: Path) -> list[str]:
    """What is left of sandboxes whose tree lies below folder: they are dead when their first process is."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(folder) in line and "bwrap" in line:
            found.append(line)
    return found


class TestWhatIsAsked:
    """What is refused before anything runs."""

    def test_another_commit_than_was_asked_for_is_refused(self, tmp_path: Path) -> None:
        made, sha = pull_request(tmp_path, {A: asking("print(1)")})
        (made.pull_request / "later.md").write_text("x")
        made.commit()

        with pytest.raises(RefusedError, match=f"and {sha[:7]} was asked for"):
            step.checked_sha({"SHA": sha}, made.pull_request)

    @pytest.mark.parametrize("sha", ["", "main", "1a2b3c4", "A" * 40, "0" * 41, "--help"])
    def test_what_is_no_commit_is_refused(self, sha: str, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="40 digits"):
            step.checked_sha({"SHA": sha}, tmp_path)

    @pytest.mark.parametrize(
        "written",
        [
            *("", "null", "{}", "[1]", "[[]]", '["a.md"]', '["../a.ipynb"]', '["/a.ipynb"]', '["-a.ipynb"]'),
            *('["a\\n.ipynb"]', '["a\\u202e.ipynb"]', json.dumps(["a.ipynb"] * 101), "[" * 100_001, "[" * 5000),
        ],
        ids=range(14),
    )
    def test_what_is_no_list_of_notebooks_is_refused(self, written: str) -> None:
        with pytest.raises(UsageError, match="NOTEBOOKS"):
            step.notebooks_of({"NOTEBOOKS": written})

    def test_each_notebook_is_run_once(self) -> None:
        assert step.notebooks_of({"NOTEBOOKS": '["b.ipynb", "a.ipynb", "b.ipynb"]'}) == ("b.ipynb", "a.ipynb")

    def test_a_folder_that_holds_something_is_not_written_to(self, tmp_path: Path) -> None:
        made, sha = pull_request(tmp_path, {})
        (tmp_path / "executed").mkdir()
        (tmp_path / "executed/x").write_text("x")

        done = [execute(made, sha), execute(made, sha, output="executed/x")]

        assert [(one.exit_code, "is no empty folder" in one.said) for one in done] == [(2, True), (2, True)]

    def test_a_notebook_that_the_pull_request_does_not_change_starts_nothing(self, tmp_path: Path) -> None:
        made, sha = pull_request(tmp_path, {"_posts/2026-01-01-p.md": "p"})

        done = execute(made, sha, A, "_notebooks/nowhere.ipynb")

        assert (done.exit_code, done.said) == (0, "No notebook is to be run.\n")
        assert done.result() == {"inkmill": 1, "sha": sha, "stopped": "", "notebooks": []}


@pytest.mark.kernel
@needs_sandbox
class TestWhatRuns:
    """What ordinary notebooks give."""

    def test_a_changed_notebook_is_run_with_the_default_branchs_modules(self, tmp_path: Path) -> None:
        code = "import helper, os\nprint(helper.x, open('b.csv').read(), os.getuid())\nopen('made.txt', 'w').write('x')"
        theirs: Files = {A: asking(code), "_notebooks/helper.py": "x = 'theirs'", "_notebooks/b.csv": "data"}
        made, sha = pull_request(tmp_path, theirs, {"_notebooks/helper.py": "x = 'ours'"})

        done = execute(made, sha, A)

        harmless(done)
        assert done.statuses() == {A: "ok"}
        assert done.outputs_of(A) == "ours data 65534\n"
        assert git(made.default, "status", "--short") == ""

    def test_only_what_this_site_runs_is_run(self, tmp_path: Path) -> None:
        made, sha = pull_request(tmp_path, {A: asking("print(1)", execute=False), B: asking("print(2)", execute=None)})

        done = execute(made, sha, A, B)

        harmless(done)
        assert done.statuses() == {A: "unasked", B: "unasked"}
        assert not list((done.output / "runs").iterdir())

    def test_settings_of_the_pull_request_do_not_ask(self, tmp_path: Path) -> None:
        theirs: Files = {A: asking("print(1)", execute=None), "_config.yml": "execution: {execute: true}\n"}
        made, sha = pull_request(tmp_path, theirs)

        assert execute(made, sha, A).statuses() == {A: "unasked"}

    def test_a_failure_for_want_of_network_is_told_apart(self, tmp_path: Path) -> None:
        fetch = "import urllib.request\nurllib.request.urlopen('https://example.org')"
        made, sha = pull_request(tmp_path, {A: asking(fetch), B: asking("1 / 0")})

        done = execute(made, sha, A, B)

        harmless(done)
        wants = {run["path"]: (run["status"], run["wants_network"]) for run in done.result()["notebooks"]}
        assert wants == {A: ("failed", True), B: ("failed", False)}

    @pytest.mark.slow
    def test_an_environment_of_its_own_cannot_be_had_and_is_no_failure_of_the_step(self, tmp_path: Path) -> None:
        needs = "# /// script\n# dependencies = ['evil-package']\n# ///\nimport evil"
        made, sha = pull_request(tmp_path, {A: asking(needs)})

        done = execute(made, sha, A)

        harmless(done)
        assert done.statuses() == {A: "failed"}


DUMP = """
import glob, os, subprocess
print(dict(os.environ))
for place in ("/proc/*/environ", "/proc/*/cmdline", "/home/*/*", "/tmp/*", "/run/*", "/var/*",
              "/inkmill/merged/.git/config", "../.git/config", "../../.git/config", "{temp}/*"):
    for name in glob.glob(place):
        try:
            print(name, open(name, "rb").read())
        except OSError as error:
            print(name, error.strerror)
"""
COMMANDS = """
import os
for line in ("::add-mask::x", "::error file=a::b", "::set-output name=go::true", "::stop-commands::x", "::endgroup::"):
    os.system(f"echo '{line}' >&2; echo '{line}'")
    print(line)
for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
    for place in ("{temp}", "/tmp", "/home/runner/work/_temp/_runner_file_commands"):
        try:
            open(f"{place}/{name}", "a").write("EVIL=1\\n")
        except OSError:
            pass
raise RuntimeError("::error::%0A::add-mask::\\n::set-output name=go::true")
"""
REACH = """
import socket
for place in (("127.0.0.1", {port}), ("192.0.2.1", 80), ("169.254.169.254", 80)):
    try:
        socket.create_connection(place, timeout=2)
        print("reached", place)
    except OSError as error:
        print("not reached")
"""
BOMB = """
import os, time
try:
    while True:
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
except OSError:
    pass
"""
DAEMON = """
import os, subprocess, sys
for _ in range(5):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600) # inkmill-daemon"],
                     start_new_session=True, env={})
"""
FILL_MEMORY = """
held = [bytearray(100 << 20) for _ in range(60)]
for one in held:
    one[::4096] = b"1" * len(one[::4096])
"""
FILL_DISK = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for number in range(10000):
    for place in ("/inkmill/work", "/tmp", "/dev/shm"):
        try:
            open(f"{place}/{number}", "wb", buffering=0).write(bytes(1 << 25))
        except OSError:
            pass
"""
MANY_FILES = """
import glob, os
for out in glob.glob("/inkmill/work/*/out") or ["/inkmill/work/0/out"]:
    for number in range(100_000):
        os.close(os.open(f"{out}/{number:040x}.json", os.O_CREAT | os.O_WRONLY))
"""
LINKS = """
import os
out = "/inkmill/work/0/out"
os.symlink("/etc/passwd", f"{out}/{'a' * 40}.json")
os.symlink("/proc/1/environ", f"{out}/{'b' * 40}.ipynb")
os.symlink("{temp}/canary", f"{out}/{'c' * 40}.ipynb")
os.mkfifo(f"{out}/{'d' * 40}.json")
os.mkdir(f"{out}/{'e' * 40}.json")
os.symlink("/etc/passwd", f"{out}/word.json")
open(f"{out}/../../../evil.json", "w").write("x")
"""
FORGE = """
import os
for name in os.listdir("/proc"):
    for number in (1, 2, 3, 4, 5, 6):
        try:
            with open(f"/proc/{name}/fd/{number}", "wb", buffering=0) as pipe:
                pipe.write(b"file ../../../evil.sh 4\\nevil")
                pipe.write(b"file " + b"a" * 40 + b".json 99999999999\\n")
        except OSError:
            pass
"""
KILL = """
import os, signal
os.kill(-1, signal.SIGKILL)
"""
FLOOD = """
import os
for _ in range(100):
    os.write(2, b"::error::" * 100000)
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server of this machine that nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.kernel
@pytest.mark.slow
@needs_sandbox
@pytest.mark.parametrize(
    "code",
    [DUMP, COMMANDS, REACH, BOMB, DAEMON, FILL_MEMORY, FILL_DISK, MANY_FILES, LINKS, FORGE, KILL, FLOOD],
    ids="dump commands reach bomb daemon memory disk many-files links forge kill flood".split(),
)
def test_a_hostile_notebook_gets_nothing_and_spoils_nothing(code: str, tmp_path: Path, listener: socket.socket) -> None:
    temp = tmp_path / "runner-temp"
    temp.mkdir()
    temp.joinpath("canary").write_text(CANARY)
    files = {name: temp / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
        file.chmod(0o666)
    code = code.replace("{temp}", str(temp)).replace("{port}", str(listener.getsockname()[1]))
    made, sha = pull_request(tmp_path, {A: asking(code), B: asking("print('good')")})
    git(made.default, "config", "http.https://github.com/.extraheader", f"AUTHORIZATION: basic {CANARY}")
    git(made.pull_request, "config", "http.https://github.com/.extraheader", f"AUTHORIZATION: basic {CANARY}")

    done = execute(
        made,
        sha,
        A,
        B,
        GH_TOKEN=CANARY,
        ACTIONS_RUNTIME_TOKEN=CANARY,
        RUNNER_TEMP=str(temp),
        **{name: str(place) for name, place in files.items()},
    )

    harmless(done)
    assert {path.name: path.read_text() for path in files.values()} == dict.fromkeys(files, "")
    assert not list(tmp_path.rglob("*evil*"))
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert commands_heeded(done.said) == []
    assert set(done.statuses()) == {A, B}
    if code not in (FORGE, KILL, BOMB):
        # The next one finds a clean place.
        assert (done.statuses()[B], done.outputs_of(B)) == ("ok", "good\n")


def commands_heeded(said: str) -> list[str]:
    """Workflow commands that a runner would obey, reading as it does; our own that stop it apart."""
    heeded, stop = [], ""
    for line in said.splitlines():
        if stop:
            stop = "" if line == f"::{stop}::" else stop
        elif line.startswith("::stop-commands::"):
            stop = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith(("::", "##[")):
            heeded.append(line)
    return heeded


@pytest.mark.kernel
@needs_sandbox
def test_a_sandbox_that_is_ended_still_hands_over_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = "import os, signal\nfor n in range(1, 32):\n  pass\nwhile True: pass"
    made, sha = pull_request(tmp_path, {A: asking("print('first')"), B: asking(hang)})
    monkeypatch.chdir(made.default)
    limits = dataclasses.replace(SMALL, seconds=12, memory_bytes=2000 * MB)
    # Nothing in there ends by itself in that time.
    monkeypatch.setattr(step, "_START_SECONDS", -10_000.0)

    done = step.execute(made.pull_request, tmp_path / "out", sha, (A, B), limits)

    result = read_result(tmp_path / "out")
    assert done.exit_code == 0
    assert result.stopped == "it took longer than 12 seconds"
    assert [run.status.value for run in result.runs] == ["ok", "lost"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_without_root_and_sudo_the_step_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1001)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    made, sha = pull_request(tmp_path, {A: asking("print(1)")})
    monkeypatch.chdir(made.default)

    with pytest.raises(MachineError) as refused:
        step.execute(made.pull_request, tmp_path / "out", sha, (A,), SMALL)
    assert refused.value.exit_code == 4
    assert not (tmp_path / "out").exists()
