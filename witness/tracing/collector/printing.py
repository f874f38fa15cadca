"""Note the lines that are printed to standard output and standard error."""

import sys
from contextlib import suppress
from typing import Any

from ..notes import Print
from .hooks import Hooks
from .notebook import clock_ns, getpid, here, lane, meanwhile, note, stop

HOOKS = Hooks()
_UNWRITTEN: list[str] = []
"""The lines in a buffer, if the program has asked for one."""
_unfinished: dict[str, list[Any]] = {}
"""The unfinished line of each lane, the last written last: since when it is printed, its text, whether a part of it is
shown already, and when and in which step it was written."""
# By their ids: a reference from a method of a type in C would keep them alive beyond the interpreter.
_FILES = frozenset(map(id, (sys.stdout, sys.stderr)))
_TYPED = id(sys.stdin)


@HOOKS.around("io", "TextIOWrapper.write")
def _write(original: Any, self: Any, text: str, /) -> Any:
    if id(self) not in _FILES:
        return original(self, text)
    if lane() not in _unfinished:
        stop(prints=True)
    since_ns = clock_ns()
    written = original(self, text)
    # A line may take several writes, since `print` makes one for each argument. Between them nothing is noted, or other
    # threads would print in between more often than they do without the collector.
    begun_ns, before, shown, *_ = _unfinished.pop(lane(), [since_ns, "", False])
    *whole, rest = (before + text).split("\n")
    for line in whole:
        if self.line_buffering or self.write_through:
            note(Print(begun_ns, line, begun_ns if shown else since_ns))
        else:
            _UNWRITTEN.append(line)
        begun_ns, shown = since_ns, False
    if rest:
        _unfinished[lane()] = [begun_ns, rest, shown, clock_ns(), here.step]
    return written


@HOOKS.after("io", "TextIOWrapper.readline")
def _readline(line: str, self: Any, *_: Any) -> None:
    """Note the line of a prompt, which ends with the Enter that was typed, even if it is another lane's."""
    who = lane() if lane() in _unfinished else next(reversed(_unfinished), "")
    if id(self) == _TYPED and line.endswith("\n") and who:
        begun_ns, text, shown, at_ns, step = _unfinished.pop(who)
        own = {} if who == lane() else {"within": who, "step": step}
        with meanwhile(**own):
            note(Print(begun_ns, text, begun_ns if shown else clock_ns()), at_ns if own else 0)


@HOOKS.around("io", "TextIOWrapper.flush")
def _flush(original: Any, self: Any, /) -> None:
    original(self)
    if id(self) in _FILES:
        _written()
        for line in [*_unfinished.values()]:
            line[2] = True


def _written() -> None:
    """Note the lines of the buffer, which has just been written."""
    with suppress(IndexError):  # another thread may do so at the same time
        while True:
            note(Print(clock_ns(), _UNWRITTEN.pop(0), clock_ns()))


def end() -> None:
    """Write what is left in the buffer as the process ends, while it can still be noted; Python would do so next."""
    with suppress(Exception):  # it is closed, or nobody reads it: Python will say so itself
        sys.stdout.flush()
    _written()
    while _unfinished:
        who, (begun_ns, text, shown, *_) = _unfinished.popitem()
        own = who.startswith(f"{getpid()}.")
        if own or not shown:  # else the process that forked this one has written it
            with meanwhile(within=who if own else ""):
                note(Print(begun_ns, text, begun_ns if shown else clock_ns()))
