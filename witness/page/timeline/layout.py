"""Where everything in the drawing of a timeline stands, from a trace; how it is drawn is not known here.

What is horizontal is in pixels on a phone, from left to right as time goes, and as far apart as the time between; but
what is too close to be told apart is moved apart, at the cost of the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import pairwise

from witness.page.timeline.words import Words
from witness.result import Result
from witness.tracing.model import Event, Kind, Lane, Trace
from witness.tracing.waits import FOR_END

PHONE = 320
"""How many pixels wide the drawing is on a phone; what is told apart there is told apart everywhere."""
_TICK = 44
_LABEL = 6.2  # the width of a letter
_LABELLED = 0.05  # a wait of less than this part of the whole is not drawn longer for its label

Spot = tuple[int, int]
"""The number of a lane and of an event in it."""


@dataclass(frozen=True)
class Piece:
    """What a lane does from one event to the next; `label` is what it waits for, which `fits` if it can be written."""

    x: float
    end: float
    colour: int | None
    label: str = ""
    fits: bool = False


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


@dataclass(frozen=True)
class Layout:
    width: int
    ticks: list[tuple[float, float]]
    """Times in milliseconds, and where they stand."""
    rows: list[Row]
    arrows: list[Arrow]


def layout(words: Words, colours: dict[str, int]) -> Layout:
    trace = words.trace
    xs, width = _place(words)
    arrows = [Arrow(a[0], xs[a], b[0], xs[b], kind) for a, b, kind in links(trace)]
    rows = [_row(words, colours, index, xs) for index in range(len(trace.lanes))]
    times = [(trace.lanes[lane].events[index].milliseconds, x) for (lane, index), x in xs.items()]
    return Layout(width, _ticks(times, width), rows, arrows)


def colours(result: Result, trace: Trace | None) -> dict[str, int]:
    """The number of the colour of each actor, as they appear in the result, then of other lanes; all else is 0."""
    found: dict[str, int] = {}
    lines = dict(enumerate(result.lines, 1))
    for line in lines.values():
        if line.actor and line.actor != "main":
            found.setdefault(line.actor, len(found) + 1)
    for lane in trace.lanes[1:] if trace else ():
        actors = {lines[place].actor for place in lane.places} - {None}
        if len(actors) == 1:
            found.setdefault(lane.name, found.get(str(actors.pop()), 0))
        else:
            found.setdefault(lane.name, len(found) + 1)
    return found


def links(trace: Trace) -> Iterator[tuple[Spot, Spot, str]]:
    """What lets go, what goes on, and the kind of it."""
    causes = {
        event.link: (number, index)
        for number, lane in enumerate(trace.lanes)
        for index, event in enumerate(lane.events)
        if event.link and event.kind in (Kind.PUT, Kind.SET)
    }
    for number, lane in enumerate(trace.lanes):
        for index, event in enumerate(lane.events):
            if event.kind is Kind.START:
                yield (number, index), (event.lane, 0), "start"
            elif event.kind is Kind.CANCEL:
                found = trace.lanes[event.lane].events
                later = (place for place, other in enumerate(found) if other.milliseconds > event.milliseconds)
                yield (number, index), (event.lane, next(later, len(found) - 1)), "cancel"
        for index, (wait, on) in enumerate(pairwise(lane.events), 1):
            if on.kind is Kind.ON and on.link:
                cause = causes[on.link]
                if cause[0] != number:
                    yield cause, (number, index), trace.lanes[cause[0]].events[cause[1]].kind
            elif on.kind is Kind.ON and wait.what in FOR_END and wait.lane >= 0:
                ended = trace.lanes[wait.lane].events
                if wait.milliseconds <= ended[-1].milliseconds <= on.milliseconds:
                    yield (wait.lane, len(ended) - 1), (number, index), "join"


def order(trace: Trace) -> list[Spot]:
    """The events in the order of time; at the same time, causes before effects and lines as they came."""
    keys: dict[Spot, tuple[float, int, int]] = {}
    before: dict[Spot, list[Spot]] = {}
    for number, lane in enumerate(trace.lanes):
        printed = 0
        for index, event in enumerate(lane.events):
            printed = max(printed, event.place)
            keys[number, index] = event.milliseconds, printed, number
            before[number, index] = [(number, index - 1)] if index else []
    for cause, effect, _ in links(trace):
        before[effect].append(cause)
    sorter = TopologicalSorter(before)
    sorter.prepare()
    ready: list[tuple[tuple[float, int, int], Spot]] = []
    found = []
    while sorter.is_active():
        for spot in sorter.get_ready():
            heappush(ready, (keys[spot], spot))
        _, first = heappop(ready)
        sorter.done(first)
        found.append(first)
    return found


def _place(words: Words) -> tuple[dict[Spot, float], int]:
    """Where each event stands, in their order, and the width of it all."""
    spots = order(words.trace)
    for labels in (True, False):
        least = _end(_spread(words, spots, 0.0, labels))
        if least <= 0.75 * PHONE:
            break
    width = max(PHONE, round(least * 1.05))
    first, last = (words.trace.lanes[lane].events[index].milliseconds for lane, index in (spots[0], spots[-1]))
    low, high = 0.0, width / max(last - first, 1e-9)
    for _ in range(40):
        middle = (low + high) / 2
        fits = _end(_spread(words, spots, middle, labels)) <= width
        low, high = (middle, high) if fits else (low, middle)
    return _spread(words, spots, low, labels), width


def _end(xs: dict[Spot, float]) -> float:
    return next(reversed(xs.values()))


def _spread(words: Words, spots: list[Spot], scale: float, labels: bool) -> dict[Spot, float]:
    """The events with `scale` pixels a millisecond, or more where they would touch."""
    xs: dict[Spot, float] = {}
    time = x = 0.0
    for lane, index in spots:
        events = words.trace.lanes[lane].events
        x += scale * (events[index].milliseconds - time)
        if index:
            x = max(x, xs[lane, index - 1] + _room(words, events[index - 1], events[index], labels))
        time = events[index].milliseconds
        xs[lane, index] = x
    return xs


def _room(words: Words, before: Event, after: Event, labels: bool) -> float:
    """How many pixels two events of a lane must be apart."""
    marks = _radius(words, before) + _radius(words, after)
    if before.kind is Kind.WAIT:
        labels = labels and after.milliseconds - before.milliseconds >= words.trace.end * _LABELLED
        return max(7.0, _breadth(words, before) if labels else 0, marks)
    return max(3.0, marks + 1)


def _radius(words: Words, event: Event) -> float:
    """Half the width of a mark."""
    return max(7.0, len(words.number(event)) * 3.2 + 3) if event.kind is Kind.LINE else 0.0


def _breadth(words: Words, wait: Event) -> float:
    """How much room its label needs."""
    return len(words.label(wait)) * _LABEL + 8


def _row(words: Words, colours: dict[str, int], number: int, xs: dict[Spot, float]) -> Row:
    lane = words.trace.lanes[number]
    actors = {place: line.actor for place, line in enumerate(words.result.lines, 1)}
    several = lane.name.startswith("{") and len({actors[place] for place in lane.places}) > 1

    def colour(actor: str | None) -> int | None:
        return colours.get(actor or "", 0) if several else None

    pieces, marks = [], []
    heads = {actors[place]: place for place in reversed(lane.places)} if several else {}
    for index, event in enumerate(lane.events):
        x = xs[number, index]
        if event.kind is Kind.LINE:
            actor, last = actors[event.place], event.place in words.last
            head = f"{actor}" if heads.get(actor) == event.place else ""
            mark = Mark(x, _radius(words, event), event.place, words.number(event), last, colour(actor), head)
            marks.append(mark)
        if index < len(lane.events) - 1:
            end = xs[number, index + 1]
            label = words.label(event) if event.kind is Kind.WAIT else ""
            fits = bool(label) and end - x >= _breadth(words, event)
            pieces.append(Piece(x, end, colour(_holder(lane, index, actors)) if several else None, label, fits))
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
