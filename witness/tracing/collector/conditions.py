"""Conditions: one lets its waiters go on in the order in which they came; while it is waited for, its lock is free."""

from typing import Any

from ..waits import Rule
from .locks import have, leave, token_of
from .notebook import count, lane, name
from .sync import PROCESSES, THREADS, Syncs, give, of, program_asks, take, true

HOOKS = Syncs()

_waiting: dict[str, list[list[str]]] = {}
_notified: dict[str, list[str]] = {}
_woken: dict[tuple[str, str], int] = {}
"""How many notifications a lane has had of a condition."""
_so_at_first: set[tuple[str, Any]] = set()
"""Of a condition, the predicates that were true before anyone had notified."""


@HOOKS.around(THREADS, "Condition.notify")
def _notify(original: Any, self: Any, n: int = 1) -> None:
    if program_asks():
        token, waiting = f"{name(self)} {next(count)}", _waiting.setdefault(name(self), [])
        for ticket in waiting[:n]:
            ticket.append(token)
        del waiting[:n]
        _notified.setdefault(name(self), []).append(token)
        give(Rule.CONDITION, token)
    original(self, n)


@HOOKS.around(THREADS, "Condition.wait")
def _wait(original: Any, self: Any, timeout: float | None = None) -> Any:
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


@HOOKS.around(THREADS, "Condition.wait_for")
def _wait_for(original: Any, self: Any, predicate: Any, timeout: float | None = None) -> Any:
    """What is so already: by the first notification that this lane has not had, if it is one that made it so."""
    who, what = (name(self), lane()), (name(self), getattr(predicate, "__code__", None))
    before, notified = _woken.get(who, 0), _notified.get(name(self), [])
    value = original(self, predicate, timeout)
    if value and program_asks() and _woken.get(who, 0) == before:
        if not notified:
            _so_at_first.add(what)
        elif what not in _so_at_first and not _is_constant(what[1]):
            _woken[who] = before + 1
            take(Rule.CONDITION, next(iter(notified[before:]), None))
    return value


def _is_constant(code: Any) -> bool:
    """Whether a function looks at nothing that anyone could change."""
    return code is not None and not (code.co_names or code.co_freevars or code.co_argcount)


HOOKS.gives(Rule.CONDITION, PROCESSES, "Condition.notify", lambda self, n=1: (of(self), n), program_asks)
HOOKS.takes(Rule.CONDITION, PROCESSES, "Condition.wait", true, program_asks)


@HOOKS.around(THREADS, "Condition.wait")
@HOOKS.around(PROCESSES, "Condition.wait")
def _wait_without_it(original: Any, self: Any, timeout: float | None = None) -> Any:
    """However many times the thread had the lock."""
    if not program_asks():
        return original(self, timeout)
    leave(token_of(self._lock))
    try:
        return original(self, timeout)
    finally:
        have(token_of(self._lock))
