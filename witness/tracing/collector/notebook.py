"""What is known of each process and thread, and the file that all that it does is noted in."""

import itertools
import os
import sys
import threading
import time
import weakref
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from ..notes import MOST, Begin, Note, On, Record, Takes, Waits, write
from .behind import BEHIND, fall_behind
from .push import nap

NOTES = Path(__file__).absolute().parents[2]
HOME = Path.cwd()
PUSHED = (NOTES / "push").exists()

try:
    from resource import RUSAGE_THREAD, getrusage
except ImportError:  # on no Linux, where nothing is noted

    def _stops() -> int:
        return 0
else:
    del sys.modules["resource"]  # a program imports only what it imports

    def _stops() -> int:
        """How often this thread has given up its processor."""
        return getrusage(RUSAGE_THREAD).ru_nvcsw


# As they are before any of this, and whatever a program puts in their place.
clock_ns, getpid, write_bytes = time.monotonic_ns, os.getpid, os.write
count = itertools.count(1)


class Process:
    """What is known of this process: its number, the file of its notes, which lane forks it and since when."""

    number = notes = -1
    written = 0
    forker = ("", 0)


class Here(threading.local):
    """What is known of this thread: its lane, the task or generator in it, whether it is in a call noted as a whole."""

    within = ""
    step = ""  # of a task, a callback or the handler of a signal, as in `Note`
    busy = False
    shares = False  # its jobs with other threads of a pool
    delay: float | None = None  # of a timer that is being set
    runs = False  # an event loop for something, of which it makes a task
    serves = True  # an event loop that it runs for no task of its own
    group = 0  # of what an event loop is told in no order
    sends = False  # a signal to itself
    late: Any = None  # the future that was done before someone asked what became of it
    handing = False  # whether it lets go of a lock of an event loop
    queues = False  # whether it is in what a queue does to put or get
    limit: float | None = None  # for how many seconds at most it waits in the call in which it is

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        vars(self).clear()
        self.lane = f"{getpid()}.0"
        self.locks: dict[str, list[Note]] = {}  # that it has had since it last noted anything: acquired, and released
        self.depths: dict[str, int] = {}  # of locks that it has several times over
        self.timers: list[tuple[Any, float]] = []  # that let its task go on, and after how many seconds
        self.frames: list[FrameType] = []  # of the generator that runs, the innermost last


here = Here()


@contextmanager
def meanwhile(**known: Any) -> Iterator[None]:
    """Let something else be known of this thread, until what is done in it has ended."""
    before = {name: getattr(here, name) for name in known}
    vars(here).update(known)
    try:
        yield
    finally:
        vars(here).update(before)


@contextmanager
def waiting(what: str, lane: str = "") -> Iterator[None]:
    """Note that this thread may stop, for what and for which lane, and then that it goes on, and whether it did stop.

    It did if it has given up its processor: a thread does so of its own accord only to wait (`getrusage(2)`, ru_nvcsw).
    """
    note(Waits(what, lane))
    before = _stops()
    try:
        yield
    finally:
        note(On(stopped=_stops() != before))


_numbered: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()


def stop(prints: bool = False) -> None:
    """Let others overtake this thread, in a run where they are to; `prints` if it is about to print a line."""
    if PUSHED:
        nap(here.lane, prints)
    elif BEHIND:
        fall_behind(here.lane)


def note(record: Record, at_ns: int = 0) -> None:
    """Note what happens, but in a run that is pushed."""
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
    return Note(at_ns or clock_ns(), lane(), record, here.step)


def limit() -> float | None:
    """For how many seconds this thread waits at most in what it does."""
    if here.limit is None and here.timers:
        return min((seconds for timer, seconds in here.timers if not timer.cancelled()), default=None)
    return here.limit


def catch_up() -> None:
    """Note which locks this thread has had."""
    while here.locks:
        token = next(iter(here.locks))
        for had in here.locks.pop(token):
            keep(had)


def keep(note: Note) -> None:
    if getpid() != Process.number:
        Process.number, Process.written = getpid(), 0
        Process.notes = os.open(NOTES / f"{Process.number}.notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    if Process.written <= MOST:  # one more shows that there were too many
        write_bytes(Process.notes, write(note))
        Process.written += 1


def have_closed(files: Container[Any]) -> None:
    """The program has closed files by their numbers, maybe also that of the notes, whose number another may get."""
    if Process.notes in files:
        Process.number = -1


def lane() -> str:
    return here.within or here.lane


def name(thing: Any) -> str:
    """A name that nothing else has, also when it is gone; that of its copy in a process that is forked is another."""
    return f"{getpid()} {number(thing)}"


def number(thing: Any) -> int:
    return _numbered.get(thing) or _numbered.setdefault(thing, next(count))


def idle() -> bool:
    """Whether no call is noted as a whole."""
    return not here.busy
