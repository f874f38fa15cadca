"""The looks of lines: what in a line may vary, and what does vary from run to run."""

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
"""Stands in a look for a value that varies; no result file can hold this character."""

CHINESE = r"\u3040-\u9fff"
"""The characters of Chinese and Japanese, for a regular expression, within brackets."""
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
"""A number in a line, without its unit (`0.5s`); not the digits in a word (`8f3c`, `v1.2.3`).

After Chinese, `-` is no sign: `线程-1`.
"""
_DRAWN = rf"(?<![\w-])(?:{UUID}|(?=\w*[0-9])(?=\w*[a-f])[0-9a-f]{{8,}}+)(?![\w-])"
VALUE = re.compile(
    rf"{TIME.pattern}|(?<!\w)0x[0-9a-f]++|(?:ThreadPoolExecutor-[0-9]+|asyncio)_[0-9]++"
    rf"| *+(?!{TIME.pattern})(?:{_DRAWN}|{NUMERAL.pattern})",
    re.ASCII,
)
"""A value that may vary: a time, an address, the name that a pool gives to a thread; a UUID, many hexadecimal digits,
or a number, each with the blanks that pad it."""
_PHRASE = rf"\w[\w.'-]*+(?: (?!{_DRAWN})[^\W\d][\w.'-]*+)*+"
ANYTHING = re.compile(rf"{VALUE.pattern}|{_PHRASE}")
"""Such a value, or words."""
_HEAD = re.compile(r"\W*\w+")
BEHIND = re.compile(rf"{VALUE.pattern}|(?<!\A)(?<!\w){_PHRASE}")
"""The same, but not the first word of a line, which mostly says whose line it is."""

Masked = tuple[str, tuple[str, ...]]
"""A look, and the values in its holes."""


_Split = list[dict[int, tuple[str, ...]]]
"""For each run, the places of the lines of one form, and the values of its holes at each."""


class Described(NamedTuple):
    """A printed line, masked. If it is not equally `often` in all runs, it has further masks, which hide words, too."""

    often: bool
    masked: tuple[Masked, ...]

    @property
    def look(self) -> str:
        return self.masked[0][0]

    @property
    def values(self) -> tuple[str, ...]:
        return self.masked[0][1]


def outline(text: str) -> str:
    """Return the text without its words and numbers."""
    return ANYTHING.sub(HOLE, text)


def filled(look: str, values: Sequence[str]) -> str:
    """Return the look with these values in its holes."""
    left = iter(values)
    return re.sub(HOLE, lambda _: next(left), look)


def shown(look: str) -> str:
    """Return the look in a readable form, for messages."""
    return visible(look.replace(HOLE, "…"))


def describe(runs: Sequence[Sequence[str]]) -> list[list[Described]]:
    """Describe the printed lines of each run.

    First only times, addresses and numbers are masked. Lines that are then not equally often in all runs have words
    masked as well, each time for those that are left: the words behind the first one, if that settles all lines that
    are alike; then anything behind the first word; then the first word, too.
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
    """Group the lines at the places `left` in each run by their forms: the text with holes in place of tokens."""
    forms: dict[str, _Split] = {}
    for index, places in enumerate(left):
        for place in places:
            text = runs[index][place]
            split = forms.setdefault(tokens.sub(HOLE, text), [{} for _ in runs])
            split[index][place] = tuple(tokens.findall(text))
    return forms


def _either(runs: Sequence[Sequence[str]], left: Sequence[Sequence[int]]) -> dict[str, _Split]:
    """Group the lines at the places `left` by their first words, if equally often in all runs; the rest is one hole."""
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
    """Return the whole words with which all texts begin, and end, leaving something of each text."""
    before = re.sub(r"[\w\0]+\Z", "", texts[0][: shared(texts)])
    rest = [text[len(before) :] for text in texts]
    after = re.sub(r"\A[\w\0]+", "", rest[0][len(rest[0]) - shared([text[::-1] for text in rest]) :])
    if any(len(text) == len(after) for text in rest):
        return before[:-1], after[1:]
    return before, after


def shared(rows: Sequence[Sequence[str]]) -> int:
    """Return the length, in characters, of the words (or characters) with which all rows begin."""
    same = takewhile(lambda words: len(set(words)) == 1, zip(*rows, strict=False))
    return sum(len(words[0]) for words in same)


def _masked(form: str, runs: Sequence[Sequence[tuple[str, ...]]]) -> list[list[Masked]]:
    """Mask the lines of one form; `runs` has the values of its holes, line by line, for each run.

    A hole is kept as text if it tells lines apart: the same values are in all runs, in any order. A whole line that all
    runs have is kept as well, if the other lines of the form then stand at the same places in each run.
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
        whole = [[False] * len(run) for run in runs]  # their values also vary in the other lines
        telling = _telling(runs, most, even)

    def mask(values: tuple[str, ...], fixed: bool) -> Masked:
        if fixed:
            return filled(form, values), ()
        look = filled(form, [value if slot in telling else HOLE for slot, value in enumerate(values)])
        return look, tuple(value for slot, value in enumerate(values) if slot not in telling)

    return [[mask(*line) for line in zip(run, at, strict=True)] for run, at in zip(runs, whole, strict=True)]


def _telling(runs: Sequence[Sequence[tuple[str, ...]]], slots: Sequence[int], even: bool) -> list[int]:
    """Return the slots, tried in this order, that tell lines apart: their values together are the same in all runs."""
    telling: list[int] = []
    once = sum(map(bool, runs)) == 1  # from one run alone, nobody knows what varies
    for slot in () if once else slots:
        trial = [*telling, slot]
        parts = [[tuple(values[at] for at in trial) for values in run] for run in runs]
        if len({tuple(sorted(run) if even else sorted(set(run))) for run in parts if run}) == 1:
            telling = trial
    return telling


def _common(lines: Sequence[Hashable], common: Counter[Hashable]) -> list[bool]:
    """Return for each line whether it is among the common ones; of equal lines, the first are."""
    found = []
    taken = Counter[Hashable]()
    for line in lines:
        taken[line] += 1
        found.append(taken[line] <= common[line])
    return found
