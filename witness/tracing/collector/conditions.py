"""Conditions: who notifies one, and who goes on; while it is waited for, its lock is free."""

from typing import Any

from ..waits import Rule
from .locks import have, leave, token_of
from .sync import PROCESSES, THREADS, Syncs, Token, of, program_asks, take, true

HOOKS = Syncs()

_notified: set[str] = set()
"""The conditions that anyone has notified."""
_so_at_first: set[tuple[str, Any]] = set()
"""Of a condition, the predicates that were true before."""


def _notifies(self: Any, n: int = 1) -> Token:
    _notified.add(of(self))
    return of(self), n


for _module in THREADS, PROCESSES:
    HOOKS.gives(Rule.CONDITION, _module, "Condition.notify", _notifies, program_asks)
    HOOKS.takes(Rule.CONDITION, _module, "Condition.wait", true, program_asks)


@HOOKS.around(THREADS, "Condition.wait_for")
def _wait_for(original: Any, self: Any, predicate: Any, timeout: float | None = None) -> Any:
    """What is so already was made so by a notification, if it is one that made it so; from when on, nobody knows."""
    answers = []

    def ask() -> Any:
        answers.append(predicate())
        return answers[-1]

    what, notified = (of(self), getattr(predicate, "__code__", None)), of(self) in _notified
    value = original(self, ask, timeout)
    if value and len(answers) == 1 and program_asks():
        if not notified:
            _so_at_first.add(what)
        elif what not in _so_at_first and not _is_constant(what[1]):
            take(Rule.CONDITION, of(self))
    return value


def _is_constant(code: Any) -> bool:
    """Whether a function looks at nothing that anyone could change."""
    return code is not None and not (code.co_names or code.co_freevars or code.co_argcount)


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
