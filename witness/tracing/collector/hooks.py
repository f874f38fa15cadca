"""Call functions of the collector in the place of others, without a trace that a program would look for."""

import functools
import gc
from collections.abc import Callable, Iterator
from importlib.machinery import BuiltinImporter, ExtensionFileLoader, SourceFileLoader
from types import ModuleType
from typing import Any

Wrap = Callable[..., Any]
"""What is called in place of a function, which it gets before the arguments; these it names as that one does."""

_GENERATOR, _COROUTINE = 0x20, 0x80  # from <code.h>
_CHANGE = type.__dict__["__abstractmethods__"]


class Hooks:
    """A table of the functions that are wrapped, by the names of their modules, each with those that wrap it."""

    def __init__(self) -> None:
        self._table: dict[str, list[tuple[str, Wrap]]] = {}

    def around(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let a function be called in place of these, which are functions of a module, or methods of its types.

        A type that has no name is known by the function that makes one of it: `poll().poll`.
        """

        def add(wrap: Wrap) -> Wrap:
            self._table.setdefault(module, []).extend((name, wrap) for name in names.split())
            return wrap

        return add

    def hook(self, module: ModuleType) -> None:
        """Wrap the functions of a module; of several that wrap the same, the last is called first."""
        for path, wrap in self._table.get(module.__name__, ()):
            owner, _, name = path.rpartition(".")
            found: Any = getattr(module, owner.removesuffix("()")) if owner else module
            around(type(found()) if owner.endswith("()") else found, name, wrap)


def around(owner: Any, name: str, wrap: Wrap) -> None:
    """Let `wrap` be called in place of a function of `owner`."""
    original = getattr(owner, name)
    if type(vars(owner).get(name)) is classmethod:
        original = original.__func__

    def call(*args: Any, **kwargs: Any) -> Any:
        return wrap(original, *args, **kwargs)

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        return await wrap(original, *args, **kwargs)

    def generated(*args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from wrap(original, *args, **kwargs)

    function = awaited if is_coroutine(original) else generated if _flags(original) & _GENERATOR else call
    replace(owner, name, function)


def is_coroutine(function: Any) -> bool:
    return bool(_flags(function) & _COROUTINE)


def _flags(function: Any) -> int:
    return int(getattr(getattr(function, "__code__", None), "co_flags", 0))


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

    def exec_module(original: Any, *args: Any) -> None:
        original(*args)
        hook(args[-1])

    for loader in BuiltinImporter, ExtensionFileLoader, SourceFileLoader:
        around(loader, "exec_module", exec_module)
