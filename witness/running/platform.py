"""The system that examples run on, asked once. All that depends on it is done by `here`."""

import sys

from witness.running.portable import Portable


def system() -> Portable:
    """The system as it is now."""
    if sys.platform == "linux":
        from witness.running.linux import Linux

        return Linux()
    return Portable(windows=sys.platform == "win32")


here = system()
