"""Namespaces of one example (Linux): what is in them, and that no program in them has a capability.

An example gets process numbers of its own, a network with nothing but a loopback on which every port is free, a name
server on its port 53, a /dev/shm of its own, and names of its own for the machine and the user.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import random
import signal
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from witness.running import names
from witness.running.variation import Variation

# From <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/sockios.h> and <net/if.h>; the number of the call is the same on
# all machines.
_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x4000000, 0x8000000, 1 << 28, 1 << 29, 1 << 30
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 8, 0x1000, 0x4000, 0x40000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_PR_CAPBSET_DROP = 24
_SYS_CLONE3 = 435
_LARGEST = Path("/proc/sys/kernel/pid_max")
_CAPABILITIES = range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1)

_USER, _GROUP = os.getuid(), os.getgid()
entered = False
"""Whether this process is in such namespaces."""
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the GIL is held meanwhile, as the child needs it


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library."""
    if (returned := int(getattr(_libc, name)(*arguments))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)
    return returned


def fork() -> int:
    """Like `os.fork`, but the child is in new namespaces. Only for a process without threads: no hooks are run."""
    new = _NEWUSER | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS | _NEWNS
    # struct clone_args: flags, three places for numbers, signal at the end, three fields of a stack of its own.
    arguments = struct.pack("8Q", new, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    return call("syscall", _SYS_CLONE3, arguments, len(arguments))


def furnish(folder: Path) -> None:
    """Put in place what a program finds in these namespaces, the user that it had included. `folder` is for writing."""
    global entered
    entered = True
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_USER} {_USER} 1")
    Path("/proc/self/gid_map").write_text(f"{_GROUP} {_GROUP} 1")
    call("mount", b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)
    call("mount", b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None)
    call("mount", b"tmpfs", b"/dev/shm", b"tmpfs", _MS_NOSUID | _MS_NODEV, b"mode=1777")
    with socket.socket() as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _IFF_UP))
    _put("/etc/resolv.conf", "nameserver 127.0.0.1\n", folder)
    names.serve()
    # Namespaces within these would bring capabilities back, and with them any process number as that of a writer.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def vary(variation: Variation, folder: Path, hidden: Iterable[str]) -> None:
    """Have the programs find here what `variation` says, and the `hidden` folders empty. `folder` is for writing."""
    call("sethostname", variation.host.encode(), len(variation.host))
    user = f"user:x:{_USER}:{_GROUP}::{folder}/{variation.folder}:/bin/sh"
    users = [line for line in Path("/etc/passwd").read_text().splitlines() if line.split(":")[2:3] != [str(_USER)]]
    files = {
        "/etc/passwd": "".join(f"{line}\n" for line in [user, *users]),
        "/etc/hosts": f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {variation.host}\n",
    }
    if variation.cores:
        files["/sys/devices/system/cpu/online"] = f"0-{variation.cores - 1}\n"
    for path, text in files.items():
        with suppress(OSError):  # it may not be there
            _put(path, text, folder)
    with suppress(OSError):
        # Numbers as on a machine that has been on for a while; counted from 1, they would look like any other number.
        last = variation.last or random.SystemRandom().randrange(1000, 30000)
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(min(last, int(_LARGEST.read_text()) - 1000)))
    for path in hidden:
        with suppress(OSError):  # it may not be there
            call("mount", b"none", os.fsencode(path), b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, None)


def drop_capabilities() -> None:
    """Programs that this process starts have no capability. It keeps its own, which protect its memory from them.

    Root of a container may have no right to drop any; mostly it has none then.
    """
    with suppress(PermissionError):
        for capability in _CAPABILITIES:
            call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)


def _put(path: str, text: str, folder: Path) -> None:
    """Have `text` stand at `path`, where a file is, in these namespaces only."""
    file = folder / "put"
    file.write_text(text)
    try:
        call("mount", os.fsencode(file), os.fsencode(path), None, _MS_BIND, None)
    finally:
        file.unlink()


def remains() -> list[str]:
    """What is left in these namespaces: shared memory and semaphores, by POSIX's names or System V's numbers."""
    left = [str(path) for path in sorted(Path("/dev/shm").iterdir())]
    for kind, words in ("shm", "shared memory"), ("sem", "semaphores"), ("msg", "a message queue"):
        _, *entries = Path("/proc/sysvipc", kind).read_text().splitlines()
        left += [f"{words} of System V, number {entry.split()[1]}" for entry in entries]
    return left
