"""Tasks and generators: whenever one goes on or stops, Python tells so to `sys.setprofile`."""

import sys
import threading
from types import CodeType, FrameType
from typing import Any

from ..notes import Begin, Cancel, LaneKind, On, Own, Start, Waits
from ..waits import Wait, awaiting
from . import tokens
from .hooks import replace
from .notebook import count, example, here, lane, note

_GENERATOR = 0x20 | 0x80 | 0x200  # from <code.h>: a generator, a coroutine, an asynchronous generator
_lanes: dict[int, tuple[object, str]] = {}
"""By their id: tasks and the frames of generators, kept alive so that no other gets the id, and their lanes."""
_begun: set[str] = set()
_awaited: dict[str, str] = {}
"""The tokens of the events that tasks wait for, by their lanes."""


def hook() -> None:
    threading.setprofile(_profile)
    sys.setprofile(_profile)


def _profile(frame: FrameType, event: str, arg: Any) -> None:
    code = frame.f_code
    if here.busy:
        return
    if event == "c_call":
        by = example(code.co_filename) or code.co_qualname == "TaskGroup._abort"
        if by and getattr(arg, "__name__", "") == "cancel" and _lane_of(arg.__self__):
            note(Cancel(_lane_of(arg.__self__)))
    elif event == "return" and code.co_name == "create_task" and code.co_filename.endswith("base_events.py") and arg:
        _created(arg)
    elif event in ("call", "return") and code.co_flags & _GENERATOR and code.co_name != "<genexpr>":
        if event == "call":
            _resumed(frame, code)
        elif here.frames and here.frames[-1] is frame:
            _stopped(frame, code, arg)


def _task() -> Any:
    """The task that this thread runs, if any."""
    asyncio: Any = sys.modules.get("asyncio")
    loop = asyncio._get_running_loop() if hasattr(asyncio, "current_task") else None
    return asyncio.current_task(loop) if loop else None


def _lane_of(task: object) -> str:
    return _lanes.get(id(task), (None, ""))[1]


def _created(task: Any) -> None:
    if _task() is None:  # what `asyncio.run` runs is the thread's own
        _lanes[id(task)] = task, lane()
        _begun.add(lane())
        return
    name = f"{lane().partition('/')[0]}/{next(count)}"
    note(Start(name))
    _lanes[id(task)] = task, name


def _resumed(frame: FrameType, code: CodeType) -> None:
    here.frames.append(frame)
    if len(here.frames) > 1:
        _lanes.setdefault(id(frame), (frame, here.within))  # to its end it is part of this lane
        return
    task = _task()
    if not example(code.co_filename) and "/" not in _lane_of(task):
        here.frames.clear()
        return
    subject = frame if task is None else task
    known = _lane_of(subject)
    if not known:
        known = f"{lane()}/{next(count)}"
        _lanes[id(subject)] = subject, known
        note(Start(known))
    if here.within == known:
        return  # an exception has come through from what it awaited
    if task is None:
        note(Waits(Wait.RESUME, known, yields=True))
    here.within = known
    if known in _begun:
        note(On(_awaited.pop(known, ""), yields=True))
        return
    _begun.add(known)
    note(Begin(LaneKind.GENERATOR if task is None else LaneKind.TASK, code.co_name))
    if example(code.co_filename):
        note(Own())


def _stopped(frame: FrameType, code: CodeType, value: object) -> None:
    here.frames.pop()
    if code.co_qualname == "Event.wait":
        _awaited[here.within] = tokens.is_set(frame.f_locals["self"])
    if value is not here.value:
        here.value = value
        here.left.clear()
    here.left.append(code)
    if here.frames:
        return
    task = _task()
    awaiting_frame = task.get_coro().cr_frame if task is not None else None
    if awaiting_frame is not None and awaiting_frame is not frame:
        return  # an exception was thrown into what it awaits
    note(Waits(_reason(task, value), _lane_of(value), yields=True))
    here.within, here.value = "", here
    here.left.clear()
    if task is None:
        note(On(yields=True))


def _reason(task: object, value: object) -> str:
    """Why a task or generator stops: the function of the library that it awaits, or what it yielded."""
    library = [code for code in here.left if not example(code.co_filename)]
    if not library:
        return Wait.YIELD if task is None else awaiting(type(value).__name__)
    what = library[-1].co_qualname.partition(".<locals>")[0]
    return Wait.SLEEP_0 if what == Wait.SLEEP and value is None else awaiting(what)


def _event_loop(module: Any) -> None:
    shutdown = module.BaseEventLoop.shutdown_default_executor

    async def _shutdown(self: Any, *args: Any) -> None:
        if self._default_executor:
            note(Waits(Wait.SHUTDOWN))
        await shutdown(self, *args)
        if self._default_executor:
            note(On())

    replace(module.BaseEventLoop, "shutdown_default_executor", _shutdown)


MODULES = {"asyncio.base_events": _event_loop}
