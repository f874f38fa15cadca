"""Events and barriers, of threads, processes and tasks."""

from typing import Any

from ..waits import Rule
from .asking import outside
from .sync import PROCESSES, TASKS, THREADS, Syncs, Token, done, give, of, raised, take, true

HOOKS = Syncs()


def _all_came(value: object, self: Any, *_: object) -> Token:
    """A task that is cancelled only takes back its arrival, while a thread that waits too long breaks the barrier."""
    if type(value).__name__ == "CancelledError":
        give(Rule.BARRIER, (of(self), -1))
    return done(value, self)


def _was_set(value: object, self: Any, *_: object) -> Token:
    """Take nothing in `futures.wait` or `as_completed`, where the event tells only that some future was done first."""
    return None if outside().f_globals.get("__name__") == "concurrent.futures._base" else true(value, self)


@HOOKS.around(THREADS, "Barrier._release")
def _act(original: Any, self: Any) -> None:
    """The last thread to arrive runs the action of the barrier, if it has one, before any of them goes on."""
    if self._action:
        take(Rule.BARRIER, of(self))
    original(self)
    if self._action:
        give(Rule.ACTION, of(self))


HOOKS.takes(Rule.ACTION, THREADS, "Barrier.wait")
for _module in THREADS, PROCESSES, TASKS:
    HOOKS.gives(Rule.EVENT, _module, "Event.set")
    HOOKS.clears(Rule.EVENT, _module, "Event.clear")
    HOOKS.takes(Rule.EVENT, _module, "Event.wait", _was_set)
for _module, _breaks in (THREADS, "Barrier._break"), (TASKS, "Barrier.abort"):
    HOOKS.gives(Rule.BARRIER, _module, "Barrier.wait", lambda self, *_, **__: (of(self), self.parties))
    HOOKS.takes(Rule.BARRIER, _module, "Barrier.wait", _all_came)
    HOOKS.clears(Rule.BARRIER, _module, "Barrier.reset")
    HOOKS.takes(Rule.BROKEN, _module, "Barrier.wait", raised("BrokenBarrierError"))
    HOOKS.clears(Rule.BROKEN, _module, "Barrier.reset")
    HOOKS.gives(Rule.BROKEN, _module, f"{_breaks} Barrier.reset")
