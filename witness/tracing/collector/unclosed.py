"""Note what a program loses without having closed it: Python warns of it only where it is asked to."""

import atexit
import sys
import warnings
from typing import Any

from ..notes import Unclosed
from .hooks import around
from .notebook import note


def hook() -> None:
    if sys.warnoptions or sys.flags.dev_mode:
        return  # it is asked to by the program's command, and its warnings are to be seen
    warnings.simplefilter("always", ResourceWarning)
    atexit.register(warnings.simplefilter, "ignore", ResourceWarning)  # what is open until the end, the system closes
    around(warnings, "_showwarnmsg", _show)


def _show(show: Any, message: Any) -> None:
    if message.category is ResourceWarning:
        note(Unclosed(str(message.message)))
    else:
        show(message)
