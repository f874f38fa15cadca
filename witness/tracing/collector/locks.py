"""Conditions, semaphores and barriers."""

from collections.abc import Callable
from typing import Any

from ..waits import Rule
from .hooks import replace
from .notebook import count, lane, name
from .sync import Sync, Token, give, of, program_asks, take


def parties(self: Any, *_: object) -> Token:
    return of(self), self.parties


def broken(error: object, self: Any, *_: object) -> Token:
    return of(self) if type(error).__name__ == "BrokenBarrierError" else None


# Semaphores, by how many there were at first.

_at_first: dict[str, int] = {}


def counting(original: Callable[..., Any]) -> Callable[..., Any]:
    def init(self: Any, value: int = 1, *args: Any, **kwargs: Any) -> None:
        original(self, value, *args, **kwargs)
        _at_first[of(self)] = value

    return init


def released(self: Any, *_: object) -> Token:
    return of(self), _at_first.get(of(self), -1)


def acquired(value: object, self: Any, *_: object) -> Token:
    return (of(self), _at_first.get(of(self), -1)) if value is True else None


# A condition lets its waiters go on in the order in which they came.

_waiting: dict[str, list[list[str]]] = {}
_notified: dict[str, list[str]] = {}
_woken: dict[tuple[str, str], int] = {}
"""How many notifications a lane has had of a condition."""


def notifying(original: Callable[..., Any]) -> Callable[..., Any]:
    def notify(self: Any, n: int = 1) -> None:
        if program_asks():
            token, waiting = f"{name(self)} {next(count)}", _waiting.setdefault(name(self), [])
            for ticket in waiting[:n]:
                ticket.append(token)
            del waiting[:n]
            _notified.setdefault(name(self), []).append(token)
            give(Rule.CONDITION, token)
        original(self, n)

    return notify


def waiting_for(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait(self: Any, timeout: float | None = None) -> Any:
        if not program_asks():
            return original(self, timeout)
        ticket: list[str] = []
        waiting = _waiting.setdefault(name(self), [])
        waiting.append(ticket)
        try:
            return original(self, timeout)
        finally:
            if ticket:
                _woken[name(self), lane()] = _woken.get((name(self), lane()), 0) + 1
                take(Rule.CONDITION, ticket[0])
            else:
                waiting[:] = [other for other in waiting if other is not ticket]

    return wait


def waiting_until(original: Callable[..., Any]) -> Callable[..., Any]:
    """What is so already: by the first notification that this lane has not had."""

    def wait_for(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = _woken.get((name(self), lane()), 0)
        value = original(self, *args, **kwargs)
        if value and program_asks() and _woken.get((name(self), lane()), 0) == before:
            _woken[name(self), lane()] = before + 1
            take(Rule.CONDITION, next(iter(_notified.get(name(self), [])[before:]), None))
        return value

    return wait_for


def semaphore(self: Any) -> None:
    """A semaphore of several processes has its methods as attributes."""
    takes = Sync(Rule.SEMAPHORE, "", "", takes=lambda value, *_: acquired(value, self), when=program_asks)
    gives = Sync(Rule.SEMAPHORE, "", "", gives=lambda *_: released(self), when=program_asks)
    replace(self, "acquire", takes.around(self.acquire))
    replace(self, "release", gives.around(self.release))
