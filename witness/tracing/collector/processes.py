"""Processes, also those of other programs, and what a manager does for them."""

import functools
import os
import re
import shlex
from pathlib import Path
from typing import Any

from ..notes import Begin, End, Forked, LaneKind, Own, Start, Takes
from ..waits import Rule, Wait
from . import locks, mutexes
from .calls import Stops, note_calls
from .hooks import replace
from .notebook import PUSHED, Process, call, catch_up, clock_ns, example, here, idle, lane, note, step_ends_at
from .push import begins, nap


def hook() -> None:
    os.register_at_fork(before=_forking, after_in_parent=_has_forked, after_in_child=_forked)
    waitpid, wait = os.waitpid, os.wait

    def _waitpid(number: int, options: int) -> Any:
        value = waitpid(number, options)
        if not options & getattr(os, "WNOHANG", 0):
            _ended(value[0], os.waitstatus_to_exitcode(value[1]))
        return value

    def _wait() -> Any:
        value = wait()
        _ended(value[0], os.waitstatus_to_exitcode(value[1]))
        return value

    replace(os, "waitpid", _waitpid)
    replace(os, "wait", _wait)


def _ended(number: int, code: int) -> None:
    """A negative code is that of a signal."""
    note(Takes(Rule.END, f"{number}.0", call=call()))
    if code < 0:
        note(Takes(Rule.SIGNAL, f"{number} {-code}", call=call()))


def _joining(owner: Any, name: str, code: str) -> None:
    """A process that was seen to have ended already is waited for without a call of the system."""
    join = getattr(owner, name)

    def joined(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = join(self, *args, **kwargs)
        if getattr(self, code) is not None:
            _ended(self.pid, getattr(self, code))
        return value

    replace(owner, name, joined)


def _forking() -> None:
    catch_up()
    Process.forker = lane(), clock_ns()


def _has_forked() -> None:
    if PUSHED:
        nap(here.lane)


def _forked() -> None:
    here.lane, here.within, here.busy, here.step = "0", "", False, ""
    here.frames.clear()
    here.depths.clear()
    if PUSHED:
        begins(here.lane)
    note(Forked(*Process.forker))


def _name(process: Any) -> str:
    """What a process is called; one without a name of its own, like the function of the program that it runs."""
    code = getattr(process._target, "__code__", None)
    if code and example(code.co_filename) and re.fullmatch(r"\w*Process-[\d:]+", process.name):
        return str(code.co_name)
    return str(process.name)


def _process(module: Any) -> None:
    base = module.BaseProcess
    start, bootstrap = base.start, base._bootstrap

    def _start(self: Any) -> None:
        since_ns, name = clock_ns(), _name(self)
        start(self)
        note(Start(f"{self.pid}.0", name, call()), since_ns)

    def _bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        here.busy = False
        note(Begin(LaneKind.PROCESS, _name(self)))
        note(Own())
        try:
            return bootstrap(self, *args, **kwargs)
        finally:
            note(End())

    step_ends_at(bootstrap.__code__)  # what is outside of it, in a process that was forked, is its parent's
    replace(base, "start", _start)
    replace(base, "_bootstrap", _bootstrap)
    _joining(base, "join", "exitcode")


def _synchronize(module: Any) -> None:
    make = module.SemLock._make_methods

    def _make_methods(self: Any) -> None:
        make(self)
        if "Semaphore" in type(self).__name__:
            locks.semaphore(self)
        else:
            mutexes.lock(self)
        what = Wait.SEMAPHORE if "Semaphore" in type(self).__name__ else Wait.LOCK
        note_calls(self, "acquire", Stops(what))

    replace(module.SemLock, "_make_methods", _make_methods)


def _managers(module: Any) -> None:
    """What a program calls by way of a manager is a wait by that name."""
    register, call = module.BaseManager.register.__func__, module.BaseProxy._callmethod

    @functools.wraps(register)
    def _register(cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        register(cls, name, *args, **kwargs)
        if hasattr(cls, name):
            note_calls(cls, name, Stops(name))

    def _callmethod(self: Any, name: str, *args: Any) -> Any:
        return Stops(name, when=idle).around(call)(self, name, *args)

    module.BaseManager.register = classmethod(_register)
    replace(module.BaseProxy, "_callmethod", _callmethod)


def _subprocess(module: Any) -> None:
    init = module.Popen.__init__

    def _init(self: Any, args: Any, *more: Any, **keywords: Any) -> None:
        since_ns = clock_ns()
        init(self, args, *more, **keywords)
        command = shlex.split(args)[0] if isinstance(args, str) else args[0]
        note(Start(f"{self.pid}.0", Path(command).name, call()), since_ns)

    replace(module.Popen, "__init__", _init)
    _joining(module.Popen, "wait", "returncode")


MODULES = {
    "multiprocessing.process": _process,
    "multiprocessing.synchronize": _synchronize,
    "multiprocessing.managers": _managers,
    "subprocess": _subprocess,
}
