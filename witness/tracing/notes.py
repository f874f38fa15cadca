"""What a process notes while it runs, a record for each kind of note; the collector writes them, the reader reads them.

A lane is called ``PID.N`` if it is a thread (0 is the main one), ``PID.N/M`` if it is a task or generator in it. Times
are of the clock that all processes of a machine share. A token is a text that is the same for what belongs together.
"""

import ast
from enum import StrEnum
from typing import NamedTuple


class LaneKind(StrEnum):
    PROGRAM = "program"
    PROCESS = "process"
    FORK = "fork"
    THREAD = "thread"
    TASK = "task"
    GENERATOR = "generator"

    __repr__ = str.__repr__  # as it stands in a note


class Begin(NamedTuple):
    kind: LaneKind
    name: str


class Forked(NamedTuple):
    """It begins as the copy of another."""

    parent: str
    since_ns: int


class Own(NamedTuple):
    """It is of the example, not of the library; `job` is the function that it now runs."""

    job: str = ""


class Print(NamedTuple):
    """It has printed a line; it began to at `since_ns`."""

    since_ns: int
    text: str


class Waits(NamedTuple):
    """It stops until something happens; `lane` is the one that it waits for.

    A task or generator `yields`: it stops by itself, and at its end does so for the last time.
    """

    what: str
    lane: str = ""
    yields: bool = False


class On(NamedTuple):
    """It goes on; `token` is that of the `Set` or `Put` that it waited for, or ALIVE."""

    token: str = ""
    yields: bool = False


class Start(NamedTuple):
    """It starts another; that of a process is known by `name` until it has its own."""

    lane: str
    name: str = ""


class Cancel(NamedTuple):
    lane: str


class Set(NamedTuple):
    """It sets an event, which the `On` of each that waits for it knows by the same token."""

    token: str


class Put(NamedTuple):
    """It puts a value into a queue or a pipe, which the `On` of the one that gets it knows by the same token."""

    token: str


class Exit(NamedTuple):
    """Its program is done; it may still wait for threads and processes."""


class End(NamedTuple):
    """It has nothing more to do."""


Record = Begin | Forked | Own | Print | Waits | On | Start | Cancel | Set | Put | Exit | End


class Note(NamedTuple):
    time_ns: int
    lane: str
    record: Record


ALIVE = "alive"
"""The token of a wait for the end of a process that has not ended."""
_RECORDS = {record.__name__: record for record in Record.__args__}


def write(note: Note) -> str:
    return f"{(note.time_ns, note.lane, type(note.record).__name__, *note.record)!r}\n"


def parse(line: str) -> Note:
    time_ns, lane, name, *details = ast.literal_eval(line)
    record = _RECORDS[name](*details)
    return Note(time_ns, lane, record._replace(kind=LaneKind(record.kind)) if isinstance(record, Begin) else record)
