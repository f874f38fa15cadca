"""The keeper (Linux): a process that forks a worker for each piece of work, and watches over the workers.

A process has one keeper, forked while the process is small, so that workers are forked quickly. The keeper has the
clock and the folders, outside the namespaces of the work. A worker is the first process in its namespaces: it adopts
every orphan, can't be stopped or killed from within, and all processes there end with it. A piece of work is passed
pickled in a file, in which the worker leaves the answer, or the keeper the reason why there is none. So neither ever
blocks on a pipe that the other doesn't read.
"""

import gc
import os
import pickle
import resource
import signal
import socket
import subprocess
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psutil

from witness.running import namespaces
from witness.running.portable import ready

MARGIN = 10.0
"""Seconds that a worker has beyond its time limit, also to end remaining processes, before the keeper kills it."""

_ENDED, _STOPPED = "it ended the process that runs it", "it stopped the process that runs it: no answer in time"
_LIMITED = 2
"""The exit status of a worker whose limits were changed: with these it may be unable to leave an answer."""
_TROUBLE = {0: "", _LIMITED: "it changed the limits of the process that runs it"}
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


@dataclass
class _Worker:
    """A worker under watch. `end` is readable once it has ended, `asker` once its asker wants no answer any more."""

    asker: socket.socket
    file: int
    pid: int
    end: int
    home: tempfile.TemporaryDirectory[str]
    deadline: float
    confined: bool


def keep(requests: socket.socket) -> NoReturn:
    """Serve requests for work as the keeper, until nobody can send any more."""
    workers: list[_Worker] = []
    try:
        gc.disable()  # a collection would touch, and so copy, the memory shared with the parent
        os.setsid()  # Ctrl-C is for the parent
        for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
            # Programs would inherit a signal that is ignored here, and a handler set here would run in the worker.
            if signal.getsignal(number) not in (signal.SIG_DFL, None):
                signal.signal(number, signal.SIG_DFL)
        namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        while _turn(requests, workers):
            pass
    except BaseException:
        traceback.print_exc()
    finally:
        for worker in workers.copy():
            _end(workers, worker)
        os._exit(0)


def _turn(requests: socket.socket, workers: list[_Worker]) -> bool:
    """Wait for a request, a worker's end or a deadline, and handle it; return False if no more requests can come."""
    first = min((worker.deadline for worker in workers), default=float("inf"))
    wait = min(60.0, max(0.0, first - time.monotonic()))
    watched = [requests, *(end for worker in workers for end in (worker.asker, worker.end))]
    readable = ready(watched, wait)
    for worker in workers.copy():
        ended, late = worker.end in readable, worker.deadline < time.monotonic()
        if ended or late or worker.asker in readable:
            status = os.waitstatus_to_exitcode(_end(workers, worker))
            trouble = _TROUBLE.get(status, _ENDED if ended else _STOPPED)
            _tell(worker.asker, worker.file, trouble)
    if requests in readable:
        order, files, _, _ = socket.recv_fds(requests, 1 << 14, 2)
        if not order:
            return False
        _begin(workers, files[0], socket.socket(fileno=files[1]), *pickle.loads(order))
    return True


def _begin(
    workers: list[_Worker], file: int, asker: socket.socket, limit: float, confined: bool, here: Path, temporary: str
) -> None:
    """Fork a worker for the work in `file`; it starts in `here`, with a new folder below `temporary`."""
    home, pid = None, 0
    try:
        home = tempfile.TemporaryDirectory(prefix="witness-", dir=temporary, ignore_cleanup_errors=True)
        if not (pid := namespaces.fork() if confined else os.fork()):
            _work(file, here, Path(home.name), confined)
        deadline = time.monotonic() + limit + MARGIN
        workers.append(_Worker(asker, file, pid, os.pidfd_open(pid), home, deadline, confined))
    except OSError as error:
        if pid:  # it runs, but can't be watched
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if home:
            home.cleanup()
        _tell(asker, file, str(error))


def _tell(asker: socket.socket, file: int, trouble: str) -> None:
    """Tell the asker that the file has the answer, or the reason why there is none."""
    if trouble:
        _leave(file, None, trouble)
    os.close(file)
    with asker, suppress(OSError):  # the asker may be gone
        asker.send(b".")
        asker.shutdown(socket.SHUT_RDWR)  # closing is not enough: other workers have inherited it open


def _end(workers: list[_Worker], worker: _Worker) -> int:
    """Kill a worker, and the orphans that it left if it had no namespaces; return its exit status."""
    workers.remove(worker)
    os.kill(worker.pid, signal.SIGKILL)
    os.close(worker.end)
    _, status = os.waitpid(worker.pid, 0)
    others = {other.pid for other in workers}
    while not worker.confined and (left := [one for one in psutil.Process().children() if one.pid not in others]):
        for orphan in left:  # adopted by this process, which then adopts its children
            with suppress(psutil.Error, ChildProcessError):
                orphan.kill()
                os.waitpid(orphan.pid, 0)
    try:
        worker.home.cleanup()
    except RecursionError:  # the folders are nested too deeply for `shutil.rmtree`
        subprocess.run(["rm", "-rf", "--", worker.home.name])
    return status


def _work(file: int, here: Path, home: Path, confined: bool) -> NoReturn:
    """Do a piece of work as a worker, and leave in its file the answer, or the reason why there is none."""
    answer, trouble, before = None, "", None
    try:
        namespaces.call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if confined:
            namespaces.furnish(home)
        else:
            namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if confined or os.getuid() == 0:  # without namespaces, only root has any
            namespaces.drop_capabilities()
        before = _limits()
        os.chdir(here)
        with open(file, "rb", closefd=False) as order:
            answer = pickle.load(order)(home)
    except BaseException:
        trouble = f"the process that runs it failed\n{traceback.format_exc()}"
    try:
        if before and before != _limits():
            os._exit(_LIMITED)
        _leave(file, answer, trouble)
        os._exit(0)
    finally:
        os._exit(1)


def _leave(file: int, answer: object, trouble: str) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, pickle.dumps((answer, trouble)), 0)


def _limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(limit) for limit in _LIMITS]
