"""Decide which lines must precede which: those that always came first, and in each traced run for a cause."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from itertools import combinations, groupby

from witness.language.promises import latest, predecessors
from witness.recording.proposal.items import Item
from witness.recording.proposal.looks import outline
from witness.recording.proposal.traces import Known
from witness.recording.proposal.workers import Names


class Precedence:
    """Which lines must precede which: `earlier` has all of them for each line.

    `lucky` has for each line those that always came before it, though nothing makes it wait; `free` has the lines that
    one thread prints in any order, each with the first of them. `tried` are pairs to treat as if they had a cause,
    `workers` the lines that name the worker who did something (see `workers.named`).
    """

    def __init__(
        self,
        items: Sequence[Item],
        known: Mapping[int, Known],
        workers: Mapping[Item, Names],
        tried: Set[tuple[Item, Item]],
    ) -> None:
        self.items, self.known, self.workers, self.tried = items, known, workers, tried
        self.lucky: dict[Item, set[Item]] = {item: set() for item in items}
        self._group = _unordered(items) if known else {item: item for item in items}
        sizes = Counter(self._group.values())
        self.free = {item: group for item, group in self._group.items() if sizes[group] > 1}
        self.earlier = predecessors(self._direct())

    def is_fixed(self, item: Item) -> bool:
        """Return whether the line is in order with every other one."""
        return all(item is one or one in self.earlier[item] or item in self.earlier[one] for one in self.items)

    def waits(self) -> Iterator[tuple[Item, list[Item]]]:
        """Yield for each line the lines that its `after` must name: in other lanes of its region, and not implied.

        Nothing can wait for a line that may not come.
        """
        for laned, group in groupby(self.items, key=lambda item: item.actor is not None):
            region = [*group]
            for item in region:
                near = [one for one in region if laned and one in self.earlier[item] and all(one.spots)]
                last = latest(near, self.earlier)
                yield item, [one for one in last if one.actor != item.actor or (one.actor or "").endswith("/")]

    def luck(self) -> Iterator[tuple[Item, Item]]:
        """Yield the pairs of which the second line was only seen to follow the first, if no other line tells that."""
        came = {item: self.earlier[item] | self.lucky[item] for item in self.items}
        for item in self.items:
            near = latest([one for one in self.items if one in came[item]], came)
            yield from ((one, item) for one in near if one in self.lucky[item] and one.actor)

    def _direct(self) -> dict[Item, set[Item]]:
        """Return what each line must come after, such that this may be said of what precedes that as well.

        What precedes a line that may not come need not precede what follows it: without it, they may swap.
        """
        before = {item: {one for one in self.items if one.before(item)} for item in self.items}
        direct = {item: {one for one in before[item] if self._precedes(one, item)} for item in self.items}
        for item in self.items:
            for other in self.items if not all(item.spots) else ():
                swapped = direct[item] - before[other] if item in direct[other] else set[Item]()
                if any(item.beside(one, self.known) for one in swapped):
                    direct[other].remove(item)
                else:
                    direct[item] -= swapped
        return direct

    def _precedes(self, one: Item, other: Item) -> bool:
        """Return whether `one`, which always came before `other`, had to in each traced run.

        Lines that look the same are numbered as they come, so their order means nothing if one process prints them.
        """
        if (one, other) in self.tried:
            return True
        pairs = [
            (traced, one.spots[run][-1].place, other.spots[run][0].place)
            for run, traced in self.known.items()
            if one.spots[run] and other.spots[run]
        ]
        # If workers take turns, it is chance that one of them printed both.
        turns = one.apart(other) or self.workers.get(one) != self.workers.get(other)
        if one.look == other.look and (one.pooled or one.process == other.process):
            sure = all(traced.who[a] == traced.who[b] or (a, b) in traced.before for traced, a, b in pairs)
            return sure and not (one.pooled or turns)
        if self._group[one] is self._group[other] and pairs and all((a, b) in traced.brought for traced, a, b in pairs):
            return True
        met = pairs or not one.threads or not other.threads or not {*one.threads}.isdisjoint(other.threads)
        caused = all(
            not (traced.who[a] and traced.who[b])
            or ((a, b) in traced.before and not (turns and traced.who[a] == traced.who[b]))
            for traced, a, b in pairs
        )
        if met and caused and self._group[one] is not self._group[other] and not self._by_way(one, other):
            return True
        self.lucky[other].add(one)
        return False

    def _by_way(self, one: Item, other: Item) -> bool:
        """Return whether `other` came after `one` in each traced run just since a line did that it may swap with."""
        alike = [item for item in self.items if self._group[item] is self._group[other] and item is not other]
        runs = [run for run in self.known if one.spots[run] and other.spots[run]]
        sure = (self._caused(one, item, run) or not item.spots[run] for item in alike for run in runs)
        return not (all(map(one.before, alike)) and all(sure)) and all(
            any(self._caused(one, item, run) and self._caused(item, other, run) for item in alike) for run in runs
        )

    def _caused(self, one: Item, other: Item, run: int) -> bool:
        """Return whether both lines came in a traced run, the second because of the first."""
        first, last = one.spots[run], other.spots[run]
        return bool(first and last) and (first[-1].place, last[0].place) in self.known[run].before


def _unordered(items: Sequence[Item]) -> dict[Item, Item]:
    """Map each line to the first of those that one thread prints in any order: mostly to itself.

    Lines that swap, and are alike apart from words and numbers, come in any order, with all that swap with them.
    """
    first = {item: item for item in items}
    kinds: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        kinds[item.process, item.threads, outline(item.look)].append(item)
    for kind in kinds.values():
        for one, other in combinations(kind, 2):
            if not one.before(other):
                old, new = first[other], first[one]
                first |= {item: new for item in kind if first[item] is old}
    return first
