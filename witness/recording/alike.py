"""Which lines of many runs are the same line: it looks the same but for numbers, and the same process prints it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, count
from operator import and_

from witness.language import Output, visible

SHOWN = 6
"""How many of the lines that can't be described are shown."""
HOLE = "\0"
"""It stands in a look, in place of a number that varies; no result file can hold it."""
Process = tuple[str, ...]
"""Its number in each run."""

NUMBER = re.compile(r"(?<![A-Za-z0-9_.])-?[0-9]++(?:\.[0-9]++)?+(?!\.[0-9]|[A-Za-z_]\w*[0-9])", re.ASCII)
"""A number in a line, its unit behind it (`0.5s`); digits in a word (`8f3c`, `1e5`, `v1.2.3`) are none."""
_CHANGE = """
Annotations can't describe that. Where words vary, let the program print a number, or nothing; where lines do, as many
in each run. If two prints got into one line, let one call write it, newline and all, or hold a lock."""

_Key = tuple[str, tuple[str, ...]]  # a look, and what was printed in its holes


class ProposeError(Exception):
    """Runs that no annotations describe: what was printed, and what to change in the program."""


@dataclass(eq=False)
class Item:
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
    def process(self) -> Process:
        return tuple(self.writers)

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"[\w-]+", self.look))

    def before(self, other: Item) -> bool:
        """Whether it always came first."""
        return all(one < two for one, two in zip(self.places, other.places, strict=True))

    def swaps(self, other: Item) -> bool:
        """Whether it came first in some runs, and not in others."""
        return len({one < two for one, two in zip(self.places, other.places, strict=True)}) > 1

    def precedes(self, other: Item) -> bool:
        """Whether it always came first, and is not just called the first of lines that can't be told apart."""
        alike = self.look == other.look and (self.pooled or self.writers == other.writers)
        return self.before(other) and (self.actor == other.actor or not alike)


def identify(outputs: Sequence[Output], mains: Process) -> list[Item]:
    """The lines of all runs, put together, in the order of the first run.

    A process is that of another run which prints the same lines; of several such, the first started is the first.
    """
    writers = [[str(writer or main) for _, writer in output.lines] for output, main in zip(outputs, mains, strict=True)]
    keys = _keys([[text for text, _ in output.lines] for output in outputs])
    kinds: list[dict[str, Hashable]] = []
    for run, wrote, main in zip(keys, writers, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for (look, _), writer in zip(run, wrote, strict=True):
            looks[writer].append(look)
        kinds.append({writer: (writer == main, *sorted(looks[writer])) for writer in sorted(looks, key=int)})
    always = reduce(and_, (Counter(kind.values()) for kind in kinds))
    items: dict[Hashable, Item] = {}
    for run, wrote, kind in zip(keys, writers, kinds, strict=True):
        nth, times = Counter[Hashable](), Counter[Hashable]()
        owners: dict[str, Hashable] = {}
        for writer, same in kind.items():
            nth[same] += 1
            owners[writer] = (same, nth[same]) if nth[same] <= always[same] else None
        for place, ((look, numbers), writer) in enumerate(zip(run, wrote, strict=True)):
            owner = owners[writer]
            times[owner, look] += 1
            item = items.setdefault((owner, look, times[owner, look]), Item(look, owner is None))
            item.numbers.append(numbers)
            item.writers.append(writer)
            item.places.append(place)
    return sorted(items.values(), key=lambda item: item.places[0])


def _keys(runs: Sequence[Sequence[str]]) -> list[list[_Key]]:
    """Each line of each run as its look and the numbers that vary; the looks are the same in all runs.

    A number that tells lines apart does not vary: the same ones are in all runs, be it in another order.
    """
    found: dict[str, list[list[list[str]]]] = {}
    for index, run in enumerate(runs):
        for text in run:
            found.setdefault(NUMBER.sub(HOLE, text), [[] for _ in runs])[index].append(NUMBER.findall(text))
    fixed: dict[str, list[int]] = {}
    for look, seen in found.items():
        fixed[look] = []
        for slot in range(look.count(HOLE)):
            trial = [*fixed[look], slot]
            if len({tuple(sorted(tuple(numbers[at] for at in trial) for numbers in run)) for run in seen}) == 1:
                fixed[look] = trial

    def key(text: str) -> _Key:
        mask, slots = fixed[NUMBER.sub(HOLE, text)], count()
        look = NUMBER.sub(lambda number: number[0] if next(slots) in mask else HOLE, text)
        return look, tuple(number for slot, number in enumerate(NUMBER.findall(text)) if slot not in mask)

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
    return f"`{shown(look)}` was printed {said}"


def shown(look: str) -> str:
    """A look, for a person."""
    return visible(look.replace(HOLE, "…"))
