"""Processes and what they share: locks, queues, pipes, pools, managers, sockets; and other programs."""

import functools
import os
import re
import shlex
from pathlib import Path
from typing import Any

from ..notes import Begin, Cancel, End, Forked, LaneKind, On, Own, Put, Set, Start, Waits
from ..waits import Wait
from . import tokens
from .hooks import does, replace, waits
from .notebook import Process, caller, clock_ns, during, example, here, idle, lane, note


def hook() -> None:
    waits(os, Wait.WAITPID, "waitpid", whom=lambda number, *_: f"{number}.0", token=tokens.reaped)
    waits(os, Wait.WAIT, "wait")
    os.register_at_fork(before=_forking, after_in_child=_forked)


def _forking() -> None:
    Process.forker = lane(), clock_ns()


def _forked() -> None:
    here.lane, here.within, here.busy = "0", "", False
    here.frames.clear()
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
        note(Start(f"{self.pid}.0", name), since_ns)

    def _bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        here.busy = False
        note(Begin(LaneKind.PROCESS, _name(self)))
        note(Own())
        try:
            return bootstrap(self, *args, **kwargs)
        finally:
            note(End())

    replace(base, "start", _start)
    replace(base, "_bootstrap", _bootstrap)
    waits(base, Wait.JOIN, "join", whom=tokens.process, token=lambda _, self, *__: tokens.alive(_, self._popen))
    does(base, Cancel, "terminate", tokens.process)
    does(base, Cancel, "kill", tokens.process)


def _process_start(module: Any) -> None:
    does(module.Popen, Cancel, "terminate", tokens.process, when=_at_exit)


def _at_exit() -> bool:
    """Whether `multiprocessing` ends the daemons that are left when their parent ends."""
    return caller(2).f_code.co_name == "_exit_function"


def _synchronize(module: Any) -> None:
    locks = {
        "Lock": Wait.LOCK,
        "RLock": Wait.LOCK,
        "Semaphore": Wait.SEMAPHORE,
        "BoundedSemaphore": Wait.SEMAPHORE,
    }
    make = module.SemLock._make_methods

    def _make_methods(self: Any) -> None:
        make(self)
        waits(self, locks[type(self).__name__], "acquire")

    replace(module.SemLock, "_make_methods", _make_methods)
    for name, what in locks.items():
        waits(getattr(module, name), what, "__enter__")
    waits(module.Condition, Wait.CONDITION, "wait", "wait_for")
    waits(module.Condition, Wait.LOCK, "__enter__")
    waits(module.Event, Wait.EVENT, "wait", token=tokens.shared_event)
    does(module.Event, Set, "set", lambda self: tokens.shared_event(True, self))


def _queues(module: Any) -> None:
    for queue in module.Queue, module.SimpleQueue:
        waits(queue, Wait.GET, "get", token=tokens.got)
    for queue in module.Queue, module.JoinableQueue, module.SimpleQueue:
        does(queue, Put, "put", tokens.put)
    waits(module.JoinableQueue, Wait.QUEUE, "join")
    waits(module.Queue, Wait.FLUSH, "_finalize_join", when=idle)


def _connection(module: Any) -> None:
    waits(module._ConnectionBase, Wait.RECV, "recv", token=tokens.got)
    does(module._ConnectionBase, Put, "send", tokens.put)


def _pool(module: Any) -> None:
    waits(module.Pool, Wait.MAP, "map", "starmap", "apply")
    waits(module.Pool, Wait.JOIN, "join")
    waits(module.Pool, Wait.TERMINATE, "terminate", when=idle)
    waits(module.ApplyResult, Wait.GET, "get", "wait")
    waits(module.IMapIterator, Wait.NEXT, "next", "__next__")


def _forkserver(module: Any) -> None:
    waits(module, Wait.START, "connect_to_new_process", when=idle)
    waits(module, Wait.START, "read_signed", when=idle)


def _managers(module: Any) -> None:
    """What a program calls by way of a manager is a wait by that name."""
    register, call = module.BaseManager.register.__func__, module.BaseProxy._callmethod

    @functools.wraps(register)
    def _register(cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        register(cls, name, *args, **kwargs)
        if hasattr(cls, name):
            waits(cls, name, name)

    def _callmethod(self: Any, name: str, *args: Any) -> Any:
        if here.busy:
            return call(self, name, *args)
        note(Waits(name))
        try:
            return during(call, self, name, *args)
        finally:
            note(On())

    module.BaseManager.register = classmethod(_register)
    replace(module.BaseProxy, "_callmethod", _callmethod)
    waits(module.BaseManager, Wait.START, "start", when=idle)
    waits(module.BaseManager, Wait.SHUTDOWN, "_finalize_manager", when=idle)
    waits(module.BaseProxy, Wait.DECREF, "_decref", when=idle)
    waits(module.Server, Wait.SERVE, "serve_forever")


def _subprocess(module: Any) -> None:
    init = module.Popen.__init__

    def _init(self: Any, args: Any, *more: Any, **keywords: Any) -> None:
        since_ns = clock_ns()
        init(self, args, *more, **keywords)
        command = shlex.split(args)[0] if isinstance(args, str) else args[0]
        note(Start(f"{self.pid}.0", Path(command).name), since_ns)

    replace(module.Popen, "__init__", _init)
    for what in Wait.RUN, Wait.CALL, Wait.CHECK_CALL, Wait.CHECK_OUTPUT:
        waits(module, what, what)
    waits(module.Popen, Wait.WAIT, "wait", "communicate", whom=tokens.process, token=tokens.alive)


def _socket(module: Any) -> None:
    for what in Wait.RECV, Wait.ACCEPT:
        waits(module.socket, what, what)


MODULES = {
    "multiprocessing.process": _process,
    "multiprocessing.popen_fork": _process_start,
    "multiprocessing.synchronize": _synchronize,
    "multiprocessing.queues": _queues,
    "multiprocessing.connection": _connection,
    "multiprocessing.pool": _pool,
    "multiprocessing.managers": _managers,
    "multiprocessing.forkserver": _forkserver,
    "subprocess": _subprocess,
    "socket": _socket,
}
