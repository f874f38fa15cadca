"""The screen of a terminal: the lines it shows, and which process wrote each of them."""

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
"""The most bytes that an example may print."""
_TAB = 8


@dataclass
class Screen:
    """The screen of a terminal: its program, the socket from which the output is read, and what it has shown so far.

    `neutral` makes paths in a line neutral. `file` is the file to which the program prints, if its command says so.
    `torn` describes each line that several processes wrote together. `ticks` are the rounds of reading in which the
    lines ended.
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
        """Show everything written by now, in the order it came; return False at the end of the output.

        The output is read in chunks, each from one process.
        """
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
        """Show typed text and Enter, as the terminal itself echoes them."""
        self._pieces.append((text.encode(), None))
        self.end_line(tick)

    def close(self, tick: int) -> None:
        """Show the last line even if it did not end, and close the connections to the program."""
        if self.unfinished:
            self.end_line(tick)
            self.newline = False
        self.reader.close()
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()

    @property
    def unfinished(self) -> str:
        """The line being written, as it is displayed by now."""
        return self.neutral(displayed(_text(b"".join(piece for piece, _ in self._pieces))))

    def end_line(self, tick: int) -> None:
        """End the line being written, if there is one, in round `tick`."""
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
        """The lines shown, with tracebacks folded, including an unfinished line."""
        return [line for _, line in folded([*self.lines, *([(self.unfinished, None)] if self._pieces else [])])]

    @property
    def full(self) -> bool:
        """Whether the program printed more than `LIMIT` bytes, to the terminal or to its file."""
        return self._size > LIMIT or bool(self.file and self.file.exists() and self.file.stat().st_size > LIMIT)

    def output(self) -> Output:
        """Return the output: the lines shown, and how the program ended."""
        kept = list(folded(self.lines))
        lines = [line for _, line in kept]
        ticks = [self.ticks[place] for place, _ in kept]
        if self.terminal.redirect:
            # A pipe or a file doesn't tell which process wrote a line, nor when.
            lines, ticks = [(text, None) for text, _ in lines], []
        if platform.here.windows:  # the output took a pipe on its way
            ticks = []
        return Output(tuple(lines), self.process.returncode, self.process.pid, tuple(ticks), self.newline)


def _text(line: bytes) -> str:
    """Decode a line; bytes that are not UTF-8 become surrogates, which no result file can contain."""
    return line.decode(errors="surrogateescape")


def displayed(text: str) -> str:
    """Return what is finally displayed of a line: after a carriage return or backspace, text overwrites earlier text.

    A wide character, such as a Chinese one, covers two columns; if one half is overwritten, the other becomes a blank.
    """
    text = text.removesuffix("\r")
    if not re.search(r"[\r\b]", text):
        return text
    cells: list[str] = []  # one per column: a character with its combining marks; empty right of a wide one
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
