"""Locks of threads, processes and tasks: who has one, and for how long.

Those of threads and of processes are of three types that are written in C, by which also conditions and, of processes,
semaphores are made. To have a lock and do nothing that is noted is noted only for the last time before something is:
nothing came between them that another could wait for, and a program may do so a million times.
"""

import _thread
import os
from contextlib import nullcontext, suppress
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule, Wait
from .notebook import PUSHED, call, catch_up, clock_ns, getpid, here, idle, limit, name, note, stop, waiting
from .semaphores import acquired, counts, released
from .sync import TASKS, Syncs, give, of, program_asks, take

HOOKS = Syncs()


def _acquire(original: Any, self: Any, blocking: bool = True, timeout: Any = None, **named: bool) -> bool:
    """Only one that someone else holds is waited for."""
    blocking = named.get("block", blocking)
    how = (blocking,) if timeout is None else (blocking, timeout)
    if not program_asks():
        return bool(original(self, *how))
    if blocking:
        stop()
    waits = bool(blocking) and timeout != 0
    got = bool(original(self, False) if waits else original(self, *how))
    if waits and not got:
        with waiting(Wait.SEMAPHORE if counts(self) else Wait.LOCK) if idle() else nullcontext():
            got = bool(original(self, *how))
    if counts(self):
        take(Rule.SEMAPHORE, acquired(got, self))
    elif got and _deeper(self, 1) == 1:
        have(of(self), waits)
    return got


def _release(original: Any, self: Any) -> None:
    if program_asks():
        if counts(self):
            give(Rule.SEMAPHORE, released(self))
        elif _deeper(self, -1) == 0:
            leave(of(self))
    original(self)


for _module, _types in ("_thread", ("LockType", "RLock")), ("_multiprocessing", ("SemLock",)):
    for _type in _types:
        HOOKS.around(_module, f"{_type}.acquire")(_acquire)
        HOOKS.around(_module, f"{_type}.release")(_release)
        HOOKS.around(_module, f"{_type}.__enter__")(lambda _, self: self.acquire())
        HOOKS.around(_module, f"{_type}.__exit__")(lambda _, self, *__: self.release())


def _deeper(lock: Any, by: int) -> int:
    """How many times this thread now has a lock."""
    once = lock.kind if hasattr(lock, "kind") else isinstance(lock, _thread.LockType)
    if once:
        return max(by, 0)
    token = of(lock)
    depth = here.depths[token] = here.depths.get(token, 0) + by
    return depth


def have(token: str, blocks: bool = True) -> None:
    """`blocks` unless it was only tried whether it is free."""
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            catch_up()  # another has let go of it
        here.locks.pop(token, None)
        here.locks[token] = [(clock_ns(), here.within, here.step, _got(token, blocks))]


def _got(token: str, blocks: bool) -> Takes:
    return Takes(Rule.MUTEX, token, blocks, "" if limit() is None else call(), limit())


def leave(token: str) -> None:
    if not PUSHED:
        if len(here.locks.get(token, ())) == 1:
            here.locks[token].append((clock_ns(), here.within, here.step, Gives(Rule.MUTEX, token)))
        else:
            note(Gives(Rule.MUTEX, token))


# Locks of files, which end at the latest as these are closed. Those that several have at a time are left out.

_UN, _EX, _NB = 8, 2, 4
_files: dict[tuple[int, int], str] = {}
"""The locks that a process has of its open files."""


@HOOKS.around("fcntl", "flock lockf")
def _lock_file(original: Any, fd: Any, operation: int, *part: int) -> None:
    file = fd if isinstance(fd, int) else fd.fileno()
    if operation & _UN:
        _unlock(file)
    original(fd, operation, *part)
    if operation & _EX and not any(part):
        token = _files[getpid(), file] = f"{original.__name__} {os.fstat(file).st_ino}"
        have(token, not operation & _NB)


@HOOKS.before("os", "close")
@HOOKS.before("io", "FileIO.close")
def _close_file(fd: Any) -> None:
    if _files:
        with suppress(ValueError):  # it is closed
            _unlock(fd if isinstance(fd, int) else fd.fileno())


def _unlock(file: int) -> None:
    if token := _files.pop((getpid(), file), ""):
        leave(token)


HOOKS.takes(Rule.MUTEX, TASKS, "Lock.acquire", lambda _, self: (name(self), True))  # one can only wait for it
HOOKS.gives(Rule.MUTEX, TASKS, "Lock.release")
