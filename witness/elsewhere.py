"""Run an example on a system that isn't Linux, with fewer checks: what of `run` needs another way there.

Nobody says there which process wrote a line, examples share the network of the machine, and a process that leaves its
program's session, or on Windows outlives its own parent, may be missed when what is left behind is looked for.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import psutil  # type: ignore[import-untyped]

HERE = sys.platform != "linux"
"""Whether this module is needed."""
PIPED = sys.platform == "win32"
"""Whether a program can't print to a socket."""
MISSING = f"{sys.platform} does not say which process wrote a line, and gives examples no network of their own"


def own(folder: Path) -> dict[str, str]:
    """What no program can do without on Windows; elsewhere nothing."""
    if sys.platform != "win32":
        return {}
    system = os.environ["SYSTEMROOT"]
    temporary = str(folder.parent)
    return {
        "SYSTEMROOT": system,
        "TEMP": temporary,
        "TMP": temporary,
        "USERPROFILE": str(folder),
        "PYTHONUTF8": "1",  # as on the other systems; the default from 3.15
    }


def alive(programs: Collection[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    """The processes of these programs that are still there: those of their sessions, or on Windows their offspring."""
    running = {program.pid for program in programs if program.poll() is None}
    family = {program.pid for program in programs}
    processes = {process.pid: process for process in psutil.process_iter(["ppid"])}
    if hasattr(os, "getsid"):
        for pid, process in processes.items():
            with contextlib.suppress(OSError):
                if os.getsid(pid) in family and not _zombie(process):
                    running.add(pid)
    else:
        while more := {pid for pid, process in processes.items() if process.info["ppid"] in family} - family:
            family |= more
            running |= more
    for program in programs:
        program.poll()  # it may have ended meanwhile
    return [process for pid, process in processes.items() if pid in running]


def _zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True
