"""The system on which examples run, determined once: `here` does everything that depends on it."""

import sys

from witness.running.portable import Portable


def system() -> Portable:
    """Return an interface to this system."""
    if sys.platform == "linux":
        from witness.running.linux import Linux

        return Linux()
    return Portable(windows=sys.platform == "win32")


here = system()
