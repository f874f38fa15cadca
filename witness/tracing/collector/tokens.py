"""What a call is about: the lane of a thread or process, or a text that is the same for what belongs together."""

import os
import stat
from typing import Any

from ..notes import ALIVE
from .notebook import getpid


def event(value: object, self: Any, *_: object) -> str:
    """Of an event that is set, if it is."""
    return f"{getpid()} {id(self)} {value}"


def is_set(self: Any) -> str:
    return event(True, self)


def shared_event(value: object, self: Any, *_: object) -> str:
    """Of an event of several processes, which all of them know by the same name."""
    return f"{self._flag._semlock.name} {value}"


def got(value: object, queue: Any, *_: object) -> str:
    """Of a value that goes through a queue or a pipe, which all its processes know by the same number."""
    reader = getattr(queue, "_reader", queue)
    status = os.fstat(reader.fileno()) if hasattr(reader, "fileno") and not reader.closed else None
    if status is None:
        return f"{getpid()} {id(queue)} {_short(value)}"
    return f"{status.st_ino if stat.S_ISFIFO(status.st_mode) else ''} {_short(value)}"


def put(queue: Any, value: object, *_: object) -> str:
    return got(value, queue)


def _short(value: object) -> str:
    """A value as it is written, if the program has no say in that."""
    text = repr(value) if type(value) in (int, str, bytes, float, bool) else type(value).__name__
    return text if len(text) <= 40 else f"{text[:39]}…"


def process(self: Any, *_: object) -> str:
    return f"{self.pid}.0"


def thread(self: Any, *_: object) -> str:
    return getattr(self, "_lane", "")


def alive(_: object, process: Any, *__: object) -> str:
    return ALIVE if getattr(process, "returncode", 0) is None else ""


def joined(_: object, process: Any, *__: object) -> str:
    return alive(_, process._popen)


def reaped(value: Any, *_: object) -> str:
    return ALIVE if value and value[0] == 0 else ""
