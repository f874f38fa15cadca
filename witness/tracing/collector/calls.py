"""The calls that are waits, in a table, and those that end others.

They are of modules that are written in Python, or of `os`, `time` and `threading`, which every process has imported.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NamedTuple

from ..notes import Cancel, On, Waits
from ..waits import Wait
from .hooks import Hooks
from .notebook import PUSHED, asked, during, here, idle, note, outside
from .push import asleep
from .threads import lane_of


def nothing(*_: object) -> str:
    return ""


def process(self: Any, *_: object) -> str:
    return f"{self.pid}.0"


def thread(self: Any, *_: object) -> str:
    return lane_of(self)


class Stops(NamedTuple):
    """Functions that may stop their caller; `whom` they wait for is of the arguments."""

    what: str
    module: str = ""
    names: str = ""
    whom: Callable[..., str] = nothing
    when: Callable[[], bool] = asked

    def around(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.when():
            return original(*args, **kwargs)
        try:
            with asleep(here.lane) if PUSHED and self.what == Wait.SLEEP else nullcontext():
                note(Waits(self.what, self.whom(*args)))
                return during(original, *args, **kwargs)
        finally:
            note(On())


_LOCKS = "Lock.__enter__ RLock.__enter__"
_SEMAPHORES = "Semaphore.__enter__ BoundedSemaphore.__enter__"
STOPS = (
    Stops(Wait.SLEEP, "time", "sleep"),
    Stops(Wait.WAITPID, "os", "waitpid wait4", lambda number, *_: f"{number}.0"),
    Stops(Wait.WAIT, "os", "wait wait3 waitid"),
    Stops(Wait.JOIN, "threading", "Thread.join", thread),
    Stops(Wait.BARRIER, "threading", "Barrier.wait"),
    Stops(Wait.EVENT, "threading", "Event.wait"),
    Stops(Wait.CONDITION, "threading", "Condition.wait Condition.wait_for"),
    Stops(Wait.LOCK, "threading", "Condition.__enter__"),
    Stops(Wait.SEMAPHORE, "threading", "Semaphore.acquire Semaphore.__enter__"),
    Stops(Wait.GET, "queue", "Queue.get"),
    Stops(Wait.QUEUE, "queue", "Queue.join"),
    Stops(Wait.RESULT, "concurrent.futures._base", "Future.result Future.exception"),
    Stops(Wait.SHUTDOWN, "concurrent.futures._base", "Executor.__exit__"),
    Stops(Wait.WAIT, "concurrent.futures._base", "wait"),
    Stops(Wait.JOIN, "multiprocessing.process", "BaseProcess.join", process),
    Stops(Wait.LOCK, "multiprocessing.synchronize", f"{_LOCKS} Condition.__enter__"),
    Stops(Wait.SEMAPHORE, "multiprocessing.synchronize", _SEMAPHORES),
    Stops(Wait.CONDITION, "multiprocessing.synchronize", "Condition.wait Condition.wait_for"),
    Stops(Wait.EVENT, "multiprocessing.synchronize", "Event.wait"),
    Stops(Wait.GET, "multiprocessing.queues", "Queue.get SimpleQueue.get"),
    Stops(Wait.QUEUE, "multiprocessing.queues", "JoinableQueue.join"),
    Stops(Wait.FLUSH, "multiprocessing.queues", "Queue._finalize_join", when=idle),
    Stops(Wait.RECV, "multiprocessing.connection", "_ConnectionBase.recv"),
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
    Stops(Wait.WAIT, "subprocess", "Popen.wait Popen.communicate", process),
    Stops(Wait.RECV, "socket", "socket.recv"),
    Stops(Wait.ACCEPT, "socket", "socket.accept"),
)
HOOKS = Hooks()
for _call in STOPS:
    HOOKS.around(_call.module, _call.names)(_call.around)


@HOOKS.around("multiprocessing.process", "BaseProcess.terminate BaseProcess.kill")
@HOOKS.around("multiprocessing.popen_fork", "Popen.terminate")
def _end(original: Any, self: Any) -> Any:
    """As the program asks for, or as the daemons that are left are ended when their parent ends."""
    if not asked() and outside().f_code.co_name != "_exit_function":
        return original(self)
    note(Cancel(process(self)))
    return during(original, self)
