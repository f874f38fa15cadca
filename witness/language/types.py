"""The types of variables: which texts a variable may be printed as, what they mean, and how a new result finds one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

from witness.language import formats

if TYPE_CHECKING:
    from witness.language.parts import Variable

Value = int | float | datetime | str
"""The meaning of a printed text: numbers can be compared and computed with, times compared."""
PROCESS = r"[1-9][0-9]{0,9}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DRAWN = rf"(?<![\w-])(?:{UUID}|(?=\w*[0-9])(?=\w*[a-f])[0-9a-f]{{8,}}+)(?![\w-])"
"""A UUID, or many hexadecimal digits, in a line."""
IDENTITY = re.compile(rf"0x.*|{UUID}|[0-9]{{12,}}")
"""What looks like the address of an object, the number of a thread, or a UUID."""
HEX = re.compile("(?=[a-f]*[0-9])[0-9a-f]{8,}")
"""Many hexadecimal digits, which may all happen to be decimal."""
INTEGER = r"(?:0|-?[1-9][0-9]*)"
DIGIT, HEXADECIMAL, NOTHING = "[0-9]", "[0-9a-fA-F]", "(?!)"


class Type:
    """A type of variables, with what most types have in common.

    `means` describes its values in an error. Variables of the same `space` have different values. `bounded` tells
    whether `in` is permitted, and `numbers` whether values are numbers and may have their formats. In a new result,
    `found` is a regular expression for a value in a line, with the blanks that pad it, and `name` that of a variable;
    if it is empty, a variable has the name of its type.
    """

    means: str
    space = found = name = ""
    bounded = numbers = False

    def regex(self, variable: Variable) -> str:
        """Return a regular expression, without groups, for the texts that a variable may be printed as.

        Unless overridden, that is only the recorded text.
        """
        return re.escape(variable.value)

    def value(self, variable: Variable, text: str) -> Value | None:
        """Return the meaning of a text that `regex` matches; None if the variable would be written differently."""
        return text

    def formatted(self, text: str) -> bool:
        """Return whether `text` is a format of this type; "" always is."""
        return not text or (self.numbers and formats.SPEC.fullmatch(text) is not None)

    def spec(self, variable: Variable) -> str:
        """Return the format of a variable, which may follow from its recorded value."""
        return variable.format

    def edge(self, variable: Variable) -> str:
        """Return a regular expression for the characters of values, which may not stand next to a value."""
        if variable.choices:
            return NOTHING
        hexadecimal = "x" in (variable.format[-1:] + variable.value).lower() or re.fullmatch(UUID, variable.value)
        return HEXADECIMAL if hexadecimal else DIGIT

    def guess(self, values: Sequence[str], value: str) -> Iterator[str]:
        """Yield the formats in which `values`, of which `value` was recorded, may be written, the plainest first.

        The values need not fit them.
        """
        if self.found:
            yield ""


class _Pid(Type):
    means = "a process ID"
    space = "process"
    numbers = True

    def regex(self, variable: Variable) -> str:
        return formats.regex(variable.format) if variable.format else PROCESS

    def value(self, variable: Variable, text: str) -> Value | None:
        number = formats.number(text, variable.format or "d", int)
        return number if number is not None and re.fullmatch(PROCESS, str(number)) else None


class _Worker(_Pid):
    bounded = True

    def regex(self, variable: Variable) -> str:
        if not variable.bounded:
            return super().regex(variable)
        return _Text().regex(variable) if variable.choices else INTEGER

    def value(self, variable: Variable, text: str) -> Value | None:
        if not variable.bounded:
            return super().value(variable, text)
        return int(text) if re.fullmatch(INTEGER, text) else text


class _Id(Type):
    means = "the identity of an object or a thread, such as `0x7f…`, digits or a UUID"
    space = "id"
    found = rf"(?<!\w)0x[0-9a-f]++| *+{DRAWN}"

    def regex(self, variable: Variable) -> str:
        """Return a regular expression for a UUID, or for digits like the recorded ones.

        They are hexadecimal after `0x` or with a format, and in capitals if the `X`, or a digit that was recorded, is
        one.
        """
        if re.fullmatch(UUID, variable.value):
            return UUID
        match = re.fullmatch("(0[xX])?(?:[0-9a-f]+|[0-9A-F]+)", variable.value)
        if not match:
            return NOTHING
        prefix = match[1] or ""
        capital = "X" in prefix + variable.format or re.search("[A-F]", variable.value)
        digits = "0-9" + ("" if not prefix and not variable.format else "A-F" if capital else "a-f")
        return f"{prefix}[{digits}]++"

    def formatted(self, text: str) -> bool:
        return text.lower() in ("", "x", "#x")

    def guess(self, values: Sequence[str], value: str) -> Iterator[str]:
        if all(map(IDENTITY.fullmatch, values)):
            yield ""
        if all(map(HEX.fullmatch, values)) and not all(map(str.isdigit, values)):
            yield "x"


class _Time(Type):
    means = "a time such as `16:35:25` or `2026-11-25 16:35:25,123`, or one in its own `strftime` format"
    found = formats.TIME.pattern
    name = "t"

    def regex(self, variable: Variable) -> str:
        return formats.time_regex(self.spec(variable), variable.value) or NOTHING

    def value(self, variable: Variable, text: str) -> Value | None:
        return formats.moment(text, self.spec(variable), variable.value)

    def formatted(self, text: str) -> bool:
        return formats.time_regex(text, "") is not None

    def spec(self, variable: Variable) -> str:
        known = (format for format in formats.TIMES if formats.moment(variable.value, format, variable.value))
        return variable.format or next(known, "")

    def guess(self, values: Sequence[str], value: str) -> Iterator[str]:
        if formats.TIME.fullmatch(value):
            every = product(("", *formats.DATES), ("", *formats.CLOCKS, formats.MINUTES))
            yield from (f"{date} {clock}".strip() for date, clock in every)


class _Int(Type):
    means = "an integer"
    bounded = numbers = True
    found = rf" *+(?!{formats.TIME.pattern}){formats.NUMERAL.pattern}(?: ++(?![\w +-])|  ++(?![0-9 +-]))?+"
    name = "n"

    def regex(self, variable: Variable) -> str:
        return formats.regex(spec) if (spec := self.spec(variable)) != "d" else INTEGER

    def value(self, variable: Variable, text: str) -> Value | None:
        return formats.number(text, self.spec(variable), int)

    def spec(self, variable: Variable) -> str:
        """Return the format; without an explicit one, a recorded leading zero means a fixed width."""
        padded = re.fullmatch("0[0-9]+", variable.value)
        return variable.format or (f"0{len(variable.value)}d" if padded else "d")

    def guess(self, values: Sequence[str], value: str) -> Iterator[str]:
        yield "#x"
        marks = _marks(values)
        yield f"0{len(value)}d" if any(re.match("-?0[0-9]", one) for one in values) else marks


class _Float(Type):
    means = "a decimal number, with as many decimals as recorded"
    bounded = numbers = True
    name = "x"

    def regex(self, variable: Variable) -> str:
        spec = self.spec(variable)
        if spec == "!r":
            return r"(?:-?[0-9]++(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+|-?inf|nan)"
        return formats.regex(spec) if variable.format else rf"-?(?:0|[1-9][0-9]*)\.[0-9]{{{spec[1:-1]}}}"

    def value(self, variable: Variable, text: str) -> Value | None:
        spec = self.spec(variable)
        if spec != "!r":
            return formats.number(text, spec, float) if variable.format else float(text)
        return float(text) if repr(float(text)) == text else None

    def formatted(self, text: str) -> bool:
        return text == "!r" or super().formatted(text)

    def spec(self, variable: Variable) -> str:
        """Return the format; without an explicit one, one with as many decimals as recorded."""
        if variable.format:
            return variable.format
        return "!r" if "e" in variable.value else f".{len(variable.value.partition('.')[2]) or 1}f"

    def guess(self, values: Sequence[str], value: str) -> Iterator[str]:
        if not any("." in one or "e" in one for one in values):
            return
        decimals = f".{len(re.split('[.e]', value.strip() + '.')[1])}"
        if marks := _marks(values):
            yield f"{marks}{decimals}f"
        elif "e" not in value:  # else no format means any `repr`, which the next line of the same type would not mean
            yield ""
        digits = max(len(re.sub("[^0-9]", "", one).lstrip("0")) for one in values)
        yield from (f"0{len(value)}{decimals}f", f"{decimals}e", "!r", f".{digits}g")


def _marks(values: Sequence[str]) -> str:
    """Return the alignment, sign, width and grouping of the format in which numbers are written."""
    align, width = padding(values)
    sign = "+" if any(one.lstrip(" ").startswith("+") for one in values) else ""
    return align + sign + width + "".join(mark for mark in ",_" if any(mark in one for one in values))


def padding(values: Sequence[str]) -> tuple[str, str]:
    """Return where numbers stand that are padded with blanks: `<`, `>` or `^`, and the width; "" if none is padded."""
    padded = [one for one in values if one.strip(" ") != one]
    left, right = (any(side(one) != one for one in padded) for side in (str.lstrip, str.rstrip))
    return "^" if left and right else ">" if left else "<" if right else "", "".join(
        str(len(one)) for one in padded[:1]
    )


class _Text(Type):
    means = "one of the texts after `in` or `each`"
    bounded = True
    name = "word"

    def regex(self, variable: Variable) -> str:
        longest_first = sorted(variable.choices, key=len, reverse=True)
        return f"(?:{'|'.join(map(re.escape, longest_first))})"


class _Input(Type):
    means = "what is typed"

    def edge(self, variable: Variable) -> str:
        return NOTHING


TYPES: dict[str, Type] = {
    "pid": _Pid(),
    "worker": _Worker(),
    "silent": _Pid(),
    "id": _Id(),
    "time": _Time(),
    "int": _Int(),
    "float": _Float(),
    "text": _Text(),
    "input": _Input(),
}
"""The types by their words in a file; a new result has the first one that fits."""
