"""Threads, their locks and their pools."""

import _thread
import re
import threading
from typing import Any

from ..notes import Begin, End, LaneKind, On, Own, Start, Waits
from ..waits import Wait
from .hooks import replace
from .notebook import asked, count, during, getpid, here, note


def hook() -> None:
    _threads(threading.Thread)
    for lock in _thread.LockType, type(threading.RLock()):
        _lock(lock)


def _threads(thread: Any) -> None:
    start, bootstrap = thread.start, thread._bootstrap_inner

    def _start(self: Any) -> None:
        self._lane, self._own = f"{getpid()}.{next(count)}", asked()
        note(Start(self._lane))
        during(start, self)

    def _bootstrap_inner(self: Any) -> None:
        here.lane = self._lane.partition(".")[2]
        note(Begin(LaneKind.THREAD, re.sub(r"Thread-\d+ \((.+)\)", r"\1", self.name)))
        if self._own:
            note(Own())
        try:
            bootstrap(self)
        finally:
            note(End())

    replace(thread, "start", _start)
    replace(thread, "_bootstrap_inner", _bootstrap_inner)


def _lock(lock: Any) -> None:
    """Only a lock that someone else holds is waited for."""
    take = lock.acquire
    for name in ("acquire", "__enter__"):

        def acquire(self: Any, blocking: bool = True, timeout: float = -1) -> bool:
            if not blocking or not asked():
                return bool(take(self, blocking, timeout))
            if take(self, False):
                return True
            note(Waits(Wait.LOCK))
            try:
                return bool(take(self, True, timeout))
            finally:
                note(On())

        replace(lock, name, acquire)


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
