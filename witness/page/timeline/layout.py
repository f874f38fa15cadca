"""What there is in the drawing of a timeline, and where it stands; how it is drawn is not known here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from witness.language import Result
from witness.page.timeline.arrows import Spot, arrows
from witness.page.timeline.lit import Lit, lit
from witness.page.timeline.spacing import breadth, place, radius
from witness.page.timeline.words import Words
from witness.page.why import Reason
from witness.tracing.model import Kind, Lane, Trace

COLOURS = 6  # in docs/assets/witness.css; more lanes than that share them
_TICK = 44  # the room that a time needs


Numbers = tuple[int, ...]
"""Those of the reasons for which it lights up."""


@dataclass(frozen=True)
class Piece:
    """What a lane does from one event to the next; `label` is what it waits for, which `fits` if it can be written."""

    x: float
    end: float
    colour: int | None
    label: str = ""
    fits: bool = False
    why: Numbers = ()


@dataclass(frozen=True)
class Mark:
    """A printed line, or `several`; `head` is the name of who has the lane from here on."""

    x: float
    radius: float
    place: int
    number: str
    several: bool
    colour: int | None
    head: str
    why: Numbers = ()


@dataclass(frozen=True)
class Row:
    """A lane. Where several have it one after the other, each piece and mark has a colour of its own."""

    name: str
    colour: int
    pieces: list[Piece]
    marks: list[Mark]


@dataclass(frozen=True)
class Arrow:
    """From what lets go to what goes on."""

    lane: int
    x: float
    to: int
    end: float
    kind: str
    why: Numbers = ()


@dataclass(frozen=True)
class Layout:
    width: int
    ticks: list[tuple[float, float]]
    """Times in milliseconds, and where they stand."""
    rows: list[Row]
    arrows: list[Arrow]
    steps: list[Arrow]
    """Those of the chains that say why for which there is no arrow."""


def layout(words: Words, colours: dict[str, int], reasons: Sequence[Reason] = ()) -> Layout:
    trace = words.trace
    xs, width = place(words)
    marks = {
        place: (number, index)
        for number, lane in enumerate(trace.lanes)
        for index, event in enumerate(lane.events)
        if event.kind is Kind.LINE
        for place in range(event.place, words.last.get(event.place, event.place) + 1)
    }
    shown = lit(trace, reasons, marks, {spot: rank for rank, spot in enumerate(xs)})
    found = [Arrow(a[0], xs[a], b[0], xs[b], kind, _numbers(shown.arrows[a, b])) for a, b, kind in arrows(trace)]
    steps = [Arrow(a[0], xs[a], b[0], xs[b], "why", (number,)) for number, a, b in dict.fromkeys(shown.gaps)]
    rows = [_row(words, colours, index, xs, shown) for index in range(len(trace.lanes))]
    times = [(trace.lanes[lane].events[index].milliseconds, x) for (lane, index), x in xs.items()]
    return Layout(width, _ticks(times, width), rows, found, steps)


def _numbers(numbers: Sequence[int]) -> Numbers:
    return tuple(dict.fromkeys(numbers))


def colours(result: Result, trace: Trace | None) -> dict[str, int]:
    """The number of the colour of each actor, as they appear in the result, then of other lanes; all else is 0."""
    found: dict[str, int] = {}
    lines = dict(enumerate(result.lines, 1))
    for line in lines.values():
        actor = (line.actor or "").removesuffix("/")
        if actor and actor != "main":
            found.setdefault(actor, len(found) % COLOURS + 1)
    for lane in trace.lanes[1:] if trace else ():
        actors = {lines[place].actor for place in lane.places} - {None}
        if len(actors) == 1:
            found.setdefault(lane.name, found.get(str(actors.pop()), 0))
        else:
            found.setdefault(lane.name, len(found) % COLOURS + 1)
    return found


def _row(words: Words, colours: dict[str, int], number: int, xs: dict[Spot, float], shown: Lit) -> Row:
    lane = words.trace.lanes[number]
    actors = {place: line.actor for place, line in enumerate(words.result.lines, 1)}
    own = {actors[place] for place in lane.places}
    several = len(own) > 1 and bool(
        lane.jobs or lane.name.startswith("{") or any(actor and "/" in actor for actor in own)
    )

    def colour(actor: str | None) -> int | None:
        return colours.get((actor or "").removesuffix("/"), 0) if several else None

    pieces, marks = [], []
    heads = {actors[place]: place for place in reversed(lane.places)} if several else {}
    for index, event in enumerate(lane.events):
        x, why = xs[number, index], _numbers(shown.spots[number, index])
        if event.kind is Kind.LINE:
            actor, last = actors[event.place], event.place in words.last
            head = f"{actor}" if heads.get(actor) == event.place else ""
            mark = Mark(x, radius(words, event), event.place, words.number(event), last, colour(actor), head, why)
            marks.append(mark)
        if index < len(lane.events) - 1:
            end = xs[number, index + 1]
            label = words.label(event) if event.kind is Kind.WAIT else ""
            fits = bool(label) and end - x >= breadth(words, event)
            pieces.append(Piece(x, end, colour(_holder(lane, index, actors)) if several else None, label, fits, why))
    return Row(words.names[number], 0 if several else colours.get(lane.name, 0), pieces, marks)


def _holder(lane: Lane, index: int, actors: dict[int, str | None]) -> str | None:
    """Who has the lane between an event and the next, where several have it one after the other."""
    before = [actors[event.place] for event in lane.events[: index + 1] if event.kind is Kind.LINE]
    after = [actors[event.place] for event in lane.events[index + 1 :] if event.kind is Kind.LINE]
    if before and after and before[-1] == after[0]:
        return after[0]
    if lane.events[index].kind is Kind.LINE:
        return before[-1]
    return None if lane.events[index].kind is Kind.WAIT or not after else after[0]


def _ticks(times: list[tuple[float, float]], width: int) -> list[tuple[float, float]]:
    """Round times and where they stand: evenly, and where time is drawn apart as many more as there is room for."""
    end = times[-1][0]
    magnitude = math.floor(math.log10(max(end, 1e-3)))
    step = next(step for step in _rounds(magnitude - 1) if end / step <= 6)
    wanted = [0.0, *(step * multiple for multiple in range(1, 7))]
    wanted += [time for power in range(4) for time in _rounds(magnitude - power)]
    ticks: list[tuple[float, float]] = []
    for time in wanted:
        x = _when(time, times)
        if time <= end and x <= width - 8 and all(abs(x - other) >= _TICK for _, other in ticks):
            ticks.append((time, x))
    if len(ticks) == 1:  # all of it is drawn apart
        ticks += [(float(f"{time:.3g}"), x) for time, x in times if _TICK <= x <= width - 8][-1:]
    return sorted(ticks)


def _when(time: float, times: list[tuple[float, float]]) -> float:
    """Where a time stands."""
    for (before, x), (after, end) in pairwise(times):
        if before == time:
            return x
        if before <= time < after:
            return x + (time - before) / (after - before) * (end - x)
    return times[-1][1]


def _rounds(magnitude: int) -> list[float]:
    """Round numbers from 10**`magnitude` on."""
    return [factor * 10.0**power for power in (magnitude, magnitude + 1) for factor in (1, 2, 5)]
