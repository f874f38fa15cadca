"""What running needs of a system, as any system has it; `linux.py` overrides it with more checks.

Here the writer of a line is unknown, and examples share the machine's network and are run by this very process. A
process that leaves its program's session, or on Windows outlives its parent, may be missed when processes left behind
are looked for.
"""

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

import psutil

from witness.running.variation import Variation

Work = Callable[[Path], Any]
"""A piece of work, called with a new folder; it and its result can be pickled."""
Answer = tuple[Any, Any, str]
"""The owner of a piece of work, its result, and the reason if there is no result."""

LONGEST = 41
"""The longest path of a folder for temporary files, in characters. The path of a socket may have 103 on macOS, 107 on
Linux; the folders of a varied run and of `multiprocessing`, and the name of the socket, take 62 of them.
"""


def temporary() -> str:
    """Return the folder for temporary files; ``/tmp`` if paths of sockets in the usual one might be too long."""
    usual, short = tempfile.gettempdir(), "/tmp"
    return short if len(usual) > LONGEST and os.access(short, os.W_OK) else usual


def ready(files: Iterable[Any], seconds: float) -> list[Any]:
    """Return the `files` (sockets or descriptors) that are readable, waiting at most `seconds` until one is.

    Unlike `select.select`, it isn't limited to descriptors below 1024.
    """
    with selectors.DefaultSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(seconds)]


class Workshop:
    """Does pieces of work, here one at a time. `room` is how many may be under way at once."""

    room: float = 1

    def __init__(self) -> None:
        self._done: list[Answer] = []

    def begin(self, whose: object, work: Work, limit: float) -> None:
        """Begin a piece of work for `whose`. With a keeper, it may take `limit` seconds."""
        with tempfile.TemporaryDirectory(prefix="witness-", dir=temporary(), ignore_cleanup_errors=True) as home:
            self._done.append((whose, work(Path(home)), ""))

    def wait(self) -> list[Answer]:
        """Wait until some of the work has ended, and return its answers."""
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """End the work that is under way, with all processes that it started."""


@dataclass
class Portable:
    """A system other than Linux. On Windows a program can't print to a socket, and prints to a pipe."""

    windows: bool = False
    complete = False
    """Whether every check is possible on this system, once all that the checks need is installed."""

    @property
    def missing(self) -> str:
        """Why examples can't be fully confined and checked here; empty if they can."""
        return "this system doesn't tell which process wrote a line, and gives examples no network of their own"

    @property
    def guarded(self) -> str:
        """Why a process may not inspect others of the same user, as `python -m asyncio ps` does; empty if it may."""
        return "" if self.windows else "this system lets only root inspect another process"

    def prepare(self) -> None:
        """Prepare for running examples, while this process is small."""

    def workshop(self) -> Workshop:
        """Return a workshop in which examples are run."""
        return Workshop()

    def vary(self, variation: Variation, home: Path, hidden: Collection[str]) -> None:
        """Arrange what `variation` says around the programs, other than their environment and folder.

        If the programs have their own view of the files, the `hidden` folders are shown as empty.
        """

    def press(self, program: subprocess.Popen[bytes], key: str) -> None:
        """Do what a terminal does when `key` is pressed: send a signal to the process group of the program."""
        os.killpg(program.pid, {"^C": signal.SIGINT, "^\\": signal.SIGQUIT}[key])

    def attest(self, reader: socket.socket) -> None:
        """Have the system tell the writer of what arrives at `reader`, if it can."""

    def read(self, reader: socket.socket) -> tuple[bytes, int | None]:
        """Return the bytes that arrived at `reader`, and the process that wrote them or None; no bytes at the end."""
        return reader.recv(1 << 16), None

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the environment variables without which no program runs on Windows; elsewhere none."""
        if not self.windows:
            return {}
        return {
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
            "TEMP": str(folder.parent),
            "TMP": str(folder.parent),
            "USERNAME": "user",
            "USERPROFILE": str(folder),
            "WITNESS_TERMINAL": "pipe",  # read by our `sitecustomize`
            "PYTHONUTF8": "1",  # as elsewhere, and the default from 3.15 on
        }

    def processes(self, programs: Collection[subprocess.Popen[bytes]]) -> list[psutil.Process]:
        """Return the running processes of the programs: those of their sessions, or on Windows their descendants."""
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
        """Return whether any process of the programs is running."""
        return bool(self.processes(programs))

    def asleep(self, programs: Collection[subprocess.Popen[bytes]]) -> bool:
        """Return whether it is certain that all processes of the programs wait for something."""
        return False

    def remains(self) -> list[str]:
        """Return what the programs left behind, apart from processes and files in their folder."""
        return []
