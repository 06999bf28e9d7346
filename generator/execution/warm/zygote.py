"""The process that forks kernels: a script, run by its path, that knows nothing of inkmill.

It imports ipykernel and what else a kernel needs, then waits. Every request brings a command, an environment, a folder
and three descriptors; two forks answer it: a supervisor, which outlives the kernel and ends whatever that leaves
behind, and the kernel. Nothing is started or opened before the fork that a fresh kernel would not have: no thread, no
event loop, no zmq context; the few descriptors are closed in the child.
"""

import sys

if not sys.flags.safe_path:
    # The folder of this script: its modules must not stand before those of others.
    del sys.path[0]

import contextlib
import ctypes
import gc
import importlib.util
import json
import logging
import os
import runpy
import select
import signal
import socket
import time
from collections.abc import Callable
from types import CodeType, MappingProxyType, ModuleType
from typing import Any

# What ipykernel imports while it starts, apart from what importing it does. Hidden until then, so a name too many does
# not show; a name that is missing costs its time. Found by comparing sys.modules before and after.
IMPORTED_AT_START = tuple(
    """ipykernel.debugger IPython.core.debugger IPython.core.completerlib IPython.core.logger IPython.core.oinspect
    IPython.extensions.storemagic IPython.utils.wildcard sqlite3 pdb tornado.platform.asyncio tornado.queues pkgutil
    faulthandler encodings.ascii encodings.idna encodings.latin_1 unicodedata""".split()
)

# What this process imports and a kernel does not.
STRANGE = frozenset({"gc"})

# What ipykernel adds to the environment while it starts, and modules read when they are imported.
SET_AT_START = MappingProxyType({"MPLBACKEND": "module://matplotlib_inline.backend_inline"})

# Files that a module reads from the working folder when it is imported: matplotlib.
READ_AT_IMPORT = frozenset({"matplotlibrc"})

# As long as a parent is not asked whether it lives.
TICK_SECONDS = 0.5

# How long killed descendants may take to go.
PATIENCE_SECONDS = 2.0

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

Request = dict[str, Any]


def serve(asked: dict[str, Any], hidden: Any) -> Request:
    """Answer requests until the other side is gone; returns only in a kernel, with the request for it."""
    listening = socket.socket(fileno=asked["listening"])
    life = socket.socket(fileno=asked["life"])
    parent = os.getppid()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    shadowing = hidden.roots | READ_AT_IMPORT
    supervisors: set[int] = set()
    while True:
        ready = select.select([listening, life], [], [], TICK_SECONDS)[0]
        reap(supervisors)
        if life in ready or os.getppid() != parent:
            leave(asked["folder"])
        if listening not in ready:
            continue
        conversation = listening.accept()[0]
        request = heard(conversation)
        if request is not None:
            shadowed = shadows(request["folder"], shadowing)
            if shadowed:
                say(conversation, {"plain": f"{shadowed} is in the working folder"})
            elif (child := forked(conversation)) == 0:
                if supervise(conversation, life, parent):
                    for kept in (listening, life, conversation):
                        kept.detach()
                    return request
                os._exit(0)
            else:
                supervisors.add(child)
            for number in request["streams"]:
                os.close(number)
        conversation.close()


def heard(conversation: socket.socket) -> Request | None:
    """A request, its three descriptors as ``streams``; None if the other side said nothing sensible."""
    conversation.settimeout(5)
    try:
        head, streams, _, _ = socket.recv_fds(conversation, 4, 3)
        length = int.from_bytes(head, "big")
        text = b""
        while len(text) < length and (more := conversation.recv(length - len(text))):
            text += more
        request: Request = json.loads(text)
    except (OSError, ValueError):
        return None
    conversation.settimeout(None)
    request["streams"] = streams
    return request


def say(conversation: socket.socket, message: dict[str, Any]) -> None:
    """One line of JSON; nobody may be listening."""
    with contextlib.suppress(OSError):
        conversation.sendall(json.dumps(message).encode() + b"\n")


def shadows(folder: str, names: set[str]) -> str:
    """A file of the folder that a fresh kernel would import or read instead of what is loaded here."""
    try:
        listing = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return ""
    return next((name for name in sorted(listing) if name.partition(".")[0] in names), "")


def forked(conversation: socket.socket) -> int:
    """0 in the child; where there is no room for one, the other side is told, and gets -1 as we do."""
    try:
        return os.fork()
    except OSError as error:
        say(conversation, {"plain": str(error)})
        return -1


def reap(supervisors: set[int]) -> None:
    """Take leave of supervisors that are done, and end what one that was killed has left."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            supervisors.discard(ended[0])
            if ended[1]:
                kill_descendants(supervisors)


def leave(folder: str) -> None:
    """End with all supervisors, who watch the same life line; nobody else may be left to remove the folder."""
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                time.sleep(0.005)
    kill_descendants(set())
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208
            os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118
        os.rmdir(folder)  # noqa: PTH106
    os._exit(0)


def supervise(conversation: socket.socket, life: socket.socket, parent: int) -> bool:
    """True in the kernel; in its supervisor, False when the kernel and all it started are gone."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    supervisor = os.getpid()
    kernel = forked(conversation)
    if kernel < 0:
        return False
    if kernel == 0:
        os.setsid()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(1)
        return True
    # The kernel alone holds its streams, so that whoever reads its output finds the end of it.
    close_all_but({0, 1, 2, conversation.fileno(), life.fileno()})
    say(conversation, {"pid": kernel})
    if (status := awaited(kernel, conversation, life, parent)) is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel, signal.SIGKILL)
        status = os.waitpid(kernel, 0)[1]
        kill_descendants(set())
        return False
    kill_descendants({kernel})
    say(conversation, {"exit": status})
    # The kernel is not reaped before the other side knows: nobody else can get its number until then.
    with contextlib.suppress(OSError):
        conversation.recv(1)
    return False


def close_all_but(wanted: set[int]) -> None:
    """Close descriptors, however high their numbers."""
    for number in [int(name) for name in os.listdir("/dev/fd")]:  # noqa: PTH208
        if number not in wanted:
            with contextlib.suppress(OSError):
                os.close(number)


def awaited(kernel: int, conversation: socket.socket, life: socket.socket, parent: int) -> int | None:
    """The exit code of the kernel, negative for a signal; None when nobody wants it any more."""
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        if (status := ended(kernel)) is not None:
            return status
        ready = select.select([woken, conversation, life], [], [], TICK_SECONDS)[0]
        if conversation in ready or life in ready or not lives(parent):
            return None
        if woken in ready:
            woken.recv(4096)


def ended(kernel: int) -> int | None:
    """The exit code of the kernel once it has one, still unreaped; other children are reaped."""
    if not hasattr(os, "waitid"):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == kernel:
                return os.waitstatus_to_exitcode(found[1])
        return None
    while (seen := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
        if seen.si_pid == kernel:
            return seen.si_status if seen.si_code == os.CLD_EXITED else -seen.si_status
        os.waitpid(seen.si_pid, os.WNOHANG)
    return None


def lives(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill_descendants(spared: set[int]) -> None:
    """Kill all children of this process, and theirs as they come up here, whatever session they are in.

    Only Linux hands us the children of the dead. Elsewhere the process groups of the spared have to do.
    """
    if not sys.platform.startswith("linux"):
        for kernel in spared:
            with contextlib.suppress(OSError):
                os.killpg(kernel, signal.SIGKILL)
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (children := descendants(spared)) and time.monotonic() < deadline:
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.001)


def descendants(spared: set[int]) -> list[int]:
    """All of this process, from /proc, but the spared ones and theirs."""
    parents = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:  # noqa: PTH123
                parents[int(name)] = int(stat.read().rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process and child not in spared]
    return found[1:]


def prctl(option: int, value: int) -> None:
    """Linux has it, others do without."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def become(request: Request, hidden: Any) -> tuple[CodeType, Any]:
    """Turn this child into a freshly started interpreter; what it is to run, and as what."""
    for number, stream in enumerate(request["streams"]):
        os.dup2(stream, number)
    close_all_but({0, 1, 2})
    os.chdir(request["folder"])
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.update(request["variables"], JPY_PARENT_PID=str(os.getppid()))
    # Log records count the time from here; in nanoseconds since Python 3.13.
    vars(logging)["_startTime"] = time.time() if sys.version_info < (3, 13) else time.time_ns()
    sys.orig_argv[:] = request["command"]
    sys.modules["__main__"] = ModuleType("__main__")
    hidden.install()
    _, spec, code = vars(runpy)["_get_module_details"]("ipykernel_launcher")
    sys.argv[:] = [spec.origin, *request["arguments"]]
    gc.unfreeze()
    return code, spec


def loaded_modules(asked: dict[str, Any]) -> Any:
    """Import ipykernel, and hide what is imported besides; starts anew without a module that cannot be hidden."""
    import ipykernel
    import ipykernel.kernelapp

    undo = what_a_new_program_would_inherit(asked["folder"])

    # It asks the environment for its parent when it is imported, so every kernel imports it for itself.
    del sys.modules["ipykernel.kernelapp"], ipykernel.kernelapp
    recorder = beside("recording").Recorder()
    unfit = recorder.load(IMPORTED_AT_START, tuple(asked["preloaded"]), SET_AT_START)
    if unfit is not None:
        asked["preloaded"] = [name for name in asked["preloaded"] if name != unfit]
        undo()
        os.execv(sys.executable, [*sys.orig_argv[:-1], json.dumps(asked)])  # noqa: S606 - keeps number and descriptors
    hidden = beside("hiding").Hidden(recorder.steps, recorder.generators)
    hidden.hide({*sys.modules} - recorder.before | STRANGE, recorder.known)
    return hidden


def what_a_new_program_would_inherit(folder: str) -> Callable[[], None]:
    """Keeps it, and gives it back after a module has changed it."""
    os.umask(umask := os.umask(0o077))
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}

    def undo() -> None:
        kill_descendants(set())
        os.chdir(folder)
        os.umask(umask)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        for number, handler in handlers.items():
            if handler is not None and signal.getsignal(number) != handler:
                signal.signal(number, handler)

    return undo


def beside(name: str) -> Any:
    """A module of this folder, of which sys.modules learns nothing."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")  # noqa: PTH100, PTH118, PTH120
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> tuple[CodeType, Any]:
    """In a kernel, what it is to run."""
    asked = json.loads(sys.argv[1])
    hidden = loaded_modules(asked)
    gc.collect()
    # The children share these pages as long as no collection writes to them.
    gc.freeze()
    request = serve(asked, hidden)
    return become(request, hidden)


if __name__ == "__main__":
    # At the level of the module: the stack of a kernel is as deep as a fresh one's, to the frame.
    _code, _spec = main()
    vars(runpy)["_run_code"](_code, vars(sys.modules["__main__"]), None, "__main__", _spec)
