"""The parts of proposed lines: what each hole of a look becomes, given what was printed there in all runs."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations

from witness.language import TYPES, Computed, Part, Reference, Shuffled, Text, Variable, grammar
from witness.language.parts import joined
from witness.language.types import IDENTITY, padding
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.items import Hole, Item, columns, fits, sometimes
from witness.recording.proposal.lanes import Lanes
from witness.recording.proposal.looks import HOLE, VALUE
from witness.recording.proposal.variables import EXPECTED, among, likely, numbered, trim, variable
from witness.recording.proposal.workers import by_turns, lanes_of


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
            if merged := item.shuffle():
                self.shuffled |= {Hole(item, slot) for slot in merged}
            else:
                item.deal()
        lanes_by_first = lanes_of(items)
        for slot, firsts, rows in columns(lanes_by_first, VALUE):
            if len({len({*row}) > 1 for row in rows}) > 1:  # it varies in some lanes that begin alike, not in others
                for line in chain(*map(lanes_by_first.__getitem__, firsts)):
                    line.open(slot)
        kinds: dict[Hashable, list[Hole]] = defaultdict(list)
        for item in items:
            for hole in (Hole(item, slot) for slot in range(item.look.count(HOLE))):
                kinds[hole.kind].append(hole)
        self.groups = [*kinds.values()]
        self.alike = {hole: group for group in self.groups for hole in group}
        self.margins = {hole: margin for group in self.groups for hole, margin in _margins(group).items()}
        self.margins |= dict.fromkeys(self.shuffled, (0, 0))
        self.values = {
            hole: tuple(text[left : len(text) - right] for text in hole.texts)
            for hole, (left, right) in self.margins.items()
        }
        """The values of each hole without its margins: one for each run, or for each copy of a repeated line."""
        self.types: dict[Hole, Variable] = {}
        self.workers = dict(by_turns(items, self.values, lanes.workers, lanes.used))

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
        values, bare = self.values[hole], self.by_run(hole)
        known, varies = self.given.get(bare), len(set(values)) > 1
        plain = not item.repeated and hole not in self.workers
        if plain and known and (varies or known.name == item.actor):
            return Reference(known) if bare == values else Computed(known.name, "".join(padding(values)))
        same = [self.given[one] for one in self.lanes.names if one in self.given and fits(bare, one)]
        if item.repeated and same:
            return Reference(same[0])
        if plain and not varies:
            return Text(value)
        made = self.workers.get(hole) or self.process(hole, bare, value) or self.measured(hole, value)
        made = replace(made, value=value)
        if not item.repeated and made.type != "time":  # times may be equal by chance
            self.given[bare] = made
        return made

    def by_run(self, hole: Hole) -> tuple[str, ...]:
        """Return the value without padding in each run: "" if the line did not come, different ones joined."""
        values = iter(self.values[hole])
        rows = ({next(values).strip(" ") for _ in spots} for spots in hole.item.spots)
        return tuple("/".join(sorted(row)) for row in rows)

    def measured(self, hole: Hole, value: str) -> Variable:
        """Return a variable that has a type, and bounds, that fit the hole and those like it."""
        own = self.values[hole]
        dealt = () if hole.item.repeated else self.dealt.get(own, ())
        found = among(variable(dealt, value, hole.item.look), dealt) if dealt else self.typed(hole, value)
        if not dealt and (found.choices or found.high):
            every = [one for other in self.alike[hole] for one in self.values[other]]
            found = among(found, likely(own, [one for one in every if found.read(one) is not None]))
        named = replace(found, name=numbered(found.name, self.lanes.used), each=bool(dealt))
        if TYPES[found.type].bounded:
            self.asked.append(named.name)
        return named

    def typed(self, hole: Hole, value: str) -> Variable:
        """Return a variable for the values of the hole and those like it, or if no type fits all, for its own."""
        group = self.alike[hole]
        if known := self.types.get(group[0]):
            return replace(known, value=value)
        closed = not any(one.repeated for one in self.items)  # a number may count the repeated lines
        own = (self.values[other] for other in group if not other.item.repeated)
        apart = not any(sometimes(values, self.identities) for values in own)
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
                found = dict.fromkeys(columns, tuple(chain(*rows))) | found
        return found

    @cached_property
    def identities(self) -> set[tuple[str, ...]]:
        """The values, in each run, of the holes that always look like the identity of something."""
        holes = (hole for hole in chain(*self.groups) if not hole.item.repeated)
        return {row for row in map(self.values.__getitem__, holes) if all(map(IDENTITY.fullmatch, row))}

    def process(self, hole: Hole, numbers: tuple[str, ...], value: str) -> Variable | None:
        """Return the variable if the hole is a process number: of a process that prints, or was seen in traced runs."""
        format = "".join(padding(self.values[hole]))
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
        runs = range(len(self.lanes.mains))
        writers = [{spot.writer for item in self.items for spot in item.spots[run]} for run in runs]
        for hole in chain(*self.groups) if self.lanes.known else ():
            numbers = self.by_run(hole)
            mute = all(number not in wrote for number, wrote in zip(numbers, writers, strict=True))
            there = all(numbers[run] in one.processes for run, one in self.lanes.known.items())
            if mute and there and not hole.item.repeated and numbers not in self.lanes.names:
                found.append(numbers)
        return list(dict.fromkeys(found))


def _margins(group: Sequence[Hole]) -> dict[Hole, tuple[int, int]]:
    """Return for each hole of a kind how many characters at its start and end are text in all of their lines."""
    alike: dict[tuple[str, object], list[Hole]] = defaultdict(list)
    for hole in group:
        blanks = {(len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))) for text in hole.texts}
        whole = len(blanks) == 1 < len({*map(len, hole.texts)})  # so these blanks are no padding
        alike[hole.before, (*blanks,) if whole and blanks != {(0, 0)} else ()].append(hole)
    by = {key: trim([text for hole in holes for text in hole.texts], key[0]) for key, holes in alike.items()}
    return {hole: by[key] for key, holes in alike.items() for hole in holes}
