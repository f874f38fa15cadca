"""Locks of threads, processes and tasks: who has one, and for how long.

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
from .notebook import PUSHED, asked, catch_up, clock_ns, getpid, here, is_over, name, note, waiting
from .push import nap
from .semaphores import acquired, released
from .sync import PROCESSES, TASKS, THREADS, Syncs, giving, of, program_asks, taking

HOOKS = Syncs()


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
        if not (got := bool(take(self, False, -1 if blocking else timeout))) and blocking:
            with waiting(Wait.LOCK):
                got = bool(take(self, True, timeout))
        if got:
            _locked(self, blocking and timeout != 0)
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
    token = token_of(lock)
    if _deeper(lock, token, 1) == 1:
        have(token, blocks)


def _unlocking(lock: Any) -> None:
    if is_over():
        return
    token = token_of(lock)
    if _deeper(lock, token, -1) == 0:
        leave(token)


def token_of(lock: Any) -> str:
    """A lock of a thread that is forked is another one."""
    return of(lock) if hasattr(lock, "_semlock") else f"{getpid()} {name(lock)}"


def _deeper(lock: Any, token: str, by: int) -> int:
    """How many times this thread now has a lock."""
    if "RLock" not in type(lock).__name__:
        return max(by, 0)
    depth = here.depths[token] = here.depths.get(token, 0) + by
    return depth


def have(token: str, blocks: bool = True) -> None:
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            catch_up()  # another has let go of it
        here.locks.pop(token, None)
        here.locks[token] = [(clock_ns(), here.within, here.step, Takes, blocks)]


def leave(token: str) -> None:
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
            _locked(self, block and timeout != 0)
        return value

    def release(original: Any) -> None:
        if program_asks():
            _unlocking(self)
        original()

    original(self)
    counts = "Semaphore" in type(self).__name__
    if counts:
        acquire = taking(Rule.SEMAPHORE, lambda value: acquired(value, self), program_asks)
        release = giving(Rule.SEMAPHORE, lambda: released(self), program_asks)
    around(self, "acquire", acquire)
    around(self, "release", release)
    around(self, "acquire", Stops(Wait.SEMAPHORE if counts else Wait.LOCK).around)
    around(self, "acquire", Stops(Wait.PUT, when=puts).around)


HOOKS.takes(Rule.MUTEX, TASKS, "Lock.acquire", lambda _, self: (name(self), True))  # one can only wait for it
HOOKS.gives(Rule.MUTEX, TASKS, "Lock.release")
