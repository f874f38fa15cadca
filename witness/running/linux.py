"""What running needs of Linux: each example in namespaces of its own under a keeper, and the writer of every line."""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import struct
import subprocess
import tempfile
import warnings
import weakref
from collections.abc import Collection
from contextlib import suppress
from functools import cached_property
from math import inf
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from witness.running import keeper, namespaces
from witness.running.portable import Answer, Portable, Work, Workshop
from witness.running.variation import Variation

_CREDENTIALS = struct.Struct("3i")


class _Nursery:
    """A process that forks the keepers, and is there as long as this."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads, if any, hold nothing that it needs
            if not os.fork():
                self._requests.close()
                keeper.nurse(theirs)
        weakref.finalize(self, self._requests.close)  # it ends then

    def keeper(self, orders: socket.socket) -> int:
        """A new keeper, who takes these orders: what is readable when it has ended."""
        place = pickle.dumps((Path.cwd(), tempfile.gettempdir()))
        socket.send_fds(self._requests, [place], [orders.fileno()])
        _, (end,), _, _ = socket.recv_fds(self._requests, 1, 1)
        return end


class _Kept(Workshop):
    """Gives the work to a keeper, a process that is there as long as this."""

    room = inf

    def __init__(self, nursery: _Nursery, confined: bool) -> None:
        self._nursery = nursery
        self._confined = confined
        self._files: dict[int, int] = {}
        self._open()

    def _open(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._keeper = self._nursery.keeper(theirs)

    def begin(self, number: int, work: Work, limit: float) -> None:
        self._files[number] = file = os.memfd_create("work")
        os.write(file, pickle.dumps(work))
        os.lseek(file, 0, os.SEEK_SET)
        self._orders.settimeout(max(self._orders.gettimeout() or 0.0, limit + 3 * keeper.MARGIN))
        socket.send_fds(self._orders, [keeper.ORDER.pack(number, limit, self._confined)], [file])

    def wait(self) -> list[Answer]:
        try:
            number, how = keeper.ENDED.unpack(self._orders.recv(keeper.ENDED.size))
        except (OSError, struct.error):
            signal.pidfd_send_signal(self._keeper, signal.SIGKILL)
            self.close()
            broken = [(number, None, "it, or one beside it, stopped or ended their keeper") for number in self._files]
            self._files.clear()
            self._open()
            return broken
        with os.fdopen(self._files.pop(number), "rb") as file:
            file.seek(0)
            answer, none = (None, keeper.HOW[how]) if how else pickle.load(file)
        return [(number, answer, none)]

    def close(self) -> None:
        with self._orders, suppress(OSError):
            self._orders.shutdown(socket.SHUT_RDWR)  # closing is not enough: a fork of this process has it open too
        select.select([self._keeper], [], [])
        os.close(self._keeper)


class Linux(Portable):
    """This system, where each example has namespaces of its own, or else the reason why they are `shared`."""

    complete = True

    @cached_property
    def _nursery(self) -> _Nursery:
        return _Nursery()

    def prepare(self) -> None:
        _ = self._nursery

    @cached_property
    def shared(self) -> str:
        """Why an example has no namespaces of its own here; nothing if it has."""
        workshop = _Kept(self._nursery, confined=True)
        workshop.begin(0, str, 0.0)
        ((_, _, none),) = workshop.wait()
        workshop.close()
        return f"no namespaces of its own ({none.splitlines()[-1]})" if none else ""

    @property
    def missing(self) -> tuple[str, ...]:
        return (self.shared,) if self.shared else ()

    @property
    def guarded(self) -> str:
        with suppress(OSError):
            if Path("/proc/sys/kernel/yama/ptrace_scope").read_text().strip() != "0":
                return "a process may not look into another one here: sudo sysctl --write kernel.yama.ptrace_scope=0"
        return ""

    def workshop(self) -> Workshop:
        return _Kept(self._nursery, confined=not self.shared)

    def vary(self, variation: Variation, home: Path) -> None:
        if variation.cores:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: variation.cores])
        if namespaces.entered:
            namespaces.vary(variation, home)

    def hide(self, folders: Collection[str]) -> None:
        if namespaces.entered:
            namespaces.hide(folders)

    def attest(self, reader: socket.socket) -> None:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def read(self, reader: socket.socket) -> tuple[bytes, int | None]:
        data, ancillary, _, _ = reader.recvmsg(1 << 16, socket.CMSG_SPACE(_CREDENTIALS.size))
        return data, next((_CREDENTIALS.unpack(content)[0] for _, _, content in ancillary), None)

    def processes(self, programs: Collection[subprocess.Popen[bytes]]) -> list[psutil.Process]:
        return list(psutil.Process().children(recursive=True))

    def busy(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        """Whether any process is there; this one is the parent of all whose own parent has ended."""
        mine = {program.pid: program for program in programs}
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return False
            if ended is None:
                return True
            if ended.si_pid in mine:
                mine[ended.si_pid].poll()
            else:
                os.waitpid(ended.si_pid, 0)

    def asleep(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        with suppress(psutil.Error):
            return not {process.status() for process in self.processes(programs)} - {
                psutil.STATUS_SLEEPING,
                psutil.STATUS_ZOMBIE,
            }
        return False

    def remains(self) -> list[str]:
        return namespaces.remains() if namespaces.entered else []
