"""A trace: the lanes of a run, what happened in each and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from witness.tracing.notes import LaneKind

SHORT = 0.004
"""What takes less than this part of the whole is no time: a wait, and the function returned at once."""


class TraceError(Exception):
    """An example of which no trace can be recorded; the message says why."""


class Kind(StrEnum):
    """What happens at a moment of a lane."""

    BEGIN = "begin"
    LINE = "line"
    WAIT = "wait"
    ON = "on"
    START = "start"
    CANCEL = "cancel"
    SET = "set"
    PUT = "put"
    END = "end"


@dataclass(frozen=True)
class Event:
    """A moment of a lane, in milliseconds since the first.

    Of a LINE, `place` is that in the result file, from 1; of a WAIT, `what` is its name; `lane` is the number of the
    other lane that it is about. A SET or PUT shares the number `link` with each ON that it lets happen.
    """

    milliseconds: float
    kind: Kind
    place: int = 0
    what: str = ""
    lane: int = -1
    link: int = 0


@dataclass(frozen=True)
class Lane:
    """A process, thread, task or generator.

    `name` is that of the actor, or of the function that it runs; ``{name}`` stands for the value of a variable.
    """

    name: str
    kind: LaneKind
    events: tuple[Event, ...]

    @property
    def places(self) -> list[int]:
        """Those of the lines that it printed."""
        return [event.place for event in self.events if event.kind is Kind.LINE]


@dataclass(frozen=True)
class Trace:
    """The lanes of a run on a version of Python, and the `digest` of the program and the printed run."""

    digest: str
    python: str
    lanes: tuple[Lane, ...]

    @property
    def end(self) -> float:
        return max(lane.events[-1].milliseconds for lane in self.lanes)

    @cached_property
    def course(self) -> object:
        """The trace without its times."""
        return tuple(
            (lane.name, lane.kind, tuple(replace(event, milliseconds=0.0) for event in lane.events))
            for lane in self.lanes
        )

    @property
    def printers(self) -> list[str]:
        """The name of the lane that printed each line, in the order of the result file."""
        found = {place: lane.name for lane in self.lanes for place in lane.places}
        return [found[place] for place in sorted(found)]
