"""The rules by which one thing comes before another: of each, whence it is, and which notes it connects.

The order of lanes apart, they are all that `order.py` knows. None says which way a lock goes, or which of two that ask
for the same thing gets it: that is chance. What was got by chance is, in that run, still got from who gave it.

No rule sees what passes by memory, shared or not, or by a file that is polled, for which there is `trial.py`; through a
pipe or socket to or from what is no Python; or from one interpreter of a process to another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, groupby

from witness.tracing.notes import Clears, Gives, Note, Takes, thread_of
from witness.tracing.waits import Rule

Record = Gives | Takes | Clears


class History:
    """The notes of a run that give, take and clear, by rule and token, and what became of locks and pipes so far.

    `known` has for each note so far those before it; `former` the same, if less of it, but of all notes.
    """

    def __init__(self, notes: Sequence[Note], known: Sequence[int], former: Sequence[int]) -> None:
        self.notes, self.known, self.former, self.place, self.now, self.given = notes, known, former, 0, 0, list[int]()
        self.locks: dict[str, _Lock] = defaultdict(_Lock)
        self.poured: Counter[str] = Counter()  # how many bytes have come out
        self.lanes: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        """For each thread, what each lane of it did last, and last of each of its jobs."""
        self.counted: dict[tuple[str, str], tuple[float, int, list[list[int]]]] = {}
        self.ends = _other_ends(notes)
        self.places: dict[tuple[type[Record], str, str], list[int]] = defaultdict(list)
        for place, note in enumerate(notes):
            if isinstance(record := note.record, Record):
                self.places[type(record), record.rule, self.token(record)].append(place)

    def token(self, record: Record) -> str:
        return self.ends.get(record.token, record.token) if isinstance(record, Takes) else record.token

    def ever(self, kind: type[Record], record: Takes) -> list[int]:
        """What is of that kind, by the same rule and token."""
        return self.places.get((kind, record.rule, record.token), [])

    def so_far(self, kind: type[Record], record: Takes) -> list[int]:
        places = self.ever(kind, record)
        return places[: bisect_left(places, self.place)]

    def counts(self, record: Takes) -> tuple[float, int, list[list[int]]]:
        """Of what is counted: how many there are at first, what takes any, as bits, and what each lane gives."""
        key = record.rule, record.token
        if key not in self.counted:
            given = self.ever(Gives, record)
            taken = sum(1 << place for place in self.ever(Takes, record))
            self.counted[key] = max(map(self.number, given), default=-1), taken, self.by_lane(given)
        return self.counted[key]

    def by_lane(self, places: Iterable[int]) -> list[list[int]]:
        """What each lane did of these."""
        return [[*own] for _, own in groupby(sorted(places, key=self.lane), self.lane)]

    def add(self, place: int, fresh: bool) -> None:
        """Add a note; of one that is `fresh`, what its lane did before remains an end of it."""
        record, lane = self.notes[place].record, self.notes[place].lane
        ends = self.lanes[thread_of(lane)][lane]
        if ends and not fresh:
            ends.pop()
        ends.append(place)
        if isinstance(record, Gives) and record.rule == Rule.MUTEX:
            self.locks[record.token].left(place)
        elif isinstance(record, Takes) and record.rule == Rule.MUTEX:
            self.locks[record.token].had(place, self.known[place], record)

    def causes(self, place: int, known: int) -> Iterable[int]:
        """Because of which notes the lane goes on that takes at `place`, if it comes after those `known`, as bits."""
        record, self.place, self.now = self.notes[place].record, place, known
        assert isinstance(record, Takes)
        record = record._replace(token=self.token(record))
        self.given = self.so_far(Gives, record)
        return RULES[Rule(record.rule)](self, record)

    def number(self, place: int) -> float:
        record = self.notes[place].record
        assert isinstance(record, Gives | Takes)
        return record.number

    def lane(self, place: int) -> str:
        return self.notes[place].lane

    def surely_follows(self, place: int) -> bool:
        """Whether a note that is yet to come comes after the one at hand, by what was known before."""
        return place > self.place and bool(self.former and self.former[place] >> self.place & 1)


Causes = Callable[[History, Takes], Iterable[int]]


class _Lock:
    """Who has had a lock so far: if one surely had it before another, it surely let go of it before that, too."""

    def __init__(self) -> None:
        self.holder = -1
        self.holders = 0  # the notes of all that had it, as bits
        self.releases: dict[int, int] = {}
        self.settled: dict[int, int] = {}  # by holder, those that let go before it had it, and itself, as bits

    def had(self, place: int, known: int, record: Takes) -> None:
        self.settled[place] = 1 << place | (known & self.holders if record.number else 0)
        self.holder = place
        self.holders |= 1 << place

    def left(self, place: int) -> None:
        if self.holder >= 0:
            self.releases[self.holder] = place
        self.holder = -1

    def before(self, all_known: Sequence[int], known: int) -> Iterator[int]:
        """Where it was let go of before someone has it who comes after those `known`, as bits; the last first."""
        settled = 0
        while left := known & self.holders & ~settled:
            last = left.bit_length() - 1
            settled |= self.settled[last]
            release = self.releases.get(last)
            if release is not None and not known >> release & 1:
                yield release
                known |= all_known[release]


def _other_ends(notes: Sequence[Note]) -> dict[str, str]:
    """For what comes out of a socket without a name, what the other end calls it; they are numbers of sockets."""
    asked: dict[str, list[float]] = defaultdict(list)
    found: dict[str, str] = {}
    for note in notes:
        record = note.record
        if isinstance(record, Gives) and record.rule == Rule.CONNECT:
            asked[record.token].append(record.number)
        elif isinstance(record, Takes) and record.rule == Rule.CONNECT and asked[record.token]:
            one, other = int(asked[record.token].pop(0)), int(record.number)
            found |= {f">{one}": f"{other}>", f">{other}": f"{one}>"}
    return found


def _every(history: History, record: Takes) -> Iterable[int]:
    """All that were given so far are needed."""
    return history.given


def _done(history: History, record: Takes) -> Iterable[int]:
    """All is done with that was surely put before, and so with what a worker put before it was done with that."""
    puts = ((key[2], places[0]) for key, places in history.places.items() if key[:2] == (Gives, Rule.ITEM))
    todo = {token: put for token, put in puts if token.startswith(f"{record.token} ")}
    if history.ever(Gives, record._replace(token=f"put {record.token}")):
        return _as_many_done(history, record)
    known, found = history.now, [*history.given]
    while surely := [token for token, put in todo.items() if known >> put & 1]:
        for token in surely:
            del todo[token]
            for place in history.so_far(Gives, record._replace(token=token)):
                found.append(place)
                known |= history.known[place]
    return found


def _as_many_done(history: History, record: Takes) -> list[int]:
    """The same, where it is only known how many are put and done with, as by several processes."""
    puts = history.so_far(Gives, record._replace(token=f"put {record.token}"))
    lanes = history.by_lane(history.given)
    known, found = history.now, list[int]()
    while len(needed := _first(lanes, sum(known >> put & 1 for put in puts))) > len(found):
        found = needed
        for place in found:
            known |= history.known[place]
    return found


def _nth(history: History, record: Takes) -> Iterable[int]:
    """What is put in first comes out first."""
    return history.given[len(history.so_far(Takes, record)) :][:1]


def _first_since(history: History, record: Takes) -> Iterable[int]:
    """The first that was given since it waits."""
    return [place for place in history.given if history.notes[place].time_ns > record.number][:1]


def _notified(history: History, record: Takes) -> Iterable[int]:
    """What has notified it; `number` is since when it waits.

    As many as are to go on do so in the order in which they came, but of several processes in any, which then is seen.
    """
    waits = history.ever(Takes, record)[:]
    if len({history.lane(place).partition(".")[0] for place in waits}) == 1:
        waits.sort(key=history.number)
    for give in history.given:
        wake = [place for place in waits if give < place and history.number(place) < history.notes[give].time_ns]
        wake = wake[: int(history.number(give))]
        if history.place in wake:
            return [give]
        waits = [place for place in waits if place not in wake]
    return []


def _first_set(history: History, record: Takes) -> Iterable[int]:
    """The first that set what had not been cleared when it began to wait."""
    clears = history.so_far(Clears, record)
    for place in history.given:
        cleared = next((clear for clear in clears if clear > place), None)
        if cleared is None or history.notes[cleared].time_ns > record.number:
            return [place]
    return []


def _generation(history: History, record: Takes) -> Iterable[int]:
    """All that came together with it; there are as many each time, but for who gave up or came before a reset."""
    given: list[int] = []
    lane = history.lane
    for place in history.given:
        if history.number(place) > 0:
            given.append(place)
        else:
            given.remove(max(came for came in given if lane(came) == lane(place)))
    own = max((place for place in given if lane(place) == lane(history.place)), default=None)
    if own is None:
        return []
    cleared = max((clear for clear in history.ever(Clears, record) if clear < own), default=-1)
    given = [place for place in given if place > cleared]
    size = int(history.number(own))
    return given[given.index(own) // size * size :][:size]


def _needed(history: History, record: Takes) -> Iterable[int]:
    """Those without which there would not have been enough for it and all that surely took before.

    `number` is how many there are at first, or -1 if who got it from another process does not know; if nobody does, all
    of it may have been there. What a lane gives, it gives in its order.
    """
    first, taken, given = history.counts(record)
    if (first := max(first, record.number)) < 0:
        return []
    able = [places[: bisect_left(places, True, key=history.surely_follows)] for places in given]
    needed = _first(able, (history.now & taken).bit_count() - int(first))  # it takes one itself
    return [place for place in needed if place < history.place]


def _first(lanes: Sequence[list[int]], number: int) -> list[int]:
    """Without which there would not be so many of what these lanes do, each in its order."""
    spare = sum(map(len, lanes)) - number
    return [place for places in lanes for place in places[: max(0, len(places) - spare)]]


def _excluded(history: History, record: Takes) -> Iterable[int]:
    """Where who surely had it before let go of it; what is only tried is free by chance."""
    return history.locks[record.token].before(history.known, history.now) if record.number else ()


def _poured(history: History, record: Takes) -> Iterable[int]:
    """Those of whose bytes it has now got some, the last first; if it has got none, all have let go of the other end.

    A negative number is that of bytes which were not written after all.
    """
    given = history.given
    if not record.number:
        return given
    since = history.poured[record.token]
    until = history.poured[record.token] = since + int(record.number)
    sizes = [int(history.number(place)) for place in given]
    places = zip(given, sizes, accumulate(sizes), strict=True)
    return [place for place, size, end in places if size > 0 and end - size < until and end > since][::-1]


def _ended(history: History, record: Takes) -> Iterable[int]:
    """The last of a thread, or of all that are in a process, which is named as its main thread but for a ``/``."""
    process = record.token.partition(".")[0] + "."
    threads = [thread for thread in history.lanes if thread.startswith(process)]
    for thread in threads if record.token.endswith(".0") else [record.token.rstrip("/")]:
        for ends in history.lanes[thread].values():
            yield from ends


RULES: dict[Rule, Causes] = {
    Rule.START: _every,  # Thread.start, Process.start, os.fork, subprocess.Popen
    Rule.OPENED: _every,  # a result file: `# after`, a terminal that is opened once a line is there
    Rule.END: _ended,  # Thread.join: “wait until the thread terminates”; Process.join, os.waitpid, Popen.wait
    Rule.EVENT: _first_set,  # threading, multiprocessing and asyncio, Event.wait: “until the flag is true”
    Rule.CONDITION: _notified,  # threading, Condition.wait: “until it is awakened by a notify()”
    Rule.MUTEX: _excluded,  # threading, Lock: “subsequent attempts to acquire it block, until it is released”
    Rule.SEMAPHORE: _needed,  # threading, Semaphore: “release() calls minus acquire() calls, plus an initial value”
    Rule.BARRIER: _generation,  # threading, Barrier.wait: “when all the threads … have called this function”
    Rule.ACTION: _first_since,  # Barrier.wait: “one of the threads will have called it prior to being released”
    Rule.BROKEN: _first_set,  # Barrier.abort: “any active or future calls to wait() to fail”; queue, Queue.shutdown
    Rule.ITEM: _nth,  # queue, Queue.get: “remove and return an item from the queue”; recvfrom(2)
    Rule.ROOM: _needed,  # queue, Queue(maxsize): “insertion will block … until queue items are consumed”
    Rule.DONE: _done,  # queue, Queue.join: “until all items in the queue have been gotten and processed”
    Rule.PIPE: _poured,  # pipe(2): “data written to the write end of the pipe is buffered … until it is read”
    Rule.STREAM: _poured,  # socket(2), SOCK_STREAM: “sequenced, reliable, two-way, connection-based byte streams”
    Rule.CONNECT: _nth,  # accept(2): “the first connection request on the queue of pending connections”
    Rule.FIFO: _nth,  # fifo(7): “opening the FIFO blocks until the other end is opened also”
    Rule.SIGNAL: _first_since,  # signal(7): a handler runs, or a process ends, as a signal is delivered to it
    Rule.HANDLED: _first_since,  # signal, pause: “sleep until a signal is received”, whose handler then was called
    Rule.FUTURE: _every,  # Future.result: “if the call hasn't yet completed then this method will wait”
    Rule.JOB: _every,  # multiprocessing.pool, AsyncResult.get: “return the result when it arrives”
    Rule.STOP: _first_since,  # asyncio, loop.run_forever: “until stop() is called”
}
"""Which notes a rule connects, and what says so: the documentation of CPython or a manual. Those that are not here are
of event loops, and in `loops.py`."""
