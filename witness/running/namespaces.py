"""The namespaces of one example (Linux), and their contents; no program in them has a capability.

An example has its own process numbers, a network of nothing but a loopback on which every port is free, a name server
on its port 53, its own /dev/shm, and its own host name and user name.
"""

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

from witness.running import nameserver
from witness.running.variation import Variation

# From <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/sockios.h> and <net/if.h>; the number of clone3 is the same on
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
"""Whether this process is in namespaces of its own."""
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL holds the GIL during a call, and the forked child needs it


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library and return its value. Raises `OSError` if that is negative."""
    if (returned := int(getattr(_libc, name)(*arguments))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)
    return returned


def fork() -> int:
    """Fork as `os.fork` does, with the child in new namespaces. No fork hooks are run: have no other threads."""
    new = _NEWUSER | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS | _NEWNS
    # struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls
    arguments = struct.pack("8Q", new, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    return call("syscall", _SYS_CLONE3, arguments, len(arguments))


def furnish(folder: Path) -> None:
    """Set up the new namespaces: users, mounts, loopback and name server. `folder` is a writable scratch folder."""
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
    nameserver.serve()
    # In nested namespaces a program would have capabilities again, and could forge the process number of a writer.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def vary(variation: Variation, folder: Path, hidden: Iterable[str]) -> None:
    """Set the host, user, process numbers and cores that `variation` says, and show the `hidden` folders as empty.

    `folder` is a writable scratch folder. What can't be set on this system is left as it is.
    """
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
        with suppress(OSError):  # the path may not exist
            _put(path, text, folder)
    with suppress(OSError):
        # As on a machine that has been on for a while: numbers counted from 1 would look like any other small number.
        last = variation.last or random.SystemRandom().randrange(1000, 30000)
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(min(last, int(_LARGEST.read_text()) - 1000)))
    for path in hidden:
        with suppress(OSError):  # the path may not exist
            call("mount", b"none", os.fsencode(path), b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, None)


def drop_capabilities() -> None:
    """Take all capabilities from the programs that this process starts; it keeps its own, which protect its memory.

    In a container, root may have no right to drop any; mostly it has none then.
    """
    with suppress(PermissionError):
        for capability in _CAPABILITIES:
            call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)


def _put(path: str, text: str, folder: Path) -> None:
    """Mount a file with `text` over the file at `path`, in these namespaces only."""
    file = folder / "put"
    file.write_text(text)
    try:
        call("mount", os.fsencode(file), os.fsencode(path), None, _MS_BIND, None)
    finally:
        file.unlink()


def remains() -> list[str]:
    """Return what is left in these namespaces: POSIX shared memory and semaphores, and those of System V by number."""
    left = [str(path) for path in sorted(Path("/dev/shm").iterdir())]
    for kind, words in ("shm", "shared memory"), ("sem", "semaphores"), ("msg", "message queue"):
        _, *entries = Path("/proc/sysvipc", kind).read_text().splitlines()
        left += [f"System V {words} {entry.split()[1]}" for entry in entries]
    return left
