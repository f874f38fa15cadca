"""Watch the terminals of a run: read their output, type what is due, and end the processes that are left."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psutil

from witness.language import Result, Terminal
from witness.running import keyboard, platform
from witness.running.keyboard import Keyboard
from witness.running.portable import ready
from witness.running.screen import LIMIT, Screen

GRACE = 2.0
"""Seconds that the processes which a program started may outlive it."""
CROWD = 200
"""The most processes that an example may have at once."""
LATE = (
    "it did not end in time; if it waits for what never comes, or came before it waited, mend that; "
    "if it needs longer, set `timeout` in its script block; if it waits for keys, write them into its NAME.out, below "
    "`$ python NAME.py`: a line `PROMPT{name:input=WORDS}`, or the line that it prints before and then a line `^C`"
)


class RunError(Exception):
    """The run must end now, for the reason in the message."""


@dataclass
class Watch:
    """The terminals of a run by `result`, until `deadline` in monotonic time; `tick` counts the rounds of reading."""

    result: Result
    deadline: float
    screens: list[Screen] = field(default_factory=list)
    keyboards: list[Keyboard] = field(default_factory=list)
    tick: int = 0

    def add(self, screen: Screen) -> None:
        """Add a terminal."""
        self.screens.append(screen)
        self.keyboards.append(Keyboard(self.result, screen, self.screens))

    def wait_for(self, terminal: Terminal) -> None:
        """Wait until the line after which `terminal` is opened has been printed. Raises `RunError` if it never is."""
        if terminal.after is None:
            return
        line = self.result.labelled[terminal.after]
        for _ in self._rounds(self.deadline):
            if keyboard.printed(line, self.screens):
                return
        raise RunError(
            self._missing() or f"it never printed line {line.number}, after which `{terminal.command}` starts"
        )

    def to_the_end(self) -> None:
        """Read until all processes have ended, at most `GRACE` seconds after the programs, or raise `RunError`."""
        for _ in self._rounds(self.deadline):
            if self._ended():
                break
        # A process closes its output shortly before it ends.
        if not _until(self._ended, self.deadline):
            raise RunError(self._missing() or LATE)
        deadline = time.monotonic() + GRACE
        for _ in self._rounds(deadline):
            pass
        if missing := self._missing():
            raise RunError(missing)
        _until(lambda: not platform.here.busy(self._programs), deadline)

    def end(self) -> list[str]:
        """Kill all processes that are left, and return a description of each."""
        left: dict[int, str] = {}
        while platform.here.busy(self._programs):
            for process in platform.here.processes(self._programs):
                with contextlib.suppress(psutil.Error):
                    if process.status() != psutil.STATUS_ZOMBIE:
                        left.setdefault(process.pid, f"{process.pid} ({' '.join(process.cmdline())[:80]})")
                    process.kill()
            time.sleep(0.002)
        for screen in self.screens:
            screen.close(self.tick)
        return list(left.values())

    def _rounds(self, deadline: float) -> Iterator[None]:
        """Read and type in rounds until all outputs are closed or the deadline has come.

        A round reads everything that was written by then. So a line that let another come, on whichever terminal, is
        read at most one round after it.
        """
        readers = {screen.reader: screen for screen in self.screens}
        last = look = time.monotonic()
        while readers and (now := time.monotonic()) < deadline:
            if now > look + 0.1:
                look = now
                if len(platform.here.processes(self._programs)) > CROWD:
                    raise RunError(f"it ran too many processes: more than {CROWD} at once")
            readable = ready(readers, 0.05)
            self.tick += 1
            for reader in readable:
                last = time.monotonic()
                if not readers[reader].read(self.tick):
                    del readers[reader]
            if any(screen.full for screen in self.screens):
                raise RunError(f"it printed too much: more than {LIMIT} bytes")
            for board in self.keyboards:
                if board.type(time.monotonic() - last, self.tick):
                    last = time.monotonic()
            yield

    def _missing(self) -> str:
        return next((board.missing for board in self.keyboards if board.missing), "")

    @property
    def _programs(self) -> list[subprocess.Popen[bytes]]:
        return [screen.process for screen in self.screens]

    def _ended(self) -> bool:
        return all(program.poll() is not None for program in self._programs)


def _until(done: Callable[[], bool], deadline: float) -> bool:
    """Wait in growing pauses until `done()` is true or the deadline has come; return whether it is done."""
    pause = 0.0005
    while not (ended := done()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    return ended
