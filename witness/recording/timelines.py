"""The timeline of an example stands beside its result: whether it needs one, whether it is still true, recording it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from witness.examples import Example
from witness.interpreters import Interpreter
from witness.language import (
    Result,
    read,
)
from witness.ledger import Ledger
from witness.record import refresh, write
from witness.tracing.collect import typical
from witness.tracing.model import Trace, load


def path(result: Result) -> Path:
    """Where the trace of a result stands."""
    return result.path.with_suffix(".trace.json")


def needs_figure(example: Example) -> bool:
    """Whether an example has a timeline: others than the main process print in it, or it was given one."""
    if "nslookup" in example.settings["needs"]:
        return False  # what prints there is no Python, so nobody notes when
    result = read(example.out)
    if not all(terminal.plain for terminal in result.terminals):
        return False  # a pipe or a file does not say when a line was written
    return path(result).exists() or any(line.actor not in (None, "main") for line in result.lines)


def current(example: Example) -> Trace | None:
    """The trace of the very run that the result file of an example prints, if there is one."""
    return None if stale(example) else load(path(read(example.out)))


def stale(example: Example) -> str:
    """Why the timeline of an example must be recorded anew, or nothing."""
    result = read(example.out)
    if not path(result).exists():
        return "it has no timeline"
    if load(path(result)).digest != digest(example, result):
        return "its program or its result has changed since its timeline was recorded"
    return ""


def digest(example: Example, result: Result) -> str:
    """A digest of the programs and of the run that the result file prints."""
    text = "\0".join([*(program.read_text() for program in example.programs), result.output])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record(example: Example, interpreter: Interpreter, ledger: Ledger) -> str:
    """Record the timeline of an example, and in its result file the run that it is of; say in words what changed."""
    result = read(example.out)
    trace, run, verdict = typical(example, result, interpreter)
    place = {line: place for place, line in enumerate(result.lines, 1)}
    places = [place[line] for line in verdict.order]
    old = load(path(result)) if path(result).exists() else None
    if old and old.course == trace.course and places == sorted(places):
        write(path(result), str(replace(old, digest=digest(example, result))))
        return "its timeline is as before"
    out = refresh(result, run).text
    if out != str(result):
        write(example.out, out)
        ledger.enter(example.name, read(example.out))
    moved = {old: new for new, old in enumerate(places, 1)}
    lanes = (
        replace(lane, events=tuple(replace(event, place=moved.get(event.place, 0)) for event in lane.events))
        for lane in trace.lanes
    )
    write(path(result), str(replace(trace, digest=digest(example, read(example.out)), lanes=tuple(lanes))))
    return "its timeline was recorded anew, with the run that it is of"
