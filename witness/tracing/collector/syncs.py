"""The calls by which one thing comes before another, in one table: what each gives before it, and takes after it.

Unlike the waits of `calls.py` they are noted whoever makes them, for the library's own threads pass on what they get.
What a future or the end of a process gives is taken by any call that can tell of it.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..notes import Clears, Fresh, Gives, Takes
from ..waits import Rule
from . import channels
from .hooks import replace
from .notebook import PUSHED, call, clock_ns, count, example, getpid, here, lane, name, note, outside
from .push import nap

Token = tuple[str, float] | str | None
"""What is given or taken, with a number if the rule has one; None if nothing is."""


class Sync(NamedTuple):
    """Functions of a module that give or take by a rule.

    `gives` and `clears` are of the arguments; `takes` is of the value, or the error, and the arguments.
    """

    rule: Rule
    module: str
    names: str
    gives: Callable[..., Token] | None = None
    takes: Callable[..., Token] | None = None
    clears: Callable[..., str] | None = None
    when: Callable[[], bool] | None = None

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def ordered(*args: Any, **kwargs: Any) -> Any:
            if self.when and not self.when():
                return original(*args, **kwargs)
            since_ns = self.before(args)
            try:
                value = original(*args, **kwargs)
            except BaseException as error:
                self.after(error, args, since_ns)
                raise
            self.after(value, args, since_ns)
            return value

        async def awaited(*args: Any, **kwargs: Any) -> Any:
            since_ns = self.before(args)
            try:
                value = await original(*args, **kwargs)
            except BaseException as error:
                self.after(error, args, since_ns)
                raise
            self.after(value, args, since_ns)
            return value

        return awaited if _is_coroutine(original) else ordered

    def before(self, args: tuple[Any, ...]) -> int:
        if self.clears:
            note(Clears(self.rule, self.clears(*args)))
        if self.gives:
            give(self.rule, self.gives(*args))
        return clock_ns()

    def after(self, value: Any, args: tuple[Any, ...], since_ns: int) -> None:
        if self.takes:
            take(self.rule, self.takes(value, *args), since_ns)
        elif PUSHED:
            nap(here.lane)


def _is_coroutine(function: Any) -> bool:
    return bool(getattr(getattr(function, "__code__", None), "co_flags", 0) & 0x80)


def give(rule: Rule, token: Token) -> None:
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, 0)
        note(Gives(rule, token, number, call()))


def take(rule: Rule, token: Token, number: float = 0) -> None:
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, number)
        note(Takes(rule, token, number, call()))


def program_asks() -> bool:
    """Whether the program itself calls, and not the library for its own needs."""
    frame = outside()
    while frame.f_code.co_name in ("wait_for", "notify_all", "__exit__") and frame.f_back:
        frame = frame.f_back
    return example(frame.f_code.co_filename)


# What a thing is called: as its semaphore, if several processes have it, or else as in this process.

_SEMAPHORES = "_semlock", "_flag._semlock", "_lock._semlock", "_cond._lock._semlock", "_unfinished_tasks._semlock"


def of(self: Any, *_: object) -> str:
    for path in _SEMAPHORES:
        found: Any = self
        for part in path.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return str(found.name or found.handle)
    return name(self)


def done(value: object, self: Any, *_: object) -> Token:
    return None if isinstance(value, BaseException) else of(self)


def true(value: object, self: Any, *_: object) -> Token:
    return of(self) if value is True else None


def parties(self: Any, *_: object) -> Token:
    return of(self), self.parties


# A queue within a process: what is got was put, and is the same thing as long as it is in there.

_held: dict[tuple[str, int], list[str]] = {}


def put(self: Any, item: object, *_: object) -> Token:
    token = f"{name(self)} {next(count)}"
    _held.setdefault((name(self), id(item)), []).append(token)
    return token


def got(item: object, self: Any, *_: object) -> Token:
    held = _held.get((name(self), id(item)))
    return held.pop(-1 if "Lifo" in type(self).__name__ else 0) if held else None


def makes_room(self: Any, *_: object) -> Token:
    return f"room {name(self)}" if self.maxsize > 0 else None


def has_room(value: object, self: Any, *_: object) -> Token:
    return (f"room {name(self)}", self.maxsize) if self.maxsize > 0 and not isinstance(value, BaseException) else None


def shut(value: object, self: Any, *_: object) -> Token:
    return name(self) if "ShutDown" in type(value).__name__ else None


# A queue of several processes: who puts leaves it to a thread to send.

_ENDLESS = 2**20


def to_feed(self: Any, item: object, *_: object) -> Token:
    return f"feed {getpid()} {id(item)}"


def _feeding(original: Any) -> Callable[..., Any]:
    def dumps(cls: Any, item: object, *args: Any, **kwargs: Any) -> Any:
        if outside().f_code.co_name == "_feed":
            take(Rule.ITEM, to_feed(None, item))
        return original.__func__(cls, item, *args, **kwargs)

    return dumps


def makes_shared_room(self: Any, *_: object) -> Token:
    return f"room {of(self._sem)}" if self._maxsize < _ENDLESS else None


def has_shared_room(value: object, self: Any, *_: object) -> Token:
    full = self._maxsize >= _ENDLESS or isinstance(value, BaseException)
    return None if full else (f"room {of(self._sem)}", self._maxsize)


# Semaphores, by how many there were at first.

_at_first: dict[str, int] = {}


def _counting(original: Callable[..., Any]) -> Callable[..., Any]:
    def init(self: Any, value: int = 1, *args: Any, **kwargs: Any) -> None:
        original(self, value, *args, **kwargs)
        _at_first[of(self)] = value

    return init


def released(self: Any, *_: object) -> Token:
    return of(self), _at_first.get(of(self), -1)


def acquired(value: object, self: Any, *_: object) -> Token:
    return (of(self), _at_first.get(of(self), -1)) if value is True else None


# A condition lets its waiters go on in the order in which they came.

_waiting: dict[str, list[list[str]]] = {}
_notified: dict[str, list[str]] = {}
_woken: dict[tuple[str, str], int] = {}
"""How many notifications a lane has had of a condition."""


def _notifying(original: Callable[..., Any]) -> Callable[..., Any]:
    def notify(self: Any, n: int = 1) -> None:
        if program_asks():
            token, waiting = f"{name(self)} {next(count)}", _waiting.setdefault(name(self), [])
            for ticket in waiting[:n]:
                ticket.append(token)
            del waiting[:n]
            _notified.setdefault(name(self), []).append(token)
            give(Rule.CONDITION, token)
        original(self, n)

    return notify


def _waiting_for(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait(self: Any, timeout: float | None = None) -> Any:
        if not program_asks():
            return original(self, timeout)
        ticket: list[str] = []
        waiting = _waiting.setdefault(name(self), [])
        waiting.append(ticket)
        try:
            return original(self, timeout)
        finally:
            if ticket:
                _woken[name(self), lane()] = _woken.get((name(self), lane()), 0) + 1
                take(Rule.CONDITION, ticket[0])
            else:
                waiting[:] = [other for other in waiting if other is not ticket]

    return wait


def _waiting_until(original: Callable[..., Any]) -> Callable[..., Any]:
    """What is so already: by the first notification that this lane has not had."""

    def wait_for(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = _woken.get((name(self), lane()), 0)
        value = original(self, *args, **kwargs)
        if value and program_asks() and _woken.get((name(self), lane()), 0) == before:
            _woken[name(self), lane()] = before + 1
            take(Rule.CONDITION, next(iter(_notified.get(name(self), [])[before:]), None))
        return value

    return wait_for


# Futures, and the results of pools.


def finished(_: object, self: Any, *__: object) -> Token:
    return name(self) if self._state in ("FINISHED", "CANCELLED", "CANCELLED_AND_NOTIFIED") else None


def cancellable(self: Any) -> Token:
    return name(self) if self._state in ("PENDING", "CANCELLED") else None


def _calling_back(original: Callable[..., Any]) -> Callable[..., Any]:
    """Whether a future is done already is chance; then what is called comes after both, but is no part of who asked."""

    def add_done_callback(self: Any, function: Any) -> Any:
        if finished(None, self) is None:
            return original(self, function)
        give(Rule.ITEM, token := f"{name(self)} {next(count)}")
        outer = here.within, here.step
        here.within, here.step = "", f"!{next(count)}"
        try:
            take(Rule.ITEM, token)
            take(Rule.FUTURE, name(self))
            return original(self, function)
        finally:
            here.within, here.step = outer

    return add_done_callback


def _waiting_for_all(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait(*args: Any, **kwargs: Any) -> Any:
        value = original(*args, **kwargs)
        for future in value.done:
            take(Rule.FUTURE, name(future))
        return value

    return wait


def _completing(original: Callable[..., Any]) -> Callable[..., Any]:
    def as_completed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for future in original(*args, **kwargs):
            take(Rule.FUTURE, name(future))
            yield future

    return as_completed


def job_done(self: Any, number: int | None, *_: object) -> Token:
    """The nth value of an iterator is that of the nth job, or else of the nth that was done."""
    if not hasattr(self, "_items"):
        return name(self)
    return f"{name(self)} {self._index if 'Unordered' in type(self).__name__ else number}"


def job_ready(_: object, self: Any, *__: object) -> Token:
    return name(self) if self.ready() else None


_taken: dict[str, int] = {}


def next_job(value: object, self: Any, *_: object) -> Token:
    if isinstance(value, StopIteration) or type(value).__name__ == "TimeoutError":
        return None
    _taken[name(self)] = _taken.get(name(self), -1) + 1
    return f"{name(self)} {_taken[name(self)]}"


def _asking_for_a_job(original: Callable[..., Any]) -> Callable[..., Any]:
    """A worker of a pool that asks for its next job has nothing to do with its last one any more."""

    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        who = outside().f_code.co_name
        if who == "worker":
            note(Fresh(_source(self)))
        elif (who == "_worker" and here.shares) or (who == "_process_worker" and self._maxsize > 2):
            note(Fresh())
        return original(self, *args, **kwargs)

    return get


def _source(queue: Any) -> str:
    return channels.received(None, queue._reader) or "" if hasattr(queue, "_reader") else name(queue)


def _sharing(original: Callable[..., Any]) -> Callable[..., Any]:
    """How many workers take jobs from the same queue."""

    def repopulate(self: Any) -> None:
        give(Rule.JOB, (_source(self._inqueue), self._processes))
        original(self)

    return repopulate


def _working(original: Callable[..., Any]) -> Callable[..., Any]:
    def _worker(executor_reference: Any, *args: Any) -> Any:
        executor = executor_reference()
        here.shares = executor is None or executor._max_workers > 1
        del executor
        return original(executor_reference, *args)

    return _worker


SHARED, PUTS, GETS = "multiprocessing.synchronize", "Queue._put PriorityQueue._put", "Queue._get PriorityQueue._get"
SYNCS = (
    *(
        sync
        for module in ("threading", "asyncio.locks", SHARED)
        for sync in (
            Sync(Rule.EVENT, module, "Event.set", gives=of),
            Sync(Rule.EVENT, module, "Event.clear", clears=of),
            Sync(Rule.EVENT, module, "Event.wait Event.is_set", takes=true),
        )
    ),
    Sync(Rule.BARRIER, "threading", "Barrier.wait", gives=parties, takes=done),
    Sync(Rule.BARRIER, "asyncio.locks", "Barrier.wait", gives=parties, takes=done),
    Sync(Rule.CONDITION, SHARED, "Condition.notify", gives=of, when=program_asks),
    Sync(Rule.CONDITION, SHARED, "Condition.wait", takes=true, when=program_asks),
    Sync(Rule.SEMAPHORE, "threading", "Semaphore.release BoundedSemaphore.release", gives=released, when=program_asks),
    Sync(Rule.SEMAPHORE, "threading", "Semaphore.acquire Semaphore.__enter__", takes=acquired, when=program_asks),
    Sync(Rule.SEMAPHORE, "asyncio.locks", "Semaphore.release", gives=released),
    Sync(Rule.SEMAPHORE, "asyncio.locks", "Semaphore.acquire", takes=acquired),
    *(
        sync
        for module in ("queue", "asyncio.queues")
        for sync in (
            Sync(Rule.ROOM, module, f"{PUTS} LifoQueue._put", takes=has_room),
            Sync(Rule.ROOM, module, f"{GETS} LifoQueue._get", gives=makes_room),
            Sync(Rule.ITEM, module, f"{PUTS} LifoQueue._put", gives=put),
            Sync(Rule.ITEM, module, f"{GETS} LifoQueue._get", takes=got),
            Sync(Rule.DONE, module, "Queue.task_done", gives=of),
            Sync(Rule.DONE, module, "Queue.join", takes=done),
            Sync(Rule.CLOSED, module, "Queue.shutdown", gives=of),
            Sync(Rule.CLOSED, module, "Queue.get Queue.put Queue.join", takes=shut),
        )
    ),
    Sync(Rule.ITEM, "queue", "SimpleQueue.put", gives=put),
    Sync(Rule.ITEM, "queue", "SimpleQueue.get SimpleQueue.get_nowait", takes=got),
    Sync(Rule.ITEM, "multiprocessing.queues", "Queue.put JoinableQueue.put", gives=to_feed),
    Sync(Rule.ROOM, "multiprocessing.queues", "Queue.put JoinableQueue.put", takes=has_shared_room),
    Sync(Rule.ROOM, "multiprocessing.queues", "Queue.get", gives=makes_shared_room),
    Sync(Rule.DONE, "multiprocessing.queues", "JoinableQueue.task_done", gives=of),
    Sync(Rule.DONE, "multiprocessing.queues", "JoinableQueue.join", takes=done),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.set_result Future.set_exception", gives=of),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.cancel", gives=cancellable),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.result Future.exception Future.done", takes=finished),
    Sync(Rule.JOB, "multiprocessing.pool", "ApplyResult._set MapResult._set", gives=job_done),
    Sync(Rule.JOB, "multiprocessing.pool", "IMapIterator._set IMapUnorderedIterator._set", gives=job_done),
    Sync(Rule.JOB, "multiprocessing.pool", "ApplyResult.get ApplyResult.wait", takes=job_ready),
    Sync(Rule.JOB, "multiprocessing.pool", "IMapIterator.next IMapIterator.__next__", takes=next_job),
    Sync(Rule.MESSAGE, "multiprocessing.connection", "Connection._send_bytes", gives=channels.sent),
    Sync(Rule.MESSAGE, "multiprocessing.connection", "Connection._recv_bytes", takes=channels.received),
    Sync(Rule.CLOSED, "multiprocessing.connection", "Connection._close", gives=channels.sent),
    Sync(Rule.CLOSED, "multiprocessing.connection", "Connection._recv_bytes", takes=channels.ended),
)
AROUND = (
    ("threading", "Condition.notify", _notifying),
    ("threading", "Condition.wait", _waiting_for),
    ("threading", "Condition.wait_for", _waiting_until),
    ("threading", "Semaphore.__init__", _counting),
    ("asyncio.locks", "Semaphore.__init__", _counting),
    (SHARED, "Semaphore.__init__", _counting),
    (SHARED, "BoundedSemaphore.__init__", _counting),
    ("multiprocessing.reduction", "ForkingPickler.dumps", _feeding),
    ("multiprocessing.queues", "SimpleQueue.get", _asking_for_a_job),
    ("multiprocessing.queues", "Queue.get", _asking_for_a_job),
    ("queue", "SimpleQueue.get", _asking_for_a_job),
    ("queue", "SimpleQueue.get_nowait", _asking_for_a_job),
    ("multiprocessing.pool", "Pool._repopulate_pool", _sharing),
    ("concurrent.futures.thread", "_worker", _working),
    ("concurrent.futures._base", "Future.add_done_callback", _calling_back),
    ("concurrent.futures._base", "wait", _waiting_for_all),
    ("concurrent.futures._base", "as_completed", _completing),
)


def hook(module: Any) -> None:
    """Note what comes before what in the calls of a module."""
    around = [(path, sync.around) for sync in SYNCS if sync.module == module.__name__ for path in sync.names.split()]
    around += [(path, wrap) for name, path, wrap in AROUND if name == module.__name__]
    for path, wrap in around:
        owner_name, _, function = path.rpartition(".")
        owner = getattr(module, owner_name) if owner_name else module
        if hasattr(owner, function):
            replace(owner, function, wrap(getattr(owner, function)))


def semaphore(self: Any) -> None:
    """A semaphore of several processes has its methods as attributes."""
    takes = Sync(Rule.SEMAPHORE, "", "", takes=lambda value, *_: acquired(value, self), when=program_asks)
    gives = Sync(Rule.SEMAPHORE, "", "", gives=lambda *_: released(self), when=program_asks)
    replace(self, "acquire", takes.around(self.acquire))
    replace(self, "release", gives.around(self.release))
