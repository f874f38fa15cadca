"""Which lines of many runs are the same line: it looks the same but for what varies, and the same process prints it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, count
from operator import and_
from typing import NamedTuple

from witness.language import Output, grammar
from witness.recording.looks import HOLE, VALUE, Key, Text, describe, filled, shape, shown

SHOWN = 6
"""How many of a kind a message shows."""
Process = tuple[str, ...]
"""Its number in each run; nothing in one where it is not one process."""
_CHANGE = """
Annotations can't describe that. Where words vary, let the program print one of a few; where lines do, one kind of them
at one place. If two prints got into one line, let one call write it, newline and all, or hold a lock."""


class ProposeError(Exception):
    """Runs that no annotations describe: what was printed, and what to change in the program."""


class Spot(NamedTuple):
    """A printed line: its place in the output, its writer, and what was in the holes of its look."""

    place: int
    writer: str
    values: tuple[str, ...]


class _Loose(NamedTuple):
    """A line that is not as often in each run: what of its printer came before it, and what is known of it."""

    anchor: Hashable
    keys: tuple[Key, ...]
    place: int
    writer: str

    def spot(self, level: int) -> Spot:
        return Spot(self.place, self.writer, self.keys[level][1])


@dataclass(eq=False)
class Item:
    """The same line of all runs, or lines that come again and again: their looks, and where they stand in each run.

    `pooled` if the process that writes it writes other lines in each run, as the worker of a pool does.
    """

    looks: tuple[str, ...]
    pooled: bool
    spots: list[list[Spot]] = field(default_factory=list)
    repeated: bool = False
    actor: str | None = None
    label: str | None = None

    @property
    def look(self) -> str:
        return self.looks[0]

    @property
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
        return set(re.findall(r"[\w-]+", " ".join(self.looks)))

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

    def swaps(self, other: Item) -> bool:
        """Whether it came first in some runs, and not in others."""
        return self is not other and not self.before(other) and not other.before(self)

    def change(self, look: str, values: Sequence[tuple[str, ...]]) -> None:
        """Have another look, with these values in its holes in each run."""
        self.looks = (look,)
        self.spots = [[spots[0]._replace(values=row)] for spots, row in zip(self.spots, values, strict=True)]

    def shuffle(self) -> int:
        """Make one hole of those in a list whose members came in any order; its number, -1 where there is none."""
        look = self.look
        for opening in re.finditer(r"[\[({]", look):
            depth, end = 1, opening.end()
            while depth and end < len(look):
                depth += (look[end] in "[({") - (look[end] in "])}")
                end += 1
            content = look[opening.end() : end - 1]
            first, holes = look[: opening.end()].count(HOLE), content.count(HOLE)
            if depth or holes < 2:
                continue
            rows = [spots[0].values for spots in self.spots]
            lists = [filled(content, row[first : first + holes]) for row in rows]
            if len({tuple(sorted(grammar.members(one))) for one in lists}) == 1:
                joined = [(*row[:first], one, *row[first + holes :]) for row, one in zip(rows, lists, strict=True)]
                self.change(look[: opening.end()] + HOLE + look[end - 1 :], joined)
                return first
        return -1

    def open(self, slot: int) -> None:
        """Make a hole of that number in its text, and of those that vary, if nothing else does."""
        texts = self.texts
        rows = [VALUE.findall(text) for text in texts]
        holes = [index for index, row in enumerate(zip(*rows, strict=True)) if index == slot or len(set(row)) > 1]
        numbers = count()
        look = VALUE.sub(lambda match: HOLE if next(numbers) in holes else match[0], texts[0])
        values = [tuple(row[hole] for hole in holes) for row in rows]
        if texts == [filled(look, row) for row in values]:
            self.change(look, values)


def identify(outputs: Sequence[Output], mains: Process, roles: Mapping[str, str], loose: bool = False) -> list[Item]:
    """The lines of all runs, put together.

    A process is that of another run which prints the same lines; of several such, the first started is the first.
    `roles` has who prints what looks so, as far as it is known. If `loose`, a line that is as often in each run may be
    one of those that are not, if it looks like them but for words and numbers.
    """
    writers = [[str(writer or main) for _, writer in output.lines] for output, main in zip(outputs, mains, strict=True)]
    texts = [[text for text, _ in output.lines] for output in outputs]
    lines = describe(texts)
    if loose:
        known = zip(chain(*texts), chain(*lines), strict=True)
        lines = describe(texts, {shape(text) for text, line in known if not line.often})
    owners = _owners(lines, writers, mains)
    crowds = _crowds(lines, writers)
    items: dict[Hashable, Item] = {}
    several: dict[Hashable, list[list[_Loose]]] = defaultdict(lambda: [[] for _ in outputs])
    for index, run in enumerate(lines):
        times, latest = Counter[Hashable](), dict[Hashable, Hashable]()
        for place, (line, writer) in enumerate(zip(run, writers[index], strict=True)):
            owner, (look, values) = owners[index][writer], line.keys[0]
            role = owner, roles.get(VALUE.sub(HOLE, texts[index][place]))
            if not line.often:
                anchor = None if look in crowds else latest.get(role)
                several[None if look in crowds else role][index].append(_Loose(anchor, line.keys, place, writer))
                continue
            times[owner, look] += 1
            key = latest[role] = (owner, look, times[owner, look])
            item = items.setdefault(key, Item((look,), owner is None, [[] for _ in outputs]))
            item.spots[index].append(Spot(place, writer, values))
    for printer, seen in several.items():
        for anchor in dict.fromkeys(one.anchor for one in chain(*seen)):
            for item in _repeated([[one for one in run if one.anchor == anchor] for run in seen]):
                items[printer, anchor, item.looks] = item
    return list(items.values())


def _owners(
    lines: Sequence[Sequence[Text]], writers: Sequence[Sequence[str]], mains: Process
) -> list[dict[str, Hashable]]:
    """For the processes of each run, who they are in all runs; None where other runs have no such process."""
    kinds: list[dict[str, Hashable]] = []
    for run, wrote, main in zip(lines, writers, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for line, writer in zip(run, wrote, strict=True):
            look = line.keys[0][0]
            if line.often or look not in looks[writer]:
                looks[writer].append(look)
        kinds.append({writer: (writer == main, *sorted(looks[writer])) for writer in sorted(looks, key=int)})
    always = reduce(and_, (Counter(kind.values()) for kind in kinds))
    owners: list[dict[str, Hashable]] = []
    for kind in kinds:
        nth = Counter[Hashable]()
        owners.append({})
        for writer, same in kind.items():
            nth[same] += 1
            owners[-1][writer] = (same, nth[same]) if nth[same] <= always[same] else None
    return owners


def _crowds(lines: Sequence[Sequence[Text]], writers: Sequence[Sequence[str]]) -> set[str]:
    """The looks of lines that are not as often in each run, and that several processes write."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for index, (run, wrote) in enumerate(zip(lines, writers, strict=True)):
        for line, writer in zip(run, wrote, strict=True):
            if not line.often:
                found[line.keys[0][0], index].add(writer)
    return {look for (look, _), by in found.items() if len(by) > 1}


def _repeated(runs: Sequence[Sequence[_Loose]]) -> Iterator[Item]:
    """The item of lines that come again and again, at one place; and that of the last ones, if they may end halfway."""
    for level in 0, 1:
        looks = [[one.keys[level][0] for one in run] for run in runs]
        spots = [[one.spot(level) for one in run] for run in runs]
        longest = max(looks, key=len)
        for length in range(1, len(longest) + 1):
            half = {len(run) % length for run in looks} - {0}
            whole = [len(run) - len(run) % length for run in looks]
            fits = all(run == (longest[:length] * len(run))[: len(run)] for run in looks)
            if fits and (not half or (len(half) == 1 and len(longest) >= 2 * length)):
                periods = [run[:end] for run, end in zip(spots, whole, strict=True)]
                yield Item((*longest[:length],), False, periods, repeated=True)
                if half:
                    rest = [run[end:] for run, end in zip(spots, whole, strict=True)]
                    yield Item((*longest[: half.pop()],), False, rest, repeated=True)
                return
    times = [Counter(one.keys[0][0] for one in run) for run in runs]
    counts = {look: [run[look] for run in times] for look in dict.fromkeys(chain(*times))}
    uneven = [_uneven(look, seen) for look, seen in counts.items() if len(set(seen)) > 1]
    raise ProposeError("\n".join(uneven[:SHOWN]) + _CHANGE)


def _uneven(look: str, times: Sequence[int]) -> str:
    """What is wrong with a line that is not equally often in all runs."""
    runs = sum(time > 0 for time in times)
    said = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"`{shown(look)}` was printed {said}"
