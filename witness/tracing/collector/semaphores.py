"""Semaphores of threads, processes and tasks, by how many there were at first."""

from typing import Any

from ..waits import Rule
from .sync import PROCESSES, TASKS, THREADS, Syncs, Token, give, of, program_asks

HOOKS = Syncs()

_at_first: dict[str, int] = {}


@HOOKS.around(THREADS, "Semaphore.__init__")
@HOOKS.around(TASKS, "Semaphore.__init__")
@HOOKS.around(PROCESSES, "Semaphore.__init__ BoundedSemaphore.__init__")
def _count(original: Any, self: Any, value: int = 1, *args: Any, **kwargs: Any) -> None:
    original(self, value, *args, **kwargs)
    _at_first[of(self)] = value


def counts(semaphore: Any) -> bool:
    """Whether one of processes is no lock, of which there may be but one."""
    return getattr(semaphore, "maxvalue", 1) != 1


def released(self: Any, *_: object, **__: object) -> Token:
    return of(self), _at_first.get(of(self), -1)


def acquired(value: object, self: Any, *_: object) -> Token:
    return (of(self), _at_first.get(of(self), -1)) if value is True else None


@HOOKS.around(THREADS, "Semaphore.release BoundedSemaphore.release")
def _release_more(original: Any, self: Any, n: int = 1) -> None:
    """One may let several go; the last is given as if it were alone."""
    for _ in range(n - 1 if program_asks() else 0):
        give(Rule.SEMAPHORE, released(self))
    original(self, n)


HOOKS.gives(Rule.SEMAPHORE, THREADS, "Semaphore.release BoundedSemaphore.release", released, program_asks)
HOOKS.takes(Rule.SEMAPHORE, THREADS, "Semaphore.acquire Semaphore.__enter__", acquired, program_asks)
HOOKS.gives(Rule.SEMAPHORE, TASKS, "Semaphore.release", released)
HOOKS.takes(Rule.SEMAPHORE, TASKS, "Semaphore.acquire", acquired)
