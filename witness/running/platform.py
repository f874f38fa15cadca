"""The system on which examples run, determined once: `here` does everything that depends on it."""

import locale
import signal
import sys

from witness.running.portable import Portable


def system() -> Portable:
    """Return an interface to this system."""
    if sys.platform == "linux":
        from witness.running.linux import Linux

        return Linux()
    return Portable(windows=sys.platform == "win32")


def prepare() -> None:
    """Let signals end this process as Ctrl-C does, with all that it began. Raises `OSError` if it can't read UTF-8."""
    # A shell script starts its background jobs with SIGINT ignored, and every program run from here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    if (encoding := locale.getpreferredencoding(do_setlocale=False)).lower() not in ("utf-8", "utf8"):
        raise OSError(f"these files are UTF-8, but would be read as {encoding}: set the variable PYTHONUTF8=1")


here = system()
