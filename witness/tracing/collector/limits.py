"""Waits with a time limit: what they take is noted with the limit, after which they would have gone on without it.

The same holds for a call that does not block, and for a read of a file that a wait with a limit has found to be ready.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from .asking import asked, program_asks
from .channels import RECEIVES
from .hooks import NOTHING, Context, Hooks, Wrap, arguments
from .notebook import PUSHED, here, meanwhile
from .push import asleep

HOOKS = Hooks()


def seconds_of(original: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> float | None:
    """Return for how many seconds a call waits at most, by its arguments; None if without end."""
    given = arguments(original, args, kwargs)
    blocks = given.get("block", given.get("blocking", True))
    seconds = given.get("timeout") if blocks else 0
    return seconds if hasattr(seconds, "__float__") and seconds != -1 else None  # that of a socket may be an object


def limiting(original: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Context:
    """Return a context for a call, in which all that is taken has its limit; a call within another has that one's.

    In a pushed run, others hold still in the meantime, as they do while this thread sleeps.
    """
    if here.limit is not None or not (kwargs or args[1:]):  # quick, as locks are acquired a million times
        return NOTHING
    seconds = seconds_of(original, args, kwargs)
    if seconds is None or (not seconds and not program_asks("get_nowait", "put_nowait")):  # a pool looks again later
        return NOTHING
    if PUSHED:
        return asleep(here.lane) if seconds and asked() else NOTHING
    return meanwhile(limit=float(seconds))


# Calls with a limit that are not in the table of `calls.py`.
@HOOKS.around("_thread", "LockType.acquire RLock.acquire")
@HOOKS.around("_multiprocessing", "SemLock.acquire")
@HOOKS.around("queue", "Queue.put")
@HOOKS.around("multiprocessing.queues", "Queue.put JoinableQueue.put")
def _limited(original: Any, *args: Any, **kwargs: Any) -> Any:
    with limiting(original, args, kwargs):
        return original(*args, **kwargs)


@HOOKS.before("threading", "Barrier.wait")
def _waits(self: Any, timeout: float | None = None) -> Context:
    """Limit a wait at a barrier that has a time limit of its own."""
    own = self._timeout if timeout is None and here.limit is None and not PUSHED else None
    return NOTHING if own is None else meanwhile(limit=own)


# Files that are found to be ready, and then read.

_ready: dict[int, float] = {}
"""For each file descriptor that was found to be ready, the limit of the wait for that, in seconds."""


def looking(unit: float = 1) -> Wrap:
    """Return a wrapper for a call that finds files ready, in the program or in a function of the library that it calls;
    its timeout is in `unit` seconds."""

    def look(original: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if found and program_asks("select", "wait", "poll", "_poll"):
            seconds = arguments(original, args, kwargs).get("timeout")
            for file in _files(found):
                _ready.pop(file, None)
                if seconds is not None and seconds >= 0:
                    _ready[file] = seconds * unit
        return found

    return look


def _files(found: Iterable[Any]) -> Iterable[int]:
    for thing in found:
        if isinstance(thing, list):  # one of the three that `select` returns
            yield from _files(thing)
        else:
            file = thing[0] if isinstance(thing, tuple) else thing
            yield file if isinstance(file, int) else file.fileno()


HOOKS.around("select", "select epoll.poll")(looking())
HOOKS.around("select", "poll().poll")(looking(unit=0.001))
# It has `select` as a function in C, which is no method.
HOOKS.around("selectors", "SelectSelector._select")(lambda select, _, *args: select(*args))


@HOOKS.before("os", "read readv")
@HOOKS.before("io", "FileIO.read FileIO.readinto FileIO.readall")
@HOOKS.before("socket", f"{RECEIVES} socket.accept")
@HOOKS.before("multiprocessing.connection", "_ConnectionBase.recv _ConnectionBase.recv_bytes Listener.accept")
def _read(file: Any, *_: object, **__: object) -> Context:
    if here.limit is not None:
        return NOTHING
    limit = None
    with suppress(OSError, ValueError):  # it is closed: the call itself says so
        number = file if isinstance(file, int) else getattr(file, "fileno", int)()
        limit = _ready.pop(number, None)
        if limit is None and program_asks("readinto"):  # that of a socket's file
            limit = file.gettimeout() if hasattr(file, "gettimeout") else None if os.get_blocking(number) else 0.0
    return NOTHING if limit is None else meanwhile(limit=limit)
