"""Check that what is kept of an example can be true: counts add up, versions exist, the timeline fits the printed run.

The checksum (`evidence.py`) refuses an edit by hand. This refuses what no recording would write, even with a right
checksum. Whether the program really behaves so, only fresh runs can tell: `tests/test_fresh.py`.
"""

import re
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from math import prod

from witness.examples import Example
from witness.language import Result, orders
from witness.recording.evidence import Evidence, Observation, Seen, orders_seen, path
from witness.running.interpreters import Interpreter, unfit
from witness.tracing.model import Event, Kind, Trace

PYTHONS = ("3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t", "3.15", "3.15t")
"""The versions that the examples are for; `t` marks a free-threaded build."""
REPEATED = 10_000
"""More runs than anyone repeats an example."""
_RELEASES = 30
"""More maintenance releases than any version of CPython has."""

_VERSION = re.compile(r"(3\.[0-9]+)\.(0|[1-9][0-9]*)(t?)")


def doubts(example: Example, result: Result, known: Evidence) -> list[str]:
    """Return what can't be true of the `known` evidence, each with its line in the file beside the result."""
    file = path(example)
    lines = file.read_text().splitlines() if file.exists() else []

    def at(section: str) -> int:
        return next((number for number, line in enumerate(lines, 1) if line.startswith(f'  "{section}":')), 1)

    found = {
        "observation": _counted(example, result, known.observation, known.seen) if known.observation else (),
        "seen": _kept(example, known.seen) if known.seen else (),
        "trace": _drawn(example, result, known.trace) if known.trace else (),
    }
    wrong = [(at(section), text) for section, texts in found.items() for text in texts]
    how = f"restore it with `git checkout {file}`, or delete it and record again"
    return [f"{file}:{line}: {text}; no recording writes this: {how}" for line, text in wrong]


def _counted(example: Example, result: Result, seen: Observation, kept: Seen | None) -> Iterator[str]:
    """Yield what is wrong with the counts of an observation."""
    if not 0 < seen.runs <= REPEATED:
        yield f"{seen.runs} runs"
    if not 0 < seen.orders <= seen.runs:
        yield f"{seen.runs} runs in {seen.orders} orders"
    possible = [orders(terminal) for terminal in result.terminals]
    if None not in possible and seen.orders > prod(filter(None, possible)):
        yield f"{seen.orders} orders, but the result allows {prod(filter(None, possible))}"
    if not 0 < len(set(seen.pythons)) == len(seen.pythons) <= seen.runs:
        yield f"{seen.runs} runs on Python {', '.join(seen.pythons) or '(no version)'}"
    for python in seen.pythons:
        yield from _version(example, python)
    if kept:
        if kept.times != seen.runs:
            yield f"{seen.runs} runs, but the kept ones are from {kept.times}"
        if len(found := orders_seen(result, kept)) > seen.orders:
            yield f"{seen.orders} orders, but {len(found)} of them are kept"
        counts = [{order.count for order in alike} for alike in found.values()]
        if any(len(each) > 1 for each in counts) or sum(map(max, counts)) > kept.times:
            yield f"{' + '.join(str(count) for each in counts for count in sorted(each))} of {kept.times} runs"
        for python in sorted({sight.python for sight in kept.runs if sight.count}.difference(seen.pythons)):
            yield f"no run on Python {python}, but a run on it is kept"


def _kept(example: Example, seen: Seen) -> Iterator[str]:
    """Yield what is wrong with the kept runs, apart from whether they are legal."""
    for python in dict.fromkeys(sight.python for sight in seen.runs):
        yield from _version(example, python)
    for sight in seen.runs:
        if sight.count < 0 or any(output.ticks and len(output.ticks) != len(output.lines) for output in sight.outputs):
            yield "a kept run with a negative count, or without one tick for each line"


def _version(example: Example, python: str) -> Iterator[str]:
    found = _VERSION.fullmatch(python)
    if not found or f"{found[1]}{found[3]}" not in PYTHONS or int(found[2]) >= _RELEASES:
        yield f"there is no supported Python {python}"
    elif reason := unfit(example, Interpreter("", python, ())):
        yield reason.partition(";")[0]


def _drawn(example: Example, result: Result, trace: Trace) -> Iterator[str]:
    """Yield what is wrong with the timeline and the causes."""
    yield from _version(example, trace.python)
    yield from _causes(result, trace)
    if not trace.lanes:
        return
    printed = [place for place, line in result.placed.items() if not line.key]
    places = [line.place for line in trace.lines]
    if (places if len(result.terminals) == 1 else sorted(places)) != printed:
        yield "the timeline does not have the lines of the result in their order"
    if len({lane.name for lane in trace.lanes}) != len(trace.lanes):
        yield "two rows of the timeline with the same name"
    if any(not set(lane.jobs) <= set(lane.places) for lane in trace.lanes):
        yield "a job that prints no line of its worker"
    if not trace.is_drawn:
        return
    for lane in trace.lanes:
        if not _is_whole(lane.events, len(trace.lanes)):
            yield f"{lane.name} does not begin, wait, go on and end in this order"
            return
    if trace.end > 1000 * example.settings.timeout:
        yield f"a run of {trace.end:g} ms, more than the program's timeout allows"
    yield from _arrows(trace)


def _is_whole(events: Sequence[Event], lanes: int) -> bool:
    kinds = [event.kind for event in events]
    return (
        kinds[:1] + kinds[-1:] == [Kind.BEGIN, Kind.END]
        and not {Kind.BEGIN, Kind.END} & set(kinds[1:-1])
        and events[0].milliseconds >= 0
        and all(one.milliseconds <= other.milliseconds for one, other in pairwise(events))
        and all((one is Kind.WAIT) == (other is Kind.ON) or other is Kind.END for one, other in pairwise(kinds))
        and all(-1 <= event.lane < lanes and bool(event.what) == (event.kind is Kind.WAIT) for event in events)
    )


def _arrows(trace: Trace) -> Iterator[str]:
    """Yield what is wrong with the arrows between lanes: each has two ends, and leads forward in time."""
    events = trace.events.values()
    lets = {event.link: event for event in events if event.link and event.kind in (Kind.PUT, Kind.SET)}
    goes = [event for event in events if event.link and event.kind is Kind.ON]
    if lets.keys() != {event.link for event in goes}:
        yield "an arrow with only one end"
    elif any(lets[event.link].milliseconds > event.milliseconds for event in goes):
        yield "an arrow that leads back in time"
    for event in events:
        if event.kind is Kind.START and event.milliseconds > trace.lanes[event.lane].events[0].milliseconds:
            yield f"{trace.lanes[event.lane].name} begins before it is started"


def _causes(result: Result, trace: Trace) -> Iterator[str]:
    """Yield what is wrong with the causes: each leads from the printer of a line to that of a later one, by lanes."""
    came = {line.place: order for order, line in enumerate(trace.lines)}
    printers = trace.printers
    before: dict[int, list[int]] = {}
    for cause in trace.causes or ():
        where = f"line {cause.before} before line {cause.after} of the result"
        before.setdefault(cause.after, []).append(cause.before)
        if not {cause.before, cause.after} <= result.placed.keys():
            yield f"{where}: there is no such line"
        elif {cause.before, cause.after} <= came.keys() and came[cause.before] > came[cause.after]:
            yield f"{where}: in the timeline they come in the opposite order"
        elif cause.links and trace.lanes:
            takers = [printers.get(cause.before), *(link.taker for link in cause.links)]
            givers = [*(link.giver for link in cause.links), printers.get(cause.after)]
            if takers != givers:
                yield f"{where}: its causes form no chain from the printer of one to the printer of the other"
    if any(len(places) < 3 or not {*places} <= result.placed.keys() for places in trace.locked):
        yield "lines that a lock keeps together, but there are no such lines"
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        yield "a line that comes before itself"
