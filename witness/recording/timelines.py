"""The timeline of an example: whether it needs one, whether the recorded one still holds, and recording it."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from witness.examples import Example
from witness.language import Fault, Line, Result, Run, read
from witness.language.promises import Pair, Promises, Triple, parted
from witness.recording.evidence import load, store, stored, write_result
from witness.recording.unused import Used
from witness.recording.update import refresh
from witness.running import Play
from witness.running.interpreters import Interpreter
from witness.tracing.collect import typical
from witness.tracing.model import IllegalError, Kind, Lane, Trace, UnseenError
from witness.tracing.printed import numbered
from witness.tracing.proof import drawn, known, locked, loose, misnamed, needless, tight, who_printed


def is_traceable(example: Example, result: Result) -> bool:
    """Return whether the moment of each line can be noted: not for `nslookup`, nor behind a pipe or a file."""
    return "nslookup" not in example.settings.needs and all(terminal.plain for terminal in result.terminals)


def stale(example: Example, result: Result) -> str:
    """Return why the timeline of an example must be recorded anew, or "".

    It needs one if its result names other printers than `main`, or if it had one.
    """
    trace, old = load(example, result).trace, stored(example).trace
    if trace and trace.lanes and trace.causes is None:
        return "its timeline has no causes"
    if trace or not is_traceable(example, result) or not (result.is_named or old):
        return ""
    return "its program or its result has changed since its timeline was recorded" if old else "it has no timeline"


def doubts(example: Example, result: Result, runs: Iterable[Run]) -> list[Fault]:
    """Return what a result, which may have been edited since, says that its recorded timeline does not prove.

    Pairs of lines that `runs`, or kept ones, turn round are free, as for `faults`.
    """
    evidence = load(example, result)
    used = Used(result, [*runs, *evidence.runs])
    return faults(result, evidence.trace, used.luck, used.orders) if evidence.trace else []


def faults(
    result: Result, trace: Trace, luck: Set[Pair] = frozenset(), orders: Iterable[Sequence[Line]] = ()
) -> list[Fault]:
    """Return what the result says about the order of its lines, and who printed them, that its timeline does not prove.

    Other runs have turned the pairs in `luck` round, so they are free, even if something ordered them in the timeline.
    `orders` has the lines of each of these runs: what came between two lines there may do so.
    """
    if not trace.lanes:
        unseen = "nothing is known of who printed these lines, and in which order: remove the names"
        return [Fault(1, unseen)] * result.is_named
    if trace.causes is None:
        return []  # `stale` says so
    pairs, promises = known(result, trace), Promises(result)
    kept, apart = promises.kept(), locked(result, trace)
    free = apart & {*promises.between()} - kept if apart else set[Triple]()
    return [
        *(
            Fault(
                other.number, f"nothing is known to make this line wait for line {one.number}, so their order is luck"
            )
            for one, other in promises.unproven(pairs)
        ),
        *(
            Fault(line.number, f"it is known what makes this line wait: take away `because {line.because}`")
            for line in promises.told(pairs)
        ),
        *needless(result, pairs - luck),
        *loose(kept - apart),
        *tight(result, free - parted(free, orders)),
        *who_printed(result, drawn(result, trace)),
        *misnamed(result, trace),
    ]


def record(example: Example, interpreter: Interpreter, runs: Iterable[Run] = ()) -> str:
    """Record the timeline of an example, and write its run into the result file; return in words what changed.

    Where `runs`, or kept ones, turn a free pair round, it is rightly free, whatever traced runs show. If there is a
    single lane, only the causes are kept. `TraceError` if the result promises an order that nothing causes, or has a
    wrong name.
    """
    result = read(example.out)
    used = Used(result, [*runs, *load(example, result).runs])
    try:
        found = typical(Play(example, result, interpreter), used.luck, used.orders)
        if not result.has_all(found.verdict.order):
            said = "no traced run printed all of its lines; record it again, or make it always print them"
            raise UnseenError(f"{example.out}:1: {said}")
    except UnseenError as error:
        if result.is_named:
            raise
        store(example, result, trace=Trace("", interpreter.version, ()))
        return f"the causes of its order are unknown: {error}"
    except IllegalError:
        if result.is_named:
            raise
        return "another run printed something else: annotate what varies, then record it again to get the causes"
    trace, run, verdict = found.trace, found.run, found.verdict
    places = numbered(result, verdict.order)
    old = stored(example).trace
    if old and old.course == trace.course and places == sorted(places):
        store(example, result, trace=replace(old, causes=trace.causes, locked=trace.locked))
        return "its timeline is unchanged" if trace.is_drawn else ""
    # What runs alone measures, and prints what an untraced run measured.
    is_drawn = trace.is_drawn and (result.is_named or not example.settings.alone)
    out = refresh(result, run, verdict).text
    if out != str(result) and (is_drawn or places != sorted(places)):
        result = write_result(example, out)
    moved = {place: now for now, place in enumerate(places, 1)}
    lanes = (_moved(lane, moved, is_drawn) for lane in trace.lanes)
    causes = (replace(cause, before=moved[cause.before], after=moved[cause.after]) for cause in trace.causes or ())
    together = tuple(tuple(moved[place] for place in kept) for kept in trace.locked)
    store(example, result, trace=replace(trace, lanes=tuple(lanes), causes=tuple(causes), locked=together))
    return "its timeline was recorded anew, together with its run" if is_drawn else ""


def _moved(lane: Lane, moved: dict[int, int], is_drawn: bool) -> Lane:
    """Return the lane with its lines at other places; if it is not drawn, with nothing but its lines."""
    events = (replace(event, place=moved.get(event.place, 0)) for event in lane.events)
    kept = (event for event in events if is_drawn or event.kind is Kind.LINE)
    return replace(lane, events=tuple(kept), jobs=tuple(moved[job] for job in lane.jobs))
