"""The Pythons that examples run on, and what an example needs that one of them, or this machine, lacks."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.specifiers import SpecifierSet

from witness.examples import NEEDS, Example
from witness.running import platform

_ASK = """
import sys, sysconfig
free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print("%d.%d.%d" % sys.version_info[:3] + free)
print(*{sysconfig.get_path(name): 0 for name in ("stdlib", "platstdlib", "purelib", "platlib")}, sep="\\n")
"""
_VERSION = re.compile(r"\d+\.\d+\.\d+t?")
_ANOTHER = "pytest and `witness` take another with --interpreter PYTHON"


ENVIRONMENTS = Path(".cache/environments")
"""The folder of the environments that have packages."""


class InterpreterError(Exception):
    """A path that leads to no Python."""


@dataclass(frozen=True)
class Interpreter:
    """A Python: the `path` to run it, its `version`, with a t behind it if it is free-threaded: ``3.13.0t``, and the
    folders of its modules."""

    path: str
    version: str
    library: tuple[str, ...] = field(default=(), compare=False)

    @property
    def free_threaded(self) -> bool:
        return self.version.endswith("t")

    @property
    def packages(self) -> list[str]:
        """The folders of what is installed beside the standard library."""
        return [folder for folder in self.library if Path(folder).name.endswith("-packages")]


@cache
def at(path: str) -> Interpreter:
    """The Python at `path`, or of that name on the PATH; `InterpreterError` if it is none."""
    path = shutil.which(path) or path
    try:
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InterpreterError(f"{path} is no Python: {error}") from None
    version, *library = asked.stdout.splitlines() or [""]
    if not _VERSION.fullmatch(version):
        raise InterpreterError(f"{path} is no Python: it printed {asked.stdout[:40]!r} when asked for its version")
    return Interpreter(str(Path(path).absolute()), version, tuple(library))  # programs run in another folder


def own() -> Interpreter:
    """This Python as a reader has it, without the packages of the project."""
    return at(getattr(sys, "_base_executable", sys.executable))


def asked(paths: Sequence[str] | None) -> list[Interpreter]:
    """Those at these paths, or this one if there are none."""
    return [*map(at, paths or [])] or [own()]


def unfit(example: Example, interpreter: Interpreter) -> str:
    """Why the example is not for this Python, or nothing."""
    version = interpreter.version.rstrip("t")
    if not SpecifierSet(example.requires_python).contains(version):
        return f"it is for Python {example.requires_python}, this is {interpreter.version}; {_ANOTHER}"
    if example.since and not SpecifierSet(f">={example.since}").contains(version):
        return f"this result is for Python {example.since} and newer, this is {interpreter.version}; {_ANOTHER}"
    if example.until and SpecifierSet(f">={example.until}").contains(version):
        return f"this result is for Python older than {example.until}, this is {interpreter.version}; {_ANOTHER}"
    if "gil" in example.settings.needs and interpreter.free_threaded:
        return f"it is for a Python with the GIL; {_ANOTHER}"
    if "free-threaded" in example.settings.needs and not interpreter.free_threaded:
        return f"it is for a free-threaded Python; {_ANOTHER}"
    return ""


def fitting(example: Example, interpreter: Interpreter) -> Example:
    """The example as it is named; if that leaves open for which Pythons, that one of its results which is for this."""
    if example.since or example.variant in NEEDS or not unfit(example, interpreter):
        return example
    return next((other for other in example.siblings if not unfit(other, interpreter)), example)


def lacking(example: Example) -> str:
    """What this machine lacks to run the example, and where to get it, or nothing."""
    if "fork" in example.settings.needs and not hasattr(os, "fork"):
        return "this system has no os.fork"
    for module in "fcntl", "resource":
        if module in example.settings.needs and not find_spec(module):
            return f"this system has no module {module}"
    if "proc" in example.settings.needs and not Path("/proc/self/smaps_rollup").exists():
        return "this system has no /proc, or another one than Linux"
    if "nslookup" in example.settings.needs and not shutil.which("nslookup"):
        return "nslookup is not installed: on Debian, apt-get install bind9-dnsutils"
    return ""


class PackagesError(InterpreterError):
    """An example whose packages can't be had here."""


def equipped(example: Example, interpreter: Interpreter) -> Interpreter:
    """The interpreter with the packages that the example depends on, if any; `PackagesError` if they can't be had.

    Each Python has an environment for each set of packages, in `ENVIRONMENTS`. Once it is there, no network is needed.
    """
    wanted = example.dependencies
    if not wanted:
        return interpreter
    key = hashlib.sha256("\n".join([interpreter.path, interpreter.version, *wanted]).encode()).hexdigest()[:16]
    folder = ENVIRONMENTS.absolute() / key
    python = folder / ("Scripts/python.exe" if platform.here.windows else "bin/python")
    if not folder.exists():
        uv = shutil.which("uv") or shutil.which("uv", path=".uv/bin")
        if not uv:
            raise PackagesError(f"it needs {', '.join(wanted)}, and there is no uv to install that")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as name:
            new = Path(name, "new")
            for command in (
                ["venv", "--quiet", "--relocatable", "--no-project", "--python", interpreter.path, str(new)],
                ["pip", "install", "--quiet", "--python", str(new / python.relative_to(folder)), *wanted],
            ):
                done = subprocess.run([uv, *command], capture_output=True, text=True)
                if done.returncode:
                    raise PackagesError(f"it needs {', '.join(wanted)}, which uv can't install:\n{done.stderr.strip()}")
            with suppress(OSError):  # another process was quicker
                new.rename(folder)
    return at(str(python))
