"""Waits with a time limit: what one of them takes, it would have gone on without, had it come too late.

So do those that only look whether there is something, and what is read where a look with a limit said that there is.
"""

from collections.abc import Iterable
from typing import Any

from .hooks import Hooks, Wrap
from .notebook import asked, here, meanwhile

HOOKS = Hooks()


def limiting(place: int, blocks: int = 0) -> Wrap:
    """By where its arguments have the limit, in seconds, and before that maybe whether it is to wait at all."""

    def limit(*args: Any, **kwargs: Any) -> meanwhile | None:
        seconds = kwargs.get("timeout", next(iter(args[place:]), None))
        if blocks and not kwargs.get("block", kwargs.get("blocking", next(iter(args[blocks:]), True))):
            seconds = 0
        return None if seconds is None or seconds == -1 or here.limit is not None else meanwhile(limit=float(seconds))

    return limit


_CALLS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("threading", "Thread.join Event.wait Condition.wait Barrier.wait", (1,)),
    ("threading", "Condition.wait_for", (2,)),
    ("threading", "Semaphore.acquire", (2, 1)),
    ("_thread", "LockType.acquire RLock.acquire", (2, 1)),
    ("_multiprocessing", "SemLock.acquire", (2, 1)),
    ("queue", "Queue.get SimpleQueue.get", (2, 1)),
    ("queue", "Queue.put", (3, 2)),
    ("concurrent.futures._base", "Future.result Future.exception wait", (1,)),
    ("multiprocessing.process", "BaseProcess.join", (1,)),
    ("multiprocessing.synchronize", "Event.wait Condition.wait", (1,)),
    ("multiprocessing.synchronize", "Condition.wait_for", (2,)),
    ("multiprocessing.queues", "Queue.get", (2, 1)),
    ("multiprocessing.queues", "Queue.put JoinableQueue.put", (3, 2)),
    ("multiprocessing.connection", "wait", (1,)),
    ("multiprocessing.pool", "ApplyResult.get ApplyResult.wait IMapIterator.next", (1,)),
    ("subprocess", "Popen.wait", (1,)),
    ("subprocess", "Popen.communicate", (2,)),
    ("subprocess", "run call check_call check_output", (99,)),  # by its name only
)
for _module, _names, _places in _CALLS:
    HOOKS.before(_module, _names)(limiting(*_places))


# What is looked at, and then read.

_seen: dict[int, float] = {}
"""By their numbers, the files that were found to be ready, and how long that was waited for at most."""


def looking(place: int, unit: float = 1, default: float | None = None) -> Wrap:
    def look(found: Any, *args: Any, **kwargs: Any) -> None:
        seconds = kwargs.get("timeout", next(iter(args[place:]), default))
        if asked():
            for file in _files([args[0]] if found is True else found or ()):
                _seen.pop(file, None)
                if seconds is not None and seconds >= 0:
                    _seen[file] = seconds * unit

    return look


def _files(found: Iterable[Any]) -> Iterable[int]:
    for thing in found:
        if isinstance(thing, list):  # of three that `select` returns
            yield from _files(thing)
        else:
            one = thing[0] if isinstance(thing, tuple) else thing
            file: Any = getattr(one, "fd", one)  # of a key of `selectors`
            yield file if isinstance(file, int) else file.fileno()


HOOKS.after("select", "select")(looking(3))
HOOKS.after("select", "poll().poll")(looking(1, 0.001))
HOOKS.after("select", "epoll.poll")(looking(1))
HOOKS.after("selectors", "SelectSelector.select PollSelector.select EpollSelector.select")(looking(1))
HOOKS.after("multiprocessing.connection", "wait")(looking(1))
HOOKS.after("multiprocessing.connection", "_ConnectionBase.poll")(looking(1, default=0))


@HOOKS.before("os", "read")
@HOOKS.before("io", "FileIO.read FileIO.readinto")
@HOOKS.before("socket", "socket.recv socket.recv_into socket.recvfrom socket.accept")
@HOOKS.before("multiprocessing.connection", "_ConnectionBase.recv _ConnectionBase.recv_bytes Listener.accept")
def _read(file: Any, *_: object, **__: object) -> meanwhile | None:
    limit = None
    if _seen or hasattr(file, "gettimeout"):
        number = file if isinstance(file, int) else getattr(file, "fileno", int)()
        limit = _seen.pop(number, None)
        if limit is None and asked() and hasattr(file, "gettimeout"):
            limit = file.gettimeout()
    return None if limit is None or here.limit is not None else meanwhile(limit=limit)
