"""The table of the calls that are waits if they stop their caller, and the calls that end other processes.

A new wait needs only a row, even if its function or type is written in C: a module is hooked when it is imported
(`hooks.py`). Whatever reads or writes a stream, such as a pipe of `subprocess`, calls `FileIO` in the end.
"""

import os
import stat
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ..notes import Cancel, main_lane
from ..waits import Wait
from .asking import asked, asked_by, outside
from .channels import RECEIVES
from .hooks import NOTHING, Context, Hooks
from .limits import limiting
from .notebook import PUSHED, here, idle, meanwhile, note, waiting
from .push import asleep
from .threads import lane_of


def process(self: Any, *_: object, **__: object) -> str:
    return main_lane(self.pid)


def child(pid: int, *_: object, **__: object) -> str:
    return main_lane(pid) if pid > 0 else ""


# For `Stops.is_wait`.


def lasts(*args: Any, timeout: float | None = None) -> bool:
    """Return False for a timeout of 0, given by name or last: so an event loop looks at its files in each turn."""
    return timeout != 0 and args[-1:] != (0,)


def pours(file: Any, *_: object) -> bool:
    """Return whether an open file, or the file with this number, is a pipe."""
    return stat.S_ISFIFO(_mode(file))


def comes(file: Any, *_: object) -> bool:
    """Return whether what is read comes from elsewhere, such as a keyboard, and is not in a regular file."""
    return not stat.S_ISREG(_mode(file))


def _mode(file: Any) -> int:
    try:
        return os.fstat(file if isinstance(file, int) else file.fileno()).st_mode
    except (AttributeError, OSError, ValueError):  # it is closed, or no file: the call itself says so
        return 0


class Stops(NamedTuple):
    """A row of the table: `names` are functions of `module` that may stop their caller.

    `what` is the wait that they are. By the arguments of a call, `whom` returns the lane that it waits for, and
    `is_wait` whether it can be a wait; `when` returns whether a call made at this moment is to be noted.
    """

    what: str
    module: str = ""
    names: str = ""
    whom: Callable[..., str] = lambda *_, **__: ""
    is_wait: Callable[..., bool] = lambda *_, **__: True
    when: Callable[[], bool] = asked

    def around(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        with NOTHING if self.what == Wait.SELECT else limiting(original, args, kwargs):  # `select` takes nothing
            if not (self.when() and self.is_wait(*args, **kwargs)):
                return original(*args, **kwargs)
            sleeps = PUSHED and self.what == Wait.SLEEP
            waits = waiting(self.what, self.whom(*args, **kwargs))
            with asleep(here.lane) if sleeps else NOTHING, waits, meanwhile(busy=True):
                return original(*args, **kwargs)


_COMMANDS = "call", "check_call", "check_output", "getoutput", "getstatusoutput"
STOPS = (
    Stops(Wait.SLEEP, "time", "sleep"),
    Stops(Wait.LOCK, "fcntl", "flock lockf"),
    Stops(Wait.WAITPID, "os", "waitpid wait4", child),
    Stops(Wait.CHILD, "os", "wait wait3"),
    Stops(Wait.SYSTEM, "os", "system"),
    Stops(Wait.READ, "os", "read readv", is_wait=comes),
    Stops(Wait.WRITE, "os", "write writev", is_wait=pours),
    Stops(Wait.SEND, "os", "write", when=partial(asked_by, "send", "send_bytes")),
    Stops(Wait.READ, "io", "FileIO.read FileIO.readinto FileIO.readall", is_wait=comes),
    Stops(Wait.WRITE, "io", "FileIO.write", is_wait=pours),
    Stops(Wait.SELECT, "select", "select poll().poll epoll.poll", is_wait=lasts),
    Stops(Wait.SELECT, "selectors", "SelectSelector.select PollSelector.select EpollSelector.select", is_wait=lasts),
    Stops(Wait.PAUSE, "signal", "pause"),
    Stops(Wait.SIGNAL, "signal", "sigwait sigwaitinfo sigtimedwait"),
    Stops(Wait.JOIN, "threading", "Thread.join", lambda thread, *_, **__: lane_of(thread)),
    Stops(Wait.BARRIER, "threading", "Barrier.wait"),
    Stops(Wait.EVENT, "threading", "Event.wait"),
    Stops(Wait.CONDITION, "threading", "Condition.wait Condition.wait_for"),
    Stops(Wait.PUT, "threading", "Condition.wait", when=partial(asked_by, "put")),
    Stops(Wait.SEMAPHORE, "threading", "Semaphore.acquire Semaphore.__enter__"),
    Stops(Wait.GET, "queue", "Queue.get SimpleQueue.get"),
    Stops(Wait.QUEUE, "queue", "Queue.join"),
    Stops(Wait.RESULT, "concurrent.futures._base", "Future.result Future.exception"),
    Stops(Wait.SHUTDOWN, "concurrent.futures._base", "Executor.__exit__"),
    Stops(Wait.SHUTDOWN, "concurrent.futures.thread", "ThreadPoolExecutor.shutdown"),
    Stops(Wait.SHUTDOWN, "concurrent.futures.process", "ProcessPoolExecutor.shutdown"),
    Stops(Wait.RESULTS, "concurrent.futures._base", "wait"),
    Stops(Wait.JOIN, "multiprocessing.process", "BaseProcess.join", process),
    Stops(Wait.CONDITION, "multiprocessing.synchronize", "Condition.wait Condition.wait_for"),
    Stops(Wait.EVENT, "multiprocessing.synchronize", "Event.wait"),
    Stops(Wait.PUT, "_multiprocessing", "SemLock.acquire", when=partial(asked_by, "put")),
    Stops(Wait.GET, "multiprocessing.queues", "Queue.get SimpleQueue.get"),
    Stops(Wait.QUEUE, "multiprocessing.queues", "JoinableQueue.join"),
    Stops(Wait.FLUSH, "multiprocessing.queues", "Queue._finalize_join", when=idle),
    Stops(Wait.RECV, "multiprocessing.connection", "_ConnectionBase.recv _ConnectionBase.recv_bytes"),
    Stops(Wait.POLL, "multiprocessing.connection", "_ConnectionBase.poll"),
    Stops(Wait.READY, "multiprocessing.connection", "wait"),
    Stops(Wait.ACCEPT, "multiprocessing.connection", "Listener.accept"),
    Stops(Wait.CONNECT, "multiprocessing.connection", "Client"),
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
    *(Stops(name, "subprocess", name) for name in _COMMANDS),
    Stops(Wait.WAIT, "subprocess", "Popen.wait Popen.communicate Popen.__exit__", process),
    Stops(Wait.RESOLVE, "socket", "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getnameinfo"),
    Stops(Wait.RECV, "socket", f"{RECEIVES} SocketIO.readinto"),
    Stops(Wait.SEND, "socket", "socket.send socket.sendall socket.sendmsg socket.sendto SocketIO.write"),
    Stops(Wait.ACCEPT, "socket", "socket.accept"),
    Stops(Wait.CONNECT, "socket", "socket.connect create_connection"),
)
HOOKS, GIVING = Hooks(), Hooks()
for _call in STOPS:
    (GIVING if _call.what in (Wait.SEND, Wait.WRITE) else HOOKS).around(_call.module, _call.names)(_call.around)


@HOOKS.before("multiprocessing.process", "BaseProcess.terminate BaseProcess.kill")
@HOOKS.before("multiprocessing.popen_fork", "Popen.terminate")
def _end(self: Any) -> Context:
    """Note that a process is ended: by the program, or as a daemon that is left when its parent exits."""
    if not asked() and outside().f_code.co_name != "_exit_function":
        return NOTHING
    note(Cancel(process(self)))
    return meanwhile(busy=True)
