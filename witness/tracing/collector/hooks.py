"""Put a function that notes its calls in the place of another, without a trace that a program would look for."""

import functools
import gc
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

_CHANGE = type.__dict__["__abstractmethods__"]


def replace(owner: Any, name: str, function: Any) -> None:
    """Let `function` stand for the one that `owner` has, a module, an object or a type, even one written in C."""
    original = getattr(owner, name)
    kind = type(vars(owner).get(name))
    functools.update_wrapper(function, original)
    function.__module__ = getattr(original, "__module__", None)
    if kind in (staticmethod, classmethod):
        function = kind(function)
    try:
        setattr(owner, name, function)
    except TypeError:  # so change what it keeps its methods in, and then make it forget the old one
        (methods,) = (found for found in gc.get_referents(owner.__dict__) if type(found) is dict)
        methods[name] = function
        _CHANGE.__set__(owner, ())
        _CHANGE.__delete__(owner)


def when_imported(hook: Callable[[ModuleType], None]) -> None:
    """Let a function at each module once it is imported, so that a program imports only what it imports."""
    execute = SourceFileLoader.exec_module

    def exec_module(self: SourceFileLoader, module: ModuleType) -> None:
        execute(self, module)
        hook(module)

    replace(SourceFileLoader, "exec_module", exec_module)
