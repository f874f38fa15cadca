"""The order in which an event loop takes its steps: first come, first served; of timers, the one that is due first.

Raychev, Vechev and Sridharan, "Effective race detection for event-driven programs", OOPSLA 2013, with asyncio's ready
queue and timers for a browser's. Two steps of a loop never overlap, so the whole of the first comes before the second.

The rules: `call_soon` and `call_at` come before the step that they ask for (SOON, TIMER); calls are made “in the order
in which they are registered” (FIRST_COME), timers as they are due (DEADLINE); and a lock of tasks is “fair”: of two
tasks that surely asked for it one after the other, the first has it first (HANDED). So has the first of two that surely
asked for a semaphore; and who asks for one as the fifth of all has it, if there are two, by the third release.

Two timers are compared by how much time passes until each is due, counted from a note that both come after. Only sleeps
and timers count as time; computing is taken to need none. So deadlines must differ clearly: a machine that stops for
longer than they differ turns them round. A wait for another thread, for a process or for the network takes no known
time, so deadlines on either side of it are not compared. A task that a timer wakes goes on one step later, maybe after
the next timer; but of two such tasks, the one whose timer came first goes on first. A step that was posted by
`call_soon` before the end of the step that sets a timer comes before that timer. A delay that differs from run to run,
such as a random one, orders nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from witness.tracing.history import History
from witness.tracing.notes import Done, Gives, Note, On, Takes, Waits, thread_of
from witness.tracing.waits import Rule, Wait

CLEARLY_NS = 20e6
"""By how much deadlines must differ for their order to be sure."""
_MOMENT_NS = 1e6
"""The longest that a wait other than a sleep may take to count as no time."""
_ALIKE_S, _ALIKE = 0.01, 0.1
"""By how much a delay may differ between two runs and still be the same, also as a part of it: that until a point in
time is measured."""

Passed = tuple[int, float]
"""The index of a note, and the nanoseconds slept since then."""


@dataclass
class _Loop:
    """The steps that an event loop has done; each is known by its post, the note that asked for it."""

    runs: int = -1  # the note that it began to run
    soon: int = 0  # the posts by `call_soon` and the like, as bits
    timers: int = 0  # the posts by timers, as bits
    delay: dict[int, float] = field(default_factory=dict)  # of the timer that is the post, in seconds; `inf`: any
    done: dict[int, int] = field(default_factory=dict)  # the note that ends the step
    covered: dict[int, int] = field(default_factory=dict)  # as bits, the post and those of steps that came before it
    passed: dict[int, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    """By note, how many nanoseconds of sleep after it each timer was due, with the note that ends its step; sorted."""


@dataclass
class _Step:
    """A step that is being taken; `surely` has its post and those of steps surely before it, as bits."""

    loop: _Loop
    post: int
    given: Gives
    surely: int
    passed: Passed


def unsure(notes: Sequence[Note], runs: Iterable[Sequence[Note]]) -> list[Note]:
    """Return the notes of a run, with `inf` as the delay of each timer whose call has other delays in one of `runs`."""
    own, chance = _delays(notes), set[str]()
    for other in map(_delays, runs):
        for call in own.keys() & other.keys():
            few, more = sorted((own[call], other[call]), key=len)
            if any(all(abs(one - two) > min(_ALIKE_S, one * _ALIKE) for two in more) for one in few):
                chance.add(call)
    made = list[Note]()
    for note in notes:
        record = note.record
        if isinstance(record, Gives) and record.rule == Rule.TIMER and record.call in chance:
            note = note._replace(record=record._replace(number=inf))
        made.append(note)
    return made


def _delays(notes: Iterable[Note]) -> dict[str, set[float]]:
    """Return the delays of timers, in seconds, by the call that sets them."""
    found: dict[str, set[float]] = defaultdict(set)
    for _, _, record, _ in notes:
        if isinstance(record, Gives) and record.rule == Rule.TIMER:
            found[record.call].add(record.number)
    return found


class Loops:
    """The event loops of a run, whose notes are added one by one; `known` is as that of `HappensBefore`."""

    def __init__(self, notes: Sequence[Note], known: list[int], history: History) -> None:
        self.notes, self.known, self.history = notes, known, history
        self.loops: dict[str, _Loop] = defaultdict(_Loop)
        self.posts: dict[str, tuple[int, Gives]] = {}
        self.steps: dict[str, _Step] = {}
        self.groups: dict[float, int] = defaultdict(int)  # as bits, posts in no certain order, as for a set of tasks
        self.passed: list[Passed] = []  # for each note
        self.timed: set[str] = set()  # the steps of timers
        self.chance: set[int] = set()  # the first notes of steps whose place in the order is chance
        self.last: dict[str, int] = {}  # by lane of a task, the first note of its last step
        self.asked: dict[tuple[str, str], int] = {}  # by lane and lock, the note by which the lane asked for the lock
        self.leaves: dict[str, tuple[int, str]] = {}  # by lane, that note for the lock it last let go of, and the lock
        self.holds: dict[int, tuple[int, str]] = {}  # by post of the next holder of a lock, the same of the one before
        self.handed: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by lock, that note of each holder; its step
        self.ended: dict[str, list[int]] = defaultdict(list)  # by step, the notes of its ends; several if it counts

    def add(self, place: int, before: Sequence[int]) -> None:
        """Add the note at `place`, to which edges lead from the notes `before`."""
        note = self.notes[place]
        record, step = note.record, self.steps.get(self._step(place))
        self.passed.append(self._reach(place, before, step.post if step and isinstance(record, Takes) else -1))
        if isinstance(record, Done):
            self._end(place)
        elif isinstance(record, Gives) and record.rule == Rule.START:
            self.loops[record.token].runs = place
        elif isinstance(record, Gives) and record.rule == Rule.HANDED and ":" not in record.token:
            self.asked[note.lane, record.token] = place
        elif isinstance(record, Gives) and record.rule in (Rule.MUTEX, Rule.SEMAPHORE):
            asked = self.asked.get((note.lane, record.token), place)
            self.leaves[note.lane] = asked if record.rule == Rule.MUTEX else place, record.token
        elif isinstance(record, Gives) and record.rule in (Rule.SOON, Rule.TIMER, Rule.HANDED):
            self.posts[record.token] = place, record
            if record.rule != Rule.TIMER and record.number:
                self.groups[record.number] |= 1 << place
            self.holds[place] = self.leaves.get(note.lane, (place, ""))

    def begin(self, place: int, token: str, known: int, before: Sequence[int]) -> list[tuple[int, Rule]]:
        """Return further edges to the note at `place`, which begins the step `token`, after the notes `before`.

        They lead from the note that the loop began to run, from the step's post, and from the ends of steps that the
        loop takes before this one. `known` has the notes that are known to come before, as bits.
        """
        found: list[tuple[int, Rule]] = []

        def add(cause: int, rule: Rule) -> None:
            nonlocal known
            if not known >> cause & 1:
                found.append((cause, rule))
                known |= self.known[cause]

        loop = self.loops[token.rpartition(":")[0]]
        if loop.runs >= 0:
            add(loop.runs, Rule.START)
        if token not in self.posts:  # the step is for a file that is ready to be read or written
            return found
        post, given = self.posts[token]
        rule = Rule(given.rule)
        if rule is Rule.HANDED:
            holder, lock = self.holds[post]
            for end in self._holders(place, lock):
                add(end, Rule.FIRST_COME)
            if not known >> holder & 1 and not self._is_next(place, holder, lock):
                self.chance.add(place)
                return found
        found.append((post, rule))
        _, lane, _, step = self.notes[place]
        if step[:1] == "#":
            last, self.last[lane] = self.last.get(lane, post), place
            if not self.known[post] >> last & 1:  # that the task waited already is chance
                self.chance.add(place)
                return found
        known |= self.known[post]
        if given.number == inf:
            self.chance.add(place)
        surely = 1 << post
        for other in self._earlier(loop, post, given):
            tellers = {self._step(other), self._step(post)}
            timed = other in loop.delay or (len(tellers) > 1 and self.timed >= tellers)
            add(loop.done[other], Rule.DEADLINE if timed else Rule.FIRST_COME)
            surely |= loop.covered[other]
        passed = self._reach(place, [*before, post], post)
        for end in self._clearly_before(loop, passed):
            add(end, Rule.DEADLINE)
        self.steps[self._step(place)] = _Step(loop, post, given, surely, passed)
        if rule is Rule.TIMER:
            self.timed.add(self._step(place))
        return found

    def _holders(self, place: int, lock: str) -> Iterator[int]:
        """Yield the ends of the steps in which others got the lock, for which they surely asked before this one."""
        if (asked := self.asked.get((self.notes[place].lane, lock), -1)) >= 0:
            for other, step in reversed(self.handed[lock]):
                if self.known[asked] >> other & 1:
                    yield self.ended[step][-1]
            self.handed[lock].append((asked, self._step(place)))

    def _is_next(self, place: int, release: int, semaphore: str) -> bool:
        """Return whether in each run a step has a semaphore after this release: the ranks of both must be sure."""
        places, asked = self.history.places, self.asked.get((self.notes[place].lane, semaphore), -1)
        asks, has, releases = (
            places[kind, rule, semaphore]
            for kind, rule in ((Gives, Rule.HANDED), (Takes, Rule.SEMAPHORE), (Gives, Rule.SEMAPHORE))
        )
        if asked < 0 or len(asks) != len(has) or not self.history.before(asked, release):
            return False
        rank, given = self.history.rank(asks, asked), self.history.rank(releases, release)
        return rank > 0 and given > 0 and rank - self.history.number(release) == given

    def _earlier(self, loop: _Loop, post: int, given: Gives) -> Iterator[int]:
        """Yield the posts, the last first, of steps surely before that of `post`, since the loop was told them first.

        Left out are those that come before another one of these.
        """
        left = self.known[post] & (loop.soon & ~self.groups[given.number])
        if given.rule == Rule.TIMER:  # a loop looks at its timers only after the step that sets them
            told = self.known[next(self.whole(post, post), post)]
            left = self.known[post] & loop.timers * (given.number < inf) | told & loop.soon
        while left:
            last = left.bit_length() - 1
            if loop.delay.get(last, 0) > given.number:
                left &= ~(1 << last)
            else:
                yield last
                left &= ~loop.covered[last]

    def whole(self, cause: int, place: int) -> Iterator[int]:
        """Where the step ends that is the cause of what another step of its thread does, or what comes after that."""
        if thread_of(self.notes[cause].lane) == thread_of(self.notes[place].lane):
            ends = self.ended.get(self._step(cause), [])
            yield from ends[bisect_left(ends, cause) :][:1]

    def _end(self, place: int) -> None:
        self.ended[self._step(place)].append(place)
        if not (step := self.steps.pop(self._step(place), None)):
            return
        step.loop.done[step.post] = place
        step.loop.covered[step.post] = step.surely
        if step.given.rule == Rule.TIMER:
            insort(step.loop.passed[step.passed[0]], (step.passed[1], place))
            step.loop.timers |= 1 << step.post
            step.loop.delay[step.post] = step.given.number
        else:
            step.loop.soon |= 1 << step.post

    def _step(self, place: int) -> str:
        note = self.notes[place]
        return thread_of(note.lane) + note.step

    def _clearly_before(self, loop: _Loop, passed: Passed) -> Iterator[int]:
        """Return the ends of timers, the last first, that were clearly due before a step that begins at `passed`."""
        since, here = passed
        ends = loop.passed.get(since, [])
        return (end for _, end in reversed(ends[: bisect_left(ends, (here - CLEARLY_NS, 0))]))

    def _reach(self, place: int, before: Sequence[int], post: int) -> Passed:
        """Return the time slept until the note at `place`, to which edges lead from the notes `before`.

        `post` is the post of its step among these, or -1. After a wait of unknown length the count begins anew.
        """
        note = self.notes[place]
        thread = thread_of(note.lane)
        if not before or place in self.chance or any(thread_of(self.notes[cause].lane) != thread for cause in before):
            return place, 0.0
        found = []
        for cause in before:
            since, passed = self.passed[cause]
            given, other = self.notes[cause].record, self.notes[cause]
            if cause == post and isinstance(given, Gives) and given.rule == Rule.TIMER:
                passed += given.number * 1e9
            elif isinstance(note.record, On) and note.record.stopped and isinstance(given, Waits) and not given.yields:
                took = note.time_ns - other.time_ns
                if given.what == Wait.SLEEP:
                    passed += took
                elif took > _MOMENT_NS:
                    return place, 0.0
            found.append((since, passed))
        if len({since for since, _ in found}) > 1:
            return place, 0.0
        return max(found)
