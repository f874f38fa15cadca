"""The timeline of an example: whether it needs one, whether that is still true, recording it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

from witness.examples import Example
from witness.language import Fault, Result, Run, read
from witness.language.promises import Pair, Promises
from witness.recording.evidence import draw, enter, load, stored
from witness.recording.files import write
from witness.recording.unused import Used
from witness.recording.update import complete, refresh
from witness.running.interpreters import Interpreter
from witness.tracing.collect import typical
from witness.tracing.model import IllegalError, Kind, Lane, Trace, UnseenError
from witness.tracing.printed import numbered
from witness.tracing.proof import drawn, known, misnamed, needless, who_printed


def needs_figure(example: Example, result: Result) -> bool:
    """Whether an example has a timeline: others than the main process print in it, or it was given one."""
    return is_traceable(example, result) and (result.is_named or stored(example).trace is not None)


def is_traceable(example: Example, result: Result) -> bool:
    """Whether one can note when each line is printed: not what is no Python, nor if a pipe or a file comes between."""
    return "nslookup" not in example.settings.needs and all(terminal.plain for terminal in result.terminals)


def stale(example: Example, result: Result) -> str:
    """Why the timeline of an example must be recorded anew, or nothing."""
    trace = load(example, result).trace
    if trace and trace.lanes and trace.causes is None:
        return "its timeline has no causes"
    if trace or not needs_figure(example, result):
        return ""
    changed = "its program or its result has changed since its timeline was recorded"
    return changed if stored(example).trace else "it has no timeline"


def unproven(result: Result, trace: Trace, luck: Set[Pair] = frozenset()) -> list[Fault]:
    """What the result says of the order of its lines, or of who printed them, that its timeline does not bear out.

    That a pair came in order by `luck` other runs have shown, whatever made it so in that of the timeline.
    """
    if not trace.lanes:
        unseen = "nothing is known of who printed its lines, and in which order: take away their names"
        return [Fault(1, unseen)] * result.is_named
    if trace.causes is None:
        return []  # it is stale
    pairs = known(result, trace)
    return [
        *(
            Fault(other.number, f"nothing is known that makes this line wait for line {one.number}, so it is luck")
            for one, other in Promises(result).unproven(pairs)
        ),
        *(
            Fault(line.number, f"it is known what makes this line wait: take away `because {line.because}`")
            for line in Promises(result).told(pairs)
        ),
        *needless(result, pairs - luck),
        *who_printed(result, drawn(result, trace)),
        *misnamed(result, trace),
    ]


def record(example: Example, interpreter: Interpreter, runs: Iterable[Run] = ()) -> str:
    """Record the timeline of an example, and in its result file the run that it is of; say in words what changed.

    Its other `runs`, and those that are kept, show what is left open for a good reason. May raise `TraceError`, where
    the result promises what nothing makes so, or a name in it is wrong. Of a program that has one lane, only the causes
    are kept.
    """
    result = read(example.out)
    luck = Used(result, [*runs, *load(example, result).runs]).luck
    try:
        found = typical(example, result, interpreter, luck)
        if not complete(result, found.run):  # a file without a line would no longer allow it
            raise UnseenError(f"{example.out}:1: not all of its lines came in the run that was traced; try again")
    except UnseenError as error:
        if result.is_named:
            raise
        draw(example, result, Trace("", interpreter.version, ()))
        return f"nothing is known of the causes of its order: {error}"
    except IllegalError:
        if result.is_named:
            raise
        return "another run printed something else: annotate what varies, and record it again, with the causes"
    trace, run, verdict = found.trace, found.run, found.verdict
    places = numbered(result, verdict.order)
    old = stored(example).trace
    if old and old.course == trace.course and places == sorted(places):
        draw(example, result, replace(old, causes=trace.causes))
        return "its timeline is as before" if trace.is_drawn else ""
    if example.settings.alone and not result.is_named:  # what it measured is of a run that was not watched
        trace = replace(trace, lanes=tuple(map(_printed, trace.lanes)))
    out = refresh(result, run, verdict).text
    if out != str(result) and (trace.is_drawn or places != sorted(places)):
        write(example.out, out)
        result = read(example.out)
        enter(example, result)
    moved = {old: new for new, old in enumerate(places, 1)}
    lanes = (_moved(lane if trace.is_drawn else _printed(lane), moved) for lane in trace.lanes)
    causes = (replace(cause, before=moved[cause.before], after=moved[cause.after]) for cause in trace.causes or ())
    draw(example, result, replace(trace, lanes=tuple(lanes), causes=tuple(causes)))
    return "its timeline was recorded anew, with the run that it is of" if trace.is_drawn else ""


def _printed(lane: Lane) -> Lane:
    """A lane that no one sees: only its lines."""
    return replace(lane, events=tuple(event for event in lane.events if event.kind is Kind.LINE))


def _moved(lane: Lane, moved: dict[int, int]) -> Lane:
    """A lane whose lines have other places."""
    events = (replace(event, place=moved.get(event.place, 0)) for event in lane.events)
    return replace(lane, events=tuple(events), jobs=tuple(moved[job] for job in lane.jobs))
