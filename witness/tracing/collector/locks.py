"""Locks, semaphores and conditions of threads, processes and tasks: who acquires, who releases, who notifies.

Locks of threads and processes are of three types that are written in C. Conditions are built on them, and so are the
semaphores of processes. A program may acquire and release a lock a million times with nothing else to note in between:
then only the last time is noted, since between the others nothing happened that another lane could wait for.
"""

import _thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule, Wait
from .asking import call, program_asks
from .hooks import NOTHING
from .notebook import PUSHED, catch_up, here, idle, limit, name, note, noted, number, stop, waiting
from .push import is_over
from .sync import PROCESSES, TASKS, THREADS, Syncs, Token, give, of, shared, take, true

HOOKS = Syncs()
_asked = partial(program_asks, "wait_for", "notify_all", "__enter__", "__exit__")  # methods of conditions


def _acquire(original: Any, self: Any, blocking: bool = True, timeout: Any = None, **named: bool) -> bool:
    """Acquire a lock; it is a wait only if someone else has it, so first it is tried."""
    blocking = named.get("block", blocking)
    how = (blocking,) if timeout is None else (blocking, timeout)
    if (PUSHED and is_over(here.lane)) or not _asked():
        return bool(original(self, *how))
    if blocking:
        stop()
    waits = bool(blocking) and timeout != 0
    got = bool(original(self, False) if waits else original(self, *how))
    if waits and not got:
        with waiting(Wait.SEMAPHORE if _counts(self) else Wait.LOCK) if idle() else NOTHING:
            got = bool(original(self, *how))
    if _counts(self):
        take(Rule.SEMAPHORE, _acquired(got, self))
    elif got and _deeper(self, 1) == 1:
        _have(of(self), waits)
    return got


def _release(original: Any, self: Any) -> None:
    if not (PUSHED and is_over(here.lane)) and _asked():
        if _counts(self):
            give(Rule.SEMAPHORE, _released(self))
        elif _deeper(self, -1) == 0:
            _leave(of(self))
    original(self)


for _module, _types in ("_thread", ("LockType", "RLock")), ("_multiprocessing", ("SemLock",)):
    for _type in _types:
        HOOKS.around(_module, f"{_type}.acquire")(_acquire)
        HOOKS.around(_module, f"{_type}.release")(_release)
        HOOKS.around(_module, f"{_type}.__enter__")(lambda _, self: self.acquire())
        HOOKS.around(_module, f"{_type}.__exit__")(lambda _, self, *__: self.release())
HOOKS.takes(Rule.MUTEX, TASKS, "Lock.acquire", lambda _, self: (name(self), True))  # it has no way only to try
HOOKS.gives(Rule.MUTEX, TASKS, "Lock.release")


def _deeper(lock: Any, by: int) -> int:
    """Add `by` to how many times this thread has a lock, and return that; at most 1 if it is not reentrant."""
    once = lock.kind if hasattr(lock, "kind") else isinstance(lock, _thread.LockType)
    if once:
        return max(by, 0)
    here.depths[of(lock)] += by
    return here.depths[of(lock)]


def _have(token: str, blocks: bool = True) -> None:
    """Keep the note that this thread has a lock; `blocks` unless it only tried."""
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            catch_up()  # another thread released what this one acquired
        here.locks.pop(token, None)
        here.locks[token] = [noted(Takes(Rule.MUTEX, token, blocks, "" if limit() is None else call(), limit()))]


def _leave(token: str, waits: bool = False) -> None:
    """Keep the note that this thread releases a lock; 1 stands for a condition that it `waits` for meanwhile."""
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            here.locks[token].append(noted(Gives(Rule.MUTEX, token, waits)))
        else:
            note(Gives(Rule.MUTEX, token, waits))


def _if_asked(token: Callable[..., Token]) -> Callable[..., Token]:
    return lambda *args, **kwargs: token(*args, **kwargs) if _asked() else None


# Semaphores. Of each, its initial value is known.

_at_first: dict[str | int, int] = {}


@HOOKS.after(THREADS, "Semaphore.__init__")
@HOOKS.after(TASKS, "Semaphore.__init__")
@HOOKS.after(PROCESSES, "Semaphore.__init__ BoundedSemaphore.__init__")
def _count(_: object, self: Any, value: int = 1, *__: object, **___: object) -> None:
    _at_first[_known_as(self)] = value


def _known_as(semaphore: Any) -> str | int:
    """Return by what a semaphore is known here and in processes that are forked from this one."""
    return shared(semaphore) or number(semaphore)


def _counts(lock: Any) -> bool:
    """Return whether a lock of processes is in truth a semaphore, which more than one may have."""
    return getattr(lock, "maxvalue", 1) != 1


def _released(self: Any, *_: object, **__: object) -> Token:
    return of(self), _at_first.get(_known_as(self), -1)


def _acquired(value: object, self: Any, *_: object) -> Token:
    return _released(self) if value is True else None


@HOOKS.before(THREADS, "Semaphore.release BoundedSemaphore.release")
def _release_more(self: Any, n: int = 1) -> None:
    """Note all but the last release of a `release(n)`; the last one is noted below, as every release is."""
    for _ in range(n - 1 if _asked() else 0):
        give(Rule.SEMAPHORE, _released(self))


HOOKS.gives(Rule.SEMAPHORE, THREADS, "Semaphore.release BoundedSemaphore.release", _if_asked(_released))
HOOKS.takes(Rule.SEMAPHORE, THREADS, "Semaphore.acquire Semaphore.__enter__", _if_asked(_acquired))
HOOKS.gives(Rule.SEMAPHORE, TASKS, "Semaphore.release", _released)
HOOKS.takes(Rule.SEMAPHORE, TASKS, "Semaphore.acquire", _acquired)


# Conditions: a thread that waits for one releases its lock meanwhile, however many times it has it.


@contextmanager
def _without(lock: Any) -> Iterator[None]:
    _leave(of(lock), waits=True)
    try:
        yield
    finally:
        _have(of(lock))


for _module in THREADS, PROCESSES:
    HOOKS.gives(Rule.CONDITION, _module, "Condition.notify", _if_asked(lambda self, n=1: (of(self), n)))
    HOOKS.takes(Rule.CONDITION, _module, "Condition.wait", _if_asked(true))
    HOOKS.before(_module, "Condition.wait")(lambda self, *_, **__: _without(self._lock) if _asked() else None)
