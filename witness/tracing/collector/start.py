"""Begin to note what this process does."""

import atexit
import os
import sys
import threading
import time
from types import ModuleType
from typing import Any

from ..notes import Begin, End, Exit, LaneKind
from . import calls, chance, channels, generators, printing, processes, syncs, tasks, threads
from .hooks import when_imported
from .notebook import NOTES, note

MODULES: dict[str, Any] = {}
for hooked in chance, channels, threads, processes, tasks:
    MODULES |= hooked.MODULES


def imported(module: ModuleType) -> None:
    syncs.hook(module)
    if hook := MODULES.get(module.__name__):
        hook(module)
    calls.hook(module)


threads.hook()
processes.hook()
for module in os, time, threading:
    imported(module)
printing.hook()
when_imported(imported)
note(Begin(LaneKind.PROGRAM, " ".join(sys.orig_argv[1:])))
atexit.register(note, End())
atexit.register(printing.end)
threading._register_atexit(note, Exit())  # type: ignore[attr-defined]
if (NOTES / "generators").exists():
    generators.hook()
