"""A kernel's client that reads as fast as a kernel prints, and counts before it reads."""

import asyncio
from collections import deque
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

from generator.execution.output_limits import OutputMeter

SIZE = "inkmill_bytes"
"""Key, in a message, of its length on the wire."""

# A kernel that starts is waited for in steps of this, not of zmq's tenth of a second.
_RETRY_MS = 10
_AT_ONCE = 500
_BREATHE_EVERY = 20


class CountedChannel(AsyncZMQSocketChannel):
    """Takes everything that has arrived off the socket, counts it, and hands it out one by one."""

    meter: OutputMeter | None = None

    def __init__(self, socket: zmq.asyncio.Socket, session: Any, loop: Any = None) -> None:
        super().__init__(socket, session, loop)
        self._waiting: deque[tuple[int, list[bytes]]] = deque()
        self._given = 0

    async def get_msg(  # type: ignore[override]
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """The next message; Empty when none comes in timeout seconds."""
        assert self.socket is not None
        self._given += 1
        if self._given % _BREATHE_EVERY == 0:
            # While messages keep coming nothing here would ever wait, and the watch would not get its turn.
            await asyncio.sleep(0)
        await self._take_in()
        while not self._waiting:
            if not await self.socket.poll(None if timeout is None else int(timeout * 1000)):
                raise Empty
            await self._take_in()
        size, frames = self._waiting.popleft()
        if self.meter is not None:
            self.meter.taken(size)
        _, parts = self.session.feed_identities(frames)
        return {**self.session.deserialize(parts), SIZE: size}

    async def _take_in(self) -> None:
        assert self.socket is not None
        for _ in range(_AT_ONCE):
            if self.meter is not None and self.meter.flood:
                if not self._waiting:
                    await asyncio.sleep(_RETRY_MS / 1000)
                return
            try:
                frames = await self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            size = sum(map(len, frames))
            if self.meter is not None:
                self.meter.arrived(size)
            self._waiting.append((size, frames))


class CountedClient(AsyncKernelClient):
    """Shell and iopub alone: nobody answers stdin, and the watch looks at the process rather than at a heartbeat."""

    iopub_channel_class = Type(CountedChannel)
    meter: OutputMeter
    allow_stdin = False

    def open(self, meter: OutputMeter) -> None:
        """Connect, and begin to count."""
        self.meter = meter
        self.iopub_channel.meter = meter
        self.start_channels(stdin=False, hb=False, control=False)
        self._monitors = [
            channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            for channel in (self.iopub_channel, self.shell_channel)
        ]

    def connect_iopub(self, identity: bytes | None = None) -> zmq.asyncio.Socket:  # noqa: ARG002 - jupyter_client's
        """A socket that takes any number of messages, so that none is lost, and no message that is too large."""
        socket = self._bounded_socket(zmq.SUB)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        # With zmq's thousand, what a kernel sends in a burst is thrown away there.
        socket.rcvhwm = 0
        socket.connect(self._make_url("iopub"))
        return socket

    def connect_shell(self, identity: bytes | None = None) -> zmq.asyncio.Socket:
        """As for iopub: an exception's text comes back on both."""
        socket = self._bounded_socket(zmq.DEALER)
        if identity:
            socket.identity = identity
        socket.connect(self._make_url("shell"))
        return socket

    def _bounded_socket(self, kind: int) -> zmq.asyncio.Socket:
        socket: zmq.asyncio.Socket = self.context.socket(kind)
        socket.linger = 0
        socket.reconnect_ivl = _RETRY_MS
        socket.maxmsgsize = self.meter.limits.message_bytes
        return socket

    async def was_cut_off(self) -> bool:
        """Whether a connection broke: what a message that is too large does, and the end of the kernel."""
        for monitor in self._monitors:
            if await monitor.poll(0):
                return True
        return False

    def close(self) -> None:
        """Disconnect."""
        for channel in (self.iopub_channel, self.shell_channel):
            if channel.socket is not None:
                channel.socket.disable_monitor()
        for monitor in getattr(self, "_monitors", ()):
            monitor.close(linger=0)
        self.iopub_channel.stop()
        self.shell_channel.stop()
