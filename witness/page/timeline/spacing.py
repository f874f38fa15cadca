"""Place the events of a timeline, in pixels on a phone.

Time runs from left to right, to scale; but events too close to be told apart are moved apart, at the cost of the rest.
"""

import math
from collections.abc import Sequence
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import pairwise

from witness.page.timeline.arrows import arrows
from witness.page.timeline.words import Words
from witness.tracing.model import Event, Kind, Spot, Trace

PHONE = 320
"""The width of the drawing on a phone, in pixels; what can be told apart there can be told apart everywhere."""
_LABEL = 6.2  # the width of a letter in a label, in pixels
_NAME = 7.3  # the width of a letter in a name
_TICK = 44  # the width that a time on the axis needs
_LABELLED = 0.05  # a wait that takes a smaller part of the run is not made longer for its label


def order(trace: Trace) -> list[Spot]:
    """Return the events in the order of time; at the same time, causes before effects, and lines as they came."""
    keys: dict[Spot, tuple[float, int, int]] = {}
    before: dict[Spot, list[Spot]] = {}
    for (lane, index), event in trace.events.items():
        before[lane, index] = [(lane, index - 1)] if index else []
        printed = max([event.place, *(keys[spot][1] for spot in before[lane, index])])
        keys[lane, index] = event.milliseconds, printed, lane
    for cause, effect, _ in arrows(trace):
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


def layout(words: Words) -> tuple[dict[Spot, float], int]:
    """Return the x coordinate of each event, in the order of time, and the width of the whole."""
    spots = order(words.trace)
    for labels in (True, False):
        rooms = _rooms(words, labels)
        least = max(_spread(words, spots, rooms, 0.0).values())
        if least <= 0.75 * PHONE:
            break
    width = max(PHONE, round(least * 1.05))
    low, high = 0.0, width / max(words.trace.end - words.trace.events[spots[0]].milliseconds, 1e-9)
    for _ in range(40):
        middle = (low + high) / 2
        fits = max(_spread(words, spots, rooms, middle).values()) <= width
        low, high = (middle, high) if fits else (low, middle)
    return _spread(words, spots, rooms, low), width


def _spread(words: Words, spots: list[Spot], rooms: dict[Spot, float], scale: float) -> dict[Spot, float]:
    """Place the events with `scale` pixels for a millisecond, or more where they would touch."""
    xs: dict[Spot, float] = {}
    named = [len(name) * _NAME for name in words.names]  # where the names above each lane end so far
    time = x = 0.0
    for spot in spots:
        (lane, index), event = spot, words.trace.events[spot]
        x += scale * (event.milliseconds - time)
        if index:
            x = max(x, xs[lane, index - 1] + rooms[spot])
        name = words.actors.get(event.place, "")
        if words.strands[lane].get(name) == event.place:
            half = len(name) * _NAME / 2
            x = max(x, named[lane] + _NAME / 2 + half)
            named[lane] = x + half
        time = event.milliseconds
        xs[spot] = x
    return xs


def _rooms(words: Words, labels: bool) -> dict[Spot, float]:
    """Return the least distance, in pixels, of each event from the one before it in its lane."""
    rooms = {}
    for (lane, index), after in words.trace.events.items():
        if before := words.trace.events.get((lane, index - 1)):
            marks = radius(words, before) + radius(words, after)
            rooms[lane, index] = max(3.0, marks + 1)
            if before.kind is Kind.WAIT:
                labelled = labels and after.milliseconds - before.milliseconds >= words.trace.end * _LABELLED
                rooms[lane, index] = max(7.0, marks, breadth(words, before) if labelled else 0.0)
    return rooms


def radius(words: Words, event: Event) -> float:
    """Return half the width of an event's mark, in pixels; only lines have one."""
    return max(7.0, len(words.number(event)) * 3.2 + 3) if event.kind is Kind.LINE else 0.0


def breadth(words: Words, wait: Event) -> float:
    """Return the width, in pixels, that the label of a wait needs."""
    return len(words.label(wait)) * _LABEL + 8


def ticks(trace: Trace, xs: dict[Spot, float], width: int) -> list[tuple[float, float]]:
    """Return round times and their x coordinates: at even steps, and more where time is stretched and there is room."""
    times = [(trace.events[spot].milliseconds, x) for spot, x in xs.items()]
    end = times[-1][0]
    magnitude = math.floor(math.log10(max(end, 1e-3)))
    step = next(step for step in _rounds(magnitude - 1) if end / step <= 6)
    wanted = [0.0, *(step * multiple for multiple in range(1, 7))]
    wanted += [time for power in range(4) for time in _rounds(magnitude - power)]
    found: list[tuple[float, float]] = []
    for time in wanted:
        x = _when(time, times)
        if time <= end and x <= width - 8 and all(abs(x - other) >= _TICK for _, other in found):
            found.append((time, x))
    return sorted(found)


def _when(time: float, times: Sequence[tuple[float, float]]) -> float:
    """Return the x coordinate of a time."""
    for (before, x), (after, end) in pairwise(times):
        if before == time:
            return x
        if before <= time < after:
            return x + (time - before) / (after - before) * (end - x)
    return times[-1][1]


def _rounds(magnitude: int) -> list[float]:
    """Return the round numbers from 10**`magnitude` on."""
    return [factor * 10.0**power for power in (magnitude, magnitude + 1) for factor in (1, 2, 5)]
