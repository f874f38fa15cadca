"""Propose the annotations of a result file from many runs: a pure function, runs in, the text of a result file out.

The proposal is as strict as it can be: it allows each of the runs, and as few other orders as annotations can. So what
it forbids may still happen, and what it allows may be an accident: notes say so line by line, for a person to decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from itertools import chain, count, groupby
from operator import and_
from pathlib import Path

from witness.language import Line, Part, Reference, ResultError, Run, Terminal, Text, Variable, decide, parse, visible
from witness.record import Record

SHOWN = 6
"""How many of the lines that can't be described are shown."""

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])-?[0-9]+(?:\.[0-9]+)?")
_HOLE = "\0"  # in place of a number that varies; no result file can hold it
_CHANGE = """
Annotations can't describe that. Where words vary, let the program print a number, or nothing; where lines do, as many
in each run. If two prints got into one line, let one call write it, newline and all, or hold a lock."""

_Key = tuple[str, tuple[str, ...]]  # a text with holes, and what was printed in them
_Process = tuple[str, ...]  # its number in each run


class ProposeError(Exception):
    """Runs that no annotations describe: what was printed, and what to change in the program."""


@dataclass(eq=False)
class _Item:
    """The same line of all runs: for each of them the numbers in its holes, its writer, and its place in the output.

    `pooled` if the process that writes it writes other lines in each run, as the worker of a pool does.
    """

    look: str
    pooled: bool
    numbers: list[tuple[str, ...]] = field(default_factory=list)
    writers: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    actor: str | None = None
    label: str | None = None

    @property
    def process(self) -> _Process:
        return tuple(self.writers)

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"[\w-]+", self.look))

    def before(self, other: _Item) -> bool:
        """Whether it always came first."""
        return all(one < two for one, two in zip(self.places, other.places, strict=True))

    def swaps(self, other: _Item) -> bool:
        """Whether it came first in some runs, and not in others."""
        return len({one < two for one, two in zip(self.places, other.places, strict=True)}) > 1

    def precedes(self, other: _Item) -> bool:
        """Whether it always came first, and is not just called the first of lines that can't be told apart."""
        alike = self.look == other.look and (self.pooled or self.writers == other.writers)
        return self.before(other) and (self.actor == other.actor or not alike)


def propose(path: Path, program: str, runs: Sequence[Run]) -> Record:
    """The result file at `path` of the first of `runs`, annotated so that all of them are legal, or `ProposeError`."""
    if trouble := next((run.trouble for run in runs if run.trouble), ""):
        raise ProposeError(trouble)
    exits = Counter(run.outputs[0].exit for run in runs)
    if len(exits) > 1:
        said = ", ".join(f"{status} in {times} runs" for status, times in exits.most_common())
        raise ProposeError(f"the exit status was {said}; let the program always end in the same way")
    proposer = _Proposer(runs)
    text = str(Terminal(1, program, None, tuple(proposer.lines()), runs[0].outputs[0].exit))
    try:
        result = parse(text, path)
    except ResultError as error:
        raise ProposeError(f"{error.message}:\n{text.splitlines()[error.line - 1]}") from None
    for run in runs:
        if not (verdict := decide(result, run)).legal:
            raise ProposeError(
                "no annotations were found that allow all of these runs; let each line say whose it is.\n"
                f"The nearest are\n{text}which for line {verdict.line} did not hold:\n{verdict.reason}"
            )
    return Record(text, tuple(proposer.notes))


class _Proposer:
    """Finds which lines of the runs are the same, who prints them, what varies in them, and what comes before what."""

    def __init__(self, runs: Sequence[Run]) -> None:
        outputs = [run.outputs[0] for run in runs]
        self.mains: _Process = tuple(str(output.main or 0) for output in outputs)
        self.names: dict[_Process, str] = {self.mains: "main"}
        self.values: dict[tuple[str, ...], str] = {}
        self.pool: set[_Process] = set()
        self.used = Counter[str]()
        writers = [
            [str(writer or main) for _, writer in output.lines]
            for output, main in zip(outputs, self.mains, strict=True)
        ]
        keys = _keys([[text for text, _ in output.lines] for output in outputs])
        self.items = self.identify(keys, writers)
        self.notes: list[str] = []
        if not any(writer for output in outputs for _, writer in output.lines):
            self.notes.append("this system does not say which process printed a line; so all are called the main one's")

    def identify(self, keys: list[list[_Key]], writers: list[list[str]]) -> list[_Item]:
        """The lines of all runs, put together, in the order of the first run.

        A process is that of another run which prints the same lines; of several such, the first started is the first.
        """
        kinds: list[dict[str, Hashable]] = []
        for run, wrote, main in zip(keys, writers, self.mains, strict=True):
            looks: dict[str, list[str]] = defaultdict(list)
            for (look, _), writer in zip(run, wrote, strict=True):
                looks[writer].append(look)
            kinds.append({writer: (writer == main, *sorted(looks[writer])) for writer in sorted(looks, key=int)})
        always = reduce(and_, (Counter(kind.values()) for kind in kinds))
        items: dict[Hashable, _Item] = {}
        for run, wrote, kind in zip(keys, writers, kinds, strict=True):
            nth, times = Counter[Hashable](), Counter[Hashable]()
            owners: dict[str, Hashable] = {}
            for writer, same in kind.items():
                nth[same] += 1
                owners[writer] = (same, nth[same]) if nth[same] <= always[same] else None
            for place, ((look, numbers), writer) in enumerate(zip(run, wrote, strict=True)):
                owner = owners[writer]
                times[owner, look] += 1
                item = items.setdefault((owner, look, times[owner, look]), _Item(look, owner is None))
                item.numbers.append(numbers)
                item.writers.append(writer)
                item.places.append(place)
        return sorted(items.values(), key=lambda item: item.places[0])

    def lines(self) -> Iterator[Line]:
        """The annotated lines; `notes` then has what a person should know of them."""
        barriers = {item for item in self.items if item.process == self.mains and not any(map(item.swaps, self.items))}
        self.act([item for item in self.items if item not in barriers])
        waits: dict[_Item, list[_Item]] = {}
        for laned, group in groupby(self.items, key=lambda item: item.actor is not None):
            waits |= _waits(list(group)) if laned else {}
        labelled = [item for item in self.items if item in chain(*waits.values())]
        for index, item in enumerate(labelled):
            item.label = chr(ord("a") + index % 26) + str(index // 26 or "")
        if len(self.items) == len(barriers):
            self.notes.append("no two lines ever swapped; if threads or tasks print them, may some?")
        for index, item in enumerate(self.items):
            after = waits.get(item, [])
            labels = tuple(one.label or "" for one in after)
            yield Line(self.number(item), item.actor, item.label, labels, self.parts(item))
            if after:
                numbers = ", ".join(str(self.number(one)) for one in after)
                self.say(item, f"always came after line {numbers}; must it?")
            elif item in barriers and any(other.actor for other in self.items[max(index - 1, 0) : index + 2]):
                self.say(item, "always came after all that is above, and before all that is below; must it?")

    def number(self, item: _Item) -> int:
        """The line of the result file that it stands on, below the command."""
        return self.items.index(item) + 2

    def say(self, item: _Item, words: str) -> None:
        self.notes.append(f"line {self.number(item)}, `{_shown(item.look)}`: {words}")

    def act(self, items: Collection[_Item]) -> None:
        """Give each line an actor: lines of one process that never swapped, and that share a word if it has threads."""
        lanes: dict[_Process, list[list[_Item]]] = {}
        for item in items:
            mine = lanes.setdefault(item.process, [])
            fit = {
                index: len(self.telling(item, items) & set().union(*(one.words for one in lane)))
                for index, lane in enumerate(mine)
                if lane[-1].before(item)
            }
            best = max(fit, key=fit.__getitem__, default=None)
            if best is None or (item.process == self.mains and not fit[best]):
                mine.append([item])
            else:
                mine[best].append(item)
        self.pool = {process for process in lanes if _shared(process, lanes)}
        for process, mine in lanes.items():
            if process != self.mains:
                self.names[process] = _numbered("task" if process in self.pool else "child", self.used)
            for index, lane in enumerate(mine, 1):
                name = self.names[process] + (f"-{index}" if index > 1 else "")
                if process == self.mains and len(mine) > 1:
                    name = _numbered("thread", self.used)
                for item in lane:
                    item.actor = name

    def telling(self, item: _Item, items: Collection[_Item]) -> set[str]:
        """The words of a line that no other has which came before or after it as it happened."""
        free = (other for other in items if other.process == item.process and other.swaps(item))
        return item.words - set().union(*(other.words for other in free))

    def parts(self, item: _Item) -> tuple[Part, ...]:
        """The parts of a line."""
        first, *texts = item.look.split(_HOLE)
        parts: list[Part] = [Text(first)]
        for values, text in zip(zip(*item.numbers, strict=True), texts, strict=True):
            parts += [self.part(item, values), Text(text)]
        return tuple(part for part in parts if part != Text(""))

    def part(self, item: _Item, values: tuple[str, ...]) -> Part:
        """What stands in a hole."""
        if len(set(values)) == 1:
            return Text(values[0])
        if values in self.values:
            return Reference(self.values[values])
        name = self.names.get(values)
        type = "worker" if values in self.pool else "pid"
        first = next((one for one in self.items if one.process == values), None)
        if name is None or (type == "worker" and item is not first):
            type, word = _type(values, item.look)
            name = _numbered(word, self.used)
            low, high = min(values, key=Decimal), max(values, key=Decimal)
            self.say(item, f"`{name}` was {low} to {high}; is it any {type}, or has it bounds, or is it computed?")
        self.values[values] = name
        return Variable(name, type, values[0])


def _keys(runs: Sequence[Sequence[str]]) -> list[list[_Key]]:
    """Each line of each run as its look and the numbers that vary; the looks are the same in all runs.

    A number that tells lines apart does not vary: the same ones are in all runs, be it in another order.
    """
    found: dict[str, list[list[list[str]]]] = {}
    for index, run in enumerate(runs):
        for text in run:
            found.setdefault(_NUMBER.sub(_HOLE, text), [[] for _ in runs])[index].append(_NUMBER.findall(text))
    fixed: dict[str, list[int]] = {}
    for look, seen in found.items():
        fixed[look] = []
        for slot in range(look.count(_HOLE)):
            trial = [*fixed[look], slot]
            if len({tuple(sorted(tuple(numbers[at] for at in trial) for numbers in run)) for run in seen}) == 1:
                fixed[look] = trial

    def key(text: str) -> _Key:
        mask, slots = fixed[_NUMBER.sub(_HOLE, text)], count()
        look = _NUMBER.sub(lambda number: number[0] if next(slots) in mask else _HOLE, text)
        return look, tuple(number for slot, number in enumerate(_NUMBER.findall(text)) if slot not in mask)

    keys = [[key(text) for text in run] for run in runs]
    times = [Counter(look for look, _ in run) for run in keys]
    problems = [look for look in dict.fromkeys(chain(*times)) if len({run[look] for run in times}) > 1]
    if problems:
        raise ProposeError(
            "\n".join(_uneven(look, [run[look] for run in times]) for look in problems[:SHOWN]) + _CHANGE
        )
    return keys


def _uneven(look: str, times: Sequence[int]) -> str:
    """What is wrong with a line that is not equally often in all runs."""
    runs = sum(time > 0 for time in times)
    said = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"`{_shown(look)}` was printed {said}"


def _waits(region: list[_Item]) -> dict[_Item, list[_Item]]:
    """What each line of a region always came after, as far as the lanes don't say it already."""
    waits = {}
    for item in region:
        earlier = [other for other in region if other.precedes(item)]
        last = [one for one in earlier if not any(one.precedes(other) for other in earlier)]
        waits[item] = [one for one in last if one.actor != item.actor]
    return waits


def _shared(process: _Process, others: Collection[_Process]) -> bool:
    """Whether in some run it is another one as well, as the worker of a pool is that did two tasks."""
    return any(
        process != other and any(one == two for one, two in zip(process, other, strict=True)) for other in others
    )


def _type(values: Sequence[str], look: str) -> tuple[str, str]:
    """The type of numbers, and a name for one of them."""
    for type, name in ("int", "n"), ("float", "x"):
        if all(re.fullmatch(Variable("", type, values[0]).regex, value) for value in values):
            return type, name
    few = " and ".join(sorted(set(values), key=lambda value: (len(value), value))[:: len(set(values)) - 1])
    raise ProposeError(
        f"`{_shown(look)}`: {few} are neither integers nor decimals of one length; print it as `{{seconds:.2f}}` does"
    )


def _numbered(word: str, used: Counter[str]) -> str:
    """The word, with a number if it was used before."""
    used[word] += 1
    return f"{word}{used[word]}" if used[word] > 1 else word


def _shown(look: str) -> str:
    return visible(look.replace(_HOLE, "…"))
