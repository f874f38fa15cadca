"""Conditions: who notifies one, and who goes on; while it is waited for, its lock is free."""

from typing import Any

from ..waits import Rule
from .locks import have, leave
from .sync import PROCESSES, THREADS, Syncs, Token, of, program_asks, true

HOOKS = Syncs()


def _notifies(self: Any, n: int = 1) -> Token:
    return of(self), n


for _module in THREADS, PROCESSES:
    HOOKS.gives(Rule.CONDITION, _module, "Condition.notify", _notifies, program_asks)
    HOOKS.takes(Rule.CONDITION, _module, "Condition.wait", true, program_asks)


@HOOKS.around(THREADS, "Condition.wait")
@HOOKS.around(PROCESSES, "Condition.wait")
def _wait_without_it(original: Any, self: Any, timeout: float | None = None) -> Any:
    """However many times the thread had the lock."""
    if not program_asks():
        return original(self, timeout)
    leave(of(self._lock))
    try:
        return original(self, timeout)
    finally:
        have(of(self._lock))
