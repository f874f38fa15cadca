"""The calls that are waits, and those that let others go on or end them, in two tables.

They are of modules that are written in Python, or of `os`, `time` and `threading`, which every process has imported.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..notes import Cancel, On, Put, Set, Waits
from ..waits import Wait
from . import tokens
from .hooks import replace
from .notebook import asked, caller, during, idle, note


def nothing(*_: object) -> str:
    return ""


def at_exit() -> bool:
    """Whether `multiprocessing` ends the daemons that are left when their parent ends."""
    return caller(2).f_code.co_name == "_exit_function"


class Stops(NamedTuple):
    """Functions that may stop their caller; `whom` is of the arguments, `token` of the value and the arguments."""

    what: str
    module: str = ""
    names: str = ""
    whom: Callable[..., str] = nothing
    token: Callable[..., str] = nothing
    when: Callable[[], bool] = asked

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def stopping(*args: Any, **kwargs: Any) -> Any:
            if not self.when():
                return original(*args, **kwargs)
            note(Waits(self.what, self.whom(*args)))
            value = None
            try:
                value = during(original, *args, **kwargs)
                return value
            finally:
                note(On(self.token(value, *args)))

        return stopping


class Lets(NamedTuple):
    """Functions that let others go on, or end them; `about` is of the arguments."""

    record: type[Cancel | Put | Set]
    module: str
    names: str
    about: Callable[..., str]
    when: Callable[[], bool] = asked

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def letting(*args: Any, **kwargs: Any) -> Any:
            if not self.when():
                return original(*args, **kwargs)
            note(self.record(self.about(*args, *kwargs.values())))
            return during(original, *args, **kwargs)

        return letting


_LOCKS = "Lock.__enter__ RLock.__enter__"
_SEMAPHORES = "Semaphore.__enter__ BoundedSemaphore.__enter__"
STOPS = (
    Stops(Wait.SLEEP, "time", "sleep"),
    Stops(Wait.WAITPID, "os", "waitpid", lambda number, *_: f"{number}.0", tokens.reaped),
    Stops(Wait.WAIT, "os", "wait"),
    Stops(Wait.JOIN, "threading", "Thread.join", tokens.thread),
    Stops(Wait.BARRIER, "threading", "Barrier.wait"),
    Stops(Wait.EVENT, "threading", "Event.wait", token=tokens.event),
    Stops(Wait.CONDITION, "threading", "Condition.wait Condition.wait_for"),
    Stops(Wait.LOCK, "threading", "Condition.__enter__"),
    Stops(Wait.SEMAPHORE, "threading", "Semaphore.acquire Semaphore.__enter__"),
    Stops(Wait.GET, "queue", "Queue.get", token=tokens.got),
    Stops(Wait.QUEUE, "queue", "Queue.join"),
    Stops(Wait.RESULT, "concurrent.futures._base", "Future.result Future.exception"),
    Stops(Wait.SHUTDOWN, "concurrent.futures._base", "Executor.__exit__"),
    Stops(Wait.WAIT, "concurrent.futures._base", "wait"),
    Stops(Wait.JOIN, "multiprocessing.process", "BaseProcess.join", tokens.process, tokens.joined),
    Stops(Wait.LOCK, "multiprocessing.synchronize", f"{_LOCKS} Condition.__enter__"),
    Stops(Wait.SEMAPHORE, "multiprocessing.synchronize", _SEMAPHORES),
    Stops(Wait.CONDITION, "multiprocessing.synchronize", "Condition.wait Condition.wait_for"),
    Stops(Wait.EVENT, "multiprocessing.synchronize", "Event.wait", token=tokens.shared_event),
    Stops(Wait.GET, "multiprocessing.queues", "Queue.get SimpleQueue.get", token=tokens.got),
    Stops(Wait.QUEUE, "multiprocessing.queues", "JoinableQueue.join"),
    Stops(Wait.FLUSH, "multiprocessing.queues", "Queue._finalize_join", when=idle),
    Stops(Wait.RECV, "multiprocessing.connection", "_ConnectionBase.recv", token=tokens.got),
    Stops(Wait.MAP, "multiprocessing.pool", "Pool.map Pool.starmap Pool.apply"),
    Stops(Wait.JOIN, "multiprocessing.pool", "Pool.join"),
    Stops(Wait.TERMINATE, "multiprocessing.pool", "Pool.terminate", when=idle),
    Stops(Wait.GET, "multiprocessing.pool", "ApplyResult.get ApplyResult.wait"),
    Stops(Wait.NEXT, "multiprocessing.pool", "IMapIterator.next IMapIterator.__next__"),
    Stops(Wait.START, "multiprocessing.forkserver", "connect_to_new_process read_signed", when=idle),
    Stops(Wait.START, "multiprocessing.managers", "BaseManager.start", when=idle),
    Stops(Wait.SHUTDOWN, "multiprocessing.managers", "BaseManager._finalize_manager", when=idle),
    Stops(Wait.DECREF, "multiprocessing.managers", "BaseProxy._decref", when=idle),
    Stops(Wait.SERVE, "multiprocessing.managers", "Server.serve_forever"),
    Stops(Wait.RUN, "subprocess", "run"),
    Stops(Wait.CALL, "subprocess", "call"),
    Stops(Wait.CHECK_CALL, "subprocess", "check_call"),
    Stops(Wait.CHECK_OUTPUT, "subprocess", "check_output"),
    Stops(Wait.WAIT, "subprocess", "Popen.wait Popen.communicate", tokens.process, tokens.alive),
    Stops(Wait.RECV, "socket", "socket.recv"),
    Stops(Wait.ACCEPT, "socket", "socket.accept"),
)
LETS = (
    Lets(Set, "threading", "Event.set", tokens.is_set),
    Lets(Set, "asyncio.locks", "Event.set", tokens.is_set),
    Lets(Put, "queue", "Queue.put", tokens.put),
    Lets(Cancel, "multiprocessing.process", "BaseProcess.terminate BaseProcess.kill", tokens.process),
    Lets(Cancel, "multiprocessing.popen_fork", "Popen.terminate", tokens.process, at_exit),
    Lets(Set, "multiprocessing.synchronize", "Event.set", lambda self: tokens.shared_event(True, self)),
    Lets(Put, "multiprocessing.queues", "Queue.put JoinableQueue.put SimpleQueue.put", tokens.put),
    Lets(Put, "multiprocessing.connection", "_ConnectionBase.send", tokens.put),
)


def hook(module: Any) -> None:
    """Note the calls of a module."""
    for call in (*STOPS, *LETS):
        for name in call.names.split() if call.module == module.__name__ else ():
            owner, _, function = name.rpartition(".")
            note_calls(getattr(module, owner) if owner else module, function, call)


def note_calls(owner: Any, name: str, call: Stops | Lets) -> None:
    replace(owner, name, call.around(getattr(owner, name)))
