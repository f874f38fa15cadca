"""The keeper (Linux): a process that has each piece of work done by a process of its own, and watches over it.

It comes from a nursery. The keeper has the clock and the folders, outside the namespaces of the work. The worker is
the first process in them: it adopts every orphan, can't be stopped or killed from within, and all end with it. A piece
of work comes pickled in a file in which its worker leaves the answer, so that nobody ever waits for another to read.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import socket
import struct
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psutil  # type: ignore[import-untyped]

from witness.running import namespaces

MARGIN = 10.0
"""How many seconds more than its limit a worker is given before it is ended from outside."""
ORDER = struct.Struct("Qd?")
"""What comes with the file of a piece of work: its number, how many seconds it has, and whether it is confined."""
ENDED = struct.Struct("Qi")
"""What is said when its worker has ended: the number, and how, in `HOW`; 0 if the answer is in the file."""
HOW = ("", "it ended the process that runs it", "it stopped the process that runs it: no answer in time")

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


@dataclass
class _Worker:
    """A process under watch: `end` is readable when it has ended."""

    number: int
    pid: int
    end: int
    home: tempfile.TemporaryDirectory[str]
    deadline: float
    confined: bool


def nurse(requests: socket.socket) -> NoReturn:
    """Fork a keeper for each socket that comes, with a folder to be in and one for temporary files; to the last.

    It was forked while its parent was small. So the keepers and workers are, and forking them is quick.
    """
    try:
        gc.disable()  # it would touch, and so copy, the memory that is shared with the parent
        os.setsid()  # Ctrl-C is for the parent
        for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
            # What is ignored here would be ignored in the programs, and what has a handler would reach the worker.
            if signal.getsignal(number) not in (signal.SIG_DFL, None):
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, _reap)
        while (request := socket.recv_fds(requests, 1 << 16, 1))[0]:
            folder, tempfile.tempdir = pickle.loads(request[0])
            with socket.socket(fileno=request[1][0]) as orders:
                if not (keeper := os.fork()):
                    requests.close()
                    os.chdir(folder)
                    keep(orders)
            end = os.pidfd_open(keeper)
            socket.send_fds(requests, [b"!"], [end])
            os.close(end)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def keep(orders: socket.socket) -> NoReturn:
    """Be the keeper until nobody can give orders any more."""
    workers: list[_Worker] = []
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        while _turn(orders, workers):
            pass
    except BrokenPipeError:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        for worker in workers:
            _end(worker)
        os._exit(0)


def _turn(orders: socket.socket, workers: list[_Worker]) -> bool:
    """Wait for an order, an end or a deadline, and see to it; false if no order can come any more."""
    first = min((worker.deadline for worker in workers), default=float("inf"))
    wait = min(60.0, max(0.0, first - time.monotonic()))
    ready, _, _ = select.select([orders.fileno(), *(worker.end for worker in workers)], [], [], wait)
    for worker in workers.copy():
        if worker.end in ready or worker.deadline < time.monotonic():
            workers.remove(worker)
            status = _end(worker)
            orders.send(ENDED.pack(worker.number, (1 if status else 0) if worker.end in ready else 2))
    if orders.fileno() in ready:
        order, files, _, _ = socket.recv_fds(orders, ORDER.size, 1)
        if not order:
            return False
        number, limit, confined = ORDER.unpack(order)
        home = tempfile.TemporaryDirectory(prefix="witness-", ignore_cleanup_errors=True)
        try:
            if not (pid := namespaces.fork() if confined else os.fork()):
                _work(files[0], Path(home.name), confined)
            deadline = time.monotonic() + limit + MARGIN
            workers.append(_Worker(number, pid, os.pidfd_open(pid), home, deadline, confined))
        except OSError as error:
            home.cleanup()
            _leave(files[0], None, str(error))
            orders.send(ENDED.pack(number, 0))
        os.close(files[0])
    return True


def _end(worker: _Worker) -> int:
    """End a worker, and what it left if it isn't the first process of its namespaces; return its status."""
    left = [] if worker.confined else psutil.Process(worker.pid).children(recursive=True)
    os.kill(worker.pid, signal.SIGKILL)
    os.close(worker.end)
    _, status = os.waitpid(worker.pid, 0)
    for process in left:
        with suppress(psutil.Error, ChildProcessError):
            process.kill()
            os.waitpid(process.pid, 0)
    worker.home.cleanup()
    return status


def _work(file: int, home: Path, confined: bool) -> NoReturn:
    """Do a piece of work, and leave in its file the answer, or why there is none."""
    answer, none, before = None, "", None
    try:
        namespaces.call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if confined:
            namespaces.furnish(home)
        else:
            namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if confined or os.getuid() == 0:  # another user has none
            namespaces.drop_capabilities()
        before = _limits()
        with open(file, "rb", closefd=False) as order:
            answer = pickle.load(order)(home)
    except BaseException:
        none = f"the process that runs it failed\n{traceback.format_exc()}"
    try:
        if before and before != _limits():
            none = "it changed the limits of the process that runs it"
        _leave(file, answer, none)
        os._exit(0)
    finally:
        os._exit(1)


def _leave(file: int, answer: object, none: str) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, pickle.dumps((answer, none)), 0)


def _limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(limit) for limit in _LIMITS]
