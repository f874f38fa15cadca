"""Queues: who puts an item, who gets it, and who is done with it."""

import sys
from typing import Any

from ..waits import Rule
from .asking import outside
from .notebook import count, getpid, lane, name, number
from .sync import Syncs, Token, of, raised, take

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


@HOOKS.after("asyncio.queues", "Queue._get LifoQueue._get PriorityQueue._get")
def _get(item: object, self: Any) -> None:
    asker = outside("get_nowait")  # `Queue.get`, which made a future if it had to wait; or the program
    at_once = asker.f_code.co_qualname == "Queue.get" and "getter" not in asker.f_locals
    take(Rule.ITEM, _gets(item, self), at_once=at_once)


HOOKS.takes(Rule.ITEM, "queue", "Queue._get LifoQueue._get PriorityQueue._get", _gets)
for _module in "queue", "asyncio.queues":
    HOOKS.gives(Rule.ITEM, _module, "Queue._put LifoQueue._put PriorityQueue._put", _put)
    HOOKS.gives(Rule.DONE, _module, "Queue.task_done", _done)
    HOOKS.takes(Rule.DONE, _module, "Queue.join")
    if sys.version_info >= (3, 13):
        HOOKS.gives(Rule.BROKEN, _module, "Queue.shutdown")
        HOOKS.takes(Rule.BROKEN, _module, "Queue.get Queue.put Queue.join", raised("ShutDown"))
HOOKS.gives(Rule.ITEM, "queue", "SimpleQueue.put", _put)
HOOKS.takes(Rule.ITEM, "queue", "SimpleQueue.get SimpleQueue.get_nowait", _got)

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
