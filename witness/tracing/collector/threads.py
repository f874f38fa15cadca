"""Threads, their locks and their pools."""

import _thread
import itertools
import re
import threading
import weakref
from typing import Any, NamedTuple

from ..notes import Begin, End, LaneKind, On, Own, Start, Takes, Waits
from ..waits import Rule, Wait
from . import mutexes
from .hooks import replace
from .notebook import PUSHED, asked, call, during, getpid, here, note
from .push import begins, nap


class Started(NamedTuple):
    """What is known of a thread: its lane, whether the program started it, or the library, for its own needs."""

    lane: str
    own: bool
    kind: LaneKind


started: weakref.WeakKeyDictionary[Any, Started] = weakref.WeakKeyDictionary()
_numbers = itertools.count(1)
_awaited: set[str] = set()
"""The lanes of those without whose end the process does not end."""


def hook() -> None:
    _threads(threading.Thread)
    for lock in _thread.LockType, type(threading.RLock()):
        _lock(lock)
    _shutdown(threading)


def _kind(thread: Any) -> LaneKind:
    """A thread that hands on what it gets is known by its function, which is one of `multiprocessing`."""
    function = getattr(thread._target, "__func__", thread._target)
    code = getattr(function, "__code__", None) or type(thread).run.__code__
    hands_on = code.co_name not in ("worker", "handle_request") and re.search(
        r"multiprocessing|futures.process", code.co_filename
    )
    return LaneKind.HUB if hands_on else LaneKind.THREAD


def _threads(thread: Any) -> None:
    start, run, bootstrap, join = thread.start, thread.run, thread._bootstrap_inner, thread.join

    def _start(self: Any) -> None:
        started[self] = Started(f"{getpid()}.{next(_numbers)}", asked(), _kind(self))
        if not self.daemon:
            _awaited.add(started[self].lane)
        note(Start(started[self].lane, call=call()))
        during(start, self)

    def _bootstrap_inner(self: Any) -> None:
        lane, own, kind = started[self]
        here.lane = lane.partition(".")[2]
        note(Begin(kind, re.sub(r"Thread-\d+ \((.+)\)", r"\1", self.name)))
        if own:
            note(Own())
        try:
            bootstrap(self)
        finally:
            note(End())

    def _join(self: Any, *args: Any, **kwargs: Any) -> None:
        join(self, *args, **kwargs)
        lane = f"{getpid()}.0/" if self is threading.main_thread() else lane_of(self)
        if lane and not self.is_alive():
            note(Takes(Rule.END, lane, call=call()))

    def _run(self: Any) -> None:
        begins(here.lane)
        run(self)

    if PUSHED:
        replace(thread, "run", _run)
    replace(thread, "start", _start)
    replace(thread, "_bootstrap_inner", _bootstrap_inner)
    replace(thread, "join", _join)


def _shutdown(module: Any) -> None:
    """A program ends when its threads have ended, but for daemons."""
    shutdown = module._shutdown

    def _shutdown() -> None:
        shutdown()
        for lane in sorted(_awaited):
            if lane.startswith(f"{getpid()}."):
                note(Takes(Rule.END, lane))

    replace(module, "_shutdown", _shutdown)


def lane_of(thread: Any) -> str:
    return started[thread].lane if thread in started else ""


def _lock(lock: Any) -> None:
    """Only a lock that someone else holds is waited for."""
    take = lock.acquire
    for name in ("acquire", "__enter__"):

        def acquire(self: Any, blocking: bool = True, timeout: float = -1) -> bool:
            if not asked():
                return bool(take(self, blocking, timeout))
            if PUSHED and blocking:
                nap(here.lane)
            if not (got := bool(take(self, False))) and blocking:
                note(Waits(Wait.LOCK))
                try:
                    got = bool(take(self, True, timeout))
                finally:
                    note(On())
            if got:
                mutexes.locked(self, blocking)
            return got

        replace(lock, name, acquire)

    for name in ("release", "__exit__"):
        replace(lock, name, _leaving(getattr(lock, name)))


def _leaving(original: Any) -> Any:
    def leave(self: Any, *args: Any) -> Any:
        if asked():
            mutexes.unlocking(self)
        return original(self, *args)

    return leave


def _thread_pool(module: Any) -> None:
    run = module._WorkItem.run

    def _run(self: Any, *args: Any) -> None:
        function = getattr(self, "fn", None) or self.task[0]
        if getattr(function, "func", None) and function.args:  # `asyncio.to_thread` runs it in a copied context
            function = function.args[0]
        note(On())
        note(Own(getattr(function, "__name__", "")))
        run(self, *args)
        note(Waits(Wait.GET))

    replace(module._WorkItem, "run", _run)


MODULES = {"concurrent.futures.thread": _thread_pool}
