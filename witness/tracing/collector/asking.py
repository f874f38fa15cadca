"""Who makes a call: the program, or the library for its own needs; and where in the program the call is."""

import functools
import itertools
from pathlib import Path
from sys import _getframe as caller
from types import CodeType, FrameType

from .notebook import HOME, PUSHED, here

# Functions of the library that run jobs of the program: what they wait for, the program waits for.
_WORKERS = ("worker", "_process_worker", "run", "_run_server", "_result_or_cancel", "serve_client")

_GIVEN = "" if PUSHED else "<string>"
"""The file of a program that is given by `python -c`; it stands for any command, and is not pushed."""


@functools.cache
def example(file: str) -> bool:
    """Return whether a file is a program of the example."""
    path = HOME / file
    return path.parent == HOME and path.exists()


def asked() -> bool:
    """Return whether the program itself, or a worker of a pool, makes the current call, and not the library inside."""
    return not here.busy and _is_asked(outside())


def _is_asked(frame: FrameType) -> bool:
    return _is_program(frame) or frame.f_code.co_name in _WORKERS


def _is_program(frame: FrameType) -> bool:
    """Return whether a frame is of the program; the library also runs a "<string>", for a `Value`, but not as main."""
    file = frame.f_code.co_filename
    return example(file) or (file == _GIVEN and frame.f_globals.get("__name__") == "__main__")


def asked_by(*names: str) -> bool:
    """Return whether the current call is made by a function of the library with one of these names, which the program
    itself called."""
    frame = outside("_send", "_send_bytes")
    return not here.busy and frame.f_code.co_name in names and _is_program(past(frame.f_back or frame))


def program_asks(*passing: str) -> bool:
    """Return the same as `asked`, but also within a call that is noted as a whole, and within functions of the library
    with one of the names `passing`."""
    return _is_asked(outside(*passing))


def outside(*passing: str) -> FrameType:
    """Return the frame that makes the current call, past the frames that `past` passes."""
    return past(caller(1), *passing)


def past(frame: FrameType, *passing: str) -> FrameType:
    """Return the frame, or else its first caller that is not in the collector, in `contextlib` (as an `ExitStack` is),
    or in a function of the library with one of the names `passing`."""
    while frame.f_back and (
        frame.f_globals.get("__package__") == __package__  # `is_ours`, without the cost of a million calls of it
        or frame.f_globals.get("__name__") == "contextlib"
        or (frame.f_code.co_name in passing and not _is_asked(frame))
    ):
        frame = frame.f_back
    return frame


def is_ours(frame: FrameType) -> bool:
    """Return whether a frame is in the collector."""
    return frame.f_globals.get("__package__") == __package__


_BEGIN = "BaseEventLoop._run_once", "BaseProcess._bootstrap"
"""Functions of the library that run the steps of an event loop or a forked process: the frames that called them did not
ask for what happens inside."""


def call() -> str:
    """Return the position of the current call in the program, as `Gives` has it; "" if the program did not make it."""
    frame: FrameType | None = caller(1)
    while frame and not example(frame.f_code.co_filename):
        if frame.f_code.co_qualname in _BEGIN:
            return ""
        frame = frame.f_back
    return position(frame.f_code, frame.f_lasti) if frame else ""


@functools.cache
def position(code: CodeType, instruction: int) -> str:
    """Return the position of an instruction, given by its offset in bytes; "" if it is unknown."""
    found = next(itertools.islice(code.co_positions(), instruction // 2, None))
    if None in found:  # with `-X no_debug_ranges`
        return ""
    return ":".join([Path(code.co_filename).name, *map(str, found)])
