"""How far a run has been followed: where each lane of the result file is, and what the printed lines have fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from witness.language.lines import Lane, Line
from witness.language.parts import Computed

Place = tuple[int, int]
"""Where a lane is: at which of its blocks, and how many copies of it are printed."""
START = (0, 0)
Worker = tuple[str, str]
"""A worker by the bounds that all those of its pool have, and its value."""


@dataclass(frozen=True)
class Step:
    """One printed line, or the end of the output (`text` is None), and the round of reading in which it was seen."""

    terminal: int
    text: str | None
    writer: int | None
    tick: int | None = None


class Way(NamedTuple):
    """What a step may be: the next `line` of a lane in that region of its terminal, which brings it to `place`."""

    region: int
    lane: Lane
    line: Line
    place: Place


@dataclass(eq=False)
class State:
    """What the printed lines have fixed so far.

    `regions` is the region that each terminal is in, `places` where each lane of it is. `values` are those of the
    variables, `writers` the process of each printer by terminal, `users` who has which value of a space, `at_work` the
    lane of which each worker printed a line last, `clocks` the last time that each printer told in each shape. `passed`
    has the labels that were printed and when, `awaited` those of other terminals that were waited for before they came.
    `open` are the computed parts whose variables are still to come, each with what was printed for it. Once a step is
    taken, nothing of it is changed any more.
    """

    regions: tuple[int, ...] = ()
    places: dict[Lane, Place] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    writers: dict[tuple[int, str], int] = field(default_factory=dict)
    users: dict[tuple[str, str], str] = field(default_factory=dict)
    at_work: dict[Worker, Lane] = field(default_factory=dict)
    clocks: dict[tuple[int, str, str], datetime] = field(default_factory=dict)
    passed: dict[str, int | None] = field(default_factory=dict)
    awaited: dict[str, int] = field(default_factory=dict)
    open: tuple[tuple[Computed, str], ...] = ()

    def then(self, terminal: int, way: Way) -> State:
        """Another one, in which that terminal has gone that way, to be added to."""
        regions = tuple(way.region if index == terminal else at for index, at in enumerate(self.regions))
        return State(
            regions,
            self.places | {way.lane: way.place},
            self.values.copy(),
            self.writers.copy(),
            self.users.copy(),
            self.at_work,
            self.clocks.copy(),
            self.passed.copy(),
            self.awaited.copy(),
        )

    def at(self, lane: Lane) -> Place:
        return self.places.get(lane, START)

    def is_done(self, lane: Lane) -> bool:
        """Whether a lane may print nothing more."""
        block, copies = self.at(lane)
        rest = lane.blocks[block:]
        return all(copies * (one is rest[0]) >= one.low for one in rest)


def options(lane: Lane, place: Place) -> Iterator[tuple[Line, Place]]:
    """The lines that a lane may print next, each with the place that it is at then."""
    at, copies = place
    for number, block in enumerate(lane.blocks[at:], at):
        counted = copies + 1 if block.high is not None else min(copies + 1, block.low)  # beyond that nothing counts
        yield block.line, (number + 1, 0) if copies + 1 == block.high else (number, counted)
        if copies < block.low:
            return
        copies = 0
