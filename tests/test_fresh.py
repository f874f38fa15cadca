"""What no checksum can hold, a fresh run shows: the program does what its timeline says, and for these reasons."""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mutants import commit, git

from witness.examples import Example, find
from witness.language import read
from witness.recording import evidence, plausible
from witness.recording.fresh import differs
from witness.running.interpreters import lacking, own, unfit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="timelines are recorded on Linux only")

SAMPLE = 16
"""So many timelines are held against fresh runs: those that the last commit changed, then others, by its name."""


def sample() -> list[Example]:
    examples = find(Path("examples"))
    random.Random(commit()).shuffle(examples)
    changed = set(git("diff", "--name-only", "HEAD~1", "--", "examples").split())
    examples.sort(key=lambda example: not changed & {str(evidence.path(example)), *map(str, example.files)})
    return sorted(examples[:SAMPLE], key=lambda example: example.name)


@pytest.mark.parametrize("example", sample(), ids=lambda example: example.name)
def test_a_program_does_what_its_timeline_says(example: Example) -> None:
    me = own()
    trace = evidence.load(example).trace
    if not trace or trace.causes is None or trace.python.rpartition(".")[0] != me.version.rpartition(".")[0]:
        pytest.skip("its timeline is of another Python, or it has none")
    if reason := unfit(example, me) or lacking(example):
        pytest.skip(reason)
    if example.dependencies:
        pytest.skip("what its packages do takes long to trace")
    assert differs(example, me) == []


@pytest.fixture
def event(tmp_path: Path) -> Example:
    """A copy of an example in which two threads wait for what the main one sets."""
    (tmp_path / "threads").mkdir()
    for file in ("event.py", "event.out", "event.json"):
        shutil.copy(Path("examples/threads") / file, tmp_path / "threads")
    return Example(tmp_path, "threads/event")


Forged = dict[str, Any]


def events(trace: Forged, change: Callable[[Forged], object]) -> None:
    """Change each event, or take it away, if that says so."""
    for lane in trace["lanes"]:
        lane["events"] = [event for event in lane["events"] if change(event) is not False]


def eighty_times_as_slow(trace: Forged) -> None:
    events(trace, lambda event: event.update(milliseconds=event["milliseconds"] * 80))


def no_waits(trace: Forged) -> None:
    events(trace, lambda event: event["kind"] not in ("wait", "on", "set"))


def no_arrows(trace: Forged) -> None:
    events(trace, lambda event: event["kind"] != "set" and event.pop("link", 0) >= 0)


def another_wait(trace: Forged) -> None:
    events(trace, lambda event: event["kind"] != "wait" or event.update(what="lock"))


def nothing_is_started(trace: Forged) -> None:
    events(trace, lambda event: event["kind"] != "start")


def names_exchanged(trace: Forged) -> None:
    text = json.dumps(trace).replace('"Ann"', '"X"').replace('"Bob"', '"Ann"').replace('"X"', '"Bob"')
    trace.update(json.loads(text))


def another_call(trace: Forged) -> None:
    rule, *lanes, _ = trace["causes"][-1]["links"][-1]
    trace["causes"][-1]["links"][-1] = [rule, *lanes, "print()"]


def another_rule(trace: Forged) -> None:
    trace["causes"][-1]["links"][-1][0] = "lock" if trace["causes"][-1]["links"][-1][0] == "event" else "event"


def a_cause_that_is_luck(trace: Forged) -> None:
    trace["causes"].append({"before": 3, "after": 4, "links": [["end", "Bob", "", "Ann", "t.join()"]]})


LIES = {
    eighty_times_as_slow: "what none of 2 traced runs shows: a run takes about",
    no_waits: "does not say what each of 2 traced runs shows: `Ann` is let go on by `main`; `Ann` waits (event)",
    no_arrows: "does not say what each of 2 traced runs shows: `Ann` is let go on by `main`",
    another_wait: "what none of 2 traced runs shows: one waits (lock)",
    nothing_is_started: "does not say what each of 2 traced runs shows: `main` does start `Ann`",
    names_exchanged: "what none of 2 traced runs shows: `Ann` prints line",
    another_call: "to print()",
    another_rule: "by event, from",
    a_cause_that_is_luck: "line 4 comes after line 3 by end",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_what_no_run_shows_is_refused(event: Example, lie: Callable[[Forged], None]) -> None:
    known = json.loads(evidence.path(event).read_text())
    lie(known["trace"])
    forged = msgspec.convert(known, evidence.Evidence)
    evidence.change(event, trace=forged.trace)
    assert plausible.doubts(event, read(event.out), evidence.load(event)) == []  # it could be so
    found = differs(event, own(), runs=2)
    assert any(LIES[lie] in said for said in found), found
    assert all(said.startswith(f"{evidence.path(event)}:1: ") for said in found)
