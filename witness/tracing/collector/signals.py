"""Signals: who sends one, whose handler runs because of it, and what goes on once a handler has run.

A handler runs in the main thread, wherever that happens to be, so its notes and those of the main thread are in no
order. But they are in order if the main thread itself sends the signal, if it waits for any signal, or if an exception
of the handler stops what it does.
"""

import _signal  # type: ignore[import-not-found]
import os
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ..notes import Gives
from ..waits import Rule
from .asking import call, past
from .behind import PUTS_OFF, put_off
from .hooks import Context, Hooks
from .loops import post
from .notebook import PUSHED, clock_ns, getpid, here, meanwhile, note
from .sync import Syncs, give, take

HOOKS = Syncs()
HANDLERS = Hooks()
"""The hooks for a pushed program, too: a handler must get the frame of the program, not one of the collector."""
_last: dict[tuple[str, int], int] = {}
"""When a signal was last taken, by what took it ("handler", "sigwait" or "loop") and the signal's number."""
_put_off: set[int] = set()
"""The signals that came for a handler which falls behind: it does so once."""

# Who sends a signal.


def _send(processes: Collection[int], number: int) -> Context:
    for process in processes if number else ():
        give(Rule.SIGNAL, f"{process} {int(number)}")
    return meanwhile(sends=getpid() in processes and threading.current_thread() is threading.main_thread())


def _group(number: int) -> list[int]:
    """Return the processes in a process group; 0 is this process's own group."""
    found = []
    for process in filter(str.isdigit, (path.name for path in Path("/proc").iterdir())):
        with suppress(ProcessLookupError):
            if os.getpgid(int(process)) == (number or os.getpgrp()):
                found.append(int(process))
    return found


HOOKS.before("os", "kill")(lambda process, number: _send([process] if process > 0 else _group(-process), number))
HOOKS.before("os", "killpg")(lambda group, number: _send(_group(group), number))
HOOKS.before("signal", "raise_signal")(lambda number: _send([getpid()], number))
HOOKS.gives(Rule.SIGNAL, "signal", "alarm setitimer", lambda *_: f"{getpid()} {int(_signal.SIGALRM)}")
HOOKS.gives(Rule.SIGNAL, "signal", "pthread_kill", lambda _, number: f"{getpid()} {int(number)}")


# Whose handler runs.


def _handle(handler: Callable[..., Any], number: int, frame: Any) -> Any:
    """Call a handler of the program, of which Python knows only this function with its first argument."""
    frame = past(frame)
    if PUSHED or here.sends:  # it runs within the call that sends the signal
        _last["handler", number] = clock_ns()
        return handler(number, frame)
    if PUTS_OFF and number not in _put_off:
        _put_off.add(number)
        return put_off(partial(_signal.pthread_kill, threading.get_ident(), number))
    since_ns = clock_ns()
    with meanwhile(limit=None, timers=[]):  # the limit of the wait that it interrupts is not its own
        try:
            with meanwhile(within="", step=f"^{number}"):
                _taken("handler", number)
                try:
                    return handler(number, frame)
                finally:
                    note(Gives(Rule.HANDLED, f"{getpid()}"))
        except BaseException:
            take(Rule.HANDLED, f"{getpid()}", since_ns)
            raise


def hook() -> None:
    """Wrap the handler of Ctrl-C, which Python itself has set."""
    main = threading.current_thread() is threading.main_thread()
    if main and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, partial(_handle, _signal.default_int_handler))


def _taken(by: str, number: int) -> None:
    take(Rule.SIGNAL, f"{getpid()} {number}", _last.get((by, number), 0))
    _last[by, number] = clock_ns()


@HANDLERS.around("signal", "signal")
def _set_handler(original: Any, signalnum: Any, handler: Any) -> Any:
    return _plain(original(signalnum, partial(_handle, handler) if callable(handler) else handler))


@HANDLERS.around("signal", "getsignal")
def _get_handler(original: Any, signalnum: Any) -> Any:
    return _plain(original(signalnum))


def _plain(handler: Any) -> Any:
    return handler.args[0] if getattr(handler, "func", None) is _handle else handler


# Who goes on once a handler has run.

HOOKS.takes(Rule.HANDLED, "signal", "pause", lambda value: None if value else f"{getpid()}")  # it returns None


@HOOKS.after("signal", "sigwait sigwaitinfo sigtimedwait")
def _sigwait(found: Any, *_: object) -> None:
    if found is not None:
        _taken("sigwait", getattr(found, "si_signo", found))


@HOOKS.before("asyncio.unix_events", "_UnixSelectorEventLoop._handle_signal")
def _handle_signal(self: Any, number: int) -> None:
    """Note that an event loop takes a signal, and then posts the step that the program has asked for."""
    _taken("loop", number)
    if number in self._signal_handlers:
        post(self, self._signal_handlers[number], call())
