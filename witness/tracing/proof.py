"""Compare what a result file says of the order of its lines, and of who printed them, with what a traced run shows.

If nothing makes a line wait for another, their order was luck, however often it was seen; and if something makes it
wait in every run, the result file must not leave their order open.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from itertools import combinations, permutations

from witness.language import Fault, Line, Result
from witness.language.promises import Pair, Promises, Triple, predecessors
from witness.tracing.model import Trace, called
from witness.tracing.notes import LaneKind
from witness.tracing.output import Held, Lines, Who, apart


def sure(lines: Lines) -> set[Pair]:
    """Return the pairs of lines that are in order in each run with the same causes as this one.

    Lines that one lane prints under one name are in its order, even if they are of several jobs.
    """
    found = set()
    for one, other in permutations(lines.copies, 2):
        first, last = lines.ends((one, other))
        named = one.actor is not None and one.actor == other.actor and not one.is_free
        if lines.before(first, last) or (named and first < last and lines.who(first).lane == lines.who(last).lane):
            found.add((one, other))
    return found


def kept_apart(result: Result, held: Mapping[Line, Held]) -> dict[Triple, str]:
    """Return the triples of lines of which a lock or a loop kept the third from coming between the others, in a run.

    Each has the token of that lock or loop.
    """
    there = (triple for triple in Promises(result).between() if held.keys() >= {*triple})
    return {triple: token for triple in there if (token := apart(*map(held.__getitem__, triple)))}


def loose(triples: Set[Triple]) -> list[Fault]:
    """Return a fault for each line that is said to be kept together with the one above it, though nothing does so."""
    return [
        Fault(
            other.number,
            f"nothing keeps {which} from coming between line {one.number} and this one: no lock is held all the while "
            "that the other printer needs, nor do both lines come in one step of a loop; write no `still`",
        )
        for one, other, which in _by_line(triples)
    ]


def tight(result: Result, triples: Set[Triple]) -> list[Fault]:
    """Return a fault for each line that is kept together with the one above it, though that is not said.

    If not all other lines are kept away, those that are have to be named, and a line can name one lock only.
    """
    near: dict[Line, set[Triple]] = {}
    for triple in Promises(result).between():
        near.setdefault(triple[1], set()).add(triple)
    whole = {triple for triple in triples if near[triple[1]] <= triples}
    plain = {triple for triple in triples - whole if not any(one.times or one.still > bool(one.lock) for one in triple)}
    named = {triple for triple in plain if len({line.lock for line in triple} - {""}) < 2}
    return [
        Fault(
            other.number,
            f"a lock that is held, or the turn of a task, keeps {which} from coming between line {one.number} and this "
            f"one: write {advice}",
        )
        for some, advice in (
            (whole, "`still` before this line"),
            (named, "`still with NAME` before this line, and `with NAME` before the others"),
        )
        for one, other, which in _by_line(some)
    ]


def _by_line(triples: Set[Triple]) -> Iterator[tuple[Line, Line, str]]:
    """Yield the first two lines of each triple, with all third ones in words."""
    found: dict[tuple[Line, Line], list[int]] = {}
    for one, other, third in triples:
        found.setdefault((one, other), []).append(third.number)
    for (one, other), thirds in sorted(found.items(), key=lambda item: item[0][1].number):
        yield one, other, f"line{'s' * (len(thirds) > 1)} {', '.join(map(str, sorted(thirds)))}"


def unproven(result: Result, lines: Lines, known: Set[Pair], spares: Callable[[str], bool]) -> list[Fault]:
    """Return a fault for each promise of the result that is not among the `known` pairs, which are sure.

    If there is none, return one for a line that only a sleep lets come after the end of another lane; `spares` as for
    `Lines.slept_away`.
    """
    faults = [_unkept(result, lines, pair) for pair in lines.came(Promises(result).unproven(known))]
    for place, line in enumerate(lines.told):
        if not faults and (lane := lines.slept_away(place, spares)):
            ended = lines.lanes[lane].name or lane
            faults.append(
                Fault(
                    line.number,
                    f"`{ended}` ended while the printer of this line slept, but nothing makes it wait for that\n"
                    f"  what this line shows of `{ended}` is luck; wait for it with `join`",
                )
            )
    return faults


def _unkept(result: Result, lines: Lines, pair: Pair) -> Fault:
    one, other = pair
    before, place = lines.ends(pair)
    first, last = lines.who(before), lines.who(place)
    names = [line.actor or who.words for line, who in ((one, first), (other, last))]
    if waits := lines.limits(before, place):
        call, seconds = next(iter(waits.items()))
        call = f"`{call}`" if call else "a call"
        seconds = round(seconds, 2) or seconds  # of a deadline, the clock has taken a bit off
        given = f"{call} waits for {seconds:g} s at most" if seconds else f"{call} does not wait"
        advice = f"{given}, and whether that is enough is luck; wait without a limit"
    elif first.lane == last.lane and first.job != last.job:
        advice = "one worker did both jobs, but two workers may do them"
    elif lines.started(first.lane) == last.lane:
        advice = f"wait with `{'await' if first.kind is LaneKind.TASK else 'join'}`"
    else:
        advice = "wait with an event, a queue or a join, or leave the order open"
    return Fault(
        other.number,
        f"nothing makes this line wait for line {one.number}, so their order is luck\n"
        f"  line {one.number}, {names[0]}: {result.text(one)}\n"
        f"  line {other.number}, {names[1]}: {result.text(other)}\n"
        f"  before it, {names[1]} {lines.doing(place)}; {advice}",
    )


def needless(result: Result, pairs: Set[Pair]) -> list[Fault]:
    """Return a fault for each pair that the result leaves open, although it is among `pairs`, which are sure."""
    faults = []
    for one, other in Promises(result).needless(pairs):
        same = one.printer == other.printer
        advice = f"give both the name `{one.printer}`, or say so with `after`" if same else ""
        said = f"always comes after line {one.number}: {advice or 'say so with `after`, or remove its name'}"
        faults.append(Fault(other.number, said))
    return faults


def who_printed(result: Result, printed: Mapping[Line, Who]) -> list[Fault]:
    """Return a fault for each line whose printer's name does not fit the lane that `printed` it.

    In a region a name stands for one lane, and a lane has one name everywhere; only a worker of a pool may have
    several, as how many jobs it does in one go depends on the machine. `main` is the main thread of its program. The
    name of a variable that is a process stands for all its lanes, and the system says which process that is. The name
    of a `worker` stands for one process after the other, that of a crowd for several at a time. A line without a name
    may be printed by any lane of the main process.
    """
    faults, crowds, above = [], result.crowds, list[Line]()
    for region in result.regions:
        named = [line for line in region.lines if line.actor and line in printed and line.printer not in crowds]
        for number, line in enumerate(named):
            if line.printer == "main" and not printed[line].is_main:
                faults.append(Fault(line.number, f"`main` did not print this; {printed[line].words} did"))
            if (variable := result.variables.get(line.printer)) and variable.is_process:
                continue
            elsewhere = [one for one in above if one.printer != line.printer and not _is_worker(result, line)]
            others = [*named[:number], *elsewhere]
            different = (_differ(result, other, printed[other], line, printed[line]) for other in others)
            faults += [Fault(line.number, fault) for fault in different if fault][:1]
        above += [line for line in named if not _is_worker(result, line)]
    return faults


def _differ(result: Result, one: Line, first: Who, other: Line, last: Who) -> str:
    same = first.lane == last.lane
    if one.printer == other.printer and not same:
        return f"line {one.number} has the same name, but was printed by {first.words}, and this one by {last.words}"
    taking_turns = _is_worker(result, one) and _is_worker(result, other)
    if one.printer != other.printer and same and first.job == last.job == 0 and not taking_turns:
        return (
            f"line {one.number} has another name, but {first.words} printed both: give both its name; or if any of "
            "several may print them, let each line say which, as a `worker`"
        )
    return ""


def by_chance(result: Result, lines: Lines, pair: Pair, known: Set[Pair], luck: Set[Pair]) -> bool:
    """Return whether it was chance that a pair of lines was in order in a run, in which the `known` pairs were.

    Of several workers, one printed both. Or its printer had printed another line, which by `luck` may come later.
    """
    first, last = map(lines.who, lines.ends(pair))
    takes_turns = [line.printer in result.crowds or _is_worker(result, line) for line in pair]
    if all(takes_turns) and pair[0].printer != pair[1].printer and first.lane == last.lane:
        return True
    return any((pair[0], one) in known for one, other in luck & known if one.actor == other.actor and other is pair[1])


def _is_worker(result: Result, line: Line) -> bool:
    variable = result.variables.get(line.printer)
    return variable is not None and variable.is_worker


# What is kept of a traced run beside its result


def in_lanes(result: Result, trace: Trace) -> set[tuple[int, int]]:
    """Return the places of each two lines that one lane prints in this order under one name, unless that is `NAME/`."""
    lines = result.placed
    return {
        (one, other)
        for lane in trace.lanes
        for one, other in combinations(filter(lines.__contains__, lane.places), 2)
        if lines[one].actor == lines[other].actor and not lines[one].is_free
    }


def known(result: Result, trace: Trace) -> set[Pair]:
    """Return the pairs that are sure by a recorded trace: by the order of each lane, the causes, and what follows."""
    lines = {place: result.first[line] for place, line in result.placed.items()}
    causes = {(cause.before, cause.after) for cause in trace.causes or ()}
    pairs = {(lines[one], lines[other]) for one, other in in_lanes(result, trace) | causes}
    return closed({(one, other) for one, other in pairs if one is not other})


def closed(pairs: Set[Pair]) -> set[Pair]:
    """Return the transitive closure of the pairs."""
    direct: dict[Line, set[Line]] = {}
    for one, other in pairs:
        direct.setdefault(other, set()).add(one)
    return {(one, line) for line, found in predecessors(direct).items() for one in found}


def locked(result: Result, trace: Trace) -> set[Triple]:
    """Return the triples of lines that a lock keeps apart by a recorded trace, as `kept_apart` does."""
    lines = {place: result.first[line] for place, line in result.placed.items()}
    return {(lines[one], lines[other], lines[third]) for one, other, *thirds in trace.locked for third in thirds}


def drawn(result: Result, trace: Trace) -> dict[Line, Who]:
    """Return who printed each line, by a recorded trace."""
    return {
        result.placed[place]: Who(f"{number}", lane.name, lane.kind, sum(job <= place for job in lane.jobs))
        for number, lane in enumerate(trace.lanes)
        for place in lane.places
    }


def misnamed(result: Result, trace: Trace) -> list[Fault]:
    """Return a fault for each line whose printer has another name in the result file than its lane in the figure."""
    faults = []
    for lane in trace.lanes:
        name = called(lane.name, result.values)
        printed = [result.placed[place] for place in lane.places]
        actors = [line for line in printed if line.actor and line.printer not in result.crowds]
        named = [line for line in actors if not _is_worker(result, line)]
        several = lane.jobs and len({line.printer for line in actors}) > 1
        for line in named:
            own = f"{name} ".startswith((f"{line.printer} ", f"{result.values.get(line.printer)} "))
            if line.printer != "main" and not (own or several):
                said = f"`{line.printer}` did not print this; by the timeline, `{name}` did"
                faults.append(Fault(line.number, said))
    return faults
