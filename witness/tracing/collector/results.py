"""Futures and pools: who gives a result, who takes it, and where a worker begins another job."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..notes import Fresh, On, Own, Waits
from ..waits import Rule, Wait
from . import channels
from .asking import outside
from .calls import Stops
from .hooks import NOTHING
from .notebook import PUSHED, count, here, meanwhile, name, note
from .push import begins
from .sync import Syncs, Token, give, take

FUTURES, POOLS = "concurrent.futures._base", "multiprocessing.pool"
HOOKS = Syncs()

# Futures.


def _finished(_: object, self: Any, *__: object) -> Token:
    return name(self) if self._state in ("FINISHED", "CANCELLED", "CANCELLED_AND_NOTIFIED") else None


def _failed(_: object, self: Any, *__: object) -> Token:
    """Take nothing in `wait`, which looks which of those that happen to be done have failed."""
    return None if outside().f_globals.get("__name__") == FUTURES else _finished(None, self)


def _cancellable(self: Any) -> Token:
    return name(self) if self._state in ("PENDING", "CANCELLED") else None


HOOKS.gives(Rule.FUTURE, FUTURES, "Future.set_result Future.set_exception")
HOOKS.gives(Rule.FUTURE, FUTURES, "Future.cancel", _cancellable)
HOOKS.takes(Rule.FUTURE, FUTURES, "Future.result", _finished)
HOOKS.takes(Rule.FUTURE, FUTURES, "Future.exception", _failed)


@contextmanager
def _calling(self: Any, fn: object) -> Iterator[None]:
    """Let a callback of a future be a step of its own, after both the result and the call that adds it.

    It is called by whoever makes the later of these two calls, which may be chance: see the rule CALLED.
    """
    with meanwhile(within="", step=f"!{next(count)}"):
        take(Rule.ITEM, f"{name(self)} {id(fn)}")
        take(Rule.FUTURE, name(self))
        take(Rule.CALLED, name(self), -id(fn))
        try:
            yield
        finally:
            give(Rule.CALLED, (name(self), id(fn)))
    take(Rule.CALLED, name(self), id(fn))


@HOOKS.around(FUTURES, "Future.add_done_callback")
def _add_done_callback(original: Any, self: Any, fn: Any) -> Any:
    give(Rule.ITEM, f"{name(self)} {id(fn)}")
    with NOTHING if _finished(None, self) is None else _calling(self, fn):
        return original(self, fn)


@HOOKS.around(FUTURES, "Future._invoke_callbacks")
def _invoke_callbacks(original: Any, self: Any) -> None:
    """Let the library call each callback itself, so that the traceback of its error is the same."""
    callbacks, self._done_callbacks = self._done_callbacks, _each(self, self._done_callbacks)
    original(self)
    self._done_callbacks = callbacks


def _each(self: Any, callbacks: list[Any]) -> Iterator[Any]:
    for fn in callbacks:
        with _calling(self, fn):
            yield fn


@HOOKS.after(FUTURES, "wait")
def _wait(value: Any, fs: Any, timeout: Any = None, return_when: str = "ALL_COMPLETED") -> None:
    """Take the results if the call waited for all of them; which of several come first is luck."""
    if not value.not_done and (return_when == "ALL_COMPLETED" or len(value.done) == 1):
        for future in value.done:
            take(Rule.FUTURE, name(future))


@HOOKS.around(FUTURES, "as_completed")
def _as_completed(original: Any, fs: Any, timeout: Any = None) -> Iterator[Any]:
    """Take the results with the last one, since all have come by then; which one comes first is luck."""
    futures, wait = {*fs}, Stops(Wait.AS_COMPLETED).around
    completed, left = original(futures, timeout), len(futures)
    while (future := wait(next, completed, None)) is not None:
        left -= 1
        with meanwhile(limit=timeout):
            for done in () if left else futures:
                take(Rule.FUTURE, name(done))
        yield future


# Results of pools.


def _job_done(self: Any, number: int | None, *_: object) -> Token:
    """Return the token of a result; the nth of an iterator is that of the nth job, or if unordered of the nth done."""
    if not hasattr(self, "_items"):
        return name(self)
    return f"{name(self)} {self._index if 'Unordered' in type(self).__name__ else number}"


def _job_ready(_: object, self: Any, *__: object) -> Token:
    return name(self) if self.ready() else None


_taken: dict[str, int] = {}


def _next_job(value: object, self: Any, *_: object) -> Token:
    if isinstance(value, StopIteration) or type(value).__name__ == "TimeoutError":
        return None
    _taken[name(self)] = _taken.get(name(self), -1) + 1
    return f"{name(self)} {_taken[name(self)]}"


@HOOKS.before(POOLS, "MapResult._set")
def _set_last(self: Any, *_: object) -> None:
    """What is called back with all results comes after each of them."""
    if self._number_left == 1:
        take(Rule.JOB, name(self))


for _kind in "ApplyResult", "MapResult", "IMapIterator", "IMapUnorderedIterator":
    HOOKS.gives(Rule.JOB, POOLS, f"{_kind}._set", _job_done)
HOOKS.takes(Rule.JOB, POOLS, "ApplyResult.get ApplyResult.wait", _job_ready)
HOOKS.takes(Rule.JOB, POOLS, "IMapIterator.next IMapIterator.__next__", _next_job)

# Workers of pools.


@HOOKS.before("multiprocessing.queues", "SimpleQueue.get Queue.get")
@HOOKS.before("queue", "SimpleQueue.get SimpleQueue.get_nowait")
def _get_job(self: Any, *_: object, **__: object) -> None:
    """Note that a worker of a pool that asks for its next job is done with its last one, if others share the jobs."""
    asks = outside()
    match asks.f_code.co_name:
        case "worker":
            note(Fresh(_source(self)))
        case "_worker" if not (executor := asks.f_locals["executor_reference"]()) or executor._max_workers > 1:
            note(Fresh())
        case "_process_worker" if self._maxsize > 2:
            note(Fresh())


@HOOKS.after("multiprocessing.queues", "SimpleQueue.get Queue.get")
def _got_job(*_: object, **__: object) -> None:
    """Let a process of a pool fall behind when it has a job: at the notes of its calls it has a lock of the queues, and
    nobody else gets on."""
    if PUSHED and outside().f_code.co_name in ("worker", "_process_worker"):
        begins(here.lane)


def _source(queue: Any) -> str:
    return channels.ends(queue._reader.fileno())[1][1] if hasattr(queue, "_reader") else name(queue)


# The rule JOB also gives how many workers take jobs from a queue: see `order._alone`.
HOOKS.gives(Rule.JOB, POOLS, "Pool._repopulate_pool", lambda self: (_source(self._inqueue), self._processes))


@HOOKS.around("concurrent.futures.thread", "_WorkItem.run")
def _run(original: Any, self: Any, *args: Any) -> None:
    function = getattr(self, "fn", None) or self.task[0]
    if getattr(function, "func", None) and function.args:  # `asyncio.to_thread` gives `partial(context.run, function)`
        function = function.args[0]
    note(On())
    note(Own(getattr(function, "__name__", "")))
    original(self, *args)
    note(Waits(Wait.GET))
