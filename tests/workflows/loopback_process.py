"""Runs in a fresh network namespace: brings loopback up, and for each byte it reads sends back a listening socket."""

import fcntl
import socket
import struct
import sys

_SET_FLAGS = 0x8914  # SIOCSIFFLAGS, linux/sockios.h
_UP_AND_RUNNING = 0x41  # IFF_UP | IFF_RUNNING, linux/if.h


def main() -> None:
    """Until the other end hangs up."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))
    with socket.socket(fileno=int(sys.argv[1])) as wire:
        while wire.recv(1):
            with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
                socket.send_fds(wire, [b"s"], [listener.fileno()])


if __name__ == "__main__":
    main()
