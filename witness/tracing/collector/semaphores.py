"""Semaphores of threads, processes and tasks, by how many there were at first."""

from typing import Any

from ..waits import Rule
from .notebook import number
from .sync import PROCESSES, TASKS, THREADS, Syncs, Token, give, of, program_asks, shared

HOOKS = Syncs()

_at_first: dict[str | int, int] = {}


@HOOKS.after(THREADS, "Semaphore.__init__")
@HOOKS.after(TASKS, "Semaphore.__init__")
@HOOKS.after(PROCESSES, "Semaphore.__init__ BoundedSemaphore.__init__")
def _count(_: object, self: Any, value: int = 1, *__: object, **___: object) -> None:
    _at_first[_known_as(self)] = value


def counts(semaphore: Any) -> bool:
    """Whether one of processes is no lock, of which there may be but one."""
    return getattr(semaphore, "maxvalue", 1) != 1


def released(self: Any, *_: object, **__: object) -> Token:
    return of(self), _at_first.get(_known_as(self), -1)


def _known_as(semaphore: Any) -> str | int:
    """Also in a process that is forked."""
    return shared(semaphore) or number(semaphore)


def acquired(value: object, self: Any, *_: object) -> Token:
    return released(self) if value is True else None


@HOOKS.before(THREADS, "Semaphore.release BoundedSemaphore.release")
def _release_more(self: Any, n: int = 1) -> None:
    """One may let several go; the last is given as if it were alone."""
    for _ in range(n - 1 if program_asks() else 0):
        give(Rule.SEMAPHORE, released(self))


HOOKS.gives(Rule.SEMAPHORE, THREADS, "Semaphore.release BoundedSemaphore.release", released, program_asks)
HOOKS.takes(Rule.SEMAPHORE, THREADS, "Semaphore.acquire Semaphore.__enter__", acquired, program_asks)
HOOKS.gives(Rule.SEMAPHORE, TASKS, "Semaphore.release", released)
HOOKS.takes(Rule.SEMAPHORE, TASKS, "Semaphore.acquire", acquired)
