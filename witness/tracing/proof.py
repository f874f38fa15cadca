"""Whether what a result file promises has causes in a traced run, and what it leaves open has none.

A promise is a pair of lines whose order the annotations guarantee. If nothing makes the second wait for the first, their
order was luck, however often it came. A freedom is a pair that they leave open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from witness.language import Line, Result
from witness.tracing.lines import Lines, Who
from witness.tracing.notes import LaneKind


class Fault(NamedTuple):
    """What is wrong with a line of a result file, by its number there."""

    line: int
    text: str


Pair = tuple[Line, Line]


class Promises:
    """The order that a result file guarantees."""

    def __init__(self, result: Result) -> None:
        self.lines, self.terminals = list(result.lines), [terminal.lines for terminal in result.terminals]
        self.index = {line: index for index, line in enumerate(self.lines)}
        self._before = [0] * len(self.lines)
        """For each line, those that surely come before it, as bits."""
        labels = {line.label: line for line in self.lines if line.label}
        direct: dict[Line, list[Line]] = {line: [labels[label] for label in line.after] for line in self.lines}
        for terminal in result.terminals:
            last: list[Line] = [labels[terminal.after]] if terminal.after else []
            for region in terminal.regions:
                for lane in region.lanes:
                    before = last
                    for line in lane.lines:
                        direct[line] += before
                        before = [line]
                last = list(region.lines)
        done: set[Line] = set()

        def follow(line: Line) -> int:
            if line not in done:
                done.add(line)
                for other in direct[line]:
                    self._before[self.index[line]] |= follow(other) | 1 << self.index[other]
            return self._before[self.index[line]]

        for line in self.lines:
            follow(line)

    def before(self, one: Line, other: Line) -> bool:
        return bool(self._before[self.index[other]] >> self.index[one] & 1)

    def pairs(self) -> Iterator[Pair]:
        """The promises of which all others follow: with no line that comes in between."""
        for other in self.lines:
            before = self._before[self.index[other]]
            indirect = 0
            for index in range(len(self.lines)):
                if before >> index & 1:
                    indirect |= self._before[index]
            direct = before & ~indirect
            yield from ((line, other) for index, line in enumerate(self.lines) if direct >> index & 1)

    def open(self) -> Iterator[Pair]:
        """The freedoms within a terminal, each both ways."""
        for lines in self.terminals:
            for one, other in permutations(lines, 2):
                if not self.before(one, other) and not self.before(other, one):
                    yield one, other


def _copies(lines: Lines, assignment: Sequence[Line]) -> dict[Line, list[int]]:
    """Where each line of the result file was printed."""
    found: dict[Line, list[int]] = {}
    for place, line in enumerate(assignment):
        found.setdefault(line, []).append(place)
    return found


def promised(result: Result, lines: Lines, assignment: Sequence[Line]) -> Iterator[tuple[Pair, tuple[int, int]]]:
    """The promises whose lines were printed by two lanes, with where they were printed."""
    copies = _copies(lines, assignment)
    for one, other in Promises(result).pairs():
        if one in copies and other in copies:
            first, last = copies[one][-1], copies[other][0]
            if lines.who(first).lane != lines.who(last).lane or not lines.before(first, last):
                yield (one, other), (first, last)


def unproven(result: Result, lines: Lines, assignment: Sequence[Line]) -> list[Fault]:
    """The promises that nothing keeps, in words."""
    return [
        Fault(other.number, _unkept(result, lines, one, other, places))
        for (one, other), places in promised(result, lines, assignment)
        if not lines.before(*places) and not getattr(other, "because", "")
    ]


def _unkept(result: Result, lines: Lines, one: Line, other: Line, places: tuple[int, int]) -> str:
    first, last = (lines.who(place) for place in places)
    names = [line.actor or who.name or "main" for line, who in ((one, first), (other, last))]
    task = LaneKind.TASK in (lines.kinds.get(first.lane), lines.kinds.get(last.lane))
    if first.lane == last.lane:
        advice = "they are two jobs of one worker, and may be of two"
    elif lines.started(first.lane) == last.lane:
        advice = f"{'`await`' if task else '`join`'} would make it so"
    else:
        advice = "an event, a queue or a join would make it so; or leave their order open"
    return (
        f"nothing makes this line wait for line {one.number}, though it is promised to come after it\n"
        f"  line {one.number}, printed by {names[0]}: {result.text(one)}\n"
        f"  line {other.number}, printed by {names[1]}: {result.text(other)}\n"
        f"  before it, {names[1]} {lines.doing(places[1])}; {advice}"
    )


def needless(result: Result, lines: Lines, assignment: Sequence[Line]) -> set[Pair]:
    """The freedoms that are none, for the first of the pair surely comes before the second."""
    copies = _copies(lines, assignment)
    return {
        (one, other)
        for one, other in Promises(result).open()
        if one in copies and other in copies and lines.before(copies[one][-1], copies[other][0])
    }


def who_printed(result: Result, lines: Lines, assignment: Sequence[Line]) -> list[Fault]:
    """The names of printers that are not those of one lane each.

    In a region a name is one lane of the run, and a lane has one name, but a worker of a pool one for each of its jobs. The
    name of a variable that is a process is all of that process; who that is, the system says. `main` is the main thread of
    its program. A line without a name is of the main process, of whichever lane.
    """
    printed = {line: lines.who(place) for place, line in reversed(list(enumerate(assignment)))}
    faults = []
    for terminal in result.terminals:
        for region in terminal.regions:
            named = [line for line in region.lines if line.actor and line in printed]
            for number, line in enumerate(named):
                name, who = _printer(line), printed[line]
                if name == "main" and not who.is_main:
                    faults.append(Fault(line.number, f"`main` did not print this, but {who.words}"))
                if name in result.variables and result.variables[name].is_process:
                    continue
                for other in named[:number]:
                    if fault := _differ(other, printed[other], line, who):
                        faults.append(Fault(line.number, fault))
                        break
    return faults


def _differ(one: Line, first: Who, other: Line, last: Who) -> str:
    same = first.lane == last.lane
    if _printer(one) == _printer(other) and not same:
        return f"line {one.number} has the same name, but was printed by {first.words}, and this one by {last.words}"
    if _printer(one) != _printer(other) and same and first.job == last.job:
        return f"line {one.number} has another name, but {first.words} printed both"
    return ""


def _printer(line: Line) -> str:
    return str(line.actor).partition("/")[0]
