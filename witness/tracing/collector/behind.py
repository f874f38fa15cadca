"""Let one lane fall behind: at each of its steps, from one of them on, it waits until the others can do no more.

Where that is a busy machine's doing, it may happen to any thread, anywhere; so what the others do meanwhile, they may
always do. If they do not print a line however long that lane is away, they wait for it, by whatever means.

How long that is, no program can know: meanwhile the clocks of all jump, farther and farther (`clocks.py`).
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_MARKER = Path(__file__).absolute().parents[2] / "behind"
"""A file that says for how many seconds it waits at least, from which of its steps on, and which lane it is, with the
number of its process counted from that of the program; maybe with another lane, which falls behind the rest but not
behind it. If that is itself, its time is up, and nobody does more."""
_SECONDS, _FIRST, *_LANES = _MARKER.read_text().split() if _MARKER.exists() else ("0", "0")
BEHIND = bool(_LANES)
_HURRIES = len(_LANES) > len({*_LANES})
_LONGEST = 4
"""How many times as long it waits at most: others may look again and again for what is new, and never rest."""
_NEXT = _MARKER.with_name("next")
"""A file that is there while the other one waits, at the first of its steps."""
_STEPS = 16
"""How many these are: if it looks again and again for what the first lane does, that must not wait for ever."""
_LOOK_S = 0.005
_CLOCK = _MARKER.with_name("clock")
"""A file of as many bytes as the clocks are ahead, in milliseconds."""
_JUMP_S, _FARTHER, _FARTHEST_S = 0.05, 4, 10_000
"""By how much they jump at first, how many times as much each time after that, and by how much at most."""
# As they are before any of this, and whatever a program puts in their place.
_sleep, _clock, _number = time.sleep, time.monotonic, threading.get_native_id
_list, _open, _read, _close, _unlink = os.listdir, os.open, os.read, os.close, os.unlink
_stat, _truncate = os.stat, os.truncate
_steps = dict.fromkeys(_LANES, 0)
_PROGRAM = _MARKER.with_name("program")
"""A file with the process number of the program, which writes it before it starts others."""
if BEHIND and not _PROGRAM.exists():
    _PROGRAM.write_text(str(os.getpid()))
_program = int(_PROGRAM.read_text()) if BEHIND else 0


def fall_behind(lane: str) -> None:
    """Wait, if it is that lane, until all others wait or sleep, and for so long that those that sleep are awake again.

    Who starves on a busy machine neither waits nor sleeps.
    """
    process, _, thread = lane.partition(".")
    lane = f"{int(process) - _program}.{thread}"
    if lane not in _steps:
        return
    _steps[lane] += 1
    if _HURRIES and _steps[lane] > int(_FIRST):
        _jump(_FARTHEST_S)
    elif lane == _LANES[0] and _steps[lane] > int(_FIRST):
        _wait()
        while _NEXT.exists():
            _wait()
    elif lane != _LANES[0] and _steps[lane] <= _STEPS:
        _close(_open(_NEXT, os.O_CREAT | os.O_WRONLY))
        try:
            _wait()
        finally:  # it may be interrupted
            _unlink(_NEXT)


def _wait() -> None:
    since, jump = _clock(), _JUMP_S
    while (passed := _clock() - since) < float(_SECONDS) or (passed < _LONGEST * float(_SECONDS) and _others_run()):
        _sleep(_LOOK_S)
        if jump < _FARTHEST_S:
            _jump(jump)
            jump *= _FARTHER


def _jump(seconds: float) -> None:
    _truncate(_CLOCK, int((ahead_s() + seconds) * 1000))


def ahead_s() -> float:
    """By how many seconds the clocks are ahead."""
    return _stat(_CLOCK).st_size / 1000


def in_time(wait: Callable[[float], Any], seconds: float, came: Callable[[Any], Any] = bool) -> Any:
    """What a call returns that waits for so long at most, by the clocks that jump."""
    until = _clock() + ahead_s() + seconds
    while True:
        left = until - _clock() - ahead_s()
        over = left <= _LOOK_S
        try:
            if came(value := wait(max(0.0, min(left, _LOOK_S)))) or over:
                return value
        except Exception as error:
            if over or type(error).__name__ != "Empty":  # of a queue
                raise


def _others_run() -> bool:
    """Whether another thread of these programs runs, or is about to; in their namespace are no other processes."""
    own = f"{_number()}"
    for process in filter(str.isdigit, _list("/proc")):
        with suppress(OSError):  # it has ended
            if any(_runs(f"/proc/{process}/task/{task}") for task in _list(f"/proc/{process}/task") if task != own):
                return True
    return False


def _runs(task: str) -> bool:
    """Whether a thread does, or waits for a disk: see proc_pid_stat(5)."""
    file = _open(f"{task}/stat", os.O_RDONLY)
    try:
        return _read(file, 1 << 12).rpartition(b")")[2].split()[0] in (b"R", b"D")
    finally:
        _close(file)
