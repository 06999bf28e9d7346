"""A place to run strangers' notebooks in: no network, no secret, no right, nothing of the machine but programs.

Linux alone: bubblewrap makes it as root, and the notebooks run as a user who owns nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import MachineError
from generator.execution.system_calls import refused_calls

# Where things stand in there.
MERGED = "/inkmill/merged"
WORK = "/inkmill/work"
_HOME = "/tmp/home"  # noqa: S108 - of the sandbox, where nobody else is

NOBODY = 65534
_GB = 1 << 30
_MEMORY_SHARE = 0.5
_MOST_MEMORY_BYTES = 6 * _GB

# Folders of programs; where they are links into /usr, they are links in there, too.
_PROGRAMS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# What programs read to start, to draw and to speak of places and times; nothing in them is anybody's secret.
_CONFIGURATION = (
    "ld.so.cache ld.so.conf ld.so.conf.d alternatives fonts localtime timezone mime.types ssl/certs ssl/openssl.cnf "
    "ca-certificates.conf nsswitch.conf protocols services R jupyter ImageMagick-6 java-17-openjdk"
).split()
_MISSING_MEND = "install it: `apt-get install bubblewrap`, as root"


@dataclass(frozen=True, slots=True)
class Limits:
    """What everything in a sandbox may take together, where nothing else is said.

    Args:
        seconds: from its start; then all of it is ended.
        memory_bytes: of all its processes; files in there are memory, too, and bounded apart.
        processes: of the user it runs as.
        file_bytes: of one file.
        work_bytes, temporary_bytes: of all files in the work folder, and in ``/tmp``.
        log_bytes, answer_bytes: what is kept of what it prints; more of the answer ends it.
    """

    seconds: float = 25 * 60.0
    memory_bytes: int = _MOST_MEMORY_BYTES
    processes: int = 512
    file_bytes: int = 256 << 20
    work_bytes: int = 2 * _GB
    temporary_bytes: int = 512 << 20
    open_files: int = 4096
    log_bytes: int = 1 << 20
    answer_bytes: int = 512 << 20


def machine_limits() -> Limits:
    """Limits that leave this machine half of its memory."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    memory = min(_MOST_MEMORY_BYTES, int(total * _MEMORY_SHARE))
    return Limits(memory_bytes=memory, work_bytes=min(2 * _GB, memory // 2))


def as_root() -> tuple[str, ...]:
    """What is written before a command that must run as root.

    Raises:
        MachineError: we are not root, and may not become it without a password.
    """
    if os.geteuid() == 0:
        return ()
    may = shutil.which("sudo") and _succeeds(("sudo", "-n", "true"))
    if not may:
        raise MachineError(
            "notebooks of strangers are run in a sandbox, and only root can make one",
            mend="run this as root, or as a user with `sudo` that asks for no password",
        )
    return ("sudo", "-n")


def ensure_bubblewrap(root: Sequence[str]) -> None:
    """Install bubblewrap where it is missing.

    Raises:
        MachineError: it cannot be installed.
    """
    if sys.platform != "linux":
        raise MachineError("notebooks of strangers are run in a sandbox of Linux", mend="run this on Linux")
    if shutil.which("bwrap"):
        return
    if shutil.which("apt-get") is None:
        raise MachineError("there is no program `bwrap`", mend=_MISSING_MEND)
    install = ("apt-get", "install", "--yes", "--no-install-recommends", "bubblewrap")
    is_there = _succeeds((*root, *install)) or (
        _succeeds((*root, "apt-get", "update")) and _succeeds((*root, *install))
    )
    if not is_there or shutil.which("bwrap") is None:
        raise MachineError("bubblewrap cannot be installed", mend=_MISSING_MEND)


def sandbox_words(
    command: Sequence[str], *, tree: Path, readable: Sequence[Path], limits: Limits, root: Sequence[str]
) -> tuple[str, ...]:
    """The command line that runs ``command`` in a new sandbox.

    It ends with all that it started when its time is over, or when whoever started it is gone. It reads what
    ``refused_calls`` says, where that is anything, from its standard input.

    Args:
        command: a program and its arguments, as seen from within.
        tree: seen as ``MERGED``, read-only.
        readable: seen at the same place, read-only.
        root: as ``as_root`` says.
    """
    return (
        *root,
        # Together with --die-with-parent: nothing outlives whoever started it.
        *("setpriv", "--pdeathsig", "KILL", "--", "timeout", "--signal=KILL", f"{limits.seconds:.0f}"),
        *("bwrap", "--die-with-parent", "--new-session"),
        *("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--hostname", "sandbox"),
        # What is needed to become nobody, and given up with it.
        *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"),
        *_folders_above((Path("/etc/ssl/certs"), Path(MERGED))),
        *_programs(),
        *_devices(limits),
        *_folders_above(readable),
        *("--ro-bind", str(tree), MERGED),
        *(word for path in readable for word in ("--ro-bind", str(path), str(path))),
        *("--remount-ro", "/", "--chdir", "/"),
        *_environment(),
        # Of all that is open only the standard streams get through sudo.
        *(("--seccomp", "0") if refused_calls() else ()),
        "--",
        *_as_nobody(limits),
        *command,
    )


def interpreter_paths() -> tuple[Path, ...]:
    """What this Python needs to run, whatever it is asked to: its environment and where that one comes from."""
    base = Path(sys.executable).resolve().parents[1]
    environment = Path(sys.prefix)
    wanted = [Path(sys.base_prefix), Path(sys.base_exec_prefix), base, environment]
    # Folders of an environment may be links to those of another one.
    targets = (entry.resolve() for entry in sorted(environment.iterdir()) if entry.is_symlink())
    wanted += (target for target in targets if not any(target.is_relative_to(folder) for folder in wanted))
    outside = (path for path in wanted if path != Path("/usr") and not path.is_relative_to("/usr"))
    return tuple(dict.fromkeys(outside))


def _programs() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for folder in map(Path, _PROGRAMS):
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))
    for name in _CONFIGURATION:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def _devices(limits: Limits) -> Iterator[str]:
    yield from ("--proc", "/proc", "--dev", "/dev")
    sizes = {"/dev/shm": limits.temporary_bytes, "/tmp": limits.temporary_bytes, WORK: limits.work_bytes}  # noqa: S108
    for place, size in sizes.items():
        yield from ("--perms", "1777", "--size", str(size), "--tmpfs", place)


def _folders_above(places: Iterable[Path]) -> Iterator[str]:
    """What bubblewrap would make itself, for root alone."""
    above = {folder for place in places for folder in place.parents}
    for folder in sorted(above - {Path("/"), Path("/tmp")}):  # noqa: S108 - of the sandbox
        yield from ("--perms", "0755", "--dir", str(folder))


def _environment() -> Iterator[str]:
    values = {
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": _HOME,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
    }
    yield "--clearenv"
    for name, value in values.items():
        yield from ("--setenv", name, value)


def _as_nobody(limits: Limits) -> Iterator[str]:
    yield from ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
    yield from ("--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--")
    yield from ("prlimit", f"--nproc={limits.processes}", f"--fsize={limits.file_bytes}", "--core=0")
    yield from (f"--nofile={limits.open_files}", "--")
    # bubblewrap has closed its standard input, and the next file that is opened must not become that.
    yield from ("sh", "-c", 'exec "$@" </dev/null', "sh")


def _succeeds(words: Sequence[str]) -> bool:
    try:
        ended = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return ended.returncode == 0
