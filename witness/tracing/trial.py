"""Try to reverse an order of lines for which no chain of causes is known.

A thread may wait for a value in memory, as in `while turn != me: changed.wait()`. If it comes late, the value is there
already, the thread does not wait, and no note tells that it would have. So one thread after the other is made to fall
behind, from one of its steps on, until the others can do no more (`collector/behind.py`). A line that they print
meanwhile does not wait for that thread; a line that they never print before its line does. Mostly the notes of such a
run then tell which call waited. If threads take turns, another one may do what that thread would have done: then it is
whoever is about to print the line that falls behind.

This is the search of PCT (Burckhardt and others, "A randomized scheduler with probabilistic guarantees of finding
bugs", ASPLOS 2010) for orders that one change of priorities reverses, but with every change instead of random ones.
Like a chain of causes, a trial tells nothing of runs that take another course; `witness repeat` may show some.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
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
"""The most threads of a program that is tried."""
STEPS = (*range(16), *(1 << more for more in range(4, 20)))
"""The steps from which on a thread falls behind: the first ones, and then each that is twice as far as the last."""
_PAUSE_S = 0.02
"""How much longer than a whole run a thread waits at each step at which it falls behind."""

Runs = Callable[[str], tuple[list[Note], Run]]
"""Makes a traced run; a thread falls behind as the text says, see `collector/behind.py`, if it is not ""."""

_HANDLERS, _PRINTER = "^", "*"
"""Stand for the key of a thread: handlers of signals fall behind, which run in the main thread; or whoever is about to
print the line of that number, instead of the step.
"""
_Fall = tuple[str, int, str]
"""The key of the thread that falls behind, the number of its first step at which it does, and maybe another key."""


class _Tried(NamedTuple):
    """A run in which the thread `behind` fell behind, its lines, and how many notes each thread of the program made.

    Threads are known by their keys; `process` is the number of the program's process.
    """

    behind: str
    lines: Lines
    counts: Counter[str]
    process: int

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.lines.notes[-1].time_ns - self.lines.notes[0].time_ns) / 1e9

    def steps(self, thread: str) -> list[int]:
        """Return the steps from which on a thread is made to fall behind."""
        return [step for step in STEPS if step <= self.counts[thread]]

    def by(self, *lines: Line) -> set[str]:
        """Return the threads that printed these lines."""
        numbers = (number for line in lines for number in self.lines.copies.get(line, ()))
        return {_key(self.lines.printed[number].lane, self.process) for number in numbers}

    def tells(self, pair: Pair, itself: bool) -> bool:
        """Return whether a trial can tell something of a pair: the program's own thread printed the first line, and
        other threads the second, or if `itself` is true, any."""
        first, last = map(self.by, pair)
        apart = itself or not first & last or self.handled(pair)
        return len(first) == 1 and first <= self.counts.keys() and bool(last) and apart

    def handled(self, pair: Pair) -> bool:
        """Return whether a handler of signals printed the first line, and not the second."""
        ends = ([self.lines.printed[number].step for number in self.lines.copies.get(line, ())] for line in pair)
        one, other = ({step[:1] == "^" for step in steps} for steps in ends)
        return one == {True} and other == {False}

    def delays(self, line: Line, least_s: float) -> bool:
        """Return whether the thread that printed a line did nothing for so long just before that."""
        prints = self.lines.printed[min(self.lines.copies[line])]
        own = (note.time_ns for note in self.lines.notes if thread_of(note.lane) == thread_of(prints.lane))
        return prints.time_ns - max(time_ns for time_ns in own if time_ns < prints.time_ns) > least_s * 1e9

    def number(self, line: Line) -> int:
        """Return how many lines the program's process printed before this one."""
        before = self.lines.printed[: min(self.lines.copies[line])]
        return sum(_key(note.lane, self.process).startswith("0.") for note in before)

    def keeps(self, pair: Pair) -> bool:
        """Return whether the first line came before the second, or one of them did not come."""
        return all(first < last for first, last in map(self.lines.ends, self.lines.came([pair])))


class Trial:
    """Which lines of a program are in order whichever of its threads falls behind.

    The program is run by `run` when `holds` asks for it, and each run is kept. `sources` are as those of `Lines`.
    """

    made: tuple[list[Note], Run] | None = None
    """A traced run in which no thread fell behind, if there is one already; else the first run of the trial is made."""

    def __init__(self, result: Result, run: Runs, sources: Mapping[str, str]) -> None:
        self.result, self.run, self.sources = result, run, sources
        self.held: dict[Pair, Link] = {}
        """The pairs that were found to be in order, and the link that makes them so."""
        self._tried: dict[_Fall, _Tried | None] = {}
        """The runs so far, as `_judged` returns them."""

    def holds(self, pairs: Set[Pair], limited: Container[Pair] = ()) -> set[Pair]:
        """Return the pairs that no run reverses, even if the thread of the first line falls behind at any of its steps.

        First that thread falls behind from its beginning, which shows most orders that are luck; then from each later
        step. At last the thread of the second line comes late, too, but less late: it finds what others did meanwhile.
        Where threads take turns, another one may then print the first line, and the run tells nothing of the pair; so
        whoever prints that also falls behind just before it.

        The `limited` pairs have a chain of causes, but one with a wait that has a time limit. If such a wait runs out
        and the run is not legal, the pair still holds in all legal runs. One thread may print both lines, such as that
        of an event loop: then only the clocks jump.
        """
        if not pairs or not (first := self._first):
            return set()
        left = {pair for pair in pairs if first.tells(pair, pair in limited)}
        told = {pair for pair in left if pair in limited or first.handled(pair)}

        def threads() -> set[Pair]:
            return {pair for pair in left if not first.handled(pair)}

        def by(end: int) -> list[str]:
            return sorted(first.by(*(pair[end] for pair in threads())))

        def both() -> list[str]:
            return sorted({thread for one, other in threads() for thread in first.by(one) & first.by(other)})

        def rounds() -> Iterator[list[_Fall]]:
            """Yield what to run next, for the pairs that are left by then."""
            yield [(_HANDLERS, 0, "")] * (threads() != left)
            yield [(thread, 0, thread) for thread in both()]
            yield [(thread, 0, "") for thread in by(0)]
            yield [(_PRINTER, number, "") for number in sorted({first.number(one) for one, _ in threads() - told})]
            yield [(thread, step, "") for thread in by(0) for step in first.steps(thread)[1:]]
            yield [(thread, 0, other) for thread in by(0) for other in by(1) if thread != other]
            yield [(thread, step, thread) for thread in both() for step in first.steps(thread)[1:]]

        for falls in rounds():
            for run in self._fall(falls):
                left = {pair for pair in left if (run.keeps(pair) if run else pair in limited)}
                told |= {pair for pair in left if run and run.tells(pair, False) and run.delays(pair[0], first.seconds)}
        left &= told
        self.held |= {pair: self._link(*pair) for pair in left - self.held.keys() if pair not in limited}
        return left

    def spares(self, notes: Sequence[Note], lane: str) -> bool:
        """Return whether the program prints what the result allows if a thread falls behind, at any of its steps.

        The lane has the key `lane` in another run, which made the `notes`.
        """
        first, thread = self._first, _key(lane, _program(notes))
        if not first or thread_of(lane) != lane or thread not in first.counts:
            return False
        begin, *later = [(thread, step, "") for step in first.steps(thread)]
        return all(self._fall([begin])) and all(self._fall(later))

    def _fall(self, falls: Sequence[_Fall]) -> list[_Tried | None]:
        """Return these runs; those that were not made before are made side by side."""
        new = [fall for fall in falls if fall not in self._tried]
        with ThreadPoolExecutor(WORKERS) as pool:
            self._tried |= zip(new, pool.map(self._run, new), strict=True)
        return [self._tried[fall] for fall in falls]

    @cached_property
    def _first(self) -> _Tried | None:
        """A run in which no thread falls behind; None if it is not legal, or has too many threads."""
        first = self._judged("", *(self.made or self.run("")))
        return first if first and len(first.counts) <= THREADS else None

    def _run(self, fall: _Fall) -> _Tried | None:
        assert self._first
        thread, step, other = fall
        return self._judged(thread, *self.run(f"{self._first.seconds + _PAUSE_S} {step} {thread} {other}"))

    def _judged(self, behind: str, notes: list[Note], run: Run) -> _Tried | None:
        """Return what is known of a run; None if it is not legal, whatever the order of its lines."""
        verdict, was = decide(self.result, run), dict[Line, Line]()
        if not verdict.legal:  # maybe only the order is another one
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
        process = _program(notes)
        own = {thread_of(note.lane) for note in notes if _is_own(note)}
        counts = Counter(_key(note.lane, process) for note in notes if thread_of(note.lane) in own)
        return _Tried(behind, lines, counts, process)

    def _link(self, one: Line, other: Line) -> Link:
        """Return the link between two lines in a run in which the first thread fell behind, or the link `TRIED`.

        `TRIED` is for a run that has no chain between them, or one of several links. The lanes have no names.
        """
        late = (run for run in self._tried.values() if run and {run.behind} == run.by(one))
        if run := next(late, None):
            ends = run.lines.ends((one, other))
            links = run.lines.chain(*ends) if run.lines.before(*ends) else []
            if len(links) == 1:
                return links[0]._replace(giver="", taker="")
        return Link(Rule.TRIED, "", "", "", "")


def _program(notes: Iterable[Note]) -> int:
    """Return the number of the program's process."""
    return next((int(note.lane.partition(".")[0]) for note in notes if isinstance(note.record, Begin)), 0)


def _key(lane: str, program: int) -> str:
    """Return the key of a lane's thread, given the number of the program's process."""
    process, _, thread = thread_of(lane).partition(".")
    return f"{int(process) - program}.{thread}"


def _is_own(note: Note) -> bool:
    """Return whether a note shows that its thread is one of the program's."""
    record = note.record
    begins = isinstance(record, Begin) and (record.own or record.kind == LaneKind.PROGRAM)
    return begins or isinstance(record, Own | Forked)
