"""Clocks that jump while a thread falls behind, and waits with a time limit, which then run out.

These are the functions, most of them written in C, by which all of the library waits so. To sleep is no such wait.
"""

from contextlib import suppress
from typing import Any

from .behind import BEHIND, ahead_s, in_time
from .hooks import Hooks

HOOKS = Hooks()


def _ahead(original: Any, *args: Any) -> Any:
    return original(*args) + ahead_s()


def _ahead_ns(original: Any) -> int:
    return int(original()) + round(ahead_s() * 1e9)


def _acquire(original: Any, self: Any, blocking: bool = True, timeout: Any = None, **named: bool) -> bool:
    blocking = named.get("block", blocking)
    if timeout is None or timeout <= 0 or not blocking:
        return bool(original(self, blocking, *() if timeout is None else (timeout,)))
    return bool(in_time(lambda seconds: original(self, True, seconds), timeout))


def _join(original: Any, self: Any, timeout: Any = None) -> None:
    if timeout is None or timeout <= 0:
        original(self, timeout)
    else:
        in_time(lambda seconds: original(self, seconds) or self.is_done(), timeout)


def _get(original: Any, self: Any, block: bool = True, timeout: Any = None) -> Any:
    """Of what is got or not there, as nothing says so but an exception."""

    def get(seconds: float) -> list[Any]:
        with suppress(Exception):
            return [original(self, True, seconds)]
        return []

    if timeout is None or timeout <= 0 or not block:
        return original(self, block, timeout)
    found = in_time(get, timeout)
    return found[0] if found else original(self, False)


def _select(original: Any, rlist: Any, wlist: Any, xlist: Any, timeout: Any = None) -> Any:
    if timeout is None or timeout <= 0:
        return original(rlist, wlist, xlist, timeout)
    return in_time(lambda seconds: original(rlist, wlist, xlist, seconds), timeout, any)


def _poll(original: Any, self: Any, timeout: Any = None) -> Any:
    if timeout is None or timeout <= 0:
        return original(self, timeout)
    return in_time(lambda seconds: original(self, seconds * 1000), timeout / 1000)


def _epoll(original: Any, self: Any, timeout: Any = None, maxevents: int = -1) -> Any:
    if timeout is None or timeout <= 0:
        return original(self, timeout, maxevents)
    return in_time(lambda seconds: original(self, seconds, maxevents), timeout)


def _shutdown(original: Any, self: Any, *timeout: Any) -> Any:
    """By `asyncio.run`, which of its own accord gives up after some minutes."""
    return original(self, *(None for _ in timeout))


if BEHIND:
    HOOKS.around("asyncio.base_events", "BaseEventLoop.shutdown_default_executor")(_shutdown)
    HOOKS.around("time", "monotonic time perf_counter")(_ahead)
    HOOKS.around("threading", "_time")(_ahead)  # which it has imported before
    HOOKS.around("time", "monotonic_ns time_ns perf_counter_ns")(_ahead_ns)
    HOOKS.around("_thread", "LockType.acquire RLock.acquire")(_acquire)
    HOOKS.around("_multiprocessing", "SemLock.acquire")(_acquire)
    HOOKS.around("queue", "SimpleQueue.get")(_get)
    HOOKS.around("select", "select")(_select)
    HOOKS.around("select", "poll().poll")(_poll)
    HOOKS.around("select", "epoll.poll")(_epoll)
    import _thread

    if hasattr(_thread, "_ThreadHandle"):
        HOOKS.around("_thread", "_ThreadHandle.join")(_join)
