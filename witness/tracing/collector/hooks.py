"""Wrap functions of other modules in functions of the collector, so that a program does not notice it."""

import functools
import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.machinery import BuiltinImporter, ExtensionFileLoader, SourceFileLoader
from types import ModuleType
from typing import Any

Wrap = Callable[..., Any]
"""A function to call in place of another, with that one and its arguments; its parameters have the same names."""

Context = AbstractContextManager[None]
_GENERATOR, _COROUTINE = 0x20, 0x80  # from <code.h>
_CLASS_METHOD = type(vars(dict)["fromkeys"])  # one in C
_CHANGE = type.__dict__["__abstractmethods__"]
NOTHING: Context = nullcontext()
_is_over = sys.is_finalizing


class Hooks:
    """A table of functions to wrap, by the names of their modules, each with its wrapper.

    A name is that of a function, as `sleep`, of a method, as `Thread.start`, or of a method of a type without a name,
    which is known by the function that makes an instance: `poll().poll`. While Python finalizes, a wrapper may miss
    what it needs, so none is called.
    """

    def __init__(self) -> None:
        self._table: dict[str, list[tuple[str, Wrap]]] = {}

    def around(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let the decorated function be called in place of these functions of a module; `names` is split at spaces."""

        def add(wrap: Wrap) -> Wrap:
            self._table.setdefault(module, []).extend((name, wrap) for name in names.split())
            return wrap

        return add

    def before(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let the decorated function be called before these, with their arguments; it may return a context for them."""

        def add(tell: Wrap) -> Wrap:
            def first(original: Any, *args: Any, **kwargs: Any) -> Any:
                with tell(*args, **kwargs) or NOTHING:
                    return original(*args, **kwargs)

            self.around(module, names)(first)
            return tell

        return add

    def after(self, module: str, names: str) -> Callable[[Wrap], Wrap]:
        """Let the decorated function be called after these, with the value that was returned and with the arguments."""

        def add(tell: Wrap) -> Wrap:
            def last(original: Any, *args: Any, **kwargs: Any) -> Any:
                value = original(*args, **kwargs)
                tell(value, *args, **kwargs)
                return value

            self.around(module, names)(last)
            return tell

        return add

    def hook(self, module: ModuleType) -> None:
        """Wrap the functions of a module; of several wrappers of one function, the last one is called first."""
        for path, wrap in self._table.get(module.__name__, ()):
            owner, _, name = path.rpartition(".")
            found: Any = getattr(module, owner.removesuffix("()")) if owner else module
            around(type(found()) if owner.endswith("()") else found, name, wrap)


def around(owner: Any, name: str, wrap: Wrap) -> None:
    """Let `wrap` be called in place of the function `name` of `owner`: a module, an object or a type, even one in C."""
    original, kind = getattr(owner, name), type(vars(owner).get(name))
    if kind is classmethod:
        original = original.__func__
    wrapped = functools.partial(wrap, original)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return (original if _is_over() else wrapped)(*args, **kwargs)
        finally:
            args, kwargs = (), {}  # or the traceback of an exception would keep them alive

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        return await call(*args, **kwargs)

    def generated(*args: Any, **kwargs: Any) -> Iterator[Any]:
        yield from call(*args, **kwargs)

    function: Any = awaited if is_coroutine(original) else generated if _flags(original) & _GENERATOR else call
    functools.update_wrapper(function, original)
    function.__module__ = getattr(original, "__module__", None)
    if kind in (staticmethod, classmethod):
        function = kind(function)
    elif kind is _CLASS_METHOD:
        function = staticmethod(function)
    try:
        setattr(owner, name, function)
    except TypeError:  # a type in C: change the dict that holds its methods, and let it forget what it has cached
        (methods,) = (found for found in gc.get_referents(owner.__dict__) if type(found) is dict)
        methods[name] = function
        _CHANGE.__set__(owner, ())
        _CHANGE.__delete__(owner)


# For functions written in C, which do not tell their parameters on each Python.
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
    """Return the names of a function's positional parameters, or () if they are unknown."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return tuple(code.co_varnames[: code.co_argcount] if code else _PARAMETERS.get(function.__name__, "").split())


def arguments(function: Any, args: Iterable[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by the names of the parameters."""
    return dict(zip(parameters(function), args, strict=False)) | kwargs


def is_coroutine(function: Any) -> bool:
    """Return whether a function was defined by `async def` and is no generator."""
    return bool(_flags(function) & _COROUTINE)


def _flags(function: Any) -> int:
    return int(getattr(getattr(function, "__code__", None), "co_flags", 0))


def when_imported(hook: Callable[[ModuleType], None]) -> None:
    """Call `hook` with each module once it is imported, so that a program imports only what it does alone."""

    def exec_module(original: Any, *args: Any) -> None:
        original(*args)
        hook(args[-1])

    for loader in BuiltinImporter, ExtensionFileLoader, SourceFileLoader:
        around(loader, "exec_module", exec_module)
