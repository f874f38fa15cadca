"""Push a program about: nap at the calls that are noted, so that those overtake each other who seldom do.

As in the chaos mode of rr (its `Scheduler.cc`) some lanes are left behind for long, and all are stopped often and
briefly; and as in PCT (Burckhardt and others, "A randomized scheduler with probabilistic guarantees of finding bugs",
ASPLOS 2010) a lane falls behind the others at a few of its calls, which are drawn before it begins. A busy machine may
let any thread wait anywhere, so a pushed run is one that a reader may have. It costs time, but no work.

In half of the runs the others hold still as long as one of them sleeps: what it then finds, it has not waited for.

What is drawn follows from the seed of the run, which is that of its hashes, and from the numbers of process and thread.
"""

import os
import threading
import time
from _random import Random  # `random` takes longer to import than all of this
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LASTS_S = 3.0
"""For how long a process is pushed: one that does much, or has many threads, is to come to its end."""
SHORT_S = 0.001
STOP_S = 0.1
"""The longest nap at an instruction: what others do without any call takes no longer."""
_SEED = int(os.environ.get("PYTHONHASHSEED", "0"))
_draw = Random(_SEED).random
LONG_S = 2 * 100 ** (_draw() - 1)
"""The longest nap of this run: what is slow is overtaken only by who naps long, and what is quick by anyone."""
HOLDS_S = 2.0 if _draw() > 0.5 else 0.0
"""For how long the others hold still at most at each of their calls while one of them sleeps; 0 if they don't."""
LATE_S = 0.2
"""How much later others begin then, and go on once nobody sleeps."""
# As they are before any of this, and whatever a program puts in their place.
_sleep, _clock, _getpid = time.sleep, time.monotonic, os.getpid

ASLEEP = Path(__file__).absolute().parents[2] / "asleep"
"""A folder with a file for each thread that sleeps, of all processes."""
_sleepers: set[str] = set()
"""The threads of this process that sleep."""
_begun: dict[int, float] = {}
"""When a process was pushed first, which may have been forked."""


class _Pace(threading.local):
    """How this thread is pushed: its own chance, how many lines and other calls it made, where it falls behind, and how
    many of its instructions are left until it does there."""

    process = -1

    def begin(self, lane: str) -> None:
        if _getpid() not in _begun:
            _sleepers.clear()  # those of the process that forked this one
        self.process, self.calls = _getpid(), [0, 0]
        _begun.setdefault(self.process, _clock())
        self.random = Random(hash((_SEED, self.process, int(lane.rpartition(".")[2])))).random
        behind = self.random() < 0.5
        among = 2 ** int(6 * self.random()), 2 ** int(4 * self.random())
        self.falls = [int(calls * self.random()) if behind else -1 for calls in among]
        self.left = int(2 ** int(9 * self.random()) * self.random())


_pace = _Pace()


def nap(lane: str, prints: bool = False) -> None:
    """Let others overtake this thread or not, as is drawn for this call.

    What it `prints` is few among its calls, but decides what is seen: so it falls behind once there, once elsewhere.
    """
    if _is_over(lane):
        return
    if HOLDS_S:
        _hold(lane)
    if _pace.calls[prints] == _pace.falls[prints]:
        _sleep(LONG_S * (1 + _pace.random()) / 2)
    elif _pace.random() < 0.25:
        _sleep(SHORT_S * _pace.random())
    _pace.calls[prints] += 1


def _is_over(lane: str) -> bool:
    """Whether this process has been pushed for long enough."""
    if _pace.process != _getpid():  # this thread has just begun, or was forked
        _pace.begin(lane)
    return _clock() > _begun[_getpid()] + LASTS_S


def begins(lane: str) -> None:
    """Let who started this thread or process overtake it, which has done nothing yet."""
    nap(lane)
    if HOLDS_S and not _is_over(lane) and _pace.random() < 0.5:
        _sleep(LATE_S)  # who started it may be about to sleep
        nap(lane)


def stops(lane: str) -> bool:
    """Let this thread fall behind at an instruction, once; returns whether no other needs to be looked at."""
    over = _is_over(lane)
    _pace.left -= 1
    if _pace.left == -1 and not over:
        _sleep(STOP_S * _pace.random())
    if _sleepers and not over:
        _hold(lane)
    return over or (_pace.left < 0 and not HOLDS_S)


@contextmanager
def asleep(lane: str) -> Iterator[None]:
    """While this thread sleeps of its own accord."""
    file = ASLEEP / lane
    if HOLDS_S:
        with suppress(OSError):
            ASLEEP.mkdir(exist_ok=True)
            file.touch()
        _sleepers.add(lane)
    try:
        yield
    finally:
        _sleepers.discard(lane)
        with suppress(OSError):
            file.unlink()


def _hold(lane: str) -> None:
    """Hold still while another thread sleeps; not for too long, as it may sleep again and again to see what is new."""
    until = _clock() + HOLDS_S
    _sleep(5 * SHORT_S)
    while _clock() < until and _others(lane):
        _sleep(SHORT_S)
        if not _others(lane):
            _sleep(LATE_S)  # who has slept goes on before this one does


def _others(lane: str) -> bool:
    """Whether another thread sleeps."""
    try:
        return any(file.name != lane for file in ASLEEP.iterdir())
    except OSError:  # none has slept yet, or this process may open no more files
        return False
