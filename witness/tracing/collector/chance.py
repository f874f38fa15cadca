"""What event loops are told by chance: who has a lock next, and in which order the tasks of a set are cancelled."""

from typing import Any

from ..notes import Gives
from ..waits import Rule
from .hooks import replace
from .notebook import count, here, name, note


def _locks(module: Any) -> None:
    """Which task has a lock next may be chance: what lets go of one does not say so alone."""
    for owner in module.Lock, module.Semaphore:
        _handing(owner)
    acquire = module.Lock.acquire

    async def _acquire(self: Any) -> bool:
        note(Gives(Rule.HANDED, name(self)))
        return bool(await acquire(self))

    replace(module.Lock, "acquire", _acquire)


def _handing(owner: Any) -> None:
    release = owner.release

    def _release(self: Any) -> None:
        here.handing = True
        try:
            release(self)
        finally:
            here.handing = False

    replace(owner, "release", _release)


def _grouping(owner: Any, function: str) -> None:
    """A function that cancels the tasks of a set, which has no order."""
    cancel = getattr(owner, function)

    def grouped(*args: Any) -> Any:
        here.group = next(count)
        try:
            return cancel(*args)
        finally:
            here.group = 0

    replace(owner, function, grouped)


MODULES = {
    "asyncio.locks": _locks,
    "asyncio.taskgroups": lambda module: _grouping(module.TaskGroup, "_abort"),
    "asyncio.runners": lambda module: _grouping(module, "_cancel_all_tasks"),
}
