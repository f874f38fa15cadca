"""Processes: who starts them, who waits for their end, and what a manager does for them."""

import os
import re
from pathlib import Path
from typing import Any

from ..notes import Begin, End, Forked, LaneKind, Start, main_lane
from ..waits import Rule
from . import printing
from .asking import call, example
from .calls import Stops
from .hooks import Hooks, around
from .notebook import PUSHED, Process, catch_up, clock_ns, here, idle, lane, note, stop
from .push import begins
from .sync import take

HOOKS = Hooks()

# Forks.


def hook() -> None:
    os.register_at_fork(before=_forking, after_in_parent=stop, after_in_child=_forked)


def _forking() -> None:
    catch_up()
    Process.forker = lane(), clock_ns()


def _forked() -> None:
    here.begin()
    _lucky.clear()
    if PUSHED:
        begins(here.lane)
    note(Forked(*Process.forker))


_PROGRAM = os.getpid() if os.getppid() <= 1 else -1
"""The number of this process if the first process of its namespace started it, else -1."""


@HOOKS.around("os", "getppid")
def _parent(original: Any) -> int:
    """Let the program's parent be a process that is not the first, like the shell that starts it for a reader."""
    number = int(original())
    return _PROGRAM - 1 if number <= 1 and os.getpid() == _PROGRAM else number


# Waits for the end of a process.

_lucky: list[tuple[int, int]] = []
"""The children, with their codes, that happened to end first when the program waited for any of several."""


@HOOKS.after("os", "wait waitpid wait3 wait4")
def _wait(value: Any, *args: int, **named: int) -> None:
    """Note the end of a child.

    If the call waited for any, which one ended first is luck, and the end is noted only when no child is left.
    """
    *pid, options = (*args, *(named[name] for name in ("pid", "options") if name in named)) or (0,)
    if options & os.WNOHANG or os.WIFSTOPPED(value[1]) or os.WIFCONTINUED(value[1]):
        return
    _lucky.append((value[0], os.waitstatus_to_exitcode(value[1])))
    if pid and pid[0] > 0:
        _ended(*_lucky.pop())
    while _lucky and not _is_left():
        _ended(*_lucky.pop())


def _is_left() -> bool:
    """Return whether this process has another child, be it one that has ended and was not waited for."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


@HOOKS.after("multiprocessing.process", "BaseProcess.join")
@HOOKS.after("subprocess", "Popen.wait")
def _join(_: object, self: Any, *__: object, **___: object) -> None:
    """Note the end of a process that was seen to have ended before, for which no call of the system is made."""
    code = self.exitcode if hasattr(self, "exitcode") else self.returncode
    if code is not None:
        _ended(self.pid, code)


def _ended(number: int, code: int) -> None:
    """Note the end of a process; a negative code is that of the signal that ended it."""
    take(Rule.END, main_lane(number))
    if code < 0:
        take(Rule.SIGNAL, f"{number} {-code}")


# Starts of processes.


def _name(process: Any) -> str:
    """Return the name of a process; if nobody gave it one, that of the program's function that it runs."""
    code = getattr(getattr(process, "_target", None), "__code__", None)  # `_target` goes once the process is started
    if code and example(code.co_filename) and re.fullmatch(r"\w*Process-[\d:]+", process.name):
        return str(code.co_name)
    return str(process.name)


@HOOKS.around("multiprocessing.process", "BaseProcess.start")
def _start(original: Any, self: Any) -> None:
    since_ns, name = clock_ns(), _name(self)
    original(self)
    note(Start(main_lane(self.pid), name, call()), since_ns)


@HOOKS.around("multiprocessing.process", "BaseProcess._bootstrap")
def _bootstrap(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    here.busy = False
    note(Begin(LaneKind.PROCESS, _name(self), own=True))
    try:
        return original(self, *args, **kwargs)
    finally:
        printing.end()
        note(End())


@HOOKS.around("subprocess", "Popen.__init__")
def _popen(original: Any, self: Any, args: Any, *more: Any, **keywords: Any) -> None:
    since_ns = clock_ns()
    original(self, args, *more, **keywords)
    words = os.fsdecode(args).split() if isinstance(args, str | bytes | os.PathLike) else [*map(os.fsdecode, self.args)]
    note(Start(main_lane(self.pid), Path(*words[:1]).name, call()), since_ns)


# What a program calls by way of a manager is a wait, called by the name of the method or type.


@HOOKS.after("multiprocessing.managers", "BaseManager.register")
def _register(_: object, cls: Any, typeid: str, *__: object, **___: object) -> None:
    if hasattr(cls, typeid):
        around(cls, typeid, Stops(typeid).around)


@HOOKS.around("multiprocessing.managers", "BaseProxy._callmethod")
def _callmethod(original: Any, self: Any, methodname: str, *args: Any, **kwargs: Any) -> Any:
    return Stops(methodname, when=idle).around(original, self, methodname, *args, **kwargs)
