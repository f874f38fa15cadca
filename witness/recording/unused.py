"""What a result leaves open, and what runs used of it: each free pair in both orders, each value that may vary."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from witness.language import (
    Computed,
    Fault,
    Lane,
    Line,
    Part,
    Reference,
    Region,
    Result,
    Run,
    Shuffled,
    Variable,
    Verdict,
    decide,
)
from witness.language.lines import occurrences
from witness.language.parts import names_in, valueless
from witness.language.promises import Pair, Promises

ENOUGH = 50
"""The number of runs, every second of them perturbed, from which on it counts that something was never seen."""
FAR = Decimal(10)
"""A bound may be farther from the values seen than their range is wide, by this factor."""
NATURAL = Decimal(0), Decimal(1)
"""Lower bounds that only say that something is counted or measured, so that they may be as far as they like."""

Shown = tuple[tuple[int, int], tuple[int, int]] | tuple[str, str] | tuple[int, str] | tuple[int, int]
"""What a run may show: a line before another that might come first; the value of a variable; the order in which a
shuffled line has its members; how often a line comes (0, 1, or 2 for more)."""
Key = TypeVar("Key")


class Open:
    """What a result leaves open."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.promises = Promises(result)
        self.free = set(self.promises.open())
        single = (line for line in result.lines if not line.times or line.times[1] == 1)
        self._single = {part.name for line in single for part in line.mentions}
        self._shuffled = [line for line in result.lines if any(isinstance(part, Shuffled) for part in line.parts)]
        self._alike: dict[str, list[str]] = {}
        """The names of variables of which two may have the same value: all workers, and those with the same choices."""
        for name, variable in result.variables.items():
            if variable.is_worker or (variable.choices and not variable.each and name in self._single):
                self._alike.setdefault("worker" if variable.is_worker else variable.bounds, []).append(name)
        self._repeated = [block for region in result.regions for block in region.blocks if block.line.times]
        self._lanes: dict[Line, tuple[Region, str | None]] = {}
        self._like: dict[Line, tuple[int, int]] = {}
        """For each line the number of its lane, which lanes that can't be told apart share, and its place there."""
        looks: dict[object, int] = {}
        for region in result.regions:
            for lane in region.lanes:
                number = looks.setdefault((region, self._look(lane)), len(looks))
                self._like |= {line: (number, place) for place, line in enumerate(lane.lines)}
                self._lanes |= dict.fromkeys(lane.lines, (region, lane.actor))

    def shown(self, run: Run, verdict: Verdict) -> set[Shown]:
        """Return what a legal run shows of what is open."""
        places = occurrences(verdict.order)
        found: set[Shown] = {
            self.order(one, other)
            for one, other in self.free
            if one in places and other in places and places[one][0] < places[other][-1]
        }
        found |= {(name, " ".join(sorted(by))) for name, by in self.printers(run, verdict).items()}
        for name, value in verdict.values.items():
            variable = self.result.variables[name]
            if variable.choices:
                found.add((name, value))
            elif not variable.is_process and value != self.result.values[name]:
                found.add((name, "another"))
        for key, names in self._alike.items():
            values = {(self.result.variables[name].bounds, verdict.values.get(name, name)) for name in names}
            if len(values) < len(names):
                found.add((key, "same"))
        texts = [text for output in run.outputs for text, _ in output.lines]
        for line in self._shuffled:
            for place in places.get(line, ()):
                members = [value for part, value in line.read(texts[place]) or () if isinstance(part, Shuffled)]
                found.add((line.number, " ".join(members)))
        return found | {(block.line.number, min(len(places.get(block.line, ())), 2)) for block in self._repeated}

    def printers(self, run: Run, verdict: Verdict) -> dict[str, set[str]]:
        """Return for each `int` variable the printers whose process had its value as number."""
        writers = [str(writer) for output in run.outputs for _, writer in output.lines]
        return {
            name: {
                line.printer for line, by in zip(verdict.order, writers, strict=True) if by == verdict.values.get(name)
            }
            for name, variable in self.result.variables.items()
            if variable.type == "int"
        }

    def order(self, one: Line, other: Line) -> Shown:
        """Return what shows that `one` can come before `other`: the same for all pairs of lines in such lanes."""
        return self._like[one], self._like[other]

    def unused(self, shown: AbstractSet[Shown]) -> Iterator[Fault]:
        """Yield what is open and not in `shown`, except for single lines of lanes that did change places."""
        for one, other in self.never(shown):
            yield Fault(other.number, f"line {other.number} never came before line {one.number}")
        for name, variable in self.result.variables.items():
            for choice in variable.choices:
                if (name, choice) not in shown and not variable.each and name in self._single:
                    yield Fault(self.result.line_with(name).number, f"`{name}` was never `{choice}`")
        for key, names in self._alike.items():
            if len(names) > 1 and (key, "same") not in shown:
                what = "shared a worker" if key == "worker" else "had the same value: write `each` for `in`"
                some = ", ".join(f"`{name}`" for name in names)
                yield Fault(self.result.line_with(names[-1]).number, f"no two of {some} ever {what}")
        for line in self._shuffled:
            if sum(isinstance(text, str) and number == line.number for number, text in shown) == 1:
                yield Fault(line.number, f"the members in line {line.number} always came in the same order")
        for block in self._repeated:
            number = block.line.number
            if block.low == 0 and (number, 0) not in shown:
                yield Fault(number, f"line {number} always came")
            if (block.high is None or block.high > 1) and (number, 2) not in shown:
                yield Fault(number, f"line {number} never came more than once")
            if block.low == 1 and not {(number, 0), (number, 1)} & shown:
                yield Fault(number, f"line {number} always came more than once")

    def never(self, shown: AbstractSet[Shown]) -> list[Pair]:
        """Return the free pairs of lanes that never changed places, without those that follow from others."""
        came = {pair for pair in self.free if self.order(*pair) in shown}
        stayed = {(one, other) for one, other in came if self.order(other, one) not in shown}
        moved = {frozenset(self._lanes[line] for line in pair) for pair in came - stayed}
        still = {pair for pair in stayed if frozenset(self._lanes[line] for line in pair) not in moved}
        return self.promises.needless(still)

    def _look(self, lane: Lane) -> object:
        """Return a key that lanes share if nothing tells them apart; a lane that refers to others has its own."""
        own = names_in(part for line in lane.lines for part in line.parts)
        numbers = {name: f"#{number}" for number, name in enumerate(dict.fromkeys(own))}
        others = names_in(part for line in self.result.lines if line not in lane.lines for part in line.parts)
        if not set(own).isdisjoint(others):
            return lane.lines
        before, lines = self.promises.before, {*lane.lines}
        return tuple(
            (
                line.times,
                line.lock,
                line.still,
                tuple(_unnamed(part, numbers) for part in line.parts),
                frozenset(before[line] - lines),
                frozenset(one for one in before if line in before[one]) - lines,
            )
            for line in lane.lines
        )


def _unnamed(part: Part, numbers: Mapping[str, str]) -> object:
    """Return what a part allows, with numbers in place of the names of variables."""
    if isinstance(part, Reference | Computed):
        return re.sub(r"[^\W\d]\w*", lambda name: numbers.get(name[0], name[0]), str(part))
    part = valueless(part)
    return replace(part, name=numbers[part.name]) if isinstance(part, Variable) else part


def cover(shown: Mapping[Key, AbstractSet[Shown]], most: int) -> list[Key]:
    """Return the fewest of the runs that show all that any of them shows, but `most` at most; the first is always one.

    Greedy: next is the run that shows most that is new; of several, the first. Complexity: O(`most` x runs).
    """
    chosen: list[Key] = []
    known: set[Shown] = set()
    while shown and len(chosen) < most:
        best = max(shown, key=lambda key: len(shown[key] - known)) if chosen else next(iter(shown))
        if chosen and shown[best] <= known:
            break
        chosen.append(best)
        known |= shown[best]
    return chosen


class Used:
    """What legal runs used of what a result leaves open: the values of each variable, and what `Open.shown` returns.

    Those of the `runs` that are legal are counted at once.
    """

    def __init__(self, result: Result, runs: Iterable[Run] = ()) -> None:
        self.result, self.open = result, Open(result)
        self.shown: set[Shown] = set()
        self.orders: list[Sequence[Line]] = []
        self.values: dict[str, set[str]] = {}
        self.printers: dict[str, set[str]] = {}
        """For each `int` variable the printers whose process had its value as number in every run so far."""
        for run in runs:
            if (verdict := decide(result, run)).legal:
                self.add(run, verdict)

    def add(self, run: Run, verdict: Verdict) -> frozenset[Shown]:
        """Count a legal run; return what it showed."""
        shown = frozenset(self.open.shown(run, verdict))
        self.shown |= shown
        self.orders.append(verdict.order)
        for name, value in verdict.values.items():
            self.values.setdefault(name, set()).add(value)
        for name, by in self.open.printers(run, verdict).items():
            self.printers[name] = self.printers.get(name, by) & by
        return shown

    def faults(self, times: int, runs: str, whole: bool = False) -> list[Fault]:
        """Return what the result allows and none of `times` runs used; `runs` describes these in words.

        `whole` means that all of them were counted here, not only those that were kept; only then are bounds checked.
        """
        found = []
        for name in sorted(name for name, by in self.printers.items() if by):
            words = "was always the ID of a process that printed: make it a `pid` or a `worker`"
            found.append(Fault(self.result.line_with(name).number, f"{self.result.variables[name]} {words}"))
        if times >= ENOUGH:
            unused = [*self._values(whole), *self.open.unused(self.shown)]
            found += [Fault(one.line, f"allows what never happened: {one.text} in {runs}") for one in unused]
        return found

    @property
    def luck(self) -> set[Pair]:
        """The free pairs whose second line came first in a run: what causes their order in others is luck.

        One printer may print lines in any order; there, all that have swapped with the same line are free.
        """
        luck = {(one, other) for one, other in self.open.free if self.open.order(other, one) in self.shown}
        groups: dict[Line, set[Line]] = {}
        for one, other in luck:
            if one.is_free and one.actor == other.actor and (other, one) in luck:
                group = groups.get(one, {one}) | groups.get(other, {other})
                groups |= dict.fromkeys(group, group)
        return luck | {(one, other) for one, other in self.open.free if other in groups.get(one, ())}

    def _values(self, whole: bool) -> Iterator[Fault]:
        """Yield variables that never varied and, if `whole`, those whose bounds are far from all values seen.

        Unless `whole`, the recorded value counts as one more.
        """
        for name, values in self.values.items():
            variable, line = self.result.variables[name], self.result.line_with(name).number
            known = values if whole else values | {self.result.values[name]}
            if variable.type == "input":
                continue
            if len(known) == 1:
                yield Fault(line, f"{variable} was always {min(values)}")
            elif whole and variable.low and variable.high:
                numbers = {Decimal(str(variable.worth(value))): value for value in values}
                least, most = min(numbers), max(numbers)
                low, high = Decimal(variable.low), Decimal(variable.high)
                near = FAR * (most - least)
                if high - most > near or (low not in NATURAL and least - low > near):
                    yield Fault(line, f"{variable} was always within {numbers[least]}..{numbers[most]}")
