"""The file of notes of a process, and what is known of the process and of its threads at the moment."""

import itertools
import os
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from ..notes import MOST, Begin, Note, On, Record, Takes, Waits, main_lane, write
from .behind import BEHIND, fall_behind
from .push import nap

NOTES = Path(__file__).absolute().parents[2]
HOME = Path.cwd()
PUSHED = (NOTES / "push").exists()

try:
    from fcntl import F_DUPFD_CLOEXEC, fcntl
    from resource import RUSAGE_THREAD, getrusage
except ImportError:  # not on Linux, where nothing is noted

    def _stops() -> int:
        return 0
else:
    del sys.modules["fcntl"], sys.modules["resource"]  # a program imports only what it imports

    def _stops() -> int:
        """Return how often this thread has given up its processor of its own accord."""
        return getrusage(RUSAGE_THREAD).ru_nvcsw


# The original functions, before the collector wraps them or a program replaces them.
clock_ns, getpid, write_bytes, close = time.monotonic_ns, os.getpid, os.write, os.close
count = itertools.count(1)


class Process:
    """What is known of this process: its number, its file of notes and how many it has, and who forks it since when."""

    number = notes = -1
    written = 0
    forker = ("", 0)


class Here(threading.local):
    """What is known of this thread at the moment."""

    within = ""  # the lane of the task or generator that runs in it
    step = ""  # the step of a task, a callback or a handler, as in `Note`
    busy = False  # whether it is in a call that is noted as a whole
    runs = False  # whether it is about to run an event loop for a coroutine, which becomes a task
    serves = True  # whether an event loop that it runs is not for a task of its own
    group = 0  # the number of the set of tasks that it cancels in no certain order; 0 for none
    sends = False  # whether it sends a signal to its own process
    late: Any = None  # the token of the future to which it adds a callback, if that future is done already
    handing = False  # whether it lets go of a lock or semaphore of tasks
    limit: float | None = None  # for how many seconds at most it waits in its call

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        vars(self).clear()
        self.lane = main_lane(getpid())
        self.locks: dict[str, list[Note]] = {}  # the unwritten notes that it acquired and released locks, by token
        self.depths = Counter[str]()  # how many times it has each reentrant lock, by token
        self.timers: list[tuple[Any, float]] = []  # the timers that let its task give up, each with its seconds
        self.frames: list[FrameType] = []  # of the generators that run in it, the innermost last


here = Here()


@contextmanager
def meanwhile(**known: Any) -> Iterator[None]:
    """Set attributes of `here` for as long as the context lasts."""
    before = {name: getattr(here, name) for name in known}
    vars(here).update(known)
    try:
        yield
    finally:
        vars(here).update(before)


@contextmanager
def waiting(what: str, lane: str = "") -> Iterator[None]:
    """Note that this thread may stop for the wait `what`, and at the end that it goes on, and whether it did stop.

    It did stop if it gave up its processor: a thread does so of its own accord only to wait (`getrusage(2)`, ru_nvcsw).
    """
    note(Waits(what, lane))
    before = _stops()
    try:
        yield
    finally:
        note(On(stopped=_stops() != before))


_numbered: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()


def stop(prints: bool = False) -> None:
    """Let others overtake this thread, in a run that is pushed or a trial; `prints` if it is about to print a line."""
    if PUSHED:
        nap(here.lane, prints)
    elif BEHIND:
        fall_behind(here.lane, prints)


def note(record: Record, at_ns: int = 0) -> None:
    """Write a note, in a run that is not pushed; `at_ns` is its time if that is not now."""
    if PUSHED or isinstance(record, Begin | Waits):
        stop()
    if PUSHED:
        return
    if here.locks:
        catch_up()
    if isinstance(record, Takes) and record.limit is None:
        record = record._replace(limit=limit())
    keep(noted(record, at_ns))


def noted(record: Record, at_ns: int = 0) -> Note:
    """Return the note of a record for the current lane and step."""
    return Note(at_ns or clock_ns(), lane(), record, here.step)


def limit() -> float | None:
    """Return for how many seconds this thread, or the task in it, waits at most in its call; None if without end."""
    if here.limit is None and here.timers:
        return min((seconds for timer, seconds in here.timers if is_left(timer)), default=None)
    return here.limit


def is_left(timer: Any) -> bool:
    """Return whether the handle of an event loop's timer may still be called."""
    return timer._scheduled and not timer.cancelled()


def catch_up() -> None:
    """Write the notes on locks that this thread has kept back."""
    while here.locks:
        token = next(iter(here.locks))
        for had in here.locks.pop(token):
            keep(had)


def keep(note: Note) -> None:
    if getpid() != Process.number:
        Process.number, Process.written = getpid(), 0
        file = os.open(NOTES / f"{Process.number}.notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        Process.notes = file
        with suppress(OSError):  # the numbers of the program's own files stay as they are, unless it may have few
            Process.notes = fcntl(file, F_DUPFD_CLOEXEC, 1000)
            close(file)
    if Process.written <= MOST:  # one more than `MOST` shows the reader that there were too many
        write_bytes(Process.notes, write(note))
        Process.written += 1


def have_closed(files: Container[Any]) -> None:
    """Open the file of notes anew if it is among the files, given by number, that the program has closed."""
    if Process.notes in files:
        Process.number = -1


def lane() -> str:
    """Return the lane that runs: this thread, or the task or generator in it."""
    return here.within or here.lane


def name(thing: Any) -> str:
    """Return a name that no other object gets, even when this one is gone; in a forked process it is another one."""
    return f"{getpid()} {number(thing)}"


def number(thing: Any) -> int:
    """Return a number that no other object of this process gets; in a forked process it is the same."""
    return _numbered.get(thing) or _numbered.setdefault(thing, next(count))


def idle() -> bool:
    """Return whether this thread is in no call that is noted as a whole."""
    return not here.busy
