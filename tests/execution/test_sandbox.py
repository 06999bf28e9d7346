"""What runs in a sandbox reaches nothing, takes no more than it may, and is gone afterwards."""

import dataclasses
import io
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from generator.errors import MachineError
from generator.execution import sandbox
from generator.execution.confined import Ended, run_confined
from generator.execution.sandbox import Limits, as_root, interpreter_paths, sandbox_words
from generator.execution.system_calls import refused_calls
from tests.sandboxes import MB, SMALL, empty_tree, needs_sandbox

CANARY = "canary-c0ffee-91723"

pytestmark = needs_sandbox


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """What a program did in a sandbox."""

    ended: Ended
    answer: str
    seconds: float


def tried(folder: Path, program: str, limits: Limits = SMALL) -> Tried:
    """Run a Python program in a sandbox."""
    answer = io.BytesIO()
    began = time.monotonic()
    ended = run_confined(
        [sys.executable, "-I", "-c", textwrap.dedent(program)],
        answer,
        tree=empty_tree(folder),
        readable=interpreter_paths(),
        limits=limits,
    )
    return Tried(ended, answer.getvalue().decode(), time.monotonic() - began)


def strays(mark: str) -> list[int]:
    """Processes whose command line holds mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(mark in word for word in process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_a_command_says_what_it_has_to_say(tmp_path: Path) -> None:
    done = tried(tmp_path, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    assert (done.answer, done.ended) == ("out\n", Ended("", 3, b"err\n"))


def test_nobody_runs_there_and_has_no_right(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        """
        import os
        print(os.getresuid(), os.getresgid(), os.getgroups())
        wanted = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")
        said = dict(line.split(":", 1) for line in open("/proc/self/status"))
        print([int(said[name], 16) for name in wanted])
        """,
    )

    assert done.answer == "(65534, 65534, 65534) (65534, 65534, 65534) []\n[0, 0, 0, 0, 0, 1]\n"


def test_of_the_machine_nothing_is_seen_but_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", CANARY)
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    (tmp_path / "canary").write_text(CANARY)
    (Path.home() / f".{CANARY}").write_text(CANARY)
    try:
        done = tried(
            tmp_path,
            f"""
            import os
            seen = dict(os.environ)
            found = []
            skipped = ("/proc", "/usr", "/lib", "/dev", {str(Path(sys.prefix))!r}, {str(Path(sys.base_prefix))!r})
            for folder, folders, files in os.walk("/", onerror=lambda e: None):
                if folder.startswith(skipped):
                    folders.clear()
                    continue
                found += [os.path.join(folder, name) for name in files]
            for name in os.listdir("/proc"):
                for what in ("environ", "cmdline", "mountinfo"):
                    try:
                        found.append(open(f"/proc/{{name}}/{{what}}").read())
                    except OSError as error:
                        found.append(repr(error))
            print(sorted(seen), sorted(name for name in os.listdir("/proc") if name.isdigit()))
            print(*found, sep="\\n")
            print(os.path.exists("/var/run/docker.sock"), os.path.exists("/run"), os.listdir("/inkmill/merged"))
            """,
        )
    finally:
        (Path.home() / f".{CANARY}").unlink()

    assert done.ended.exit_code == 0, done.ended.log
    assert CANARY not in done.answer
    first, *rest = done.answer.splitlines()
    assert first == "['HOME', 'LANG', 'PATH', 'PWD', 'PYTHONHASHSEED', 'TZ'] ['1', '2']"
    assert rest[-1] == "False False []"
    files = [line for line in rest if line.startswith("/") and "\0" not in line]
    assert [line for line in files if not line.startswith(("/etc/", "/bin/", "/sbin/"))] == []


def test_memory_and_files_of_processes_outside_cannot_be_read(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        """
        for what in ("environ", "mem", "maps", "fd", "root", "cwd"):
            try:
                import os
                place = f"/proc/1/{what}"
                print(what, os.listdir(place) if what in ("fd", "root", "cwd") else open(place, "rb").read(1))
            except PermissionError:
                print(what, "refused")
        """,
    )

    assert done.answer.split() == [
        word for what in ("environ", "mem", "maps", "fd", "root", "cwd") for word in (what, "refused")
    ]


def test_there_is_no_network_not_even_to_this_machine(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{CANARY}")
        abstract.listen()
        server.setblocking(False)
        port = server.getsockname()[1]
        done = tried(
            tmp_path,
            f"""
            import socket
            def tell(family, place):
                with socket.socket(family) as one:
                    one.settimeout(2)
                    try:
                        one.connect(place)
                        print("open")
                    except OSError as error:
                        print(error.strerror)
            tell(socket.AF_INET, ("127.0.0.1", {port}))
            tell(socket.AF_INET, ("192.0.2.1", 80))
            tell(socket.AF_UNIX, "\\0{CANARY}")
            try:
                socket.getaddrinfo("example.org", 80)
            except OSError as error:
                print(error.strerror)
            with socket.create_server(("127.0.0.1", 0)) as own:
                socket.create_connection(own.getsockname()).close()
                print("loopback of its own")
            """,
        )
        with pytest.raises(BlockingIOError):
            server.accept()

    assert done.answer.splitlines() == [
        "Connection refused",
        "Network is unreachable",
        "Connection refused",
        "Temporary failure in name resolution",
        "loopback of its own",
    ]


def test_only_its_own_folders_can_be_written(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        f"""
        import os
        for folder in ("/", "/usr", "/etc", "/inkmill", "/inkmill/merged", "/dev", {sys.prefix!r}, "/root", "/home"):
            try:
                open(os.path.join(folder, "x"), "w")
                print(folder)
            except OSError:
                pass
        for folder in ("/tmp", "/inkmill/work", "/dev/shm"):
            open(os.path.join(folder, "x"), "w").write("x")
        """,
    )

    assert (done.answer, done.ended.exit_code, done.ended.log) == ("", 0, b"")


def test_it_is_ended_when_its_time_is_over(tmp_path: Path) -> None:
    mark = f"{CANARY}-time"
    limits = dataclasses.replace(SMALL, seconds=2)
    done = tried(
        tmp_path,
        f"""
        import os, signal, subprocess, sys, time
        for number in set(signal.Signals) - {{signal.SIGKILL, signal.SIGSTOP}}:
            signal.signal(number, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", {mark!r}], start_new_session=True)
        print("began", flush=True)
        time.sleep(600)
        """,
        limits,
    )

    assert done.ended.stopped == "it took longer than 2 seconds"
    assert done.answer == "began\n"
    assert done.seconds < 15
    assert strays(mark) == []


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    mark = f"{CANARY}-parent"
    program = f"import time; print('began', flush=True); time.sleep(600)  # {mark}"
    words = sandbox_words(
        [sys.executable, "-I", "-c", program],
        tree=empty_tree(tmp_path),
        readable=interpreter_paths(),
        limits=SMALL,
        root=as_root(),
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with starter:
        assert starter.stdin is not None
        starter.stdin.write(refused_calls())
        starter.stdin.close()
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"began\n"
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while strays(mark) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert strays(mark) == []


def test_a_fork_bomb_meets_its_bound(tmp_path: Path) -> None:
    limits = dataclasses.replace(SMALL, processes=64, seconds=20)
    done = tried(
        tmp_path,
        """
        import os, time
        started = 0
        try:
            while True:
                if os.fork() == 0:
                    time.sleep(600)
                    os._exit(0)
                started += 1
        except OSError as error:
            print(started < 64, error.strerror)
        """,
        limits,
    )

    assert (done.answer, done.ended.stopped) == ("True Resource temporarily unavailable\n", "")
    assert done.seconds < 15


def test_who_fills_memory_is_ended(tmp_path: Path) -> None:
    limits = dataclasses.replace(SMALL, memory_bytes=300 * MB)
    done = tried(
        tmp_path,
        """
        import os, time
        # Several processes, none of them large.
        for _ in range(8):
            if os.fork() == 0:
                break
        held = bytearray(80 << 20)
        for start in range(0, len(held), 4096):
            held[start] = 1
        time.sleep(600)
        """,
        limits,
    )

    assert "of memory and may have 315 MB" in done.ended.stopped
    assert done.seconds < 20


def test_who_fills_the_disk_fills_a_bounded_place(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        """
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        for place in ("/inkmill/work", "/tmp", "/dev/shm"):
            written = 0
            try:
                for number in range(1000):
                    with open(f"{place}/{number}", "wb", buffering=0) as file:
                        while True:
                            try:
                                count = file.write(bytes(1 << 20))
                            except OSError as error:
                                if error.errno == 27:
                                    break
                                raise
                            written += count
            except OSError as error:
                print(error.strerror, written >> 20, number)
        """,
    )

    assert done.answer.splitlines() == [
        "No space left on device 200 10",
        "No space left on device 30 1",
        "No space left on device 30 1",
    ]


def test_a_flood_of_words_is_cut_and_does_not_stop_it(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        """
        import sys
        for _ in range(200):
            sys.stderr.write("x" * 65536)
        print("done")
        """,
    )

    assert (done.answer, done.ended.stopped, len(done.ended.log), done.ended.was_cut) == (
        "done\n",
        "",
        SMALL.log_bytes,
        True,
    )


def test_an_answer_without_end_ends_it(tmp_path: Path) -> None:
    done = tried(tmp_path, "while True: print('x' * 100000)")

    assert done.ended.stopped == "it handed over more than 1 MB"
    assert len(done.answer) <= SMALL.answer_bytes
    assert done.seconds < 15


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="its system calls have other numbers")
def test_calls_that_lead_out_of_sandboxes_are_refused(tmp_path: Path) -> None:
    numbers = {"x86_64": (101, 321, 425, 435), "aarch64": (117, 280, 425, 435)}[platform.machine()]
    done = tried(
        tmp_path,
        f"""
        import ctypes, os, socket, subprocess, threading
        libc = ctypes.CDLL(None, use_errno=True)
        for name, flags in (("user", 0x10000000), ("mount", 0x20000), ("net", 0x40000000)):
            print(name, libc.unshare(flags), os.strerror(ctypes.get_errno()))
        print("clone", libc.syscall({56 if platform.machine() == "x86_64" else 220}, 0x10000011, 0, 0, 0, 0))
        for number in {numbers}:
            print(libc.syscall(number, 0, 0, 0, 0, 0), os.strerror(ctypes.get_errno()))
        for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
            try:
                socket.socket(family, socket.SOCK_STREAM).close()
                print(family.name, "fine")
            except OSError as error:
                print(family.name, error.strerror)
        threading.Thread(target=print, args=("thread",)).start()
        subprocess.run(["echo", "process"])
        print(os.read(0, 1), os.path.realpath("/proc/self/fd/0"))
        """,
    )

    said = done.answer.splitlines()
    assert [line for line in said if line.startswith(("user", "mount", "net", "clone"))] == [
        *(f"{name} -1 Operation not permitted" for name in ("user", "mount", "net")),
        "clone -1",
    ]
    assert [line for line in said if line.startswith("-1")] == [
        *["-1 Operation not permitted"] * 3,
        "-1 Function not implemented",
    ]
    assert [line for line in said if line.startswith("AF")] == [
        "AF_VSOCK Address family not supported by protocol",
        "AF_PACKET Address family not supported by protocol",
        "AF_UNIX fine",
        "AF_INET fine",
        "AF_INET6 fine",
    ]
    assert {"thread", "process", "b'' /dev/null"} <= set(said)


def test_a_machine_of_unknown_numbers_has_all_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    assert tried(tmp_path, "import os; print(os.getuid())").answer == "65534\n"


def test_programs_that_make_others_root_do_not(tmp_path: Path) -> None:
    done = tried(
        tmp_path,
        """
        import os, subprocess, shutil
        tried = 0
        for name in ("su", "sudo", "mount", "passwd", "newgrp"):
            program = shutil.which(name)
            if program and os.stat(program).st_mode & 0o4000:
                tried += 1
                code = subprocess.run([program, "--help"], capture_output=True).returncode
        said = subprocess.run(["su", "-c", "id -u"], capture_output=True, stdin=subprocess.DEVNULL)
        print(said.returncode != 0, said.stdout)
        """,
    )

    assert done.answer == "True b''\n"


def test_kill_reaches_nobody_outside(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "600"], user=65534 if os.geteuid() == 0 else None) as outside:
        done = tried(
            tmp_path, "import os, signal\ntry:\n os.kill(-1, signal.SIGKILL)\nexcept OSError as e: print(e.strerror)"
        )
        is_alive = outside.poll() is None
        outside.kill()

    assert (done.answer, is_alive) == ("No such process\n", True)


def test_several_sandboxes_do_not_see_one_another(tmp_path: Path) -> None:
    program = """
        import os, time
        open("/tmp/x", "x")
        time.sleep(1)
        print(len([name for name in os.listdir("/proc") if name.isdigit()]))
        """
    done: list[Tried] = []

    def one(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        done.append(tried(folder, program))

    threads = [threading.Thread(target=one, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [each.answer for each in done] == ["2\n", "2\n"]


def test_without_root_and_without_sudo_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1001)
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(MachineError) as refused:
        as_root()

    assert refused.value.mend == "run this as root, or as a user with `sudo` that asks for no password"
    assert refused.value.exit_code == 4


@pytest.mark.parametrize("updates", [0, 1], ids=["lists are there", "lists are old"])
def test_bubblewrap_is_installed_where_it_is_missing(updates: int, monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[str] = {"apt-get"}
    ran: list[str] = []

    def run(words: tuple[str, ...], **_: object) -> "subprocess.CompletedProcess[bytes]":
        ran.append(" ".join(words[:4]))
        is_fine = words[3] == "update" or ran.count("sudo -n apt-get update") == updates
        if is_fine and words[3] == "install":
            there.add("bwrap")
        return subprocess.CompletedProcess(words, 0 if is_fine else 100)

    monkeypatch.setattr(shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(subprocess, "run", run)
    sandbox.ensure_bubblewrap(("sudo", "-n"))

    install, update = "sudo -n apt-get install", "sudo -n apt-get update"
    assert ran == ([install, update, install] if updates else [install])


def test_bubblewrap_that_cannot_be_had_is_an_error_with_a_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(MachineError) as refused:
        sandbox.ensure_bubblewrap(())

    assert refused.value.mend == "install it: `apt-get install bubblewrap`, as root"


def test_an_environment_whose_folders_are_links_is_readable_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real/lib").mkdir(parents=True)
    (tmp_path / "linked/bin").mkdir(parents=True)
    (tmp_path / "linked/lib").symlink_to(tmp_path / "real/lib")
    (tmp_path / "linked/lib64").symlink_to("bin")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "linked"))

    found = interpreter_paths()

    assert {path for path in found if path.is_relative_to(tmp_path)} == {tmp_path / "linked", tmp_path / "real/lib"}
