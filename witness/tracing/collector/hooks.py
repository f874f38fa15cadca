"""Call functions of the collector in the place of others, without a trace that a program would look for."""

import functools
import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.machinery import BuiltinImporter, ExtensionFileLoader, SourceFileLoader
from types import ModuleType
from typing import Any

Wrap = Callable[..., Any]
"""What is called in place of a function, which it gets before the arguments; these it names as that one does."""

Context = AbstractContextManager[None]
_GENERATOR, _COROUTINE = 0x20, 0x80  # from <code.h>
_CHANGE = type.__dict__["__abstractmethods__"]
NOTHING: Context = nullcontext()
_is_over = sys.is_finalizing


class Hooks:
    """A table of the functions that are wrapped, by the names of their modules, each with those that wrap it.

    They are functions of a module, or methods of its types. A type that has no name is known by the function that makes
    one of it: `poll().poll`. Once Python ends, and what a wrapper needs may be gone, only one that is `late` is called.
    """

    def __init__(self, late: bool = False) -> None:
        self._table: dict[str, list[tuple[str, Wrap]]] = {}
        self._late = late

    def around(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let a function be called in place of these."""

        def add(wrap: Wrap) -> Wrap:
            self._table.setdefault(module, []).extend((name, wrap) for name in names.split())
            return wrap

        return add

    def before(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let a function be called with their arguments before these are; it may return a context for their call."""

        def add(tell: Wrap) -> Wrap:
            def first(original: Any, *args: Any, **kwargs: Any) -> Any:
                with tell(*args, **kwargs) or NOTHING:
                    return original(*args, **kwargs)

            self.around(module, names)(first)
            return tell

        return add

    def after(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let a function be called with what these return, and their arguments, after that."""

        def add(tell: Wrap) -> Wrap:
            def last(original: Any, *args: Any, **kwargs: Any) -> Any:
                value = original(*args, **kwargs)
                tell(value, *args, **kwargs)
                return value

            self.around(module, names)(last)
            return tell

        return add

    def hook(self, module: ModuleType) -> None:
        """Wrap the functions of a module; of several that wrap the same, the last is called first."""
        for path, wrap in self._table.get(module.__name__, ()):
            owner, _, name = path.rpartition(".")
            found: Any = getattr(module, owner.removesuffix("()")) if owner else module
            around(type(found()) if owner.endswith("()") else found, name, wrap, self._late)


def around(owner: Any, name: str, wrap: Wrap, late: bool = False) -> None:
    """Let `wrap` be called in place of a function of `owner`, as `Hooks` has it."""
    original = getattr(owner, name)
    if type(vars(owner).get(name)) is classmethod:
        original = original.__func__
    wrapped = functools.partial(wrap, original)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return (original if _is_over() and not late else wrapped)(*args, **kwargs)
        finally:
            args, kwargs = (), {}  # or the traceback of an exception would keep them alive

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        return await call(*args, **kwargs)

    def generated(*args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from call(*args, **kwargs)

    function = awaited if is_coroutine(original) else generated if _flags(original) & _GENERATOR else call
    replace(owner, name, function)


# Of functions that are written in C, which do not tell on each Python.
_PARAMETERS = {
    "acquire": "self blocking timeout",
    "get": "self block timeout",
    "join": "self timeout",
    "poll": "self timeout",
    "select": "rlist wlist xlist timeout",
    "sigtimedwait": "sigset timeout",
}


@functools.cache
def parameters(function: Any) -> tuple[str, ...]:
    """The names of the parameters by whose place an argument may be given."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return tuple(code.co_varnames[: code.co_argcount] if code else _PARAMETERS.get(function.__name__, "").split())


def arguments(function: Any, args: Iterable[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call by the names of the parameters."""
    return dict(zip(parameters(function), args, strict=False)) | kwargs


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
