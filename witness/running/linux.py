"""What running needs of Linux: each example in namespaces of its own under a watchdog, and the writer of every line."""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import struct
import subprocess
import time
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import psutil  # type: ignore[import-untyped]

from witness.running import namespaces, watchdog
from witness.running.portable import Child, Portable, Work

_CREDENTIALS = struct.Struct("3i")


@dataclass(eq=False)
class _Guarded(Child):
    """Work under way in the hands of a watchdog, which sends to `reader` what comes of it."""

    watchdog: int = 0
    reader: int = -1
    deadline: float = 0.0
    sent: bytes = b""

    def receive(self) -> bool:
        """Take in what was sent, and say whether that was all."""
        data = os.read(self.reader, 1 << 16)
        self.sent += data
        if not data:
            self.answer, self.none = pickle.loads(self.sent) if self.sent else (None, "its watchdog was ended")
            os.close(self.reader)
            os.waitpid(self.watchdog, 0)
        return not data

    def end(self) -> None:
        os.close(self.reader)
        os.kill(self.watchdog, signal.SIGTERM)
        os.waitpid(self.watchdog, 0)


class Linux(Portable):
    """This system, where each example has namespaces of its own, or else the reason why they are `shared`."""

    @cached_property
    def shared(self) -> str:
        child = self._start(lambda _: None, 0.0, confined=True)
        while not self.wait([child]):
            pass
        return f"no namespaces of its own ({child.none.splitlines()[-1]})" if child.none else ""

    def side_by_side(self, workers: int) -> int:
        return workers

    @property
    def missing(self) -> tuple[str, ...]:
        return (self.shared,) if self.shared else ()

    def begin(self, work: Work, limit: float) -> Child:
        return self._start(work, limit, confined=not self.shared)

    def _start(self, work: Work, limit: float, confined: bool) -> _Guarded:
        reader, writer = os.pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads, if any, hold nothing that it needs
            pid = os.fork()
        if pid == 0:
            os.close(reader)
            watchdog.watch(work, limit, writer, parent, confined)
        os.close(writer)
        return _Guarded(watchdog=pid, reader=reader, deadline=time.monotonic() + limit + 3 * watchdog.MARGIN)

    def wait(self, children: Sequence[Child]) -> Sequence[Child]:
        guarded = {child.reader: child for child in children if isinstance(child, _Guarded)}
        poll = select.poll()
        for reader, child in guarded.items():
            poll.register(reader, select.POLLIN)
            if time.monotonic() > child.deadline:
                os.kill(child.watchdog, signal.SIGKILL)
        return [guarded[reader] for reader, _ in poll.poll(1000) if guarded[reader].receive()]

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

    def remains(self) -> list[str]:
        return [] if self.shared else namespaces.remains()
