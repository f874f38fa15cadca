"""Match the lines of many runs: a line is the same if the same process prints it and only values in it vary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import reduce
from itertools import chain, pairwise
from operator import and_
from types import MappingProxyType

from witness.language import Output
from witness.recording.proposal.items import Item, Process, Spot
from witness.recording.proposal.looks import Described, describe, shown

SHOWN = 6
"""The number of examples of a kind that a message shows."""
_CHANGE = """
Annotations can't describe this. Where words vary, make the program print one of a few; where lines vary, print one kind
of line in one place. If two prints got into one line, write it with its newline in one call, or hold a lock."""


_Key = tuple[Hashable, str, int]
"""What identifies a line in all runs: its process, its look with its heads (`_named`), and a running number, which is 0
if the line is not as often in each run."""


class ProposeError(Exception):
    """Runs that no annotations describe; the message says what was printed, and what to change in the program."""


def identify(
    outputs: Sequence[Output], mains: Process, roles: Mapping[int, Sequence[str]] = MappingProxyType({})
) -> tuple[list[Item], int]:
    """Return the lines of all runs as items, and the index of the first run in which each of them came.

    A process is the same in two runs if it prints the same lines; of several such, their order of start decides. Lines
    that are not as often in each run become one repeated item, with all that follow the same line of their process.
    Where `roles`, the printers of each line in some of the runs, say that one thread always prints them, the same line
    of that thread counts.
    """
    writers = [[str(writer or main) for _, writer in output.lines] for output, main in zip(outputs, mains, strict=True)]
    lines = describe([[text for text, _ in output.lines] for output in outputs])
    crowds = _crowds(lines, writers)
    lanes = [[*zip(run, roles[index], strict=True)] if index in roles else run for index, run in enumerate(writers)]
    owners = [[who[writer] for writer in run] for who, run in zip(_owners(lines, writers, mains), writers, strict=True)]
    named = _named([[line.look for line in run] for run in lines], lanes)
    keys = [*map(_keys, lines, owners, named)]
    threads = _threads(keys, roles)
    items: dict[_Key, Item] = {}
    several: dict[Hashable, list[list[tuple[Described, Spot]]]] = defaultdict(lambda: [[] for _ in outputs])
    for index, run in enumerate(lines):
        above: dict[Hashable, list[_Key]] = defaultdict(list)
        for place, (line, writer, key) in enumerate(zip(run, writers[index], keys[index], strict=True)):
            owner, spot = key[0], Spot(place, writer, line.values)
            if line.often:
                item = items.setdefault(key, Item(line.look, owner is None, [[] for _ in outputs]))
                item.spots[index].append(spot)
                above[owner].append(key)
                continue
            own = (one for one in reversed(above[owner]) if not threads[key] or _same(threads[one], threads[key]))
            others = (one for one in threads if one[0] == owner and not one[-1] and _same(threads[one], threads[key]))
            printer = None if line.look in crowds else (owner, next(others, None), next(own, None))
            several[printer][index].append((line, spot))
    return _fullest([*items.values(), *chain(*map(_repeated, several.values()))])


def _keys(run: Sequence[Described], owners: Sequence[Hashable], named: Sequence[str]) -> list[_Key]:
    """Return the keys of the lines of a run; `owners` has the process of each, `named` its look with its heads."""
    times = Counter[Hashable]()
    keys: list[_Key] = []
    for line, owner, look in zip(run, owners, named, strict=True):
        times[owner, look] += line.often
        keys.append((owner, look, times[owner, look]))
    return keys


def _threads(keys: Sequence[Sequence[_Key]], roles: Mapping[int, Sequence[str]]) -> dict[_Key, dict[int, str]]:
    """Return for each key its thread by run, where `roles` has it; {} if several threads printed it in one run.

    If the threads of one uneven line (key 0) of a process are not known, those of its other uneven lines are dropped.
    """
    by: dict[_Key, dict[int, set[str]]] = {key: {} for key in chain(*keys)}
    for index, run in roles.items():
        for key, role in zip(keys[index], run, strict=True):
            by[key].setdefault(index, set()).add(role)
    found = {
        key: {index: min(one) for index, one in threads.items()}
        if all(len(one) == 1 for one in threads.values())
        else {}
        for key, threads in by.items()
    }
    unknown = {key[0] for key, threads in found.items() if not threads and not key[-1]}
    return {key: {} if key[0] in unknown and not key[-1] else threads for key, threads in found.items()}


def _same(one: Mapping[int, str], other: Mapping[int, str]) -> bool:
    """Return whether two lines have the same thread in each run that both came in, if there is one."""
    common = one.keys() & other.keys()
    return bool(common) and all(one[index] == other[index] for index in common)


def _fullest(items: list[Item]) -> tuple[list[Item], int]:
    """Return the items, and the first run in which all of them came; `ProposeError` if there is none."""
    runs = range(len(items[0].spots)) if items else [0]
    for run in runs:
        if all(item.spots[run] for item in items):
            return items, run
    rare = [
        f"`{shown(item.look)}`: {sum(map(bool, item.spots))} of {len(runs)}" for item in items if not all(item.spots)
    ]
    raise ProposeError(
        "no run printed all of these lines, and a result can only allow lines that it shows:\n"
        + "\n".join(rare[:SHOWN])
        + _CHANGE
    )


def _owners(
    lines: Sequence[Sequence[Described]], writers: Sequence[Sequence[str]], mains: Process
) -> list[dict[str, Hashable]]:
    """Map the processes of each run to what identifies them in all runs; to None where some run has no such process."""
    kinds: list[dict[str, Hashable]] = []
    for run, wrote, main in zip(lines, writers, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for line, writer in zip(run, wrote, strict=True):
            if line.often or line.look not in looks[writer]:
                looks[writer].append(line.look)
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


def _named(looks: Sequence[Sequence[str]], lanes: Sequence[Sequence[Hashable]]) -> list[list[str]]:
    """Return the looks, with that of the line above it put before a look that several different lines have above them.

    So an empty line, or a line of a warning, belongs to the line that it follows.
    """
    named = [list(run) for run in looks]
    while heads := _heads(named, lanes):
        for (index, place), head in heads.items():
            named[index][place] = f"{head}\n{looks[index][place]}"
    return named


def _heads(looks: Sequence[Sequence[str]], lanes: Sequence[Sequence[Hashable]]) -> dict[tuple[int, int], str]:
    """Return by run and place the line that precedes a line, where this tells it from others that look the same."""
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for run, wrote in zip(looks, lanes, strict=True):
        for (one, first), (two, then) in {*pairwise(zip(run, wrote, strict=True))}:
            after[two][one] += first == then
    found: dict[tuple[int, int], str] = {}
    for look, above in after.items():
        mostly = {one for one, times in above.items() if 2 * times > len(looks)} - {look}
        if len(mostly) < 2:
            continue
        places: dict[tuple[int, int], str] = {}
        for index, run in enumerate(looks):
            waiting: dict[Hashable, list[str]] = defaultdict(list)
            for place, (one, by) in enumerate(zip(run, lanes[index], strict=True)):
                if one in mostly:
                    waiting[by].append(one)
                elif one == look:
                    places[index, place] = waiting[by].pop() if waiting[by] else ""
        kinds = {tuple(sorted(places[at] for at in places if at[0] == index)) for index in range(len(looks))}
        if len(kinds) == 1 and "" not in places.values():
            found |= places
    return found


def _crowds(lines: Sequence[Sequence[Described]], writers: Sequence[Sequence[str]]) -> set[str]:
    """Return the looks of lines that are not as often in each run, and that several processes write in one run."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for index, (run, wrote) in enumerate(zip(lines, writers, strict=True)):
        for line, writer in zip(run, wrote, strict=True):
            if not line.often:
                found[line.look, index].add(writer)
    return {look for (look, _), by in found.items() if len(by) > 1}


def _repeated(runs: Sequence[Sequence[tuple[Described, Spot]]]) -> list[Item]:
    """Return the item of a line that is repeated at one place; words in it are masked where that makes it one line.

    Or the items of several lines that came at most once each, if of any two runs one has all such lines of the other,
    as where a run ends early. Otherwise `ProposeError`.
    """
    for level in 0, 1:
        if len(looks := {line.masked[level][0] for line, _ in chain(*runs)}) == 1:
            spots = [[spot._replace(values=line.masked[level][1]) for line, spot in run] for run in runs]
            return [Item(looks.pop(), False, spots, repeated=True)]
    came = [{line.look: spot for line, spot in run} for run in runs]
    fewest = sorted(came, key=len)
    if [*map(len, came)] == [*map(len, runs)] and all(one.keys() <= two.keys() for one, two in pairwise(fewest)):
        once = [[[run[look]] if look in run else [] for run in came] for look in fewest[-1]]
        return [Item(look, False, spots, repeated=True) for look, spots in zip(fewest[-1], once, strict=True)]
    times = [Counter(line.look for line, _ in run) for run in runs]
    counts = {look: [one[look] for one in times] for look in chain(*times)}
    uneven = [_uneven(look, often) for look, often in counts.items() if len(set(often)) > 1]
    raise ProposeError("\n".join(uneven[:SHOWN]) + _CHANGE)


def _uneven(look: str, times: Sequence[int]) -> str:
    """Return in words that a line was not printed equally often in all runs."""
    runs = sum(time > 0 for time in times)
    said = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"`{shown(look)}` was printed {said}"
