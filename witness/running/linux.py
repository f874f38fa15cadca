"""What running needs of Linux: each example in namespaces of its own under a keeper, and the writer of every line."""

from __future__ import annotations

import os
import pickle
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


class _Keeper:
    """The keeper of this process."""

    ended = False

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads, if any, hold nothing that it needs
            self._pid = os.fork()
            if not self._pid:
                self._requests.close()
                keeper.keep(theirs)
        weakref.finalize(self, self._requests.close)  # it ends then

    def client(self) -> socket.socket:
        """Where it takes orders."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, suppress(OSError):  # it may have been ended
            socket.send_fds(self._requests, [b"!"], [theirs.fileno()])
        return ours

    def end(self) -> None:
        with suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self.ended = True


class _Kept(Workshop):
    """Gives the work to the keeper."""

    room = inf

    def __init__(self, here: Linux, confined: bool) -> None:
        self._here = here
        self._confined = confined
        self._files: dict[int, int] = {}
        self._open()

    def _open(self) -> None:
        self._keeper = self._here.keeper
        self._orders = self._keeper.client()

    def begin(self, number: int, work: Work, limit: float) -> None:
        self._files[number] = file = os.memfd_create("work")
        os.write(file, pickle.dumps(work))
        os.lseek(file, 0, os.SEEK_SET)
        self._orders.settimeout(max(self._orders.gettimeout() or 0.0, limit + 3 * keeper.MARGIN))
        order = pickle.dumps((number, limit, self._confined, Path.cwd(), tempfile.gettempdir()))
        with suppress(OSError):  # whether the keeper is there is seen when its answer does not come
            socket.send_fds(self._orders, [order], [file])

    def wait(self) -> list[Answer]:
        try:
            number, how = keeper.ENDED.unpack(self._orders.recv(keeper.ENDED.size))
        except (OSError, struct.error):
            numbers = [*self._files]
            if not self._keeper.ended:
                self._keeper.end()
            self.close()
            self._open()
            return [(number, None, "it, or one beside it, stopped or ended their keeper") for number in numbers]
        with os.fdopen(self._files.pop(number), "rb") as file:
            file.seek(0)
            answer, none = (None, keeper.HOW[how]) if how else pickle.load(file)
        return [(number, answer, none)]

    def close(self) -> None:
        with self._orders, suppress(OSError):
            self._orders.shutdown(socket.SHUT_WR)  # closing is not enough: a fork of this process has it open too
            while self._orders.recv(keeper.ENDED.size):
                pass
        while self._files:
            os.close(self._files.popitem()[1])


class Linux(Portable):
    """This system, where each example has namespaces of its own, or else the reason why they are `shared`."""

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
    def shared(self) -> str:
        """Why an example has no namespaces of its own here; nothing if it has."""
        workshop = _Kept(self, confined=True)
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
        return _Kept(self, confined=not self.shared)

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
