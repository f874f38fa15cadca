"""Decide what a varying part may be, given what was printed for it in many runs: its type, format and bounds."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from witness.language import Variable
from witness.language.formats import NUMERAL, TIME
from witness.language.types import HEX, TYPES
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.looks import FEW, ends, shared, shown

OFTEN = 3
"""If each value was seen so often, or more, no others are expected."""
EXPECTED = 6
"""What should come so often by chance is missing altogether once in 400 times (Poisson, exp -6)."""


def trim(values: Sequence[str], before: str) -> tuple[int, int]:
    """Return how many characters at the left and right of all values are text, except for the padding of a number.

    What all values begin or end with is text, and so are the same letters before a number. `before` is the character
    before each value.
    """
    bare = [value.strip(" ") for value in values]
    lefts, rights = ({len(value) - len(side(value)) for value in values} for side in (str.lstrip, str.rstrip))
    if len(lefts) > 1 or len(rights) > 1:  # one blank before is text, the others are padding
        text = int(min(lefts) > 0 and before not in ("", *"[({<=|")) if len(lefts) > 1 else min(lefts)
        return text, 0 if len(rights) > 1 else min(rights)
    if not any(text[:1].isalpha() and not TIME.fullmatch(text) for text in bare):
        zone = re.search(r"(?<=[0-9])\+00:?00\Z", bare[0])  # as zones vary, UTC is not chance
        utc = len(zone[0]) if zone and all(text.endswith(zone[0]) for text in bare) else 0
        return min(lefts), utc + min(rights)
    left, right = map(len, ends(values))
    words = [value[left : len(value) - right] for value in values]
    letters = len(shared(re.split("[0-9]", word)[0] for word in words))
    rest = [word[letters:] for word in words]
    hexadecimal, numbers = all(map(HEX.fullmatch, rest)), all(map(NUMERAL.fullmatch, rest))
    name = r"[^\W\d_]+[-_]?" if hexadecimal else r"[^\W\d_]+-?"
    named = (hexadecimal or numbers) and re.fullmatch(name, words[0][:letters])
    return left + letters * bool(named), right


def variable(values: Sequence[str], value: str, look: str = "", closed: bool = True, apart: bool = True) -> Variable:
    """Return a variable that may have each of the `values`, with `value` as the recorded one; `look` is for messages.

    Bounds on both sides are given only if `closed`: no number in the runs depends on how often something happens to
    come. A type whose variables always differ is given only if `apart`: no other variable ever has the same value.
    """
    for type, about in TYPES.items():
        for format in () if about.space and not apart else about.guess(values, value):
            found = Variable(about.name or type, type, value, format)
            if about.formatted(format) and all(found.read(one) is not None for one in values):
                return _bounded(found, values, closed)
    choices = tuple(sorted(set(values)))
    if len(choices) > FEW or (len(choices) > 2 and max(Counter(values).values()) == 1):
        long = sorted(choices, key=len)
        some = ", ".join(f"`{choice}`" for choice in (long[0], long[len(long) // 2], long[-1]))
        raise ProposeError(
            f"`{shown(look)}`: one place in this line had {len(choices)} texts in {len(values)} runs: {some} …; "
            "only a number, a time or an address in one format, or one of a few texts can be annotated"
        )
    return Variable(TYPES["text"].name, "text", value, choices=choices)


def _bounded(variable: Variable, values: Sequence[str], closed: bool) -> Variable:
    """Return the variable with the bounds that its values suggest."""
    seen = Counter(number for number in map(variable.read, values) if isinstance(number, int | float))
    if not seen:
        return variable
    if closed and variable.type == "int" and len(seen) <= FEW and min(seen.values()) >= OFTEN:
        return among(variable, values)
    return replace(variable, low="0") if min(seen) >= 0 else variable


def likely(own: Sequence[str], every: Sequence[str]) -> list[str]:
    """Return those of `every` value, in all lines that are alike, that may come in one: its `own`, and rare ones.

    A value that should have come here `EXPECTED` times or more, if the lines were the same, and never did, is left out.
    """
    times = Counter(every)
    return [one for one in every if one in own or times[one] * len(own) < EXPECTED * len(every)]


def among(variable: Variable, values: Iterable[str]) -> Variable:
    """Return the variable limited to a few values: by bounds if they are consecutive integers, or as choices."""
    worths = {variable.bare(value): variable.worth(value) for value in values}
    if variable.type == "int":
        numbers = sorted({worth for worth in worths.values() if isinstance(worth, int)})
        if numbers[-1] - numbers[0] < len(numbers):  # they are consecutive
            return replace(variable, low=str(numbers[0]), high=str(numbers[-1]))
    return replace(variable, low="", choices=tuple(sorted(worths, key=lambda text: (worths[text], text))))


def numbered(word: str, used: Counter[str]) -> str:
    """Return `word`, with a number if it was used before."""
    used[word] += 1
    return f"{word}{used[word]}" if used[word] > 1 else word
