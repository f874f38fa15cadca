"""What a process notes while it runs, a record for each kind of note; the collector writes them, the reader reads them.

A lane is called ``PID.N`` if it is a thread (0 is the main one), ``PID.N/M`` if it is a task or generator in it. Times
are of the clock that all processes of a machine share. A token is a text that is the same for what belongs together.
"""

import io
import marshal
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

MOST = 20_000
"""Of more notes no order is made, as no figure could show it, and no reader could follow it."""


def main_lane(process: object) -> str:
    """The main thread of the process with that number."""
    return f"{process}.0"


def main_of(lane: str) -> str:
    """The main thread of the process of a lane."""
    return main_lane(lane.partition(".")[0])


def thread_of(lane: str) -> str:
    """The thread of a lane, which may be a task or generator in it."""
    return lane.partition("/")[0]


class LaneKind(StrEnum):
    PROGRAM = "program"
    PROCESS = "process"
    OTHER = "other"
    """A process that noted nothing, as no Python runs in it, or one without the collector."""
    FORK = "fork"
    THREAD = "thread"
    TASK = "task"
    GENERATOR = "generator"
    HUB = "hub"
    """A thread of the library, which hands on one thing after another: what it does now is not because of the last."""


class Begin(NamedTuple):
    kind: str
    """A `LaneKind`."""
    name: str


class Forked(NamedTuple):
    """It begins as the copy of another."""

    parent: str
    since_ns: int


class Own(NamedTuple):
    """It is of the example, not of the library; `function` is the one that it now runs, as a job of a pool."""

    function: str = ""


class Print(NamedTuple):
    """It has printed a line; it began to at `since_ns`, but what stood in a buffer was not shown before `shown_ns`."""

    since_ns: int
    text: str
    shown_ns: int = 0


class Waits(NamedTuple):
    """It stops until something happens; `lane` is the one that it waits for.

    A task or generator `yields`: it stops by itself, and at its end does so for the last time.
    """

    what: str
    lane: str = ""
    yields: bool = False


class On(NamedTuple):
    """It goes on, or was never `stopped` by what it might have waited for."""

    yields: bool = False
    stopped: bool = True


class Start(NamedTuple):
    """It starts another; that of a process is known by `name` until it has its own."""

    lane: str
    name: str = ""
    call: str = ""


class Cancel(NamedTuple):
    lane: str


class Gives(NamedTuple):
    """By a rule (`waits.Rule`), it lets who takes the same token go on; noted before it does.

    `number` is what the rule counts or measures, and `call` where the program asks for it: file, lines and columns.
    """

    rule: str
    token: str
    number: float = 0
    call: str = ""


class Takes(NamedTuple):
    """By a rule, it goes on, maybe because another gave; noted after it could.

    With a `limit`, in seconds, it would have gone on after that time as well.
    """

    rule: str
    token: str
    number: float = 0
    call: str = ""
    limit: float | None = None


class Clears(NamedTuple):
    """What was given is so no more."""

    rule: str
    token: str


class Fresh(NamedTuple):
    """What it does next is another job, of those that it shares with whoever takes from the same `source`."""

    source: str = ""


class Runs(NamedTuple):
    """It begins to run an event loop."""

    loop: str


class Done(NamedTuple):
    """The event loop has done a step."""


class Unclosed(NamedTuple):
    """What it had open is gone without having been closed, as Python's warning has it."""

    what: str


class Exit(NamedTuple):
    """Its program is done; it may still wait for threads and processes."""


class End(NamedTuple):
    """It has nothing more to do."""


Record = (
    Begin
    | Forked
    | Own
    | Print
    | Waits
    | On
    | Start
    | Cancel
    | Gives
    | Takes
    | Clears
    | Fresh
    | Runs
    | Done
    | Unclosed
    | Exit
    | End
)


class Note(NamedTuple):
    """`step` is what it is part of that its thread does in one go, if anything is known of that.

    It is ``#`` and a number for a step of a task, whose steps follow each other, and ``!`` and a number for a callback.
    ``^`` and a number is the handler of that signal.
    """

    time_ns: int
    lane: str
    record: Record
    step: str = ""


_RECORDS = {record.__name__: record for record in Record.__args__}


def write(note: Note) -> bytes:
    time_ns, lane, record, step = note
    plain = [str(value) if isinstance(value, str) else value for value in record]
    return marshal.dumps((time_ns, lane, step, type(record).__name__, plain), 2)


def parse(content: bytes) -> Iterator[Note]:
    """The notes in a file; the last one may be cut off, when its process was killed."""
    file = io.BytesIO(content)
    while file.tell() < len(content):
        try:
            time_ns, lane, step, name, details = marshal.load(file)
        except (EOFError, ValueError):
            return
        yield Note(time_ns, lane, _RECORDS[name](*details), step)
