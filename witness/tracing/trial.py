"""Try to turn round an order for which no chain of causes is known: what waits for a value in memory leaves no note.

A thread waits, as `while turn != me: changed.wait()` does, until what it sees is so. If it comes late it need not wait
at all, and nothing is noted of why it goes on, though it could not have before. So one thread after the other falls
behind, from one of its steps on, until the others can do no more (`collector/behind.py`). What they print meanwhile
does not wait for it; what they never print before it, does. Mostly a call is seen to wait, then.

That is the search of PCT (Burckhardt and others, "A randomized scheduler with probabilistic guarantees of finding
bugs", ASPLOS 2010) for what one change of priorities turns round, but by all of them instead of some that are drawn.
Like a chain of causes it tells nothing of runs that take another course: `repeat` may show some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from witness.language import Line, Result, Run, decide
from witness.language.promises import Pair, unordered
from witness.running import WORKERS
from witness.tracing.model import Link, UnseenError
from witness.tracing.notes import Begin, Forked, LaneKind, Note, Own, thread_of
from witness.tracing.output import Lines
from witness.tracing.printed import find, spoken
from witness.tracing.waits import Rule

THREADS = 16
"""Of more threads nothing is tried."""
EACH = 16
"""So many of the first steps of a thread are tried one by one."""
_PAUSE_S = 0.02
"""By how much longer than a whole run a thread falls behind at each step."""

Runs = Callable[[str], tuple[list[Note], Run]]
"""Makes a traced run in which a thread falls behind, for how many seconds at each step, from which step on, and which
it is; maybe with another, which at its first steps falls behind the rest. A thread is known from run to run by its
number in its process, and how far the number of that is from the program's."""

_Fall = tuple[str, int, str]
"""Which thread falls behind, from which of its steps on, and maybe another one."""


class _Tried(NamedTuple):
    """A run in which a thread fell `behind`: its lines, how many notes each thread made that is one of the program's,
    and the number of its process."""

    behind: str
    lines: Lines
    counts: Counter[str]
    process: int

    @property
    def seconds(self) -> float:
        return (self.lines.notes[-1].time_ns - self.lines.notes[0].time_ns) / 1e9

    def by(self, *lines: Line) -> set[str]:
        """The threads that printed these lines."""
        numbers = (number for line in lines for number in self.lines.copies.get(line, ()))
        return {_known_as(self.lines.printed[number].lane, self.process) for number in numbers}

    def tells(self, pair: Pair, itself: bool) -> bool:
        """Whether one thread of the program printed the first line, which can fall behind, and others the second, or it
        `itself`."""
        first, last = map(self.by, pair)
        return len(first) == 1 and first <= self.counts.keys() and bool(last) and (itself or not first & last)

    def keeps(self, pair: Pair) -> bool:
        """Whether the first line came before the second; if it did not come, it can't have come later."""
        return all(first < last for first, last in map(self.lines.ends, self.lines.came([pair])))


class Trial:
    """What comes in order in a program, whichever of its threads falls behind; it is run when that is asked."""

    def __init__(self, result: Result, run: Runs, sources: Mapping[str, str]) -> None:
        self.result, self.run, self.sources = result, run, sources
        self.held: dict[Pair, Link] = {}
        """What was found to be in order, and what makes it so; `sources` are as those of `Lines`."""
        self._tried: dict[_Fall, _Tried | None] = {}
        """The runs so far; None for one that is not legal, whatever the order."""

    def holds(self, pairs: Set[Pair], limited: Container[Pair] = ()) -> set[Pair]:
        """Those of the pairs that no run turns round, though who prints the first line fell behind, from each step on.

        At first it does so from the beginning: that mostly shows what is luck. At last who prints the second one comes
        late, too, but not as late: it then finds what others have done meanwhile.

        Those that are `limited` are in order as long as no wait runs out. Where one does and the run is not legal, they
        may be so in all that are. They may be printed by one thread, as that of an event loop, whose time runs out.
        """
        left = set(pairs)
        first = self._fall([("", 0, "")])[0] if left else None
        if first is None or len(first.counts) > THREADS:
            return set()
        left = {pair for pair in left if first.tells(pair, pair in limited)}

        def by(end: int) -> list[str]:
            return sorted(first.by(*(pair[end] for pair in left)))

        def steps(thread: str) -> list[int]:
            return [
                step for step in [*range(EACH), *(EACH << more for more in range(16))] if step <= first.counts[thread]
            ]

        def rounds() -> Iterator[list[_Fall]]:
            """Of the pairs that are then left."""
            yield [(thread, 0, "") for thread in by(0)]
            yield [(thread, step, "") for thread in by(0) for step in steps(thread)[1:]]
            yield [(thread, 0, other) for thread in by(0) for other in by(1) if thread != other]
            both = {thread for one, other in left for thread in first.by(one) & first.by(other)}
            yield [(thread, step, thread) for thread in sorted(both) for step in steps(thread)]

        for falls in rounds():
            for run in self._fall(falls):
                left = {pair for pair in left if self._stays(pair, first, run, pair in limited)}
        self.held |= {pair: self._link(*pair) for pair in left - self.held.keys() if pair not in limited}
        return left

    @staticmethod
    def _stays(pair: Pair, first: _Tried, run: _Tried | None, limited: bool) -> bool:
        """Whether a run does not turn a pair round, and says so, as it was printed by the same as in the first run."""
        if run is None:
            return limited
        by = first.by(pair[0])
        return (run.behind not in by or (run.by(pair[0]) == by and run.tells(pair, limited))) and run.keeps(pair)

    def _fall(self, falls: Sequence[_Fall]) -> list[_Tried | None]:
        new = [fall for fall in falls if fall not in self._tried]
        with ThreadPoolExecutor(WORKERS) as pool:
            self._tried |= zip(new, pool.map(self._run, new), strict=True)
        return [self._tried[fall] for fall in falls]

    def _run(self, fall: _Fall) -> _Tried | None:
        thread, step, other = fall
        first = self._tried.get(("", 0, ""))
        notes, run = self.run(f"{first.seconds + _PAUSE_S} {step} {thread} {other}" if first else "")
        verdict, was = decide(self.result, run), dict[Line, Line]()
        if not verdict.legal:  # maybe the order only is another one
            loose, was = unordered(self.result)
            verdict = decide(loose, run)
        if not verdict.legal:
            return None
        heard, told = spoken(run, verdict)
        try:
            printed = find(notes, self.result, heard)
        except UnseenError:
            return None
        lines = Lines(notes, printed, [was.get(line, line) for line in told.order], self.sources)
        process = next((int(note.lane.partition(".")[0]) for note in notes if isinstance(note.record, Begin)), 0)
        own = {thread_of(note.lane) for note in notes if _is_own(note)}
        counts = Counter(_known_as(note.lane, process) for note in notes if thread_of(note.lane) in own)
        return _Tried(thread, lines, counts, process)

    def _link(self, one: Line, other: Line) -> Link:
        """Which call waits for which, while the first thread is behind, if any does; its lanes have no names."""
        late = (run for run in self._tried.values() if run and run.behind and {run.behind} == run.by(one))
        if run := next(late, None):
            ends = run.lines.ends((one, other))
            links = run.lines.chain(*ends) if run.lines.before(*ends) else []
            if len(links) == 1:
                return links[0]._replace(giver="", taker="")
        return Link(Rule.TRIED, "", "", "", "")


def _known_as(lane: str, program: int) -> str:
    """What the thread of a lane is called in each run, if its program's process has that number."""
    process, _, thread = thread_of(lane).partition(".")
    return f"{int(process) - program}.{thread}"


def _is_own(note: Note) -> bool:
    """Whether it shows that its thread is one of the program's."""
    record = note.record
    return isinstance(record, Own | Forked) or (isinstance(record, Begin) and record.kind == LaneKind.PROGRAM)
