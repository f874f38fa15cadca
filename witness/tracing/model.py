"""The trace of a run: its lanes, what happened in each of them and when, and what causes the order of its lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from witness.tracing.notes import LaneKind
from witness.tracing.waits import Rule

SHORT = 0.004
"""The part of a whole run up to which a wait counts as none, since its function returned at once."""


class TraceError(Exception):
    """No trace can be recorded of an example; the message says why."""


class FigureError(TraceError):
    """No figure can show a run."""


class IllegalError(TraceError):
    """The result file does not allow a traced run."""


class UnseenError(TraceError):
    """Too little or too much of a run is noted, or noting changes what the program prints."""


class Kind(StrEnum):
    """The kinds of events."""

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
    """Something that happens in a lane, `milliseconds` after the trace begins.

    `place` is the place of a LINE in the result file, from 1; `what` is the name of a WAIT; `lane` is the index of the
    other lane that a WAIT, START or CANCEL is about. A SET or PUT has the same `link` as each ON that it lets happen.
    """

    milliseconds: float
    kind: Kind
    place: int = 0
    what: str = ""
    lane: int = -1
    link: int = 0


def called(name: str, values: Mapping[str, str]) -> str:
    """Return a lane's name with each ``{variable}`` in it replaced by its value, or by its own name if it has none."""
    return re.sub(r"{(\w+)}|{{|}}", lambda part: values.get(part[1], part[1]) if part[1] else part[0][0], name)


@dataclass(frozen=True)
class Lane:
    """A process, thread, task or generator.

    `name` is the name of its actor in the result file, or of the function that it runs; ``{name}`` in it stands for the
    value of a variable. `jobs` is for a worker of a pool: the place of the first line of each job that prints one.
    """

    name: str
    kind: LaneKind
    events: tuple[Event, ...]
    jobs: tuple[int, ...] = ()

    @property
    def places(self) -> list[int]:
        """The places of the lines that it printed."""
        return [event.place for event in self.events if event.kind is Kind.LINE]


class Link(NamedTuple):
    """A step of a cause: by `rule`, the call `give` of the lane `giver` lets the call `take` of the lane `taker` go on.

    The lanes are names, or keys until they are named. A call is its expression without arguments, as `q.put()`; empty
    if the program makes none.
    """

    rule: Rule
    giver: str
    give: str
    taker: str
    take: str


@dataclass(frozen=True)
class Cause:
    """Why the line at the place `after` comes after the line at the place `before` in each run; places are from 1."""

    before: int
    after: int
    links: tuple[Link, ...] = ()


Spot = tuple[int, int]
"""The index of a lane in its trace, and of an event in that lane."""


@dataclass(frozen=True)
class Trace:
    """The lanes of a run on the version `python`, with the `digest` of the program and the printed run.

    `lanes` is empty if a figure can't show them. `causes` tells why lines have the same order in all traced runs,
    without those pairs that one lane prints in this order, or that follow from other pairs; None if nothing is known.
    `locked` has the places of two lines, and of those that a lock keeps from coming between them.
    """

    digest: str
    python: str
    lanes: tuple[Lane, ...]
    causes: tuple[Cause, ...] | None = None
    locked: tuple[tuple[int, ...], ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether there are several lanes to see, with more than lines in them."""
        return len(self.lanes) > 1 and any(event.kind is Kind.BEGIN for event in self.events.values())

    @cached_property
    def events(self) -> dict[Spot, Event]:
        """The event at each spot, lane by lane."""
        return {(lane, index): event for lane, one in enumerate(self.lanes) for index, event in enumerate(one.events)}

    @cached_property
    def lines(self) -> list[Event]:
        """The events that are printed lines, in the order of time; those of one time as in the result file."""
        lines = (event for event in self.events.values() if event.kind is Kind.LINE)
        return sorted(lines, key=lambda line: (line.milliseconds, line.place))

    @property
    def end(self) -> float:
        """The milliseconds of the last event."""
        return max((event.milliseconds for event in self.events.values()), default=0.0)

    @cached_property
    def course(self) -> object:
        """The lanes without their times, to compare runs by what happened in them."""
        return tuple(
            (lane.name, lane.kind, tuple(replace(event, milliseconds=0.0) for event in lane.events))
            for lane in self.lanes
        )

    @property
    def printers(self) -> dict[int, str]:
        """The name of the lane that printed each line, by its place, in the order of the result file."""
        return dict(sorted((place, lane.name) for lane in self.lanes for place in lane.places))
