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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from witness.language import formats, grammar
from witness.language.types import TYPES, Value


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
    """A part that varies, where it is first mentioned: its type, its format, and what was recorded for it, as printed.

    Its values may have to be within `low` and `high`, both included, or among the `choices`; with `each`, every name
    that says the same has another value. A worker is one of at most so many, if `most` is not 0.
    """

    name: str
    type: str
    value: str
    format: str = ""
    low: str = ""
    high: str = ""
    choices: tuple[str, ...] = ()
    each: bool = False
    most: int = 0

    @property
    def bounded(self) -> bool:
        return bool(self.low or self.high or self.choices)

    @property
    def space(self) -> str:
        """Two variables of one space have different values; nothing where they may have the same."""
        if self.each:
            return f"each{self.bounds}"
        return "" if self.bounded else TYPES[self.type].space

    @property
    def is_process(self) -> bool:
        """Whether it is the number of a process."""
        return self.space == "process"

    @property
    def regex(self) -> str:
        """What the part may look like."""
        return TYPES[self.type].look(self)

    def read(self, text: str) -> Value | None:
        """What `text` means, printed here; None if this part is never printed so."""
        return TYPES[self.type].value(self, text) if re.fullmatch(self.regex, text) else None

    def within(self, text: str) -> bool:
        """Whether `text` keeps to the bounds."""
        value = self.read(text)
        if self.choices:
            return text in self.choices
        if not isinstance(value, int | float):
            return not self.bounded
        return not (self.low and value < float(self.low)) and not (self.high and value > float(self.high))

    @property
    def spec(self) -> str:
        """The format, if it is one of a number."""
        return "" if self.format == "!r" or self.type in ("time", "id") else self.format

    def bare(self, text: str) -> str:
        """`text` without its padding, as other places repeat it."""
        return formats.bared(text, self.spec)

    def with_value(self, bare: str | None) -> Variable:
        """The variable with another recorded value, given without padding; with its own if there is none."""
        worth = formats.worth(bare, self.spec) if bare and self.spec else None
        return self if bare is None else replace(self, value=bare if worth is None else format(worth, self.spec))

    @property
    def bare_regex(self) -> str:
        """What a repetition may look like."""
        return TYPES[self.type].look(replace(self, format=formats.unpadded(self.spec))) if self.spec else self.regex

    def worth(self, text: str) -> Value | None:
        """What a repetition means."""
        value = self.read(text)
        return formats.worth(text, self.spec) if value is None else value

    @property
    def bounds(self) -> str:
        """The bounds as written, or nothing."""
        said = " | ".join(self.choices) if self.choices else f"{self.low}..{self.high}"
        within = f" {'each' if self.each else 'in'} {said}" if self.bounded else ""
        return within + (f" of {self.most}" if self.most else "")

    def __str__(self) -> str:
        format = self.format if self.format in ("", "!r") else f":{self.format}"
        return f"{{{self.name}:{self.type}{format}={self.value}{self.bounds}}}"


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

    @property
    def regex(self) -> str:
        return formats.look(self.format) if self.format else grammar.NUMBER

    def value(self, values: Mapping[str, Value | None]) -> str:
        """What must be printed here, given the values of the variables; may raise `ArithmeticError`."""
        numbers = {name: value for name in self.names if isinstance(value := values[name], int | float)}
        if missing := sorted(self.names - numbers.keys()):
            raise ArithmeticError(f"`{missing[0]}` is no number")
        try:
            return format(grammar.evaluate(self.expression, numbers), self.format)
        except ValueError as error:
            raise ArithmeticError(error) from None

    def __str__(self) -> str:
        return f"{{{self.expression}{':' if self.format else ''}{self.format}}}"


@dataclass(frozen=True)
class Shuffled:
    """Texts that come in any order, with `, ` between them, as a set is printed."""

    members: tuple[str, ...]

    @property
    def regex(self) -> str:
        one = "|".join(re.escape(member) for member in sorted(self.members, key=len, reverse=True))
        return f"(?:{one})(?:, (?:{one})){{{len(self.members) - 1}}}"

    def fits(self, text: str) -> bool:
        """Whether `text` has each member once."""
        return sorted(grammar.members(text)) == sorted(self.members)

    def in_order(self, text: str) -> Shuffled:
        """The same, with the members in the order in which `text` has them."""
        return Shuffled(grammar.members(text))

    def __str__(self) -> str:
        return f"{{{', '.join(self.members)}}}"


Mention = Variable | Reference
Varying = Mention | Computed | Shuffled
Part = Text | Varying


@dataclass(frozen=True)
class Key:
    """What is pressed on the terminal: ``^C``, ``^D`` or ``^\\``.

    It is pressed when the line above it was printed, or the one labelled `after`, or when nothing came for `pause`
    seconds.
    """

    key: str
    after: str = ""
    pause: float = 0.0

    def __str__(self) -> str:
        when = f"{self.pause:g} s" if self.pause else self.after
        return f"{self.key}  # after {when}" if when else self.key


@dataclass(frozen=True, eq=False)
class Line:
    """A line of output: its number in the file, who prints it, its label, the labels that it waits for, its parts.

    It may come so many `times`, from the first to the second number, or without end. `because` says in words what its
    order towards the lines before it comes from, where that lies outside Python. `key` is what is pressed instead.
    """

    number: int
    actor: str | None
    label: str | None
    after: tuple[str, ...]
    parts: tuple[Part, ...]
    times: tuple[int, int | None] | None = None
    because: str = ""
    key: Key | None = None

    @property
    def varying(self) -> tuple[Varying, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Text))

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The variables of the line, new or repeated."""
        return tuple(part for part in self.parts if isinstance(part, Variable | Reference))

    @property
    def printer(self) -> str:
        """Who prints the line."""
        return (self.actor or "main").partition("/")[0]

    @property
    def lane(self) -> object:
        """Lines of the same lane keep their order; a free one is a lane by itself, with its copies."""
        return (_blank(self) if self.times else self) if self.is_free else self.actor

    @property
    def is_free(self) -> bool:
        """Whether it may come at any place among the lines beside it, even those of its printer."""
        return bool(self.actor and self.actor.endswith("/"))

    @property
    def typed(self) -> Variable | None:
        """What is typed at the end of the line, if anything is."""
        last = self.parts[-1] if self.parts else None
        return last if isinstance(last, Variable) and last.type == "input" else None

    def __str__(self) -> str:
        if self.key:
            return str(self.key)
        low, high = self.times or (0, 0)
        words = [
            self.actor,
            self.label and f"as {self.label}",
            self.after and f"after {', '.join(self.after)}",
            self.times and f"times {low}..{'' if high is None else high}",
            self.because and f"because {self.because}",
        ]
        head = " ".join(word for word in words if word)
        body = "".join(str(part) for part in self.parts)
        if head:
            return f"{head}| {body}" if body else f"{head}|"
        return body if grammar.is_text(body) else f"{{{body[0]!r}}}{body[1:]}"


@dataclass(frozen=True)
class Block:
    """Lines that come one after the other, `low` to `high` times, or without end; mostly one line, once."""

    lines: tuple[Line, ...]
    low: int = 1
    high: int | None = 1


@dataclass(frozen=True, eq=False)
class Lane:
    """What one actor prints in a region, in its order."""

    lines: tuple[Line, ...]

    @property
    def actor(self) -> str | None:
        return self.lines[0].actor

    @property
    def printer(self) -> str:
        return self.lines[0].printer

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The lines, those that repeat as often as the file has them put together."""
        blocks = []
        for times, group in groupby(self.lines, key=lambda line: line.times):
            lines = tuple(group)
            blocks += [Block(_period(lines), *times)] if times else [Block((line,)) for line in lines]
        return tuple(blocks)


@dataclass(frozen=True, eq=False)
class Region:
    """A piece of a run whose lanes interleave freely. A line without an actor is a region by itself: a barrier."""

    lanes: tuple[Lane, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they were recorded."""
        return tuple(sorted((line for lane in self.lanes for line in lane.lines), key=lambda line: line.number))

    @property
    def in_turn(self) -> list[Lane]:
        """The lanes in an order that does not depend on the run that is recorded."""
        return sorted(self.lanes, key=lambda lane: (lane.actor or "", _blank(lane.lines[0])))


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
    def unbuffered(self) -> bool:
        return "-u" in self.options

    @property
    def command(self) -> str:
        settings = [f"{name}={value}" for name, value in self.environment]
        program = [*["-m"] * self.module, self.program, *self.arguments]
        return " ".join(filter(None, ["$", *settings, "python", *self.options, *program, self.redirect]))

    @property
    def plain(self) -> bool:
        """Whether the output comes to the terminal as Python writes it there."""
        return not self.unbuffered and not self.redirect

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
        regions = []
        for (laned, times), group in groupby(self.lines, key=_place):
            lanes: dict[object, list[Line]] = {}
            for line in group:
                lanes.setdefault(line.lane if laned else None if times else line, []).append(line)
            found = [Lane(tuple(lines)) for lines in lanes.values()]
            regions += [Region(tuple(found))] if laned else [Region((lane,)) for lane in found]
        return tuple(regions)

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

    @cached_property
    def values(self) -> dict[str, str]:
        """The recorded values, without padding."""
        return {name: variable.bare(variable.value) for name, variable in self.variables.items()}

    def numbers(self, values: Mapping[str, str], names: Iterable[str]) -> dict[str, Value | None]:
        """What the values of some variables mean."""
        return {name: self.variables[name].worth(values[name]) for name in names}

    def show(self, part: Part) -> str:
        """What `part` printed when it was recorded."""
        match part:
            case Text(text):
                return text
            case Variable(name):
                return self.variables[name].value
            case Computed():
                return part.value(self.numbers(self.values, part.names))
            case Shuffled():
                return ", ".join(part.members)
        return self.values[part.name]

    def text(self, line: Line) -> str:
        """What `line` printed when it was recorded."""
        return "".join(map(self.show, line.parts))

    def regex(self, part: Part) -> str:
        """What `part` may look like, a group where it varies; what the group holds is still to be checked."""
        match part:
            case Text(text):
                return re.escape(text)
            case Reference(name):
                return f"({self.variables[name].bare_regex})"
        return f"({part.regex})"

    def look(self, line: Line) -> re.Pattern[str]:
        """What `line` may look like, with a group for each varying part."""
        return re.compile("".join(map(self.regex, line.parts)))

    @property
    def allowed(self) -> str:
        """What the file allows, whichever run is recorded in it: without values, lane after lane."""
        parts: list[object] = []
        for terminal in self.terminals:
            parts += [terminal.command, terminal.after, *terminal.end]
            for block in (block for region in terminal.regions for lane in region.in_turn for block in lane.blocks):
                parts += [block.low, block.high, *map(_blank, block.lines)]
        return "".join(map(str, parts))

    def command(self, terminal: Terminal) -> tuple[Part, ...]:
        """The command of `terminal`; an argument that is a value of an earlier terminal is a part of its own."""
        command, *arguments = terminal.command.split(" {")
        parts: list[Part] = [Text(command)]
        for argument in arguments:
            name, _, rest = argument.partition("}")
            parts += [Text(" "), Reference(name), Text(rest)]
        return tuple(parts)

    @property
    def output(self) -> str:
        """The recorded run as the terminals showed it: the file without its annotations."""
        lines: list[str] = []
        for terminal in self.terminals:
            lines += ["".join(map(self.show, self.command(terminal))), *map(self.text, terminal.lines), *terminal.end]
        return "".join(f"{line}\n" for line in lines)

    def __str__(self) -> str:
        return "".join(map(str, self.terminals))


def literal(number: int, text: str) -> Line:
    """A line that is `text` to the letter, printed by the main process."""
    return Line(number, None, None, (), (Text(text),) if text else ())


def _place(line: Line) -> tuple[bool, object]:
    """Adjacent lines of the same place are in one region: those with an actor, and copies of a line without one."""
    return line.actor is not None, None if line.actor else line.times


def _blank(line: Line) -> str:
    """A line without its values, and without the names that only it has."""

    def blank(part: Part) -> Part:
        if isinstance(part, Shuffled):
            return Shuffled(tuple(sorted(part.members)))
        own = line.times and isinstance(part, Variable)
        return replace(part, value=part.regex, name="" if own else part.name) if isinstance(part, Variable) else part

    return "".join(
        map(str, [line.actor, line.label, line.after, line.because, line.key, *map(blank, line.parts), "\n"])
    )


def _period(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The shortest beginning of `lines` that they are copies of."""
    looks = [_blank(replace(line, label=None)) for line in lines]
    for length in range(1, len(lines) + 1):
        if len(lines) % length == 0 and looks == looks[:length] * (len(lines) // length):
            return lines[:length]
    return lines
