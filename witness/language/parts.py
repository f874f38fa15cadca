"""What a line is made of, as values: text that stands for itself, and parts that vary, are repeated or computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from witness.language import formats, grammar
from witness.language.types import DIGIT, HEXADECIMAL, NOTHING, TYPES, Value


@dataclass(frozen=True)
class Text:
    """A part that is compared to the letter."""

    text: str

    edge = NOTHING

    @property
    def regex(self) -> str:
        return re.escape(self.text)

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
    def is_worker(self) -> bool:
        """Whether it says which of those that do such work, one thing after the other, does that of its name."""
        return self.type == "worker"

    @cached_property
    def regex(self) -> str:
        """What the part may look like."""
        return TYPES[self.type].regex(self)

    @property
    def edge(self) -> str:
        """The characters that may not stand beside it."""
        return TYPES[self.type].edge(self)

    def read(self, text: str) -> Value | None:
        """What `text` means, printed here; None if this part is never printed so."""
        return TYPES[self.type].value(self, text) if re.fullmatch(self.regex, text) else None

    def within(self, text: str) -> bool:
        """Whether `text` keeps to the bounds."""
        value = self.read(text)
        if self.choices:
            return self.bare(text) in self.choices
        if not isinstance(value, int | float):
            return not self.bounded
        return (not self.low or value >= _number(self.low)) and (not self.high or value <= _number(self.high))

    @property
    def spec(self) -> str:
        """The format, if it is one of a number."""
        return "" if self.format == "!r" or self.type in ("time", "id") else self.format

    def bare(self, text: str) -> str:
        """`text` without its padding, as other places repeat it."""
        return formats.bared(text, self.spec)

    @property
    def again(self) -> Variable:
        """The variable as other places repeat it: without padding."""
        return replace(self, format=formats.unpadded(self.spec), value=self.bare(self.value)) if self.spec else self

    def worth(self, text: str) -> Value | None:
        """What `text` means, printed here or repeated."""
        value = self.read(text)
        return formats.worth(text, self.spec) if value is None else value

    def with_value(self, bare: str | None) -> Variable:
        """The variable with another recorded value, given without padding; with its own if there is none.

        What only the old one said of its format, that has a number of digits, is then said by a format.
        """
        if bare is None:
            return self
        worth = formats.worth(bare, self.spec) if self.spec else None
        found = replace(self, value=bare if worth is None else format(worth, self.spec))
        return found if found.regex == self.regex else replace(found, format=TYPES[self.type].spec(self))

    @property
    def bounds(self) -> str:
        """The bounds as written, or nothing."""
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
    """A variable again: the same value, without its padding."""

    variable: Variable

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def edge(self) -> str:
        """The characters that may not stand beside it."""
        return self.variable.edge

    @property
    def regex(self) -> str:
        return self.variable.again.regex

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class Computed:
    """An expression of variables, and how it is formatted."""

    expression: str
    format: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables; `SyntaxError` if it is no expression."""
        return grammar.names(self.expression)

    @property
    def edge(self) -> str:
        """The characters that may not stand beside it."""
        return HEXADECIMAL if self.format[-1:] in ("x", "X") else DIGIT

    @property
    def regex(self) -> str:
        return formats.regex(self.format) if self.format else grammar.COMPUTED

    def value(self, variables: Mapping[str, Variable], values: Mapping[str, str]) -> str:
        """What must be printed here, given the values of the variables; `ArithmeticError` if nothing can."""
        numbers: dict[str, int | float] = {}
        for name in sorted(self.names):
            if not isinstance(number := variables[name].worth(values[name]), int | float):
                raise ArithmeticError(f"`{name}` is no number")
            numbers[name] = number
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

    edge = NOTHING

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


def valueless(part: Part) -> Part:
    """What a part allows, whichever value is recorded of it."""
    if isinstance(part, Variable):
        return replace(part, value=part.regex)
    return Shuffled(tuple(sorted(part.members))) if isinstance(part, Shuffled) else part
