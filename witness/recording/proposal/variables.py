"""What a part that varies may be, by what was printed for it in many runs: its type, format and bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from witness.language import Variable, formats
from witness.language.types import TYPES, UUID
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.looks import CHINESE, NUMERAL, TIME, shared, shown

FEW = 12
"""Of at most so many texts or numbers a part may be one."""
NUMBERED = "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日"
_NAMED = tuple(f"{day}%d{mark}%b{mark}{year}" for day in ("", "%a, ") for mark in "/- " for year in ("%Y", "%y"))
_DATES = "", *NUMBERED, *_NAMED
_CLOCKS = "", "%H:%M:%S", "%H:%M:%S,%f", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%H时%M分%S秒"
"""What a time may be written with; neither for one in a usual shape, which needs no format."""
DRAWN = re.compile("(?=[a-f]*[0-9])[0-9a-f]{8,}")
_IDENTITY = re.compile(rf"0x.*|{UUID}|[0-9]{{12,}}")
_WORD = rf"(?:[{CHINESE}]|[^\s{CHINESE}]+)"
"""What a text may be cut between: Chinese has no blanks between words."""
OFTEN = 3
"""How often each of them must have been seen, at least, for no other to be expected."""
EXPECTED = 6
"""What should come so often by chance does not come at all once in 400 times (Poisson, exp -6)."""

_NAMES = {"int": "n", "float": "x", "time": "t", "text": "word"}
"""What a variable of a type is called, where not as the type."""


def trim(values: Sequence[str], before: str) -> tuple[int, int]:
    """How many characters at the left and at the right of all values are text, the blanks of a padded number not.

    `before` is the character before each.
    """
    bare = [value.lstrip(" ") for value in values]
    blanks = [len(value) - len(text) for value, text in zip(values, bare, strict=True)]
    if len(set(blanks)) > 1:  # one blank is a separator, the others are padding
        return int(min(blanks) > 0 and before not in ("", *"[({<=|")), 0
    if any(text[:1].isalpha() and not TIME.fullmatch(text) for text in bare):
        words = [re.findall(rf"{_WORD}\s*|\s+", value) for value in values]
        left = shared(words)
        rest = [re.findall(rf"\s*{_WORD}|\s+", value[left:])[::-1] for value in values]
        right = shared(rest)
        return _trim_word([value[left : len(value) - right] for value in values], left, right)
    return blanks[0], 0


def _trim_word(words: Sequence[str], left: int, right: int) -> tuple[int, int]:
    """As `trim`, of what is left: a mark behind all of the words is text, and so are letters before all numbers."""
    marks = shared([re.findall(r"\W", re.split(r".*\w", word)[-1])[::-1] for word in words])
    bare = [word[: len(word) - marks] for word in words]
    letters = shared([[*re.split("[0-9]", word)[0]] for word in bare])
    rest = [word[letters:] for word in bare]
    drawn, numbers = all(map(DRAWN.fullmatch, rest)), all(map(NUMERAL.fullmatch, rest))
    named = (drawn or numbers) and re.fullmatch(r"[^\W\d_]+[-_]?" if drawn else r"[^\W\d_]+-?", bare[0][:letters])
    return left + letters * bool(named), right + marks


def variable(values: Sequence[str], value: str, look: str = "", closed: bool = True, apart: bool = True) -> Variable:
    """The variable that may have each of the `values`, of which `value` is recorded; its line looks so.

    Bounds on both sides need `closed`: that nothing in the runs comes as often as it happens to. An identity must be
    `apart`: another variable never has the same.
    """
    for type, format in _candidates(values, value):
        if (format and not TYPES[type].formatted(format)) or (type == "id" and not apart):
            continue
        found = Variable(_NAMES.get(type, type), type, value, format)
        if all(found.read(one) is not None for one in values):
            return _bounded(found, values, closed)
    choices = tuple(sorted(set(values)))
    if len(choices) > FEW or (len(choices) > 2 and max(Counter(values).values()) == 1):
        some = ", ".join(f"`{choice}`" for choice in choices[:3])
        raise ProposeError(
            f"`{shown(look)}`: at one place of this line {some} … were printed, {len(choices)} texts in "
            f"{len(values)} runs; a number, a time, an address or one of a few texts can be said, but not this"
        )
    return Variable(_NAMES["text"], "text", value, choices=choices)


def identity(value: str) -> bool:
    """Whether it looks like the address of an object, the number of a thread, or a UUID."""
    return _IDENTITY.fullmatch(value) is not None


def _candidates(values: Sequence[str], value: str) -> Iterator[tuple[str, str]]:
    """The types and formats that may be meant, the plainest first."""
    if all(map(identity, values)):
        yield "id", ""
    if all(map(DRAWN.fullmatch, values)) and not all(map(str.isdigit, values)):
        yield "id", "x"
    if formats.time_format(value) or TIME.fullmatch(value):
        yield from (("time", f"{date} {clock}".strip()) for date, clock in product(_DATES, _CLOCKS))
    if value.startswith("0x"):
        yield "int", "#x"
    width = str(max(map(len, values))) if any(one.startswith(" ") for one in values) else ""
    sign = "+" if any(one.lstrip(" ").startswith("+") for one in values) else ""
    comma = "," if any("," in one for one in values) else ""
    if not any("." in one or "e" in one for one in values):
        zeros = any(re.match("-?0[0-9]", one) for one in values)
        yield "int", f"0{len(value)}d" if zeros else f"{'>' * bool(width)}{sign}{width}{comma}"
        return
    decimals = f".{len(re.split('[.e]', value + '.')[1])}"
    yield "float", f"{sign}{width}{comma}{decimals}f" if width or sign or comma else ""
    digits = max(len(re.sub("[^0-9]", "", one).lstrip("0")) for one in values)
    yield from (("float", format) for format in (f"0{len(value)}{decimals}f", f"{decimals}e", "!r", f".{digits}g"))


def _bounded(variable: Variable, values: Sequence[str], closed: bool) -> Variable:
    """The variable with the bounds that its values seem to have."""
    seen = Counter(number for number in map(variable.read, values) if isinstance(number, int | float))
    if not seen:
        return variable
    if closed and variable.type == "int" and len(seen) <= FEW and min(seen.values()) >= OFTEN:
        return among(variable, values)
    return replace(variable, low="0") if min(seen) >= 0 else variable


def likely(own: Sequence[str], every: Sequence[str]) -> list[str]:
    """What may come in a line, of `every` value of the lines that are alike: its `own`, and what is too rare to tell.

    A value that, were the lines the same, would have come here `EXPECTED` times or more, and never did, is another's.
    """
    times = Counter(every)
    return [one for one in every if one in own or times[one] * len(own) < EXPECTED * len(every)]


def among(variable: Variable, values: Iterable[str]) -> Variable:
    """The variable as one of a few values."""
    worths = {variable.bare(value): variable.worth(value) for value in values}
    if variable.type == "int":
        numbers = sorted({worth for worth in worths.values() if isinstance(worth, int)})
        if numbers == [*range(numbers[0], numbers[-1] + 1)]:
            return replace(variable, low=str(numbers[0]), high=str(numbers[-1]))
    return replace(variable, low="", choices=tuple(sorted(worths, key=lambda text: (worths[text], text))))
