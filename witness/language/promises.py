"""The promises of a result file on the order of its lines, and its freedoms, the orders that it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from functools import reduce
from graphlib import TopologicalSorter
from itertools import chain, permutations
from operator import or_

from witness.language.lines import Line
from witness.language.result import Result

Pair = tuple[Line, Line]
"""A line, and another that comes after it."""


def unordered(result: Result) -> tuple[Result, dict[Line, Line]]:
    """Return the result without any promise of order, and the original of each of its lines."""
    was: dict[Line, Line] = {}
    terminals = []
    for terminal in result.terminals:
        lines = [
            line if line.key or line.typed else replace(line, actor=f"{line.printer}/", after=())
            for line in terminal.lines
        ]
        was |= zip(lines, terminal.lines, strict=True)
        terminals.append(replace(terminal, lines=tuple(lines)))
    return replace(result, terminals=tuple(terminals)), was


class Promises:
    """The order that a result file guarantees: that of each lane, of barriers and of `after`.

    Raises `CycleError` if lines wait for each other in a circle.
    Complexity: O(lines²) operations on integers of as many bits.
    """

    def __init__(self, result: Result) -> None:
        self._terminals = [
            [line for line in terminal.lines if result.first[line] is line] for terminal in result.terminals
        ]
        self._index = {line: index for index, line in enumerate(result.lines)}
        self._before: dict[Line, int] = {}
        """The predecessors of each line, as a bit mask of their indices."""
        direct: dict[Line, set[Line]] = {}  # the direct predecessors, from which the others follow
        for terminal in result.terminals:
            last = {result.labelled[terminal.after]} if terminal.after else set()
            for region in terminal.regions:
                for line, beside in region.before.items():
                    direct[line] = last | beside | {result.labelled[label] for label in line.after}
                last = {*region.lines}
        for line in TopologicalSorter(direct).static_order():
            waits = (self._before[other] | 1 << self._index[other] for other in direct[line])
            self._before[line] = reduce(or_, waits, 0)

    def before(self, one: Line, other: Line) -> bool:
        return bool(self._before[other] >> self._index[one] & 1)

    def pairs(self) -> Iterator[Pair]:
        """Yield the promises from which all others follow: pairs with no line in between."""
        lines = [*chain(*self._terminals)]
        for other in lines:
            found = [line for line in lines if self.before(line, other)]
            yield from ((one, other) for one in found if not any(self.before(one, line) for line in found))

    def open(self) -> Iterator[Pair]:
        """Yield the freedoms within a terminal: each pair of unordered lines, both ways."""
        for lines in self._terminals:
            for one, other in permutations(lines, 2):
                if not self.before(one, other) and not self.before(other, one):
                    yield one, other

    def unproven(self, sure: Set[Pair]) -> list[Pair]:
        """Return the promises that are not `sure`, except those of keys and those whose line has a `because`."""
        return [
            (one, other)
            for one, other in self.pairs()
            if (one, other) not in sure and not (other.because or one.key or other.key)
        ]

    def told(self, sure: Set[Pair]) -> list[Line]:
        """The lines of which the file tells a cause, though all that they wait for is `sure` without that."""
        waits = {other for one, other in self.pairs() if (one, other) not in sure}
        return [line for line in self._index if line.because and line not in waits]

    def needless(self, sure: Set[Pair]) -> list[Pair]:
        """Return the freedoms contradicted by a `sure` order, without those that follow from others returned."""
        found = {pair for pair in self.open() if pair in sure}

        def follows(pair: Pair) -> bool:
            return any(
                (one, other) != pair
                and (one is pair[0] or self.before(pair[0], one))
                and (other is pair[1] or self.before(other, pair[1]))
                for one, other in found
            )

        return [pair for pair in sorted(found, key=lambda pair: (pair[1].number, pair[0].number)) if not follows(pair)]
