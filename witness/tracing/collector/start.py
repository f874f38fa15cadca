"""Begin to note what this process does."""

import atexit
import sys
import threading
import time

from ..notes import Begin, End, Exit, LaneKind
from ..waits import Wait
from . import printing, processes, tasks, threads
from .hooks import waits, when_imported
from .notebook import NOTES, note

printing.hook()
threads.hook()
processes.hook()
waits(time, Wait.SLEEP, "sleep")
when_imported({**threads.MODULES, **processes.MODULES, **tasks.MODULES})
note(Begin(LaneKind.PROGRAM, " ".join(sys.orig_argv[1:])))
atexit.register(note, End())
threading._register_atexit(note, Exit())  # type: ignore[attr-defined]
if (NOTES / "generators").exists():
    tasks.hook()
