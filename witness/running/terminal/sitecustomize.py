"""Make every Python process of an example print line by line, as on a terminal, though its output is collected.

The folder of this file comes first on `PYTHONPATH`, so that the processes that an example starts inherit it.
"""

import io
import os
import stat
import sys

if isinstance(sys.stdout, io.TextIOWrapper):
    # A pipe is what the program made itself; only on Windows the terminal is one as well.
    try:
        piped = stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:
        piped = False
    if not piped or os.environ.get("WITNESS_TERMINAL") == "pipe":
        sys.stdout.reconfigure(line_buffering=True)

_between = []
if os.environ.get("PYTHONHASHSEED", "").isdigit():
    # With the hashes, the addresses vary: of each size some memory is taken, so that what comes lies in another order.
    # A free-threaded Python has objects with a `__dict__` in another place than those without. No `random`: importing
    # it takes longer than all of this.
    _number = int(os.environ["PYTHONHASHSEED"])
    for _slots in range(0, 56, 2):
        _kind = type("_", (), {"__slots__": ("__dict__", *map("_{}".format, range(_slots)))})
        for _make in (_kind, lambda length=_slots + 2: (*range(length),)):
            _number = (_number * 1103515245 + 12345) % 2**31
            _between.append([_make() for _ in range(_number >> 16 & 63)])
