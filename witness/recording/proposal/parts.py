"""The parts of proposed lines: what each hole of a look becomes, given what was printed there in all runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from witness.language import TYPES, Computed, Part, Reference, Shuffled, Text, Variable, formats, grammar
from witness.language.parts import joined
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.items import Item, columns
from witness.recording.proposal.lanes import Lanes, numbered, one_to_one
from witness.recording.proposal.looks import HOLE, VALUE, outline
from witness.recording.proposal.variables import EXPECTED, among, identity, likely, trim, variable


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
        """The character before it, or ""."""
        return self.item.look.split(HOLE)[self.slot][-1:]

    @property
    def kind(self) -> Hashable:
        """Holes of one kind have one type: they stand at the same place in lines that are alike."""
        value = self.texts[0].strip(" ")
        return outline(self.item.look), self.slot, formats.time_format(value) or identity(value)


class Parts:
    """Makes the parts of lines.

    `asked` has the names of the variables whose bounds a person should look at.
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
        """The values of each hole without its margins: one for each run, or for each copy of a repeated line."""
        self.types: dict[Hole, Variable] = {}
        self.workers = dict(self.by_turns())

    def of(self, item: Item, copy: int) -> tuple[Part, ...]:
        """Return the parts of a line; for a repeated line, those of the copy with this number."""
        text, *texts = item.look.split(HOLE)
        parts: list[Part] = [Text(text)]
        for slot, after in enumerate(texts):
            hole = Hole(item, slot)
            value = item.spots[self.recorded][copy].values[slot]
            left, right = self.margins[hole]
            end = len(value) - right
            parts += [Text(value[:left]), self.part(hole, value[left:end]), Text(value[end:] + after)]
        return joined(parts)

    def part(self, hole: Hole, value: str) -> Part:
        """Return the part for a hole; `value` is the recorded one."""
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
        if not item.repeated and made.type != "time":  # times may be equal by chance
            self.given[bare] = made
        return made

    def shared(self, hole: Hole) -> tuple[str, ...]:
        """Return the process, as its numbers by run, whose number stands in each copy of the line, or ()."""
        copies = [(run, spot) for run, spots in enumerate(hole.item.spots) for spot in spots]
        fits = (
            numbers
            for numbers in self.lanes.names
            if all(spot.values[hole.slot].strip(" ") == numbers[run] for run, spot in copies)
        )
        return next(fits, ())

    def measured(self, hole: Hole, value: str) -> Variable:
        """Return a variable that has a type, and bounds, that fit the hole and those like it."""
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
        """Return a variable for the values of the hole and those like it, or if no type fits all, for its own."""
        group = self.alike[hole]
        known = self.types.get(group[0])
        if known and known.read(value) is not None:
            return replace(known, value=value)
        closed = not any(one.repeated for one in self.items)  # a number may count the repeated lines
        apart = not any(self.again(self.values[other]) for other in group if not other.item.repeated)
        try:
            every = [one for other in group for one in self.values[other]]
            self.types[group[0]] = variable(every, value, hole.item.look, closed, apart)
            return self.types[group[0]]
        except ProposeError:
            return variable(self.values[hole], value, hole.item.look, closed, apart)

    @cached_property
    def dealt(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Map what a hole had in each run to all values of a group of holes that share the same out in each run.

        Such a group is of holes in lines that are alike, side by side in a line, or anywhere, if there were so many
        runs that two places with two values would not differ in all of them by chance. Of two groups that share out the
        same values, only the first counts: a result can't tell them apart.
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
        """Return whether these identities equal others in some runs only: a new object gets that of one gone."""
        return any(
            values != other and any(one == two for one, two in zip(values, other, strict=True))
            for other in self.identities
        )

    @cached_property
    def identities(self) -> set[tuple[str, ...]]:
        """The values, in each run, of the holes that always look like the identity of something."""
        holes = (hole for hole in chain(*self.groups) if not hole.item.repeated)
        return {row for row in map(self.values.__getitem__, holes) if all(map(identity, row))}

    def process(self, hole: Hole, numbers: tuple[str, ...], value: str) -> Variable | None:
        """Return the variable if the hole is a process number: of a process that prints, or was seen in traced runs."""
        format = f">{len(value)}" if numbers != self.values[hole] else ""
        own = hole.item.process  # also if the line did not come in each run
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
        """Yield for each hole of a kind how many characters at its start and end are text in all of their lines."""
        texts = [text for hole in group for text in hole.texts]
        margins = {before: trim(texts, before) for before in {hole.before for hole in group}}
        for hole in group:
            yield hole, (0, 0) if hole in self.shuffled else margins[hole.before]

    def by_turns(self) -> Iterator[tuple[Hole, Variable]]:
        """Yield the holes that name the worker of a lane, where one does several lanes in turn, and their variables."""
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
            elif whole.type == "int":  # some workers may have got nothing to do
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
        """Return whether `item` is the first line of a lane, of which no line is repeated."""
        lane = self.of_lane(item)
        return bool(lane) and lane[0] is item and not any(one.repeated for one in lane)

    def tells(self, item: Item) -> bool:
        """Return whether the line has the number of its process, which identifies the printer better than a name."""
        return any(self.values[Hole(item, slot)] == item.process for slot in range(item.look.count(HOLE)))

    def reopen(self) -> None:
        """Make holes of values that never varied in the first line of a lane, but do in lanes that begin alike."""
        for slot, group, rows in columns(filter(self.first, self.items), VALUE):
            if len({len({*row}) > 1 for row in rows}) > 1:
                for line in chain(*map(self.of_lane, group)):
                    line.open(slot)

    def takes_turns(self, rows: Sequence[tuple[str, ...]], lanes: Sequence[Sequence[Item]]) -> bool:
        """Return whether no worker ever had two lanes at once; `rows` has the worker of each lane in each run."""
        for run in range(len(rows[0])):
            ends = [(lane[0].spots[run][0].place, lane[-1].spots[run][-1].place) for lane in lanes]
            spans = sorted((row[run], *end) for row, end in zip(rows, ends, strict=True))
            if any(one[0] == two[0] and one[2] > two[1] for one, two in pairwise(spans)):
                return False
        return True
