"""Running on Linux: examples have their own namespaces under a keeper, and the kernel names the writer of each line."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import subprocess
import time
import warnings
import weakref
from collections.abc import Collection
from contextlib import suppress
from functools import cached_property
from math import inf
from pathlib import Path
from typing import NamedTuple

import psutil

from witness.running import keeper, namespaces
from witness.running.portable import Answer, Portable, Work, Workshop, ready, temporary
from witness.running.variation import Variation

_CREDENTIALS = struct.Struct("3i")


class _Keeper:
    """The connection of this process to its keeper."""

    ended = False

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the child needs none of the other threads' locks
            self._pid = os.fork()
            if not self._pid:
                self._requests.close()
                keeper.keep(theirs)
        weakref.finalize(self, self._requests.close)  # the keeper ends when it is closed

    def ask(self, order: object, *files: int) -> None:
        with suppress(OSError):  # if the keeper is gone, its answer doesn't come
            socket.send_fds(self._requests, [pickle.dumps(order)], files)

    def end(self) -> None:
        if not self.ended:
            self.ended = True
            with suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)


class _Asked(NamedTuple):
    """A piece of work under way: its file, which later has the answer, and the deadline for the keeper's signal."""

    whose: object
    file: int
    keeper: _Keeper
    deadline: float


class _Kept(Workshop):
    """A workshop in which the keeper's workers do the work."""

    room = inf

    def __init__(self, here: Linux, confined: bool) -> None:
        self._here = here
        self._confined = confined
        self._asked: dict[socket.socket, _Asked] = {}

    def begin(self, whose: object, work: Work, limit: float) -> None:
        asked = _Asked(whose, os.memfd_create("work"), self._here.keeper, time.monotonic() + limit + 3 * keeper.MARGIN)
        os.pwrite(asked.file, pickle.dumps(work), 0)
        ours, theirs = socket.socketpair()
        with theirs:
            order = limit, self._confined, Path.cwd(), temporary()
            asked.keeper.ask(order, asked.file, theirs.fileno())
        self._asked[ours] = asked

    def wait(self) -> list[Answer]:
        late = min(asked.deadline for asked in self._asked.values())
        ended = ready(self._asked, max(0.0, late - time.monotonic()))
        if not ended:
            for asked in self._asked.values():
                asked.keeper.end()
        return [self._answer(ours) for ours in ended or [*self._asked]]

    def _answer(self, ours: socket.socket) -> Answer:
        asked = self._asked.pop(ours)
        with ours, os.fdopen(asked.file, "rb") as file:
            if not ours.recv(1):
                asked.keeper.end()
                return asked.whose, None, "it, or an example beside it, stopped or killed the process that watches both"
            file.seek(0)  # the worker shares the offset, and has read on
            return asked.whose, *pickle.load(file)

    def close(self) -> None:
        for ours in self._asked:
            ours.shutdown(socket.SHUT_WR)  # closing is not enough: forks of this process have it open, too
        while self._asked:
            ours, asked = self._asked.popitem()
            ours.settimeout(3 * keeper.MARGIN)
            with ours, suppress(OSError):
                ours.recv(1)
            os.close(asked.file)


class Linux(Portable):
    """Linux, on which each example has its own namespaces, unless there is a reason why they are `missing`."""

    complete = True

    _keeper: _Keeper | None = None

    @property
    def keeper(self) -> _Keeper:
        if self._keeper is None or self._keeper.ended:
            self._keeper = _Keeper()
        return self._keeper

    def prepare(self) -> None:
        _ = self.keeper

    @cached_property
    def missing(self) -> str:
        workshop = _Kept(self, confined=True)
        workshop.begin(None, str, 0.0)
        ((_, _, trouble),) = workshop.wait()
        workshop.close()
        return f"an example has no namespaces of its own ({trouble.splitlines()[-1]})" if trouble else ""

    @property
    def guarded(self) -> str:
        with suppress(OSError):
            if Path("/proc/sys/kernel/yama/ptrace_scope").read_text().strip() != "0":
                return "a process may not inspect another one here: sudo sysctl --write kernel.yama.ptrace_scope=0"
        return ""

    def workshop(self) -> Workshop:
        return _Kept(self, confined=not self.missing)

    def vary(self, variation: Variation, home: Path, hidden: Collection[str]) -> None:
        if variation.cores:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: variation.cores])
        if namespaces.entered:
            namespaces.vary(variation, home, hidden)

    def attest(self, reader: socket.socket) -> None:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def read(self, reader: socket.socket) -> tuple[bytes, int | None]:
        data, ancillary, _, _ = reader.recvmsg(1 << 16, socket.CMSG_SPACE(_CREDENTIALS.size))
        return data, next((_CREDENTIALS.unpack(content)[0] for _, _, content in ancillary), None)

    def processes(self, programs: Collection[subprocess.Popen[bytes]]) -> list[psutil.Process]:
        return list(psutil.Process().children(recursive=True))

    def busy(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        """Return whether a child process is left; orphans are children of this process, too."""
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
