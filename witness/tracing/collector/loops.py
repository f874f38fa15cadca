"""Event loops: who posts their steps, and when they take them."""

import sys
import weakref
from typing import Any

from ..notes import Done, Gives, Takes
from ..waits import Rule, Wait
from .asking import call, outside
from .hooks import Context
from .notebook import count, here, is_left, meanwhile, name, note, waiting
from .sync import Syncs, Token, take
from .tasks import AWAITS, LANES, LOOPS, go_on, new_lane, stop

HOOKS = Syncs()

# A handle is made to post a step, and runs it.

_posts: dict[int, tuple[str, Token]] = {}
"""By the id of a handle, the token of its step, and that of the future whose callback it is, if that was done before it
was added."""
_counters: dict[Any, int] = {}
"""The number of the step that all calls of one counting callback share."""
_COUNT = ("gather.<locals>._done_callback", "_wait.<locals>._on_completion", "TaskGroup._on_task_done")
"""The callbacks that count how many of several tasks are done, and let a task go on after the last."""


def post(loop: Any, handle: Any, call: str, rule: Rule = Rule.SOON, number: float = 0) -> None:
    """Note that a step of a loop is posted, at the position `call` of the program."""
    token = f"{name(loop)}:{next(count)}"
    _posts[id(handle)] = token, here.late
    note(Gives(rule, token, number, call))


@HOOKS.before("asyncio.events", "Handle.__init__")
def _make_handle(self: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
    _posts.pop(id(self), None)  # of a cancelled handle that had the same id
    asker = outside("__init__")
    if asker.f_code.co_name in ("_call_soon", "call_soon_threadsafe"):  # not for a file, which is ready at any time
        post(loop, self, call(), Rule.HANDED if here.handing else Rule.SOON, here.group)


_GIVE_UP = "_on_timeout", "_release_waiter", "_handle_timeout"
"""The callbacks of timers that let a task give up a wait: of `timeout`, `wait_for`, `wait` and `as_completed`."""
_timers: weakref.WeakKeyDictionary[Any, list[tuple[Any, float]]] = weakref.WeakKeyDictionary()
"""These timers of each task, with their delays in seconds."""


@HOOKS.after("asyncio.events", "TimerHandle.__init__")
def _make_timer(_: None, self: Any, when: float, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
    asks = outside("__init__", "call_at")
    delay = asks.f_locals["delay"] if asks.f_code.co_name == "call_later" else round(when - loop.time(), 3)
    if getattr(callback, "__name__", "") in _GIVE_UP:
        here.timers.append((self, delay))
    post(loop, self, call(), Rule.TIMER, delay)


@HOOKS.around("asyncio.events", "Handle._run")
def _run(original: Any, self: Any) -> None:
    task = getattr(self._callback, "__self__", None)
    if isinstance(task, sys.modules["asyncio.tasks"].Task):
        within, step, call = LANES.setdefault(task, new_lane()), f"#{next(count)}", AWAITS.get(task, "")
    else:
        task = None
        within, step, call = "", f"!{_counter(self._callback, self._args) or next(count)}", ""
    timers = [] if task is None else _timers.setdefault(task, [])
    with meanwhile(within=within, step=step, timers=timers, serves=False):
        # One that was cancelled in time counts, too.
        limit = min((seconds for timer, seconds in timers if timer._scheduled or timer.cancelled()), default=None)
        token, late = _posts.pop(id(self), (f"{name(self._loop)}:", None))
        note(Takes(Rule.SOON, token, call=call, limit=limit))
        take(Rule.FUTURE, late)
        if task is not None:
            if task._must_cancel:  # it was about to go on anyway, but is thrown a `CancelledError`
                take(Rule.BROKEN, name(task))
            go_on(task)
        try:
            original(self)
        finally:
            if task is not None:
                timers[:] = [timer for timer in timers if is_left(timer[0])]
                stop(task)
            note(Done())
            self = task = None  # as in what it wraps, or the traceback of an exception would keep the task alive


def _counter(callback: Any, args: Any) -> int:
    """Return the number of the step of a counting callback, which lets a task go on once it was called by all.

    It is 0 for another callback, or if one task has failed and the others are not waited for.
    """
    if getattr(callback, "__qualname__", "") not in _COUNT:
        return 0
    given = sys.modules["inspect"].getclosurevars(callback).nonlocals
    others = getattr(getattr(callback, "__self__", None), "_tasks", args)  # a failure in a group cancels the others
    patient = given.get("return_exceptions", given.get("return_when", "ALL_COMPLETED") == "ALL_COMPLETED")
    failed = args[0].cancelled() or args[0]._exception is not None
    return 0 if failed and not (patient and {*others} <= {*args}) else _counters.setdefault(callback, next(count))


HOOKS.before(LOOPS, "BaseEventLoop.run_forever")(lambda self: note(Gives(Rule.START, name(self))))


@HOOKS.around("selectors", "SelectSelector.select PollSelector.select EpollSelector.select")
def _select(original: Any, *args: Any, **kwargs: Any) -> Any:
    if not here.serves or outside().f_code.co_name != "_run_once":
        return original(*args, **kwargs)
    with waiting(Wait.LOOP):
        return original(*args, **kwargs)


HOOKS.gives(Rule.STOP, LOOPS, "BaseEventLoop.stop")
HOOKS.takes(Rule.STOP, LOOPS, "BaseEventLoop.run_forever")

# Posts by chance: which task has a lock next, and in which order the tasks of a set are cancelled.

HOOKS.gives(Rule.HANDED, "asyncio.locks", "Lock.acquire Semaphore.acquire")


@HOOKS.before("asyncio.locks", "Lock.release Semaphore.release")
def _release(_: object) -> Context:
    """Which task has a lock next may be chance, and not follow from this release alone: see `tracing/loops.py`."""
    return meanwhile(handing=True)


@HOOKS.before("asyncio.taskgroups", "TaskGroup._abort")
@HOOKS.before("asyncio.runners", "_cancel_all_tasks")
def _cancel_all(_: object) -> Context:
    return meanwhile(group=next(count))
