"""How a value is written: numbers by Python's format specifications, times by those of `strftime`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeVar

Number = TypeVar("Number", int, float)

SPEC = re.compile(
    r"(?:(?P<fill>[^\w{}])?(?P<align>[<>^=]))?(?P<sign>[-+ ])?(?P<alternate>#)?(?P<zero>0)?(?P<width>[1-9][0-9]?)?"
    r"(?P<group>[,_])?(?:\.(?P<precision>[0-9]{1,2}))?(?P<kind>[bdoxXeEfFgG%])?"
)
"""A format specification of a number; https://docs.python.org/3/library/string.html#formatspec."""
_DIGITS = {"b": "[01]", "o": "[0-7]", "x": "[0-9a-f]", "X": "[0-9A-F]"}
_BASES = {"b": 2, "o": 8, "x": 16, "X": 16}

_FIELDS = {
    **dict.fromkeys("dmyHMIS", "[0-9]{2}"),
    **{"Y": "[0-9]{4}", "j": "[0-9]{3}", "e": "[ 0-9][0-9]", "p": "[AP]M", "z": "[-+][0-9]{4}"},
    **{"a": "[A-Z][a-z]{2}", "b": "[A-Z][a-z]{2}", "A": "[A-Z][a-z]+day", "B": "[A-Z][a-z]+"},
}
_CTIME = "%a %b %e %H:%M:%S %Y"
_CLOCKS = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", "%H:%M")
TIMES = (*_CLOCKS, "%Y-%m-%d", *(f"%Y-%m-%d{sep}{clock}" for sep in " T" for clock in _CLOCKS), _CTIME)
"""The shapes of a time that need no format."""


def _fields(spec: str) -> dict[str, str]:
    """What a format specification says; nothing for what it does not say."""
    match = SPEC.fullmatch(spec)
    assert match
    return match.groupdict("")


def regex(spec: str) -> str:
    """What a number may look like that is formatted by `spec`, as a regular expression without groups."""
    said = _fields(spec)
    kind, group = said["kind"], said["group"]
    digit = _DIGITS.get(kind, "[0-9]")
    prefix = f"0{kind}" if said["alternate"] and kind in _DIGITS else ""
    digits = f"{digit}(?:{group}?{digit})*+" if group else f"{digit}++"
    rest = "" if kind in (*_DIGITS, "d") else r"(?:\.[0-9]+)?+(?:[eE][-+][0-9]+)?+"
    bare = f"[-{said['sign']}]?{prefix}{digits}{rest}{'%' * (kind == '%')}"
    if not said["width"]:
        return bare
    # A padded number ends where its width does: what is beyond may be the padding of the next one.
    pad = re.escape(said["fill"] or " ")
    return f"(?:[-+.,_%0-9a-fA-FxXo{pad}]{{{said['width']}}}|{pad}*?{bare}{pad}*?)"


def number(text: str, spec: str, kind: type[Number]) -> Number | None:
    """The number of this kind that is written as `text` by `spec`; None if none is."""
    value = worth(text, spec)
    try:
        exact = None if value is None else kind(value)
        return exact if exact is not None and format(exact, spec) == text else None
    except (ValueError, OverflowError):
        return None


def worth(text: str, spec: str) -> int | float | None:
    """The number that `text` is, however wide; None if it is none."""
    said = _fields(spec)
    kind = said["kind"]
    bare = bared(text, spec).replace(said["group"] or ",", "").removesuffix("%")
    whole = kind in (*_BASES, "d") or (not kind and not re.search("[.e]", bare))
    try:
        value = int(bare, _BASES.get(kind, 10)) if whole else float(bare)
    except ValueError:
        return None
    return value / 100 if kind == "%" else value


def bared(text: str, spec: str) -> str:
    """`text` without its padding, as other places repeat it."""
    said = _fields(spec)
    return text.strip(said["fill"] or " ") if said["width"] else text


def unpadded(spec: str) -> str:
    """The format of the same number without padding."""
    said = _fields(spec)
    width = f"0{said['width']}" if said["zero"] else ""
    decimals = f".{said['precision']}" if said["precision"] else ""
    return said["sign"] + said["alternate"] + width + said["group"] + decimals + said["kind"]


def time_format(text: str) -> str | None:
    """The one of `TIMES` in which `text` is written, if any."""
    return next((format for format in TIMES if moment(text, format, text)), None)


def time_regex(format: str, recorded: str) -> str | None:
    """What a time may look like in `format`, with as many digits for `%f` as recorded; None if it is no format."""
    decimals = len(re.split(r"[.,]", recorded)[-1]) if re.search(r"[.,][0-9]+$", recorded) else 6
    fields = _FIELDS | {"f": f"[0-9]{{{decimals}}}"}
    pieces = re.findall(r"%.?|[^%]+", format.replace("%c", _CTIME))
    if any(piece[0] == "%" and piece[1:] not in fields for piece in pieces):
        return None
    return "".join(fields[piece[1:]] if piece[0] == "%" else re.escape(piece) for piece in pieces)


def moment(text: str, format: str, recorded: str) -> datetime | None:
    """The time that is written as `text`; without a year it is one of 2000, which has a 29 February."""
    wanted = time_regex(format, recorded)
    if wanted is None or not re.fullmatch(wanted, text):
        return None
    try:
        year = "" if has_date(format) else "2000 "
        return datetime.strptime(year + text, "%Y " * bool(year) + format.replace("%c", _CTIME).replace("%e", "%d"))
    except ValueError:
        return None


def has_date(format: str) -> bool:
    """Whether a time in `format` says which day it is of."""
    return bool(re.search("%[cYy]", format))
