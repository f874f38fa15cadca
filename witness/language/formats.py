"""How values are written: numbers by Python's format specifications, times by the formats of `strftime`."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

Number = TypeVar("Number", int, float)

SPEC = re.compile(
    r"(?:(?P<fill>[^\w{}])?(?P<align>[<>^=]))?(?P<sign>[-+ ])?(?P<alternate>#)?(?P<zero>0)?(?P<width>[1-9][0-9]?)?"
    r"(?P<group>[,_])?(?:\.(?P<precision>[0-9]{1,2}))?(?P<kind>[bdoxXeEfFgG%])?"
)
"""A format specification of a number, see https://docs.python.org/3/library/string.html#formatspec."""
_DIGITS = {"b": "[01]", "o": "[0-7]", "x": "[0-9a-f]", "X": "[0-9A-F]"}
_BASES = {"b": 2, "o": 8, "x": 16, "X": 16}

_FIELDS = {
    **dict.fromkeys("dmyHMIS", "[0-9]{2}"),
    **{"Y": "[0-9]{4}", "j": "[0-9]{3}", "e": "[ 0-9][0-9]", "p": "[AP]M"},
    **{"z": "[-+][0-9]{4}", ":z": "[-+][0-9]{2}:[0-9]{2}"},
    **{"a": "[A-Z][a-z]{2}", "b": "[A-Z][a-z]{2}", "A": "[A-Z][a-z]+day", "B": "[A-Z][a-z]+"},
}
_CTIME, _SYSLOG = "%a %b %e %H:%M:%S %Y", "%b %e %H:%M:%S"
MINUTES = "%H:%M"
"""A clock that is found in a line only behind a date, since it may be a score."""
_CLOCKS = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", MINUTES)
_ZONES = ("", "%:z", "%z")
TIMES = (
    *_CLOCKS,
    *("%Y-%m-%d", _CTIME, _SYSLOG),
    *(f"%Y-%m-%d{sep}{clock}{zone}" for sep in " T" for clock in _CLOCKS for zone in _ZONES),
)
"""The formats of times that are recognised without being given."""
DATES = (
    *(date.replace("/", mark) for date in ("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d") for mark in "/.-"),
    *("%d/%m/%y", "%m/%d/%y", "%Y年%m月%d日"),
    *(f"{day}%d{mark}%b{mark}{year}" for day in ("", "%a, ") for mark in "/- " for year in ("%Y", "%y")),
)
CLOCKS = ("%H:%M:%S", "%H:%M:%S,%f", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%H时%M分%S秒")
"""The dates and clocks that are found in a line."""


def _fields(spec: str) -> dict[str, str]:
    """Return the fields of a format specification by name, an empty string for each that is absent."""
    match = SPEC.fullmatch(spec)
    assert match
    return match.groupdict("")


def regex(spec: str) -> str:
    """Return a regular expression, without groups, for numbers formatted by `spec`; it may match other texts, too."""
    said = _fields(spec)
    kind, group = said["kind"], said["group"]
    digit = _DIGITS.get(kind, "[0-9]")
    prefix = f"0{kind}" if said["alternate"] and kind in _DIGITS else ""
    digits = f"{digit}(?:{group}?{digit})*+" if group else f"{digit}++"
    rest = "" if kind in (*_DIGITS, "d") else r"(?:\.[0-9]+)?+(?:[eE][-+][0-9]+)?+"
    bare = f"[-{said['sign']}]?{prefix}{digits}{rest}{'%' * (kind == '%')}"
    if not said["width"]:
        return bare
    # A padded number is matched by its width alone: spaces beyond it may be the padding of the next number.
    pad = re.escape(said["fill"] or " ")
    return f"(?:[-+.,_%0-9a-fA-FxXo{pad}]{{{said['width']}}}|{pad}*?{bare}{pad}*?)"


def number(text: str, spec: str, kind: type[Number]) -> Number | None:
    """Return the number of type `kind` that `spec` formats as exactly `text`; None if there is none."""
    value = worth(text, spec)
    try:
        exact = None if value is None else kind(value)
        return exact if exact is not None and format(exact, spec) == text else None
    except (ValueError, OverflowError):
        return None


def worth(text: str, spec: str) -> int | float | None:
    """Return the number that `text` means by `spec`, whatever its padding; None if `text` is no number."""
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
    """Return `text` without its padding, as a reference repeats it."""
    said = _fields(spec)
    return text.strip(said["fill"] or " ") if said["width"] else text


def unpadded(spec: str) -> str:
    """Return `spec` without its padding."""
    said = _fields(spec)
    width = f"0{said['width']}" if said["zero"] else ""
    decimals = f".{said['precision']}" if said["precision"] else ""
    return said["sign"] + said["alternate"] + width + said["group"] + decimals + said["kind"]


def time_regex(format: str, recorded: str | None) -> str | None:
    """Return a regular expression for times in `format`; None if `format` is not supported.

    `%f` has as many digits as in the text `recorded`, or any number of them if that is None.
    """
    fraction = re.search(r"[.,]([0-9]+)(?:[-+][:0-9]+)?$", recorded or "")
    decimals = len(fraction[1]) if fraction else 6
    fields = _FIELDS | {"f": "[0-9]++" if recorded is None else f"[0-9]{{{decimals}}}"}
    pieces = re.findall(r"%:?.?|[^%]+", format.replace("%c", _CTIME))
    if any(piece[0] == "%" and piece[1:] not in fields for piece in pieces):
        return None
    return "".join(fields[piece[1:]] if piece[0] == "%" else re.escape(piece) for piece in pieces)


def moment(text: str, format: str, recorded: str) -> datetime | None:
    """Return the time that `text` means by `format`, or None; without a year, it is in 2000, which is a leap year."""
    wanted = time_regex(format, recorded)
    if wanted is None or not re.fullmatch(wanted, text):
        return None
    year, form = "", format.replace("%c", _CTIME).replace("%e", "%d").replace("%:z", "%z")
    if not has_date(format):
        year, form = "2000 ", f"%Y {form}"
    try:
        return datetime.strptime(year + text, form)
    except (ValueError, re.error):  # the latter for a directive that comes twice
        return None


def has_date(format: str) -> bool:
    """Return whether times in `format` include a date."""
    return bool(re.search("%[cYy]", format))


def _any_of(formats: Iterable[str]) -> str:
    """Return a regular expression for times in one of the formats, the longest that fits."""
    return "|".join(sorted((time_regex(format, None) or "" for format in formats), key=len, reverse=True))


TIME = re.compile(
    rf"{_any_of([_CTIME, _SYSLOG])}|(?<![\w.:,-])"
    rf"(?>(?:{_any_of(DATES)})(?:[ T](?:(?:{_any_of(CLOCKS)})(?:{_any_of(_ZONES[1:])})?+|{_any_of([MINUTES])}))?+"
    rf"|{_any_of(CLOCKS)})"
    r"(?:(?=Z\b)|(?!\w|:[0-9]))"
)
"""A time in a line."""
CHINESE = r"\u3040-\u9fff"
"""The characters of Chinese and Japanese, for a regular expression, within brackets."""
NUMERAL = re.compile(
    rf"(?<![A-Za-z0-9_.])(?:(?<![{CHINESE}])[-+])?+"
    r"(?:[0-9]{1,3}(?:[,_][0-9]{3})++|[0-9]++)(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+(?!\.[0-9]|[A-Za-z_]\w*[0-9])",
    re.ASCII,
)
"""A number in a line, without its unit (`0.5s`); not the digits in a word (`8f3c`, `v1.2.3`).

After Chinese, `-` is no sign: `线程-1`.
"""
