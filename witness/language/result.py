"""A result file as a value: its terminals, its variables and their recorded values.

A result file is the command that a reader types, followed by what the terminal shows::

    $ python fork.py
    Process ({main:pid=588}) start...
    main| I ({main}) just created a child process ({child:pid=19096}).
    child| I am child process ({child}) and my parent is {main}.

Text stands for itself. ``{name:type=value}`` varies, ``{name}`` repeats it, ``{n*n}`` is computed from it, and
``actor| `` names the printer of a line. `docs/how.md` explains the language to readers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from witness.language import grammar
from witness.language.lines import Line, Region, regions
from witness.language.parts import Computed, Part, Reference, Shuffled, Text, Variable
from witness.script import ExampleError


class ResultError(ExampleError):
    """A faulty result file, or what stands beside it."""


class Fault(NamedTuple):
    """A fault of the result file at a line, counted from 1."""

    line: int
    text: str


@dataclass(frozen=True, eq=False)
class Terminal:
    """A terminal: its command, the label `after` whose line it is opened, its lines, and how its program ended.

    `program` is a file, or the name of a module if `module` is true. `exit` is as in `subprocess`: negative for the
    signal that ended the program. `redirect` is the part of the command that redirects the program's output. `newline`
    tells whether the last line ended with a newline.
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
        """Whether the output reaches the terminal with Python's usual buffering, neither unbuffered nor redirected."""
        return "-u" not in self.options and not self.redirect

    @property
    def status(self) -> str:
        """The last line in the file if the program failed, such as ``[exit 1]``; empty otherwise."""
        return "" if self.exit == 0 else f"[signal {-self.exit}]" if self.exit < 0 else f"[exit {self.exit}]"

    @property
    def end(self) -> tuple[str, ...]:
        """The closing lines in the file: the mark for a missing newline, and the exit status."""
        return tuple(filter(None, ["" if self.newline else grammar.UNENDED, self.status]))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The regions of the lines, which follow each other strictly."""
        return tuple(regions(self.lines))

    def __str__(self) -> str:
        command = self.command + (f"  # after {self.after}" if self.after else "")
        return "".join(f"{line}\n" for line in [command, *self.lines, *self.end])


@dataclass(frozen=True, eq=False)
class Result:
    """A result file: its path, its terminals, and its variables by name."""

    path: Path
    terminals: tuple[Terminal, ...]
    variables: Mapping[str, Variable]

    @property
    def lines(self) -> Iterator[Line]:
        for terminal in self.terminals:
            yield from terminal.lines

    @property
    def regions(self) -> Iterator[Region]:
        for terminal in self.terminals:
            yield from terminal.regions

    @cached_property
    def placed(self) -> dict[int, Line]:
        """The lines by their places among all of them, from 1."""
        return dict(enumerate(self.lines, 1))

    @property
    def is_named(self) -> bool:
        """Whether some line has a printer other than `main`."""
        return any(line.printer != "main" for line in self.lines)

    @cached_property
    def labelled(self) -> dict[str, Line]:
        """The lines with a label, by label."""
        return {line.label: line for line in self.lines if line.label}

    def has_all(self, lines: Iterable[Line]) -> bool:
        """Return whether each line is in `lines`, even one that need not come: without it, a file would forbid it."""
        return {*self.first.values()} <= {*lines}

    @cached_property
    def first(self) -> dict[Line, Line]:
        """The first copy of each line in the file; for most lines, the line itself."""
        return {copy: block.line for region in self.regions for block in region.blocks for copy in block.copies}

    @cached_property
    def crowds(self) -> set[str]:
        """The names that stand for several processes, each of which prints some copies of a repeated free line."""
        others = {line.printer for line in self.lines if not (line.times and line.is_free)}
        return {line.printer for line in self.lines} - others - {"main"}

    def line_with(self, name: str) -> Line:
        """Return the line that mentions the variable `name` first."""
        return next(line for line in self.lines if self.variables[name] in line.parts)

    @cached_property
    def values(self) -> dict[str, str]:
        """The recorded values by variable, without padding."""
        return {name: variable.bare(variable.value) for name, variable in self.variables.items()}

    def show(self, part: Part) -> str:
        """Return the text of `part` in the recorded run."""
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
        """Return the text of `line` in the recorded run."""
        return "".join(map(self.show, line.parts))

    @property
    def allowed(self) -> str:
        """What the file allows, independently of the recorded run: without values, lane by lane."""
        parts: list[object] = []
        for terminal in self.terminals:
            parts += [terminal.command, terminal.after, *terminal.end]
            for region in terminal.regions:
                # sorted, as their order in the file is that of the recorded run
                for lane in sorted(region.lanes, key=lambda lane: (lane.actor or "", lane.lines[0].allowed)):
                    for block in lane.blocks:
                        parts += [block.low, block.high, block.line.allowed]
        return "".join(map(str, parts))

    def command(self, terminal: Terminal) -> tuple[Part, ...]:
        """Return the command of `terminal` as parts, an argument such as `{main}` as a reference to the variable."""
        pieces = re.split(r"(?<= )\{(\w+)\}", terminal.command)
        return tuple(
            Reference(self.variables[piece]) if index % 2 else Text(piece) for index, piece in enumerate(pieces)
        )

    @property
    def output(self) -> str:
        """The recorded run as the terminals showed it: the text of the file without annotations."""
        lines: list[str] = []
        for terminal in self.terminals:
            lines += ["".join(map(self.show, self.command(terminal))), *map(self.text, terminal.lines), *terminal.end]
        return "".join(f"{line}\n" for line in lines)

    def __str__(self) -> str:
        return "".join(map(str, self.terminals))
