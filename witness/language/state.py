"""The state of the search: the position in each lane of the result file, and what the printed lines have fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from witness.language.lines import Lane, Line
from witness.language.parts import Computed

Place = tuple[int, int]
"""The position in a lane: the index of the current block, and how many of its copies were printed."""
START = (0, 0)
Worker = tuple[str, str]
"""A worker: the bounds that are common to its pool, and its value."""


@dataclass(frozen=True)
class Step:
    """A printed line, or the end of an output if `text` is None; `tick` is the round of reading that saw it."""

    terminal: int
    text: str | None
    writer: int | None
    tick: int | None = None


class Way(NamedTuple):
    """A candidate for a step: the next `line` of a lane in `region`, which moves the lane to `place`."""

    region: int
    lane: Lane
    line: Line
    place: Place


@dataclass(eq=False)
class State:
    """What the printed lines have fixed so far.

    `regions` are the current regions of the terminals, `places` the positions in the lanes. `values` are the variables'
    values, `writers` the process of each printer, by terminal and name, `users` the owner of each value in a space. For
    each worker, `at_work` has the lane of which it printed a line last; for each printer and shape of a time, `clocks`
    has the latest time told. `passed` has the labels whose lines were printed, `awaited` the labels of other terminals
    that were waited for before they came, each with its tick. `holders` has the last line with each lock, and the last
    one of each terminal by its number. `open` are the computed parts whose variables are not all known, each with its
    printed text. The state after a step is never changed again.
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
    holders: dict[str, Line] = field(default_factory=dict)
    open: tuple[tuple[Computed, str], ...] = ()

    def then(self, terminal: int, way: Way) -> State:
        """Return a copy of the state in which `terminal` has gone `way`; the caller adds to it."""
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
            self.holders,
            self.open,
        )

    def at(self, lane: Lane) -> Place:
        return self.places.get(lane, START)

    def is_done(self, lane: Lane) -> bool:
        """Return whether the lane needs to print nothing more."""
        block, copies = self.at(lane)
        rest = lane.blocks[block:]
        return all(copies * (one is rest[0]) >= one.low for one in rest)


def options(lane: Lane, place: Place) -> Iterator[tuple[Line, Place]]:
    """Yield the lines that may come next in a lane at `place`, each with the place after it."""
    at, copies = place
    for number, block in enumerate(lane.blocks[at:], at):
        counted = copies + 1 if block.high is not None else min(copies + 1, block.low)  # more make no difference
        yield block.line, (number + 1, 0) if copies + 1 == block.high else (number, counted)
        if copies < block.low:
            return
        copies = 0
