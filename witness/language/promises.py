"""The promises of a result file on the order of its lines, and its freedoms, the orders that it leaves open."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from graphlib import TopologicalSorter
from itertools import chain, pairwise, permutations
from typing import TypeVar

from witness.language.lines import Line, occurrences
from witness.language.result import Result

Pair = tuple[Line, Line]
"""A line, and another that comes after it."""
Triple = tuple[Line, Line, Line]
"""A line, the next one of its lane, and a line of another lane."""
Node = TypeVar("Node")


def predecessors(direct: Mapping[Node, Iterable[Node]]) -> dict[Node, set[Node]]:
    """Return all predecessors of each node, given its `direct` ones. Raises `CycleError` if they form a circle."""
    found: dict[Node, set[Node]] = {}
    for node in TopologicalSorter(direct).static_order():
        near = [*direct.get(node, ())]
        found[node] = set(near).union(*map(found.__getitem__, near))
    return found


def latest(nodes: Iterable[Node], before: Mapping[Node, Set[Node]]) -> list[Node]:
    """Return the `nodes` that are not `before` another of them: to wait for these is to wait for all."""
    nodes = [*nodes]
    earlier = set[Node]().union(*map(before.__getitem__, nodes))
    return [node for node in nodes if node not in earlier]


def unordered(result: Result) -> tuple[Result, dict[Line, Line]]:
    """Return the result without any promise of order, and the original of each of its lines."""
    was: dict[Line, Line] = {}
    terminals = []
    for terminal in result.terminals:
        lines = [
            line if line.key or line.typed else replace(line, actor=f"{line.printer}/", after=(), lock="", still=False)
            for line in terminal.lines
        ]
        was |= zip(lines, terminal.lines, strict=True)
        terminals.append(replace(terminal, lines=tuple(lines)))
    return replace(result, terminals=tuple(terminals)), was


def parted(triples: Iterable[Triple], orders: Iterable[Sequence[Line]]) -> set[Triple]:
    """Return the triples of which the third line came between the others in a run; `orders` has the lines of each."""
    found, triples = set[Triple](), [*triples]
    for at in map(occurrences, orders) if triples else ():
        there = (triple for triple in triples if at.keys() >= {*triple})
        found |= {
            (one, other, third)
            for one, other, third in there
            if any(at[one][0] < place < at[other][0] for place in at[third])
        }
    return found


class Promises:
    """The order that a result file guarantees: that of each lane, of barriers and of `after`.

    `before` has all predecessors of each line. Raises `CycleError` if lines wait for each other in a circle.
    """

    def __init__(self, result: Result) -> None:
        self._regions = [*result.regions]
        self._terminals = [
            [line for line in terminal.lines if result.first[line] is line] for terminal in result.terminals
        ]
        direct: dict[Line, set[Line]] = {}
        for terminal in result.terminals:
            last = {result.labelled[terminal.after]} if terminal.after else set()
            for region in terminal.regions:
                for line, beside in region.before.items():
                    direct[line] = last | beside | {result.labelled[label] for label in line.after}
                last = {*region.lines}
        self.before = predecessors(direct)

    def pairs(self) -> Iterator[Pair]:
        """Yield the promises from which all others follow: pairs with no line in between."""
        lines = [*chain(*self._terminals)]
        for other in lines:
            found = [line for line in lines if line in self.before[other]]
            yield from ((one, other) for one in latest(found, self.before))

    def open(self) -> Iterator[Pair]:
        """Yield the freedoms within a terminal: each pair of unordered lines, both ways."""
        for lines in self._terminals:
            for one, other in permutations(lines, 2):
                if self._is_open(one, other):
                    yield one, other

    def between(self) -> Iterator[Triple]:
        """Yield each triple where no order keeps the third line from coming between the others, which come once."""
        return self._between(lambda other: True)

    def kept(self) -> set[Triple]:
        """Return the triples of which the file says that the third line does not come between the others."""
        return {triple for triple in self._between(lambda other: other.still) if triple[1].lock in ("", triple[2].lock)}

    def _between(self, wanted: Callable[[Line], bool]) -> Iterator[Triple]:
        for region in self._regions:
            for lane in region.lanes:
                pairs = (
                    pair for pair in pairwise(lane.lines) if wanted(pair[1]) and not (pair[0].times or pair[1].times)
                )
                for one, other in pairs:
                    for third in (
                        block.line for beside in region.lanes if beside is not lane for block in beside.blocks
                    ):
                        if self._is_open(one, third) and self._is_open(third, other):
                            yield one, other, third

    def _is_open(self, one: Line, other: Line) -> bool:
        return one not in self.before[other] and other not in self.before[one]

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
        return [line for line in chain(*self._terminals) if line.because and line not in waits]

    def needless(self, sure: Set[Pair]) -> list[Pair]:
        """Return the freedoms contradicted by a `sure` order, without those that follow from others returned.

        Nothing can wait for a line that need not come. That another comes after it can only be said with a barrier, or
        if one printer prints both, by its name. So such a pair is left out where neither of the two is in order with
        all other lines, and two lines of that printer are in no order.
        """
        open = {*self.open()}
        luck = [(one, other) for one, other in open if sure.isdisjoint([(one, other), (other, one)])]
        free = {*chain(*luck)}
        loose = {one.printer for one, other in luck if one.printer == other.printer}

        def can_be_said(one: Line, other: Line) -> bool:
            named = one.printer == other.printer and one.printer not in loose
            return named or not one.is_optional or not free.issuperset((one, other))

        found = {pair for pair in open & sure if can_be_said(*pair)}

        def follows(pair: Pair) -> bool:
            return any(
                (one, other) != pair
                and (one is pair[0] or pair[0] in self.before[one])
                and (other is pair[1] or other in self.before[pair[1]])
                for one, other in found
            )

        return [pair for pair in sorted(found, key=lambda pair: (pair[1].number, pair[0].number)) if not follows(pair)]
