"""How lines look: what in them may vary, and what does, in many runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import reduce
from itertools import chain, takewhile
from operator import and_
from typing import NamedTuple

from witness.language import visible
from witness.language.types import UUID

HOLE = "\0"
"""It stands in a look, in place of what varies; no result file can hold it."""

CHINESE = r"\u3040-\u9fff"
"""The signs in which Chinese is written, and Japanese: for within brackets of an expression."""
_CLOCK = r"(?:[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]++| [AP]M)?+| [AP]M)|[0-9]{2}时[0-9]{2}分[0-9]{2}秒)"
_DATE = (
    "(?:[0-9]{4}年[0-9]{2}月[0-9]{2}日|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{2}/[0-9]{2}|[0-9]{2}/[0-9]{2}/(?:[0-9]{2}){1,2}+"
    "|(?:[A-Z][a-z]{2}, )?+[0-9]{2}(?:/[A-Z][a-z]{2}/|-[A-Z][a-z]{2}-| [A-Z][a-z]{2} )(?:[0-9]{2}){1,2}+)"
)
TIME = re.compile(
    rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ 0-9][0-9] {_CLOCK} [0-9]{{4}}|(?<![\w.:,-])(?:{_DATE}"
    rf"(?:[ T]{_CLOCK})?+|{_CLOCK})(?:(?=Z\b)|(?!\w|:[0-9]))"
)
NUMERAL = re.compile(
    rf"(?<![A-Za-z0-9_.])(?:(?<![{CHINESE}])[-+])?+"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+(?!\.[0-9]|[A-Za-z_]\w*[0-9])",
    re.ASCII,
)
"""A number in a line, its unit behind it (`0.5s`); digits in a word (`8f3c`, `v1.2.3`) are none.

`-` is no sign behind Chinese: `线程-1`.
"""
_DRAWN = rf"(?<![\w-])(?:{UUID}|(?=\w*[0-9])(?=\w*[a-f])[0-9a-f]{{8,}}+)(?![\w-])"
VALUE = re.compile(
    rf"{TIME.pattern}|(?<!\w)0x[0-9a-f]++|(?:ThreadPoolExecutor-[0-9]+|asyncio)_[0-9]++"
    rf"| *+(?!{TIME.pattern})(?:{_DRAWN}|{NUMERAL.pattern})",
    re.ASCII,
)
"""What may vary in a line: a time, an address, a pool's name for a thread; a UUID, many hexadecimal digits, or a
number, each with the blanks that pad it."""
_PHRASE = rf"\w[\w.'-]*+(?: (?!{_DRAWN})[^\W\d][\w.'-]*+)*+"
ANYTHING = re.compile(rf"{VALUE.pattern}|{_PHRASE}")
"""Words too."""
_HEAD = re.compile(r"\W*\w+")
BEHIND = re.compile(rf"{VALUE.pattern}|(?<!\A)(?<!\w){_PHRASE}")
"""Words too, but not the first one, which mostly says whose line it is."""

Masked = tuple[str, tuple[str, ...]]
"""A look, and what was printed in its holes."""


_Split = list[dict[int, tuple[str, ...]]]
"""For each run, the places of the lines of one form, and what is in the holes there."""


class Described(NamedTuple):
    """A printed line, masked; if it is not as `often` in all runs, also with its words masked."""

    often: bool
    masked: tuple[Masked, ...]

    @property
    def look(self) -> str:
        return self.masked[0][0]

    @property
    def values(self) -> tuple[str, ...]:
        return self.masked[0][1]


def outline(text: str) -> str:
    """What lines have in common that differ only in words and numbers."""
    return ANYTHING.sub(HOLE, text)


def filled(look: str, values: Sequence[str]) -> str:
    """A look with values in its holes."""
    left = iter(values)
    return re.sub(HOLE, lambda _: next(left), look)


def shown(look: str) -> str:
    """A look, for a person."""
    return visible(look.replace(HOLE, "…"))


def describe(runs: Sequence[Sequence[str]]) -> list[list[Described]]:
    """The printed lines of each run.

    First only times, addresses and numbers may vary; then words too, where that makes the lines as many in all runs:
    those behind the first one, if that does for all that are alike; then whatever is behind it; at last the first one
    too.
    """
    found: list[dict[int, Described]] = [{} for _ in runs]
    for level in VALUE, BEHIND, None, ANYTHING:
        left = [
            [place for place in range(len(run)) if place not in lines or not lines[place].often]
            for run, lines in zip(runs, found, strict=True)
        ]
        forms = _alike(level, runs, left) if level else _either(runs, left)
        uneven = {outline(form) for form, split in forms.items() if len(set(map(len, split))) > 1}
        for form, split in forms.items():
            if level is BEHIND and outline(form) in uneven:
                continue
            often = len(set(map(len, split))) == 1
            for lines, at, masked in zip(found, split, _masked(form, [[*at.values()] for at in split]), strict=True):
                for place, one in zip(at, masked, strict=True):
                    narrow = () if often or place not in lines else lines[place].masked
                    lines[place] = Described(often, (*narrow, one))
    return [[lines[place] for place in sorted(lines)] for lines in found]


def _alike(tokens: re.Pattern[str], runs: Sequence[Sequence[str]], left: Sequence[Sequence[int]]) -> dict[str, _Split]:
    """The lines at some places, by what they are without tokens."""
    forms: dict[str, _Split] = {}
    for index, places in enumerate(left):
        for place in places:
            text = runs[index][place]
            split = forms.setdefault(tokens.sub(HOLE, text), [{} for _ in runs])
            split[index][place] = tuple(tokens.findall(text))
    return forms


def _either(runs: Sequence[Sequence[str]], left: Sequence[Sequence[int]]) -> dict[str, _Split]:
    """The lines at some places that begin with the same word, as often in all runs: where they differ is one hole."""
    groups: dict[str, list[list[int]]] = {}
    for index, places in enumerate(left):
        for place in places:
            head = _HEAD.match(VALUE.sub(HOLE, runs[index][place]))
            groups.setdefault(head[0] if head else "", [[] for _ in runs])[index].append(place)
    forms: dict[str, _Split] = {}
    for begin, group in groups.items():
        masked = [VALUE.sub(HOLE, runs[index][place]) for index, places in enumerate(group) for place in places]
        if not begin or len(set(map(len, group))) > 1:
            continue
        before, after = _ends(masked)
        form = before + HOLE + after
        for index, places in enumerate(group):
            for place in places:
                text = runs[index][place]
                values = VALUE.findall(text)
                first, last = values[: before.count(HOLE)], values[len(values) - after.count(HOLE) :]
                middle = text[len(filled(before, first)) : len(text) - len(filled(after, last))]
                forms.setdefault(form, [{} for _ in runs])[index][place] = (*first, middle, *last)
    return forms


def _ends(texts: Sequence[str]) -> tuple[str, str]:
    """With what all the texts begin and end, in whole words, so that something is left of each."""
    before = re.sub(r"[\w\0]+\Z", "", texts[0][: shared(texts)])
    rest = [text[len(before) :] for text in texts]
    after = re.sub(r"\A[\w\0]+", "", rest[0][len(rest[0]) - shared([text[::-1] for text in rest]) :])
    if any(len(text) == len(after) for text in rest):
        return before[:-1], after[1:]
    return before, after


def shared(rows: Sequence[Sequence[str]]) -> int:
    """How many characters the words, or the characters, have with which all rows begin."""
    same = takewhile(lambda words: len(set(words)) == 1, zip(*rows, strict=False))
    return sum(len(words[0]) for words in same)


def _masked(form: str, runs: Sequence[Sequence[tuple[str, ...]]]) -> list[list[Masked]]:
    """The lines of one form, by what is in the holes in each run, masked.

    What tells lines apart does not vary: the same tokens are in all runs, be it in another order. A line that is in all
    runs as it is does not vary at all, if the others of its form then always stand at the same places.
    """
    even = len(set(map(len, runs))) == 1
    common: Counter[Hashable] = reduce(and_, map(Counter, runs))
    whole = [_common(run, common) for run in runs]
    if not even or len(set(map(tuple, whole))) > 1:
        whole = [[False] * len(run) for run in runs]
    rest = [[one for one, fixed in zip(run, at, strict=True) if not fixed] for run, at in zip(runs, whole, strict=True)]
    slots = range(form.count(HOLE))
    most = sorted(slots, key=lambda slot: -len({values[slot] for values in chain(*runs)}))
    telling = _telling(rest, most, even)
    holes = [slot for slot in slots if slot not in telling]
    varied = [{values[slot] for values in chain(*rest)} for slot in holes]
    if holes and all(values[slot] in at for values in chain(*runs) for slot, at in zip(holes, varied, strict=True)):
        whole = [[False] * len(run) for run in runs]  # the values of the others are theirs too
        telling = _telling(runs, most, even)

    def mask(values: tuple[str, ...], fixed: bool) -> Masked:
        if fixed:
            return filled(form, values), ()
        look = filled(form, [value if slot in telling else HOLE for slot, value in enumerate(values)])
        return look, tuple(value for slot, value in enumerate(values) if slot not in telling)

    return [[mask(*line) for line in zip(run, at, strict=True)] for run, at in zip(runs, whole, strict=True)]


def _telling(runs: Sequence[Sequence[tuple[str, ...]]], slots: Sequence[int], even: bool) -> list[int]:
    """Those of the slots, the first ones first, that tell lines apart: together, the same values are in all runs."""
    telling: list[int] = []
    once = sum(map(bool, runs)) == 1  # of one run nobody knows what varies
    for slot in () if once else slots:
        trial = [*telling, slot]
        parts = [[tuple(values[at] for at in trial) for values in run] for run in runs]
        if len({tuple(sorted(run) if even else sorted(set(run))) for run in parts if run}) == 1:
            telling = trial
    return telling


def _common(lines: Sequence[Hashable], common: Counter[Hashable]) -> list[bool]:
    """Which of the lines are the common ones, the first of equal ones first."""
    found = []
    taken = Counter[Hashable]()
    for line in lines:
        taken[line] += 1
        found.append(taken[line] <= common[line])
    return found
