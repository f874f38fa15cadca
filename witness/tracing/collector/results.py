"""Futures and pools: what becomes of a job, and whose turn a worker has."""

from collections.abc import Callable, Iterator
from typing import Any

from ..notes import Fresh
from ..waits import Rule
from . import channels
from .notebook import count, here, name, note, outside
from .sync import Token, give, take

# Futures, and the results of pools.


def finished(_: object, self: Any, *__: object) -> Token:
    return name(self) if self._state in ("FINISHED", "CANCELLED", "CANCELLED_AND_NOTIFIED") else None


def cancellable(self: Any) -> Token:
    return name(self) if self._state in ("PENDING", "CANCELLED") else None


def calling_back(original: Callable[..., Any]) -> Callable[..., Any]:
    """Whether a future is done already is chance; then what is called comes after both, but is no part of who asked."""

    def add_done_callback(self: Any, function: Any) -> Any:
        if finished(None, self) is None:
            return original(self, function)
        give(Rule.ITEM, token := f"{name(self)} {next(count)}")
        outer = here.within, here.step
        here.within, here.step = "", f"!{next(count)}"
        try:
            take(Rule.ITEM, token)
            take(Rule.FUTURE, name(self))
            return original(self, function)
        finally:
            here.within, here.step = outer

    return add_done_callback


def waiting_for_all(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait(*args: Any, **kwargs: Any) -> Any:
        value = original(*args, **kwargs)
        for future in value.done:
            take(Rule.FUTURE, name(future))
        return value

    return wait


def completing(original: Callable[..., Any]) -> Callable[..., Any]:
    def as_completed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for future in original(*args, **kwargs):
            take(Rule.FUTURE, name(future))
            yield future

    return as_completed


def job_done(self: Any, number: int | None, *_: object) -> Token:
    """The nth value of an iterator is that of the nth job, or else of the nth that was done."""
    if not hasattr(self, "_items"):
        return name(self)
    return f"{name(self)} {self._index if 'Unordered' in type(self).__name__ else number}"


def job_ready(_: object, self: Any, *__: object) -> Token:
    return name(self) if self.ready() else None


_taken: dict[str, int] = {}


def next_job(value: object, self: Any, *_: object) -> Token:
    if isinstance(value, StopIteration) or type(value).__name__ == "TimeoutError":
        return None
    _taken[name(self)] = _taken.get(name(self), -1) + 1
    return f"{name(self)} {_taken[name(self)]}"


def asking_for_a_job(original: Callable[..., Any]) -> Callable[..., Any]:
    """A worker of a pool that asks for its next job has nothing to do with its last one any more."""

    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        who = outside().f_code.co_name
        if who == "worker":
            note(Fresh(_source(self)))
        elif (who == "_worker" and here.shares) or (who == "_process_worker" and self._maxsize > 2):
            note(Fresh())
        return original(self, *args, **kwargs)

    return get


def _source(queue: Any) -> str:
    return channels.received(None, queue._reader) or "" if hasattr(queue, "_reader") else name(queue)


def sharing(original: Callable[..., Any]) -> Callable[..., Any]:
    """How many workers take jobs from the same queue."""

    def repopulate(self: Any) -> None:
        give(Rule.JOB, (_source(self._inqueue), self._processes))
        original(self)

    return repopulate


def working(original: Callable[..., Any]) -> Callable[..., Any]:
    def _worker(executor_reference: Any, *args: Any) -> Any:
        executor = executor_reference()
        here.shares = executor is None or executor._max_workers > 1
        del executor
        return original(executor_reference, *args)

    return _worker
