"""Find the workers that lines name: which word of a line is the name, and which lanes one worker prints in turn."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from witness.language import Variable
from witness.recording.proposal.items import Hole, Item, columns
from witness.recording.proposal.looks import FEW, HOLE, one_to_one, outline
from witness.recording.proposal.traces import Known
from witness.recording.proposal.variables import among, numbered, variable

Names = tuple[str, ...]
"""The name of the worker that a line tells of, in each run."""


def named(items: Sequence[Item], known: Mapping[int, Known], runs: int) -> Iterator[tuple[Item, Names]]:
    """Yield the lines that name one of a few workers, not always the same, with the name in each run.

    In some traced run, or in some run if none was traced, one of them must have done two of these things. The names
    then tell lines apart that one thread printed in all traced runs by chance.
    """
    for _, group, columned in columns(items):
        varied = {name for row in columned if len({*row}) > 1 for name in row}
        told = {item: row for item, row in zip(group, columned, strict=True) if not varied.isdisjoint(row)}
        rows = [*told.values()]
        few = 0 < len({*chain(*rows)}) <= FEW
        several = any(1 < len({row[run] for row in rows}) < len(rows) for run in known or range(runs))
        if few and several and all(_are_threads(one, run, rows, [*told]) for run, one in known.items()):
            yield from told.items()


def _are_threads(known: Known, run: int, rows: Sequence[Names], items: Sequence[Item]) -> bool:
    """Return whether the names in `rows`, one row for each item, match the threads or tasks in a traced run.

    They do not if each line says the name of its thread elsewhere: then they number something else.
    """
    printed = [known.who[item.spots[run][0].place] for item in items]
    lanes, called = [who and who.lane for who in printed], [who.name if who else "" for who in printed]
    own = all(name and name in item.look for name, item in zip(called, items, strict=True))
    said = own and len({*lanes}) > 1 and one_to_one(lanes, called)
    return not said and one_to_one(lanes, [row[run] for row in rows])


def lanes_of(items: Sequence[Item]) -> dict[Item, list[Item]]:
    """Return the lines of each lane by the first of them; only of lanes of which no line is repeated."""
    lanes: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.actor:
            lanes[item.actor].append(item)
    return {lane[0]: lane for lane in lanes.values() if not any(item.repeated for item in lane)}


def by_turns(
    items: Sequence[Item], values: Mapping[Hole, Names], workers: Mapping[Item, Names], used: Counter[str]
) -> Iterator[tuple[Hole, Variable]]:
    """Yield the holes that name the worker of a lane, where one does several lanes in turn, and their variables.

    `values` are those of all holes, `workers` the lines with names of workers, `used` the names that are taken. The
    variables become the names of the lanes.
    """
    lanes, told = lanes_of(items), set[Item]()
    alike: dict[str, list[Hole]] = defaultdict(list)
    for hole in values:
        alike[outline(HOLE.join(hole.item.look.split(HOLE)[: hole.slot + 1]))].append(hole)
    # The number of its process identifies the printer better than a name.
    with_number = {hole.item for hole, numbers in values.items() if numbers == hole.item.process}
    for group in alike.values():
        holes = [hole for hole in group if hole.item in lanes.keys() - told - with_number]
        rows, names = [values[hole] for hole in holes], [workers.get(hole.item) for hole in holes]
        if not holes or None in names or not one_to_one([*chain(*rows)], [*chain(*filter(None, names))]):
            continue
        if not _takes_turns(rows, [lanes[hole.item] for hole in holes]):
            continue
        whole = variable([*chain(*rows)], rows[0][0], holes[0].item.look)
        choices: Collection[str] = {*chain(*rows)}
        if whole.format:
            whole = Variable("", "text", rows[0][0], choices=tuple(choices))
        elif whole.type == "int":  # some workers may have got nothing to do
            choices = [*map(str, range(min(map(int, choices)), max(map(int, choices)) + 1))]
        for hole in holes if whole.type in ("int", "text") else ():
            told.add(hole.item)
            name = hole.item.actor or ""
            name = name if name.isidentifier() else numbered("worker", used)
            for item in lanes[hole.item]:
                item.actor = name
            yield hole, replace(among(whole, choices), type="worker", name=name)


def _takes_turns(rows: Sequence[Names], lanes: Sequence[Sequence[Item]]) -> bool:
    """Return whether no worker ever had two lanes at once; `rows` has the worker of each lane in each run."""
    for run in range(len(rows[0])):
        ends = [(lane[0].spots[run][0].place, lane[-1].spots[run][-1].place) for lane in lanes]
        spans = sorted((row[run], *end) for row, end in zip(rows, ends, strict=True))
        if any(one[0] == two[0] and one[2] > two[1] for one, two in pairwise(spans)):
            return False
    return True
