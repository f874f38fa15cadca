"""A terminal: what it shows of what is written to it, and who wrote each line."""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import category, east_asian_width

from witness.language import Output, Printed, Terminal, folded, visible
from witness.running import platform
from witness.running.folder import Neutral

LIMIT = 1 << 20
"""How many bytes an example may print."""
_TAB = 8


@dataclass
class Screen:
    """A terminal: its program, the end of the socket on which it prints, and what it has shown so far.

    `neutral` takes the folder of the run out of each line; `file` is where the program prints instead, if the command
    says so. `torn` says of each line that several processes wrote together which they were; `ticks` in which round of
    reading each line ended.
    """

    terminal: Terminal
    process: subprocess.Popen[bytes]
    reader: socket.socket
    neutral: Neutral
    file: Path | None = None
    lines: list[Printed] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    newline: bool = True
    _size: int = 0
    _pieces: list[tuple[bytes, int | None]] = field(default_factory=list)

    def read(self, tick: int) -> bool:
        """Show all that was written by now, in the order it came; false at the end. Each piece is of one process."""
        while not self.full:
            try:
                data, writer = platform.here.read(self.reader)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._size += len(data)
            *ended, rest = data.split(b"\n")
            for piece in ended:
                self._pieces.append((piece, writer))
                self.end_line(tick)
            if rest:
                self._pieces.append((rest, writer))
        return True

    def type(self, text: str, tick: int) -> None:
        """Show what is typed, and Enter: the terminal itself writes it."""
        self._pieces.append((text.encode(), None))
        self.end_line(tick)

    def close(self, tick: int) -> None:
        """Show the last line, if it did not end."""
        if self.unfinished:
            self.end_line(tick)
            self.newline = False
        self.reader.close()
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()

    @property
    def unfinished(self) -> str:
        """The line that is being written, as it is now."""
        return self.neutral(displayed(_text(b"".join(piece for piece, _ in self._pieces))))

    def end_line(self, tick: int) -> None:
        """Show the line that is being written, if any is, as it is."""
        if not self._pieces:
            return
        text = self.unfinished
        writers = {writer: None for _, writer in self._pieces if writer is not None}
        if len(writers) > 1 and not self.terminal.redirect:
            told = ", ".join(
                f"`{visible(displayed(_text(piece))[:50])}` by {writer}" for piece, writer in self._pieces[:6]
            )
            self.torn.append(f"`{visible(text[:200])}`, of which {told}")
        self.lines.append((text, next(iter(writers), None)))
        self.ticks.append(tick)
        self._pieces.clear()

    @property
    def shown(self) -> list[Printed]:
        """What it shows, tracebacks folded, an unfinished line included."""
        return [line for _, line in folded([*self.lines, *([(self.unfinished, None)] if self._pieces else [])])]

    @property
    def full(self) -> bool:
        """Whether the program printed too much."""
        return self._size > LIMIT or bool(self.file and self.file.exists() and self.file.stat().st_size > LIMIT)

    def output(self) -> Output:
        """What it shows, and how its program ended."""
        kept = list(folded(self.lines))
        lines = [line for _, line in kept]
        ticks = [self.ticks[place] for place, _ in kept]
        if self.terminal.redirect:
            # A pipe or a file does not say who wrote what is in it, nor when.
            lines, ticks = [(text, None) for text, _ in lines], []
        if platform.here.windows:  # it prints to a pipe
            ticks = []
        return Output(tuple(lines), self.process.returncode, self.process.pid, tuple(ticks), self.newline)


def _text(line: bytes) -> str:
    """What is not UTF-8 becomes characters that no result file can hold."""
    return line.decode(errors="surrogateescape")


def displayed(text: str) -> str:
    """What is seen of a line in the end: on a carriage return or a backspace, later text is put over earlier text.

    A wide character, as Chinese has them, covers two columns; of one half covered, a blank is left.
    """
    text = text.removesuffix("\r")
    if not re.search(r"[\r\b]", text):
        return text
    cells: list[str] = []  # a column each: a character with its accents, or nothing right of a wide one
    column = 0
    for char in text:
        if char == "\r":
            column = 0
        elif char == "\b":
            column = max(0, column - 1)
        elif char == "\t":
            column += _TAB - column % _TAB
            cells += [" "] * (column - len(cells))
        elif category(char) in ("Mn", "Me", "Cf") and 0 < column <= len(cells):
            cells[column - 1 if cells[column - 1] else column - 2] += char
        else:
            width = 2 if east_asian_width(char) in "WF" else 1
            cells += [" "] * (column + width - len(cells))
            if not cells[column]:
                cells[column - 1] = " "
            if cells[column + width : column + width + 1] == [""]:
                cells[column + width] = " "
            cells[column : column + width] = [char, ""][:width]
            column += width
    text = "".join(cells[:column]) + "".join(cells[column:]).rstrip()
    return text if text.strip() else ""
