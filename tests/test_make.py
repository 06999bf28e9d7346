"""The Makefile, the lock files and the scripts that set things up."""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (
    "requirements.lock",
    "requirements-github.lock",
    "requirements-test.lock",
    "requirements-wandb.lock",
    "bench/peers.lock",
)
SCRIPTS = ("run", "lock", "environment", "debian", "install-checkout", "test-wheel")

# In pieces, so that this file does not hold what it looks for.
_HOSTS = (
    "pypi" + ".org/simple",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "find" + "-links =",
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def pins(lock: str) -> dict[str, set[str]]:
    """Locked versions by name; a name may have one version per platform."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def normal(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-")


def test_no_file_names_a_place_to_download_from() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in _HOSTS
        if host.encode() in path.read_bytes()
    ]

    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_names_versions_and_hashes_alone(lock: str) -> None:
    allowed = re.compile(r"#.*|[a-z0-9._-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|")

    wrong = [line for line in (ROOT / lock).read_text().splitlines() if not allowed.fullmatch(line)]

    assert wrong == []
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert len(re.findall(r"^[a-z0-9._-]+==.*\\\n    --hash=", text, re.MULTILINE)) == sum(
        map(len, pins(lock).values())
    )


def test_the_test_lock_holds_the_sites() -> None:
    site, test = pins("requirements.lock"), pins("requirements-test.lock")

    assert {name: test.get(name) for name in site} == site


def test_everything_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    assert {normal(name) for name in (*project["dependencies"], *extras["charts"])} - pins(
        "requirements.lock"
    ).keys() == set()
    assert {normal(name) for name in extras["test"]} - pins("requirements-test.lock").keys() == set()


def test_everything_that_is_asked_for_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "generator").rglob("*.py"))
    imported_as = modules_by_distribution()
    # tzdata holds no code: Python reads its files where the system has none. papermill is for the notebooks' own
    # environment, which the lock file is too.
    wanted = {normal(name) for name in (*project["dependencies"], *project["optional-dependencies"]["charts"])} - {
        "papermill",
        "tzdata",
    }

    unused = [name for name in wanted if not any(re.search(rf"\b{module}\b", code) for module in imported_as[name])]

    assert unused == []


def modules_by_distribution() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            found.setdefault(normal(distribution), []).append(module)
    return found


def test_every_word_of_make_is_explained_at_its_top() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)

    assert phony
    assert {word for word in phony[1].split() if f"make {word}" not in text} == set()


def test_ci_runs_what_anyone_can_run() -> None:
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "exec make test"
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.slow  # `make quick` asks for no program that is not Python's
def test_shellcheck_finds_nothing() -> None:
    found = subprocess.run(["shellcheck", *SCRIPTS], cwd=ROOT / ".ci", capture_output=True, text=True, check=False)

    assert found.stdout == ""


def pretend(folder: Path, **programs: str) -> dict[str, str]:
    """An environment whose PATH begins with these shell programs; ``_`` in a name stands for ``-``."""
    folder.mkdir(exist_ok=True)
    for name, body in programs.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def test_without_root_a_missing_package_is_named_in_a_line_to_run(tmp_path: Path) -> None:
    environment = pretend(tmp_path / "bin", id="echo 1000", apt_get="exit 9", uname="echo Linux")

    ran = subprocess.run(
        [ROOT / ".ci/debian", "sh", "no-such-program", "nor-this"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "Some Debian packages are missing. Run this once as root:",
        "    apt-get update && apt-get install --yes --no-install-recommends no-such-program nor-this",
    ]


def test_root_installs_what_is_missing_in_one_go(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = pretend(tmp_path / "bin", id="echo 0", apt_get=f'echo "$*" >> "{log}"', uname="echo Linux")

    subprocess.run([ROOT / ".ci/debian", "no-such-program"], env=environment, capture_output=True, check=True)

    assert log.read_text().splitlines() == ["update", "install --yes --no-install-recommends no-such-program"]


def test_nothing_is_installed_when_nothing_is_missing(tmp_path: Path) -> None:
    environment = pretend(tmp_path / "bin", id="echo 0", apt_get="exit 9")

    ran = subprocess.run(
        [ROOT / ".ci/debian", "sh", "ls"], env=environment, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (0, "")


def test_all_is_what_ci_needs_and_nothing_that_is_there_by_another_name(tmp_path: Path) -> None:
    log = tmp_path / "log"
    programs = dict.fromkeys(("chromium", "google_chrome", "bwrap", "curl", "shellcheck", "strace"), "exit 0")
    environment = pretend(
        tmp_path / "bin", id="echo 0", apt_get=f'echo "$*" >> "{log}"', uname="echo Linux", **programs
    )
    bare = pretend(
        tmp_path / "bare", id="echo 0", apt_get=f'echo "$*" >> "{log}"', uname="echo Linux", sh='exec /bin/sh "$@"'
    )
    (tmp_path / "bin/chromium").unlink()

    subprocess.run([ROOT / ".ci/debian", "--all"], env=environment, capture_output=True, check=True)
    assert not log.exists()

    bare["PATH"] = str(tmp_path / "bare")
    subprocess.run(["/bin/sh", ROOT / ".ci/debian", "--all"], env=bare, capture_output=True, check=True)
    assert log.read_text().splitlines()[1] == (
        "install --yes --no-install-recommends bubblewrap chromium curl python3-venv shellcheck strace"
    )


def test_a_python_that_is_too_old_is_not_used(tmp_path: Path) -> None:
    # Every candidate says that it is too old.
    names = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")
    environment = pretend(tmp_path / "bin", **dict.fromkeys(names, "exit 1"))
    environment.pop("PYTHON", None)

    ran = subprocess.run(
        [ROOT / ".ci/environment", tmp_path / "venv", "x.lock"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert "No Python 3.11 or newer was found" in ran.stderr
    assert not (tmp_path / "venv").exists()


def test_debians_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    # It is new enough, but has no ensurepip.
    python = 'case "$*" in *ensurepip*) exit 1 ;; esac'
    environment = pretend(tmp_path / "bin", python3=python, id="echo 1000", apt_get="exit 9", uname="echo Linux")

    ran = subprocess.run(
        [ROOT / ".ci/environment", tmp_path / "venv", "x.lock"],
        cwd=ROOT,
        env={**environment, "PYTHON": "python3", "INKMILL_NO_UV": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].strip().endswith("apt-get install --yes --no-install-recommends python3-venv")


@pytest.mark.slow
@pytest.mark.parametrize("no_uv", ["", "1"])
def test_an_environment_is_made_in_a_folder_with_a_space_in_its_name(tmp_path: Path, no_uv: str) -> None:
    folder = tmp_path / "my blog" / ".venv"
    lock = tmp_path / "empty.lock"
    lock.write_text("# nothing\n")

    subprocess.run(
        [ROOT / ".ci/environment", folder, lock],
        cwd=ROOT,
        env={**os.environ, "PYTHON": sys.executable, "INKMILL_NO_UV": no_uv},
        capture_output=True,
        check=True,
    )

    assert subprocess.run([folder / "bin/python", "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n"


def test_an_archive_that_is_not_the_pinned_one_is_refused() -> None:
    program = (
        "import sys; sys.path.insert(0, '.ci'); import npm_parts;"
        "npm_parts.check(b'other', 'sha512-' + sys.argv[1], 'vnu-jar@1')"
    )
    wanted = hashlib.sha512(b"archive").hexdigest()

    ran = subprocess.run([sys.executable, "-c", program, wanted], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert "is not the one .ci/npm.lock names" in ran.stderr
