"""The parts of proposed lines: what stands in each hole of a look, by what was printed there in all runs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, count, pairwise

from witness.language import Computed, Part, Reference, Shuffled, Text, Variable, formats, grammar
from witness.recording.alike import ANYTHING, HOLE, TIME, VALUE, Item, Spot
from witness.recording.lanes import Lanes, numbered
from witness.recording.seen import Seen
from witness.recording.shape import among, trim, variable

_Hole = tuple[Item, int, int]  # a line, which of its looks, which hole in it


class Parts:
    """Makes the parts of lines.

    `asked` has the names of the variables of which a person should look at the bounds.
    """

    def __init__(self, items: Sequence[Item], lanes: Lanes, recorded: int, seen: Mapping[int, Seen]) -> None:
        self.items, self.lanes, self.recorded, self.seen = items, lanes, recorded, seen
        self.given: dict[tuple[str, ...], str] = {}
        self.asked: list[str] = []
        self.shuffled = {(item, 0, _shuffle(item)) for item in items if not item.repeated}
        self.reopen()
        self.alike: dict[tuple[str, int, str], list[_Hole]] = defaultdict(list)
        for item in items:
            for look, hole in _holes(item):
                self.alike[self.kind(item, look, hole)].append((item, look, hole))
        self.workers = dict(self.by_turns())

    def of(self, item: Item, copy: int) -> tuple[Part, ...]:
        """The parts of a line; of one that came again and again, those of that copy."""
        look = copy % len(item.looks)
        first, *texts = item.looks[look].split(HOLE)
        spot = item.spots[self.recorded][copy]
        parts: list[Part] = [Text(first)]
        for hole, text in enumerate(texts):
            value = spot.values[hole]
            left, right = self.margins(item, look, hole)
            middle = value[left : len(value) - right]
            parts += [Text(value[:left]), self.part((item, look, hole), middle)]
            parts += [Text(value[len(value) - right :] + text)]
        joined: list[Part] = []
        for part in parts:
            if isinstance(part, Text) and joined and isinstance(joined[-1], Text):
                joined[-1] = Text(joined[-1].text + part.text)
            elif part != Text(""):
                joined.append(part)
        return tuple(joined)

    def part(self, hole: _Hole, value: str) -> Part:
        """What stands in a hole."""
        item, look, slot = hole
        if hole in self.shuffled:
            return Shuffled(grammar.members(value))
        values = self.values(hole)
        bare = tuple(one.strip(" ") for one in values)
        name, varies = self.given.get(bare, ""), len(set(values)) > 1
        if name and not item.repeated and (varies or name == item.actor):
            return Reference(name) if bare == values else Computed(name, frozenset({name}), f">{len(value)}")
        if not varies and not item.repeated and hole not in self.workers:
            return Text(value)
        made = self.workers.get(hole) or self.process(hole, bare, value) or self.measured(hole, value)
        made = replace(made, value=value)
        if not item.repeated and made.type != "time":  # two times are equal as long as the clock does not go on
            self.given[bare] = made.name
        return made

    def measured(self, hole: _Hole, value: str) -> Variable:
        """A variable of the type that all values of the hole have, and of those that are like it."""
        item, look, slot = hole
        group = self.alike[self.kind(*hole)]
        every = [one for other in group for one in self.values(other)]
        found = variable(every, value)
        rows = list(zip(*map(self.values, group), strict=True)) if not any(one.repeated for one, *_ in group) else []
        if len(group) > 1 and len({tuple(sorted(row)) for row in rows}) == 1 and len(set(rows[0])) == len(group):
            return replace(among(found, every), name=numbered(found.name, self.lanes.used), each=True)
        named = replace(found, name=numbered(found.name, self.lanes.used))
        if found.type in ("int", "float", "text"):
            self.asked.append(named.name)
        return named

    def process(self, hole: _Hole, numbers: tuple[str, ...], value: str) -> Variable | None:
        """The number of a process: of one that prints, or of another that was there when it was traced."""
        format = f">{len(value)}" if numbers != self.values(hole) else ""
        if name := self.lanes.names.get(numbers):
            first = next((one for one in self.items if one.process == numbers), None)
            if numbers not in self.lanes.shared:
                return Variable(name, "pid", value, format)
            return Variable(name, "worker", value, format) if hole[0] is first else None
        if numbers not in self.silent:
            return None
        rows = [*zip(*self.silent, strict=True)]
        shared = any(len(set(row)) < len(row) for row in rows)
        most = max(len(set(row)) for row in rows) if shared else 0
        return Variable(
            numbered("process", self.lanes.used), "worker" if shared else "silent", value, format, most=most
        )

    @cached_property
    def silent(self) -> list[tuple[str, ...]]:
        """The values of all holes that are numbers of processes which print nothing."""
        found = []
        for hole in chain(*self.alike.values()) if self.seen else ():
            numbers = tuple(one.strip(" ") for one in self.values(hole))
            if hole[0].repeated or numbers in self.lanes.names or len(set(numbers)) == 1:
                continue
            if all(numbers[index] in one.processes for index, one in self.seen.items()):
                found.append(numbers)
        return list(dict.fromkeys(found))

    def values(self, hole: _Hole) -> tuple[str, ...]:
        """What stood in a hole, without its margins, in each run; of a repeated line in each copy."""
        item, look, slot = hole
        left, right = self.margins(item, look, slot)
        texts = [
            spot.values[slot]
            for spots in item.spots
            for copy, spot in enumerate(spots)
            if copy % len(item.looks) == look
        ]
        return tuple(text[left : len(text) - right] for text in texts)

    def kind(self, item: Item, look: int, slot: int) -> tuple[str, int, str]:
        """Holes of one kind have values of one type: they stand at the same place of lines that are alike."""
        value = next(spot.values[slot] for spots in item.spots for spot in spots[look : look + 1])
        return _shape(item.looks[look]), slot, (formats.shape(value) or "") if TIME.fullmatch(value) else ""

    def margins(self, item: Item, look: int, slot: int) -> tuple[int, int]:
        """How much at both ends of what stands in a hole is text, in all lines that are alike."""
        if (item, look, slot) in self.shuffled:
            return 0, 0
        group = self.alike[self.kind(item, look, slot)]
        before = item.looks[look].split(HOLE)[slot]
        texts = [
            spot.values[hole]
            for one, at, hole in group
            for spots in one.spots
            for copy, spot in enumerate(spots)
            if copy % len(one.looks) == at
        ]
        return trim(texts, before)

    def by_turns(self) -> Iterator[tuple[_Hole, Variable]]:
        """The holes that say who does the lines of a lane, where a few do those of many, each one lane at a time."""
        for group in self.alike.values():
            firsts = [hole for hole in group if self.first(hole[0])]
            rows = [self.values(hole) for hole in firsts]
            names = set(chain(*rows))
            shared = 1 < len(names) < len(firsts) and any(len(set(row)) > 1 for row in rows)
            if not shared or not self.takes_turns(rows, [self.of_lane(hole[0]) for hole in firsts]):
                continue
            whole = variable([*chain(*rows)], rows[0][0])
            for hole in firsts if whole.type in ("int", "text") else ():
                name = hole[0].actor or ""
                name = name if name.isidentifier() else numbered("worker", self.lanes.used)
                for item in self.of_lane(hole[0]):
                    item.actor = name
                yield hole, replace(among(whole, names), type="worker", name=name)

    def of_lane(self, item: Item) -> list[Item]:
        return [other for other in self.items if other.actor == item.actor] if item.actor else []

    def first(self, item: Item) -> bool:
        """Whether it is the first line of a lane that is not the main thread's."""
        lane = self.of_lane(item)
        return bool(lane) and lane[0] is item and not any(one.repeated for one in lane)

    def reopen(self) -> None:
        """Take for a hole what never varied in the first line of a lane, but does in others like it but for words."""
        groups: dict[str, list[Item]] = defaultdict(list)
        for item in filter(self.first, self.items):
            groups[_shape(_texts(item)[0])].append(item)
        for group in groups.values():
            rows = [list(zip(*map(VALUE.findall, _texts(item)), strict=True)) for item in group]
            for slot in range(min(map(len, rows))):
                if len({len(set(row[slot])) > 1 for row in rows}) > 1:
                    for line in chain(*map(self.of_lane, group)):
                        _open(line, slot)

    def takes_turns(self, rows: Sequence[tuple[str, ...]], lanes: Sequence[Sequence[Item]]) -> bool:
        """Whether none of those in a row, which are the doers of the lanes in each run, ever did two lanes at once."""
        for run in range(len(rows[0])):
            ends = [(lane[0].spots[run][0].place, lane[-1].spots[run][-1].place) for lane in lanes]
            spans = sorted((row[run], *end) for row, end in zip(rows, ends, strict=True))
            if any(one[0] == two[0] and one[2] > two[1] for one, two in pairwise(spans)):
                return False
        return True


def _shape(look: str) -> str:
    """What lines have in common that differ only in words and numbers."""
    return ANYTHING.sub(HOLE, look)


def _holes(item: Item) -> Iterator[tuple[int, int]]:
    for look, text in enumerate(item.looks):
        for hole in range(text.count(HOLE)):
            yield look, hole


def _shuffle(item: Item) -> int:
    """Make one hole of the holes in a list whose members came in any order; its number, -1 where there is none."""
    look = item.look
    for opening in re.finditer(r"[\[({]", look):
        depth, end = 1, opening.end()
        while depth and end < len(look):
            depth += (look[end] in "[({") - (look[end] in "])}")
            end += 1
        content = look[opening.end() : end - 1]
        first, holes = look[: opening.end()].count(HOLE), content.count(HOLE)
        if depth or holes < 2:
            continue
        lists = [_filled(content, spots[0].values[first : first + holes]) for spots in item.spots]
        if len({tuple(sorted(grammar.members(one))) for one in lists}) == 1:
            item.looks = (look[: opening.end()] + HOLE + look[end - 1 :],)
            for index, ((place, writer, values),) in enumerate(item.spots):
                item.spots[index] = [Spot(place, writer, (*values[:first], lists[index], *values[first + holes :]))]
            return first
    return -1


def _texts(item: Item) -> list[str]:
    return [_filled(item.look, spots[0].values) for spots in item.spots]


def _open(item: Item, slot: int) -> None:
    """Make holes of that number in the text of a line, and of those that vary."""
    texts = _texts(item)
    rows = [VALUE.findall(text) for text in texts]
    holes = [index for index, row in enumerate(zip(*rows, strict=True)) if index == slot or len(set(row)) > 1]
    numbers = count()
    look = VALUE.sub(lambda match: HOLE if next(numbers) in holes else match[0], texts[0])
    values = [tuple(row[hole] for hole in holes) for row in rows]
    if texts == [_filled(look, row) for row in values]:  # else words vary too
        item.looks = (look,)
        item.spots = [[spots[0]._replace(values=row)] for spots, row in zip(item.spots, values, strict=True)]


def _filled(look: str, values: Sequence[str]) -> str:
    left = iter(values)
    return re.sub(HOLE, lambda _: next(left), look)
