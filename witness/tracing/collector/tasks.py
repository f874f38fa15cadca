"""Event loops: who posts their steps, when they take them, and the tasks that the steps are of."""

import sys
import weakref
from types import FrameType
from typing import Any, ClassVar

from ..notes import Begin, Cancel, Done, Gives, LaneKind, Note, On, Own, Runs, Start, Takes, Waits
from ..waits import Rule, Wait, awaiting
from .asking import call, example, is_ours, outside, position, step_ends_at
from .hooks import Context
from .notebook import count, here, keep, lane, meanwhile, name, note, noted
from .sync import Syncs, Token, take

LOOPS = "asyncio.base_events"
HOOKS = Syncs()

# The steps of a loop: a handle is made to post a step, and runs it.

_tokens: dict[int, str] = {}
"""The tokens of the steps that are posted, by the ids of their handles."""
_late: dict[str, Token] = {}
"""By the token of a step, that of the future whose callback it is, if the future was done before it was added."""
_counters: dict[Any, int] = {}
"""The number of the step that all calls of one counting callback share."""
_COUNT = ("gather.<locals>._done_callback", "_wait.<locals>._on_completion", "TaskGroup._on_task_done")
"""The callbacks that count how many of several tasks are done, and let a task go on after the last."""


def post(loop: Any, handle: Any, call: str, rule: Rule = Rule.SOON, number: float = 0) -> None:
    """Note that a step of a loop is posted, at the position `call` of the program."""
    _tokens[id(handle)] = token = f"{name(loop)}:{next(count)}"
    _late[token] = here.late
    note(Gives(rule, token, number, call))


@HOOKS.before("asyncio.events", "Handle.__init__")
def _make_handle(self: Any, callback: Any, args: Any, loop: Any, context: Any = None) -> None:
    _tokens.pop(id(self), None)  # of a cancelled handle that had the same id
    asker: Any = outside()
    while asker.f_code.co_name == "__init__":
        asker = asker.f_back
    if here.delay is not None:
        post(loop, self, call(), Rule.TIMER, here.delay)
    elif asker.f_code.co_name in ("_call_soon", "call_soon_threadsafe"):  # not for a file, which is ready at any time
        post(loop, self, call(), Rule.HANDED if here.handing else Rule.SOON, here.group)


_GIVE_UP = "_on_timeout", "_release_waiter", "_handle_timeout"
"""The callbacks of timers that let a task give up a wait: of `timeout`, `wait_for`, `wait` and `as_completed`."""
_timers: weakref.WeakKeyDictionary[Any, list[tuple[Any, float]]] = weakref.WeakKeyDictionary()
"""These timers of each task, with their delays in seconds."""


@HOOKS.before("asyncio.events", "TimerHandle.__init__")
def _make_timer(self: Any, when: float, callback: Any, args: Any, loop: Any, context: Any = None) -> Context:
    delay = round(when - loop.time(), 3) if here.delay is None else here.delay
    if getattr(callback, "__name__", "") in _GIVE_UP:
        here.timers.append((self, delay))
    return meanwhile(delay=delay)


@HOOKS.before(LOOPS, "BaseEventLoop.call_later")
def _call_later(_: object, delay: float, *__: object, **___: object) -> Context:
    return meanwhile(delay=delay)


@HOOKS.around("asyncio.events", "Handle._run")
@step_ends_at
def _run(original: Any, self: Any) -> None:
    task = getattr(self._callback, "__self__", None)
    if isinstance(task, sys.modules["asyncio.tasks"].Task):
        within, step, call = _lane_of(task), f"#{next(count)}", _awaits.get(task, "")
    else:
        task = None
        within, step, call = "", f"!{_counter(self._callback, self._args) or next(count)}", ""
    if getattr(self._callback, "__name__", "") in _GIVE_UP:
        for timers in _timers.values():
            timers[:] = [timer for timer in timers if timer[0] is not self]
    timers = [] if task is None else _timers.setdefault(task, [])
    with meanwhile(within=within, step=step, timers=timers):
        limit = min((seconds for _, seconds in timers), default=None)  # a timer that was cancelled in time counts, too
        token = _tokens.pop(id(self), f"{name(self._loop)}:")
        note(Takes(Rule.SOON, token, call=call, limit=limit))
        take(Rule.FUTURE, _late.pop(token, None))
        if task is not None:
            _go_on(task)
        try:
            original(self)
        finally:
            if task is not None:
                timers[:] = [timer for timer in timers if not timer[0].cancelled()]
                _stop(task)
            note(Done())
            self = task = None  # as in what it wraps, or the traceback of an exception would keep the task alive


def _counter(callback: Any, args: Any) -> int:
    """Return the number of the step of a counting callback, which lets a task go on once it was called by all.

    It is 0 for another callback, or if one task has failed and the others are not waited for.
    """
    if getattr(callback, "__qualname__", "") not in _COUNT:
        return 0
    cells = zip(callback.__code__.co_freevars, getattr(callback, "__closure__", None) or (), strict=False)
    given = {name: cell.cell_contents for name, cell in cells if name.startswith("return_")}
    others = getattr(getattr(callback, "__self__", None), "_tasks", args)  # a failure in a group cancels the others
    patient = given.get("return_exceptions", given.get("return_when", "ALL_COMPLETED") == "ALL_COMPLETED")
    patient = patient and not {*others} - {*args}
    failed = args[0].cancelled() or args[0]._exception is not None
    if failed and not patient:
        return 0
    return _counters.setdefault(callback, next(count))


HOOKS.before(LOOPS, "BaseEventLoop.run_forever")(lambda self: note(Runs(name(self))))
HOOKS.gives(Rule.STOP, LOOPS, "BaseEventLoop.stop")
HOOKS.takes(Rule.STOP, LOOPS, "BaseEventLoop.run_forever")

# Posts by chance: which task has a lock next, and in which order the tasks of a set are cancelled.

HOOKS.gives(Rule.HANDED, "asyncio.locks", "Lock.acquire Semaphore.acquire")


@HOOKS.before("asyncio.locks", "Lock.release Semaphore.release")
def _release(_: object) -> Context:
    """Which task has a lock next may be chance, so it does not follow from this release alone: see `loops.py`."""
    return meanwhile(handing=True)


@HOOKS.before("asyncio.taskgroups", "TaskGroup._abort")
@HOOKS.before("asyncio.runners", "_cancel_all_tasks")
def _cancel_all(_: object) -> Context:
    return meanwhile(group=next(count))


# What becomes of a future: a task that awaits it waits for that, even if the future is done by then.


class _Types:
    """A table like `Hooks`, which makes a subclass of each type that is written in C: only that can be wrapped."""

    _names: ClassVar = {"asyncio.futures": "Future", "asyncio.tasks": "Task"}

    def hook(self, module: Any) -> None:
        if name := self._names.get(module.__name__):
            old: Any = getattr(module, name)
            bases = dict.fromkeys((old, getattr(sys.modules["asyncio.futures"], "Future", old)))
            own = {"__slots__": (), "__module__": "_asyncio", "__doc__": old.__doc__}
            setattr(module, name, type(name, tuple(bases), own))
            if hasattr(module, "eager_task_factory"):
                module.eager_task_factory = module.create_eager_task_factory(module.Task)


TYPES = _Types()


_outcomes: weakref.WeakKeyDictionary[Any, Note] = weakref.WeakKeyDictionary()
"""The note that each future is done, which is written only if a task asks for it later."""


def _becomes(future: Any, *_: object, **__: object) -> None:
    """Remember that a future is done, unless it hands on a lock: which task gets that is chance."""
    if not here.handing:
        _outcomes[future] = noted(Gives(Rule.FUTURE, name(future)))


def _became(_: object, future: Any, *__: object) -> Token:
    """Return the token of a future that is done, and write the note of that; else None."""
    if not future.done():
        return None
    if outcome := _outcomes.pop(future, None):
        keep(outcome)
    return name(future)


def _gathers() -> bool:
    """Return whether this step is one of `gather`, which asks futures for their exceptions when all are done."""
    return here.step[:1] == "#" and outside().f_code.co_name == "_done_callback"


HOOKS.before("asyncio.futures", "Future.set_result Future.set_exception Future.cancel")(_becomes)
for _module, _kind in ("asyncio.futures", "Future"), ("asyncio.tasks", "Task"):
    HOOKS.before(_module, f"{_kind}.__await__")(lambda future: take(Rule.FUTURE, _became(None, future)))
    HOOKS.takes(Rule.FUTURE, _module, f"{_kind}.exception", _became, when=_gathers)
    HOOKS.before(_module, f"{_kind}.add_done_callback")(lambda future, *_, **__: meanwhile(late=_became(None, future)))
HOOKS.gives(Rule.FUTURE, "asyncio.taskgroups", "TaskGroup._on_task_done")


@HOOKS.before("asyncio.taskgroups", "TaskGroup.__aexit__")
def _exit(self: Any, *_: object) -> None:
    if not self._tasks:
        take(Rule.FUTURE, name(self))


# What a loop has read from a stream is in a buffer until a task asks for it.


def _read(value: Any, self: Any, wanted: Any = -1, *_: object) -> Token:
    """Return the token of a stream and how many bytes were read; 0 for its end, None if nothing was asked for."""
    if wanted == 0 or (isinstance(value, BaseException) and not hasattr(value, "partial")):
        return None
    return name(self), 0 if isinstance(value, BaseException) else len(value)


HOOKS.gives(Rule.STREAM, "asyncio.streams", "StreamReader.feed_data", lambda self, data: (name(self), len(data)))
HOOKS.gives(Rule.STREAM, "asyncio.streams", "StreamReader.feed_eof")
HOOKS.takes(Rule.STREAM, "asyncio.streams", "StreamReader.read StreamReader.readexactly StreamReader.readuntil", _read)

# Tasks.

_lanes: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
_begun: weakref.WeakSet[Any] = weakref.WeakSet()
_awaits: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
"""The position in the program at which each task awaits."""


@HOOKS.before(LOOPS, "BaseEventLoop.run_until_complete")
@HOOKS.before("asyncio.runners", "Runner.run")
def _run_for(*_: object, **__: object) -> Context:
    return meanwhile(runs=True)


@HOOKS.around(LOOPS, "BaseEventLoop.create_task")
def _create_task(original: Any, self: Any, coro: Any, **kwargs: Any) -> Any:
    if here.runs and not here.step:  # the task that `asyncio.run` makes belongs to the lane of the thread
        task = original(self, coro, **kwargs)
        _lanes[task] = lane()
        return task
    known = f"{here.lane}/{next(count)}"
    note(Start(known, call=call()))
    if kwargs.get("eager_start") or "eager" in getattr(self._task_factory, "__qualname__", ""):
        return _begin_at_once(known, original, self, coro, **kwargs)
    task = original(self, coro, **kwargs)
    _lanes[task] = known
    return task


def _begin_at_once(known: str, create: Any, loop: Any, coro: Any, **kwargs: Any) -> Any:
    """Return an eager task, which takes its first step while it is created."""
    with meanwhile(within=known):
        _begin(coro)
        task = create(loop, coro, **kwargs)
        _lanes[task] = known
        _begun.add(task)
        _stop(task)
    return task


def _lane_of(task: Any) -> str:
    if task not in _lanes:
        _lanes[task] = f"{here.lane}/{next(count)}"
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
    """Note what a task stops for, the library's function that it awaits, or else the type of the future; or its end."""
    if task.done():
        _becomes(task)
    if "/" not in here.within and task.done():
        return
    frames = [] if task.done() else _frames(task.get_coro())  # CPython 3.12.1 crashes if an eager one is done
    future = getattr(task, "_fut_waiter", None)
    library = [frame.f_code.co_qualname for frame in frames if not example(frame.f_code.co_filename)]
    what = library[0].partition(".<locals>")[0] if library else type(future).__name__
    reason = Wait.SLEEP_0 if what == Wait.SLEEP and future is None else awaiting(what)
    own = [frame for frame in frames if example(frame.f_code.co_filename)]
    if own:
        _awaits[task] = position(own[-1].f_code, own[-1].f_lasti)
    note(Waits(reason, _lanes.get(future, "") if future is not None else "", yields=True))


def _frames(coroutine: Any) -> list[FrameType]:
    """Return the frames of a coroutine that waits, and of those that it awaits, from the outermost."""
    found = []
    while coroutine is not None:
        frame = _one_of(coroutine, "cr_frame", "gi_frame", "ag_frame")
        if frame and not is_ours(frame):
            found.append(frame)
        coroutine = _one_of(coroutine, "cr_await", "gi_yieldfrom", "ag_await")
    return found


def _one_of(thing: Any, *names: str) -> Any:
    return next((found for name in names if (found := getattr(thing, name, None))), None)


@HOOKS.before("asyncio.tasks", "Task.cancel")
def _cancel(self: Any, *_: object, **__: object) -> None:
    code = outside().f_code
    if "/" in _lanes.get(self, "") and (example(code.co_filename) or code.co_qualname == "TaskGroup._abort"):
        note(Cancel(_lanes[self]))
