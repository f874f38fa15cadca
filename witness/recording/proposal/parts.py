"""The parts of proposed lines: what stands in each hole of a look, by what was printed there in all runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from witness.language import TYPES, Computed, Part, Reference, Shuffled, Text, Variable, formats, grammar
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.items import Item, columns
from witness.recording.proposal.lanes import Lanes, numbered, one_to_one
from witness.recording.proposal.looks import HOLE, VALUE, outline
from witness.recording.proposal.variables import EXPECTED, among, identity, likely, trim, variable


class Hole(NamedTuple):
    """Where a line varies: which of its holes."""

    item: Item
    slot: int

    @property
    def texts(self) -> list[str]:
        """What stood there in each run; of a repeated line, in each copy."""
        return [spot.values[self.slot] for spots in self.item.spots for spot in spots]

    @property
    def before(self) -> str:
        """The character before it, if there is one."""
        return self.item.look.split(HOLE)[self.slot][-1:]

    @property
    def kind(self) -> Hashable:
        """Holes of one kind have values of one type: they stand at the same place of lines that are alike."""
        value = self.texts[0].strip(" ")
        return outline(self.item.look), self.slot, formats.time_format(value) or identity(value)


class Parts:
    """Makes the parts of lines.

    `asked` has the names of the variables of which a person should look at the bounds.
    """

    def __init__(self, items: Sequence[Item], lanes: Lanes, recorded: int) -> None:
        self.items, self.lanes, self.recorded = items, lanes, recorded
        self.given: dict[tuple[str, ...], Variable] = {}
        self.asked: list[str] = []
        self.once = [item for item in items if not item.repeated]
        self.shuffled: set[Hole] = set()
        for item in self.once:
            if (slot := item.shuffle()) is None:
                item.deal()
            else:
                self.shuffled.add(Hole(item, slot))
        self.reopen()
        kinds: dict[Hashable, list[Hole]] = defaultdict(list)
        for item in items:
            for hole in (Hole(item, slot) for slot in range(item.look.count(HOLE))):
                kinds[hole.kind].append(hole)
        self.groups = [*kinds.values()]
        self.alike = {hole: group for group in self.groups for hole in group}
        self.margins = dict(chain(*map(self.ends, self.groups)))
        self.values = {
            hole: tuple(text[left : len(text) - right] for text in hole.texts)
            for hole, (left, right) in self.margins.items()
        }
        """What stood in a hole, without its margins, in each run; of a repeated line in each copy."""
        self.types: dict[Hole, Variable] = {}
        self.workers = dict(self.by_turns())

    def of(self, item: Item, copy: int) -> tuple[Part, ...]:
        """The parts of a line; of one that came again and again, those of that copy."""
        text, *texts = item.look.split(HOLE)
        parts: list[Part] = []
        for slot, after in enumerate(texts):
            hole = Hole(item, slot)
            value = item.spots[self.recorded][copy].values[slot]
            left, right = self.margins[hole]
            end = len(value) - right
            part = self.part(hole, value[left:end])
            if isinstance(part, Text):
                text += value[:left] + part.text
            else:
                parts += [Text(text + value[:left]), part]
                text = ""
            text += value[end:] + after
        return tuple(part for part in (*parts, Text(text)) if part != Text(""))

    def part(self, hole: Hole, value: str) -> Part:
        """What stands in a hole."""
        item = hole.item
        if hole in self.shuffled:
            return Shuffled(grammar.members(value))
        values = self.values[hole]
        bare = tuple(one.strip(" ") for one in values)
        known, varies = self.given.get(bare), len(set(values)) > 1
        plain = not item.repeated and hole not in self.workers
        if plain and known and (varies or known.name == item.actor):
            return Reference(known) if bare == values else Computed(known.name, f">{len(value)}")
        if item.repeated and (known := self.given.get(self.shared(hole))):
            return Reference(known)
        if plain and not varies:
            return Text(value)
        made = self.workers.get(hole) or self.process(hole, bare, value) or self.measured(hole, value)
        made = replace(made, value=value)
        if not item.repeated and made.type != "time":  # two times are equal as long as the clock does not go on
            self.given[bare] = made
        return made

    def shared(self, hole: Hole) -> tuple[str, ...]:
        """The numbers of the process that printed something, and whose number stood there in each copy."""
        copies = [(run, spot) for run, spots in enumerate(hole.item.spots) for spot in spots]
        fits = (
            numbers
            for numbers in self.lanes.names
            if all(spot.values[hole.slot].strip(" ") == numbers[run] for run, spot in copies)
        )
        return next(fits, ())

    def measured(self, hole: Hole, value: str) -> Variable:
        """A variable of the type that all values of the hole have, and of those that are like it."""
        own = self.values[hole]
        if dealt := () if hole.item.repeated else self.dealt.get(own, ()):
            found = among(variable(dealt, value, hole.item.look), dealt)
            return replace(found, name=numbered(found.name, self.lanes.used), each=True)
        found = self.typed(hole, value)
        if found.choices or found.high:
            every = [one for other in self.alike[hole] for one in self.values[other]]
            found = among(found, likely(own, [one for one in every if found.read(one) is not None]))
        named = replace(found, name=numbered(found.name, self.lanes.used))
        if TYPES[found.type].bounded:
            self.asked.append(named.name)
        return named

    def typed(self, hole: Hole, value: str) -> Variable:
        """A variable for all values of the hole and of those like it; if they are written otherwise, for its own."""
        group = self.alike[hole]
        known = self.types.get(group[0])
        if known and known.read(value) is not None:
            return replace(known, value=value)
        closed = not any(one.repeated for one in self.items)  # so may a number be that counts those lines
        apart = not any(self.again(self.values[other]) for other in group if not other.item.repeated)
        try:
            every = [one for other in group for one in self.values[other]]
            self.types[group[0]] = variable(every, value, hole.item.look, closed, apart)
            return self.types[group[0]]
        except ProposeError:
            return variable(self.values[hole], value, hole.item.look, closed, apart)

    @cached_property
    def dealt(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """For what stood in a hole in each run: all that stood there and in others, each of which had another of it.

        The others are in lines that are alike, side by side in one line, or wherever the same was seen, if in so many
        runs that two places of two values did not differ by chance. Of two such groups that deal out the same, only one
        can be said.
        """
        lines = [[Hole(item, slot) for slot in range(item.look.count(HOLE))] for item in self.once]
        same: dict[Hashable, list[Hole]] = defaultdict(list)
        for hole in chain(*lines):
            same[frozenset(self.values[hole])].append(hole)
        beside = (line[one:two] for line in lines for one, two in combinations(range(len(line) + 1), 2))
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        by: dict[Hashable, set[tuple[str, ...]]] = {}
        places = (some for some in same.values() if len(self.lanes.mains) * (len(some) - 1) >= EXPECTED)
        for holes in (*self.groups, *places, *beside):
            columns = dict.fromkeys(self.values[hole] for hole in holes if not hole.item.repeated)
            rows = [*zip(*columns, strict=True)]
            dealt = len({frozenset(row) for row in rows}) == 1 and len(set(rows[0])) == len(columns) > 1
            if dealt and by.setdefault(frozenset(rows[0]), {*columns}) == {*columns}:
                found |= dict.fromkeys(columns, tuple(chain(*rows)))
        return found

    def again(self, values: tuple[str, ...]) -> bool:
        """Whether these identities are others only in some runs, as what has gone leaves its own to what comes."""
        return any(
            values != other and any(one == two for one, two in zip(values, other, strict=True))
            for other in self.identities
        )

    @cached_property
    def identities(self) -> set[tuple[str, ...]]:
        """The values of all holes that look like the identity of something."""
        holes = (hole for hole in chain(*self.groups) if not hole.item.repeated)
        return {row for row in map(self.values.__getitem__, holes) if all(map(identity, row))}

    def process(self, hole: Hole, numbers: tuple[str, ...], value: str) -> Variable | None:
        """The number of a process: of one that prints, or of another that was there when it was traced."""
        format = f">{len(value)}" if numbers != self.values[hole] else ""
        own = hole.item.process  # of a line that did not come in each run too
        if numbers == tuple(spot.writer for spot in chain(*hole.item.spots)):
            numbers = own
        if name := self.lanes.names.get(numbers):
            first = next((one for one in self.items if one.process == numbers), None)
            if numbers not in self.lanes.shared:
                return Variable(name, "pid", value, format)
            return Variable(name, "worker", value, format) if hole.item is first else None
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
        spots = [chain(*(item.spots[run] for item in self.items)) for run in range(len(self.items[0].spots))]
        writers = [{spot.writer for spot in printed} for printed in spots]
        for hole in chain(*self.groups) if self.lanes.known else ():
            numbers = tuple(one.strip(" ") for one in self.values[hole])
            if hole.item.repeated or numbers in self.lanes.names or len(set(numbers)) == 1:
                continue
            mute = all(number not in wrote for number, wrote in zip(numbers, writers, strict=True))
            if mute and all(numbers[index] in one.processes for index, one in self.lanes.known.items()):
                found.append(numbers)
        return list(dict.fromkeys(found))

    def ends(self, group: Sequence[Hole]) -> Iterator[tuple[Hole, tuple[int, int]]]:
        """How much at both ends of what stands in holes that are alike is text, in all of their lines."""
        texts = [text for hole in group for text in hole.texts]
        margins = {before: trim(texts, before) for before in {hole.before for hole in group}}
        for hole in group:
            yield hole, (0, 0) if hole in self.shuffled else margins[hole.before]

    def by_turns(self) -> Iterator[tuple[Hole, Variable]]:
        """The holes that say who does the lines of a lane, where one does those of several, one lane at a time."""
        told: set[Item] = set()
        before: dict[str, list[Hole]] = defaultdict(list)
        for hole in self.alike:
            before[outline(HOLE.join(hole.item.look.split(HOLE)[: hole.slot + 1]))].append(hole)
        for group in before.values():
            firsts = [
                hole for hole in group if self.first(hole.item) and not (hole.item in told or self.tells(hole.item))
            ]
            rows, items = [self.values[hole] for hole in firsts], [hole.item for hole in firsts]
            doers = [self.lanes.doers[item] for item in items if item in self.lanes.doers]
            tell = firsts and len(doers) == len(rows) and one_to_one([*chain(*rows)], [*chain(*doers)])
            if not tell or not self.takes_turns(rows, [self.of_lane(item) for item in items]):
                continue
            names = set(chain(*rows))
            whole = variable([*chain(*rows)], rows[0][0], items[0].look)
            if whole.format:
                whole = Variable("", "text", rows[0][0], choices=tuple(names))
            elif whole.type == "int":  # some may never have come to do anything
                names = set(map(str, range(min(map(int, names)), max(map(int, names)) + 1)))
            for hole in firsts if whole.type in ("int", "text") else ():
                told.add(hole.item)
                name = hole.item.actor or ""
                name = name if name.isidentifier() else numbered("worker", self.lanes.used)
                for item in self.of_lane(hole.item):
                    item.actor = name
                yield hole, replace(among(whole, names), type="worker", name=name)

    def of_lane(self, item: Item) -> list[Item]:
        return [other for other in self.items if other.actor == item.actor] if item.actor else []

    def first(self, item: Item) -> bool:
        """Whether it is the first line of a lane that is not the main thread's."""
        lane = self.of_lane(item)
        return bool(lane) and lane[0] is item and not any(one.repeated for one in lane)

    def tells(self, item: Item) -> bool:
        """Whether a line has the number of the process that prints it, which is worth more than any other name."""
        return any(self.values[Hole(item, slot)] == item.process for slot in range(item.look.count(HOLE)))

    def reopen(self) -> None:
        """Take for a hole what never varied in the first line of a lane, but does in others that begin like it."""
        for slot, group, rows in columns(filter(self.first, self.items), VALUE):
            if len({len({*row}) > 1 for row in rows}) > 1:
                for line in chain(*map(self.of_lane, group)):
                    line.open(slot)

    def takes_turns(self, rows: Sequence[tuple[str, ...]], lanes: Sequence[Sequence[Item]]) -> bool:
        """Whether none of those in a row, which are the doers of the lanes in each run, ever did two lanes at once."""
        for run in range(len(rows[0])):
            ends = [(lane[0].spots[run][0].place, lane[-1].spots[run][-1].place) for lane in lanes]
            spans = sorted((row[run], *end) for row, end in zip(rows, ends, strict=True))
            if any(one[0] == two[0] and one[2] > two[1] for one, two in pairwise(spans)):
                return False
        return True
