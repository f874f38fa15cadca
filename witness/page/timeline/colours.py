"""The colours of printers, in a result and in its timeline."""

from witness.language import Result
from witness.page.words import names
from witness.tracing.model import Kind, Lane, Trace

COLOURS = 6  # as in docs/assets/witness.css; further lanes share them


def colours(result: Result, trace: Trace | None) -> dict[str, int]:
    """Return the number of each colour: of actors as they appear in the result, then other lanes; 0 for `main`."""
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
    """Return the actor that has a shared lane from event `index` to the next, or "" while the lane waits."""
    before = [actors[event.place] for event in lane.events[: index + 1] if event.kind is Kind.LINE]
    after = [actors[event.place] for event in lane.events[index + 1 :] if event.kind is Kind.LINE]
    if before and after and before[-1] == after[0]:
        return after[0]
    if lane.events[index].kind is Kind.LINE:
        return before[-1]
    return "" if lane.events[index].kind is Kind.WAIT or not after else after[0]
