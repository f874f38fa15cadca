"""What a result leaves open, and the runs that show that it is so: each freedom both ways, each part that varies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from witness.language import Block, Lane, Line, Reference, Result, Run, Shuffled, Variable, Verdict
from witness.tracing.promises import Pair, Promises

ENOUGH = 50
"""From how many runs on it means something that a thing was never seen; of them, every second is pushed."""
FAR = Decimal(10)
"""How many times farther from all that was seen than that is wide a bound may be."""
NATURAL = Decimal(0), Decimal(1)
"""Lower bounds that only say what is counted or measured."""

Shown = Pair | tuple[str, str] | tuple[int, str] | tuple[int, int]
"""What a run may show: a line before another that might come first; what a part may be; in which order the members of
a line come; how often it comes."""
Key = TypeVar("Key")


class Open:
    """What a result leaves open."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.promises = Promises(result)
        self.free = set(self.promises.open())
        self._single = {part.name for line in result.lines if not line.times for part in line.mentions}
        self._shuffled = [line for line in result.lines if any(isinstance(part, Shuffled) for part in line.parts)]
        self._regions = [region for terminal in result.terminals for region in terminal.regions]
        self._lanes = {
            line: (lane.actor, index)
            for index, region in enumerate(self._regions)
            for lane in region.lanes
            for line in lane.lines
        }
        self._swaps = [
            dict(zip((*one.lines, *other.lines), (*other.lines, *one.lines), strict=True))
            for region in self._regions
            for one, other in combinations(region.lanes, 2)
            if self._look(one) == self._look(other)
        ]
        """Lanes that nothing tells apart: what one has shown, so has the other."""

    def shown(self, run: Run, verdict: Verdict) -> set[Shown]:
        """What a legal run shows."""
        places: dict[Line, list[int]] = {}
        for place, line in enumerate(verdict.order):
            places.setdefault(line, []).append(place)
        pairs = {
            (one, other)
            for one, other in self.free
            if one in places and other in places and places[one][0] < places[other][-1]
        }
        while more := {(swap.get(a, a), swap.get(b, b)) for swap in self._swaps for a, b in pairs} - pairs:
            pairs |= more
        found: set[Shown] = {*pairs}
        for name, value in verdict.values.items():
            variable = self.result.variables[name]
            if variable.choices:
                found.add((name, value))
            elif not variable.is_process and value != self.result.values[name]:
                found.add((name, "another"))
        texts = [text for output in run.outputs for text, _ in output.lines]
        for line in self._shuffled:
            found |= {(line.number, texts[place]) for place in places.get(line, ())}
        return found | {(line.number, min(len(places.get(line, ())), 2)) for _, line in self._repeated()}

    def _repeated(self) -> Iterator[tuple[Block, Line]]:
        """The blocks that may come several times or not at all, each with its first line."""
        for block in (block for region in self._regions for lane in region.lanes for block in lane.blocks):
            if block.lines[0].times:
                yield block, block.lines[0]

    def unused(self, shown: AbstractSet[Shown]) -> Iterator[str]:
        """What is open, and none of the runs used that showed all this; but for single lines that never moved."""
        for one, other in self.never(shown)[0]:
            yield f"line {other.number} never came before line {one.number}"
        for name, variable in self.result.variables.items():
            for choice in variable.choices:
                if (name, choice) not in shown and not variable.each and name in self._single:
                    yield f"`{name}` was never `{choice}`"
        for line in self._shuffled:
            if sum(isinstance(text, str) and number == line.number for number, text in shown) == 1:
                yield f"what line {line.number} has in any order was always in the same"
        for block, line in self._repeated():
            if block.low == 0 and (line.number, 0) not in shown:
                yield f"line {line.number} always came"
            if (block.high is None or block.high > 1) and (line.number, 2) not in shown:
                yield f"line {line.number} never came more than once"
            if block.low == 1 and not {(line.number, 0), (line.number, 1)} & shown:
                yield f"line {line.number} always came more than once"

    def never(self, shown: AbstractSet[Shown]) -> tuple[list[Pair], list[Pair]]:
        """Pairs of which the second never came first: those of lanes that never changed places, and others.

        Not those that follow from others.
        """
        stayed = {(one, other) for one, other in self.free if (one, other) in shown and (other, one) not in shown}
        moved = {self._of(pair) for pair in self.free if pair in shown and (pair[1], pair[0]) in shown}
        still = {pair for pair in stayed if self._of(pair) not in moved}
        return self.promises.needless(still), self.promises.needless(stayed - still)

    def _of(self, pair: Pair) -> frozenset[tuple[str | None, int]]:
        return frozenset(self._lanes[line] for line in pair)

    def _look(self, lane: Lane) -> object:
        """What all lanes have in common that can't be told apart; itself if nothing else is like it."""
        own = [part.name for line in lane.lines for part in line.mentions]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(own))}
        others = {part.name for line in self.result.lines if line not in lane.lines for part in line.mentions}
        if others & set(own) or any(line.label or line.after for line in lane.lines):
            return lane.lines
        return tuple((line.times, tuple(_unnamed(part, numbers) for part in line.parts)) for line in lane.lines)


def _unnamed(part: object, numbers: Mapping[str, int]) -> object:
    if isinstance(part, Variable):
        return numbers[part.name], part.type, part.low, part.high
    return numbers[part.name] if isinstance(part, Reference) else str(part)


def cover(shown: Mapping[Key, AbstractSet[Shown]], counts: Mapping[Key, int], most: int) -> list[Key]:
    """As few runs as show all that any of them shows, at most `most`, the commonest first.

    Greedy: that of those left which shows most that is new, and the commoner one of two. Complexity: O(`most` x runs).
    """
    chosen: list[Key] = []
    known: set[Shown] = set()
    left = sorted(shown, key=lambda key: -counts[key])
    while left and len(chosen) < most:
        best = max(left, key=lambda key: len(shown[key] - known)) if chosen else left[0]
        if chosen and shown[best] <= known:
            break
        chosen.append(best)
        known |= shown[best]
        left.remove(best)
    return chosen


def constant(result: Result, seen: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Parts that never varied, by the values of each variable."""
    for name, values in seen.items():
        variable = result.variables[name]
        if len(set(values)) == 1 and not variable.is_process and variable.type != "input":
            yield f"{variable} was always {next(iter(values))}"


def far(result: Result, seen: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Bounds far from all that was seen, by the values of each variable."""
    for name, values in seen.items():
        variable = result.variables[name]
        if len(set(values)) > 1 and variable.low and variable.high and not variable.is_process:
            numbers = {Decimal(str(variable.worth(value))): value for value in values}
            least, most = min(numbers), max(numbers)
            low, high = Decimal(variable.low), Decimal(variable.high)
            near = FAR * (most - least)
            if high - most > near or (low not in NATURAL and least - low > near):
                yield f"{variable} was always in {numbers[least]}..{numbers[most]}"


def numbers_of_processes(result: Result, runs: Sequence[tuple[Run, Verdict]]) -> Iterator[tuple[Variable, Line]]:
    """Parts that are integers by their type, and in each of the runs the number of a process that printed."""
    for line in result.lines:
        for part in line.mentions:
            if (
                isinstance(part, Variable)
                and part.type == "int"
                and all(verdict.values.get(part.name, "") in _writers(run) for run, verdict in runs)
            ):
                yield part, line


def _writers(run: Run) -> Iterable[str]:
    return {str(writer) for output in run.outputs for _, writer in output.lines if writer}
