"""Event loops: what they are told to do, in which order they do it, and the tasks that they do it for."""

import sys
import weakref
from types import FrameType
from typing import Any

from ..notes import Begin, Cancel, Done, Gives, LaneKind, On, Own, Start, Takes, Waits
from ..waits import Rule, Wait, awaiting
from .hooks import replace
from .notebook import call, caller, clock_ns, count, example, here, lane, name, note, outside, position, step_ends_at

_lanes: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
_begun: weakref.WeakSet[Any] = weakref.WeakSet()
_awaits: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
"""Where in the program a task waits."""
_tokens: dict[int, str] = {}
"""Of what a loop is to do, by the id of its handle."""
_counters: dict[Any, int] = {}
"""The callbacks that count what is done, and the step that all calls of one are."""
_COUNT = ("gather.<locals>._done_callback", "_wait.<locals>._on_completion", "TaskGroup._on_task_done")


def post(loop: Any, handle: Any, call: str, rule: Rule = Rule.SOON, number: float = 0) -> None:
    _tokens[id(handle)] = token = f"{name(loop)}:{next(count)}"
    note(Gives(rule, token, number, call))


def _events(module: Any) -> None:
    """A handle is made for what is to be done, and run when it is done."""
    init, set_timer, run = module.Handle.__init__, module.TimerHandle.__init__, module.Handle._run
    step_ends_at(run.__code__)

    def _init(self: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
        _tokens.pop(id(self), None)  # of one that was cancelled, and is gone
        asker: Any = outside()
        while asker.f_code.co_name == "__init__":
            asker = asker.f_back
        timer = here.delay is not None
        # Not for something to read or write, whenever that may be.
        if timer or asker.f_code.co_name in ("_call_soon", "call_soon_threadsafe"):
            rule = Rule.TIMER if timer else Rule.HANDED if here.handing else Rule.SOON
            post(loop, self, call(), rule, here.group if here.delay is None else here.delay)
        init(self, callback, args, loop, context)

    def _set_timer(self: Any, when: float, *args: Any, **kwargs: Any) -> None:
        before, here.delay = here.delay, round(when - clock_ns() / 1e9, 3) if here.delay is None else here.delay
        try:
            set_timer(self, when, *args, **kwargs)
        finally:
            here.delay = before

    def _run(self: Any) -> None:
        callback, args = self._callback, self._args
        task = getattr(callback, "__self__", None)
        task = task if isinstance(task, sys.modules["asyncio.tasks"].Task) else None
        outer = here.within, here.step
        here.within = _lane_of(task) if task is not None else ""
        here.step = f"#{next(count)}" if task is not None else f"!{_counter(callback, args) or next(count)}"
        note(Takes(Rule.SOON, _tokens.pop(id(self), ""), call=_awaits.get(task, "") if task is not None else ""))
        if task is not None:
            _go_on(task)
        try:
            run(self)
        finally:
            if task is not None:
                _stop(task)
            note(Done())
            here.within, here.step = outer

    replace(module.Handle, "__init__", _init)
    replace(module.TimerHandle, "__init__", _set_timer)
    replace(module.Handle, "_run", _run)
    step_ends_at(_run.__code__)


def _counter(callback: Any, args: Any) -> int:
    """The number of a callback that lets someone go on once all have called it, unless it is because one has failed."""
    if getattr(callback, "__qualname__", "") not in _COUNT:
        return 0
    cells = zip(callback.__code__.co_freevars, getattr(callback, "__closure__", None) or (), strict=False)
    given = {name: cell.cell_contents for name, cell in cells if name.startswith("return_")}
    patient = given.get("return_exceptions", given.get("return_when", "ALL_COMPLETED") == "ALL_COMPLETED")
    failed = args[0].cancelled() or args[0]._exception is not None
    if failed and not patient:
        return 0
    return _counters.setdefault(callback, next(count))


def _lane_of(task: Any) -> str:
    if task not in _lanes:
        _lanes[task] = f"{lane().partition('/')[0]}/{next(count)}"
    return _lanes[task]


def _go_on(task: Any) -> None:
    if "/" not in here.within or task in _begun:
        note(On(yields=True))
        return
    _begun.add(task)
    _begin(task.get_coro())


def _begin(coroutine: Any) -> None:
    code = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
    note(Begin(LaneKind.TASK, code.co_name if code else ""))
    if code and example(code.co_filename):
        note(Own())


def _stop(task: Any) -> None:
    """Why a task stops: the function of the library that it awaits, or else the future; or nothing, at its end."""
    if "/" not in here.within and task.done():
        return
    frames = [] if task.done() else _frames(task.get_coro())  # which CPython 3.12.1 has lost of an eager one
    future = getattr(task, "_fut_waiter", None)
    library = [frame.f_code.co_qualname for frame in frames if not example(frame.f_code.co_filename)]
    what = library[0].partition(".<locals>")[0] if library else type(future).__name__
    reason = Wait.SLEEP_0 if what == Wait.SLEEP and future is None else awaiting(what)
    own = [frame for frame in frames if example(frame.f_code.co_filename)]
    if own:
        _awaits[task] = position(own[-1].f_code, own[-1].f_lasti)
    note(Waits(reason, _lanes.get(future, "") if future is not None else "", yields=True))


def _frames(coroutine: Any) -> list[FrameType]:
    """The frames of a coroutine that waits, and of those that it awaits, from the outermost."""
    found = []
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        frame = frame or getattr(coroutine, "ag_frame", None)
        if frame and frame.f_globals.get("__package__") != __package__:
            found.append(frame)
        coroutine = (
            getattr(coroutine, "cr_await", None)
            or getattr(coroutine, "gi_yieldfrom", None)
            or getattr(coroutine, "ag_await", None)
        )
    return found


def _event_loop(module: Any) -> None:
    loop = module.BaseEventLoop
    create, forever, stop, later = loop.create_task, loop.run_forever, loop.stop, loop.call_later

    def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
        if outside().f_code.co_name in ("run_until_complete", "ensure_future", "_ensure_future", "run") and _runs():
            task = create(self, coro, **kwargs)  # what `asyncio.run` runs is the thread's own
            _lanes[task] = lane()
            return task
        known = f"{lane().partition('/')[0]}/{next(count)}"
        note(Start(known, call=call()))
        eager = kwargs.get("eager_start") or "eager" in getattr(self._task_factory, "__qualname__", "")
        if not eager:
            task = create(self, coro, **kwargs)
            _lanes[task] = known
            return task
        before, here.within = here.within, known  # its first step is taken at once
        _begin(coro)
        try:
            task = create(self, coro, **kwargs)
            _lanes[task] = known
            _begun.add(task)
            _stop(task)
        finally:
            here.within = before
        return task

    def run_forever(self: Any) -> None:
        since_ns = clock_ns()
        forever(self)
        note(Takes(Rule.STOP, name(self), since_ns, call()))

    def _stop_loop(self: Any) -> None:
        note(Gives(Rule.STOP, name(self), call=call()))
        stop(self)

    def call_later(self: Any, delay: float, *args: Any, **kwargs: Any) -> Any:
        here.delay = delay
        try:
            return later(self, delay, *args, **kwargs)
        finally:
            here.delay = None

    replace(loop, "call_later", call_later)
    replace(loop, "create_task", create_task)
    replace(loop, "run_forever", run_forever)
    replace(loop, "stop", _stop_loop)


def _runs() -> bool:
    """Whether it is by `asyncio.run` or the like that a task is made."""
    frame: FrameType | None = caller(1)
    for _ in range(6):
        if frame is None:
            return False
        code = frame.f_code
        if code.co_name == "run_until_complete" or code.co_qualname == "Runner.run":
            return not here.step
        frame = frame.f_back
    return False


def _tasks(module: Any) -> None:
    cancel = module.Task.cancel

    def _cancel(self: Any, *args: Any, **kwargs: Any) -> Any:
        code = outside().f_code
        if "/" in _lanes.get(self, "") and (example(code.co_filename) or code.co_qualname == "TaskGroup._abort"):
            note(Cancel(_lanes[self]))
        return cancel(self, *args, **kwargs)

    replace(module.Task, "cancel", _cancel)


MODULES = {
    "asyncio.events": _events,
    "asyncio.base_events": _event_loop,
    "asyncio.tasks": _tasks,
}
