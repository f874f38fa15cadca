"""The arrows of a timeline: from an event that lets another lane go on, to the one with which it goes on."""

from collections.abc import Iterator

from witness.tracing.model import Kind, Spot, Trace
from witness.tracing.waits import FOR_END


def arrows(trace: Trace) -> Iterator[tuple[Spot, Spot, str]]:
    """Yield the spot where each arrow begins, the spot where it ends, and its kind."""
    links = {event.link: spot for spot, event in trace.events.items() if event.kind in (Kind.PUT, Kind.SET)}
    # The arrows that end in a lane at an ON are drawn over the ones that begin there.
    for spot, event in sorted(trace.events.items(), key=lambda one: (one[0][0], one[1].kind is Kind.ON)):
        if event.kind is Kind.START:
            yield spot, (event.lane, 0), "start"
        elif event.kind is Kind.CANCEL:
            found = trace.lanes[event.lane].events
            later = (index for index, other in enumerate(found) if other.milliseconds > event.milliseconds)
            yield spot, (event.lane, next(later, len(found) - 1)), "cancel"
        elif event.kind is Kind.ON and event.link:
            yield links[event.link], spot, trace.events[links[event.link]].kind
        elif event.kind is Kind.ON:
            wait = trace.events[spot[0], spot[1] - 1]
            if wait.what in FOR_END and wait.lane >= 0:
                last = wait.lane, len(trace.lanes[wait.lane].events) - 1
                if wait.milliseconds <= trace.events[last].milliseconds <= event.milliseconds:
                    yield last, spot, "join"
