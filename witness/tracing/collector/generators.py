"""Generators, and coroutines that no event loop runs: a profile function is called whenever one goes on or stops."""

import sys
import threading
from opcode import opmap
from types import FrameType
from typing import Any

from ..notes import Begin, LaneKind, On, Start, Waits
from ..waits import Wait
from .asking import example, is_ours
from .notebook import count, here, note

_GENERATOR = 0x20 | 0x80 | 0x200  # from <code.h>: a generator, a coroutine, an asynchronous generator
_YIELD = opmap["YIELD_VALUE"]
_lanes: dict[int, str] = {}
"""The lanes of generators by the ids of their frames; a frame that begins may get the id of one that is gone."""


def hook() -> None:
    threading.setprofile(_profile)
    sys.setprofile(_profile)


def _profile(frame: FrameType, event: str, arg: Any) -> None:
    code = frame.f_code
    if here.busy or here.step or event not in ("call", "return"):
        return
    if not code.co_flags & _GENERATOR or code.co_name == "<genexpr>" or is_ours(frame):
        return
    if event == "call":
        _resumed(frame)
    elif here.frames and here.frames[-1] is frame:
        _stopped()


def _resumed(frame: FrameType) -> None:
    if not here.frames and not example(frame.f_code.co_filename):
        return
    here.frames.append(frame)
    known = _lanes.get(id(frame), "") if _has_yielded(frame) else ""
    begins = not known
    if len(here.frames) > 1:  # another generator runs this one, which is part of that one's lane to its end
        _lanes[id(frame)] = known or here.within
        return
    if begins:
        known = _lanes[id(frame)] = f"{here.lane}/{next(count)}"
        note(Start(known))
    note(Waits(Wait.RESUME, known, yields=True))
    here.within = known
    if begins:
        note(Begin(LaneKind.GENERATOR, frame.f_code.co_name, own=True))
    else:
        note(On(yields=True))


def _has_yielded(frame: FrameType) -> bool:
    """Return whether a generator has yielded before: its frame is at the `yield`, or at the instruction behind that."""
    code, last = frame.f_code.co_code, frame.f_lasti
    return _YIELD in (code[last], code[max(0, last - 2)])


def _stopped() -> None:
    here.frames.pop()
    if not here.frames:
        note(Waits(Wait.YIELD, yields=True))
        here.within = ""
        note(On(yields=True))
