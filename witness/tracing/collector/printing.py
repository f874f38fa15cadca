"""Note the lines that are printed, and print as on a terminal."""

import io
import sys
from typing import Any

from ..notes import Print
from .hooks import replace
from .notebook import clock_ns, here, lane, note


def hook() -> None:
    files = sys.stdout, sys.stderr
    write = io.TextIOWrapper.write

    def _write(self: Any, text: str, /) -> int:
        if all(self is not file for file in files):
            return write(self, text)
        since_ns = clock_ns()
        written = write(self, text)
        # Several writes make a line, as each argument of `print` is one: between them nothing is noted, or others would
        # come between them more often than they do.
        begun_ns, before = here.unfinished.pop(lane(), (since_ns, ""))
        *whole, rest = (before + text).split("\n")
        for line in whole:
            note(Print(begun_ns, line))
            begun_ns = since_ns
        if rest:
            here.unfinished[lane()] = begun_ns, rest
        return written

    replace(io.TextIOWrapper, "write", _write)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
