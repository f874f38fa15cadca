"""Whether a program still does what its timeline says: what no checksum can hold, a fresh run shows."""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import pairwise

from witness.examples import Example
from witness.language import read
from witness.recording.evidence import load, path
from witness.running.interpreters import Interpreter
from witness.tracing.collect import once
from witness.tracing.model import Kind, Lane, Trace
from witness.tracing.promises import Pair
from witness.tracing.proof import known

SLOWER = 50
"""No run takes so many times longer than another of the same program."""
LONG = 0.25
"""A wait of so long a part of a run is no matter of chance."""
_LETS = (Kind.PUT, Kind.SET)
_NUMBER = re.compile(r"\d{3,}")


def differs(example: Example, interpreter: Interpreter, runs: int = 9) -> list[str]:
    """What its timeline says that none of a few traced runs shows, and what they all show and it does not say.

    At most `runs` are made, and no more as soon as nothing is left to say.
    """
    result = read(example.out)
    trace = load(example, result).trace
    if trace is None or trace.causes is None:
        return []
    pairs = known(result, trace)
    told, shown, always = _said(trace, trace, pairs, LONG), set[str](), set[str]()
    for number in range(runs):
        found = once(example, result, interpreter)
        fresh = found.because(result, pairs & found.sure)
        shown |= _said(fresh, trace, found.sure, 0)
        seen = _seen(fresh, trace, LONG)
        always = always & seen if number else seen
        untold = always - _seen(trace, trace, 0)
        if told <= shown and not untold:
            return []
    said = {f"its timeline says what none of {runs} traced runs shows": told - shown}
    said[f"its timeline does not say what each of {runs} traced runs shows"] = untold
    again = f"if that is right, delete this file and `uv run witness record {example.name}`"
    return [
        f"{path(example)}:1: {words}: {'; '.join(sorted(facts))}; {again}" for words, facts in said.items() if facts
    ]


def _said(trace: Trace, other: Trace, pairs: Set[Pair], long: float) -> set[str]:
    """What a trace says of the order, and if the other is drawn, of lanes, in words.

    Of `long` waits and of arrows only that there are some: which lane had to wait depends on chance.
    """
    facts = {f"line {one.number} comes before line {after.number}" for one, after in pairs}
    for cause in trace.causes or ():
        for rule, giver, give, taker, take in cause.links:
            step = f"{rule}, from {give or giver} to {take or taker}"
            facts.add(f"line {cause.after} comes after line {cause.before} by {step}")
    if other.is_drawn:
        facts |= _lanes(trace)
        for lane in trace.lanes:
            facts |= {f"`{_name(lane)}` prints line {place}" for place in lane.places}
            facts |= {f"one waits ({what})" for what in _waits(trace, lane, long)}
            facts |= {f"one lets another go on ({event.kind})" for event in lane.events if event.kind in _LETS}
        if max(trace.end, other.end) <= SLOWER * min(trace.end, other.end):
            facts.add(f"a run takes about {other.end:g} ms")
    return facts


def _seen(trace: Trace, other: Trace, long: float) -> set[str]:
    """What there is to see of lanes in a trace, if the other one is drawn: starts, `long` waits, arrows."""
    if not other.is_drawn:
        return set()
    facts = _lanes(trace)
    lets = {event.link: _name(lane) for lane in trace.lanes for event in lane.events if event.kind in _LETS}
    for lane in trace.lanes:
        facts |= {f"`{_name(lane)}` waits ({what})" for what in _waits(trace, lane, long)}
        links = (event.link for event in lane.events if event.kind is Kind.ON and event.link)
        facts |= {f"`{_name(lane)}` is let go on by `{lets[link]}`" for link in links}
    return facts


def _waits(trace: Trace, lane: Lane, long: float) -> set[str]:
    """What a lane waits for, for so long a part of the whole."""
    return {
        wait.what
        for wait, on in pairwise(lane.events)
        if wait.kind is Kind.WAIT and on.milliseconds - wait.milliseconds >= long * trace.end
    }


def _lanes(trace: Trace) -> set[str]:
    facts = {f"`{_name(lane)}` is a {lane.kind}" for lane in trace.lanes}
    for lane in trace.lanes:
        for event in lane.events:
            if event.kind in (Kind.START, Kind.CANCEL):
                facts.add(f"`{_name(lane)}` does {event.kind} `{_name(trace.lanes[event.lane])}`")
    return facts


def _name(lane: Lane) -> str:
    """What a lane is called, but for what is another number in each run."""
    return _NUMBER.sub("#", lane.name)
