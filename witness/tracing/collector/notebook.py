"""Who runs now, whether it is the program that asks, and the file that all of it is noted in."""

import functools
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from ..notes import Note, Record, write

NOTES = Path(__file__).resolve().parents[2]
HOME = Path.cwd()
# The library's own functions, in which a process or a thread waits.
WORKERS = ("worker", "_process_worker", "run", "_run_server", "_result_or_cancel", "as_completed")

# As they are before any of this, and whatever a program puts in their place.
clock_ns, getpid, caller, write_bytes = time.monotonic_ns, os.getpid, sys._getframe, os.write
count = itertools.count(1)


class Process:
    """What is known of this process: its number, the file of its notes, which lane forks it and since when."""

    number = notes = -1
    forker = ("", 0)


class Here(threading.local):
    """What is known of this thread: its lane, the task or generator in it, whether it is in a call noted as a whole."""

    lane = "0"
    within = ""
    busy = False

    def __init__(self) -> None:
        self.frames: list[FrameType] = []  # of the task or generator that runs, the innermost last
        self.value: object = None  # what it yielded last
        self.left: list[CodeType] = []  # those that yielded it, the innermost first
        self.unfinished: dict[str, tuple[int, str]] = {}  # by lane, the line that it prints, and since when


here = Here()


def note(record: Record, at_ns: int = 0) -> None:
    if getpid() != Process.number:
        Process.number = getpid()
        Process.notes = os.open(NOTES / f"{Process.number}.notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    write_bytes(Process.notes, write(Note(at_ns or clock_ns(), lane(), record)).encode())


def lane() -> str:
    return here.within or f"{getpid()}.{here.lane}"


@functools.cache
def example(file: str) -> bool:
    """Whether a file is a program of the example."""
    path = HOME / file
    return path.parent == HOME and path.exists()


def asked(depth: int = 2) -> bool:
    """Whether the program itself asked for it, or a pool's worker, and not the library for its own needs."""
    code = caller(depth).f_code
    return not here.busy and (example(code.co_filename) or code.co_name in WORKERS)


def idle() -> bool:
    """Whether no call is noted as a whole."""
    return not here.busy


def during(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a function without noting what it calls in turn."""
    before, here.busy = here.busy, True
    try:
        return function(*arguments, **keywords)
    finally:
        here.busy = before
