"""Make each Python process of an example print line by line, as on a terminal, though its output is a socket or a pipe.

The folder of this file comes first on `PYTHONPATH`, so the processes that an example starts inherit it.
"""

import io
import os
import stat
import sys

if isinstance(sys.stdout, io.TextIOWrapper):
    # A pipe is one that the program made itself, except on Windows, where the terminal is a pipe as well.
    try:
        piped = stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:
        piped = False
    if not piped or os.environ.get("WITNESS_TERMINAL") == "pipe":
        sys.stdout.reconfigure(line_buffering=True)

if "WITNESS_SPAWN" in os.environ:
    # As on Windows and macOS, where each child imports the program, and needs what it starts to be guarded.
    from multiprocessing import context, get_context

    vars(context._default_context)["_default_context"] = get_context("spawn")

_between = []
if os.environ.get("PYTHONHASHSEED", "").isdigit():
    # Vary the addresses along with the hashes: some memory of each size is taken, so later objects lie in another
    # order. A free-threaded Python keeps objects with a `__dict__` apart from those without. `random` is not used, as
    # importing it takes longer than all of this.
    _number = int(os.environ["PYTHONHASHSEED"])
    for _slots in range(0, 56, 2):
        _kind = type("_", (), {"__slots__": ("__dict__", *map("_{}".format, range(_slots)))})
        for _make in (_kind, lambda length=_slots + 2: (*range(length),)):
            _number = (_number * 1103515245 + 12345) % 2**31
            _between.append([_make() for _ in range(_number >> 16 & 63)])
