"""Watch the terminals of a run: read what they show, type what is to be typed, and end all that is left."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]

from witness.language import Result, Terminal
from witness.running import keyboard, platform
from witness.running.keyboard import Keyboard
from witness.running.portable import ready
from witness.running.screen import LIMIT, Screen

GRACE = 2.0
"""How many seconds the processes that a program started may outlive it."""
CROWD = 200
"""How many processes an example may have at once."""


class RunError(Exception):
    """The run must end now; the message says why."""


@dataclass
class Watch:
    """The terminals of a run by `result`, until `deadline`; in `tick` rounds all that was written has been read."""

    result: Result | None
    deadline: float
    screens: list[Screen] = field(default_factory=list)
    keyboards: list[Keyboard] = field(default_factory=list)
    tick: int = 0

    def add(self, screen: Screen) -> None:
        """Watch one more terminal."""
        self.screens.append(screen)
        if self.result:
            self.keyboards.append(Keyboard(self.result, screen))

    def wait_for(self, terminal: Terminal) -> None:
        """Wait until the line that `terminal` is started after has been printed."""
        if self.result is None or terminal.after is None:
            return
        line = self.result.labelled[terminal.after]
        for _ in self._rounds(self.deadline):
            if keyboard.printed(line, self.screens):
                return
        raise RunError(
            self._missing() or f"it never printed line {line.number}, after which `{terminal.command}` is to be started"
        )

    def to_the_end(self) -> None:
        """Read until everything has ended, at the latest `GRACE` after the programs themselves."""
        for _ in self._rounds(self.deadline):
            if not self._running():
                break
        # A process closes its output a moment before it has ended.
        pauses = _pauses(self.deadline)
        while self._running():
            if not next(pauses, False):
                late = (
                    "it did not end in time; if it needs longer, say so with `timeout` in its script block; if it "
                    "waits for keys, write them into its result: `PROMPT{name:input=WORDS}`, or `^C` below a line"
                )
                raise RunError(self._missing() or late)
        deadline = time.monotonic() + GRACE
        for _ in self._rounds(deadline):
            pass
        if missing := self._missing():
            raise RunError(missing)
        pauses = _pauses(deadline)
        while self._busy() and next(pauses, False):
            pass

    def end(self) -> list[str]:
        """End every process that is left, and say which they were."""
        left: dict[int, str] = {}
        while self._busy():
            for process in self._processes():
                with contextlib.suppress(psutil.Error):
                    if process.status() != psutil.STATUS_ZOMBIE:
                        left.setdefault(process.pid, f"{process.pid} ({' '.join(process.cmdline())[:80]})")
                    process.kill()
            time.sleep(0.002)
        for screen in self.screens:
            screen.close(self.tick)
        return list(left.values())

    def _rounds(self, deadline: float) -> Iterator[None]:
        """Read and type, round by round, until all have closed their output or the time is over.

        In each round everything is read that was written until then. So if one line let another come, on whichever
        terminals, it was read at the latest in the round after that of the other.
        """
        readers = {screen.reader: screen for screen in self.screens}
        last = look = time.monotonic()
        while readers and (now := time.monotonic()) < deadline:
            if now > look + 0.1:
                look = now
                if len(self._processes()) > CROWD:
                    raise RunError(f"it had more than {CROWD} processes at once")
            readable = ready(readers, 0.05)
            self.tick += 1
            for reader in readable:
                last = time.monotonic()
                if not readers[reader].read(self.tick):
                    del readers[reader]
            if any(screen.full for screen in self.screens):
                raise RunError(f"it printed more than {LIMIT} bytes")
            for board in self.keyboards:
                if board.type(self.screens, time.monotonic() - last, self.tick):
                    last = time.monotonic()
            yield

    def _missing(self) -> str:
        return next((board.missing for board in self.keyboards if board.missing), "")

    def _running(self) -> bool:
        return any(screen.process.poll() is None for screen in self.screens)

    def _processes(self) -> list[psutil.Process]:
        return platform.here.processes([screen.process for screen in self.screens])

    def _busy(self) -> bool:
        return platform.here.busy([screen.process for screen in self.screens])


def _pauses(deadline: float) -> Iterator[bool]:
    """Pause, each time longer, until the deadline."""
    pause = 0.0005
    while time.monotonic() < deadline:
        time.sleep(pause)
        yield True
        pause = min(2 * pause, 0.02)
