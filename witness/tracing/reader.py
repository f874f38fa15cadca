"""Make a trace from the notes of a run."""

import math
from collections.abc import Iterable
from itertools import islice

from witness.language import Result, Run
from witness.tracing.drafts import Draft, Lanes, Moment, gather
from witness.tracing.links import link
from witness.tracing.model import Event, FigureError, Kind, Lane, Trace
from witness.tracing.notes import Print, main_lane
from witness.tracing.output import Lines
from witness.tracing.printed import numbered
from witness.tracing.steps import STEPS, Reading, shorten
from witness.tracing.waits import FOR_END, Wait

LANES, EVENTS = 12, 200
"""The most lanes and events of a figure: with more of them it is not clearer than the program."""


def read(lines: Lines, result: Result, run: Run, python: str) -> tuple[Trace, dict[str, str]]:
    """Return the trace of a legal run on the version `python`, and the names of its lanes by their keys.

    Raises `FigureError` if no figure can show it.
    """
    lanes = gather(lines.notes)
    add_lines(lanes, lines, result, run)
    reading = Reading(lanes, tuple(main_lane(output.main) for output in run.outputs))
    for step in STEPS:
        step(reading)
    link(reading, lines.order)
    shorten(reading)
    named = dict(zip(reading.shown, names(reading, result), strict=True))
    return scale(reading, named.values(), result, python), named


def add_lines(lanes: Lanes, lines: Lines, result: Result, run: Run) -> None:
    """Add to the lanes the lines that they printed, a line from the buffer after the wait during which it was there."""
    printed = enumerate(zip(lines.printed, lines.told, numbered(result, lines.told), strict=True))
    for output in run.outputs:
        now_ns = 0
        for number, (note, line, place) in islice(printed, len(output.lines)):
            assert isinstance(note.record, Print)
            who = lines.who(number)
            lane = lanes[who.lane]
            # The terminal showed the lines in this order, even if the `print` of one began before that of another.
            now_ns = lane.awake(max(now_ns, note.record.since_ns))
            lane.add(Moment(now_ns, Kind.LINE, place=place))
            lane.actors.append(None if line.printer in result.crowds else line.actor)
            lane.jobs.setdefault(who.job, place)


def names(reading: Reading, result: Result) -> list[str]:
    """Return the name of each lane that is shown, as the result file has it, or else as the program has it."""
    names = []
    for lane in reading.each():
        own = _actors(lane)
        actors = own or [actor for other in reading.each() if other.process == lane.process for actor in _actors(other)]
        variable = result.variables.get(actors[0]) if actors else None
        if lane.key in reading.mains:
            terminal = result.terminals[reading.mains.index(lane.key)]
            given = [actor for actor in own if actor != "main"] or [terminal.program]
            name = given[0] if len(reading.mains) > 1 else "main"
        elif variable and variable.is_worker:
            name = f"{{{variable.name}}}"
        elif len(set(actors)) == 1 and (own or lane.is_process):
            name = actors[0]
            if variable and variable.is_process and not lane.is_process:
                name += f" {lane.name}"  # the actor is the process, of which this is one thread or task
        else:
            name = lane.functions[0] if len(set(lane.functions)) == 1 else lane.name or str(lane.kind)
            name = name.replace("{", "{{").replace("}", "}}")  # since `{name}` would be the value of a variable
        names.append(name)
    again = {name for name in names if names.count(name) > 1}
    return [f"{name} {names[: index + 1].count(name)}" if name in again else name for index, name in enumerate(names)]


def _actors(lane: Draft) -> list[str]:
    """Return the names of printers of a lane's lines, each once and without what stands behind a ``/``."""
    return list(dict.fromkeys(actor.partition("/")[0] for actor in lane.actors if actor))


def scale(reading: Reading, names: Iterable[str], result: Result, python: str) -> Trace:
    """Return the trace in milliseconds, each rounded to about a thousandth of the whole.

    A lane that ended after another lane gave up waiting for it ends after that in rounded times, too.
    """
    total = max((reading.last_ns - reading.zero_ns) / 1e6, 1e-3)
    digits = max(0, 3 - math.floor(math.log10(total)))
    index = {key: index for index, key in enumerate(reading.shown)}
    waits = (one for lane in reading.each() for one in lane.waits())
    gone_on = [(wait.about, on.time_ns) for wait, on in waits if wait.what in FOR_END and on.kind is Kind.ON]

    def rounded(time_ns: int) -> float:
        return round((max(time_ns, reading.zero_ns) - reading.zero_ns) / 1e6, digits)

    lanes = []
    for lane, name in zip(reading.each(), names, strict=True):
        events = [Event(rounded(lane.begin_ns), Kind.BEGIN)]
        for moment in lane.moments:
            other = index.get(moment.about, -1) if moment.kind in (Kind.WAIT, Kind.START, Kind.CANCEL) else -1
            what = moment.what
            if what == Wait.TASK and other < 0:  # a task of the library, which is not shown
                what = reading.lanes[moment.about].name if moment.about in reading.lanes else what
            events.append(Event(rounded(moment.time_ns), moment.kind, moment.place, str(what), other, moment.link))
        before = [rounded(time_ns) for key, time_ns in gone_on if key == lane.key and time_ns < lane.end_ns]
        end = max([rounded(lane.end_ns), *(round(other + 10.0**-digits, digits) for other in before)])
        events.append(Event(end, Kind.END))
        lanes.append(Lane(name, lane.kind, tuple(events), tuple(place for job, place in lane.jobs.items() if job)))
    count = sum(len(lane.events) for lane in lanes)
    if len(lanes) > LANES or count > EVENTS:
        raise FigureError(
            f"{result.path}:1: {len(lanes)} processes, threads and tasks with {count} events are too many to draw\n"
            f"Make the program do less: a figure shows at most {LANES} of them and {EVENTS} events"
        )
    return Trace("", python, tuple(lanes))
