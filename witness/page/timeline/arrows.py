"""What the arrows of a timeline lead from and to: what lets go, and what goes on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from witness.tracing.model import Kind, Trace
from witness.tracing.waits import FOR_END

Spot = tuple[int, int]
"""The number of a lane and of an event in it."""


def arrows(trace: Trace) -> Iterator[tuple[Spot, Spot, str]]:
    """What lets go, what goes on, and the kind of it."""
    links = {
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
                cause = links[on.link]
                if cause[0] != number:
                    yield cause, (number, index), trace.lanes[cause[0]].events[cause[1]].kind
            elif on.kind is Kind.ON and wait.what in FOR_END and wait.lane >= 0:
                ended = trace.lanes[wait.lane].events
                if wait.milliseconds <= ended[-1].milliseconds <= on.milliseconds:
                    yield (wait.lane, len(ended) - 1), (number, index), "join"
