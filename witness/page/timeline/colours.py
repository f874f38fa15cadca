"""Which colour who printed a line has, in a result and in its timeline."""

from __future__ import annotations

from witness.language import Result
from witness.page.words import names
from witness.tracing.model import Kind, Lane, Trace

COLOURS = 6  # in docs/assets/witness.css; more lanes than that share them


def colours(result: Result, trace: Trace | None) -> dict[str, int]:
    """The number of the colour of each actor, as they appear in the result, then of other lanes; all else is 0."""
    found: dict[str, int] = {}
    actors = names(result)
    for actor in actors.values():
        if actor and actor != "main":
            found.setdefault(actor, len(found) % COLOURS + 1)
    for lane in trace.lanes[1:] if trace else ():
        printers = {actors[place] for place in lane.places} - {""}
        colour = found.get(printers.pop(), 0) if len(printers) == 1 else len(found) % COLOURS + 1
        found.setdefault(lane.name, colour)
    return found


def holder(lane: Lane, index: int, actors: dict[int, str]) -> str:
    """Who has the lane between an event and the next, where several have it by turns; nobody if it waits."""
    before = [actors[event.place] for event in lane.events[: index + 1] if event.kind is Kind.LINE]
    after = [actors[event.place] for event in lane.events[index + 1 :] if event.kind is Kind.LINE]
    if before and after and before[-1] == after[0]:
        return after[0]
    if lane.events[index].kind is Kind.LINE:
        return before[-1]
    return "" if lane.events[index].kind is Kind.WAIT or not after else after[0]
