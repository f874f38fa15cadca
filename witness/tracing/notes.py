"""The notes that the collector writes while a program runs: a type of record for each kind, and their form in a file.

The key of a lane is ``PID.N`` for a thread (0 is the main one) and ``PID.N/M`` for a task or generator in that thread.
Times are nanoseconds of the monotonic clock, which all processes of a machine share. A token is a text that is the same
in notes that belong together, such as those of the `put` and the `get` of one item of a queue.
"""

import io
import marshal
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

MOST = 20_000
"""The most notes that are ordered: no figure could show more, and no reader could follow it."""


def main_lane(process: object) -> str:
    """Return the key of the main thread of the process with this number."""
    return f"{process}.0"


def main_of(lane: str) -> str:
    """Return the key of the main thread of a lane's process."""
    return main_lane(lane.partition(".")[0])


def thread_of(lane: str) -> str:
    """Return the key of the thread that a lane is, or in which it is a task or generator."""
    return lane.partition("/")[0]


class LaneKind(StrEnum):
    """What a lane is; PROGRAM is the main thread of a program, FORK that of a process that was made by `os.fork`."""

    PROGRAM = "program"
    PROCESS = "process"
    OTHER = "other"
    """A process that noted nothing, since it runs no Python or a Python without the collector."""
    FORK = "fork"
    THREAD = "thread"
    TASK = "task"
    GENERATOR = "generator"
    HUB = "hub"
    """A thread or process of the library that hands on items, which have nothing to do with each other."""


class Begin(NamedTuple):
    """The lane begins."""

    kind: str
    """A `LaneKind`."""
    name: str
    own: bool = False
    """Whether it belongs to the example, not to the library."""


class Forked(NamedTuple):
    """The lane begins as a copy of the lane `parent`, which called `os.fork` at `since_ns`."""

    parent: str
    since_ns: int


class Own(NamedTuple):
    """The lane does the example's work from now on; `function` is the job that it begins as a pool's worker."""

    function: str = ""


class Print(NamedTuple):
    """The lane has printed a line: it began to at `since_ns`, and no part of the line was shown before `shown_ns`."""

    since_ns: int
    text: str
    shown_ns: int = 0


class Waits(NamedTuple):
    """The lane may stop until something happens; `what` is a `waits.Wait`, `lane` the lane that it waits for, if known.

    A task or generator `yields`: it stops by itself, at an `await` or a `yield`, and for the last time at its end.
    """

    what: str
    lane: str = ""
    yields: bool = False


class On(NamedTuple):
    """The lane goes on after a wait; `stopped` is False if the call returned without having stopped it."""

    yields: bool = False
    stopped: bool = True


class Start(NamedTuple):
    """The lane starts the lane `lane`; a process is called `name` until it notes its own. `call` is as in `Gives`."""

    lane: str
    name: str = ""
    call: str = ""


class Cancel(NamedTuple):
    """The lane cancels or terminates the lane `lane`."""

    lane: str


class Gives(NamedTuple):
    """By a `waits.Rule`, the lane lets whoever takes the same token go on; noted before the call that does so.

    `number` is what the rule counts or measures. `call` is where the program makes the call: the file, the first and
    last line, and the first and last column of the expression, as in ``buy.py:12:12:4:17``.
    """

    rule: str
    token: str
    number: float = 0
    call: str = ""


class Takes(NamedTuple):
    """By a `waits.Rule`, the lane goes on, maybe because another lane gave the same token; noted after the call.

    `limit` is after how many seconds the call would have returned without that; None if never. It was had `at_once` if
    it was awaited, and was there, so that its task did not stop.
    """

    rule: str
    token: str
    number: float = 0
    call: str = ""
    limit: float | None = None
    at_once: bool = False


class Clears(NamedTuple):
    """What was given by this rule and token no longer holds, as after `Event.clear`."""

    rule: str
    token: str


class Fresh(NamedTuple):
    """What the lane does next is another job; `source` is the queue of jobs, which it may share with other workers."""

    source: str = ""


class Done(NamedTuple):
    """The event loop that the lane runs has done a step."""


class Unclosed(NamedTuple):
    """An object was lost without having been closed; `what` is the text of Python's `ResourceWarning`."""

    what: str


class Exit(NamedTuple):
    """The program of the process has come to its end; the process may still wait for threads and other processes."""


class End(NamedTuple):
    """The lane has nothing more to do."""


Cause = Gives | Takes | Clears
Record = Begin | Forked | Own | Start | Cancel | Exit | End | Cause | Print | Waits | On | Fresh | Done | Unclosed


class Note(NamedTuple):
    """A record, with the time and the lane of what it tells.

    `step` is what the lane's thread does in one go when it makes the note, if that is known: ``#`` and a number for a
    step of a task, ``!`` and a number for a callback, ``^`` and the number of a signal for its handler.
    """

    time_ns: int
    lane: str
    record: Record
    step: str = ""


_RECORDS = {record.__name__: record for record in Record.__args__}


def write(note: Note) -> bytes:
    """Return a note as bytes for a file, one after the other."""
    time_ns, lane, record, step = note
    plain = [str(value) if isinstance(value, str) else value for value in record]
    return marshal.dumps((time_ns, lane, step, type(record).__name__, plain), 2)


def parse(content: bytes) -> Iterator[Note]:
    """Yield the notes of a file, without a last one that is cut off since its process was killed."""
    file = io.BytesIO(content)
    while file.tell() < len(content):
        try:
            time_ns, lane, step, name, details = marshal.load(file)
        except (EOFError, ValueError):
            return
        yield Note(time_ns, lane, _RECORDS[name](*details), step)
