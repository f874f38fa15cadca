"""What a call gives before it and takes after it, by a rule and a token, and what a thing is called in a token."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..notes import Clears, Gives, Takes
from ..waits import Rule
from .notebook import PUSHED, call, clock_ns, example, here, name, note, outside
from .push import nap

Token = tuple[str, float] | str | None
"""What is given or taken, with a number if the rule has one; None if nothing is."""


class Sync(NamedTuple):
    """Functions of a module that give or take by a rule.

    `gives` and `clears` are of the arguments; `takes` is of the value, or the error, and the arguments.
    """

    rule: Rule
    module: str
    names: str
    gives: Callable[..., Token] | None = None
    takes: Callable[..., Token] | None = None
    clears: Callable[..., str] | None = None
    when: Callable[[], bool] | None = None

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def ordered(*args: Any, **kwargs: Any) -> Any:
            if self.when and not self.when():
                return original(*args, **kwargs)
            since_ns = self.before(args)
            try:
                value = original(*args, **kwargs)
            except BaseException as error:
                self.after(error, args, since_ns)
                raise
            self.after(value, args, since_ns)
            return value

        async def awaited(*args: Any, **kwargs: Any) -> Any:
            since_ns = self.before(args)
            try:
                value = await original(*args, **kwargs)
            except BaseException as error:
                self.after(error, args, since_ns)
                raise
            self.after(value, args, since_ns)
            return value

        return awaited if _is_coroutine(original) else ordered

    def before(self, args: tuple[Any, ...]) -> int:
        if self.gives:
            give(self.rule, self.gives(*args))
        if self.clears:
            note(Clears(self.rule, self.clears(*args)))
        return clock_ns()

    def after(self, value: Any, args: tuple[Any, ...], since_ns: int) -> None:
        if self.takes:
            take(self.rule, self.takes(value, *args), since_ns)
        elif PUSHED:
            nap(here.lane)


def _is_coroutine(function: Any) -> bool:
    return bool(getattr(getattr(function, "__code__", None), "co_flags", 0) & 0x80)


def give(rule: Rule, token: Token) -> None:
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, 0)
        note(Gives(rule, token, number, call()))


def take(rule: Rule, token: Token, number: float = 0) -> None:
    if token is not None:
        token, number = token if isinstance(token, tuple) else (token, number)
        note(Takes(rule, token, number, call()))


def program_asks() -> bool:
    """Whether the program itself calls, and not the library for its own needs."""
    frame = outside()
    while frame.f_code.co_name in ("wait_for", "notify_all", "__exit__") and frame.f_back:
        frame = frame.f_back
    return example(frame.f_code.co_filename)


# What a thing is called: as its semaphore, if several processes have it, or else as in this process.

_SEMAPHORES = "_semlock", "_flag._semlock", "_lock._semlock", "_cond._lock._semlock", "_unfinished_tasks._semlock"


def of(self: Any, *_: object) -> str:
    for path in _SEMAPHORES:
        found: Any = self
        for part in path.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return str(found.name or found.handle)
    return name(self)


def done(value: object, self: Any, *_: object) -> Token:
    return None if isinstance(value, BaseException) else of(self)


def true(value: object, self: Any, *_: object) -> Token:
    return of(self) if value is True else None
