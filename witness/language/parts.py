"""The parts of a line as values: literal text, and parts that vary, are repeated or are computed.

The `edge` of a part is a regular expression for the characters that may not stand next to the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from witness.language import formats, grammar
from witness.language.types import DIGIT, HEXADECIMAL, NOTHING, TYPES, Value


@dataclass(frozen=True)
class Text:
    """Literal text, compared to the letter."""

    text: str

    edge = NOTHING

    @property
    def regex(self) -> str:
        return re.escape(self.text)

    def __str__(self) -> str:
        return self.text.replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True)
class Variable:
    """A varying part where it is first mentioned, with its type, its format and its recorded value as printed.

    Its values may be bounded: from `low` to `high`, both included, or one of the `choices`. With `each`, variables with
    the same bounds have different values. `most` is the number of workers in a worker's pool; 0 means any number.
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
        """The space of the variable: two variables of one space have different values. Empty if they may be equal."""
        if self.each:
            return f"each{self.bounds}"
        return "" if self.bounded else TYPES[self.type].space

    @property
    def is_process(self) -> bool:
        """Whether the value is the number of a process."""
        return self.space == "process"

    @property
    def is_worker(self) -> bool:
        """Whether the value tells which worker of a pool printed the lines with this name."""
        return self.type == "worker"

    @cached_property
    def regex(self) -> str:
        """A regular expression for the texts that the part may be printed as."""
        return TYPES[self.type].regex(self)

    @property
    def edge(self) -> str:
        return TYPES[self.type].edge(self)

    def read(self, text: str) -> Value | None:
        """Return the meaning of `text` printed at this place; None if this part is never printed as `text`."""
        return TYPES[self.type].value(self, text) if re.fullmatch(self.regex, text) else None

    def within(self, text: str) -> bool:
        """Return whether `text` is within the bounds."""
        value = self.read(text)
        if self.choices:
            return self.bare(text) in self.choices
        if not isinstance(value, int | float):
            return not self.bounded
        return (not self.low or value >= _number(self.low)) and (not self.high or value <= _number(self.high))

    @property
    def spec(self) -> str:
        """The format if it is that of a number; empty otherwise."""
        return self.format if TYPES[self.type].numbers and self.format != "!r" else ""

    def bare(self, text: str) -> str:
        """Return `text` without its padding, as a reference repeats it."""
        return formats.bared(text, self.spec)

    @property
    def again(self) -> Variable:
        """The variable as a reference repeats it: without padding."""
        return replace(self, format=formats.unpadded(self.spec), value=self.bare(self.value)) if self.spec else self

    def worth(self, text: str) -> Value | None:
        """Return the meaning of `text`, printed here or by a reference."""
        value = self.read(text)
        return formats.worth(text, self.spec) if value is None else value

    def with_value(self, bare: str | None) -> Variable:
        """Return the variable with another recorded value, given without padding; itself if `bare` is None.

        If the old value alone implied the format, such as a number of decimals, the new variable has it explicitly.
        """
        if bare is None:
            return self
        worth = formats.worth(bare, self.spec) if self.spec else None
        found = replace(self, value=bare if worth is None else format(worth, self.spec))
        return found if found.regex == self.regex else replace(found, format=TYPES[self.type].spec(self))

    @property
    def bounds(self) -> str:
        """The bounds as written in the file, with a leading space; empty if there are none."""
        said = " | ".join(self.choices) if self.choices else f"{self.low}..{self.high}"
        within = f" {'each' if self.each else 'in'} {said}" if self.bounded else ""
        return within + (f" of {self.most}" if self.most else "")

    def __str__(self) -> str:
        format = self.format if self.format in ("", "!r") else f":{self.format}"
        return f"{{{self.name}:{self.type}{format}={self.value}{self.bounds}}}"


def _number(bound: str) -> int | float:
    return float(bound) if "." in bound else int(bound)


@dataclass(frozen=True)
class Reference:
    """A repeated variable: the same value, without its padding."""

    variable: Variable

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def edge(self) -> str:
        return self.variable.edge

    @property
    def regex(self) -> str:
        return self.variable.again.regex

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class Computed:
    """An arithmetic expression of variables, and the format of its value."""

    expression: str
    format: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the variables. Raises `SyntaxError` if the expression is malformed."""
        return grammar.names(self.expression)

    @property
    def edge(self) -> str:
        return HEXADECIMAL if self.format[-1:] in ("x", "X") else DIGIT

    @property
    def regex(self) -> str:
        return formats.regex(self.format) if self.format else grammar.COMPUTED

    def value(self, variables: Mapping[str, Variable], values: Mapping[str, str]) -> str:
        """Return the text to be printed, given the variables' values. Raises `ArithmeticError` if there is none."""
        numbers: dict[str, int | float] = {}
        for name in sorted(self.names):
            if not isinstance(number := variables[name].worth(values[name]), int | float):
                raise ArithmeticError(f"`{name}` is not a number")
            numbers[name] = number
        try:
            return format(grammar.evaluate(self.expression, numbers), self.format)
        except ValueError as error:
            raise ArithmeticError(error) from None

    def __str__(self) -> str:
        return f"{{{self.expression}{':' if self.format else ''}{self.format}}}"


@dataclass(frozen=True)
class Shuffled:
    """Texts in any order, separated by `, `, as in a printed set."""

    members: tuple[str, ...]

    edge = NOTHING

    @property
    def regex(self) -> str:
        one = "|".join(re.escape(member) for member in sorted(self.members, key=len, reverse=True))
        return f"(?:{one})(?:, (?:{one})){{{len(self.members) - 1}}}"

    def fits(self, text: str) -> bool:
        """Return whether `text` has each member exactly once."""
        return sorted(grammar.members(text)) == sorted(self.members)

    def __str__(self) -> str:
        return f"{{{', '.join(self.members)}}}"


Mention = Variable | Reference
Varying = Mention | Computed | Shuffled
Part = Text | Varying


def names_in(parts: Iterable[Part]) -> list[str]:
    """Return the names of the variables that the parts print or compute with, in order, as often as they come."""
    used = (part for part in parts if isinstance(part, Mention | Computed))
    return [name for part in used for name in (sorted(part.names) if isinstance(part, Computed) else [part.name])]


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts with adjacent texts joined, and without empty ones."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and found and isinstance(last := found[-1], Text):
            found[-1] = Text(last.text + part.text)
        elif part != Text(""):
            found.append(part)
    return tuple(found)


def valueless(part: Part) -> Part:
    """Return what a part allows, whichever value was recorded for it."""
    if isinstance(part, Variable):
        return replace(part, value=part.regex)
    return Shuffled(tuple(sorted(part.members))) if isinstance(part, Shuffled) else part
