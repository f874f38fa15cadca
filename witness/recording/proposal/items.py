"""A line as it was printed in many runs: how it looks, who printed it, and where it stood in each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import NamedTuple

from witness.language import grammar
from witness.recording.proposal.looks import ANYTHING, HOLE, VALUE, filled, outline

Process = tuple[str, ...]
"""Its number in each run; nothing in one where it is not one process."""


class Spot(NamedTuple):
    """A printed line: its place in the output, its writer, and what was in the holes of its look."""

    place: int
    writer: str
    values: tuple[str, ...]


@dataclass(eq=False)
class Item:
    """The same line of all runs, or one that comes again and again: its look, and where it stands in each run.

    `pooled` if the process that writes it writes other lines in each run, as the worker of a pool does.
    """

    look: str
    pooled: bool
    spots: list[list[Spot]] = field(default_factory=list)
    repeated: bool = False
    actor: str | None = None
    label: str | None = None

    @cached_property
    def process(self) -> Process:
        """Its writer in each run."""
        writers = [{spot.writer for spot in spots} for spots in self.spots]
        return tuple("".join(one) if len(one) == 1 else "" for one in writers)

    @property
    def crowded(self) -> bool:
        """Whether several processes wrote it in one run."""
        return any(len({spot.writer for spot in spots}) > 1 for spots in self.spots)

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"\w[\w-]*", self.look))

    @property
    def texts(self) -> list[str]:
        """What it was in each run, if it came once."""
        return [filled(self.look, spots[0].values) for spots in self.spots]

    def by(self, process: Process) -> bool:
        """Whether this process wrote all of it."""
        return all(spot.writer == process[run] for run, spots in enumerate(self.spots) for spot in spots)

    def before(self, other: Item) -> bool:
        """Whether it always came first."""
        return all(
            one[-1].place < two[0].place for one, two in zip(self.spots, other.spots, strict=True) if one and two
        )

    def apart(self, other: Item) -> bool:
        """Whether in some run another process wrote it."""
        return any(one != two for one, two in zip(self.process, other.process, strict=True) if one and two)

    def swaps(self, other: Item) -> bool:
        """Whether it came first in some runs, and not in others."""
        return not self.before(other) and not other.before(self)

    def change(self, look: str, values: Sequence[tuple[str, ...]]) -> None:
        """Have another look, with these values in its holes in each run."""
        self.look = look
        self.spots = [[spots[0]._replace(values=row)] for spots, row in zip(self.spots, values, strict=True)]

    def shuffle(self) -> int | None:
        """Make one hole of those in a list whose members came in several orders; its number, if there is one."""
        for inside in re.finditer(r"(?<=[\[({])[^\[\](){}]*(?=[\])}])", self.look):
            first, holes = self.look[: inside.start()].count(HOLE), inside[0].count(HOLE)
            rows = [spots[0].values for spots in self.spots]
            lists = [filled(inside[0], row[first : first + holes]) for row in rows]
            varied = len({*lists}) > 1
            if varied and len({tuple(sorted(grammar.members(one))) for one in lists}) == 1:
                joined = [(*row[:first], one, *row[first + holes :]) for row, one in zip(rows, lists, strict=True)]
                self.change(self.look[: inside.start()] + HOLE + self.look[inside.end() :], joined)
                return first
        return None

    def deal(self) -> None:
        """Make several holes of each in which the same words came in any order, with blanks between them."""
        for slot in reversed(range(self.look.count(HOLE))):
            rows = [spots[0].values for spots in self.spots]
            words = [row[slot].split(" ") for row in rows]
            if len({*map(len, words)}) > 1:
                continue
            columns = [*zip(*words, strict=True)]
            dealt = [index for index, column in enumerate(columns) if len({*column}) > 1]
            values = [tuple(row[index] for index in dealt) for row in words]
            if len({frozenset(row) for row in values}) == 1 and len({*values[0]}) == len(dealt) > 1:
                texts = self.look.split(HOLE)
                inner = " ".join(HOLE if index in dealt else word for index, word in enumerate(words[0]))
                look = HOLE.join(texts[: slot + 1]) + inner + HOLE.join(texts[slot + 1 :])
                self.change(
                    look, [(*row[:slot], *some, *row[slot + 1 :]) for row, some in zip(rows, values, strict=True)]
                )

    def open(self, slot: int) -> None:
        """Make a hole of that number in its text, and of those that vary, if nothing else does."""
        texts = self.texts
        rows = [VALUE.findall(text) for text in texts]
        holes = [index for index, row in enumerate(zip(*rows, strict=False)) if index == slot or len(set(row)) > 1]
        numbers = count()
        look = VALUE.sub(lambda match: HOLE if next(numbers) in holes else match[0], texts[0])
        values = [tuple(row[hole] for hole in holes) for row in rows]
        if texts == [filled(look, row) for row in values]:
            self.change(look, values)


def columns(
    items: Iterable[Item], tokens: re.Pattern[str] = ANYTHING
) -> Iterator[tuple[int, Sequence[Item], Sequence[tuple[str, ...]]]]:
    """The places of lines that are alike before them but for words and numbers.

    Of each: which token it is, the lines, and what stood there in each run.
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
