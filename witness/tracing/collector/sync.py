"""Calls that give before they begin, or take after they end, by a rule and a token; and the tokens of objects.

Unlike the waits of `calls.py` they are noted whoever makes them, since the library's own threads pass on what they get.
A call that only asks whether something is so takes nothing, since the answer is chance; a call that gets something
takes it, whether it waited or not. The result of a future or the end of a process is taken by any call that tells it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..notes import Clears, Gives, Takes
from ..waits import Rule
from .asking import call
from .hooks import Hooks, is_coroutine
from .notebook import clock_ns, here, name, note, stop

THREADS, PROCESSES, TASKS = "threading", "multiprocessing.synchronize", "asyncio.locks"
Token = tuple[str, float] | str | None
"""The token that is given or taken, with a number if the rule has one; None if nothing is given or taken."""


def give(rule: Rule, token: Token) -> None:
    """Note that this lane gives, by the call of the program that is being made."""
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, 0)
        note(Gives(rule, token, number, call()))


def take(rule: Rule, token: Token, number: float = 0, at_once: bool = False) -> None:
    """Note that this lane takes; `number` is for a token without a number."""
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, number)
        note(Takes(rule, token, number, call(), at_once=at_once))


# The token of an object is its semaphore's name if several processes share it, or else its name in this process.

_PARTS = "_semlock", "_flag", "_lock", "_cond"
"""The attributes that lead to the semaphore of an object that processes share."""


def shared(self: Any) -> str:
    """Return the name of the semaphore of an object that several processes share; "" if it has none."""
    while not hasattr(self, "maxvalue"):
        self = next((getattr(self, part) for part in _PARTS if hasattr(self, part)), None)
        if self is None:
            return ""
    return str(self.name or self.handle)


def of(self: Any, *_: object, **__: object) -> str:
    """Return the token of an object."""
    return shared(self) or name(self)


def done(value: object, self: Any, *_: object) -> Token:
    """Return the token of the object of a call that raised no error."""
    return None if isinstance(value, BaseException) else of(self)


def true(value: object, self: Any, *_: object) -> Token:
    """Return the token of the object of a call that returned True."""
    return of(self) if value is True else None


def raised(error: str) -> Callable[..., Token]:
    """Return a function for the token of the object of a call that raised an error whose name contains `error`."""
    return lambda value, self, *_: of(self) if error in type(value).__name__ else None


class Syncs(Hooks):
    """A table of functions that give or take.

    The function `token` returns what is given, from the arguments of a call, or what is taken, from its value, or the
    error that it raised, and the arguments. Its parameters have the same names as those of the wrapped function, since
    a program may give arguments by name.
    """

    def gives(self, rule: Rule, module: str, names: str, token: Callable[..., Token] = of) -> None:
        @self.around(module, names)
        def give_first(original: Any, *args: Any, **kwargs: Any) -> Any:
            give(rule, token(*args, **kwargs))
            value = original(*args, **kwargs)
            stop()
            return value

    def takes(self, rule: Rule, module: str, names: str, token: Callable[..., Token] = done) -> None:
        @self.around(module, names)
        def take_last(original: Any, *args: Any, **kwargs: Any) -> Any:
            if is_coroutine(original):
                return _await(original, args, kwargs)
            with _outcome(rule, token, args) as value:
                value.append(original(*args, **kwargs))
            return value[0]

        async def _await(original: Any, args: Any, kwargs: Any) -> Any:
            with _outcome(rule, token, args, here.step) as value:
                value.append(await original(*args, **kwargs))
            return value[0]

    def clears(self, rule: Rule, module: str, names: str) -> None:
        self.before(module, names)(lambda self, *_: note(Clears(rule, of(self))))


@contextmanager
def _outcome(rule: Rule, token: Callable[..., Token], args: tuple[Any, ...], step: str = "") -> Iterator[list[Any]]:
    """Take by the outcome of a call: the value that the call appends to the list, or the error that it raises.

    A call that is awaited began in a `step` of its task.
    """
    since_ns, value = clock_ns(), list[Any]()
    try:
        yield value
    except BaseException as error:
        take(rule, token(error, *args), since_ns, step == here.step != "")
        raise
    take(rule, token(*value, *args), since_ns, step == here.step != "")
