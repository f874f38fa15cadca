"""Run an example on its terminals as a reader would, and report what they showed and how the programs ended."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from witness.examples import Example
from witness.language import Output, Result, Run, Terminal, visible
from witness.language.run import exception
from witness.running import keyboard, platform
from witness.running.folder import neutral, temporary
from witness.running.interpreters import Interpreter
from witness.running.screen import Screen
from witness.running.variation import NEUTRAL, Variation
from witness.running.watch import LATE, RunError, Watch

TERMINAL = Path(__file__).parent / "terminal"
"""The folder of the `sitecustomize` that makes Python print line by line, as on a terminal."""

_NAMED = 5
"""The most names of processes left behind, and lines of an exception, that a message lists."""
_SLOW = 0.01
"""Seconds after which the `cat` of a command shows what it has read, as a slow one may. So its output seldom comes
between two halves of a line on standard error, or before a line written there earlier.
"""
PUSHED = 3
"""The factor by which a pushed run may take longer, as each of its processes naps."""

_SLOWED = (
    "\nin this run its calls were noted or delayed, and a million calls of a lock then take seconds: let it make fewer"
)
_ONE_CORE = "\nin this run it had one core, so a pool may have one worker: let none of its tasks wait for another"

UNGUARDED = "An attempt has been made to start a new process before the"
"""What `multiprocessing` says if it spawns a process while that still imports the program."""
GUARD = (
    "each process imports the program, as on Windows and macOS; so start processes only below "
    '`if __name__ == "__main__":`'
)


def failed(trouble: str, seconds: float = 0.0) -> Run:
    """Return a run that failed with nothing printed."""
    return Run((Output(()),), trouble, seconds)


@dataclass(frozen=True)
class Play:
    """A run to be made: an example, with each program in a terminal of its result, and its Python.

    `site` is a folder with a `sitecustomize` for all Pythons of the run, `variation` is what the programs find around
    them. It can be pickled, and called with a new folder in which to run.
    """

    example: Example
    result: Result
    interpreter: Interpreter
    site: Path = TERMINAL
    variation: Variation = NEUTRAL

    @property
    def limit(self) -> float:
        """The seconds within which the run must end."""
        return self.example.settings.timeout * (PUSHED if self.variation.pushed else 1)

    def __call__(self, home: Path) -> Run:
        """Run copies of the programs in an empty folder below `home`, each in its terminal of the result.

        That folder is also the programs' home folder. None of their processes is alive when this returns.
        """
        try:
            return self._run(home)
        except OSError as error:  # a folder, a file or a process can't be made
            return failed(f"it can't be started here: {error}")

    def _run(self, home: Path) -> Run:
        start = time.monotonic()
        if lacking := keyboard.lacking(self.result):
            return failed(lacking)
        hidden = () if self.example.dependencies else self.interpreter.packages
        platform.here.vary(self.variation, home, hidden)
        folder = home / self.variation.folder
        folder.mkdir()
        for file in self.example.files:
            shutil.copy(file, folder)
        watch = Watch(self.result, start + self.limit)
        trouble = ""
        try:
            for terminal in self.result.terminals:
                watch.wait_for(terminal)
                watch.add(self._start(terminal, folder, watch))
            watch.to_the_end()
        except RunError as error:
            trouble = str(error)
            if trouble == LATE:
                trouble += _SLOWED * (self.site != TERMINAL) + _ONE_CORE * (self.variation.cores == 1)
        finally:
            left = watch.end()
        trouble = trouble or _remains(left, [line for screen in watch.screens for line in screen.torn])
        outputs = tuple(screen.output() for screen in watch.screens)
        if trouble:
            shown = [(visible(text[:200]), writer) for output in outputs for text, writer in output.lines]
            if any(UNGUARDED in text for text, _ in shown):  # and then it tears lines, or does not end
                trouble = GUARD
            raised = [f"  {text}" for text in exception(shown)[:_NAMED]]
            said = [*raised, f"lines printed until then: {len(shown)}", *(text for text, _ in shown[-10:])]
            trouble += "".join(f"\n{line}" for line in said)
        return Run(outputs, trouble, time.monotonic() - start)

    def _start(self, terminal: Terminal, folder: Path, watch: Watch) -> Screen:
        """Start the program of a terminal by its command; standard error always goes to the terminal itself."""
        command = [self.interpreter.path, *terminal.options, *["-m"] * terminal.module, terminal.program]
        command += [self._argument(argument, watch) for argument in terminal.arguments]
        environment = self._environment(folder, bool(terminal.redirect)) | dict(terminal.environment)
        file = folder / f"{Path(terminal.program).stem}.txt" if terminal.redirect.startswith(">") else None
        types = any(line.key or line.typed for line in terminal.lines)
        windows = platform.here.windows  # where programs print to pipes
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        with writer:
            platform.here.attest(reader)
            out: int | IO[bytes] = subprocess.PIPE if terminal.redirect or windows else writer.fileno()
            errors: int = writer.fileno()
            if windows:
                errors = subprocess.PIPE if terminal.redirect else subprocess.STDOUT
            with file.open("wb") if file else contextlib.nullcontext(out) as out:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.PIPE if types else subprocess.DEVNULL,
                    stdout=out,
                    stderr=errors,
                    start_new_session=True,
                )
            for source, pause in ((process.stdout, _SLOW if terminal.redirect else 0), (process.stderr, 0)):
                if source:
                    threading.Thread(target=_cat, args=(source, writer.dup(), pause), daemon=True).start()
            if file:
                threading.Thread(target=_cat_later, args=(process, file, writer.dup()), daemon=True).start()
        return Screen(terminal, process, reader, neutral(folder, self.interpreter), file)

    def _argument(self, argument: str, watch: Watch) -> str:
        """Return an argument of a command, with names in braces replaced by the values that were printed for them."""

        def printed(match: re.Match[str]) -> str:
            value = keyboard.value(watch.result, match[1], watch.screens)
            if value is None:
                raise RunError(f"`{{{match[1]}}}` was not printed before the command that takes it as an argument")
            return value

        return re.sub(r"\{(\w+)\}", printed, argument)

    def _environment(self, folder: Path, redirected: bool) -> dict[str, str]:
        """Return the whole environment of a program: the same on every machine, except for what is varied."""
        files = folder.parent  # its path varies at most as that of the program's own folder does
        if self.variation != NEUTRAL:
            files = temporary(folder)
            files.mkdir(exist_ok=True)
        places = [str(Path(self.interpreter.path).parent), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        environment = {
            "PATH": os.pathsep.join(places),
            "HOME": str(folder),
            "TMPDIR": str(files),
            "LANG": "C.UTF-8",
            "LOGNAME": "user",
            "NO_COLOR": "1",
            "TZ": self.variation.zone,
            "USER": "user",
        }
        if self.variation.seed is not None:
            environment["PYTHONHASHSEED"] = str(self.variation.seed)
        if self.variation.spawned and "fork" not in self.example.settings.needs:
            environment["WITNESS_SPAWN"] = ""  # read by our `sitecustomize`
        if not redirected:
            environment["PYTHONPATH"] = str(self.site)
        return environment | platform.here.environment(folder)


def _remains(left: list[str], torn: list[str]) -> str:
    """Return what is wrong with a run that ended in time: what it left behind or tore; empty if nothing is."""
    if left:
        named = ", ".join(left[:_NAMED]) + f" and {len(left) - _NAMED} more" * (len(left) > _NAMED)
        return f"it left a process behind: {named}; join or wait for what the program starts"
    if remains := platform.here.remains():
        return f"it left {', '.join(remains)} behind; unlink or remove what the program creates"
    if torn:
        return f"several processes wrote one line together: {torn[0]}; make each process write whole lines"
    return ""


def _cat(source: IO[bytes], target: socket.socket, pause: float) -> None:
    """Copy a pipe or a file to the terminal, pausing after each read."""
    with source, target, contextlib.suppress(OSError):  # the terminal may be closed by now
        while data := os.read(source.fileno(), 1 << 16):
            time.sleep(pause)
            target.sendall(data)


def _cat_later(process: subprocess.Popen[bytes], file: Path, target: socket.socket) -> None:
    with target, contextlib.suppress(OSError):
        process.wait()
        _cat(file.open("rb"), target, 0)
