"""What is put into queues, got from them, and done with."""

from collections.abc import Callable
from typing import Any

from ..waits import Rule
from .notebook import count, getpid, name, outside
from .sync import Token, of, take

# A queue within a process: what is got was put, and is the same thing as long as it is in there.

_held: dict[tuple[str, int], list[str]] = {}


def put(self: Any, item: object, *_: object) -> Token:
    token = f"{name(self)} {next(count)}"
    _held.setdefault((name(self), id(item)), []).append(token)
    return token


def got(item: object, self: Any, *_: object) -> Token:
    held = _held.get((name(self), id(item)))
    return held.pop(-1 if "Lifo" in type(self).__name__ else 0) if held else None


def makes_room(self: Any, *_: object) -> Token:
    return f"room {name(self)}" if self.maxsize > 0 else None


def has_room(value: object, self: Any, *_: object) -> Token:
    return (f"room {name(self)}", self.maxsize) if self.maxsize > 0 and not isinstance(value, BaseException) else None


def shut(value: object, self: Any, *_: object) -> Token:
    return name(self) if "ShutDown" in type(value).__name__ else None


# A queue of several processes: who puts leaves it to a thread to send.

_ENDLESS = 2**20


def to_feed(self: Any, item: object, *_: object) -> Token:
    return f"feed {getpid()} {id(item)}"


def feeding(original: Any) -> Callable[..., Any]:
    def dumps(cls: Any, item: object, *args: Any, **kwargs: Any) -> Any:
        if outside().f_code.co_name == "_feed":
            take(Rule.ITEM, to_feed(None, item))
        return original.__func__(cls, item, *args, **kwargs)

    return dumps


def makes_shared_room(self: Any, *_: object) -> Token:
    return f"room {of(self._sem)}" if self._maxsize < _ENDLESS else None


def has_shared_room(value: object, self: Any, *_: object) -> Token:
    full = self._maxsize >= _ENDLESS or isinstance(value, BaseException)
    return None if full else (f"room {of(self._sem)}", self._maxsize)
