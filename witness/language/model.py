"""What a result file says, as values: texts, varying parts, lines, lanes, regions, terminals.

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from pathlib import Path

from witness.language import grammar


class ResultError(Exception):
    """A result file that can't be understood: in `path`, at `line` (from 1), and what to do about it."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(frozen=True)
class Text:
    """A part that is compared to the letter."""

    text: str

    def __str__(self) -> str:
        return self.text.replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True)
class Variable:
    """A part that varies, where it is first mentioned: its recorded value, and its bounds, both included."""

    name: str
    type: str
    value: str
    low: str = ""
    high: str = ""

    @property
    def is_process(self) -> bool:
        return self.type in ("pid", "worker")

    @property
    def regex(self) -> str:
        """What the part may look like."""
        if self.type == "float":
            return rf"-?(?:0|[1-9][0-9]*)\.[0-9]{{{len(self.value.partition('.')[2]) or 1}}}"
        return grammar.PROCESS if self.is_process else grammar.INTEGER

    def within(self, value: str) -> bool:
        """Whether `value` keeps to the bounds."""
        number = Decimal(value)
        return not (self.low and number < Decimal(self.low)) and not (self.high and number > Decimal(self.high))

    @property
    def bounds(self) -> str:
        """The bounds as written, or nothing."""
        return f" in {self.low}..{self.high}" if self.low or self.high else ""

    def __str__(self) -> str:
        return f"{{{self.name}:{self.type}={self.value}{self.bounds}}}"


@dataclass(frozen=True)
class Reference:
    """The variable `name` again: the same value."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class Computed:
    """An expression of the variables `names`, and how it is formatted."""

    expression: str
    names: frozenset[str]
    format: str = ""

    def value(self, values: Mapping[str, str]) -> str:
        """What must be printed here, given the printed texts of the variables; may raise `ArithmeticError`."""
        try:
            numbers = {name: float(values[name]) if "." in values[name] else int(values[name]) for name in self.names}
            return format(grammar.evaluate(self.expression, numbers), self.format)
        except ValueError as error:
            raise ArithmeticError(error) from None

    def __str__(self) -> str:
        return f"{{{self.expression}{':' if self.format else ''}{self.format}}}"


Varying = Variable | Reference | Computed
Part = Text | Varying


@dataclass(frozen=True, eq=False)
class Line:
    """A line of output: its number in the file, who prints it, its label, the labels that it waits for, its parts."""

    number: int
    actor: str | None
    label: str | None
    after: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def varying(self) -> tuple[Varying, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Text))

    def __str__(self) -> str:
        words = [self.actor, self.label and f"as {self.label}", self.after and f"after {', '.join(self.after)}"]
        head = " ".join(word for word in words if word)
        body = "".join(str(part) for part in self.parts)
        if head:
            return f"{head}| {body}" if body else f"{head}|"
        if grammar.head_of(body) or grammar.COMMAND.fullmatch(body) or grammar.STATUS.fullmatch(body):
            return f"{{{body[0]!r}}}{body[1:]}"
        return body


@dataclass(frozen=True, eq=False)
class Lane:
    """What one actor prints in a region, in its order."""

    lines: tuple[Line, ...]

    @property
    def actor(self) -> str | None:
        return self.lines[0].actor


@dataclass(frozen=True, eq=False)
class Region:
    """A piece of a run whose lanes interleave freely. A line without an actor is a region by itself: a barrier."""

    lanes: tuple[Lane, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they were recorded."""
        return tuple(sorted((line for lane in self.lanes for line in lane.lines), key=lambda line: line.number))


@dataclass(frozen=True, eq=False)
class Terminal:
    """What one terminal shows: a program, the label of the line it is started after, its lines, its exit status.

    `exit` is as in `subprocess`: negative for the signal that ended the program. `redirect` is what stands behind the
    program in the command, where its output takes another way to the terminal.
    """

    number: int
    program: str
    after: str | None
    lines: tuple[Line, ...]
    exit: int = 0
    unbuffered: bool = False
    redirect: str = ""

    @property
    def command(self) -> str:
        return " ".join(filter(None, ["$ python", "-u" if self.unbuffered else "", self.program, self.redirect]))

    @property
    def plain(self) -> bool:
        """Whether the command is `$ python NAME.py` and no more."""
        return not self.unbuffered and not self.redirect

    @property
    def status(self) -> str:
        """The last line, where the program did not end well; otherwise nothing."""
        return "" if self.exit == 0 else f"[signal {-self.exit}]" if self.exit < 0 else f"[exit {self.exit}]"

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The lines in pieces that follow each other strictly."""
        regions = []
        for laned, group in groupby(self.lines, key=lambda line: line.actor is not None):
            if laned:
                lanes: dict[str | None, list[Line]] = {}
                for line in group:
                    lanes.setdefault(line.actor, []).append(line)
                regions.append(Region(tuple(Lane(tuple(lines)) for lines in lanes.values())))
            else:
                regions += [Region((Lane((line,)),)) for line in group]
        return tuple(regions)

    def __str__(self) -> str:
        command = self.command + (f"  # after {self.after}" if self.after else "")
        return "".join(f"{line}\n" for line in [command, *self.lines, *filter(None, [self.status])])


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

    @cached_property
    def values(self) -> dict[str, str]:
        """The recorded values."""
        return {name: variable.value for name, variable in self.variables.items()}

    def show(self, part: Part) -> str:
        """What `part` printed when it was recorded."""
        if isinstance(part, Text):
            return part.text
        return part.value(self.values) if isinstance(part, Computed) else self.values[part.name]

    def text(self, line: Line) -> str:
        """What `line` printed when it was recorded."""
        return "".join(map(self.show, line.parts))

    def regex(self, part: Part) -> str:
        """What `part` may look like, a group where it varies; what the group holds is still to be checked."""
        if isinstance(part, Text):
            return re.escape(part.text)
        return f"({grammar.NUMBER})" if isinstance(part, Computed) else f"({self.variables[part.name].regex})"

    @property
    def allowed(self) -> str:
        """What the file allows, whichever run is recorded in it: without values, lane after lane."""
        parts: list[object] = []
        for terminal in self.terminals:
            parts += [terminal.command, terminal.after, terminal.status]
            for region in terminal.regions:
                for lane in sorted(region.lanes, key=lambda lane: lane.actor or ""):
                    for line in lane.lines:
                        parts += [line.actor, line.label, line.after, *map(self._blank, line.parts), "\n"]
        return "".join(map(str, parts))

    def _blank(self, part: Part) -> Part:
        if isinstance(part, Text | Computed):
            return part
        variable = self.variables[part.name]
        return replace(variable, value=variable.regex)

    @property
    def output(self) -> str:
        """The recorded run as the terminals showed it: the file without its annotations."""
        lines: list[str] = []
        for terminal in self.terminals:
            lines += [terminal.command, *map(self.text, terminal.lines), *filter(None, [terminal.status])]
        return "".join(f"{line}\n" for line in lines)

    def __str__(self) -> str:
        return "".join(map(str, self.terminals))


def literal(number: int, text: str) -> Line:
    """A line that is `text` to the letter, printed by the main process."""
    return Line(number, None, None, (), (Text(text),) if text else ())
