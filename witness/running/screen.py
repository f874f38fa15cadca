"""A terminal: what it shows of what is written to it, and who wrote each line."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from witness.language import Output, Printed, Terminal, fold_tracebacks
from witness.running import platform

LIMIT = 1 << 20
"""How many bytes an example may print."""


@dataclass
class Screen:
    """A terminal: its program, the end of the socket on which it prints, and what it has shown so far.

    `file` is where the program prints instead, if the command says so; `torn` are the lines that several processes
    wrote together.
    """

    terminal: Terminal
    process: subprocess.Popen[bytes]
    reader: socket.socket
    file: Path | None = None
    lines: list[Printed] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    _size: int = 0
    _line: bytearray = field(default_factory=bytearray)
    _writers: set[int | None] = field(default_factory=set)

    def read(self) -> bool:
        """Show what was written, in the order it came; false at the end. Each piece comes from one process."""
        data, writer = platform.here.read(self.reader)
        self._size += len(data)
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece, writer)
            self.end_line()
        if rest:
            self._add(rest, writer)
        return bool(data)

    def _add(self, piece: bytes, writer: int | None) -> None:
        self._line += piece
        self._writers.add(writer)

    def end_line(self) -> None:
        """Show the line that is being written as it is."""
        if not self._writers:
            return
        line = self._line.removesuffix(b"\r" if platform.here.piped else b"")
        # What is not UTF-8 becomes characters that no result file can hold.
        text = line.decode(errors="surrogateescape")
        if len(self._writers) > 1 and not self.terminal.redirect:
            self.torn.append(text)
        self.lines.append((text, self._writers.pop()))
        self._line.clear()
        self._writers.clear()

    @property
    def full(self) -> bool:
        """Whether the program printed too much."""
        return self._size > LIMIT or bool(self.file and self.file.exists() and self.file.stat().st_size > LIMIT)

    def output(self) -> Output:
        """What it shows, and how its program ended."""
        lines = fold_tracebacks(self.lines)
        if self.terminal.redirect:
            lines = [(text, None) for text, _ in lines]  # a pipe or a file does not say who wrote what is in it
        return Output(tuple(lines), self.process.returncode, self.process.pid)
