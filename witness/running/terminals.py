"""Run an example as a reader would, on its terminals, and report what they showed and how it ended."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]

from witness.examples import Example
from witness.language import Output, Result, Run, Terminal, visible
from witness.running import platform
from witness.running.screen import LIMIT, Screen

GRACE = 2.0
"""How many seconds the processes that a program started may outlive it."""
CROWD = 200
"""How many processes an example may have at once."""
TERMINAL = Path(__file__).parent / "terminal"
"""The folder of the `sitecustomize` that makes Python print as on a terminal."""


class RunError(Exception):
    """The run must end now; the message says why."""


def play(example: Example, result: Result | None, interpreter: str, site: Path, home: Path) -> tuple[Run, float]:
    """Run the programs of `example` with the Python at `interpreter`, each in a terminal of `result`.

    Returns the run and how many seconds it took. The programs are copies in an empty folder, under `home`, which is
    their home as well. When this returns, none of their processes is alive.
    """
    start = time.monotonic()
    if result is None and len(example.programs) > 1:
        trouble = "it has several programs: write down in which order to start them, `$ python NAME.py`"
        return Run((Output(()),), trouble), 0.0
    terminals = result.terminals if result else (Terminal(1, example.programs[0].name, None, ()),)
    screens: list[Screen] = []
    trouble = ""
    folder = home / "home"
    folder.mkdir()
    for program in example.programs:
        shutil.copy(program, folder)
    deadline = start + example.settings["timeout"]
    try:
        for terminal in terminals:
            _wait_for(terminal, result, screens, deadline)
            screens.append(_start(terminal, folder, interpreter, site))
        _watch(screens, deadline)
    except RunError as error:
        trouble = str(error)
    finally:
        left = _end(screens)
        for screen in screens:
            screen.end_line()
            screen.reader.close()
    trouble = trouble or _remains(left, [line for screen in screens for line in screen.torn])
    if trouble:
        shown = [visible(line[:200]) for screen in screens for line, _ in screen.output().lines]
        trouble += "".join(f"\n{line}" for line in [f"until then it printed {len(shown)} lines", *shown[-10:]])
    return Run(tuple(screen.output() for screen in screens), trouble), time.monotonic() - start


def _remains(left: list[str], torn: list[str]) -> str:
    """What is wrong with a run that ended in time: what it left behind, and what it tore; or nothing."""
    if left:
        return f"it left a process behind: {', '.join(left)}; join or wait for what the program starts"
    if remains := platform.here.remains():
        return f"it left {', '.join(remains)} behind; let the program unlink or remove what it makes"
    if torn:
        line = visible(torn[0][:200])
        return f"several processes wrote one line together: `{line}`; let each process write whole lines"
    return ""


def _start(terminal: Terminal, folder: Path, interpreter: str, site: Path) -> Screen:
    """Start a program as its command says; standard error always goes to the terminal itself."""
    command = [interpreter, *["-u"] * terminal.unbuffered, terminal.program]
    file = folder / f"{Path(terminal.program).stem}.txt" if terminal.redirect.startswith(">") else None
    piped = platform.here.piped
    reader, writer = socket.socketpair()
    with writer:
        platform.here.attest(reader)
        out: int | IO[bytes] = subprocess.PIPE if terminal.redirect or piped else writer.fileno()
        errors: int = writer.fileno()
        if piped:
            errors = subprocess.PIPE if terminal.redirect else subprocess.STDOUT
        with file.open("wb") if file else contextlib.nullcontext(out) as out:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(folder, interpreter, None if terminal.redirect else site),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
        for source in filter(None, (process.stdout, process.stderr)):
            threading.Thread(target=_cat, args=(source, writer.dup()), daemon=True).start()
        if file:
            threading.Thread(target=_cat_later, args=(process, file, writer.dup()), daemon=True).start()
    return Screen(terminal, process, reader, file)


def _cat(source: IO[bytes], target: socket.socket) -> None:
    """Be the `cat` of the command: show on the terminal what comes from a pipe or a file.

    It is as slow as a `cat` may be, so that it seldom comes between two halves of a line on standard error.
    """
    with source, target, contextlib.suppress(OSError):  # the reader may have had enough
        while data := os.read(source.fileno(), 1 << 16):
            time.sleep(0.01)
            target.sendall(data)


def _cat_later(process: subprocess.Popen[bytes], file: Path, target: socket.socket) -> None:
    with target, contextlib.suppress(OSError):
        process.wait()
        _cat(file.open("rb"), target)


def _environment(folder: Path, interpreter: str, site: Path | None) -> dict[str, str]:
    """All that a program sees of the environment; the same for everyone."""
    environment = {
        "PATH": os.pathsep.join(
            [str(Path(interpreter).parent), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        ),
        "HOME": str(folder),
        "TMPDIR": str(folder.parent),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
    }
    return environment | ({"PYTHONPATH": str(site)} if site else {}) | platform.here.environment(folder)


def _wait_for(terminal: Terminal, result: Result | None, screens: list[Screen], deadline: float) -> None:
    """Wait until the line that `terminal` is started after has been printed."""
    if result is None or terminal.after is None:
        return
    line = next(line for line in result.lines if line.label == terminal.after)
    look = re.compile("".join(map(result.regex, line.parts)))
    for _ in _pieces(screens, deadline):
        if any(look.fullmatch(text) for screen in screens for text, _ in screen.lines):
            return
    raise RunError(f"it never printed line {line.number}, after which `{terminal.command}` is to be started")


def _watch(screens: list[Screen], deadline: float) -> None:
    """Read until everything has ended, at the latest `GRACE` after the programs themselves."""
    for _ in _pieces(screens, deadline):
        if not _running(screens):
            break
    # A process closes its output a moment before it has ended.
    pauses = _pauses(deadline)
    while _running(screens):
        if not next(pauses, False):
            raise RunError("it did not end in time; if it needs longer, say so with `timeout` in its script block")
    deadline = time.monotonic() + GRACE
    for _ in _pieces(screens, deadline):
        pass
    pauses = _pauses(deadline)
    while _busy(screens) and next(pauses, False):
        pass


def _pauses(deadline: float) -> Iterator[bool]:
    """Pause, each time longer, until the deadline."""
    pause = 0.0005
    while time.monotonic() < deadline:
        time.sleep(pause)
        yield True
        pause = min(2 * pause, 0.02)


def _threads() -> int:
    """How many threads the whole system has, which costs next to nothing to ask."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    return 0


def _running(screens: list[Screen]) -> bool:
    return any(screen.process.poll() is None for screen in screens)


def _pieces(screens: list[Screen], deadline: float) -> Iterator[None]:
    """Read what is printed, piece by piece, until all have closed their output or the time is over."""
    readers = {screen.reader: screen for screen in screens}
    before, look = _threads(), time.monotonic() + 0.05
    while readers and (now := time.monotonic()) < deadline:
        if now > look:
            look = now + 0.05
            if _threads() > before + CROWD and len(psutil.Process().children(recursive=True)) > CROWD:
                raise RunError(f"it had more than {CROWD} processes at once")
        ready, _, _ = select.select(readers, [], [], 0.05)
        for reader in ready:
            if not readers[reader].read():
                del readers[reader]
        if any(screen.full for screen in screens):
            raise RunError(f"it printed more than {LIMIT} bytes")
        yield


def _busy(screens: list[Screen]) -> bool:
    return platform.here.busy([screen.process for screen in screens])


def _end(screens: list[Screen]) -> list[str]:
    """End every process that is left, and say which they were."""
    left: dict[int, str] = {}
    while _busy(screens):
        for process in platform.here.processes([screen.process for screen in screens]):
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE:
                    left.setdefault(process.pid, f"{process.pid} ({' '.join(process.cmdline())[:80]})")
                process.kill()
        time.sleep(0.002)
    return list(left.values())
