"""The arrows of a timeline: from what lets a lane go on to the end of its wait."""

from collections.abc import Iterator
from dataclasses import replace

from witness.tracing.drafts import Draft, Moment
from witness.tracing.model import Kind
from witness.tracing.notes import Note
from witness.tracing.order import HappensBefore
from witness.tracing.steps import Reading
from witness.tracing.waits import FOR_VALUE, Rule, Wait

LINKED = (Wait.AS_COMPLETED, Wait.EVENT, *FOR_VALUE)
"""The waits to which an arrow leads."""


def link(reading: Reading, order: HappensBefore) -> None:
    """Add a SET or PUT wherever a lane lets others go on, and give it and the ends of their waits the same link."""
    ways: dict[tuple[int, str], Moment] = {}
    kinds: dict[int, Kind] = {}
    for origin, lane, wait, on in _ways(reading, order):
        ways.setdefault((origin, lane.key), on)
        kinds.setdefault(origin, Kind.PUT if wait.what in FOR_VALUE else Kind.SET)
    numbers = {origin: number for number, origin in enumerate(sorted(kinds), 1)}
    for (origin, key), on in ways.items():
        moments = reading.lanes[key].moments
        moments[moments.index(on)] = replace(on, link=numbers[origin])
    for origin, number in numbers.items():
        note = order.notes[origin]
        lane = reading.lanes[note.lane]
        time_ns = min(max(note.time_ns, lane.begin_ns), lane.end_ns)  # nothing stands before its begin or after its end
        lane.add(Moment(time_ns, kinds[origin], link=number))


def _ways(reading: Reading, order: HappensBefore) -> Iterator[tuple[int, Draft, Moment, Moment]]:
    """Yield for each arrow the index of the note that it comes from, the lane it leads to, and that lane's wait and ON.

    No arrow leads to a lane that is cancelled during its wait, or from a lane that is itself waiting.
    """
    cancels = [moment for lane in reading.each() for moment in lane.moments if moment.kind is Kind.CANCEL]
    for lane in reading.each():
        cancelled = [moment.time_ns for moment in cancels if moment.about == lane.key]
        for wait, on in lane.waits():
            if wait.what in LINKED and on.kind is Kind.ON:
                origin = _origin(reading, order, lane.key, wait, on)
                meanwhile = any(wait.time_ns <= time_ns <= on.time_ns for time_ns in cancelled)
                if origin is not None and not meanwhile and not _waits(reading, order.notes[origin]):
                    yield origin, lane, wait, on


def _waits(reading: Reading, note: Note) -> bool:
    """Return whether the lane of a note is in a wait at the time of the note."""
    lane = reading.lanes[note.lane]
    since = [moment for moment in lane.moments if moment.time_ns <= note.time_ns]
    return bool(since) and since[-1].kind is Kind.WAIT and note.time_ns < lane.end_ns


def _origin(reading: Reading, order: HappensBefore, key: str, wait: Moment, on: Moment) -> int | None:
    """Return the index of the note by which another lane let the lane `key` go on, or None.

    It is None for a worker of a pool that waits for its next job, which comes from the library.
    """
    if order.jobs[key] and wait.what in FOR_VALUE:
        return None
    until_ns = on.time_ns
    if wait.what == Wait.AS_COMPLETED:  # which future it was is noted afterwards, when its `result()` is called
        later = (moment for moment in reading.lanes[key].moments if moment.time_ns > on.time_ns)
        until_ns = next((m.time_ns for m in later if m.kind is not Kind.ON and m.what != Wait.RESULT), until_ns)
    for place in order.between(key, wait.time_ns, until_ns):
        todo = [before for before, rule in order.edges[place] if rule not in (None, Rule.JOB)]
        met = set(todo)
        for first in todo:  # breadth first, so the nearest cause is found; one in a lane that is not shown is passed
            note = order.notes[first]
            if note.lane in reading.shown:
                # A value may have been put before the wait for it began.
                late = wait.what in FOR_VALUE or note.time_ns > wait.time_ns
                if note.lane != key and late:
                    return first
            else:
                behind = dict.fromkeys(before for before, _ in order.edges[first])
                todo += [before for before in behind if before not in met]
                met.update(behind)
    return None
