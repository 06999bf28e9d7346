"""An environment is made once, kept by what it is made of, and never taken up half-made."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.execution import environments
from generator.execution.environments import Environments
from generator.execution.packages import packages_of

# Writes what it is asked, and makes what looks like an environment.
FAKE_UV = f"""#!{sys.executable}
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
with open(here / "asked", "a") as asked:
    asked.write(json.dumps([words, dict(os.environ)]) + "\\n")
if words[:1] == ["venv"]:
    site = pathlib.Path(words[-1], "site")
    site.mkdir(parents=True)
    python = pathlib.Path(words[-1], "bin/python")
    python.parent.mkdir()
    python.write_text("#!/bin/sh\\n" + f"echo '{{json.dumps(['3.11.7', [str(site)], None])}}'\\n")
    python.chmod(0o755)
if words[:2] == ["pip", "install"]:
    exec((here / "install.py").read_text())
    python = pathlib.Path(words[words.index("--python") + 1])
    (python.parent.parent / "site/ipykernel-7.0.dist-info").mkdir()
"""


class FakeInstaller:
    """What stands on PATH as uv."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "uv").write_text(FAKE_UV)
        (folder / "uv").chmod(0o755)
        self.does("pass")

    def does(self, code: str) -> None:
        (self._folder / "install.py").write_text(code)

    def asked(self) -> list[list[str]]:
        """The words of each install."""
        return [words for words, _ in self._all() if words[:1] == ["pip"]]

    def variables(self) -> dict[str, str]:
        """The environment of the last call."""
        return self._all()[-1][1]

    def _all(self) -> list[tuple[list[str], dict[str, str]]]:
        return [json.loads(line) for line in (self._folder / "asked").read_text().splitlines()]


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeInstaller:
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "INKMILL_"))]:
        monkeypatch.delenv(name)
    return FakeInstaller(folder)


@pytest.fixture
def kept(tmp_path: Path) -> Environments:
    return Environments(tmp_path / "store/environments")


def test_an_environment_is_made_once_for_the_same_requirements(installer: FakeInstaller, kept: Environments) -> None:
    python = kept.ensure(b"six\n", name="a.txt")

    assert kept.ensure(b"# the same\nsix\n", name="b.txt") == python
    assert len(installer.asked()) == 1
    assert packages_of(python).versions == {"ipykernel": "7.0"}
    folder = Path(python).parents[1]
    assert installer.asked()[0][-3:] == ["--requirement", str(folder / "requirements.txt"), "ipykernel"]
    assert (folder / "requirements.txt").read_text() == "six\n"


def test_files_named_by_the_requirements_are_part_of_what_it_is(installer: FakeInstaller, kept: Environments) -> None:
    first = kept.ensure(b"-r more.txt\n-c pins.txt", name="a.txt", read={"more.txt": b"x", "pins.txt": b"y"}.get)
    again = kept.ensure(b"-r more.txt\n-c pins.txt", name="a.txt", read={"more.txt": b"x", "pins.txt": b"y"}.get)
    other = kept.ensure(b"-r more.txt\n-c pins.txt", name="a.txt", read={"more.txt": b"x", "pins.txt": b"z"}.get)

    assert (first == again, first == other) == (True, False)
    folder = Path(other).parents[1]
    assert installer.asked()[-1][-5:] == [
        "--requirement",
        str(folder / "requirements.txt"),
        "--constraint",
        str(folder / "constraints.txt"),
        "ipykernel",
    ]


def test_hashes_are_required_where_there_are_any(installer: FakeInstaller, kept: Environments) -> None:
    kept.ensure(b"six==1 --hash=sha256:aa\nipykernel==7 --hash=sha256:bb\n", name="a.txt")

    assert installer.asked()[0][-1] == "--require-hashes"


def test_hashes_without_ipykernel_are_refused(installer: FakeInstaller, kept: Environments) -> None:
    with pytest.raises(ContentError, match="it has hashes and does not name ipykernel"):
        kept.ensure(b"six==1 --hash=sha256:aa\n", name="a.txt")


def test_what_does_not_install_is_said_and_not_kept(installer: FakeInstaller, kept: Environments) -> None:
    installer.does("sys.exit('error: cannot reach https://me:pass@example.org/simple')")
    with pytest.raises(ContentError) as caught:
        kept.ensure(b"six\n", name="requirements-old.txt")
    installer.does("pass")
    kept.ensure(b"six\n", name="requirements-old.txt")

    assert str(caught.value.at) == "requirements-old.txt"
    assert caught.value.problem == ("its environment does not install: cannot reach https://…@example.org/simple")
    assert len(installer.asked()) == 2


def test_an_installer_that_hangs_is_ended_with_what_it_started(installer: FakeInstaller, tmp_path: Path) -> None:
    installer.does(
        "import subprocess\nchild = subprocess.Popen(['/bin/sleep', '600'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\nchild.wait()"
    )

    with pytest.raises(ContentError, match="its environment does not install: it takes longer than 2 s"):
        Environments(tmp_path / "store", limit_seconds=2).ensure(b"six\n", name="a.txt")

    assert _is_gone(int((tmp_path / "pid").read_text()))


def _is_gone(pid: int) -> bool:
    import psutil

    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_half_made_environment_is_never_used(installer: FakeInstaller, tmp_path: Path) -> None:
    store = tmp_path / "store"
    program = (
        "import sys; from pathlib import Path; from generator.execution.environments import Environments;"
        "Environments(Path(sys.argv[1])).ensure(b'six\\n', name='a.txt')"
    )
    installer.does("os.kill(os.getppid(), 9); time.sleep(0.2); sys.exit(1)")

    killed = subprocess.run([sys.executable, "-c", program, str(store)], cwd=Path(__file__).parents[2], check=False)
    half_made = list(store.glob("*/*/bin/python"))
    installer.does("pass")
    python = Environments(store).ensure(b"six\n", name="a.txt")

    assert killed.returncode == -9
    assert len(half_made) == 1
    assert Path(python) not in half_made
    assert packages_of(python).versions == {"ipykernel": "7.0"}


def test_two_who_want_the_same_environment_make_one(installer: FakeInstaller, kept: Environments) -> None:
    installer.does("time.sleep(0.3)")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(kept.ensure(b"six\n", name="a.txt"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(installer.asked()) == 1
    assert found == [found[0]] * 3


def test_an_environment_whose_python_was_removed_is_made_anew(installer: FakeInstaller, kept: Environments) -> None:
    python = kept.ensure(b"six\n", name="a.txt")
    Path(python).unlink()

    again = kept.ensure(b"six\n", name="a.txt")

    assert (Path(again).exists(), len(installer.asked())) == (True, 2)


def test_packages_that_went_elsewhere_are_said(installer: FakeInstaller, kept: Environments) -> None:
    installer.does("sys.exit(0)")

    with pytest.raises(ContentError, match="the installer put its packages elsewhere"):
        kept.ensure(b"six\n", name="a.txt")


def test_the_installer_sees_where_packages_come_from_and_no_secret_of_the_build(
    installer: FakeInstaller, kept: Environments, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_CERT", "UV_SYSTEM_CERTS", "HTTPS_PROXY", "ASKED_FOR", "GITHUB_TOKEN", "PYTHONPATH"):
        monkeypatch.setenv(name, "value")

    kept.ensure(b"x @ https://${ASKED_FOR}@example.org/x.whl\n", name="a.txt")

    seen = installer.variables()
    assert {"PIP_CERT", "UV_SYSTEM_CERTS", "HTTPS_PROXY", "ASKED_FOR"} <= seen.keys()
    assert {"GITHUB_TOKEN", "PYTHONPATH"} & seen.keys() == set()


def test_a_value_that_stands_in_an_address_is_not_shown(
    installer: FakeInstaller, kept: Environments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKED_FOR", "hunter2")
    installer.does("sys.exit('error: nothing at https://example.org/' + os.environ['ASKED_FOR'] + '/x')")

    with pytest.raises(ContentError) as caught:
        kept.ensure(b"x @ https://example.org/${ASKED_FOR}/x.whl\n", name="a.txt")

    assert caught.value.problem == "its environment does not install: nothing at https://example.org/…/x"


def test_pruning_drops_what_is_not_kept_and_not_young(
    installer: FakeInstaller, kept: Environments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = kept.ensure(b"one\n", name="a.txt")
    other = kept.ensure(b"other\n", name="a.txt")
    half_made = Path(one).parents[2] / "halfmade"
    half_made.mkdir()

    assert kept.prune([], older_than_seconds=3600) == 0
    assert kept.prune([one]) == 1
    assert (Path(one).exists(), Path(other).exists(), half_made.exists()) == (True, False, True)
    monkeypatch.setattr(environments, "_ABANDONED_SECONDS", 0)
    assert kept.prune([one]) == 0
    assert (Path(one).exists(), half_made.exists()) == (True, False)


@pytest.mark.slow
def test_a_real_environment_holds_what_it_was_asked_for_and_runs_kernels(tmp_path: Path) -> None:
    python = Environments(tmp_path / "environments").ensure(b"six==1.17.0\n", name="a.txt")

    assert packages_of(python).versions["six"] == "1.17.0"
    program = "import six, ipykernel.kernelapp, sys; print(sys.prefix)"
    done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(Path(python).parents[1])
