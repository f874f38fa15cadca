"""Push a program between two of its own instructions, or let a thread fall behind at its lines.

Between two instructions a program reads and writes memory without any call. A Python without the GIL may switch threads
anywhere there; one with the GIL does at some instructions only, and does not promise at which. Threads that run an
event loop are left alone: its tasks can't overtake each other there, and its timers would come in another order.
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
    for module in sys, threading:  # which must not tell the program that it is traced
        around(module, "gettrace", lambda gettrace: None if (found := gettrace()) is _called else found)


def _called(frame: FrameType, event: str, argument: Any) -> Any:
    if not example(frame.f_code.co_filename) or _loops():
        return None
    frame.f_trace = _step  # since 3.12, `f_trace_opcodes` works only in a frame that is traced already
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
    """Return whether this thread runs an event loop."""
    events = sys.modules.get("asyncio.events")
    return events is not None and getattr(events, "_get_running_loop", bool)() not in (None, False)
