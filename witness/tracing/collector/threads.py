"""Threads: who starts them, and who waits for their end."""

import functools
import itertools
import re
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..notes import Begin, End, Exit, LaneKind, Start
from ..waits import Rule
from .asking import asked, call
from .hooks import NOTHING, Context, Hooks
from .notebook import PUSHED, getpid, here, meanwhile, note
from .push import begins, starts
from .sync import take

HOOKS = Hooks()
_started: weakref.WeakKeyDictionary[Any, tuple[str, bool]] = weakref.WeakKeyDictionary()
"""For each thread its lane, and whether it is the program's own or the library's."""
_numbers = itertools.count(1)
_awaited: set[str] = set()
"""The lanes of the threads that the process waits for at its end: all but daemons."""


def lane_of(thread: Any) -> str:
    """Return the lane of a thread, or "" if it is unknown."""
    return _started.get(thread, ("", False))[0]


def _kind(thread: Any) -> LaneKind:
    """Return HUB for a thread that runs a function of `multiprocessing` which hands on what it gets."""
    function = getattr(thread._target, "__func__", thread._target)
    code = getattr(function, "__code__", None) or type(thread).run.__code__
    hands_on = code.co_name not in ("worker", "handle_request") and re.search(
        r"multiprocessing|futures.process", code.co_filename
    )
    return LaneKind.HUB if hands_on else LaneKind.THREAD


@HOOKS.before("threading", "Thread.start")
def _start(self: Any) -> Context:
    if self in _started:
        return NOTHING  # a thread can't be started twice: `start` raises an error
    lane, _ = _started[self] = f"{getpid()}.{next(_numbers)}", asked()
    if not self.daemon:
        _awaited.add(lane)
    note(Start(lane, call=call()))
    return meanwhile(busy=True)


@HOOKS.before("threading", "Thread._bootstrap_inner")
def _bootstrap(self: Any) -> Context:
    if PUSHED:
        original = self._started.set

        def go() -> None:
            original()
            begins(here.lane)

        starts()
        self._started.set = go
    return _living(*_started[self], _kind(self), re.sub(r"Thread-\d+ \((.+)\)", r"\1", self.name))


@contextmanager
def _living(lane: str, own: bool, kind: LaneKind, name: str) -> Iterator[None]:
    here.lane = lane
    note(Begin(kind, name, own))
    try:
        yield
    finally:
        note(End())


@HOOKS.around("_thread", "start_new_thread start_new")
def _start_new(original: Any, function: Any, args: Any, *kwargs: Any) -> Any:
    """Note the start of a thread that `threading` does not know."""
    lane = f"{getpid()}.{next(_numbers)}"

    @functools.wraps(function)
    def live(*args: Any, **kwargs: Any) -> None:
        with _living(lane, True, LaneKind.THREAD, getattr(function, "__name__", "")):
            function(*args, **kwargs)

    note(Start(lane, call=call()))
    return original(live, args, *kwargs)


@HOOKS.after("threading", "Thread.join")
def _join(_: object, self: Any, *__: object, **___: object) -> None:
    lane = f"{getpid()}.0/" if self is threading.main_thread() else lane_of(self)
    if lane and not self.is_alive():
        take(Rule.END, lane)


@HOOKS.around("threading", "_shutdown")
def _shutdown(original: Any) -> None:
    """Note that the program has come to its end, and then that it has waited for all threads but daemons."""
    note(Exit())
    original()
    for lane in sorted(_awaited):
        if lane.startswith(f"{getpid()}."):
            take(Rule.END, lane)
