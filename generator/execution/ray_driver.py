"""The process that drives Ray, apart from ours: Ray prints, takes over signals, and may end the process it lives in.

Started by ``ray_cluster``, which hands it one end of a pair of sockets.
"""

import logging
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from generator.errors import MachineError
from generator.execution.ray_words import Assignment, Broken, Connected, Message, Stop

_TCP_SECONDS = 5.0
# Of Ray that is started here: what does not fit goes to the disk.
_STORE_BYTES = 512 * 2**20
_LOCAL = "127.0.0.1"


def main(channel_fd: int) -> None:
    """Do one assignment."""
    with Connection(channel_fd) as channel:
        assignment: Assignment = channel.recv()
        try:
            with _ray(assignment) as ray:
                _work(ray, assignment, channel)
        except MachineError as error:
            _say(channel, Broken(error))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            # Whoever asked is gone; the with above has ended the kernels.
            return
        except Exception as error:
            problem = _first_line(f"Ray broke off: {type(error).__name__}: {error}")
            _say(channel, Broken(MachineError(problem, mend="look at the cluster with `ray status`, then run again")))
        finally:
            # The executor does so, too, unless it was killed.
            shutil.rmtree(assignment.scratch, ignore_errors=True)


def _say(channel: Connection, message: Message) -> None:
    with suppress(OSError):
        channel.send(message)


def _work(ray: Any, assignment: Assignment, channel: Connection) -> None:
    from generator.execution.ray_dispatch import Dispatch
    from generator.execution.ray_nodes import code_for

    channel.send(Connected())
    dispatch = Dispatch(ray, assignment, code_for(ray))
    try:
        while not dispatch.is_done:
            for news in dispatch.turn():
                channel.send(news)
            # The only thing it ever says after its assignment; its end counts as the same.
            if channel.poll():
                assert isinstance(channel.recv(), Stop)
                return
    finally:
        dispatch.call_off()


@contextmanager
def _ray(assignment: Assignment) -> Iterator[Any]:
    """Ray, connected or started, and left or ended again."""
    address = assignment.address
    if address is not None:
        _reach(address)
    import ray

    try:
        if address is None:
            ray.init(
                address="local",
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                object_store_memory=_STORE_BYTES,
                _node_ip_address=_LOCAL,
                _temp_dir=str(assignment.scratch / "ray"),
            )
        else:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:
        raise _not_connected(address, error) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Ray itself would try for ever, and tell nobody."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_TCP_SECONDS).close()
    except OSError as error:
        said = error.strerror or "no answer"
        mend = "check the address, and that the cluster runs there: `ray status --address ADDRESS`"
        raise MachineError(f"no Ray cluster answers at {address} ({said.lower()})", mend=mend) from None


def _not_connected(address: str | None, error: Exception) -> MachineError:
    said = " ".join(str(error).split())
    if address is None:
        return MachineError(f"Ray does not start here: {_first_line(said)}", mend="try `ray start --head` to see why")
    if "mismatch" in said:
        return MachineError(
            f"the Ray cluster at {address} has other versions: {said[:300]}", mend="use the same on both"
        )
    return MachineError(
        f"the Ray cluster at {address} cannot be used: {_first_line(said)}",
        mend="make this machine one of the cluster first: `ray start --address ADDRESS --num-cpus 0`",
    )


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0][:300]


def environment(assignment: Assignment) -> dict[str, str]:
    """What the driving process needs to find in its environment before Ray is imported."""
    ours = {
        "RAY_USAGE_STATS_ENABLED": "0",
        # Under `uv run` Ray would send the working directory, a whole repository, to every machine.
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        "RAY_DEFAULT_PYTHON_VERSION_MATCH_LEVEL": "minor",
    }
    host = _LOCAL if assignment.address is None else assignment.address.rpartition(":")[0]
    if host in (_LOCAL, "localhost", "[::1]"):
        # Ray puts another address of the machine in place of the loopback's unless it believes itself on a Mac.
        ours["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    if assignment.address is None:
        # Other users of this machine can connect to 127.0.0.1; the token keeps them out, and out of ~/.ray.
        token = assignment.scratch / "token"
        token.touch(mode=0o600)
        token.write_text(os.urandom(32).hex(), encoding="ascii")
        ours |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token)}
    return {**os.environ, **ours}
