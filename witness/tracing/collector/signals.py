"""Signals: who sends one, whose handler runs because of it, and what goes on once one has run.

A handler runs in the main thread, wherever that is just then, so what it does is in no order with what that does; but
for a signal that the main thread sends itself, and for what waits for any signal, or is stopped by an exception.
"""

import _signal  # type: ignore[import-not-found]
import os
import threading
from collections.abc import Callable
from typing import Any

from ..notes import Gives
from ..waits import Rule
from .hooks import replace
from .notebook import PUSHED, call, clock_ns, getpid, here, note
from .sync import give, take
from .tasks import post

_last: dict[tuple[str, int], int] = {}
"""When something was last done because of a signal, by what does it and the signal's number."""


class _Handler:
    """What stands for a handler of the program's."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        self.handler = handler

    def __call__(self, number: int, frame: Any) -> Any:
        if here.sends:
            return self.handler(number, frame)
        outer, since_ns = (here.within, here.step), clock_ns()
        here.within, here.step = "", f"^{number}"
        _taken("handler", number)
        try:
            value = self.handler(number, frame)
        except BaseException:
            _handled()
            here.within, here.step = outer
            take(Rule.HANDLED, f"{getpid()}", since_ns)
            raise
        _handled()
        here.within, here.step = outer
        return value


def _taken(by: str, number: int) -> None:
    take(Rule.SIGNAL, f"{getpid()} {number}", _last.get((by, number), 0))
    _last[by, number] = clock_ns()


def _handled() -> None:
    note(Gives(Rule.HANDLED, f"{getpid()}"))


def hook() -> None:
    """Ctrl-C has a handler from the beginning."""
    if PUSHED or threading.current_thread() is not threading.main_thread():
        return
    kill = os.kill

    def _kill(process: int, number: int) -> None:
        _send(process, number, kill, process, number)

    replace(os, "kill", _kill)
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _Handler(_signal.default_int_handler))


def _send(process: int, number: int, function: Callable[..., Any], *args: Any) -> Any:
    if process == getpid() and threading.current_thread() is threading.main_thread():
        here.sends = True
    elif number:
        give(Rule.SIGNAL, f"{process} {int(number)}")
    try:
        return function(*args)
    finally:
        here.sends = False


def _handlers(module: Any) -> None:
    put, get, send = module.signal, module.getsignal, module.raise_signal

    def signal(signalnum: Any, handler: Any) -> Any:
        return _plain(put(signalnum, _Handler(handler) if callable(handler) else handler))

    def getsignal(signalnum: Any) -> Any:
        return _plain(get(signalnum))

    def raise_signal(signalnum: Any) -> None:
        _send(getpid(), signalnum, send, signalnum)

    replace(module, "signal", signal)
    replace(module, "getsignal", getsignal)
    replace(module, "raise_signal", raise_signal)
    for name, number in (("alarm", "SIGALRM"), ("setitimer", "SIGALRM"), ("pthread_kill", "")):
        if hasattr(module, name):
            _sending(module, name, getattr(module, number, None))
    if hasattr(module, "pause"):
        _pausing(module)


def _sending(module: Any, name: str, number: int | None) -> None:
    """What has a signal sent to this process, now or later."""
    function = getattr(module, name)

    def sending(*args: Any) -> Any:
        give(Rule.SIGNAL, f"{getpid()} {int(number or args[-1])}")
        return function(*args)

    replace(module, name, sending)


def _pausing(module: Any) -> None:
    pause, sigwait = module.pause, module.sigwait

    def _pause() -> None:
        since_ns = clock_ns()
        pause()
        take(Rule.HANDLED, f"{getpid()}", since_ns)

    def _sigwait(numbers: Any) -> Any:
        number = sigwait(numbers)
        _taken("sigwait", number)
        return number

    replace(module, "pause", _pause)
    replace(module, "sigwait", _sigwait)


def _plain(handler: Any) -> Any:
    return handler.handler if isinstance(handler, _Handler) else handler


def _loops(module: Any) -> None:
    """An event loop is told which signals came, and then what to do."""
    loop = module._UnixSelectorEventLoop
    handle = loop._handle_signal

    def _handle_signal(self: Any, number: int) -> None:
        _taken("loop", number)
        if number in self._signal_handlers:
            post(self, self._signal_handlers[number], call())
        handle(self, number)

    replace(loop, "_handle_signal", _handle_signal)


MODULES = {"signal": _handlers, "asyncio.unix_events": _loops}
