"""Queues: who puts an item, who gets it, and who is done with it."""

import sys
from typing import Any

from ..waits import Rule
from .asking import outside
from .notebook import count, getpid, lane, name, number
from .sync import Syncs, Token, give, of, raised, take

HOOKS = Syncs()

# Queues within a process. An item is known by its id, which no other object has as long as it is in the queue.

_held: dict[tuple[int, int], list[str]] = {}
"""The tokens of items in queues, by the numbers of queue and item, which are the same in a forked process."""
_undone: dict[tuple[str, str], list[str]] = {}
"""The tokens of items that a lane got and did not call `task_done` for, by queue and lane."""


def _put(self: Any, item: object, *_: object, **__: object) -> Token:
    token = f"{name(self)} {next(count)}"
    _held.setdefault((number(self), id(item)), []).append(token)
    return token


def _got(item: object, self: Any, *_: object) -> str | None:
    held = _held.get((number(self), id(item)))
    return held.pop(-1 if "Lifo" in type(self).__name__ else 0) if held else None


def _gets(item: object, self: Any, *_: object) -> str | None:
    if token := _got(item, self):
        _undone.setdefault((name(self), lane()), []).append(token)
    return token


def _done(self: Any) -> Token:
    undone = _undone.get((name(self), lane()))
    return undone.pop(0) if undone else name(self)


_PUT, _GET = (" ".join(f"{kind}.{way}" for kind in ("Queue", "LifoQueue", "PriorityQueue")) for way in ("_put", "_get"))
for _module in "queue", "asyncio.queues":
    HOOKS.gives(Rule.ITEM, _module, _PUT, _put)
    HOOKS.gives(Rule.DONE, _module, "Queue.task_done", _done)
    HOOKS.takes(Rule.DONE, _module, "Queue.join")
    if sys.version_info >= (3, 13):
        HOOKS.gives(Rule.BROKEN, _module, "Queue.shutdown")
        HOOKS.takes(Rule.BROKEN, _module, "Queue.get Queue.put Queue.join", raised("ShutDown"))
HOOKS.gives(Rule.ITEM, "queue", "SimpleQueue.put", _put)
HOOKS.takes(Rule.ITEM, "queue", "SimpleQueue.get SimpleQueue.get_nowait", _got)

HOOKS.takes(Rule.ITEM, "queue", _GET, _gets)
HOOKS.after("asyncio.queues", _GET)(
    lambda item, self: take(Rule.ITEM, _gets(item, self), at_once=_at_once("get", "getter"))
)


def _at_once(call: str, waits: str) -> bool:
    """Return whether a task that makes this call of a queue has not stopped, and so not made a future `waits`."""
    asker = outside(f"{call}_nowait")
    return asker.f_code.co_qualname == f"Queue.{call}" and waits not in asker.f_locals


# A queue that may be full is a semaphore, too: who puts an item takes a place in it, who gets the item gives it back.


def _place(self: Any) -> Token:
    return (f"{name(self)} place", self.maxsize) if self.maxsize > 0 else None


HOOKS.before("queue", _PUT)(lambda self, *_: take(Rule.SEMAPHORE, _place(self)))
HOOKS.before("asyncio.queues", _PUT)(
    lambda self, *_: take(Rule.SEMAPHORE, _place(self), at_once=_at_once("put", "putter"))
)
for _module in "queue", "asyncio.queues":
    HOOKS.after(_module, _GET)(lambda _, self: give(Rule.SEMAPHORE, _place(self)))

# Queues that processes share: who puts an item leaves it to a thread, `_feed`, to send it.

SHARED = "multiprocessing.queues"


def _to_feed(_: Any, obj: object, *__: object, **___: object) -> Token:
    return f"feed {getpid()} {id(obj)}"


@HOOKS.before("multiprocessing.reduction", "ForkingPickler.dumps")
def _dumps(_: object, obj: object, *__: object, **___: object) -> None:
    if outside().f_code.co_name == "_feed":
        take(Rule.ITEM, _to_feed(None, obj))


HOOKS.gives(Rule.ITEM, SHARED, "Queue.put JoinableQueue.put", _to_feed)
HOOKS.gives(Rule.DONE, SHARED, "JoinableQueue.put", lambda self, *_: f"put {of(self)}")
HOOKS.gives(Rule.DONE, SHARED, "JoinableQueue.task_done")
HOOKS.takes(Rule.DONE, SHARED, "JoinableQueue.join")
