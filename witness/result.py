"""Read a result file: a recorded run, annotated in place with what may vary.

A result file is the command a reader types, then what the terminal shows::

    $ python fork.py
    Process ({main:pid=588}) start...
    main| I ({main}) just created a child process ({child:pid=19096}).
    child| I am child process ({child}) and my parent is {main}.

Text stands for itself. ``{name:type=value}`` varies, ``{name}`` repeats it, ``{n*n}`` is computed from it, and
``actor| `` says who printed the line. `docs/how.md` explains it to readers.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise, zip_longest
from pathlib import Path
from typing import Any

TYPES = {
    "pid": "a process number; two names are two processes",
    "worker": "a process number; the actor of this name is a pool's worker, as others may be, one after the other",
    "int": "an integer",
    "float": "a decimal number, with as many decimals as recorded",
}

PROPOSED = "# proposed: keep of each annotation what the program guarantees, see docs/how.md; then delete this line\n"
"""The last line of a result file that no person has accepted yet."""

_PROCESS = r"[1-9][0-9]{0,9}"
_INTEGER = r"(?:0|-?[1-9][0-9]*)"
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_HEAD = re.compile(
    r"(?P<actor>(?!(?:as|after) )[A-Za-z_][\w.-]*)?"
    r"(?:(?:^| )as (?P<label>\w+))?"
    r"(?:(?:^| )after (?P<after>\w+(?:, \w+)*))?"
)
_COMMAND = re.compile(
    r"\$ python (?P<unbuffered>-u )?(?P<program>(?P<stem>[\w./-]+)\.py)"
    r"(?: (?P<redirect>\| cat|> (?P=stem)\.txt; cat (?P=stem)\.txt))?"
    r"(?:  # after (?P<after>\w+))?"
)
_STATUS = re.compile(r"\[(?P<kind>exit|signal) (?P<number>[1-9][0-9]*)\]")
_VARIABLE = re.compile(
    r"(?P<name>[A-Za-z_]\w*):(?P<type>\w+)=(?P<value>\S*)(?: in (?!\.\.$)(?P<low>\S*?)\.\.(?P<high>\S*))?"
)
_TRACEBACK = re.compile(r"(?P<margin>[ |+]*)(?:Exception Group )?Traceback \(most recent call last\):")
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_ARITHMETIC = (ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.BinOp, *_OPERATORS)


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
        return _PROCESS if self.is_process else _INTEGER

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
            return format(_evaluate(ast.parse(self.expression, mode="eval").body, numbers), self.format)
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
        if _head(body) or _COMMAND.fullmatch(body) or _STATUS.fullmatch(body):
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
        return f"({_NUMBER})" if isinstance(part, Computed) else f"({self.variables[part.name].regex})"

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


def read(path: Path) -> Result:
    """Read the result file at `path`, or raise `ResultError`."""
    data = path.read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ResultError(path, data.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Result:
    """Understand the text of a result file; `path` is for the messages only."""
    return _Parser(path).parse(text)


def fold_tracebacks(lines: Iterable[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    """Put ``  ...`` in place of the frames of each traceback; lines come with the process that wrote them.

    Frames and carets differ between versions of Python and between machines; the exception does not. What is folded
    already stays as it is.
    """
    folded = []
    frames: dict[int | None, tuple[str, bool]] = {}
    for text, writer in lines:
        if header := _TRACEBACK.fullmatch(text):
            frames[writer] = header["margin"].replace("+", "|") + "  ", False
        elif writer in frames:
            margin, shown = frames[writer]
            if text.startswith(margin):
                if shown:
                    continue
                frames[writer] = margin, True
                text = margin + "..."
            elif text.strip(" |"):
                del frames[writer]
        folded.append((text, writer))
    return folded


def visible(text: str) -> str:
    """`text` with escapes such as ``\\x1b`` for what a page or a terminal does not show as a character."""
    shown = (char if char.isprintable() or char in "\t\u3000" else ascii(char)[1:-1] for char in text)
    return text if text.isprintable() else "".join(shown)


def literal(number: int, text: str) -> Line:
    """A line that is `text` to the letter, printed by the main process."""
    return Line(number, None, None, (), (Text(text),) if text else ())


def _head(line: str) -> tuple[re.Match[str], str] | None:
    """Who prints `line`, and the rest of it."""
    head, bar, rest = line.partition("|")
    match = _HEAD.fullmatch(head)
    return (match, rest[1:]) if match and head.lstrip() == head != "" and bar and rest[:1] in ("", " ") else None


def _evaluate(node: ast.expr, numbers: Mapping[str, int | float]) -> int | float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return numbers[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, numbers)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _evaluate(left, numbers), _evaluate(right, numbers)
            if isinstance(op, ast.Pow) and abs(second) > 64:
                raise OverflowError("the exponent is over 64")
            value: int | float = _OPERATORS[type(op)](first, second)
            return value
        case _:
            raise SyntaxError


class _Parser:
    """Reads a file line by line; every error leaves through `fail`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.variables: dict[str, Variable] = {}

    def fail(self, message: str, number: int | None = None) -> ResultError:
        return ResultError(self.path, number or self.number, message)

    def parse(self, text: str) -> Result:
        self.number = 1
        source = text.split("\n")
        if not _COMMAND.fullmatch(source[0]):
            raise self.fail(
                "the first line is the command that a reader types: `$ python NAME.py` or `$ python -u NAME.py`, and "
                "behind it may stand ` | cat` or ` > NAME.txt; cat NAME.txt`"
            )
        if source.pop() != "":
            raise self.fail("the last line must end with a newline", len(source) + 1)
        if source[-1].startswith(PROPOSED[:11]):
            raise self.fail(
                "the annotations above are proposed by a program and not accepted: keep of each what the example "
                "guarantees, see docs/how.md; then delete this line",
                len(source),
            )
        starts = [index for index, line in enumerate(source) if _COMMAND.fullmatch(line)]
        ends = [*starts[1:], len(source)]
        terminals = tuple(self.terminal(source, start, end) for start, end in zip(starts, ends, strict=True))
        self.check_waits(terminals)
        result = Result(self.path, terminals, self.variables)
        self.check_values(result)
        return result

    def terminal(self, source: list[str], start: int, end: int) -> Terminal:
        command = _COMMAND.fullmatch(source[start])
        assert command
        exit = 0
        if end - 1 > start and (status := _STATUS.fullmatch(source[end - 1])):
            exit = int(status["number"]) * (-1 if status["kind"] == "signal" else 1)
            end -= 1
        lines = []
        for index in range(start + 1, end):
            self.number = index + 1
            lines.append(self.line(source[index]))
        unbuffered, redirect = bool(command["unbuffered"]), command["redirect"] or ""
        return Terminal(start + 1, command["program"], command["after"], tuple(lines), exit, unbuffered, redirect)

    def line(self, source: str) -> Line:
        if (shown := visible(source)) != source:
            raise self.fail(f"a page can't show the control characters here: `{shown}`")
        actor = label = None
        after: tuple[str, ...] = ()
        if head := _head(source):
            match, source = head
            actor, label = match["actor"], match["label"]
            after = tuple(match["after"].split(", ")) if match["after"] else ()
        return Line(self.number, actor, label, after, self.parts(source))

    def parts(self, source: str) -> tuple[Part, ...]:
        parts: list[Part] = []
        text = ""
        for piece in re.findall(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+", source):
            if piece in ("{", "}"):
                raise self.fail(
                    f"unbalanced `{piece}`: close the annotation, or write `{piece * 2}` for a brace itself"
                )
            if piece in ("{{", "}}"):
                text += piece[0]
            elif piece[0] != "{":
                text += piece
            elif isinstance(part := self.annotation(piece[1:-1]), Text):
                text += part.text
            else:
                parts += [Text(text)] if text else []
                parts.append(part)
                text = ""
        parts += [Text(text)] if text else []
        self.check_delimited(parts)
        return tuple(parts)

    def annotation(self, source: str) -> Part:
        if re.fullmatch(r"""'[^']*'|"[^"]*\"""", source):
            return Text(source[1:-1])
        if match := _VARIABLE.fullmatch(source):
            return self.variable(match)
        if source.isidentifier():
            if source not in self.variables:
                raise self.fail(
                    f"`{{{source}}}` repeats a value that no line above has: write `{{{source}:TYPE=VALUE}}` where it "
                    f"is first, or `{{{{{source}}}}}` for the text itself"
                )
            return Reference(source)
        return self.computed(source)

    def variable(self, match: re.Match[str]) -> Variable:
        name, type, value = match["name"], match["type"], match["value"]
        if type not in TYPES:
            raise self.fail(f"unknown type `{type}` in `{{{match[0]}}}`; the types are {', '.join(TYPES)}")
        if name in self.variables:
            raise self.fail(f"`{name}` has a value already: write `{{{name}}}` to repeat it, or use another name")
        for bound in filter(None, (match["low"], match["high"])):
            if not re.fullmatch(_INTEGER + r"(?:\.[0-9]+)?", bound):
                raise self.fail(f"`{bound}` is no number; bounds are written `in 0..3`, `in 0..` or `in ..3`")
        variable = Variable(name, type, value, match["low"] or "", match["high"] or "")
        if variable.is_process and variable.bounds:
            raise self.fail(f"`{name}` is a process number and has no bounds")
        if not re.fullmatch(variable.regex, value):
            raise self.fail(f"`{value}` is not {TYPES[type].split(';')[0]}")
        if not variable.within(value):
            raise self.fail(f"the recorded `{value}` is outside its own bounds `{variable.bounds.strip()}`")
        self.variables[name] = variable
        return variable

    def computed(self, source: str) -> Computed:
        expression, _, format = source.partition(":")
        try:
            tree = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError):
            raise self.unknown(source) from None
        names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        if format in TYPES:
            raise self.fail(f"`{{{source}}}` has no value: write `{{{source}=VALUE}}`")
        if not names or "=" in format or not all(isinstance(node, _ARITHMETIC) for node in ast.walk(tree)):
            raise self.unknown(source)
        if isinstance(tree, ast.Name) and not format:
            raise self.unknown(source)
        return Computed(expression, names, format)

    def unknown(self, source: str) -> ResultError:
        return self.fail(
            f"unknown annotation `{{{source}}}`; it may be {{name:type=value}}, {{name:type=value in low..high}}, "
            "{name}, an expression of names such as {n*n}, or {{ and }} for the braces themselves"
        )

    def check_delimited(self, parts: list[Part]) -> None:
        """A varying part must end where its digits end, or two readings would be possible."""
        for left, right in pairwise(parts):
            if isinstance(left, Text):
                unclear = left.text[-1].isdigit()
            else:
                unclear = not isinstance(right, Text) or right.text[0].isdigit()
            if unclear:
                raise self.fail(
                    f"where does one part end? `{left}` and `{right}` stand side by side without a mark between"
                )

    def check_waits(self, terminals: tuple[Terminal, ...]) -> None:
        labels: dict[str, Line] = {}
        for terminal in terminals:
            for line in terminal.lines:
                if line.label in labels:
                    raise self.fail(
                        f"the label `{line.label}` stands at line {labels[line.label].number} already", line.number
                    )
                if line.label:
                    labels[line.label] = line
        for terminal in terminals:
            for region in terminal.regions:
                self.check_region(region, labels)
        for index, terminal in enumerate(terminals):
            above = {line.label for before in terminals[:index] for line in before.lines if line.label}
            if index and terminal.after not in above:
                said = f"`{terminal.after}` labels no line of it" if terminal.after else "it does not say so"
                raise self.fail(
                    "a second terminal starts when the first has printed a labelled line "
                    f"(`$ python {terminal.program}  # after LABEL`); {said}",
                    terminal.number,
                )
            if not index and terminal.after:
                raise self.fail("the first terminal has nothing to wait for", terminal.number)
            if terminal.redirect and len(terminals) > 1:
                raise self.fail(
                    f"programs that run together print to their terminals, without `{terminal.redirect}`",
                    terminal.number,
                )

    def check_region(self, region: Region, labels: Mapping[str, Line]) -> None:
        if len(region.lanes) == 1 and region.lines[0].actor == "main":
            raise self.fail(
                "`main` has no one beside it here: a line without an actor is its line already", region.lines[0].number
            )
        before: dict[Line, set[Line]] = {line: set() for line in region.lines}
        for lane in region.lanes:
            for previous, line in pairwise(lane.lines):
                before[line].add(previous)
        for line in region.lines:
            for label in line.after:
                if label not in labels:
                    raise self.fail(f"this line waits for `{label}`, but no line is labelled `as {label}`", line.number)
                target = labels[label]
                if target not in before or target.actor == line.actor:
                    raise self.fail(
                        f"this line never waits for `{label}`: line {target.number} is not in another lane of the same "
                        "region",
                        line.number,
                    )
                before[line].add(target)
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            circle: list[Line] = error.args[1]
            numbers = sorted({line.number for line in circle})
            raise self.fail(
                f"lines {', '.join(map(str, numbers))} wait for each other in a circle", numbers[0]
            ) from None

    def check_values(self, result: Result) -> None:
        for line in result.lines:
            self.number = line.number
            for part in line.varying:
                if isinstance(part, Computed):
                    self.check_computed(part, result)
        for terminal in result.terminals:
            for actor in dict.fromkeys(line.actor for line in terminal.lines):
                lines = [line for line in terminal.lines if line.actor == actor]
                texts: list[tuple[str, int | None]] = [(result.text(line), None) for line in lines]
                for line, text, folded in zip_longest(lines, texts, fold_tracebacks(texts)):
                    if text != folded:
                        raise self.fail("a traceback's frames are written `  ...`: they differ by version", line.number)
        for variable in self.variables.values():
            if variable.type == "worker":
                self.check_worker(variable, result)

    def check_worker(self, variable: Variable, result: Result) -> None:
        number = next(line.number for line in result.lines if variable in line.parts)
        first = next((line for line in result.lines if line.actor == variable.name), None)
        if first is None:
            raise self.fail(f"`{variable.name}` is a worker, but no line has the actor `{variable.name}`", number)
        if not any(not isinstance(part, Computed) and part.name == variable.name for part in first.varying):
            raise self.fail(f"the worker `{variable.name}` must stand on its actor's first line", number)

    def check_computed(self, part: Computed, result: Result) -> None:
        for name in sorted(part.names - self.variables.keys()):
            raise self.fail(f"`{part}` needs `{name}`, which no line has")
        try:
            value = result.show(part)
        except SyntaxError:
            raise self.unknown(str(part)[1:-1]) from None
        except ArithmeticError as error:
            raise self.fail(f"`{part}` can't be computed: {error}") from None
        if not re.fullmatch(_NUMBER, value):
            raise self.fail(f"`{part}` is `{value}`, which is not written as a number of digits")
