"""A line as it was printed in many runs: how it looks, who printed it, and where it stood in each run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from witness.language import grammar
from witness.language.types import IDENTITY
from witness.recording.proposal.looks import ANYTHING, HOLE, VALUE, Spot, filled, outline, put

Process = tuple[str, ...]
"""The number of a process in each run, or "" in a run where it is not a single process."""


@dataclass(eq=False)
class Item:
    """A line of all runs, or one that is `repeated`: its look, and its `spots` in each run.

    `pooled` if the process that writes it writes other lines from run to run, like the worker of a pool.
    """

    look: str
    pooled: bool
    spots: list[list[Spot]]
    repeated: bool = False
    actor: str | None = None
    label: str | None = None

    @cached_property
    def process(self) -> Process:
        """The process that wrote it in each run."""
        writers = [{spot.writer for spot in spots} for spots in self.spots]
        return tuple("".join(one) if len(one) == 1 else "" for one in writers)

    def thread(self, run: int) -> str:
        """Return the thread or task that printed it in a traced run, several joined with `+`; "" if none did."""
        return "+".join(dict.fromkeys(spot.thread or "" for spot in self.spots[run]))

    @cached_property
    def threads(self) -> tuple[str, ...]:
        """The threads or tasks that printed it, one for each traced run that has it."""
        runs = (run for run, spots in enumerate(self.spots) if spots and spots[0].thread is not None)
        return tuple(map(self.thread, runs))

    @property
    def crowded(self) -> bool:
        """Whether several processes wrote it in some run."""
        return any(len({spot.writer for spot in spots}) > 1 for spots in self.spots)

    @property
    def times(self) -> tuple[int, int | None] | None:
        """How often it may come if it is repeated: from 0, 1 or 2 times on, as seen; to once, or without end."""
        times = [*map(len, self.spots)]
        return (min(2, *times), 1 if max(times) == 1 else None) if self.repeated else None

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"\w[\w-]*", self.look))

    @property
    def texts(self) -> list[str]:
        """Its text in each run; for a line that came exactly once in each."""
        return [spots[0].text for spots in self.spots]

    def by(self, process: Process) -> bool:
        """Return whether `process` wrote it in each run."""
        return all(spot.writer == process[run] for run, spots in enumerate(self.spots) for spot in spots)

    def beside(self, other: Item, traced: Iterable[int]) -> bool:
        """Return whether, wherever it came, its process printed `other`, and in the `traced` runs its thread did."""
        threads = all(self.thread(run) in ("", other.thread(run)) for run in traced)
        return threads and fits(self.process, other.process)

    def before(self, other: Item) -> bool:
        """Return whether all of it came before all of `other`, in each run that has both."""
        return all(
            one[-1].place < two[0].place for one, two in zip(self.spots, other.spots, strict=True) if one and two
        )

    def apart(self, other: Item) -> bool:
        """Return whether it and `other` were not written by just the same processes in some run."""
        pairs = zip(self.spots, other.spots, strict=True)
        return any({spot.writer for spot in one} != {spot.writer for spot in two} for one, two in pairs if one and two)

    def change(self, look: str, values: Sequence[tuple[str, ...]]) -> None:
        """Give it another look, with these values in its holes, one row for each run."""
        self.look = look
        for (spot,), row in zip(self.spots, values, strict=True):
            spot.masks = [(look, row)]

    def shuffle(self) -> list[int]:
        """Merge the holes in each bracketed list whose members came in several orders; return the merged holes.

        Lists are tried from right to left, and the outer ones before those in them: `[(1, 'a'), (2, 'b')]` has two
        members.
        """
        merged: list[int] = []
        rest = self.look
        for begin, end in sorted(_brackets(self.look), key=itemgetter(1), reverse=True):
            first, inside = self.look[:begin].count(HOLE), self.look[begin:end]
            last = first + inside.count(HOLE)
            rows = [spots[0].values for spots in self.spots]
            lists = [filled(inside, row[first:last]) for row in rows]
            members = {tuple(sorted(grammar.members(one))) for one in lists}
            if end <= len(rest) and len({*lists}) > 1 == len(members):
                rest = self.look[:begin]
                values = [(*row[:first], one, *row[last:]) for row, one in zip(rows, lists, strict=True)]
                self.change(rest + HOLE + self.look[end:], values)
                merged = [first, *(slot - (last - first) + 1 for slot in merged)]
        return merged

    def deal(self) -> None:
        """Split each hole in which the same words, with blanks between them, came in any order: one hole a word."""
        for slot in reversed(range(self.look.count(HOLE))):
            rows = [spots[0].values for spots in self.spots]
            words = [row[slot].split(" ") for row in rows]
            if len({*map(len, words)}) > 1:
                continue
            columns = [*zip(*words, strict=True)]
            dealt = [index for index, column in enumerate(columns) if len({*column}) > 1]
            values = [tuple(row[index] for index in dealt) for row in words]
            if len({frozenset(row) for row in values}) == 1 and len({*values[0]}) == len(dealt) > 1:
                inner = " ".join(HOLE if index in dealt else word for index, word in enumerate(words[0]))
                dealt_rows = [(*row[:slot], *some, *row[slot + 1 :]) for row, some in zip(rows, values, strict=True)]
                self.change(put(self.look, slot, inner), dealt_rows)

    def open(self, slot: int) -> None:
        """Make a hole of its value number `slot`, and of those that vary, if nothing else in its text does."""
        texts = self.texts
        rows = [VALUE.findall(text) for text in texts]
        holes = [index for index, row in enumerate(zip(*rows, strict=False)) if index == slot or len(set(row)) > 1]
        numbers = count()
        look = VALUE.sub(lambda match: HOLE if next(numbers) in holes else match[0], texts[0])
        values = [tuple(row[hole] for hole in holes) for row in rows]
        if texts == [filled(look, row) for row in values]:
            self.change(look, values)


class Hole(NamedTuple):
    """A hole in the look of a line: the line, and which of its holes it is."""

    item: Item
    slot: int

    @property
    def texts(self) -> list[str]:
        """What stood there in each run; for a repeated line, in each copy."""
        return [spot.values[self.slot] for spots in self.item.spots for spot in spots]

    @property
    def before(self) -> str:
        """The character before it, which may be a hole, or ""."""
        return (HOLE * self.slot + self.item.look.split(HOLE)[self.slot])[-1:]

    @property
    def kind(self) -> Hashable:
        """Holes of one kind have one type: they stand at the same place in lines that are alike."""
        return outline(self.item.look), self.slot, bool(IDENTITY.fullmatch(self.texts[0].strip(" ")))


def columns(
    items: Iterable[Item], tokens: re.Pattern[str] = ANYTHING
) -> Iterator[tuple[int, Sequence[Item], Sequence[tuple[str, ...]]]]:
    """Yield the places up to which several lines are alike, apart from words and numbers.

    For each place: the number of its token, the items, and for each item what stood there in each run.
    """
    alike: dict[tuple[int, str], list[tuple[Item, tuple[str, ...]]]] = defaultdict(list)
    for item in items:
        texts = [] if item.repeated else item.texts
        rows = [tokens.findall(text) for text in texts]
        if len({*map(outline, texts)}) == len({*map(len, rows)}) == 1:
            for slot, match in enumerate(tokens.finditer(texts[0])):
                key = slot, outline(texts[0][: match.start()])
                alike[key].append((item, tuple(row[slot] for row in rows)))
    for (slot, _), group in alike.items():
        yield slot, [item for item, _ in group], [row for _, row in group]


def fits(process: Process, other: Process) -> bool:
    """Return whether a process has the numbers of another one in each run in which it has one."""
    return all(one in ("", two) for one, two in zip(process, other, strict=True))


def sometimes(row: Process, others: Iterable[Process]) -> bool:
    """Return whether it is the same as one of the others in some runs only, where both are known.

    Such are the workers of a pool that does two tasks with one of them, and a new object with the identity of one gone.
    """
    same = ({one == two for one, two in zip(row, other, strict=True) if one and two} for other in others)
    return any(len(found) > 1 for found in same)


def _brackets(look: str) -> Iterator[tuple[int, int]]:
    """Yield where what stands between two brackets begins and ends."""
    opened: list[int] = []
    for place, character in enumerate(look):
        if character in "[({":
            opened.append(place + 1)
        elif character in "])}" and opened:
            yield opened.pop(), place
