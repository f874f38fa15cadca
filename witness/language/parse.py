"""Read a result file; every fault of it is a `ResultError` that names the line and says what to do."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from witness.language import grammar
from witness.language.check import check, unknown
from witness.language.model import (
    Computed,
    Line,
    Part,
    Reference,
    Result,
    ResultError,
    Terminal,
    Text,
    Variable,
)
from witness.language.run import visible


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
        if not grammar.COMMAND.fullmatch(source[0]):
            raise self.fail(
                "the first line is the command that a reader types: `$ python NAME.py` or `$ python -u NAME.py`, and "
                "behind it may stand ` | cat` or ` > NAME.txt; cat NAME.txt`"
            )
        if source.pop() != "":
            raise self.fail("the last line must end with a newline", len(source) + 1)
        if source[-1].startswith(grammar.PROPOSED[:11]):
            raise self.fail(
                "the annotations above are proposed by a program and not accepted: keep of each what the example "
                "guarantees, see docs/how.md; then delete this line",
                len(source),
            )
        starts = [index for index, line in enumerate(source) if grammar.COMMAND.fullmatch(line)]
        ends = [*starts[1:], len(source)]
        terminals = tuple(self.terminal(source, start, end) for start, end in zip(starts, ends, strict=True))
        result = Result(self.path, terminals, self.variables)
        check(result)
        return result

    def terminal(self, source: list[str], start: int, end: int) -> Terminal:
        command = grammar.COMMAND.fullmatch(source[start])
        assert command
        exit = 0
        if end - 1 > start and (status := grammar.STATUS.fullmatch(source[end - 1])):
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
        if head := grammar.head_of(source):
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
        if match := grammar.VARIABLE.fullmatch(source):
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
        if type not in grammar.TYPES:
            raise self.fail(f"unknown type `{type}` in `{{{match[0]}}}`; the types are {', '.join(grammar.TYPES)}")
        if name in self.variables:
            raise self.fail(f"`{name}` has a value already: write `{{{name}}}` to repeat it, or use another name")
        for bound in filter(None, (match["low"], match["high"])):
            if not re.fullmatch(grammar.INTEGER + r"(?:\.[0-9]+)?", bound):
                raise self.fail(f"`{bound}` is no number; bounds are written `in 0..3`, `in 0..` or `in ..3`")
        variable = Variable(name, type, value, match["low"] or "", match["high"] or "")
        if variable.is_process and variable.bounds:
            raise self.fail(f"`{name}` is a process number and has no bounds")
        if not re.fullmatch(variable.regex, value):
            raise self.fail(f"`{value}` is not {grammar.TYPES[type].split(';')[0]}")
        if not variable.within(value):
            raise self.fail(f"the recorded `{value}` is outside its own bounds `{variable.bounds.strip()}`")
        self.variables[name] = variable
        return variable

    def computed(self, source: str) -> Computed:
        expression, _, format = source.partition(":")
        if format in grammar.TYPES:
            raise self.fail(f"`{{{source}}}` has no value: write `{{{source}=VALUE}}`")
        try:
            names = grammar.names(expression)
        except SyntaxError:
            raise self.fail(unknown(source)) from None
        if not names or not grammar.FORMAT.fullmatch(format) or (expression.strip() in names and not format):
            raise self.fail(unknown(source))
        return Computed(expression, names, format)

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
