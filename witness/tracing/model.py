"""A trace: the lanes of a run, what happened in each and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from witness.tracing.notes import LaneKind

SHORT = 0.004
"""What takes less than this part of the whole is no time: a wait, and the function returned at once."""


class TraceError(Exception):
    """An example of which no trace can be recorded; the message says why."""


class FigureError(TraceError):
    """A run that no figure can show."""


class IllegalError(TraceError):
    """A traced run that the result does not allow."""


class UnseenError(TraceError):
    """A run of which too little can be noted."""


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


class _Values(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name


def called(name: str, values: Mapping[str, str]) -> str:
    """What a lane is called where variables have these values; one that a result has no more stands for itself."""
    return name.format_map(_Values(values))


@dataclass(frozen=True)
class Lane:
    """A process, thread, task or generator.

    `name` is that of the actor, or of the function that it runs; ``{name}`` stands for the value of a variable. Of a
    worker of a pool, `jobs` are the places of the first lines of each job that it does, but for the first.
    """

    name: str
    kind: LaneKind
    events: tuple[Event, ...]
    jobs: tuple[int, ...] = ()

    @property
    def places(self) -> list[int]:
        """Those of the lines that it printed."""
        return [event.place for event in self.events if event.kind is Kind.LINE]


class Link(NamedTuple):
    """A step from what one lane does to what another goes on to do: a rule, and for each lane its name and call."""

    rule: str
    giver: str
    give: str
    taker: str
    take: str


@dataclass(frozen=True)
class Cause:
    """That a line comes after another in each run, and why; the lines are known by their places, from 1."""

    before: int
    after: int
    links: tuple[Link, ...] = ()


Spot = tuple[int, int]
"""The number of a lane, and of an event in it."""


@dataclass(frozen=True)
class Trace:
    """The lanes of a run on a version of Python, and the `digest` of the program and the printed run.

    It has no lanes if they are too many for a figure. `causes` has the order that its lines have in each run of those
    that were traced, but for the order of each lane, and what follows from others; it is None if nothing is known.
    """

    digest: str
    python: str
    lanes: tuple[Lane, ...]
    causes: tuple[Cause, ...] | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether there is more than one lane to see, and more than lines in them."""
        return len(self.lanes) > 1 and any(event.kind is Kind.BEGIN for event in self.events.values())

    @cached_property
    def events(self) -> dict[Spot, Event]:
        """What happens at each spot, lane by lane."""
        return {(lane, index): event for lane, one in enumerate(self.lanes) for index, event in enumerate(one.events)}

    @cached_property
    def lines(self) -> list[Event]:
        """Those that are printed lines, in the order of time, and at the same time as in the result file."""
        lines = (event for event in self.events.values() if event.kind is Kind.LINE)
        return sorted(lines, key=lambda line: (line.milliseconds, line.place))

    @property
    def end(self) -> float:
        return max((event.milliseconds for event in self.events.values()), default=0.0)

    @cached_property
    def course(self) -> object:
        """The trace without its times."""
        return tuple(
            (lane.name, lane.kind, tuple(replace(event, milliseconds=0.0) for event in lane.events))
            for lane in self.lanes
        )

    @property
    def printers(self) -> dict[int, str]:
        """The name of the lane that printed each line, by its place, in the order of the result file."""
        return dict(sorted((place, lane.name) for lane in self.lanes for place in lane.places))
