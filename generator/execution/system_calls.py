"""What the kernel refuses in a sandbox: calls that no notebook needs, and that have led out of sandboxes before.

A program of classic BPF, as seccomp takes it; Linux, ``man 2 seccomp``.
"""

import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NOT_PERMITTED, _NO_SUCH_CALL, _NO_SUCH_FAMILY = 1, 38, 97
# Where in `struct seccomp_data` the number, the architecture and the first argument stand.
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
# CLONE_NEWNS and all other namespaces: whoever makes one of users has every right in it.
_NAMESPACES = 0x7E020000
# AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; AF_VSOCK reaches the host of a virtual machine past every namespace.
_FAMILIES = (1, 2, 10, 16)
_OTHER_ABI = 0x40000000  # x32: the same calls under other numbers


@dataclass(frozen=True, slots=True)
class _Machine:
    """How system calls are called on one kind of machine.

    Args:
        refused: names and numbers, in turn.
    """

    architecture: int
    clone: int
    socket: int
    refused: str


# The last ones added to Linux have one number everywhere.
_CLONE3 = 435
_EVERYWHERE = """
    io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428 move_mount 429 fsopen 430 fsconfig 431
    fsmount 432 fspick 433 pidfd_getfd 438 mount_setattr 442
"""
_MACHINES = MappingProxyType(
    {
        "x86_64": _Machine(
            architecture=0xC000003E,
            clone=56,
            socket=41,
            refused="""
                ptrace 101 pivot_root 155 chroot 161 mount 165 umount2 166 init_module 175 quotactl 179 kexec_load 246
                add_key 248 request_key 249 keyctl 250 unshare 272 perf_event_open 298 name_to_handle_at 303
                open_by_handle_at 304 setns 308 process_vm_readv 310 process_vm_writev 311 kcmp 312 finit_module 313
                bpf 321 userfaultfd 323
            """,
        ),
        "aarch64": _Machine(
            architecture=0xC00000B7,
            clone=220,
            socket=198,
            refused="""
                umount2 39 mount 40 pivot_root 41 chroot 51 quotactl 60 unshare 97 kexec_load 104 init_module 105
                ptrace 117 add_key 217 request_key 218 keyctl 219 perf_event_open 241 name_to_handle_at 264
                open_by_handle_at 265 setns 268 process_vm_readv 270 process_vm_writev 271 kcmp 272 finit_module 273
                bpf 280 userfaultfd 282
            """,
        ),
    }
)


def refused_calls() -> bytes:
    """The program for this machine; empty on one whose numbers are not known, where all the rest still holds."""
    machine = _MACHINES.get(platform.machine())
    return b"" if machine is None else b"".join(_program(machine))


def _program(machine: _Machine) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, machine.architecture, when=1)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    yield from _refuse_if(_AT_LEAST, _OTHER_ABI, _NO_SUCH_CALL)
    for number in sorted(map(int, f"{machine.refused} {_EVERYWHERE}".split()[1::2])):
        yield from _refuse_if(_EQUAL, number, _NOT_PERMITTED)
    # Its flags lie in memory, where no filter sees them; libraries then take `clone`.
    yield from _refuse_if(_EQUAL, _CLONE3, _NO_SUCH_CALL)
    yield _step(_EQUAL, machine.clone, unless=4)
    yield _step(_LOAD, _FIRST)
    yield from _refuse_if(_ANY_BIT, _NAMESPACES, _NOT_PERMITTED)
    yield _step(_RETURN, _ALLOW)
    yield _step(_EQUAL, machine.socket, unless=2 + len(_FAMILIES))
    yield _step(_LOAD, _FIRST)
    for position, family in enumerate(_FAMILIES):
        yield _step(_EQUAL, family, when=len(_FAMILIES) - position)
    yield _step(_RETURN, _REFUSE | _NO_SUCH_FAMILY)
    yield _step(_RETURN, _ALLOW)


def _refuse_if(test: int, value: int, code: int) -> Iterator[bytes]:
    yield _step(test, value, unless=1)
    yield _step(_RETURN, _REFUSE | code)


def _step(operation: int, value: int, *, when: int = 0, unless: int = 0) -> bytes:
    """One instruction; when and unless are steps to skip after a test that holds, and after one that does not."""
    return struct.pack("<HBBI", operation, when, unless, value)
