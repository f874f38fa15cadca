"""Who asks for a call: the program, or the library for its own needs; and where in the program."""

import functools
import itertools
from pathlib import Path
from sys import _getframe as caller
from types import CodeType, FrameType
from typing import Any

from .notebook import HOME, PUSHED, here

# The library's own functions, in which a process or a thread waits.
_WORKERS = ("worker", "_process_worker", "run", "_run_server", "_result_or_cancel", "serve_client")

_GIVEN = "" if PUSHED else "<string>"
"""The file of a program that is given by `python -c`; it stands for any command, and is not pushed about."""


@functools.cache
def example(file: str) -> bool:
    """Whether a file is a program of the example."""
    path = HOME / file
    return path.parent == HOME and path.exists()


def asked() -> bool:
    """Whether the program itself asked for it, or a pool's worker, and not the library for its own needs."""
    return not here.busy and _is_asked(outside())


def _is_asked(frame: FrameType) -> bool:
    return _is_program(frame) or frame.f_code.co_name in _WORKERS


def _is_program(frame: FrameType) -> bool:
    """The library also executes texts, as for a `Value`, but as no main module."""
    file = frame.f_code.co_filename
    return example(file) or (file == _GIVEN and frame.f_globals.get("__name__") == "__main__")


def asked_by(*names: str) -> bool:
    """Whether the program itself called a function of the library, of one of these names, which now asks for it."""
    frame = outside("_send", "_send_bytes")
    return not here.busy and frame.f_code.co_name in names and _is_program(past(frame.f_back or frame))


def program_asks() -> bool:
    """The same as `asked`, also in a call that is noted as a whole, and by what the library does for it with a lock."""
    return _is_asked(outside("wait_for", "notify_all", "__enter__", "__exit__"))


def outside(*passing: str) -> FrameType:
    """The frame that called, past those that only pass on."""
    return past(caller(1), *passing)


def past(frame: FrameType, *passing: str) -> FrameType:
    """The frame, or the first that called it and is none of the collector's, nor of an `ExitStack` or the like, nor of
    a function of the library of these names."""
    while frame.f_back and (
        frame.f_globals.get("__package__") == __package__  # as `is_ours`, which a million calls would take long to call
        or frame.f_globals.get("__name__") == "contextlib"
        or (frame.f_code.co_name in passing and not _is_asked(frame))
    ):
        frame = frame.f_back
    return frame


def is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__package__") == __package__


def discards() -> bool:
    """Whether who called makes nothing of the value: the next instruction throws it away."""
    from opcode import opmap

    frame = outside()
    rest = frame.f_code.co_code[frame.f_lasti + 2 :: 2]
    return next(filter(None, rest), 0) == opmap["POP_TOP"]  # a 0 is the cache of the call


_ENDS: set[int] = set()
"""The code of functions that run a step of an event loop: what is outside of it did not ask for what is in it."""


def call() -> str:
    """Where the program asks for what now is done: its file, and the lines and columns of the expression."""
    frame: FrameType | None = caller(1)
    while frame and not example(frame.f_code.co_filename):
        if id(frame.f_code) in _ENDS:
            return ""
        frame = frame.f_back
    return position(frame.f_code, frame.f_lasti) if frame else ""


@functools.cache
def position(code: CodeType, instruction: int) -> str:
    found = next(itertools.islice(code.co_positions(), instruction // 2, None))
    if None in found:  # as by `-X no_debug_ranges`
        return ""
    return ":".join([Path(code.co_filename).name, *map(str, found)])


def step_ends_at(function: Any) -> Any:
    _ENDS.add(id(function.__code__))
    return function
