"""Which lines of many runs are the same line: it looks the same but for what varies, and the same process prints it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, count
from operator import and_
from typing import NamedTuple

from witness.language import Output, visible

SHOWN = 6
"""How many of the lines that can't be described are shown."""
HOLE = "\0"
"""It stands in a look, in place of what varies; no result file can hold it."""
Process = tuple[str, ...]
"""Its number in each run."""

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]++)?+"
TIME = re.compile(
    rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ 0-9][0-9] {_CLOCK} [0-9]{{4}}|(?<![\w.:,-])(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
    rf"(?:[ T]{_CLOCK})?+|{_CLOCK})(?![\w:])"
)
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+"
    r"(?!\.[0-9]|[A-Za-z_]\w*[0-9])",
    re.ASCII,
)
"""A number in a line, its unit behind it (`0.5s`); digits in a word (`8f3c`, `v1.2.3`) are none."""
VALUE = re.compile(rf"{TIME.pattern}|(?<!\w)0x[0-9a-f]++| *+{NUMBER.pattern}", re.ASCII)
"""What may vary in a line: a time, an address, a number with the blanks that pad it."""
_PHRASE = r"\w[\w.'-]*+(?: [^\W\d][\w.'-]*+)*+"
ANYTHING = re.compile(rf"{VALUE.pattern}|{_PHRASE}")
"""Words too."""
_CHANGE = """
Annotations can't describe that. Where words vary, let the program print one of a few; where lines do, one kind of them
at one place. If two prints got into one line, let one call write it, newline and all, or hold a lock."""

_Key = tuple[str, tuple[str, ...]]  # a look, and what was printed in its holes
_Loose = tuple[Hashable, tuple[_Key, ...], int, str]  # what came before it, its keys, its place, its writer


class ProposeError(Exception):
    """Runs that no annotations describe: what was printed, and what to change in the program."""


class Spot(NamedTuple):
    """A printed line: its place in the output, its writer, and what was in the holes of its look."""

    place: int
    writer: str
    values: tuple[str, ...]


@dataclass(eq=False)
class Item:
    """The same line of all runs, or lines that come again and again: their looks, and where they stand in each run.

    `pooled` if the process that writes it writes other lines in each run, as the worker of a pool does.
    """

    looks: tuple[str, ...]
    pooled: bool
    spots: list[list[Spot]] = field(default_factory=list)
    repeated: bool = False
    actor: str | None = None
    label: str | None = None

    @property
    def look(self) -> str:
        return self.looks[0]

    @property
    def process(self) -> Process:
        """Its writer in each run; nothing where it did not come, or where several wrote it."""
        writers = [{spot.writer for spot in spots} for spots in self.spots]
        return tuple("".join(one) if len(one) == 1 else "" for one in writers)

    @property
    def crowded(self) -> bool:
        """Whether several processes wrote it in one run."""
        return any(len({spot.writer for spot in spots}) > 1 for spots in self.spots)

    def by(self, process: Process) -> bool:
        """Whether this process wrote all of it."""
        return all(spot.writer == process[run] for run, spots in enumerate(self.spots) for spot in spots)

    @property
    def words(self) -> set[str]:
        return set(re.findall(r"[\w-]+", " ".join(self.looks)))

    @property
    def first(self) -> int:
        """Its place in the first run."""
        return self.spots[0][0].place if self.spots[0] else -1

    def before(self, other: Item) -> bool:
        """Whether it always came first."""
        return all(
            one[-1].place < two[0].place for one, two in zip(self.spots, other.spots, strict=True) if one and two
        )

    def swaps(self, other: Item) -> bool:
        """Whether it came first in some runs, and not in others."""
        return self is not other and not self.before(other) and not other.before(self)


def identify(outputs: Sequence[Output], mains: Process, roles: Mapping[str, str], loose: bool = False) -> list[Item]:
    """The lines of all runs, put together, in the order of the first run.

    A process is that of another run which prints the same lines; of several such, the first started is the first.
    `roles` has who prints the lines of a shape, as far as it is known. If `loose`, a line that is as often in each run
    may be one of those that are not, if it looks like them but for words and numbers.
    """
    writers = [[str(writer or main) for _, writer in output.lines] for output, main in zip(outputs, mains, strict=True)]
    texts = [[text for text, _ in output.lines] for output in outputs]
    keys = _keys(texts, ())
    if loose:
        lines = zip(chain(*texts), chain(*keys), strict=True)
        keys = _keys(texts, {ANYTHING.sub(HOLE, text) for text, (uneven, *_) in lines if uneven})
    kinds: list[dict[str, Hashable]] = []
    for run, wrote, main in zip(keys, writers, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for (uneven, (look, _), *_), writer in zip(run, wrote, strict=True):
            if not uneven or look not in looks[writer]:
                looks[writer].append(look)
        kinds.append({writer: (writer == main, *sorted(looks[writer])) for writer in sorted(looks, key=int)})
    always = reduce(and_, (Counter(kind.values()) for kind in kinds))
    common = _by_several(keys, writers)
    items: dict[Hashable, Item] = {}
    often: dict[Hashable, list[list[_Loose]]] = defaultdict(lambda: [[] for _ in outputs])
    for index, (run, wrote, kind) in enumerate(zip(keys, writers, kinds, strict=True)):
        nth, times = Counter[Hashable](), Counter[Hashable]()
        owners: dict[str, Hashable] = {}
        for writer, same in kind.items():
            nth[same] += 1
            owners[writer] = (same, nth[same]) if nth[same] <= always[same] else None
        latest: dict[Hashable, Hashable] = {}
        for place, ((uneven, *found), writer) in enumerate(zip(run, wrote, strict=True)):
            owner, (look, values) = owners[writer], found[0]
            role = owner, roles.get(VALUE.sub(HOLE, outputs[index].lines[place][0]))
            if uneven and look in common:
                often["several"][index].append((None, tuple(found), place, writer))
            elif uneven:
                often[role][index].append((latest.get(role), tuple(found), place, writer))
            if uneven:
                continue
            times[owner, look] += 1
            key = latest[role] = (owner, look, times[owner, look])
            item = items.setdefault(key, Item((look,), owner is None, [[] for _ in outputs]))
            item.spots[index].append(Spot(place, writer, values))
    for role, seen in often.items():
        for place in dict.fromkeys(place for run in seen for place, *_ in run):
            for item in _repeated([[one for one in run if one[0] == place] for run in seen]):
                items[role, place, item.looks] = item
    return sorted(items.values(), key=lambda item: item.first)


def _by_several(keys: Sequence[Sequence[tuple[bool, *tuple[_Key, ...]]]], writers: Sequence[Sequence[str]]) -> set[str]:
    """The looks that are not as often in each run, and that several processes write."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for index, (run, wrote) in enumerate(zip(keys, writers, strict=True)):
        for (uneven, (look, _), *_), writer in zip(run, wrote, strict=True):
            if uneven:
                found[look][index].add(writer)
    return {look for look, by in found.items() if any(len(one) > 1 for one in by.values())}


def _repeated(runs: Sequence[Sequence[_Loose]]) -> Iterator[Item]:
    """The item of lines that come again and again, at one place; and that of the last ones, if they may end halfway."""
    for level in 0, 1:
        looks = [[keys[level][0] for _, keys, *_ in run] for run in runs]
        spots = [[Spot(place, by, keys[level][1]) for _, keys, place, by in run] for run in runs]
        longest = max(looks, key=len)
        for length in range(1, len(longest) + 1):
            half = {len(run) % length for run in looks} - {0}
            if half and len(longest) < 2 * length:
                break
            if len(half) < 2 and all(run == (longest[:length] * len(run))[: len(run)] for run in looks):
                ends = [len(run) - len(run) % length for run in spots]
                yield Item((*longest[:length],), False, [run[:end] for run, end in zip(spots, ends, strict=True)], True)
                if half:
                    rest = [run[end:] for run, end in zip(spots, ends, strict=True)]
                    yield Item((*longest[: half.pop()],), False, rest, True)
                return
    times = [Counter(keys[0][0] for _, keys, *_ in run) for run in runs]
    counts = {look: [run[look] for run in times] for look in dict.fromkeys(chain(*times))}
    uneven = [_uneven(look, seen) for look, seen in counts.items() if len(set(seen)) > 1]
    raise ProposeError("\n".join(uneven[:SHOWN]) + _CHANGE)


def _keys(runs: Sequence[Sequence[str]], loose: Collection[str]) -> list[list[tuple[bool, *tuple[_Key, ...]]]]:
    """Each line of each run: whether its look is not as often in all runs, and its key, or keys if it is not.

    First only times, addresses and numbers may vary; then words too, where that makes the lines as many in all runs.
    """
    found: list[dict[int, list[_Key]]] = [{} for _ in runs]
    even: set[tuple[int, int]] = set()
    for tokens in VALUE, ANYTHING:
        shapes: dict[str, list[list[int]]] = {}
        for index, run in enumerate(runs):
            for place, text in enumerate(run):
                if (index, place) not in even:
                    shapes.setdefault(tokens.sub(HOLE, text), [[] for _ in runs])[index].append(place)
        for shape, places in shapes.items():
            keys = _masked(tokens, [[run[place] for place in at] for run, at in zip(runs, places, strict=True)])
            as_often = len(set(map(len, places))) == 1
            if ANYTHING.sub(HOLE, shape) in loose and any(values for _, values in chain(*keys)):
                as_often = False
            for index, at in enumerate(places):
                for place, key in zip(at, keys[index], strict=True):
                    if as_often:
                        found[index][place] = [key]
                        even.add((index, place))
                    else:
                        found[index].setdefault(place, []).append(key)
    return [
        [((index, place) not in even, *found[index][place]) for place in range(len(run))]
        for index, run in enumerate(runs)
    ]


def _masked(tokens: re.Pattern[str], runs: Sequence[Sequence[str]]) -> list[list[_Key]]:
    """The keys of the lines of one shape.

    What tells lines apart does not vary: the same tokens are in all runs, be it in another order. A line that is in all
    runs as it is does not vary at all, if the others of its shape then always stand at the same places.
    """
    seen = [[tuple(tokens.findall(text)) for text in run] for run in runs]
    even = len(set(map(len, runs))) == 1
    whole = [_common(run, reduce(and_, map(Counter, seen))) for run in seen]
    if not even or len(set(map(tuple, whole))) > 1:
        whole = [[False] * len(run) for run in runs]
    rest = [[one for one, fixed in zip(run, at, strict=True) if not fixed] for run, at in zip(seen, whole, strict=True)]
    mask = _mask(rest, even)
    holes = [slot for slot in range(len(next(chain(*seen)))) if slot not in mask]
    varied = [{values[slot] for values in chain(*rest)} for slot in holes]
    if holes and all(values[slot] in at for values in chain(*seen) for slot, at in zip(holes, varied, strict=True)):
        whole = [[False] * len(run) for run in runs]  # the values of the others are theirs too
        mask = _mask(seen, even)

    def key(text: str, fixed: bool) -> _Key:
        if fixed:
            return text, ()
        slots = count()
        look = tokens.sub(lambda token: token[0] if next(slots) in mask else HOLE, text)
        return look, tuple(value for slot, value in enumerate(tokens.findall(text)) if slot not in mask)

    return [[key(*line) for line in zip(run, at, strict=True)] for run, at in zip(runs, whole, strict=True)]


def _mask(runs: Sequence[Sequence[tuple[str, ...]]], even: bool) -> list[int]:
    """The slots that tell lines apart: together, the same values are in all runs."""
    mask: list[int] = []
    for slot in range(len(next(chain(*runs), ()))):
        trial = [*mask, slot]
        parts = [[tuple(values[at] for at in trial) for values in run] for run in runs]
        if len({tuple(sorted(run) if even else sorted(set(run))) for run in parts if even or run}) == 1:
            mask = trial
    return mask


def _common(lines: Sequence[Hashable], common: Counter[Hashable]) -> list[bool]:
    """Which of the lines are the common ones, the first of equal ones first."""
    found = []
    taken = Counter[Hashable]()
    for line in lines:
        taken[line] += 1
        found.append(taken[line] <= common[line])
    return found


def _uneven(look: str, times: Sequence[int]) -> str:
    """What is wrong with a line that is not equally often in all runs."""
    runs = sum(time > 0 for time in times)
    said = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"`{shown(look)}` was printed {said}"


def shown(look: str) -> str:
    """A look, for a person."""
    return visible(look.replace(HOLE, "…"))
