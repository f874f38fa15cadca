"""The rules by which one note comes before another: which notes each rule connects, and the source that says so.

`order.py` uses nothing but these rules, those of `loops.py`, and the order within each lane. No rule says which way a
lock goes, or which of two callers that ask for the same item gets it: that is chance. But whoever got the item by
chance did, in that run, get it from the one who gave it.

No rule sees what passes through memory, shared or not, or through a file that is polled (`trial.py` is for these);
through a pipe or socket to or from a program that is not Python; or from one interpreter of a process to another.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby, islice, takewhile

from witness.tracing.history import History
from witness.tracing.notes import Clears, Gives, Takes, thread_of
from witness.tracing.waits import Rule

Causes = Callable[[History, Takes], Iterable[int]]
"""A rule: it returns the notes that let a note go on, by the record with which that takes, and all that was before."""


def _every(history: History, record: Takes) -> Iterable[int]:
    """Everything that was given so far."""
    return history.given


def _done(history: History, record: Takes) -> Iterable[int]:
    """Every `task_done` for an item that was surely put before the `join`, or before another such `task_done`."""
    if shared := history.so_far(Gives, record._replace(token=f"put {record.token}")):  # by processes: which is unknown
        return history.given if all(history.now >> put & 1 for put in shared) else []
    puts = ((key[2], places[0]) for key, places in history.places.items() if key[:2] == (Gives, Rule.ITEM))
    todo = {token: put for token, put in puts if token.startswith(f"{record.token} ")}
    known, found = history.now, [*history.given]
    while surely := [token for token, put in todo.items() if known >> put & 1]:
        for token in surely:
            del todo[token]
            for place in history.so_far(Gives, record._replace(token=token)):
                found.append(place)
                known |= history.known[place]
    return found


def _nth(history: History, record: Takes) -> Iterable[int]:
    """The nth that was given, if this is the nth that is taken: first in, first out."""
    return history.given[len(history.so_far(Takes, record)) :][:1]


def _first_since(history: History, record: Takes) -> Iterable[int]:
    """The first that was given after the wait began, at the time `number`."""
    return [place for place in history.given if history.notes[place].time_ns > record.number][:1]


def _notified(history: History, record: Takes) -> Iterable[int]:
    """The `notify` that ended this wait. `number` is the time when a wait began, or how many waits a `notify` ends.

    Threads of one process are woken in the order in which they began to wait. Processes may be woken in any order;
    theirs is taken to be the order in which they went on in this run.
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
    """The first `set` that no `clear` undid before the wait began, at the time `number`."""
    clears = history.so_far(Clears, record)
    for place in history.given:
        cleared = next((clear for clear in clears if clear > place), None)
        if cleared is None or history.notes[cleared].time_ns > record.number:
            return [place]
    return []


def _generation(history: History, record: Takes) -> Iterable[int]:
    """Every arrival at the barrier in the same round. `number` is the size of a round, or -1 for one that gives up.

    Who arrived before a reset is in no round after it.
    """
    given: list[int] = []
    lane = history.lane
    for place in history.given:
        if history.number(place) > 0:
            given.append(place)
        else:
            given.remove(max(came for came in given if lane(came) == lane(place)))
    own = max(place for place in given if lane(place) == lane(history.place))
    cleared = max((clear for clear in history.ever(Clears, record) if clear < own), default=-1)
    given = [place for place in given if place > cleared]
    size = int(history.number(own))
    return given[given.index(own) // size * size :][:size]


def _needed(history: History, record: Takes) -> Iterable[int]:
    """The releases without which there would not have been enough for this acquire and all that surely came before it.

    `number` is the initial value, or -1 if the process got the semaphore from another and does not know; if no process
    knows, none is needed, since the initial value may have been enough. A lane makes its releases in its order.
    """
    first, taken, given = history.counts(record)
    if (first := max(first, record.number)) < 0:
        return []
    able = [places[: bisect_left(places, True, key=history.surely_follows)] for places in given]
    needed = _first(able, (history.now & taken).bit_count() - int(first), history)  # it takes one itself
    return [place for place in needed if place < history.place]


def _first(lanes: Sequence[list[int]], number: int, history: History) -> list[int]:
    """Return the notes not yet known without which these lanes, each in its order, could not make `number` notes.

    For example, of ``[[1, 2], [3]]`` the note 1 is needed to make two; all are needed to make three. If 1 surely comes
    before 3, it is needed to make any.
    """
    spare = sum(map(len, lanes)) - number

    def is_spared(one: int) -> bool:
        later = [places[bisect_left(places, one) :] for places in lanes]
        if sum(map(len, later)) > spare:  # or else not even if all of these come after it
            later = [places[bisect_left(places, True, key=partial(history.before, one)) :] for places in later]
        return sum(map(len, later)) <= spare

    found = list[int]()
    for places in lanes:
        new = bisect_left(places, True, key=lambda one: not history.now >> one & 1)
        found += takewhile(lambda one: not is_spared(one), islice(places, new, None))
    return found


def _excluded(history: History, record: Takes) -> Iterable[int]:
    """The releases of the holders that surely came before; none for a mere try, which finds the lock free by chance."""
    return history.locks[record.token].before(history.known, history.now) if record.number else ()


def _poured(history: History, record: Takes) -> Iterable[int]:
    """The writes whose bytes this read got, the last first; if it got none, everything done at the other end.

    `number` is how many bytes; a negative one takes back bytes that were not written after all. A read gets no bytes
    once every writer has closed its end.
    """
    given = history.given
    if not record.number:
        return given
    since = history.poured[record.token]
    until = history.poured[record.token] = since + int(record.number)
    ends, most = history.flow(record)
    first = bisect_right(most, since, hi=len(given))
    places = zip(given[first:], ends[first : len(given)], strict=True)
    return [place for place, end in places if since < end > end - history.number(place) < until][::-1]


def _sent(history: History, record: Takes) -> Iterable[int]:
    """The datagrams without which there would not have been so many with this content; which one came is chance."""
    lanes = [[*own] for _, own in groupby(sorted(history.given, key=history.lane), history.lane)]
    return _first(lanes, len(history.so_far(Takes, record)) + 1, history)


def _ended(history: History, record: Takes) -> Iterable[int]:
    """The last notes of the thread or process that ended.

    The token ``7.0`` means the process 7, ``7.0/`` its main thread, ``7.2`` another of its threads. A callback that has
    been called since its result had come when it was added, by chance, would else have been called by the thread that
    gave the result.
    """
    process = record.token.partition(".")[0] + "."
    threads = [thread for thread in history.lanes if thread.startswith(process)]
    threads = threads if record.token.endswith(".0") else [record.token.rstrip("/")]
    for thread in threads:
        for ends in history.lanes[thread].values():
            yield from ends
    for (kind, rule, token), places in history.places.items():
        if kind is Takes and rule == Rule.CALLED:
            results = history.so_far(Gives, record._replace(rule=Rule.FUTURE, token=token))
            if any(thread_of(history.lane(result)) in threads for result in results):
                called = {history.number(place) for place in places if history.now >> place & 1}
                ends = history.so_far(Gives, record._replace(rule=Rule.CALLED, token=token))
                yield from (end for end in ends if history.number(end) in called)


def _called(history: History, record: Takes) -> Iterable[int]:
    """The end of the callback `number`, if its caller surely knew of both the result and the call that added it.

    Or else it is chance which of the two came last, and so who called it. A callback that begins, whose `number` is
    negative, comes after those that were surely added before it, if it was surely added before the result came.
    """

    def added(number: float) -> list[int]:
        return history.so_far(Gives, record._replace(rule=Rule.ITEM, token=f"{record.token} {abs(number):.0f}"))

    own, results = added(record.number), history.so_far(Gives, record._replace(rule=Rule.FUTURE))
    if not own:  # by a method of the program's own class, or before a fork
        return []
    if record.number > 0:
        sure = all(history.now >> cause & 1 for cause in (*own, *results))
        return [end for end in history.given[-1:] if sure and history.number(end) == record.number]
    sure = all(history.known[result] >> own[-1] & 1 for result in results)
    known = history.known[own[-1]]
    return [end for end in history.given if sure and all(known >> one & 1 for one in added(history.number(end)))]


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
    Rule.BROKEN: _first_set,  # Barrier.abort: “any … calls to wait() to fail”; Queue.shutdown; Task.cancel
    Rule.ITEM: _nth,  # queue, Queue.get: “remove and return an item from the queue”
    Rule.DONE: _done,  # queue, Queue.join: “until all items in the queue have been gotten and processed”
    Rule.PIPE: _poured,  # pipe(2): “data written to the write end of the pipe is buffered … until it is read”
    Rule.STREAM: _poured,  # socket(2), SOCK_STREAM: “sequenced, reliable, two-way, connection-based byte streams”
    Rule.DATAGRAM: _sent,  # udp(7): “all receive operations return only one packet”, which may get lost, but was sent
    Rule.CONNECT: _nth,  # accept(2): “the first connection request on the queue of pending connections”
    Rule.SIGNAL: _first_since,  # signal(7): a handler runs, or a process ends, as a signal is delivered to it
    Rule.HANDLED: _first_since,  # signal, pause: “sleep until a signal is received”, whose handler then was called
    Rule.FUTURE: _every,  # Future.result: “if the call hasn't yet completed then this method will wait”
    Rule.CALLED: _called,  # Future.add_done_callback: “called immediately” if the future is done, or else once it is
    Rule.JOB: _every,  # multiprocessing.pool, AsyncResult.get: “return the result when it arrives”
    Rule.STOP: _first_since,  # asyncio, loop.run_forever: “until stop() is called”
}
"""Which notes each rule connects, and what says so: the documentation of CPython, or a manual page of Linux. The rules
of event loops are in `loops.py`."""


def causes(history: History, place: int, known: int) -> Iterable[int]:
    """Return the notes that let the note at `place` happen; `known` has those known to come before it, as bits."""
    record = history.at(place, known)
    return RULES[Rule(record.rule)](history, record)


def may_wait(history: History, record: Takes, found: Iterable[int]) -> bool:
    """Return whether a task that did not have to wait for what it takes, which the notes `found` gave, may have to.

    It may have to for a lock or semaphore that others have had, unless they surely had it before, or there are
    enough for all.
    """
    others = history.so_far(Takes, record) if record.rule in (Rule.MUTEX, Rule.SEMAPHORE) else []
    enough = len(history.ever(Takes, record)) <= record.number
    return any(not history.now >> one & 1 for one in (*found, *(() if enough else others)))
