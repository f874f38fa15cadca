"""Propose the annotations of a result file from many runs: a pure function, runs in, the text of a result file out.

The proposal is as strict as it can be: it allows each of the runs, and as few other orders as annotations can. So what
it forbids may still happen, and what it allows may be an accident: notes say so line by line, for a person to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import chain, groupby
from pathlib import Path

from witness.language import Line, Part, Reference, ResultError, Run, Terminal, Text, Variable, decide, parse
from witness.recording.alike import HOLE, Item, Process, ProposeError, identify, shown
from witness.recording.update import Change


def propose(path: Path, program: str, runs: Sequence[Run]) -> Change:
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
    return Change(text, tuple(proposer.notes))


class _Proposer:
    """Finds who prints each line of the runs, what varies in it, and what comes before what."""

    def __init__(self, runs: Sequence[Run]) -> None:
        outputs = [run.outputs[0] for run in runs]
        self.mains: Process = tuple(str(output.main or 0) for output in outputs)
        self.names: dict[Process, str] = {self.mains: "main"}
        self.values: dict[tuple[str, ...], str] = {}
        self.pool: set[Process] = set()
        self.used = Counter[str]()
        self.items = identify(outputs, self.mains)
        self.notes: list[str] = []
        if not any(writer for output in outputs for _, writer in output.lines):
            self.notes.append("this system does not say which process printed a line; so all are called the main one's")

    def lines(self) -> Iterator[Line]:
        """The annotated lines; `notes` then has what a person should know of them."""
        barriers = {item for item in self.items if item.process == self.mains and not any(map(item.swaps, self.items))}
        self.act([item for item in self.items if item not in barriers])
        waits: dict[Item, list[Item]] = {}
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

    def number(self, item: Item) -> int:
        """The line of the result file that it stands on, below the command."""
        return self.items.index(item) + 2

    def say(self, item: Item, words: str) -> None:
        self.notes.append(f"line {self.number(item)}, `{shown(item.look)}`: {words}")

    def act(self, items: Collection[Item]) -> None:
        """Give each line an actor: lines of one process that never swapped, and that share a word if it has threads."""
        lanes: dict[Process, list[list[Item]]] = {}
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

    def telling(self, item: Item, items: Collection[Item]) -> set[str]:
        """The words of a line that no other has which came before or after it as it happened."""
        free = (other for other in items if other.process == item.process and other.swaps(item))
        return item.words - set().union(*(other.words for other in free))

    def parts(self, item: Item) -> tuple[Part, ...]:
        """The parts of a line."""
        first, *texts = item.look.split(HOLE)
        parts: list[Part] = [Text(first)]
        for values, text in zip(zip(*item.numbers, strict=True), texts, strict=True):
            parts += [self.part(item, values), Text(text)]
        return tuple(part for part in parts if part != Text(""))

    def part(self, item: Item, values: tuple[str, ...]) -> Part:
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


def _waits(region: list[Item]) -> dict[Item, list[Item]]:
    """What each line of a region always came after, as far as the lanes don't say it already."""
    waits = {}
    for item in region:
        earlier = [other for other in region if other.precedes(item)]
        last = [one for one in earlier if not any(one.precedes(other) for other in earlier)]
        waits[item] = [one for one in last if one.actor != item.actor]
    return waits


def _shared(process: Process, others: Collection[Process]) -> bool:
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
        f"`{shown(look)}`: {few} are neither integers nor decimals of one length; print it as `{{seconds:.2f}}` does"
    )


def _numbered(word: str, used: Counter[str]) -> str:
    """The word, with a number if it was used before."""
    used[word] += 1
    return f"{word}{used[word]}" if used[word] > 1 else word
