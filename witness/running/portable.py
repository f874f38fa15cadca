"""What running needs of a system, as any system has it; `linux.py` has it with more checks.

Nobody says here which process wrote a line, examples share the network of the machine and run in this very process, and
a process that leaves its program's session, or on Windows outlives its own parent, may be missed when what is left
behind is looked for.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from witness.running.variation import Variation

Work = Callable[[Path], Any]
"""What is to be done in a new folder; it is told which."""
Answer = tuple[Any, Any, str]
"""Whose piece of work it is, what it returned, and why there is no answer, if there is none."""

LONGEST = 41
"""How many characters the path of the folder for temporary files may have: that of a socket may have 103 on macOS, 107
on Linux, and of these the folders of a varied run and of `multiprocessing`, and the name of the socket, take 62."""


def temporary() -> str:
    """The folder for temporary files; another, where the path of a socket in the usual one might be too long."""
    usual, short = tempfile.gettempdir(), "/tmp"
    return short if len(usual) > LONGEST and os.access(short, os.W_OK) else usual


def ready(files: Iterable[Any], seconds: float) -> list[Any]:
    """Those of some sockets and descriptors that can be read, after so many seconds at most; `select` has but 1024."""
    with selectors.DefaultSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(seconds)]


class Workshop:
    """Does pieces of work. There is `room` for so many at once: where they share a network, they take ports away."""

    room: float = 1

    def __init__(self) -> None:
        self._done: list[Answer] = []

    def begin(self, whose: object, work: Work, limit: float) -> None:
        """Begin a piece of work. Where there is a watchdog, it has `limit` seconds."""
        with tempfile.TemporaryDirectory(prefix="witness-", dir=temporary(), ignore_cleanup_errors=True) as home:
            self._done.append((whose, work(Path(home)), ""))

    def wait(self) -> list[Answer]:
        """Wait until some of what was begun has ended."""
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """End what has not ended, with all that it started."""


@dataclass
class Portable:
    """A system that is not Linux. On Windows a program can't print to a socket, so it prints to a pipe."""

    windows: bool = False
    complete = False
    """Whether all that is checked anywhere can be checked on this system, once what it needs is installed."""

    @property
    def missing(self) -> str:
        """What is missing to confine and check an example; nothing if all is there."""
        return "this system does not say which process wrote a line, and gives examples no network of their own"

    @property
    def guarded(self) -> str:
        """Why a process may not look into another one of the same user, as `python -m asyncio ps` does, or nothing."""
        return "" if self.windows else "this system lets only root look into another process"

    def prepare(self) -> None:
        """Make ready to run examples, while this process is small."""

    def workshop(self) -> Workshop:
        """Where examples are run."""
        return Workshop()

    def vary(self, variation: Variation, home: Path, hidden: Collection[str]) -> None:
        """Have the programs find around them what `variation` says, as far as it is not in their environment.

        Where they have their own view of the files, they find the folders that are `hidden` empty.
        """

    def press(self, program: subprocess.Popen[bytes], key: str) -> None:
        """What a terminal does when this key is pressed: a signal to all in the session of its program."""
        os.killpg(program.pid, {"^C": signal.SIGINT, "^\\": signal.SIGQUIT}[key])

    def attest(self, reader: socket.socket) -> None:
        """Have the system say who writes what arrives at `reader`, if it can."""

    def read(self, reader: socket.socket) -> tuple[bytes, int | None]:
        """What arrived at `reader`, and which process wrote it; nothing at the end."""
        return reader.recv(1 << 16), None

    def environment(self, folder: Path) -> dict[str, str]:
        """What no program can do without on Windows; elsewhere nothing."""
        if not self.windows:
            return {}
        return {
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
            "TEMP": str(folder.parent),
            "TMP": str(folder.parent),
            "USERNAME": "user",
            "USERPROFILE": str(folder),
            "WITNESS_TERMINAL": "pipe",  # for our `sitecustomize`
            "PYTHONUTF8": "1",  # as on the other systems; the default from 3.15
        }

    def processes(self, programs: Collection[subprocess.Popen[bytes]]) -> list[psutil.Process]:
        """The processes of these programs that are there: those of their sessions, or on Windows their offspring."""
        processes = {process.pid: process for process in psutil.process_iter(["ppid" if self.windows else "status"])}
        family = {program.pid for program in programs}
        running = {program.pid for program in programs if program.poll() is None}
        if self.windows:
            while more := {pid for pid, process in processes.items() if process.info["ppid"] in family} - family:
                family |= more
                running |= more
        else:
            for pid, process in processes.items():
                with suppress(OSError):
                    if os.getsid(pid) in family and process.info["status"] not in (psutil.STATUS_ZOMBIE, None):
                        running.add(pid)
        return [process for pid, process in processes.items() if pid in running]

    def busy(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        """Whether any process of these programs is there."""
        return bool(self.processes(programs))

    def asleep(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        """Whether it is certain that all these processes wait for something."""
        return False

    def remains(self) -> list[str]:
        """What the programs left behind that is neither a process nor in their folder."""
        return []
