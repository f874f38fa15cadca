"""The Pythons that examples run on, and what a Python or this machine lacks for an example."""

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

from witness.examples import NEEDS, OLDEST, Example
from witness.running import platform

_ASK = """
import sys, sysconfig
free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print("%d.%d.%d" % sys.version_info[:3] + free)
print(*{sysconfig.get_path(name): 0 for name in ("stdlib", "platstdlib", "purelib", "platlib")}, sep="\\n")
"""
_VERSION = re.compile(r"\d+\.\d+\.\d+t?")
_ANOTHER = "choose another with --interpreter PYTHON"

ENVIRONMENTS = Path(".cache/environments")
"""The folder of the virtual environments with the packages of examples."""


class InterpreterError(Exception):
    """A path at which there is no Python, or one that is too old."""


@dataclass(frozen=True)
class Interpreter:
    """A Python: its path, its version, and the folders of its modules.

    The version of a free-threaded build ends in a t: ``3.13.0t``.
    """

    path: str
    version: str
    library: tuple[str, ...] = field(default=(), compare=False)

    @property
    def free_threaded(self) -> bool:
        return self.version.endswith("t")

    @property
    def packages(self) -> list[str]:
        """The folders of installed packages, as opposed to the standard library."""
        return [folder for folder in self.library if Path(folder).name.endswith("-packages")]


@cache
def at(path: str) -> Interpreter:
    """Return the Python at `path`, or of that name on the PATH. Raises `InterpreterError` if there is none to use."""
    path = shutil.which(path) or path
    try:
        asked = subprocess.run([path, "-I", "-c", _ASK], capture_output=True, text=True)
    except OSError as error:
        raise InterpreterError(f"{path} is not a Python: {error}") from None
    version, *library = asked.stdout.splitlines() or [""]
    if not _VERSION.fullmatch(version):
        raise InterpreterError(f"{path} is not a Python: it printed {asked.stdout[:40]!r} when asked for its version")
    if not SpecifierSet(f">={OLDEST}").contains(version.rstrip("t")):
        raise InterpreterError(f"{path} is Python {version}, but examples run on Python {OLDEST} and newer; {_ANOTHER}")
    return Interpreter(str(Path(path).absolute()), version, tuple(library))  # absolute: programs run elsewhere


def own() -> Interpreter:
    """Return the running Python outside its virtual environment, without the project's packages."""
    return at(getattr(sys, "_base_executable", sys.executable))


def asked(paths: Sequence[str] | None) -> list[Interpreter]:
    """Return the Pythons at `paths`, or the running one if there are no paths."""
    return [*map(at, paths or [])] or [own()]


def unfit(example: Example, interpreter: Interpreter) -> str:
    """Return why the example is not meant for this Python; empty if it is."""
    version = interpreter.version.rstrip("t")
    if not SpecifierSet(example.requires_python).contains(version):
        return f"it requires Python {example.requires_python}, but this is {interpreter.version}; {_ANOTHER}"
    if example.since and not SpecifierSet(f">={example.since}").contains(version):
        return f"this result is for Python {example.since} and newer, but this is {interpreter.version}; {_ANOTHER}"
    if example.until and SpecifierSet(f">={example.until}").contains(version):
        return f"this result is for Python older than {example.until}, but this is {interpreter.version}; {_ANOTHER}"
    if "gil" in example.settings.needs and interpreter.free_threaded:
        return f"it requires a Python with the GIL; {_ANOTHER}"
    if "free-threaded" in example.settings.needs and not interpreter.free_threaded:
        return f"it requires a free-threaded Python; {_ANOTHER}"
    return ""


def fitting(example: Example, interpreter: Interpreter) -> Example:
    """Return the example, or that result of the same command line which is meant for this Python.

    A name that ends in a version or a build is returned as it is; so is the example if no result is meant for it.
    """
    if example.since or example.variant in NEEDS or not unfit(example, interpreter):
        return example
    return next((other for other in example.siblings if not unfit(other, interpreter)), example)


def lacking(example: Example) -> str:
    """Return what this machine lacks for the example and how to install it; empty if nothing."""
    if "fork" in example.settings.needs and not hasattr(os, "fork"):
        return "this system has no os.fork"
    for module in "fcntl", "resource":
        if module in example.settings.needs and not find_spec(module):
            return f"this system has no module {module}"
    if "proc" in example.settings.needs and not Path("/proc/self/smaps_rollup").exists():
        return "this system has no /proc like that of Linux"
    if "nslookup" in example.settings.needs and not shutil.which("nslookup"):
        return "nslookup is not installed: on Debian, run apt-get install bind9-dnsutils"
    return ""


class PackagesError(InterpreterError):
    """An example's packages can't be installed here."""


def equipped(example: Example, interpreter: Interpreter) -> Interpreter:
    """Return a Python with the packages that the example depends on. Raises `PackagesError` if they can't be installed.

    Each Python has a virtual environment for each set of packages, in `ENVIRONMENTS`. It takes a network only to make
    one. Without dependencies, `interpreter` itself is returned.
    """
    wanted = example.dependencies
    if not wanted:
        return interpreter
    key = hashlib.sha256("\n".join([interpreter.path, interpreter.version, *wanted]).encode()).hexdigest()[:16]
    folder = ENVIRONMENTS.absolute() / key
    python = folder / ("Scripts/python.exe" if platform.here.windows else "bin/python")
    if not folder.exists():
        uv = shutil.which("uv") or shutil.which("uv", path=Path(".uv/bin").absolute())
        if not uv:
            raise PackagesError(f"it needs {', '.join(wanted)}, but there is no uv to install it")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as name:
            new = Path(name, "new")
            for command in (
                ["venv", "--quiet", "--relocatable", "--no-project", "--python", interpreter.path, str(new)],
                ["pip", "install", "--quiet", "--python", str(new / python.relative_to(folder)), *wanted],
            ):
                # Within the project, uv would hold the example's packages to the project's own pins.
                done = subprocess.run([uv, *command], cwd=folder.anchor, capture_output=True, text=True)
                if done.returncode:
                    raise PackagesError(f"it needs {', '.join(wanted)}, which uv can't install:\n{done.stderr.strip()}")
            with suppress(OSError):  # another process made the same one meanwhile
                new.rename(folder)
    return at(str(python))
