"""Decide who prints each line: processes as the system says, threads and tasks as traced runs say."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from keyword import iskeyword

from witness.recording.proposal.items import Item, Process, sometimes
from witness.recording.proposal.looks import outline
from witness.recording.proposal.traces import Known
from witness.recording.proposal.variables import numbered
from witness.recording.proposal.workers import named

_Group = tuple[Process, tuple[str, ...], Item | tuple[str, ...] | None]
"""What makes lines belong together: their process; their thread or task in each traced run; and the line itself, if a
pool prints it several times, or the name in each run of the worker that the line tells of."""
_NAME = re.compile(r"[A-Za-z_][\w.-]{,23}")
"""What may be an actor: it stands before each line, and must leave room for the line."""
_DEFAULT = re.compile(r"(MainThread|(Thread|Task|\w*Process|\w*Pool\w*)-?[0-9:_-]*)?")
"""The names of threads, tasks and processes to which the program gave none."""


class Lanes:
    """Gives lines their actors, so that of two lines of one lane, one always has to come before the other.

    `names` are the actors of whole processes. `shared` are the processes that print the lines of several lanes in turn.
    `workers` has, for each line that names one of a few workers, not always the same, the name in each run.
    """

    def __init__(self, items: Sequence[Item], mains: Process, known: Mapping[int, Known]) -> None:
        self.mains, self.known, self.used = mains, known, Counter({"main": 1})
        self.workers = dict(named(items, known, len(mains)))
        self.names: dict[Process, str] = {mains: "main"}
        self.shared: set[Process] = set()

    def act(self, items: Sequence[Item], earlier: Mapping[Item, Collection[Item]], free: Mapping[Item, Item]) -> None:
        """Set the actor of each item; `earlier` has those that must precede it.

        Of the lines that one thread prints in any order, `free` has the first; a lane has only such lines, or none.
        """
        groups: dict[_Group, list[list[Item]]] = defaultdict(list)
        named = {item: next(chain(*item.spots)).key[1] for item in items}
        times = Counter(named[item] for item in items if item.pooled)
        for item in items:
            worker = None if item.pooled else self.workers.get(item)  # a pool's lines are told apart by process already
            mine = groups[*self.printer(item, items), item if times[named[item]] > 1 else worker]
            ordered = self.known or not item.by(self.mains)  # if untraced, any thread may have printed it
            fits = (lane for lane in mine if lane[-1] in earlier[item] and free.get(item) is free.get(lane[-1]))
            if ordered and (lane := next(fits, None)):
                lane.append(item)
            else:
                mine.append([item])
        processes = {process for process, *_ in groups}
        self.shared = {process for process in processes if sometimes(process, processes)}
        for group, chains in groups.items():
            self.call(group, chains, items)

    def printer(self, item: Item, items: Sequence[Item]) -> tuple[Process, tuple[str, ...]]:
        """Return the process and threads of a line; if some runs lack it, those of its only likely printer."""
        own = item.process, item.threads
        if all(item.spots):
            return own
        if item.by(self.mains) and {*item.threads} <= {"0"}:  # of the main thread, if not of one that was never traced
            own = self.mains, ("0",) * len(self.known)
        if item.threads and own[0] == self.mains:
            return own
        likely = [other for other in items if item.beside(other, self.known) and not other.crowded]
        others = {(other.process, other.threads) for other in likely}
        fewest = min((process.count("") for process, _ in others), default=0)
        fullest = [other for other in others if other[0].count("") == fewest]
        return fullest[0] if len(fullest) == 1 else own

    def call(self, group: _Group, chains: Sequence[Sequence[Item]], items: Sequence[Item]) -> None:
        """Set the actors of one printer: `NAME`; of several lanes, `NAME/1`, … or, with a single line, `NAME/`."""
        process, by, _ = group
        threads = {thread.partition("#")[0] for thread in by}
        lines = [*chain.from_iterable(chains)]
        main, crowded = lines[0].by(self.mains), lines[0].crowded
        if crowded:
            name = numbered("pool", self.used)
        elif main and threads <= {"0"}:
            name = "main"
        else:
            kind = "task" if process in self.shared else "thread" if main else "child"
            name = self.own(lines, items) or self.word(lines, items) or self.own(lines) or kind
            if whole := threads <= {"0"}:
                name = re.sub(r"\W", "_", name)  # it is the name of a variable, too: of the process number
            name = numbered(name, self.used)
            if whole:
                self.names.setdefault(process, name)
        for index, lane in enumerate(chains, 1):
            for item in lane:
                number = index if len(lane) > 1 and not crowded else ""
                item.actor = f"{name}/{number}" if crowded or len(chains) > 1 else name

    def own(self, lines: Sequence[Item], others: Sequence[Item] = ()) -> str:
        """Return the program's name for who prints these lines but not `others`, if it can be an actor; or ""."""
        names = self.called(lines)
        name = re.sub(r"[^\w.-]+", "-", min(names)).strip("-") if len(names) == 1 else ""
        alone = names.isdisjoint(self.called([item for item in others if item not in lines]))
        return name if alone and _NAME.fullmatch(name) and not _DEFAULT.fullmatch(name) else ""

    def called(self, lines: Iterable[Item]) -> set[str]:
        """Return the program's names for those who print these lines; "" stands for its main thread."""
        printed = ((one, spot) for item in lines for index, one in self.known.items() for spot in item.spots[index])
        return {"" if not (who := one.who[spot.place]) or who.is_main else who.name for one, spot in printed}

    def word(self, lines: Sequence[Item], items: Sequence[Item]) -> str:
        """Return a word that only these lines have, where similar lines have another one in its place; "" if none."""
        others = [item for item in items if item not in lines]
        mine = outline(lines[0].look)
        like = [other for other in others if outline(other.look) == mine]
        if not any(other.words & lines[0].words for other in like):
            return ""
        words = set.intersection(*(item.words for item in lines if item.words)) - set().union(
            *(other.words for other in others)
        )
        names = (word for word in words if _NAME.fullmatch(word) and not iskeyword(word))  # `from` names nobody
        return min(names, key=lines[0].look.index, default="")
