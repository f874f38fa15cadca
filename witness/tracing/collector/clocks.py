"""Clocks that jump while a thread falls behind, and waits with a time limit and sleeps, which end by these clocks.

All waits of the library with a time limit go through the functions here, most of which are written in C.
"""

import time
from collections.abc import Callable
from typing import Any

from ..notes import MOST
from .behind import BEHIND, FARTHEST_S, advance, ahead_s, in_time
from .channels import RECEIVES
from .hooks import Hooks, Wrap, parameters
from .limits import seconds_of
from .notebook import Process

HOOKS = Hooks()
_CLOCKS = "monotonic time perf_counter process_time thread_time clock_gettime"
_INSTANT_S, _LOOK_S = 1e-4, 1e-2
"""How long a sleep is that passes at once, at first and for whoever makes many notes, as there may not be too many."""


def _ahead(original: Any, *clock: Any) -> Any:
    return original(*clock) + ahead_s()


def _ahead_elapsed(original: Any) -> Any:
    times = original()
    return type(times)((*times[:4], times[4] + ahead_s()))


def _ahead_date(original: Any, *zone: Any, **kwargs: Any) -> Any:
    from datetime import timedelta

    return original(*zone, **kwargs) + timedelta(seconds=ahead_s())


def _sooner(came: Callable[..., Any] = lambda value, *_: value, unit: float = 1) -> Wrap:
    """Return a wrapper that lets a wait run out by the clocks that jump.

    `came` returns, by the value and the arguments, whether what the call waits for came. `unit` is that of the timeout,
    in seconds.
    """

    def wait(original: Any, *args: Any, **kwargs: Any) -> Any:
        seconds = seconds_of(original, args, kwargs)
        if seconds is None or seconds <= 0:
            return original(*args, **kwargs)
        place = parameters(original).index("timeout")

        def again(seconds: float) -> Any:
            if place < len(args):
                return original(*args[:place], seconds / unit, *args[place + 1 :], **kwargs)
            return original(*args, **kwargs | {"timeout": seconds / unit})

        return in_time(again, seconds * unit, lambda value: came(value, *args))

    return wait


def _sleep(original: Any, seconds: float) -> None:
    if seconds <= 0:
        original(seconds)
    elif ahead_s() < FARTHEST_S:
        in_time(original, seconds)
    else:  # it passes at once: whoever looks thousands of times, with sleeps between, may yet give up
        advance(seconds)
        original(_INSTANT_S if Process.written < MOST // 4 else _LOOK_S)


def _readable(self: Any, *_: object, **__: object) -> None:
    """Wait until there is something to read, or raise the error of a socket's own time limit."""
    import select  # only now, as the program may not

    if (seconds := self.gettimeout()) and not select.select([self], [], [], seconds)[0]:
        raise TimeoutError("timed out")


if BEHIND:
    # Without a limit: `asyncio.run` would give up after some minutes, which the program does not ask for.
    HOOKS.around("asyncio.base_events", "BaseEventLoop.shutdown_default_executor")(
        lambda original, self, *timeout: original(self, *(None for _ in timeout))
    )
    HOOKS.around("time", _CLOCKS)(_ahead)
    HOOKS.around("time", _CLOCKS.replace(" ", "_ns ") + "_ns")(
        lambda original, *clock: original(*clock) + round(ahead_s() * 1e9)
    )
    HOOKS.around("time", "localtime gmtime ctime")(lambda original, *seconds: original(*seconds or [time.time()]))
    HOOKS.around("time", "strftime")(lambda original, form, *now: original(form, *now or [time.localtime()]))
    HOOKS.around("datetime", "datetime.now datetime.utcnow")(_ahead_date)
    HOOKS.around("os", "times")(_ahead_elapsed)
    HOOKS.around("time", "sleep")(_sleep)
    HOOKS.around("threading", "_time")(_ahead)  # its own name for `time.monotonic`, imported before
    HOOKS.around("_thread", "LockType.acquire RLock.acquire")(_sooner())
    HOOKS.around("_multiprocessing", "SemLock.acquire")(_sooner())
    HOOKS.around("queue", "SimpleQueue.get")(_sooner(lambda *_: True))
    HOOKS.around("select", "select")(_sooner(lambda found, *_: any(found)))
    HOOKS.around("select", "poll().poll")(_sooner(unit=0.001))
    HOOKS.around("select", "epoll.poll")(_sooner())
    HOOKS.around("signal", "sigtimedwait")(_sooner())
    HOOKS.before("socket", f"{RECEIVES} socket.accept")(_readable)
    import _thread

    if hasattr(_thread, "_ThreadHandle"):
        HOOKS.around("_thread", "_ThreadHandle.join")(_sooner(lambda _, handle, *__: handle.is_done()))
