"""Run an example as a reader would, on a terminal, and report what was printed, by which process, and how it ended."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]

from witness import elsewhere, sandbox
from witness.examples import Example
from witness.language import Output, Result, Run, Terminal, fold_tracebacks, visible

LIMIT = 1 << 20
"""How many bytes an example may print."""
GRACE = 2.0
"""How many seconds the processes that a program started may outlive it."""
CROWD = 200
"""How many processes an example may have at once."""
WORKERS = 4 * (os.cpu_count() or 1)
"""How many examples run side by side: more than there are cores, as most of them sleep."""

_CREDENTIALS = struct.Struct("3i")
_TERMINAL = Path(__file__).parent / "terminal"


class RunError(Exception):
    """The run must end now; the message says why."""


@dataclass
class _Screen:
    """A terminal: its program, the end of the socket on which it prints, and what it has shown so far.

    `file` is where the program prints instead, if the command says so.
    """

    terminal: Terminal
    process: subprocess.Popen[bytes]
    reader: socket.socket
    file: Path | None = None
    lines: list[tuple[str, int | None]] = field(default_factory=list)
    unfinished: dict[int | None, bytes] = field(default_factory=dict)
    size: int = 0

    def read(self) -> bool:
        """Take in what was written; false at the end. Each piece comes from one process, whose lines stay whole."""
        writer: int | None = None
        if elsewhere.HERE:
            data = self.reader.recv(1 << 16)
        else:
            data, ancillary, _, _ = self.reader.recvmsg(1 << 16, socket.CMSG_SPACE(_CREDENTIALS.size))
            writer = next((_CREDENTIALS.unpack(content)[0] for _, _, content in ancillary), None)
        self.size += len(data)
        *whole, rest = (self.unfinished.pop(writer, b"") + data).split(b"\n")
        self.lines += [(_decode(line), writer) for line in whole]
        if rest:
            self.unfinished[writer] = rest
        if self.size > LIMIT:
            raise RunError(f"it printed more than {LIMIT} bytes")
        return bool(data)

    def output(self) -> Output:
        rest = [(_decode(line), writer) for writer, line in self.unfinished.items()]
        lines = fold_tracebacks([*self.lines, *rest])
        if self.terminal.redirect:
            lines = [(text, None) for text, _ in lines]  # a pipe or a file does not say who wrote what is in it
        return Output(tuple(lines), self.process.returncode, self.process.pid)


def run(example: Example, result: Result | None, interpreter: str, site: Path = _TERMINAL) -> Run:
    """Run the programs of `example` with the Python at `interpreter`, each in a terminal of `result`.

    Without a result there is one program. The programs are copies in an empty folder, which is their home as well. When
    this returns, none of their processes is alive.
    """
    if result is None and len(example.programs) > 1:
        return Run(
            (Output(()),), "it has several programs: write down in which order to start them, `$ python NAME.py`"
        )
    terminals = result.terminals if result else (Terminal(1, example.programs[0].name, None, ()),)
    screens: list[_Screen] = []
    trouble = ""
    left: list[str] = []
    with tempfile.TemporaryDirectory(prefix="witness-", ignore_cleanup_errors=True) as home:
        folder = Path(home, "home")
        folder.mkdir()
        for program in example.programs:
            shutil.copy(program, folder)
        deadline = time.monotonic() + example.settings["timeout"]
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
                screen.reader.close()
    if left and not trouble:
        trouble = f"it left a process behind: {', '.join(left)}; join or wait for what the program starts"
    if trouble:
        shown = [visible(line[:200]) for screen in screens for line, _ in screen.output().lines]
        trouble += "".join(f"\n{line}" for line in [f"until then it printed {len(shown)} lines", *shown[-10:]])
    return Run(tuple(screen.output() for screen in screens), trouble)


def _start(terminal: Terminal, folder: Path, interpreter: str, site: Path) -> _Screen:
    """Start a program as its command says; standard error always goes to the terminal itself."""
    command = [interpreter, *["-u"] * terminal.unbuffered, terminal.program]
    file = folder / f"{Path(terminal.program).stem}.txt" if terminal.redirect.startswith(">") else None
    reader, writer = socket.socketpair()
    with writer:
        if not elsewhere.HERE:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        out: int | IO[bytes] = subprocess.PIPE if terminal.redirect or elsewhere.PIPED else writer.fileno()
        errors: int = writer.fileno()
        if elsewhere.PIPED:
            errors = subprocess.PIPE if terminal.redirect else subprocess.STDOUT
        with file.open("wb") if file else contextlib.nullcontext(out) as out:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(folder, interpreter, None if terminal.redirect else site) | elsewhere.own(folder),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
        for source in filter(None, (process.stdout, process.stderr)):
            threading.Thread(target=_cat, args=(source, writer.dup()), daemon=True).start()
        if file:
            threading.Thread(target=_cat_later, args=(process, file, writer.dup()), daemon=True).start()
    return _Screen(terminal, process, reader, file)


def _cat(source: IO[bytes], target: socket.socket) -> None:
    """Be the `cat` of the command: show on the terminal what comes from a pipe or a file."""
    with source, target, contextlib.suppress(OSError):  # the reader may have had enough
        while data := os.read(source.fileno(), 1 << 16):
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
    return environment | ({"PYTHONPATH": str(site)} if site else {})


def _wait_for(terminal: Terminal, result: Result | None, screens: list[_Screen], deadline: float) -> None:
    """Wait until the line that `terminal` is started after has been printed."""
    if result is None or terminal.after is None:
        return
    line = next(line for line in result.lines if line.label == terminal.after)
    look = re.compile("".join(map(result.regex, line.parts)))
    for _ in _pieces(screens, deadline):
        if any(look.fullmatch(text) for screen in screens for text, _ in screen.lines):
            return
    raise RunError(f"it never printed line {line.number}, after which `{terminal.command}` is to be started")


def _watch(screens: list[_Screen], deadline: float) -> None:
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
    while _children_left(screens) and next(pauses, False):
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


def _running(screens: list[_Screen]) -> bool:
    return any(screen.process.poll() is None for screen in screens)


def _pieces(screens: list[_Screen], deadline: float) -> Iterator[None]:
    """Read what is printed, piece by piece, until all have closed their output or the time is over."""
    readers = {screen.reader: screen for screen in screens}
    before, look = _threads(), time.monotonic() + 0.05
    while readers and (now := time.monotonic()) < deadline:
        if now > look:
            look = now + 0.05
            if any(path.stat().st_size > LIMIT for screen in screens if (path := screen.file) and path.exists()):
                raise RunError(f"it printed more than {LIMIT} bytes")
            if _threads() > before + CROWD and len(psutil.Process().children(recursive=True)) > CROWD:
                raise RunError(f"it had more than {CROWD} processes at once")
        ready, _, _ = select.select(readers, [], [], 0.05)
        for reader in ready:
            if not readers[reader].read():
                del readers[reader]
        yield


def _children_left(screens: list[_Screen]) -> bool:
    """Whether any process of this run is alive; this process is the parent of all whose own parent has ended."""
    programs = {screen.process.pid: screen.process for screen in screens}
    if elsewhere.HERE:
        return bool(elsewhere.alive(list(programs.values())))
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        if ended is None:
            return True
        if ended.si_pid in programs:
            programs[ended.si_pid].poll()
        else:
            os.waitpid(ended.si_pid, 0)


def _end(screens: list[_Screen]) -> list[str]:
    """End every process that is left, and say which they were."""
    left: dict[int, str] = {}
    while _children_left(screens):
        programs = [screen.process for screen in screens]
        for process in elsewhere.alive(programs) if elsewhere.HERE else psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE:
                    left.setdefault(process.pid, f"{process.pid} ({' '.join(process.cmdline())[:80]})")
                process.kill()
        time.sleep(0.002)
    return list(left.values())


def _decode(line: bytes) -> str:
    """The text of a line; what is not UTF-8 becomes characters that no result file can hold."""
    return line.removesuffix(b"\r" if elsewhere.PIPED else b"").decode(errors="surrogateescape")


class Runner:
    """Runs examples side by side, `workers` at a time, each in a confined process; use it as a context manager."""

    def __init__(self, workers: int = WORKERS) -> None:
        # Forked before this process has threads; each worker runs one program at a time. Where programs share the
        # network of the machine, there is one worker, or they would take each other's ports.
        context = multiprocessing.get_context("spawn" if elsewhere.HERE else "fork")
        self._pool = ProcessPoolExecutor(1 if elsewhere.HERE else workers, context, initializer=sandbox.enter)
        self._attempts: list[Future[Attempt]] = []

    def submit(self, example: Example, result: Result | None, interpreter: str) -> Callable[[], Attempt]:
        """Start a run. The returned function waits for it; one that must be alone starts when the others are done."""
        if example.settings["alone"]:
            return lambda: self._alone(example, result, interpreter)
        return self._start(example, result, interpreter).result

    def _alone(self, example: Example, result: Result | None, interpreter: str) -> Attempt:
        wait(self._attempts)
        return self._start(example, result, interpreter).result()

    def _start(self, example: Example, result: Result | None, interpreter: str) -> Future[Attempt]:
        self._attempts.append(self._pool.submit(_attempt, example, result, interpreter))
        return self._attempts[-1]

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        if all(attempt.done() for attempt in self._attempts):
            self._pool.shutdown()
            return
        # Interrupted. A worker that is told to end ends its program first; the pool would wait for the program instead.
        workers = list(self._pool._processes.values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


@dataclass(frozen=True)
class Attempt:
    """A run, how many seconds it took, and what was missing to confine it."""

    run: Run
    seconds: float
    missing: tuple[str, ...]


def _attempt(example: Example, result: Result | None, interpreter: str) -> Attempt:
    start = time.monotonic()
    try:
        finished = run(example, result, interpreter)
    except SystemExit:
        _end([])  # once more: it may have come in the middle of the first time
        os._exit(1)  # to a worker of a pool this exception would be a result like any other
    return Attempt(finished, time.monotonic() - start, tuple(sandbox.missing))
