"""Let one lane fall behind: at each of its steps, from one of them on, it waits until the others can do no more.

A busy machine may do the same to any thread, anywhere; so what the others do meanwhile, they may always do. If they
don't print a line however long that lane is away, they wait for the lane, by whatever means.

No program can know how long it is away: meanwhile the clocks of all processes jump, farther each time (`clocks.py`).
"""

import _thread
import atexit
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_MARKER = Path(__file__).absolute().parents[2] / "behind"
"""A file with the least seconds that the lane waits, the number, from 0, of the first step at which it does, its key.

A key is ``PROCESS.THREAD``, where the number of the process is counted from that of the program, so that it is the same
in each run. Another key may follow, of a lane that falls behind the rest, but not behind the first one. If the two are
the same, the lane does not wait: only the clocks jump. The key ``*`` is that of whoever is about to print the line of
that number, in the program's own process.
"""
_SECONDS, _FIRST, *_LANES = _MARKER.read_text().split() if _MARKER.exists() else ("0", "0")
BEHIND = bool(_LANES)
_HURRIES = len(_LANES) > len({*_LANES})
PUTS_OFF = "^" in _LANES
"""Whether handlers of signals fall behind, and not a lane: they run in the main thread, wherever that happens to be."""
_LONGEST = 4
"""How many times as long the lane waits at most while others run: they may never rest."""
_POLLS, _QUIET = 400, 10
"""How often it looks at most, the first time, whether waits of others run out, as they may poll for ever, or give up;
and after how many looks in vain they do not.
"""
_NEXT = _MARKER.with_name("next")
"""A file that exists while the second lane waits, at one of its first steps."""
_STEPS = 16
"""How many these are: a second lane that polls must not let the first one wait for ever."""
_LOOK_S, _SOON_S = 0.005, 0.001
_CLOCK = _MARKER.with_name("clock")
"""A file of as many bytes as the clocks are ahead, in milliseconds."""
_JUMP_S, _FARTHER, FARTHEST_S = 0.05, 4, 10_000
"""By how many seconds they jump at first, by how many times as much each time after that, and by how many at most."""
# The original functions, before the collector wraps them or a program replaces them.
_sleep, _clock, _number = time.sleep, time.monotonic, threading.get_native_id
_start = _thread.start_new_thread
_list, _open, _read, _close, _unlink = os.listdir, os.open, os.read, os.close, os.unlink
_stat, _truncate = os.stat, os.truncate
_steps = dict.fromkeys(_LANES, 0)
_PROGRAM = _MARKER.with_name("program")
"""A file with the process number of the program, which writes it before it starts other processes."""
if BEHIND and not _PROGRAM.exists():
    _PROGRAM.write_text(str(os.getpid()))
_program = int(_PROGRAM.read_text()) if BEHIND else 0


def fall_behind(lane: str, prints: bool) -> None:
    """If `lane`, which is about to print a line if it `prints`, is the one to fall behind, wait until all other threads
    wait or sleep, and at least as long as given.

    A thread that gets no processor on a busy machine neither waits nor sleeps, so it is waited for. Those that sleep
    have the time to wake up.
    """
    process, _, thread = lane.partition(".")
    lane = f"{int(process) - _program}.{thread}"
    if _LANES[0] == "*" and prints and int(process) == _program:
        _steps["*"] += 1
        if _steps["*"] == int(_FIRST) + 1:
            _wait(_POLLS)
    if lane not in _steps:
        return
    _steps[lane] += 1
    if _HURRIES and _steps[lane] > int(_FIRST):
        advance(FARTHEST_S)
    elif lane == _LANES[0] and _steps[lane] > int(_FIRST):
        _wait(_POLLS if _steps[lane] == int(_FIRST) + 1 else 0)
        while _NEXT.exists():
            _wait()
    elif lane != _LANES[0] and _steps[lane] <= _STEPS:
        _close(_open(_NEXT, os.O_CREAT | os.O_WRONLY))
        try:
            _wait()
        finally:  # a handler of signals may raise an error
            _unlink(_NEXT)


def put_off(again: Callable[[], object]) -> None:
    """Call `again`, in a thread of its own, once the others can do no more, or else when the program ends."""
    todo = [again]

    def now() -> None:
        while todo:
            todo.pop()()

    def wait() -> None:
        _wait(_POLLS)
        now()

    atexit.register(now)
    _start(wait, ())


def _wait(polls: int = 0) -> None:
    """Wait, and go on waiting while others run, and for up to `polls` looks while their waits run out."""
    since, jump, ahead, quiet = _clock(), _JUMP_S, 0.0, 0
    while (
        (passed := _clock() - since) < float(_SECONDS)
        or (polls > 0 and quiet < _QUIET)
        or (passed < _LONGEST * float(_SECONDS) and others_run())
    ):
        _sleep(_LOOK_S if jump < FARTHEST_S else _SOON_S)
        quiet = quiet + 1 if ahead_s() == ahead else 0
        polls -= 1
        advance(jump)
        ahead = ahead_s()
        jump = min(jump * _FARTHER, FARTHEST_S)


def advance(seconds: float) -> None:
    _truncate(_CLOCK, int((ahead_s() + seconds) * 1000))


def ahead_s() -> float:
    """Return by how many seconds the clocks are ahead."""
    return _stat(_CLOCK).st_size / 1000


def in_time(wait: Callable[[float], Any], seconds: float, came: Callable[[Any], Any] = bool) -> Any:
    """Call `wait` for a short time again and again, until what it returns `came` or the seconds are over by the clocks
    that jump; return that. If they are over, the clocks get a bit ahead, which whoever fell behind can see."""
    until = _clock() + ahead_s() + seconds
    while True:
        left = until - _clock() - ahead_s()
        if over := left <= _SOON_S:
            advance(_SOON_S)
        try:
            if came(value := wait(max(0.0, min(left, _SOON_S)))) or over:
                return value
        except Exception as error:
            if over or type(error).__name__ != "Empty":  # `SimpleQueue.get` found nothing yet
                raise


def others_run() -> bool:
    """Return whether another thread of the programs runs, or is about to; their namespace has no other processes."""
    own, processes = f"{_number()}", list[str]()
    with suppress(OSError):  # the program may have too many files open
        processes = _list("/proc")
    for process in filter(str.isdigit, processes):
        with suppress(OSError):  # it has ended
            if any(_runs(f"/proc/{process}/task/{task}") for task in _list(f"/proc/{process}/task") if task != own):
                return True
    return False


def _runs(task: str) -> bool:
    """Return whether a thread runs, or waits for a disk: see proc_pid_stat(5)."""
    file = _open(f"{task}/stat", os.O_RDONLY)
    try:
        return _read(file, 1 << 12).rpartition(b")")[2].split()[0] in (b"R", b"D")
    finally:
        _close(file)
