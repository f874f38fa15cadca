"""Tasks and futures: who creates, awaits and cancels them, and what tasks stop for."""

import sys
import weakref
from types import FrameType
from typing import Any, ClassVar

from ..notes import Begin, Cancel, Gives, LaneKind, Note, On, Start, Waits
from ..waits import Rule, Wait, awaiting
from .asking import call, example, is_ours, outside, position
from .hooks import Context
from .notebook import count, here, keep, lane, meanwhile, name, note, noted
from .sync import Syncs, Token, give, take

LOOPS = "asyncio.base_events"


class _Typed(Syncs):
    """A table that first makes a subclass of each type that is written in C: only that can be wrapped."""

    _names: ClassVar = {"asyncio.futures": "Future", "asyncio.tasks": "Task"}

    def hook(self, module: Any) -> None:
        if name := self._names.get(module.__name__):
            old: Any = getattr(module, name)
            bases = dict.fromkeys((old, getattr(sys.modules["asyncio.futures"], "Future", old)))
            own = {"__slots__": (), "__module__": "_asyncio", "__doc__": old.__doc__}
            setattr(module, name, type(name, tuple(bases), own))
            if hasattr(module, "eager_task_factory"):
                module.eager_task_factory = module.create_eager_task_factory(module.Task)
        super().hook(module)


HOOKS = _Typed()

# What becomes of a future: a task that awaits it waits for that, even if the future is done by then.

_outcomes: weakref.WeakKeyDictionary[Any, Note] = weakref.WeakKeyDictionary()
"""The note that each future is done, which is written only if a task asks for it later."""


def _becomes(future: Any, *_: object, **__: object) -> None:
    """Remember that a future will be done, unless it hands on a lock: which task gets that is chance."""
    if not (here.handing or future.done()):
        _outcomes[future] = noted(Gives(Rule.FUTURE, name(future)))


def _became(future: Any) -> Token:
    """Return the token of a future that is done, and write the note of that; else None."""
    if not future.done():
        return None
    if outcome := _outcomes.pop(future, None):
        keep(outcome)
    return name(future)


def _told(_: object, future: Any) -> Token:
    """Take the exceptions for which `gather` asks futures when all are done."""
    return _became(future) if here.step[:1] == "#" and outside().f_code.co_name == "_done_callback" else None


HOOKS.before("asyncio.futures", "Future.set_result Future.set_exception Future.cancel")(_becomes)
for _module, _kind in ("asyncio.futures", "Future"), ("asyncio.tasks", "Task"):
    HOOKS.before(_module, f"{_kind}.__await__")(lambda future: take(Rule.FUTURE, _became(future), at_once=True))
    HOOKS.takes(Rule.FUTURE, _module, f"{_kind}.exception", _told)
    HOOKS.before(_module, f"{_kind}.add_done_callback")(lambda future, *_, **__: meanwhile(late=_became(future)))
HOOKS.before("asyncio.taskgroups", "TaskGroup.__aexit__")(
    lambda self, *_: take(Rule.FUTURE, None if self._tasks else name(self), at_once=True)
)
HOOKS.gives(Rule.FUTURE, "asyncio.taskgroups", "TaskGroup._on_task_done")

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

LANES: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
AWAITS: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
"""The position in the program at which each task that has begun awaits."""


@HOOKS.before(LOOPS, "BaseEventLoop.run_until_complete")
@HOOKS.before("asyncio.runners", "Runner.run")
def _run_for(*_: object, **__: object) -> Context:
    return meanwhile(runs=True, serves=here.serves)


@HOOKS.around(LOOPS, "BaseEventLoop.create_task")
def _create_task(original: Any, self: Any, coro: Any, **kwargs: Any) -> Any:
    if here.runs and not here.step:  # the task that `asyncio.run` makes belongs to the lane of the thread
        known = lane()
        here.serves = False
    else:
        known = new_lane()
        note(Start(known, call=call()))
        if kwargs.get("eager_start") or "eager" in getattr(self._task_factory, "__qualname__", ""):
            return _begin_at_once(known, original, self, coro, **kwargs)
    task = original(self, coro, **kwargs)
    LANES[task] = known
    return task


def _begin_at_once(known: str, create: Any, loop: Any, coro: Any, **kwargs: Any) -> Any:
    """Return an eager task, which takes its first step while it is created."""
    with meanwhile(within=known):
        _begin(coro)
        task = create(loop, coro, **kwargs)
        LANES[task] = known
        stop(task)
    return task


def new_lane() -> str:
    return f"{here.lane}/{next(count)}"


def go_on(task: Any) -> None:
    if "/" in here.within and task not in AWAITS:
        _begin(task.get_coro())
    else:
        note(On(yields=True))


def _begin(coroutine: Any) -> None:
    code = getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None)
    note(Begin(LaneKind.TASK, code.co_name, example(code.co_filename)) if code else Begin(LaneKind.TASK, ""))


def stop(task: Any) -> None:
    """Note what a task stops for, the library's function that it awaits, or else the type of the future; or its end."""
    if task.done():
        _outcomes[task] = noted(Gives(Rule.FUTURE, name(task)))
    if "/" not in here.within and task.done():
        return
    frames = [] if task.done() else _frames(task.get_coro())  # CPython 3.12.1 crashes if an eager one is done
    future = getattr(task, "_fut_waiter", None)
    library = (frame.f_code.co_qualname for frame in frames if not example(frame.f_code.co_filename))
    called = next((name for name in library if not name.startswith("_")), type(future).__name__)
    what = called.partition(".<locals>")[0]
    reason = Wait.SLEEP_0 if what == Wait.SLEEP and future is None else awaiting(what)
    own = [frame for frame in frames if example(frame.f_code.co_filename)]
    AWAITS[task] = position(own[-1].f_code, own[-1].f_lasti) if own else ""
    note(Waits(reason, LANES.get(future, "") if future is not None else "", yields=True))


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
    give(Rule.BROKEN, None if self.done() else name(self))
    code = outside().f_code
    if "/" in LANES.get(self, "") and (example(code.co_filename) or code.co_qualname == "TaskGroup._abort"):
        note(Cancel(LANES[self]))
