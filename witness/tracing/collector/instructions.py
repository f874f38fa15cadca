"""Push a program about between two instructions of its own, for what is read and written there without any call.

So a Python without the GIL may switch between threads; one with it does at some instructions only, and which these are
is not promised. What an event loop runs is left alone: no one can come between, and its timers would come in another
order.
"""

import sys
import threading
from types import FrameType
from typing import Any

from .asking import example
from .behind import BEHIND
from .hooks import around
from .notebook import here, stop
from .push import stops


def hook() -> None:
    threading.settrace(_called)
    sys.settrace(_called)
    for module in sys, threading:
        _hide(module)


def _hide(module: Any) -> None:
    """Let no program see that it is traced."""
    around(module, "gettrace", lambda gettrace: None if (found := gettrace()) is _called else found)


def _called(frame: FrameType, event: str, argument: Any) -> Any:
    if not example(frame.f_code.co_filename) or _loops():
        return None
    frame.f_trace = _step  # from 3.12 on, only a frame that is traced already has its instructions traced
    frame.f_trace_lines, frame.f_trace_opcodes = BEHIND, not BEHIND
    return _step


def _step(frame: FrameType, event: str, argument: Any) -> Any:
    if event == "line":
        stop()
    if event == "opcode" and stops(here.lane):
        sys.settrace(None)
        return None
    return _step


def _loops() -> bool:
    """Whether this thread runs an event loop."""
    events = sys.modules.get("asyncio.events")
    return events is not None and getattr(events, "_get_running_loop", bool)() not in (None, False)
