"""The types of variables: for each, which texts a variable of it may be printed as, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from witness.language import formats

if TYPE_CHECKING:
    from witness.language.parts import Variable

Value = int | float | datetime | str
"""The meaning of a printed text: numbers can be compared and computed with, times compared."""
PROCESS = r"[1-9][0-9]{0,9}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
INTEGER = r"(?:0|-?[1-9][0-9]*)"
DIGIT, HEXADECIMAL, NOTHING = "[0-9]", "[0-9a-fA-F]", "(?!)"


def _digits(variable: Variable) -> str:
    """Return a regular expression for the characters of values; one that matches nothing if there are choices."""
    if variable.choices:
        return NOTHING
    hexadecimal = "x" in (variable.format[-1:] + variable.value).lower() or re.fullmatch(UUID, variable.value)
    return HEXADECIMAL if hexadecimal else DIGIT


@dataclass(frozen=True)
class Type:
    """A type of variables.

    `means` describes its values in an error. `regex` returns a regular expression without groups for the texts that a
    variable may be printed as, and `value` the meaning of such a text, or None if the variable would be written
    differently. Variables of the same `space` have different values. `bounded` tells whether `in` is permitted,
    `numbers` whether values are numbers and may have their formats, and `other` whether a text is another format of
    this type. `spec` returns the format of a variable, which may follow from its recorded value. `edge` returns a
    regular expression for the characters of values, which may not stand next to a value.
    """

    means: str
    regex: Callable[[Variable], str]
    value: Callable[[Variable, str], Value | None]
    space: str = ""
    bounded: bool = False
    numbers: bool = False
    other: Callable[[str], object] = lambda _: False
    spec: Callable[[Variable], str] = lambda variable: variable.format
    edge: Callable[[Variable], str] = _digits

    def formatted(self, text: str) -> bool:
        """Return whether `text` is a format of this type."""
        return bool((self.numbers and formats.SPEC.fullmatch(text)) or self.other(text))


def _integer_spec(variable: Variable) -> str:
    """Return the format of an integer. Without an explicit format, a recorded leading zero means a fixed width."""
    padded = re.fullmatch("0[0-9]+", variable.value)
    return variable.format or (f"0{len(variable.value)}d" if padded else "d")


def _float_spec(variable: Variable) -> str:
    """Return the format of a decimal number; without an explicit format, one with as many decimals as recorded."""
    if variable.format:
        return variable.format
    return "!r" if "e" in variable.value else f".{len(variable.value.partition('.')[2]) or 1}f"


def _float_regex(variable: Variable) -> str:
    spec = _float_spec(variable)
    if spec == "!r":
        return r"(?:-?[0-9]++(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+|-?inf|nan)"
    return rf"-?(?:0|[1-9][0-9]*)\.[0-9]{{{spec[1:-1]}}}" if not variable.format else formats.regex(spec)


def _float_value(variable: Variable, text: str) -> Value | None:
    spec = _float_spec(variable)
    if spec != "!r":
        return formats.number(text, spec, float) if variable.format else float(text)
    return float(text) if repr(float(text)) == text else None


def _id_regex(variable: Variable) -> str:
    """Return a regular expression for a UUID, or for digits like the recorded ones.

    They are hexadecimal after `0x` or with a format, and in capitals if the `X`, or a digit that was recorded, is one.
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


def time_format(variable: Variable) -> str:
    """Return the format of a time: the given one, or that of `formats.TIMES` in which it was recorded."""
    return variable.format or formats.time_format(variable.value) or ""


def _process_regex(variable: Variable) -> str:
    return formats.regex(variable.format) if variable.format else PROCESS


def _process_value(variable: Variable, text: str) -> Value | None:
    number = formats.number(text, variable.format or "d", int)
    return number if number is not None and re.fullmatch(PROCESS, str(number)) else None


def _any_of(variable: Variable) -> str:
    return "(?:" + "|".join(re.escape(choice) for choice in sorted(variable.choices, key=len, reverse=True)) + ")"


def _worker_regex(variable: Variable) -> str:
    return (_any_of(variable) if variable.choices else INTEGER) if variable.bounded else _process_regex(variable)


def _worker_value(variable: Variable, text: str) -> Value | None:
    if variable.bounded:
        return int(text) if re.fullmatch(INTEGER, text) else text
    return _process_value(variable, text)


def _itself(variable: Variable, text: str) -> Value | None:
    return text


_PROCESS = Type(
    "a process ID; different names are different processes",
    _process_regex,
    _process_value,
    space="process",
    numbers=True,
)
TYPES = {
    "pid": _PROCESS,
    "worker": replace(
        _PROCESS,
        means="a process ID; a pool's worker prints the lines of this name, and then perhaps those of another",
        regex=_worker_regex,
        value=_worker_value,
        bounded=True,
    ),
    "silent": replace(_PROCESS, means="a process ID; its process prints nothing"),
    "int": Type(
        "an integer",
        lambda variable: formats.regex(spec) if (spec := _integer_spec(variable)) != "d" else INTEGER,
        lambda variable, text: formats.number(text, _integer_spec(variable), int),
        bounded=True,
        numbers=True,
        spec=_integer_spec,
    ),
    "float": Type(
        "a decimal number, with as many decimals as recorded",
        _float_regex,
        _float_value,
        bounded=True,
        numbers=True,
        other="!r".__eq__,
        spec=_float_spec,
    ),
    "time": Type(
        "a time such as `16:35:25` or `2026-11-25 16:35:25,123`, or one in its own `strftime` format; times that one "
        "printer writes in one format never go backwards",
        lambda variable: formats.time_regex(time_format(variable), variable.value) or NOTHING,
        lambda variable, text: formats.moment(text, time_format(variable), variable.value),
        other=lambda spec: formats.time_regex(spec, ""),
    ),
    "id": Type(
        "the identity of an object or a thread, such as `0x7f…`, digits or a UUID; two names are two things",
        _id_regex,
        _itself,
        space="id",
        other=re.compile("#?[xX]").fullmatch,
    ),
    "text": Type("one of the texts after `in` or `each`", _any_of, _itself, bounded=True),
    "input": Type("what is typed", lambda variable: re.escape(variable.value), _itself, edge=lambda _: NOTHING),
}
