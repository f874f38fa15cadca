"""Put a function that notes its calls in the place of another, without a trace that a program would look for."""

import functools
import gc
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

from ..notes import Cancel, On, Put, Set, Waits
from .notebook import asked, during, note

_CHANGE = type.__dict__["__abstractmethods__"]


def replace(owner: Any, name: str, function: Any) -> None:
    """Let `function` stand for the one that `owner` has, a module, an object or a type, even one written in C."""
    original = getattr(owner, name)
    functools.update_wrapper(function, original)
    function.__module__ = getattr(original, "__module__", None)
    if isinstance(vars(owner).get(name), staticmethod):
        function = staticmethod(function)
    try:
        setattr(owner, name, function)
    except TypeError:  # so change what it keeps its methods in, and then make it forget the old one
        (methods,) = (found for found in gc.get_referents(owner.__dict__) if type(found) is dict)
        methods[name] = function
        _CHANGE.__set__(owner, ())
        _CHANGE.__delete__(owner)


def nothing(*_: object) -> str:
    return ""


def waits(
    owner: Any,
    what: str,
    *names: str,
    whom: Callable[..., str] = nothing,
    token: Callable[..., str] = nothing,
    when: Callable[[], bool] = asked,
) -> None:
    """Note the calls of functions that may stop their caller; `token` is of the value and the object."""
    for name in names:
        replace(owner, name, _waiting(getattr(owner, name), what, whom, token, when))


def _waiting(
    original: Callable[..., Any],
    what: str,
    whom: Callable[..., str],
    token: Callable[..., str],
    when: Callable[[], bool],
) -> Callable[..., Any]:
    def waiting(*args: Any, **kwargs: Any) -> Any:
        if not when():
            return original(*args, **kwargs)
        note(Waits(what, whom(*args)))
        value = None
        try:
            value = during(original, *args, **kwargs)
            return value
        finally:
            note(On(token(value, *args)))

    return waiting


def does(
    owner: Any,
    record: type[Cancel | Put | Set],
    name: str,
    about: Callable[..., str],
    when: Callable[[], bool] = asked,
) -> None:
    """Note the calls of a function that lets others go on, or ends them; `about` is of its arguments."""
    original = getattr(owner, name)

    def doing(*args: Any, **kwargs: Any) -> Any:
        if not when():
            return original(*args, **kwargs)
        note(record(about(*args, *kwargs.values())))
        return during(original, *args, **kwargs)

    replace(owner, name, doing)


def when_imported(hooks: dict[str, Callable[[Any], None]]) -> None:
    """Let a function at each module once it is imported, so that a program imports only what it imports."""
    execute = SourceFileLoader.exec_module

    def exec_module(self: SourceFileLoader, module: ModuleType) -> None:
        execute(self, module)
        if hook := hooks.pop(module.__name__, None):
            hook(module)

    replace(SourceFileLoader, "exec_module", exec_module)
