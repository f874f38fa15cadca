"""Note the lines that are printed."""

import sys
from contextlib import suppress
from typing import Any

from ..notes import Print
from .hooks import Hooks
from .notebook import clock_ns, getpid, lane, meanwhile, note, stop

HOOKS = Hooks()
_UNWRITTEN: list[str] = []
"""The lines that stand in a buffer, where the program has asked for one."""
_unfinished: dict[str, list[Any]] = {}
"""By lane, also of other threads: since when it prints which line, and whether that is shown."""
# By their ids: what a type holds that is written in C must not outlive the interpreter.
_FILES = frozenset(map(id, (sys.stdout, sys.stderr)))


@HOOKS.around("io", "TextIOWrapper.write")
def _write(original: Any, self: Any, text: str, /) -> Any:
    if id(self) not in _FILES:
        return original(self, text)
    if lane() not in _unfinished:
        stop(prints=True)
    since_ns = clock_ns()
    written = original(self, text)
    # Several writes make a line, as each argument of `print` is one: between them nothing is noted, or others would
    # come between them more often than they do.
    begun_ns, before, shown = _unfinished.pop(lane(), [since_ns, "", False])
    *whole, rest = (before + text).split("\n")
    for line in whole:
        if self.line_buffering or self.write_through:
            note(Print(begun_ns, line, begun_ns if shown else since_ns))
        else:
            _UNWRITTEN.append(line)
        begun_ns, shown = since_ns, False
    if rest:
        _unfinished[lane()] = [begun_ns, rest, shown]
    return written


@HOOKS.around("io", "TextIOWrapper.flush")
def _flush(original: Any, self: Any, /) -> None:
    original(self)
    if id(self) in _FILES:
        _written()
        for line in [*_unfinished.values()]:
            line[2] = True


def _written() -> None:
    """What stood in a buffer has been written, or is now that the program ends."""
    with suppress(IndexError):  # another thread may write at the same time
        while True:
            note(Print(clock_ns(), _UNWRITTEN.pop(0), clock_ns()))


def end() -> None:
    """The process ends; what Python would write next is written now, while it can still be noted."""
    with suppress(Exception):  # as it is closed, or nobody reads it; Python says so itself
        sys.stdout.flush()
    _written()
    while _unfinished:
        who, (begun_ns, text, shown) = _unfinished.popitem()
        own = who.startswith(f"{getpid()}.")
        if own or not shown:  # else it was only in the buffer of the process that forked this one
            with meanwhile(within=who if own else ""):
                note(Print(begun_ns, text, begun_ns if shown else clock_ns()))
