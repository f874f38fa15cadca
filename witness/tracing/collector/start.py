"""Start the collector in this process: wrap what the tables of the modules name, and note that the process begins."""

import atexit
import sys
from types import ModuleType

from ..notes import Begin, End, LaneKind
from . import (
    calls,
    channels,
    clocks,
    events,
    instructions,
    limits,
    locks,
    loops,
    printing,
    processes,
    queues,
    results,
    signals,
    tasks,
    threads,
    unclosed,
)
from .hooks import when_imported
from .notebook import HOME, NOTES, PUSHED, note

TABLES = [
    clocks.HOOKS,
    calls.GIVING,  # called within the hooks of `channels`, which note what is written before the wait begins
    *(part.HOOKS for part in (printing, locks, events, queues, channels, results, threads, processes)),
    *(part.HOOKS for part in (loops, tasks, signals) if not PUSHED),  # tasks of a loop can't overtake each other
    signals.HANDLERS,
    calls.HOOKS,  # called around the hooks above, so that what these note is within the wait
    limits.HOOKS,
]


def imported(module: ModuleType) -> None:
    for table in TABLES:
        table.hook(module)


processes.hook()
if not PUSHED:
    signals.hook()
    unclosed.hook()
for name, module in [*sys.modules.items()]:
    if module.__name__ == name:  # that of `_io` is "io"
        imported(module)
when_imported(imported)
if not (NOTES / "home").exists():
    (NOTES / "home").write_text(str(HOME))
_words = sys.orig_argv[1:]
_serves = any("multiprocessing.forkserver" in word for word in _words)  # one request has nothing to do with another
if "-c" in _words:  # then comes a whole program
    _words = ["python", *_words[: _words.index("-c") + 1]]
note(Begin(LaneKind.HUB if _serves else LaneKind.PROGRAM, " ".join(_words)))
atexit.register(note, End())
if not PUSHED:
    atexit.register(channels.end)
atexit.register(printing.end)
if (NOTES / "instructions").exists():
    instructions.hook()
if (NOTES / "generators").exists():
    from . import generators  # which imports more

    generators.hook()
