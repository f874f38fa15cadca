"""The Pythons that examples run on, and what an example needs that one of them, or this machine, lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from packaging.specifiers import SpecifierSet

from witness.examples import Example

_ASK = """
import sys, sysconfig
free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print("%d.%d.%d" % sys.version_info[:3] + free)
"""
_ANOTHER = "pytest and `witness repeat` take another with --interpreter PYTHON"


class InterpreterError(Exception):
    """A path that leads to no Python."""


@dataclass(frozen=True)
class Interpreter:
    """A Python: the `path` to run it, and its `version`, with a t behind it if it is free-threaded: ``3.13.0t``."""

    path: str
    version: str

    @property
    def free_threaded(self) -> bool:
        return self.version.endswith("t")


@cache
def at(path: str) -> Interpreter:
    """The Python at `path`, or of that name on the PATH; `InterpreterError` if it is none."""
    path = shutil.which(path) or path
    try:
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InterpreterError(f"{path} is no Python: {error}") from None
    return Interpreter(path, asked.stdout.strip())


def own() -> Interpreter:
    """This Python as a reader has it: bare, without the packages of the project."""
    return at(getattr(sys, "_base_executable", sys.executable))


def unfit(example: Example, interpreter: Interpreter) -> str:
    """Why the example is not for this Python, or nothing."""
    if not SpecifierSet(example.requires_python).contains(interpreter.version.rstrip("t")):
        return f"it is for Python {example.requires_python}, this is {interpreter.version}; {_ANOTHER}"
    if "gil" in example.settings["needs"] and interpreter.free_threaded:
        return f"it is for a Python with the GIL; {_ANOTHER}"
    if "free-threaded" in example.settings["needs"] and not interpreter.free_threaded:
        return f"it is for a free-threaded Python; {_ANOTHER}"
    return ""


def lacking(example: Example) -> str:
    """What this machine lacks to run the example, and where to get it, or nothing."""
    if "fork" in example.settings["needs"] and not hasattr(os, "fork"):
        return "this system has no os.fork"
    if "resource" in example.settings["needs"] and not find_spec("resource"):
        return "this system has no module resource"
    if "proc" in example.settings["needs"] and not Path("/proc/self/smaps_rollup").exists():
        return "this system has no /proc, or another one than Linux"
    if "nslookup" in example.settings["needs"] and not shutil.which("nslookup"):
        return "nslookup is not installed: on Debian, apt-get install bind9-dnsutils"
    return ""
