"""Who prints each line of many runs: processes as the system says, threads and tasks as traced runs do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, combinations

from witness.recording.proposal.items import Item, Process, columns
from witness.recording.proposal.looks import outline
from witness.recording.proposal.traces import Known
from witness.recording.proposal.variables import FEW

_Group = tuple[Process, tuple[str, ...], Item | tuple[str, ...] | None]
"""A process, its thread or task in each traced run, and the line itself where a pool prints it again and again, or who
does in each run what the line tells."""
_NAME = re.compile(r"[A-Za-z_][\w.-]{,23}")
"""It stands before each line, and leaves room for it."""
_DEFAULT = re.compile(r"(MainThread|(Thread|Task|\w*Process|\w*Pool\w*)-?[0-9:_-]*)?")
"""The name of a thread, task or process that the program did not name."""


class Lanes:
    """Gives lines their actors; those of one lane never swapped, and one had to come before the next.

    `names` are those of the processes that print, `shared` the processes that do the lines of several lanes by turns.
    `doers` has, for lines that tell which of a few does a thing, where not always the same does, its name in each run.
    """

    def __init__(self, items: Sequence[Item], mains: Process, known: Mapping[int, Known]) -> None:
        self.mains, self.known, self.used = mains, known, Counter[str]()
        self.doers = dict(self.told(items))
        self.names: dict[Process, str] = {mains: "main"}
        self.shared: set[Process] = set()

    def act(self, items: Sequence[Item], earlier: Mapping[Item, Collection[Item]], free: Set[Item]) -> None:
        """Give each item an actor; `earlier` has those that must come before each, `free` are lanes by themselves."""
        groups: dict[_Group, list[list[Item]]] = defaultdict(list)
        times = Counter(item.look for item in items if item.pooled)
        for item in items:
            doer = None if item.pooled else self.doers.get(item)  # of processes the system says in each run who printed
            mine = groups[*self.printer(item, items), item if times[item.look] > 1 else doer]
            ordered = self.known or not item.by(self.mains)  # if not, nobody knows which thread printed it
            fits = (lane for lane in mine if lane[-1] in earlier[item] and free.isdisjoint((item, lane[-1])))
            if ordered and (lane := next(fits, None)):
                lane.append(item)
            else:
                mine.append([item])
        processes = {process for process, *_ in groups}
        self.shared = {process for process in processes if _by_turns(process, processes)}
        for group, chains in groups.items():
            self.call(group, chains, items)

    def printer(self, item: Item, items: Sequence[Item]) -> tuple[Process, tuple[str, ...]]:
        """The process and the threads of a line; if it came in some runs, of whom it may be and who printed in most."""
        own = item.process, self.threads(item)
        if all(item.spots):
            return own
        others = {
            (other.process, self.threads(other))
            for other in items
            if all(one in ("", two) for one, two in zip(item.process, other.process, strict=True))
            and not other.crowded
            and all(self.roles(item, index) in ("", self.roles(other, index)) for index in self.known)
        }
        fewest = min((process.count("") for process, _ in others), default=0)
        fullest = [other for other in others if other[0].count("") == fewest]
        return fullest[0] if len(fullest) == 1 else own

    def roles(self, item: Item, run: int) -> str:
        """The thread or task that printed a line in a traced run, if it came there."""
        return "+".join(dict.fromkeys(self.known[run].roles[spot.place] for spot in item.spots[run]))

    def threads(self, item: Item) -> tuple[str, ...]:
        """The thread or task that printed a line in each traced run."""
        return tuple(self.roles(item, run) for run in self.known if item.spots[run])

    def told(self, items: Sequence[Item]) -> Iterator[tuple[Item, tuple[str, ...]]]:
        """The lines that tell which of a few does a thing, and its name in each run.

        In a traced run, if there are such, one did two things. So those are not taken for one's that the same did by
        chance in all of them.
        """
        runs = self.known or range(len(self.mains))
        for _, group, rows in columns(items):
            few = len({*chain(*rows)}) <= FEW and any(len({*row}) > 1 for row in rows)
            several = any(1 < len({row[run] for row in rows}) < len(rows) for run in runs)
            if few and several and self.are_doers(rows, group):
                yield from zip(group, rows, strict=True)

    def are_doers(self, rows: Sequence[tuple[str, ...]], items: Sequence[Item]) -> bool:
        """Whether in each traced run who has the same name in these rows is the same thread or task, and no other."""
        for index, one in self.known.items():
            threads = [one.lanes[item.spots[index][0].place].partition("#")[0] for item in items]
            names = [row[index] for row in rows]
            if not one_to_one(threads, names):
                return False
        return True

    def jumbles(self, items: Sequence[Item]) -> dict[Item, Item]:
        """For each line one of its jumble, by which that is known: of lines that one thread prints in any order.

        Lines that are alike but for words and numbers, and swap, are of one jumble, with all that swap with them.
        """
        jumble = {item: item for item in items}
        kinds: dict[Hashable, list[Item]] = defaultdict(list)
        for item in items:
            kinds[item.process, self.threads(item), outline(item.look)].append(item)
        for kind in kinds.values():
            for one, other in combinations(kind, 2):
                if one.swaps(other):
                    old, new = jumble[other], jumble[one]
                    jumble |= {item: new for item in kind if jumble[item] is old}
        return jumble

    def call(self, group: _Group, chains: Sequence[Sequence[Item]], items: Sequence[Item]) -> None:
        """Name the lanes of one printer: its own name, or `NAME/` and more where its lines have no one order."""
        process, by, _ = group
        threads = {thread.partition("#")[0] for thread in by}
        main = chains[0][0].by(self.mains)
        if chains[0][0].crowded:
            pool = numbered("pool", self.used)
            for item in chains[0]:
                item.actor = f"{pool}/"
            return
        if main and threads <= {"0"}:
            name = "main"
        else:
            lines = [*chain.from_iterable(chains)]
            kind = "task" if process in self.shared else "thread" if main else "child"
            name = self.own(lines, items) or self.word(lines, items) or self.own(lines) or kind
            if whole := threads <= {"0"}:
                name = re.sub(r"\W", "_", name)  # that of a variable, whose value is its number
            name = numbered(name, self.used)
            if whole:
                self.names.setdefault(process, name)
        for index, lane in enumerate(chains, 1):
            for item in lane:
                item.actor = name if len(chains) == 1 else f"{name}/{index if len(lane) > 1 else ''}"

    def own(self, lines: Sequence[Item], others: Sequence[Item] = ()) -> str:
        """The name that the program gave to who prints these lines and not the others, if an actor may have it."""
        names = self.called(lines)
        name = re.sub(r"[^\w.-]+", "-", min(names)).strip("-") if len(names) == 1 else ""
        alone = names.isdisjoint(self.called([item for item in others if item not in lines]))
        return name if alone and _NAME.fullmatch(name) and not _DEFAULT.fullmatch(name) else ""

    def called(self, lines: Iterable[Item]) -> set[str]:
        """What the program calls those who print these lines; nothing for the main thread of a process."""
        printed = ((one, spot) for item in lines for index, one in self.known.items() for spot in item.spots[index])
        return {"" if (who := one.who(spot.place)).is_main else who.name for one, spot in printed}

    def word(self, lines: Sequence[Item], items: Sequence[Item]) -> str:
        """A word that these lines have, where others print the like with another word; nothing if there is none."""
        others = [item for item in items if item not in lines]
        mine = outline(lines[0].look)
        like = [other for other in others if outline(other.look) == mine]
        if not any(other.words & lines[0].words for other in like):
            return ""
        words = set.intersection(*(item.words for item in lines if item.words)) - set().union(
            *(other.words for other in others)
        )
        return min(filter(_NAME.fullmatch, words), key=lines[0].look.index, default="")


def _by_turns(process: Process, others: Collection[Process]) -> bool:
    """Whether it is another one in some runs and not in others, as the worker of a pool is that did two tasks."""
    same = ({one == two for one, two in zip(process, other, strict=True) if one and two} for other in others)
    return any(len(found) > 1 for found in same)


def one_to_one(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each of them always stands beside the same of the others, and that beside it alone."""
    return len({*some}) == len({*others}) == len({*zip(some, others, strict=True)})


def numbered(word: str, used: Counter[str]) -> str:
    """The word, with a number if it was used before."""
    used[word] += 1
    return f"{word}{used[word]}" if used[word] > 1 else word
