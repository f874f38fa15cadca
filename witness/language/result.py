"""A result file as a value: its terminals, its variables, and what was recorded for them.

A result file is the command a reader types, then what the terminal shows::

    $ python fork.py
    Process ({main:pid=588}) start...
    main| I ({main}) just created a child process ({child:pid=19096}).
    child| I am child process ({child}) and my parent is {main}.

Text stands for itself. ``{name:type=value}`` varies, ``{name}`` repeats it, ``{n*n}`` is computed from it, and
``actor| `` says who printed the line. `docs/how.md` explains it to readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from witness.language import grammar
from witness.language.lines import Line, Region, regions
from witness.language.parts import Computed, Part, Reference, Shuffled, Text, Variable


class ResultError(Exception):
    """A result file that can't be understood: in `path`, at `line` (from 1), and what to do about it."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


class Fault(NamedTuple):
    """What is wrong with a line of a result file, by its number there."""

    line: int
    text: str


@dataclass(frozen=True, eq=False)
class Terminal:
    """What one terminal shows: a command, the label of the line it is started after, its lines, its exit status.

    `program` is a file, or with `module` the name of one. `exit` is as in `subprocess`: negative for the signal that
    ended the program. `redirect` is what stands behind the program in the command, where its output takes another way
    to the terminal. `newline` tells whether the last line ended with one.
    """

    number: int
    program: str
    after: str | None
    lines: tuple[Line, ...]
    exit: int = 0
    options: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    module: bool = False
    arguments: tuple[str, ...] = ()
    redirect: str = ""
    newline: bool = True

    @property
    def command(self) -> str:
        settings = [f"{name}={value}" for name, value in self.environment]
        program = [*["-m"] * self.module, self.program, *self.arguments]
        return " ".join(filter(None, ["$", *settings, "python", *self.options, *program, self.redirect]))

    @property
    def plain(self) -> bool:
        """Whether the output comes to the terminal as Python writes it there."""
        return "-u" not in self.options and not self.redirect

    @property
    def status(self) -> str:
        """The last line, where the program did not end well; otherwise nothing."""
        return "" if self.exit == 0 else f"[signal {-self.exit}]" if self.exit < 0 else f"[exit {self.exit}]"

    @property
    def end(self) -> tuple[str, ...]:
        """What stands below the lines: that the last one did not end, and how the program did."""
        return tuple(filter(None, ["" if self.newline else grammar.UNENDED, self.status]))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The lines in pieces that follow each other strictly."""
        return tuple(regions(self.lines))

    def __str__(self) -> str:
        command = self.command + (f"  # after {self.after}" if self.after else "")
        return "".join(f"{line}\n" for line in [command, *self.lines, *self.end])


@dataclass(frozen=True, eq=False)
class Result:
    """A result file: where it is, its terminals, its variables by name."""

    path: Path
    terminals: tuple[Terminal, ...]
    variables: Mapping[str, Variable]

    @property
    def lines(self) -> Iterator[Line]:
        for terminal in self.terminals:
            yield from terminal.lines

    @property
    def is_named(self) -> bool:
        """Whether it says who prints, and that is not the main process alone."""
        return any(line.actor not in (None, "main") for line in self.lines)

    @cached_property
    def labelled(self) -> dict[str, Line]:
        """The lines that have a label."""
        return {line.label: line for line in self.lines if line.label}

    def has_all(self, lines: Iterable[Line]) -> bool:
        """Whether each line came among these, also those that need not: a file without one would no longer allow it."""
        return {*self.first.values()} <= {*lines}

    @cached_property
    def first(self) -> dict[Line, Line]:
        """For each line the first of its copies in the file; for most of them, itself."""
        lanes = (lane for terminal in self.terminals for region in terminal.regions for lane in region.lanes)
        return {copy: block.line for lane in lanes for block in lane.blocks for copy in block.copies}

    @cached_property
    def crowds(self) -> set[str]:
        """The printers of whom nothing is known but that each of them prints some copies of a line."""
        others = {line.printer for line in self.lines if not (line.times and line.is_free)}
        return {line.printer for line in self.lines} - others - {"main"}

    def line_with(self, name: str) -> Line:
        """The line where a variable is mentioned first."""
        return next(line for line in self.lines if self.variables[name] in line.parts)

    @cached_property
    def values(self) -> dict[str, str]:
        """The recorded values, without padding."""
        return {name: variable.bare(variable.value) for name, variable in self.variables.items()}

    def show(self, part: Part) -> str:
        """What `part` printed when it was recorded."""
        match part:
            case Text(text):
                return text
            case Variable(name):
                return self.variables[name].value
            case Computed():
                return part.value(self.variables, self.values)
            case Shuffled():
                return ", ".join(part.members)
        return self.values[part.name]

    def text(self, line: Line) -> str:
        """What `line` printed when it was recorded."""
        return "".join(map(self.show, line.parts))

    @property
    def allowed(self) -> str:
        """What the file allows, whichever run is recorded in it: without values, lane after lane."""
        parts: list[object] = []
        for terminal in self.terminals:
            parts += [terminal.command, terminal.after, *terminal.end]
            for region in terminal.regions:
                # in an order that does not depend on the run
                for lane in sorted(region.lanes, key=lambda lane: (lane.actor or "", lane.lines[0].allowed)):
                    for block in lane.blocks:
                        parts += [block.low, block.high, block.line.allowed]
        return "".join(map(str, parts))

    def command(self, terminal: Terminal) -> tuple[Part, ...]:
        """The command of `terminal`; an argument that is a value of an earlier terminal is a part of its own."""
        pieces = re.split(r"(?<= )\{(\w+)\}", terminal.command)
        return tuple(
            Reference(self.variables[piece]) if index % 2 else Text(piece) for index, piece in enumerate(pieces)
        )

    @property
    def output(self) -> str:
        """The recorded run as the terminals showed it: the file without its annotations."""
        lines: list[str] = []
        for terminal in self.terminals:
            lines += ["".join(map(self.show, self.command(terminal))), *map(self.text, terminal.lines), *terminal.end]
        return "".join(f"{line}\n" for line in lines)

    def __str__(self) -> str:
        return "".join(map(str, self.terminals))
