"""Push a program: let its lanes nap at the calls that are otherwise noted, so that they overtake each other more often.

As in the chaos mode of rr (its `Scheduler.cc`) some lanes are left behind for long, and all are stopped often and
briefly; and as in PCT (Burckhardt and others, "A randomized scheduler with probabilistic guarantees of finding bugs",
ASPLOS 2010) a lane falls behind the others at a few of its calls, which are drawn before it begins. A busy machine may
let any thread wait anywhere, so a reader may see what a pushed run shows. Pushing costs time, but no CPU.

In half of the runs all other threads hold still while one of them sleeps, or waits with a time limit: so a program is
caught that takes a sleep, or being quick enough, for a wait.

What is drawn follows from the seed of the run, which is that of its hashes, and from the numbers of process and thread.
"""

import os
import threading
import time
from _random import Random  # `random` takes longer to import than all of this
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .behind import others_run

LASTS_S = 3.0
"""For how long a process is pushed; then it comes to its end undisturbed, even with much to do or many threads."""
SHORT_S = 0.001
STOP_S = 0.1
"""The longest nap at an instruction, which is enough for what other threads do without any call."""
_SEED = int(os.environ.get("PYTHONHASHSEED", "0"))
_draw = Random(_SEED).random
LONG_S = 2 * 100 ** (_draw() - 1)
"""The longest nap of this run: slow work overtakes a thread only in runs with long naps, quick work in any."""
HOLDS_S = 2.0 if _draw() > 0.5 else 0.0
"""The longest time for which a thread holds still at a call while another one sleeps; 0 if none does in this run."""
BEHIND_S = 2.0
"""The longest time for which a thread falls behind others that compute."""
LATE_S = 0.2
"""How much later a thread begins at most, and how much later one that holds still goes on once nobody sleeps."""
# The original functions, before the collector wraps them or a program replaces them.
_sleep, _clock, _getpid = time.sleep, time.monotonic, os.getpid
_make, _remove, _list = os.mkdir, os.rmdir, os.listdir

ASLEEP = Path.cwd().parent / "asleep"
"""A folder with a folder for each thread that sleeps, of all processes of this run; its name is the thread's lane."""
_sleepers: set[str] = set()
"""The lanes of this process that sleep."""
_begun: dict[int, float] = {}
"""By process number, since when it is pushed; a forked process finds here those of its parents."""


class _Pace(threading.local):
    """How this thread is pushed.

    `random` is its own generator. `calls` counts its other calls (0) and its lines (1), and `falls` has the number of
    each kind at which it falls behind, or -1. `left` is how many instructions are left until it falls behind there.
    """

    process = -1
    starts = False

    def begin(self, lane: str) -> None:
        if _getpid() not in _begun:
            _sleepers.clear()  # they are of the process that forked this one
        self.process, self.calls = _getpid(), [0, 0]
        _begun.setdefault(self.process, _clock())
        self.random = Random(hash((_SEED, self.process, int(lane.rpartition(".")[2])))).random
        behind = self.random() < 0.5
        among = 2 ** int(6 * self.random()), 2 ** int(4 * self.random())
        self.falls = [int(calls * self.random()) if behind else -1 for calls in among]
        self.left = int(2 ** int(9 * self.random()) * self.random())


_pace = _Pace()


def nap(lane: str, prints: bool = False) -> None:
    """Let others overtake this thread, or not, as was drawn for this call; `prints` if it is about to print a line.

    A thread falls behind at one of its lines and at one of its other calls: lines are few among all calls, but decide
    what is seen.
    """
    if is_over(lane):
        return
    if HOLDS_S:
        _hold(lane)
    if _pace.calls[prints] == _pace.falls[prints]:
        _fall_behind(LONG_S * (1 + _pace.random()) / 2)
    elif _pace.random() < 0.25:
        _sleep(SHORT_S * _pace.random())
    _pace.calls[prints] += 1


def is_over(lane: str) -> bool:
    """Return whether this process has been pushed for long enough."""
    if _pace.process != _getpid():  # this thread or its process has just begun
        _pace.begin(lane)
    return _pace.starts or _clock() > _begun[_getpid()] + LASTS_S


def starts() -> None:
    """Let this thread not nap until it `begins`, since whoever starts it waits for that."""
    _pace.starts = True


def begins(lane: str) -> None:
    """Let whoever started this thread or process overtake it before it does anything."""
    _pace.starts = False
    nap(lane)
    if is_over(lane) or _pace.random() < 0.5:
        return
    if HOLDS_S:
        _sleep(LATE_S)  # whoever started it may be about to sleep
        nap(lane)
    else:
        _fall_behind(LATE_S * _pace.random())


def _fall_behind(seconds: float) -> None:
    """Sleep so long, and then until all other threads wait or sleep, but not for too long, since they may poll."""
    until = _clock() + BEHIND_S
    _sleep(seconds)
    while _clock() < until and others_run():
        _sleep(5 * SHORT_S)


def stops(lane: str) -> bool:
    """Let this thread fall behind at an instruction, once; return whether it need not be asked again at the next."""
    over = is_over(lane)
    _pace.left -= 1
    if _pace.left == -1 and not over:
        _sleep(STOP_S * _pace.random())
    if _sleepers and not over:
        _hold(lane)
    return over or (_pace.left < 0 and not HOLDS_S)


@contextmanager
def asleep(lane: str) -> Iterator[None]:
    """Tell all threads that this one sleeps, or waits with a time limit, for as long as the context lasts."""
    if HOLDS_S:
        _try(_make, ASLEEP)
        _try(_make, ASLEEP / lane)
        _sleepers.add(lane)
    try:
        yield
    finally:
        _sleepers.discard(lane)
        _try(_remove, ASLEEP / lane)


def _hold(lane: str) -> None:
    """Hold still while another thread sleeps, but not for too long, since it may poll and sleep again and again."""
    until = _clock() + HOLDS_S
    _sleep(5 * SHORT_S)
    while _clock() < until and _others(lane):
        _sleep(SHORT_S)
        if not _others(lane):
            _sleep(LATE_S)  # let the one that slept go on first


def _others(lane: str) -> bool:
    """Return whether another thread sleeps."""
    return not {*(_try(_list, ASLEEP) or ())} <= {lane}


def _try(call: Callable[[Path], Any], path: Path) -> Any:
    """Return the value of a function of `os`; None if it fails, as where there is no such folder, or too many files are
    open. An error that a handler of signals raises meanwhile has frames of its own, and is the program's."""
    try:
        return call(path)
    except OSError as error:
        if error.__traceback__ and error.__traceback__.tb_next:
            raise
        return None
