"""Note each open file or socket that a program loses; by itself, Python does not show the `ResourceWarning`."""

import atexit
import sys
import warnings
from typing import Any

from ..notes import Unclosed
from .hooks import around
from .notebook import note


def hook() -> None:
    if sys.warnoptions or sys.flags.dev_mode:
        return  # the program's command asks for warnings, which are to be seen
    warnings.simplefilter("always", ResourceWarning)
    atexit.register(warnings.simplefilter, "ignore", ResourceWarning)  # what is open until the end is no loss
    around(warnings, "_showwarnmsg", _show)


def _show(show: Any, message: Any) -> None:
    if message.category is ResourceWarning:
        note(Unclosed(str(message.message)))
    else:
        show(message)
