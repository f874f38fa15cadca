"""Begin to note what this process does."""

import atexit
import os
import sys
import threading
import time
from types import ModuleType
from typing import Any

from ..notes import Begin, End, Exit, LaneKind
from . import (
    calls,
    chance,
    channels,
    generators,
    instructions,
    printing,
    processes,
    signals,
    syncs,
    tasks,
    threads,
    unclosed,
)
from .hooks import when_imported
from .notebook import HOME, NOTES, PUSHED, note

MODULES: dict[str, Any] = {}
for hooked in chance, channels, threads, processes:
    MODULES |= hooked.MODULES
if not PUSHED:  # one event loop can't be overtaken by itself
    MODULES |= tasks.MODULES | signals.MODULES


def imported(module: ModuleType) -> None:
    syncs.hook(module)
    if hook := MODULES.get(module.__name__):
        hook(module)
    calls.hook(module)


threads.hook()
processes.hook()
channels.hook()
signals.hook()
if not PUSHED:
    unclosed.hook()
for module in os, time, threading:
    imported(module)
printing.hook()
when_imported(imported)
if not (NOTES / "home").exists():
    (NOTES / "home").write_text(str(HOME))
_words = sys.orig_argv[1:]
if "-c" in _words:  # then comes a whole program
    _words = ["python", *_words[: _words.index("-c") + 1]]
note(Begin(LaneKind.PROGRAM, " ".join(_words)))
atexit.register(note, End())
atexit.register(printing.end)
threading._register_atexit(note, Exit())  # type: ignore[attr-defined]
if (NOTES / "instructions").exists():
    instructions.hook()
if (NOTES / "generators").exists():
    generators.hook()
