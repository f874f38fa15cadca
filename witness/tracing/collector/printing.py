"""Note the lines that are printed, and print as on a terminal."""

import io
import os
import stat
import sys
from typing import Any

from ..notes import Print
from .hooks import replace
from .notebook import PUSHED, clock_ns, here, lane, note
from .push import nap

_UNWRITTEN: list[str] = []
"""The lines that stand in a buffer, where the program has asked for one."""


def hook() -> None:
    # By their ids: what a type holds that is written in C must not outlive the interpreter.
    files = frozenset(map(id, (sys.stdout, sys.stderr)))
    write, flush = io.TextIOWrapper.write, io.TextIOWrapper.flush

    def _write(self: Any, text: str, /) -> int:
        if id(self) not in files:
            return write(self, text)
        if PUSHED and lane() not in here.unfinished:
            nap(here.lane, prints=True)
        since_ns = clock_ns()
        written = write(self, text)
        # Several writes make a line, as each argument of `print` is one: between them nothing is noted, or others would
        # come between them more often than they do.
        begun_ns, before, shown = here.unfinished.pop(lane(), (since_ns, "", False))
        *whole, rest = (before + text).split("\n")
        for line in whole:
            if self.line_buffering or self.write_through:
                note(Print(begun_ns, line, begun_ns if shown else since_ns))
            else:
                _UNWRITTEN.append(line)
            begun_ns, shown = since_ns, False
        if rest:
            here.unfinished[lane()] = begun_ns, rest, shown
        return written

    def _flush(self: Any, /) -> None:
        flush(self)
        if id(self) in files:
            finish()
            for who, (begun_ns, text, _) in here.unfinished.items():
                here.unfinished[who] = begun_ns, text, True

    replace(io.TextIOWrapper, "write", _write)
    replace(io.TextIOWrapper, "flush", _flush)
    if isinstance(sys.stdout, io.TextIOWrapper) and not _is_pipe(sys.stdout):
        sys.stdout.reconfigure(line_buffering=True)


def _is_pipe(file: io.TextIOWrapper) -> bool:
    """Whether the program made it, to read what this process writes."""
    try:
        return stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
    except OSError:
        return False


def finish() -> None:
    """What stood in a buffer has been written, or is now that the program ends."""
    while _UNWRITTEN:
        note(Print(clock_ns(), _UNWRITTEN.pop(0), clock_ns()))


def end() -> None:
    finish()
    for begun_ns, text, shown in here.unfinished.values():
        note(Print(begun_ns, text, begun_ns if shown else clock_ns()))
