"""Locks, events, conditions, semaphores and barriers, of threads, processes and tasks.

To have a lock and do nothing that is noted is noted only for the last time before something is: nothing came between
them that another could wait for, and a program may do so a million times.
"""

import _thread
import threading
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule, Wait
from .calls import Stops, puts
from .hooks import around, replace
from .notebook import (
    PUSHED,
    asked,
    catch_up,
    clock_ns,
    count,
    getpid,
    here,
    is_over,
    lane,
    name,
    note,
    outside,
    waiting,
)
from .push import nap
from .sync import Syncs, Token, give, giving, of, program_asks, take, taking, true

THREADS, PROCESSES, TASKS = "threading", "multiprocessing.synchronize", "asyncio.locks"
HOOKS = Syncs()

# Who has a lock, and for how long.


def hook() -> None:
    """Of locks of threads, which are written in C, only one that someone else holds is waited for."""
    for kind in _thread.LockType, type(threading.RLock()):
        take = kind.acquire
        for method in "acquire", "__enter__":
            replace(kind, method, _acquiring(take))
        for method in "release", "__exit__":
            around(kind, method, _release)


def _acquiring(take: Any) -> Any:
    def acquire(self: Any, blocking: bool = True, timeout: float = -1) -> bool:
        if not asked():
            return bool(take(self, blocking, timeout))
        if PUSHED and blocking:
            nap(here.lane)
        if not (got := bool(take(self, False))) and blocking:
            with waiting(Wait.LOCK):
                got = bool(take(self, True, timeout))
        if got:
            _locked(self, blocking)
        return got

    return acquire


def _release(original: Any, self: Any, *args: Any) -> Any:
    if asked():
        _unlocking(self)
    return original(self, *args)


def _locked(lock: Any, blocks: bool = True) -> None:
    """`blocks` unless it was only tried whether it is free."""
    if is_over():
        return
    token = _token(lock)
    if _deeper(lock, token, 1) == 1:
        _have(token, blocks)


def _unlocking(lock: Any) -> None:
    if is_over():
        return
    token = _token(lock)
    if _deeper(lock, token, -1) == 0:
        _leave(token)


def _token(lock: Any) -> str:
    """A lock of a thread that is forked is another one."""
    return of(lock) if hasattr(lock, "_semlock") else f"{getpid()} {name(lock)}"


def _deeper(lock: Any, token: str, by: int) -> int:
    """How many times this thread now has a lock."""
    if "RLock" not in type(lock).__name__:
        return max(by, 0)
    depth = here.depths[token] = here.depths.get(token, 0) + by
    return depth


def _have(token: str, blocks: bool = True) -> None:
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            catch_up()  # another has let go of it
        here.locks.pop(token, None)
        here.locks[token] = [(clock_ns(), here.within, here.step, Takes, blocks)]


def _leave(token: str) -> None:
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            here.locks[token].append((clock_ns(), here.within, here.step, Gives, 0))
        else:
            note(Gives(Rule.MUTEX, token))


@HOOKS.around(THREADS, "Condition.__enter__")
@HOOKS.around(PROCESSES, "Lock.__enter__ RLock.__enter__ Condition.__enter__")
def _enter(original: Any, self: Any, *args: Any) -> Any:
    """Of a lock, or of a condition, which has one."""
    value = original(self, *args)
    if program_asks():
        _locked(getattr(self, "_lock", self))
    return value


@HOOKS.around(THREADS, "Condition.__exit__")
@HOOKS.around(PROCESSES, "Lock.__exit__ RLock.__exit__ Condition.__exit__")
def _exit(original: Any, self: Any, *args: Any) -> Any:
    if program_asks():
        _unlocking(getattr(self, "_lock", self))
    return original(self, *args)


@HOOKS.around(PROCESSES, "SemLock._make_methods")
def _make_methods(original: Any, self: Any) -> None:
    """A lock or semaphore of several processes has its methods as attributes."""

    def acquire(original: Any, block: bool = True, timeout: float | None = None) -> Any:
        value = original(block, timeout)
        if value and program_asks():
            _locked(self, block)
        return value

    def release(original: Any) -> None:
        if program_asks():
            _unlocking(self)
        original()

    original(self)
    counts = "Semaphore" in type(self).__name__
    if counts:
        acquire = taking(Rule.SEMAPHORE, lambda value: _acquired(value, self), program_asks)
        release = giving(Rule.SEMAPHORE, lambda: _released(self), program_asks)
    around(self, "acquire", acquire)
    around(self, "release", release)
    around(self, "acquire", Stops(Wait.SEMAPHORE if counts else Wait.LOCK).around)
    around(self, "acquire", Stops(Wait.PUT, when=puts).around)


HOOKS.takes(Rule.MUTEX, TASKS, "Lock.acquire", lambda _, self: (name(self), True))  # one can only wait for it
HOOKS.gives(Rule.MUTEX, TASKS, "Lock.release")

# Events and barriers.


def _parties(self: Any, *_: object) -> Token:
    return of(self), self.parties


def _broken(error: object, self: Any, *_: object) -> Token:
    return of(self) if type(error).__name__ == "BrokenBarrierError" else None


def _was_set(value: object, self: Any, *_: object) -> Token:
    """But not for who waits for whichever future comes first, which is luck."""
    return None if outside().f_globals.get("__name__") == "concurrent.futures._base" else true(value, self)


for _module in THREADS, PROCESSES, TASKS:
    HOOKS.gives(Rule.EVENT, _module, "Event.set")
    HOOKS.clears(Rule.EVENT, _module, "Event.clear")
    HOOKS.takes(Rule.EVENT, _module, "Event.wait", _was_set)
for _module, _breaks in (THREADS, "Barrier._break"), (TASKS, "Barrier.abort"):
    HOOKS.gives(Rule.BARRIER, _module, "Barrier.wait", _parties)
    HOOKS.takes(Rule.BARRIER, _module, "Barrier.wait")
    HOOKS.clears(Rule.BARRIER, _module, "Barrier.reset")
    HOOKS.takes(Rule.BROKEN, _module, "Barrier.wait", _broken)
    HOOKS.clears(Rule.BROKEN, _module, "Barrier.reset")
    HOOKS.gives(Rule.BROKEN, _module, f"{_breaks} Barrier.reset")


@HOOKS.around(THREADS, "Barrier._release")
def _all_came(original: Any, self: Any) -> None:
    """Who comes last does what is to be done then, if anything is; after that, all go on."""
    if self._action:
        take(Rule.BARRIER, of(self))
    original(self)
    if self._action:
        give(Rule.ACTION, of(self))


HOOKS.takes(Rule.ACTION, THREADS, "Barrier.wait")

# Semaphores, by how many there were at first.

_at_first: dict[str, int] = {}


@HOOKS.around(THREADS, "Semaphore.__init__")
@HOOKS.around(TASKS, "Semaphore.__init__")
@HOOKS.around(PROCESSES, "Semaphore.__init__ BoundedSemaphore.__init__")
def _count(original: Any, self: Any, value: int = 1, *args: Any, **kwargs: Any) -> None:
    original(self, value, *args, **kwargs)
    _at_first[of(self)] = value


def _released(self: Any, *_: object) -> Token:
    return of(self), _at_first.get(of(self), -1)


def _acquired(value: object, self: Any, *_: object) -> Token:
    return (of(self), _at_first.get(of(self), -1)) if value is True else None


@HOOKS.around(THREADS, "Semaphore.release BoundedSemaphore.release")
def _release_more(original: Any, self: Any, n: int = 1) -> None:
    """One may let several go; the last is given as if it were alone."""
    for _ in range(n - 1 if program_asks() else 0):
        give(Rule.SEMAPHORE, _released(self))
    original(self, n)


HOOKS.gives(Rule.SEMAPHORE, THREADS, "Semaphore.release BoundedSemaphore.release", _released, program_asks)
HOOKS.takes(Rule.SEMAPHORE, THREADS, "Semaphore.acquire Semaphore.__enter__", _acquired, program_asks)
HOOKS.takes(Rule.SEMAPHORE, PROCESSES, "Semaphore.__enter__", _acquired, program_asks)
HOOKS.gives(Rule.SEMAPHORE, PROCESSES, "Semaphore.__exit__", _released, program_asks)
HOOKS.gives(Rule.SEMAPHORE, TASKS, "Semaphore.release", _released)
HOOKS.takes(Rule.SEMAPHORE, TASKS, "Semaphore.acquire", _acquired)

# A condition lets its waiters go on in the order in which they came; while it is waited for, its lock is free.

_waiting: dict[str, list[list[str]]] = {}
_notified: dict[str, list[str]] = {}
_woken: dict[tuple[str, str], int] = {}
"""How many notifications a lane has had of a condition."""
_so_at_first: set[tuple[str, Any]] = set()
"""Of a condition, the predicates that were true before anyone had notified."""


@HOOKS.around(THREADS, "Condition.notify")
def _notify(original: Any, self: Any, n: int = 1) -> None:
    if program_asks():
        token, waiting = f"{name(self)} {next(count)}", _waiting.setdefault(name(self), [])
        for ticket in waiting[:n]:
            ticket.append(token)
        del waiting[:n]
        _notified.setdefault(name(self), []).append(token)
        give(Rule.CONDITION, token)
    original(self, n)


@HOOKS.around(THREADS, "Condition.wait")
def _wait(original: Any, self: Any, timeout: float | None = None) -> Any:
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


@HOOKS.around(THREADS, "Condition.wait_for")
def _wait_for(original: Any, self: Any, predicate: Any, timeout: float | None = None) -> Any:
    """What is so already: by the first notification that this lane has not had, if it is one that made it so."""
    who, what = (name(self), lane()), (name(self), getattr(predicate, "__code__", None))
    before, notified = _woken.get(who, 0), _notified.get(name(self), [])
    value = original(self, predicate, timeout)
    if value and program_asks() and _woken.get(who, 0) == before:
        if not notified:
            _so_at_first.add(what)
        elif what not in _so_at_first and not _is_constant(what[1]):
            _woken[who] = before + 1
            take(Rule.CONDITION, next(iter(notified[before:]), None))
    return value


def _is_constant(code: Any) -> bool:
    """Whether a function looks at nothing that anyone could change."""
    return code is not None and not (code.co_names or code.co_freevars or code.co_argcount)


HOOKS.gives(Rule.CONDITION, PROCESSES, "Condition.notify", of, program_asks)
HOOKS.takes(Rule.CONDITION, PROCESSES, "Condition.wait", true, program_asks)


@HOOKS.around(THREADS, "Condition.wait")
@HOOKS.around(PROCESSES, "Condition.wait")
def _wait_without_it(original: Any, self: Any, timeout: float | None = None) -> Any:
    """However many times the thread had the lock."""
    if not program_asks():
        return original(self, timeout)
    _leave(_token(self._lock))
    try:
        return original(self, timeout)
    finally:
        _have(_token(self._lock))
