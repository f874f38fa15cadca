"""How lines look: what in them may vary, and what does, in many runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from functools import reduce
from itertools import chain, count
from operator import and_
from typing import NamedTuple

from witness.language import visible

HOLE = "\0"
"""It stands in a look, in place of what varies; no result file can hold it."""

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]++)?+"
TIME = re.compile(
    rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ 0-9][0-9] {_CLOCK} [0-9]{{4}}|(?<![\w.:,-])(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
    rf"(?:[ T]{_CLOCK})?+|{_CLOCK})(?!\w|:[0-9])"
)
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\.[0-9]++)?+(?:e[-+]?[0-9]++)?+"
    r"(?!\.[0-9]|[A-Za-z_]\w*[0-9])",
    re.ASCII,
)
"""A number in a line, its unit behind it (`0.5s`); digits in a word (`8f3c`, `v1.2.3`) are none."""
VALUE = re.compile(
    rf"{TIME.pattern}|(?<!\w)0x[0-9a-f]++|(?:ThreadPoolExecutor-[0-9]+|asyncio)_[0-9]++"
    rf"| *+(?!{TIME.pattern}){NUMBER.pattern}",
    re.ASCII,
)
"""What may vary in a line: a time, an address, a pool's name for a thread, a number with the blanks that pad it."""
_PHRASE = r"\w[\w.'-]*+(?: [^\W\d][\w.'-]*+)*+"
ANYTHING = re.compile(rf"{VALUE.pattern}|{_PHRASE}")
"""Words too."""
BEHIND = re.compile(rf"(?<!\A)(?<!\w)(?:{ANYTHING.pattern})")
"""Words too, but not the first one, which mostly says whose line it is."""

Masked = tuple[str, tuple[str, ...]]
"""A look, and what was printed in its holes."""


class Described(NamedTuple):
    """A printed line, masked; if it is not as `often` in all runs, also with its words masked."""

    often: bool
    masked: tuple[Masked, ...]


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


def describe(runs: Sequence[Sequence[str]], loose: Collection[str] = ()) -> list[list[Described]]:
    """The printed lines of each run.

    First only times, addresses and numbers may vary; then words too, where that makes the lines as many in all runs:
    those behind the first one, if that does for all that are alike. A line that varies and is of a `loose` outline may
    not be as often in all runs, though it was.
    """
    found: list[dict[int, list[Masked]]] = [{} for _ in runs]
    even: set[tuple[int, int]] = set()
    for tokens in VALUE, BEHIND, ANYTHING:
        forms: dict[str, list[list[int]]] = {}
        for index, run in enumerate(runs):
            for place, text in enumerate(run):
                if (index, place) not in even:
                    forms.setdefault(tokens.sub(HOLE, text), [[] for _ in runs])[index].append(place)
        uneven = {outline(form) for form, places in forms.items() if len(set(map(len, places))) > 1}
        for form, places in forms.items():
            if tokens is BEHIND and outline(form) in uneven:
                continue
            masked = _masked(tokens, [[run[place] for place in at] for run, at in zip(runs, places, strict=True)])
            as_often = len(set(map(len, places))) == 1
            if outline(form) in loose and any(values for _, values in chain(*masked)):
                as_often = False
            for index, at in enumerate(places):
                for place, one in zip(at, masked[index], strict=True):
                    if as_often:
                        found[index][place] = [one]
                        even.add((index, place))
                    else:
                        found[index].setdefault(place, []).append(one)
    return [
        [Described((index, place) in even, tuple(found[index][place])) for place in range(len(run))]
        for index, run in enumerate(runs)
    ]


def _masked(tokens: re.Pattern[str], runs: Sequence[Sequence[str]]) -> list[list[Masked]]:
    """The lines of one form, masked.

    What tells lines apart does not vary: the same tokens are in all runs, be it in another order. A line that is in all
    runs as it is does not vary at all, if the others of its form then always stand at the same places.
    """
    seen = [[tuple(tokens.findall(text)) for text in run] for run in runs]
    even = len(set(map(len, runs))) == 1
    whole = [_common(run, reduce(and_, map(Counter, seen))) for run in seen]
    if not even or len(set(map(tuple, whole))) > 1:
        whole = [[False] * len(run) for run in runs]
    rest = [[one for one, fixed in zip(run, at, strict=True) if not fixed] for run, at in zip(seen, whole, strict=True)]
    slots = range(len(next(chain(*seen))))
    most = sorted(slots, key=lambda slot: -len({values[slot] for values in chain(*seen)}))
    telling = _telling(rest, most, even)
    holes = [slot for slot in slots if slot not in telling]
    varied = [{values[slot] for values in chain(*rest)} for slot in holes]
    if holes and all(values[slot] in at for values in chain(*seen) for slot, at in zip(holes, varied, strict=True)):
        whole = [[False] * len(run) for run in runs]  # the values of the others are theirs too
        telling = _telling(seen, most, even)

    def mask(text: str, fixed: bool) -> Masked:
        if fixed:
            return text, ()
        places = count()
        look = tokens.sub(lambda token: token[0] if next(places) in telling else HOLE, text)
        return look, tuple(value for slot, value in enumerate(tokens.findall(text)) if slot not in telling)

    return [[mask(*line) for line in zip(run, at, strict=True)] for run, at in zip(runs, whole, strict=True)]


def _telling(runs: Sequence[Sequence[tuple[str, ...]]], slots: Sequence[int], even: bool) -> list[int]:
    """Those of the slots, the first ones first, that tell lines apart: together, the same values are in all runs."""
    telling: list[int] = []
    for slot in slots:
        trial = [*telling, slot]
        parts = [[tuple(values[at] for at in trial) for values in run] for run in runs]
        if len({tuple(sorted(run) if even else sorted(set(run))) for run in parts if even or run}) == 1:
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
