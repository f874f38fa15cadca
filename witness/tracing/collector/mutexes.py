"""Locks of threads, processes and tasks: who has one, and for how long.

To have a lock and do nothing that is noted is noted only for the last time before something is: nothing came between
them that another could wait for, and a program may do so a million times.
"""

import sys
from collections.abc import Callable
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule
from .hooks import replace
from .notebook import PUSHED, catch_up, clock_ns, getpid, here, name, note
from .sync import Token, of, program_asks

_is_over = sys.is_finalizing  # and nothing more has a name


def locked(lock: Any, blocks: bool = True) -> None:
    """`blocks` unless it was only tried whether it is free."""
    if _is_over():
        return
    token = _token(lock)
    if _deeper(lock, token, 1) == 1:
        _have(token, blocks)


def unlocking(lock: Any) -> None:
    if _is_over():
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


def entering(original: Callable[..., Any]) -> Callable[..., Any]:
    """Of a lock, or of a condition, which has one."""

    def enter(self: Any, *args: Any) -> Any:
        value = original(self, *args)
        if program_asks():
            locked(getattr(self, "_lock", self))
        return value

    return enter


def leaving(original: Callable[..., Any]) -> Callable[..., Any]:
    def leave(self: Any, *args: Any) -> Any:
        if program_asks():
            unlocking(getattr(self, "_lock", self))
        return original(self, *args)

    return leave


def without_it(original: Callable[..., Any]) -> Callable[..., Any]:
    """A condition that is waited for is without its lock, however many times the thread had that."""

    def wait(self: Any, timeout: float | None = None) -> Any:
        if not program_asks():
            return original(self, timeout)
        _leave(_token(self._lock))
        try:
            return original(self, timeout)
        finally:
            _have(_token(self._lock))

    return wait


def held(_: object, self: Any) -> Token:
    """A lock of tasks, for which one can only wait."""
    return name(self), True


def lock(self: Any) -> None:
    """A lock of several processes has its methods as attributes."""
    acquire, release = self.acquire, self.release

    def _acquire(block: bool = True, timeout: float | None = None) -> Any:
        value = acquire(block, timeout)
        if value and program_asks():
            locked(self, block)
        return value

    def _release() -> None:
        if program_asks():
            unlocking(self)
        release()

    replace(self, "acquire", _acquire)
    replace(self, "release", _release)
