"""Parse a result file. Every fault raises a `ResultError` that names the line and says what to do."""

import re
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from witness.language import formats, grammar
from witness.language.check import check_result
from witness.language.lines import Key, Line
from witness.language.parts import Computed, Part, Reference, Shuffled, Text, Variable, joined
from witness.language.result import Result, ResultError, Terminal
from witness.language.run import visible
from witness.language.types import TYPES
from witness.script import CONFLICT


def read(path: Path) -> Result:
    """Read and parse the result file at `path`. Raises `ResultError`."""
    return parse(text_of(path), path)


LARGEST = 64
"""The largest size of a file that is read, in MiB; no file written by this project is as large."""
LONGEST = 5000
"""The most lines of a result file: what lines promise each other grows with the square of their number."""


def bytes_of(path: Path) -> bytes:
    """Return the contents of a file. Raises `ResultError` if it is too large or not a regular file."""
    if path.exists() and not path.is_file():  # a device may have no end, a named pipe may wait for a writer
        raise ResultError(path, 1, "this is not a regular file")
    if path.exists() and path.stat().st_size > LARGEST << 20:
        raise ResultError(path, 1, f"this file is larger than {LARGEST} MiB, the limit")
    return path.read_bytes()


def text_of(path: Path) -> str:
    """Return the text of a result file. Raises `ResultError` if it is too large, not a regular file, or not UTF-8."""
    data = bytes_of(path)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ResultError(path, data.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text") from None


def parse(text: str, path: Path = Path("NAME.out")) -> Result:
    """Parse the text of a result file; `path` is for error messages only. Raises `ResultError`."""
    return _Parser(path).parse(text)


class _Parser:
    """A parser that goes through a file line by line; `number` is the current line, `fail` makes its errors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.variables: dict[str, Variable] = {}

    def fail(self, message: str, number: int | None = None) -> ResultError:
        return ResultError(self.path, number or self.number, message)

    def unknown(self, source: str) -> ResultError:
        return self.fail(
            f"unknown annotation `{{{source}}}`; write {{name:type=value}}, {{name:type=value in low..high}}, "
            "{name:type=value in one | other}, {name}, an expression such as {n*n}, {1, 2, 3} for texts in any "
            "order, or {{ and }} for literal braces"
        )

    def parse(self, text: str) -> Result:
        self.number = 1
        source = text.split("\n")
        if conflict := CONFLICT.search(text):
            number = text.count("\n", 0, conflict.start()) + 1
            raise self.fail("unresolved merge conflict: keep what the program prints now, without the markers", number)
        if text.startswith("\ufeff") or source[0].endswith("\r"):
            raise self.fail("save this file as UTF-8 without a byte order mark, and with LF line endings, not CR LF")
        if not grammar.COMMAND.fullmatch(source[0]):
            raise self.fail(
                "the first line must be the command that a reader types: `$ python NAME.py` or `$ python -m NAME`, "
                "optionally with environment variables, options and arguments, and followed by ` | cat` or "
                "` > NAME.txt; cat NAME.txt`"
            )
        if len(source) > LONGEST:
            raise self.fail(f"this is longer than {LONGEST} lines, the limit: print fewer", LONGEST + 1)
        if source.pop() != "":
            raise self.fail("the last line must end with a newline", len(source) + 1)
        if source[-1].startswith(grammar.PROPOSED[:11]):
            how = grammar.PROPOSED.partition(": ")[2].rstrip()
            raise self.fail(f"the annotations above are only a proposal: {how}", len(source))
        starts = [index for index, line in enumerate(source) if grammar.COMMAND.fullmatch(line)]
        ends = [*starts[1:], len(source)]
        terminals = tuple(self.terminal(source, start, end) for start, end in zip(starts, ends, strict=True))
        result = Result(self.path, terminals, self.variables)
        check_result(result)
        return result

    def terminal(self, source: list[str], start: int, end: int) -> Terminal:
        match = grammar.COMMAND.fullmatch(source[start])
        assert match
        exit, newline = 0, True
        if end - 1 > start and (status := grammar.STATUS.fullmatch(source[end - 1])):
            exit = int(status["number"]) * (-1 if status["kind"] == "signal" else 1)
            end -= 1
        if end - 1 > start and source[end - 1] == grammar.UNENDED:
            newline = False
            end -= 1
        lines = []
        for index in range(start + 1, end):
            self.number = index + 1
            lines.append(self.line(source[index]))
        settings = (setting.partition("=") for setting in match["environment"].split())
        return Terminal(
            start + 1,
            match["program"] or match["module"],
            match["after"],
            tuple(lines),
            exit,
            options=tuple(match["options"].split()),
            environment=tuple((name, value) for name, _, value in settings),
            module=bool(match["module"]),
            arguments=tuple(match["arguments"].split()),
            redirect=match["redirect"] or "",
            newline=newline,
        )

    def line(self, source: str) -> Line:
        if (shown := visible(source)) != source:
            raise self.fail(f"a page can't show the control characters here: `{shown}`")
        if key := grammar.KEY.fullmatch(source):
            pressed = Key(key["key"], key["after"] or "", key["pause"] or "")
            return Line(self.number, (Text(pressed.key),), key=pressed)
        if not (head := grammar.head_of(source)):
            if grammar.MISWRITTEN.fullmatch(source):
                raise self.fail(
                    "what stands before the bar can't be read: write `NAME as LABEL after LABEL, LABEL still with LOCK "
                    "times 0..3 because WORDS| TEXT`, each part optional, in this order, with a space after the bar; "
                    "or put its first word in `{'WORD'}` if the program printed it"
                )
            return Line(self.number, self.parts(source))
        said, rest = head
        after = tuple(said["after"].split(", ")) if said["after"] else ()
        times = (int(said["low"]), int(said["high"]) if said["high"] else None) if said["low"] else None
        return Line(
            self.number,
            self.parts(rest),
            said["actor"],
            said["label"],
            after,
            said["lock"] or "",
            said["still"] is not None,
            times,
            said["because"] or "",
        )

    def parts(self, source: str) -> tuple[Part, ...]:
        found: list[Part] = []
        for piece in re.findall(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+", source):
            if piece in ("{", "}"):
                raise self.fail(
                    f"unbalanced `{piece}`: close the annotation, or write `{piece * 2}` for a literal brace"
                )
            if piece in ("{{", "}}"):
                found.append(Text(piece[0]))
            else:
                found.append(self.annotation(piece[1:-1]) if piece[0] == "{" else Text(piece))
        parts = joined(found)
        self.check_delimited(parts)
        return parts

    def annotation(self, source: str) -> Part:
        if re.fullmatch(r"""'[^']*'|"[^"]*\"""", source):
            return Text(source[1:-1])
        if match := grammar.VARIABLE.fullmatch(source):
            return self.variable(match)
        if source.isidentifier():
            if source not in self.variables:
                raise self.fail(
                    f"`{{{source}}}` refers to a value that is not defined above: write `{{{source}:TYPE=VALUE}}` at "
                    f"its first place, or `{{{{{source}}}}}` for literal text"
                )
            return Reference(self.variables[source])
        if len(members := grammar.members(source)) > 1 and all(member.strip() for member in members):
            return Shuffled(members)
        return self.computed(source)

    def variable(self, match: re.Match[str]) -> Variable:
        name, type, value = match["name"], match["type"], match["value"]
        format = (match["format"] or "").removeprefix(":")
        if type not in TYPES:
            raise self.fail(f"unknown type `{type}` in `{{{match[0]}}}`; the types are {', '.join(TYPES)}")
        if name in self.variables:
            raise self.fail(f"`{name}` is already defined: write `{{{name}}}` to repeat it, or use another name")
        variable = Variable(name, type, value, format, *self.bounds(match), most=int(match["most"] or 0))
        means = TYPES[type].means
        if not TYPES[type].formatted(format):
            raise self.fail(f"`{format}` is not a format for {means}")
        if variable.bounded and not TYPES[type].bounded:
            raise self.fail(f"`{name}` is {means}, which can't have bounds")
        if type == "text" and not variable.choices:
            raise self.fail(f"list the texts that `{name}` may be: `{{{name}:text={value} in {value} | ANOTHER}}`")
        if variable.most and not variable.is_worker:
            raise self.fail(f"`of {variable.most}` limits the number of workers, but `{name}` is not a worker")
        if variable.read(value) is None and not (variable.choices and re.fullmatch(".+", value)):
            allowed = f": write what was printed before ` in {value}`" * bool(re.search(r" \| |\.\.", value))
            raise self.fail(f"`{value}` is not {means}{allowed}")
        if not variable.within(value):
            raise self.fail(f"the recorded `{value}` is outside its own bounds `{variable.bounds.strip()}`")
        self.variables[name] = variable
        return variable

    def bounds(self, match: re.Match[str]) -> tuple[str, str, tuple[str, ...], bool]:
        """Return the bounds after `in` or `each`: the lowest and highest value, the choices, whether it is `each`."""
        allowed, each = match["allowed"] or "", match["how"] == "each"
        if " | " in allowed:
            return "", "", tuple(allowed.split(" | ")), each
        low, dots, high = allowed.partition("..")
        if allowed and not (dots and (low or high)):
            raise self.unknown(match[0])
        for bound in filter(None, (low, high)):
            if not grammar.BOUND.fullmatch(bound):
                raise self.fail(f"`{bound}` is not a number; write bounds as `in 0..3`, `in 0..` or `in ..3`")
        if low and high and Decimal(low) > Decimal(high):
            raise self.fail(f"no number is in `{allowed}`: write the lower bound first")
        return low, high, (), each

    def computed(self, source: str) -> Computed:
        expression, _, format = source.partition(":")
        if format in TYPES:
            raise self.fail(f"`{{{source}}}` has no value: write `{{{source}=VALUE}}`")
        part = Computed(expression, format)
        with suppress(SyntaxError):
            if part.names and formats.SPEC.fullmatch(format) and (format or expression.strip() not in part.names):
                return part
        raise self.unknown(source)

    def check_delimited(self, parts: tuple[Part, ...]) -> None:
        """Check that it is clear where each varying part ends, so that a printed line can be read in one way only."""
        for left, right in pairwise(parts):
            if isinstance(left, Text):
                unclear = bool(re.match(right.edge, left.text[-1]))
            else:
                unclear = not isinstance(right, Text) or bool(re.match(left.edge, right.text[0]))
            if unclear:
                raise self.fail(f"can't tell where `{left}` ends and `{right}` begins: put a separator between them")
