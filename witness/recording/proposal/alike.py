"""Which lines of many runs are the same line: it looks the same but for what varies, and the same process prints it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from itertools import chain, pairwise
from operator import and_
from typing import NamedTuple

from witness.language import Output
from witness.recording.proposal.items import Item, Process, Spot
from witness.recording.proposal.looks import HOLE, VALUE, Described, Masked, describe, outline, shown

SHOWN = 6
"""How many of a kind a message shows."""
_CHANGE = """
Annotations can't describe that. Where words vary, let the program print one of a few; where lines do, one kind of them
at one place. If two prints got into one line, let one call write it, newline and all, or hold a lock."""


class ProposeError(Exception):
    """Runs that no annotations describe: what was printed, and what to change in the program."""


class _Loose(NamedTuple):
    """A line that is not as often in each run: what of its printer came before it, and what is known of it."""

    anchor: Hashable
    masked: tuple[Masked, ...]
    place: int
    writer: str

    def spot(self, level: int) -> Spot:
        return Spot(self.place, self.writer, self.masked[level][1])


def identify(outputs: Sequence[Output], mains: Process, roles: Mapping[str, str]) -> tuple[list[Item], int]:
    """The lines of all runs, put together, and the first run in which each of them came.

    A process is that of another run which prints the same lines; of several such, the first started is the first.
    `roles` has who prints what looks so, as far as it is known. A line that is as often in each run is taken for one of
    those that are not, if it looks like them but for words and numbers, only where that helps.
    """
    try:
        return _fullest(_identify(outputs, mains, roles))
    except ProposeError:
        with suppress(ProposeError):
            return _fullest(_identify(outputs, mains, roles, loose=True))
        raise


def _identify(outputs: Sequence[Output], mains: Process, roles: Mapping[str, str], loose: bool = False) -> list[Item]:
    writers = [[str(writer or main) for _, writer in output.lines] for output, main in zip(outputs, mains, strict=True)]
    texts = [[text for text, _ in output.lines] for output in outputs]
    lines = describe(texts)
    if loose:
        known = zip(chain(*texts), chain(*lines), strict=True)
        lines = describe(texts, {outline(text) for text, line in known if not line.often})
    owners = _owners(lines, writers, mains)
    printers = _printers(texts, writers, owners, roles)
    crowds = _crowds(lines, writers)
    heads = _heads([[line.masked[0][0] for line in run] for run in lines], writers)
    items: dict[Hashable, Item] = {}
    several: dict[Hashable, list[list[_Loose]]] = defaultdict(lambda: [[] for _ in outputs])
    for index, run in enumerate(lines):
        times, latest = Counter[Hashable](), dict[Hashable, Hashable]()
        for place, (line, writer) in enumerate(zip(run, writers[index], strict=True)):
            owner, (look, values) = owners[index][writer], line.masked[0]
            role = owner, printers[index][place]
            if not line.often:
                anchor = None if look in crowds else latest.get(role)
                several[None if look in crowds else role][index].append(_Loose(anchor, line.masked, place, writer))
                continue
            head = heads.get((index, place), "")
            times[owner, look, head] += 1
            key = latest[role] = (owner, look, head, times[owner, look, head])
            item = items.setdefault(key, Item((look,), owner is None, [[] for _ in outputs]))
            item.spots[index].append(Spot(place, writer, values))
    for printer, seen in several.items():
        for anchor in dict.fromkeys(one.anchor for one in chain(*seen)):
            for item in _repeated([[one for one in run if one.anchor == anchor] for run in seen]):
                items[printer, anchor, item.looks] = item
    return list(items.values())


def _fullest(items: list[Item]) -> tuple[list[Item], int]:
    """The lines, and the first run in which each of them came."""
    runs = range(len(items[0].spots)) if items else [0]
    for run in runs:
        if all(item.spots[run] for item in items):
            return items, run
    rare = [
        f"`{shown(item.look)}`: {sum(map(bool, item.spots))} of {len(runs)}" for item in items if not all(item.spots)
    ]
    raise ProposeError(
        "there is no run in which all of these lines came, and what is never shown can't be allowed:\n"
        + "\n".join(rare)
    )


def _owners(
    lines: Sequence[Sequence[Described]], writers: Sequence[Sequence[str]], mains: Process
) -> list[dict[str, Hashable]]:
    """For the processes of each run, who they are in all runs; None where other runs have no such process."""
    kinds: list[dict[str, Hashable]] = []
    for run, wrote, main in zip(lines, writers, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for line, writer in zip(run, wrote, strict=True):
            look = line.masked[0][0]
            if line.often or look not in looks[writer]:
                looks[writer].append(look)
        kinds.append({writer: (writer == main, *sorted(looks[writer])) for writer in sorted(looks, key=int)})
    always = reduce(and_, (Counter(kind.values()) for kind in kinds))
    owners: list[dict[str, Hashable]] = []
    for kind in kinds:
        nth = Counter[Hashable]()
        owners.append({})
        for writer, same in kind.items():
            nth[same] += 1
            owners[-1][writer] = (same, nth[same]) if nth[same] <= always[same] else None
    return owners


def _printers(
    texts: Sequence[Sequence[str]],
    writers: Sequence[Sequence[str]],
    owners: Sequence[Mapping[str, Hashable]],
    roles: Mapping[str, str],
) -> list[list[str | None]]:
    """Who prints each line: as is known of what looks so, or the only one whom its process is known to have."""
    found: dict[Hashable, set[str]] = defaultdict(set)
    said: list[list[tuple[Hashable, str | None]]] = []
    for run, wrote, owner in zip(texts, writers, owners, strict=True):
        known = [roles.get(VALUE.sub(HOLE, text)) for text in run]
        said.append([(owner[writer], role) for writer, role in zip(wrote, known, strict=True)])
        for one, role in said[-1]:
            found[one] |= set() if role is None else {role}
    return [[min(found[one]) if len(found[one]) == 1 else role for one, role in run] for run in said]


def _heads(looks: Sequence[Sequence[str]], writers: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """The line behind which one stands, by its run and place, where that tells it from others that look the same.

    So the second line of a warning, and an empty line, are whose the line above them is.
    """
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for run, wrote in zip(looks, writers, strict=True):
        for (one, by), (two, then) in {*pairwise(zip(run, wrote, strict=True))}:
            after[two][one] += by == then
    found: dict[tuple[int, int], str] = {}
    for look, above in after.items():
        mostly = {one for one, times in above.items() if 2 * times > len(looks)} - {look}
        places: dict[tuple[int, int], str] = {}
        for index, run in enumerate(looks):
            open_ = [""]
            for place, one in enumerate(run):
                if one in mostly:
                    open_.append(one)
                elif one == look:
                    places[index, place] = open_.pop() if len(open_) > 1 else ""
        kinds = {tuple(sorted(places[at] for at in places if at[0] == index)) for index in range(len(looks))}
        if len(mostly) > 1 and len(kinds) == 1 and "" not in places.values():
            found |= places
    return found


def _crowds(lines: Sequence[Sequence[Described]], writers: Sequence[Sequence[str]]) -> set[str]:
    """The looks of lines that are not as often in each run, and that several processes write."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for index, (run, wrote) in enumerate(zip(lines, writers, strict=True)):
        for line, writer in zip(run, wrote, strict=True):
            if not line.often:
                found[line.masked[0][0], index].add(writer)
    return {look for (look, _), by in found.items() if len(by) > 1}


def _repeated(runs: Sequence[Sequence[_Loose]]) -> Iterator[Item]:
    """The item of lines that come again and again, at one place; and that of the last ones, if they may end halfway."""
    for level in 0, 1:
        looks = [[one.masked[level][0] for one in run] for run in runs]
        spots = [[one.spot(level) for one in run] for run in runs]
        longest = max(looks, key=len)
        for length in range(1, len(longest) + 1):
            half = {len(run) % length for run in looks} - {0}
            whole = [len(run) - len(run) % length for run in looks]
            fits = all(run == (longest[:length] * len(run))[: len(run)] for run in looks)
            if fits and (not half or (len(half) == 1 and len(longest) >= 2 * length)):
                periods = [run[:end] for run, end in zip(spots, whole, strict=True)]
                yield Item((*longest[:length],), False, periods, repeated=True)
                if half:
                    rest = [run[end:] for run, end in zip(spots, whole, strict=True)]
                    yield Item((*longest[: half.pop()],), False, rest, repeated=True)
                return
    times = [Counter(one.masked[0][0] for one in run) for run in runs]
    counts = {look: [run[look] for run in times] for look in dict.fromkeys(chain(*times))}
    uneven = [_uneven(look, seen) for look, seen in counts.items() if len(set(seen)) > 1]
    raise ProposeError("\n".join(uneven[:SHOWN]) + _CHANGE)


def _uneven(look: str, times: Sequence[int]) -> str:
    """What is wrong with a line that is not equally often in all runs."""
    runs = sum(time > 0 for time in times)
    said = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"`{shown(look)}` was printed {said}"
