"""A fresh run shows what no digest can: that a program does what its timeline says, and for the recorded causes."""

import json
import random
import sys
from collections.abc import Callable, Set
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import EXAMPLES, Forged, copied, events, forge, slower, without
from mutants import commit, git

from witness.examples import Example
from witness.language import read
from witness.language.promises import Pair
from witness.recording import evidence, plausible
from witness.running import Play
from witness.running.interpreters import Interpreter, lacking, own, unfit
from witness.tracing.collect import once, trial_of
from witness.tracing.model import Kind, Lane, Trace
from witness.tracing.notes import LaneKind
from witness.tracing.proof import known

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="timelines are recorded on Linux only")

SAMPLE = 16
"""How many timelines are compared with fresh runs: those that the last commit changed, then others, drawn at random."""
SLOWER = 50
"""No run of a program takes so many times longer than another."""
LONG = 0.25
"""The part of a run from which on a wait is no matter of chance."""
_LETS = (Kind.PUT, Kind.SET)


def differs(example: Example, interpreter: Interpreter, runs: int = 30) -> list[str]:
    """Return messages on what the timeline says and no traced run shows, and on what all show and it does not say.

    At most `runs` runs are made, and no more once there is nothing left to say.
    """
    result = read(example.out)
    trace = evidence.load(example, result).trace
    if trace is None or trace.causes is None:
        return []
    pairs = known(result, trace)
    told, shown, always = _said(trace, trace, pairs, LONG), set[str](), set[str]()
    play = Play(example, result, interpreter)
    trial = trial_of(play)
    for number in range(runs):
        found = once(play, trial)
        fresh = found._replace(sure=pairs & found.sure).because(result)
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
        f"{evidence.path(example)}:1: {words}: {'; '.join(sorted(facts))}; {again}"
        for words, facts in said.items()
        if facts
    ]


def _said(trace: Trace, other: Trace, pairs: Set[Pair], long: float) -> set[str]:
    """Return in words what a trace says of the order of lines, and of lanes, if the other trace is drawn.

    Of waits that are a part `long` of the run, and of arrows, it says only that there are some: which lane had to wait
    depends on chance.
    """
    facts = {f"line {one.number} comes before line {after.number}" for one, after in pairs}
    for before, after, *others in trace.locked:
        facts |= {f"line {other} does not come between line {before} and line {after}" for other in others}
    for cause in trace.causes or ():
        for rule, giver, give, taker, take in cause.links:
            step = f"{rule}, from {give or giver} to {take or taker}"
            facts.add(f"line {cause.after} comes after line {cause.before} by {step}")
    if other.is_drawn:
        facts |= _lanes(trace)
        for lane in trace.lanes:
            facts |= {f"`{lane.name}` prints line {place}" for place in lane.places}
            facts |= {f"one waits ({what})" for what in _waits(trace, lane, long)}
            facts |= {f"one lets another go on ({event.kind})" for event in lane.events if event.kind in _LETS}
        if max(trace.end, other.end) <= SLOWER * min(trace.end, other.end):
            facts.add(f"a run takes about {other.end:g} ms")
    return facts


def _seen(trace: Trace, other: Trace, long: float) -> set[str]:
    """Return in words what a trace shows of lanes, if the other one is drawn: starts, `long` waits, arrows."""
    if not other.is_drawn:
        return set()
    facts = _lanes(trace)
    lets = {event.link: lane.name for lane in trace.lanes for event in lane.events if event.kind in _LETS}
    for lane in trace.lanes:
        facts |= {f"`{lane.name}` waits ({what})" for what in _waits(trace, lane, long)}
        links = (event.link for event in lane.events if event.kind is Kind.ON and event.link)
        facts |= {f"`{lane.name}` is let go on by `{lets[link]}`" for link in links}
    return facts


def _waits(trace: Trace, lane: Lane, long: float) -> set[str]:
    """Return what a lane waits for, in waits that are at least the part `long` of the run."""
    return {
        wait.what
        for wait, on in pairwise(lane.events)
        if wait.kind is Kind.WAIT and on.milliseconds - wait.milliseconds >= long * trace.end
    }


def _lanes(trace: Trace) -> set[str]:
    # It is chance whether a process that is killed at once has already noted that it is one of Python.
    kinds = {lane.name: LaneKind.PROCESS if lane.kind is LaneKind.OTHER else lane.kind for lane in trace.lanes}
    facts = {f"`{name}` is a {kind}" for name, kind in kinds.items()}
    for lane in trace.lanes:
        for event in lane.events:
            if event.kind in (Kind.START, Kind.CANCEL):
                facts.add(f"`{lane.name}` does {event.kind} `{trace.lanes[event.lane].name}`")
    return facts


def sample() -> list[Example]:
    examples = [*EXAMPLES]
    random.Random(commit()).shuffle(examples)
    changed = set(git("diff", "--name-only", "HEAD~1", "--", "examples").split())
    examples.sort(key=lambda example: not changed & {str(evidence.path(example)), *map(str, example.files)})
    return sorted(examples[:SAMPLE], key=lambda example: example.name)


@pytest.mark.parametrize("example", sample(), ids=lambda example: example.name)
def test_a_program_does_what_its_timeline_says(example: Example) -> None:
    me = own()
    trace = evidence.load(example).trace
    if not trace or trace.causes is None or trace.python.rpartition(".")[0] != me.version.rpartition(".")[0]:
        pytest.skip("it has no timeline, or one recorded on another Python")
    if reason := unfit(example, me) or lacking(example):
        pytest.skip(reason)
    if example.dependencies:
        pytest.skip("tracing its packages takes too long")
    assert differs(example, me) == []


@pytest.fixture
def event(tmp_path: Path) -> Example:
    """A copy of an example in which two threads wait for an event that the main thread sets."""
    return copied("threads/event", tmp_path)


def names_exchanged(known: Forged) -> None:
    text = json.dumps(known["trace"]).replace('"Ann"', '"X"').replace('"Bob"', '"Ann"').replace('"X"', '"Bob"')
    known["trace"] = json.loads(text)


def another_rule(known: Forged) -> None:
    link = known["trace"]["causes"][-1]["links"][-1]
    link[0] = "lock" if link[0] == "event" else "event"


LUCK = {"before": 3, "after": 4, "links": [["end", "Bob", "", "Ann", "t.join()"]]}
LIES: dict[str, tuple[Callable[[Forged], object], str]] = {
    "eighty times as slow": (slower(80), "what none of 2 traced runs shows: a run takes about"),
    "no waits": (
        without("wait", "on", "set"),
        "does not say what each of 2 traced runs shows: `Ann` is let go on by `main`; `Ann` waits (event)",
    ),
    "no arrows": (
        events(lambda event: event["kind"] != "set" and event.pop("link", 0) >= 0),
        "does not say what each of 2 traced runs shows: `Ann` is let go on by `main`",
    ),
    "another wait": (
        events(lambda event: event["kind"] != "wait" or event.update(what="lock")),
        "what none of 2 traced runs shows: one waits (lock)",
    ),
    "nothing is started": (without("start"), "does not say what each of 2 traced runs shows: `main` does start `Ann`"),
    "names exchanged": (names_exchanged, "what none of 2 traced runs shows: `Ann` prints line"),
    "another call": (lambda known: known["trace"]["causes"][-1]["links"][-1].__setitem__(-1, "print()"), "to print()"),
    "another rule": (another_rule, "by event, from"),
    "a lock that is not there": (
        lambda known: known["trace"].update(locked=[[1, 2, 3]]),
        "what none of 2 traced runs shows: line 3 does not come between line 1 and line 2",
    ),
    "a cause that is luck": (lambda known: known["trace"]["causes"].append(LUCK), "line 4 comes after line 3 by end"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_no_run_shows_is_refused(event: Example, lie: str) -> None:
    change, message = LIES[lie]
    forge(event, change)
    assert plausible.doubts(event, read(event.out), evidence.load(event)) == []  # the lie is plausible
    found = differs(event, own(), runs=2)
    assert any(message in said for said in found), found
    assert all(said.startswith(f"{evidence.path(event)}:1: ") for said in found)
