"""Two processes for each piece of work (Linux): one does it, in namespaces of its own, and a watchdog outside of them.

The watchdog has the clock and the folder. The other one is the first process in the namespaces: it adopts every orphan,
can't be stopped or killed from within, and with it all end.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil  # type: ignore[import-untyped]

from witness.running import namespaces
from witness.running.portable import Work

MARGIN = 5.0
"""How many seconds more than its limit the work is given before it is ended from outside."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


def watch(work: Work, limit: float, writer: int, parent: int, confined: bool) -> NoReturn:
    """Be the watchdog of `work`, and send to `writer` its answer, pickled, with the reason if there is none."""
    try:
        gc.disable()  # it would touch, and so copy, the memory that is shared with the parent
        os.setsid()  # Ctrl-C is for the parent
        signal.signal(signal.SIGTERM, _leave)
        namespaces.call("prctl", _PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() == parent:  # if not, it ended before it could be noted
            folder = tempfile.TemporaryDirectory(prefix="witness-", ignore_cleanup_errors=True)
            try:
                answer = _guard(work, Path(folder.name), limit, confined)
            finally:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                folder.cleanup()
            _send(writer, answer)
    except Exception:
        _send(writer, pickle.dumps((None, traceback.format_exc())))
    finally:
        os._exit(0)


def _leave(*_: object) -> None:
    raise SystemExit


def _send(writer: int, data: bytes) -> None:
    with suppress(BrokenPipeError):
        while data:
            data = data[os.write(writer, data) :]


def _guard(work: Work, home: Path, limit: float, confined: bool) -> bytes:
    """Have the work done by another process, end what is left of it when its time is over, and return the answer."""
    if confined:
        namespaces.leave()
    else:
        namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    reader, writer = os.pipe()
    worker = os.fork()
    if worker == 0:
        _work(work, home, writer, confined)
    os.close(writer)
    answer, deadline, late = b"", time.monotonic() + limit + MARGIN, True
    try:
        while late and select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
            data = os.read(reader, 1 << 16)
            answer, late = answer + data, bool(data)
    finally:
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        while not confined and (left := psutil.Process().children(recursive=True)):
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            with suppress(ChildProcessError):
                os.waitpid(-1, 0)
    if late:
        return pickle.dumps((None, "it stopped the process that runs it, which did not answer in time"))
    return pickle.dumps((None, "it ended the process that runs it")) if status else answer


def _work(work: Work, home: Path, writer: int, confined: bool) -> NoReturn:
    """Do the work and send its answer."""
    before: object = None
    try:
        namespaces.call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # What is ignored here would be ignored in the programs, and the first process is safe from what it ignores.
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE}:
            signal.signal(number, signal.SIG_DFL)
        if confined:
            namespaces.furnish(home)
        else:
            namespaces.call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        before = _limits()
        answer, none = work(home), ""
    except BaseException:
        answer, none = None, f"the process that runs it failed\n{traceback.format_exc()}"
    if before and before != _limits():
        answer, none = None, "it changed the limits of the process that runs it"
    _send(writer, pickle.dumps((answer, none)))
    os._exit(0)


def _limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(limit) for limit in _LIMITS]
