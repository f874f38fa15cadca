"""The timeline of an example: whether it needs one, whether that is still true, recording it."""

from __future__ import annotations

from dataclasses import replace

from witness.examples import Example
from witness.language import Result, read
from witness.recording.evidence import draw, enter, load, stored
from witness.recording.files import write
from witness.recording.update import refresh
from witness.running.interpreters import Interpreter
from witness.tracing.collect import typical


def needs_figure(example: Example, result: Result) -> bool:
    """Whether an example has a timeline: others than the main process print in it, or it was given one."""
    if "nslookup" in example.settings["needs"]:
        return False  # what prints there is no Python, so nobody notes when
    if not all(terminal.plain for terminal in result.terminals):
        return False  # a pipe or a file does not say when a line was written
    return any(line.actor not in (None, "main") for line in result.lines) or stored(example).trace is not None


def stale(example: Example, result: Result) -> str:
    """Why the timeline of an example must be recorded anew, or nothing."""
    if not needs_figure(example, result) or load(example, result).trace:
        return ""
    changed = "its program or its result has changed since its timeline was recorded"
    return changed if stored(example).trace else "it has no timeline"


def record(example: Example, interpreter: Interpreter) -> str:
    """Record the timeline of an example, and in its result file the run that it is of; say in words what changed."""
    result = read(example.out)
    trace, run, verdict = typical(example, result, interpreter)
    place = {line: place for place, line in enumerate(result.lines, 1)}
    places = [place[line] for line in verdict.order]
    old = stored(example).trace
    if old and old.course == trace.course and places == sorted(places):
        draw(example, result, old)
        return "its timeline is as before"
    out = refresh(result, run).text
    if out != str(result):
        write(example.out, out)
        result = read(example.out)
        enter(example, result)
    moved = {old: new for new, old in enumerate(places, 1)}
    lanes = (
        replace(lane, events=tuple(replace(event, place=moved.get(event.place, 0)) for event in lane.events))
        for lane in trace.lanes
    )
    draw(example, result, replace(trace, lanes=tuple(lanes)))
    return "its timeline was recorded anew, with the run that it is of"
