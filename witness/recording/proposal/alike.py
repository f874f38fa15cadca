"""Match the lines of many runs: a line is the same if the same process prints it and only values in it vary."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain, groupby, pairwise

from witness.language import Output
from witness.recording.proposal.items import Item, Process
from witness.recording.proposal.looks import HOLE, VALUE, Runs, Spot, counted, describe, shown
from witness.recording.proposal.traces import Known

SHOWN = 6
"""The number of examples of a kind that a message shows."""
_CHANGE = """
Annotations can't describe this. Where words vary, make the program print one of a few; where lines vary, print one kind
of line in one place. If two prints got into one line, write it with its newline in one call, or hold a lock."""

_Key = tuple[Hashable, str, int]
"""What identifies a line in all runs: its process, its look behind its sequence, and a running number, which is 0 if
the line is not as often in each run."""
_Sequence = tuple[str, ...]
"""The looks of all that a thread prints."""
_SURE = 3
"""In how many runs different lines must have come one after the other, so that their order is not chance."""
_STATES = 10_000
"""How many dead ends are tried at most when a run is taken apart."""


class ProposeError(Exception):
    """Runs that no annotations describe; the message says what was printed, and what to change in the program."""


def identify(outputs: Sequence[Output], mains: Process, known: Mapping[int, Known]) -> tuple[list[Item], int]:
    """Return the lines of all runs as items, and the index of the first run in which each of them came.

    A process is the same in two runs if it prints the same lines; of several such, their order of start decides. Lines
    that are not as often in each run become one repeated item, with all that follow the same line of their process.
    Where the `known` runs, those that were traced, say that one thread always prints them, the same line of that thread
    counts.
    """
    runs = [
        [
            Spot(run, place, text, str(writer or mains[run]), known[run].roles[place] if run in known else None)
            for place, (text, writer) in enumerate(output.lines)
        ]
        for run, output in enumerate(outputs)
    ]
    describe(runs)
    _identify(runs, mains)
    threads = _threads([*chain(*runs)])
    crowds = _crowds(chain(*runs))
    items: dict[_Key, list[Spot]] = defaultdict(list)
    rare: dict[Hashable, list[Spot]] = defaultdict(list)
    for line in chain(*runs):
        if not line.often and line.look not in crowds:
            rare[line.key[0]].append(line)
    early = {owner: _early(_by_run(lines, len(runs))) for owner, lines in rare.items()}
    several: dict[Hashable, list[Spot]] = defaultdict(list)
    for run in runs:
        above: dict[Hashable, list[_Key]] = defaultdict(list)
        for line in run:
            key, owner = line.key, line.key[0]
            if line.often:
                items[key].append(line)
                above[owner].append(key)
            if line.often or (early.get(owner) and line.look not in crowds):
                continue
            own = (one for one in reversed(above[owner]) if not threads[key] or _same(threads[one], threads[key]))
            others = (one for one in threads if one[0] == owner and not one[-1] and _same(threads[one], threads[key]))
            printer = None if line.look in crowds else (owner, next(others, None), next(own, None))
            several[printer].append(line)
    once = [Item(lines[0].look, key[0] is None, _by_run(lines, len(runs))) for key, lines in items.items()]
    once += chain(*early.values())
    return _fullest([*once, *chain(*(_repeated(_by_run(lines, len(runs)), runs) for lines in several.values()))])


def _by_run(lines: Iterable[Spot], runs: int) -> list[list[Spot]]:
    found: list[list[Spot]] = [[] for _ in range(runs)]
    for line in lines:
        found[line.run].append(line)
    return found


def _identify(runs: Runs, mains: Process) -> None:
    """Give each line its key."""
    owners = _owners(runs, mains)
    sequences = _sequences(runs, owners)
    named = {line: "\n".join((*sequences.get(line, ()), line.look)) for line in chain(*runs)}
    times = Counter[Hashable]()
    for line in chain(*runs):
        owner = owners[line.run][line.writer]
        times[line.run, owner, named[line]] += line.often
        line.key = (owner, named[line], times[line.run, owner, named[line]])


def _threads(lines: Sequence[Spot]) -> dict[_Key, dict[int, str]]:
    """Return for each key its thread by run, where it is known; {} if several threads printed it in one run.

    If the threads of one line of a process that is not equally often (key 0) are not known, those of its other such
    lines are dropped.
    """
    by: dict[_Key, dict[int, set[str]]] = {line.key: {} for line in lines}
    for line in lines:
        if line.thread is not None:
            by[line.key].setdefault(line.run, set()).add(line.thread)
    found = {
        key: {run: min(one) for run, one in threads.items()} if all(len(one) == 1 for one in threads.values()) else {}
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
        f"{_named(next(chain(*item.spots)), item.look)}: {sum(map(bool, item.spots))} of {len(runs)}"
        for item in items
        if not all(item.spots)
    ]
    raise ProposeError(
        "no run printed all of these lines, and a result can only allow lines that it shows:\n"
        + "\n".join(rare[:SHOWN])
        + _CHANGE
    )


def _owners(runs: Runs, mains: Process) -> list[dict[str, Hashable]]:
    """Map the processes of each run to what identifies them in all runs; to None where some run has no such process.

    The main process is the same in all runs, whatever it prints.
    """
    owners: list[dict[str, Hashable]] = []
    for run, main in zip(runs, mains, strict=True):
        looks: dict[str, list[str]] = defaultdict(list)
        for line in run:
            if line.often or line.look not in looks[line.writer]:
                looks[line.writer].append(line.look)
        writers = sorted(looks, key=int)
        kinds = counted((writer == main, *(sorted(looks[writer]) if writer != main else ())) for writer in writers)
        owners.append(dict(zip(writers, kinds, strict=True)))
    always = set.intersection(*({*one.values()} for one in owners))
    return [{writer: kind if kind in always else None for writer, kind in one.items()} for one in owners]


def _sequences(runs: Runs, owners: Sequence[Mapping[str, Hashable]]) -> dict[Spot, _Sequence]:
    """Return, for lines that look the same in several threads, what their thread prints, and which such thread it is.

    That is known if the threads of a process print the same in each traced run, and each of them a line that only those
    print that print just the same; runs that were not traced are then taken apart into these sequences. Threads that
    print the same are numbered as they begin.
    """
    found: dict[Spot, _Sequence] = {}
    for owner in {*chain(*(one.values() for one in owners))}:
        lines = [[line for line in run if line.often and owners[line.run][line.writer] == owner] for run in runs]
        traced = [run for run in lines if run and run[0].thread is not None]
        known = [sorted(_by_thread(run).values()) for run in traced] or [[]]
        kinds = Counter(look for one in {*known[0]} for look in {*one})
        times = Counter(look for one in known[0] if len(one) > 1 for look in {*one})
        told = all(any(kinds[look] == 1 for look in one) for one in known[0])
        if not (told and max(times.values(), default=1) > 1 and all(one == known[0] for one in known)):
            continue
        split = [
            [(_by_thread(run)[one.printer], one.printer) for one in run] if run in traced else _split(run, traced[0])
            for run in lines
        ]
        for run, by in zip(lines, split if all(split) else (), strict=False):
            numbers = dict(zip(dict.fromkeys(by), counted(sequence for sequence, _ in dict.fromkeys(by)), strict=True))
            pairs = zip(run, by, strict=True)
            found |= {line: (*one[0], str(numbers[one][1])) for line, one in pairs if times[line.look] > 1}
    return found


def _by_thread(run: Iterable[Spot]) -> dict[Hashable, _Sequence]:
    """Return the looks of what each thread printed."""
    found: dict[Hashable, _Sequence] = defaultdict(tuple)
    for line in run:
        found[line.printer] += (line.look,)
    return found


def _split(run: Sequence[Spot], traced: Sequence[Spot]) -> list[tuple[_Sequence, Hashable]]:
    """Return for each line of a run a sequence of a traced run that it may belong to, and its thread; [] if none fits.

    Of several lines that it may be, it is the one that came first in the traced run. Where all lines of each thread had
    a value in common, such as its name, they have one here.
    """
    by_thread, places, counts = _by_thread(traced), dict[tuple[_Sequence, int], int](), Counter[Hashable]()
    values: dict[Hashable, set[str]] = {}
    for place, line in enumerate(traced):
        places.setdefault((by_thread[line.printer], counts[line.printer]), place)
        counts[line.printer] += 1
        values[line.printer] = values.get(line.printer, {*line.values}) & {*line.values}
    sequences, named = [*by_thread.values()], all(values.values())
    failed: set[tuple[tuple[_Sequence, int, tuple[str, ...]], ...]] = set()
    at, taken = [0] * len(sequences), list[int]()
    by: list[tuple[str, ...]] = [("",)] * len(sequences)

    def goes_on(index: int) -> bool:
        if index == len(run):
            return True
        state = tuple(sorted(zip(sequences, at, by, strict=True)))
        if state in failed or len(failed) > _STATES:
            return False
        look, writer = run[index].look, run[index].writer
        able = [one for one, sequence in enumerate(sequences) if sequence[at[one] : at[one] + 1] == (look,)]
        for one in sorted(able, key=lambda one: places[sequences[one], at[one]]):
            old = by[one]
            same = sorted({*run[index].values}.intersection(*[old[1:]][: at[one]]))
            if not at[one] or (old[0] == writer and (same or not named)):
                at[one] += 1
                by[one] = (writer, *same)
                taken.append(one)
                if goes_on(index + 1):
                    return True
                at[one], by[one] = at[one] - 1, old
                taken.pop()
        failed.add(state)
        return False

    return [(sequences[one], one) for one in taken] if goes_on(0) else []


def _crowds(lines: Iterable[Spot]) -> set[str]:
    """Return the looks of lines that several processes write in one run."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for line in lines:
        found[line.look, line.run].add(line.writer)
    return {look for (look, _), by in found.items() if len(by) > 1}


def _early(runs: list[list[Spot]]) -> list[Item]:
    """Return the items of lines that came at most once each, if of any two runs one has all lines of the other.

    So it is where a run ends early; else there are none.
    """
    came = [{line.look: line for line in run} for run in runs]
    fewest = sorted(came, key=len)
    if [*map(len, came)] != [*map(len, runs)] or any(one.keys() - two.keys() for one, two in pairwise(fewest)):
        return []
    spots = {look: [[run[look]] if look in run else [] for run in came] for look in fewest[-1]}
    return [Item(look, False, found, repeated=not all(found)) for look, found in spots.items()]


def _repeated(runs: list[list[Spot]], every: Runs) -> list[Item]:
    """Return the items of lines where a run ends early, or of lines that are repeated, one after the other.

    Words in such a line are masked where that makes it one line. Otherwise raise `ProposeError`; `every` has all lines
    of the runs, to say how often these came.
    """
    if early := _early(runs):
        return early
    for level in 0, 1:
        came = [[look for look, _ in groupby(line.masks[level][0] for line in run)] for run in runs]
        looks = [*max(map(dict.fromkeys, came), key=len)]
        sure = len(looks) == 1 or (level == 0 and sum(len(one) > 1 for one in came) >= _SURE)
        if sure and all(one == [look for look in looks if look in one] for one in came):
            for line in chain(*runs):
                line.masks = line.masks[level:]
            by = ([[line for line in run if line.look == look] for run in runs] for look in looks)
            return [Item(look, False, spots, repeated=True) for look, spots in zip(looks, by, strict=True)]
    times = [Counter(VALUE.sub(HOLE, line.text) for line in run) for run in every]
    rest: dict[str, Spot] = {}
    for line in chain(*runs):
        rest.setdefault(VALUE.sub(HOLE, line.text), line)
    differ = [_how_often(_named(line, look), [one[look] for one in times]) for look, line in rest.items()]
    raise ProposeError("\n".join(differ[:SHOWN]) + _CHANGE)


def _named(line: Spot, look: str) -> str:
    """Return in words a line that looks so, or if that tells nothing, is like this one."""
    if not look.strip(HOLE):
        return f"a line like `{line.text}`" if look else "an empty line"
    return f"`{shown(look)}`"


def _how_often(said: str, times: Sequence[int]) -> str:
    """Return in words that a line was not printed equally often in all runs."""
    runs = sum(time > 0 for time in times)
    often = f"in {runs} of {len(times)} runs" if runs < len(times) else f"{min(times)} to {max(times)} times"
    return f"{said} was printed {often}"
