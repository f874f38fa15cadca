"""The looks of lines: what in a line may vary, and what does vary from run to run."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, count, takewhile
from operator import not_
from typing import TypeVar

from witness.language import visible
from witness.language.formats import CHINESE
from witness.language.types import DRAWN, TYPES

HOLE = "\0"
"""Stands in a look for a value that varies; no result file can hold this character."""

FEW = 12
"""The most texts or numbers that are listed as choices, or bounded."""

_POOLED = r"(?<![\w-])[A-Za-z][\w-]*_[0-9]++(?!\w)"
"""The name that a pool gives to a thread: that of the pool, or `thread_name_prefix`, and a number."""
VALUE = re.compile("|".join([_POOLED, *(type.found for type in TYPES.values() if type.found)]), re.ASCII)
"""A value that may vary, with the blanks that pad it."""
_REST = rf"(?:(?!(?<=[{CHINESE}])[0-9])[\w.'-])*+"  # of a word; digits behind Chinese are a number
_PHRASE = rf"\w{_REST}(?: (?!{DRAWN})[^\W\d]{_REST})*+"
ANYTHING = re.compile(rf"{VALUE.pattern}|{_PHRASE}")
"""Such a value, or words."""
_HEAD = re.compile(r"\W*\w+")
BEHIND = re.compile(rf"{VALUE.pattern}|(?<!\A)(?<!\w){_PHRASE}")
"""The same, but not the first word of a line, which mostly says whose line it is."""

_PIECE = rf"(?:(?![{CHINESE}])[\w\0-])+"
"""A piece of a word. Chinese has no blanks between words, so that each character may be one."""

Mask = tuple[str, tuple[str, ...]]
"""A look, and the values in its holes."""


@dataclass(eq=False)
class Spot:
    """A line as it was printed at a `place` of a run, by the process `writer`.

    `thread` is the printer's thread or task in a traced run, "" if the line was typed, and None in other runs. `masks`
    are looks of the line, each with the values in its holes. The first is the one in use; the others, of a line that is
    not equally `often` in all runs, hide words, too. `key` identifies the line in all runs (see `alike`).
    """

    run: int
    place: int
    text: str
    writer: str
    thread: str | None
    masks: list[Mask] = field(default_factory=list)
    often: bool = False
    key: tuple[Hashable, str, int] = (None, "", 0)

    @property
    def look(self) -> str:
        return self.masks[0][0]

    @property
    def values(self) -> tuple[str, ...]:
        return self.masks[0][1]

    @property
    def printer(self) -> Hashable:
        """The process that wrote it, together with the thread if that is known."""
        return self.writer, self.thread


Thing = TypeVar("Thing")
Runs = Sequence[Sequence[Spot]]
_Lines = list[tuple[Spot, tuple[str, ...]]]
_Forms = dict[str, _Lines]
"""The lines of each form, a text with holes, each with the values of its holes."""


def outline(text: str) -> str:
    """Return the text without its words and numbers."""
    return ANYTHING.sub(HOLE, text)


def filled(look: str, values: Sequence[str]) -> str:
    """Return the look with these values in its holes."""
    left = iter(values)
    return re.sub(HOLE, lambda _: next(left), look)


def put(look: str, slot: int, text: str) -> str:
    """Return the look with this text in one of its holes."""
    texts = look.split(HOLE)
    return HOLE.join(texts[: slot + 1]) + text + HOLE.join(texts[slot + 1 :])


def shown(look: str) -> str:
    """Return the look in a readable form, for messages."""
    return visible(look.replace(HOLE, "…"))


def equally_often(lines: Iterable[Spot], runs: int) -> bool:
    """Return whether each of so many runs has the same number of the lines."""
    times = Counter(line.run for line in lines)
    return len({times[run] for run in range(runs)}) == 1


def describe(runs: Runs) -> None:
    """Give the printed lines of all runs their masks.

    First only times, addresses and numbers are masked. Lines that are then not equally often in all runs have words
    masked as well, each time for those that are left: the words behind the first one, if that settles all lines that
    are alike; then anything behind the first word; then the first word, too.
    """
    for level in VALUE, BEHIND, None, ANYTHING:
        left = [line for line in chain(*runs) if not line.often]
        every = _alike(level, left) if level else _either(left, len(runs))
        forms = {own: by for form, lines in every.items() for own, by in _by_thread(form, lines, len(runs)).items()}
        often = {form: equally_often((line for line, _ in lines), len(runs)) for form, lines in forms.items()}
        unsettled = {outline(form) for form in forms if not often[form]}
        for form, lines in forms.items():
            if level is BEHIND and outline(form) in unsettled:
                continue
            split = [[pair for pair in lines if pair[0].run == run] for run in range(len(runs))]
            masked = _masked(form, [[values for _, values in pairs] for pairs in split])
            for (line, _), mask in zip(chain(*split), chain(*masked), strict=True):
                line.often, line.masks = often[form], [*([] if often[form] else line.masks), mask]


def _alike(tokens: re.Pattern[str], lines: Iterable[Spot]) -> _Forms:
    """Group the lines by their forms: the text with holes in place of tokens."""
    forms: _Forms = defaultdict(list)
    for line in lines:
        forms[tokens.sub(HOLE, line.text)].append((line, tuple(tokens.findall(line.text))))
    return forms


def _by_thread(form: str, lines: _Lines, runs: int) -> _Forms:
    """Return the form with its lines, or if they are not equally often and a value tells the thread, one by value."""
    for slot in () if equally_often((line for line, _ in lines), runs) else range(form.count(HOLE)):
        told = [(values[slot], line.thread) for line, values in lines if line.thread is not None]
        if len({*told}) > 1 and one_to_one(*zip(*told, strict=True)):
            forms: _Forms = defaultdict(list)
            for line, values in lines:
                forms[put(form, slot, values[slot])].append((line, values[:slot] + values[slot + 1 :]))
            return forms
    return {form: lines}


def _either(lines: Iterable[Spot], runs: int) -> _Forms:
    """Group the lines by their first words, if equally often in all runs; the rest is one hole.

    If each run has just one of the others, and they are a few texts of different words, these are one group as well:
    `ok: 42` or `gave up`.
    """
    groups: dict[str, list[Spot]] = defaultdict(list)
    for line in lines:
        head = _HEAD.match(VALUE.sub(HOLE, line.text))
        groups[head[0] if head else ""].append(line)
    even = [group for begin, group in groups.items() if begin and equally_often(group, runs)]
    others = [line for group in groups.values() if group not in even for line in group]
    texts = Counter(line.text for line in others)
    words = {frozenset(ANYTHING.findall(text)) for text in texts}
    if len(others) == runs and equally_often(others, runs) and 1 < len(words) <= FEW and min(texts.values()) > 1:
        even.append(others)
    forms: _Forms = defaultdict(list)
    for group in even:
        before, after = ends([VALUE.sub(HOLE, line.text) for line in group])
        for line in group:
            values = VALUE.findall(line.text)
            first, last = values[: before.count(HOLE)], values[len(values) - after.count(HOLE) :]
            middle = line.text[len(filled(before, first)) : len(line.text) - len(filled(after, last))]
            forms[before + HOLE + after].append((line, (*first, middle, *last)))
    return forms


def ends(texts: Sequence[str]) -> tuple[str, str]:
    """Return the whole words with which all texts begin, and end, leaving something of each text."""
    before = re.sub(rf"{_PIECE}\Z", "", shared(texts))
    rest = [text[len(before) :] for text in texts]
    after = re.sub(rf"\A{_PIECE}", "", shared([text[::-1] for text in rest])[::-1])
    if any(len(text) == len(after) for text in rest):
        return before[:-1], after[1:]
    return before, after


def shared(texts: Iterable[str]) -> str:
    """Return the characters with which all texts begin."""
    same = takewhile(lambda characters: len({*characters}) == 1, zip(*texts, strict=False))
    return "".join(characters[0] for characters in same)


def _masked(form: str, runs: Sequence[Sequence[tuple[str, ...]]]) -> list[list[Mask]]:
    """Mask the lines of one form; `runs` has the values of its holes, line by line, for each run.

    A hole is kept as text if it tells lines apart: the same values are in all runs, in any order. A whole line that all
    runs have is kept as well, if the other lines of the form then stand at the same places in each run.
    """
    even = len(set(map(len, runs))) == 1
    copies = [counted(run) for run in runs]
    common = set(copies[0]).intersection(*copies)
    slots = range(form.count(HOLE))
    most = sorted(slots, key=lambda slot: -len({values[slot] for values in chain(*runs)}))
    for whole in [[copy in common for copy in run] for run in copies], [[False] * len(run) for run in runs]:
        rest = [[*compress(run, map(not_, at))] for run, at in zip(runs, whole, strict=True)]
        telling = _telling(rest, most, even)
        varied = {slot: {values[slot] for values in chain(*rest)} for slot in slots if slot not in telling}
        # Lines are kept as they are only if their values do not vary in the other lines as well.
        apart = any(values[slot] not in at for values in chain(*runs) for slot, at in varied.items())
        if apart and len(set(map(tuple, whole))) == 1:
            break

    def mask(values: tuple[str, ...], fixed: bool) -> Mask:
        kept = slots if fixed else telling
        look = filled(form, [value if slot in kept else HOLE for slot, value in enumerate(values)])
        return look, tuple(value for slot, value in enumerate(values) if slot not in kept)

    return [[mask(*line) for line in zip(run, at, strict=True)] for run, at in zip(runs, whole, strict=True)]


def _telling(runs: Sequence[Sequence[tuple[str, ...]]], slots: Sequence[int], even: bool) -> list[int]:
    """Return the slots, tried in this order, that tell lines apart: their values together are the same in all runs."""
    telling: list[int] = []
    once = sum(map(bool, runs)) == 1  # from one run alone, nobody knows what varies
    for slot in () if once else slots:
        trial = [*telling, slot]
        parts = [[tuple(values[at] for at in trial) for values in run] for run in runs]
        if len({tuple(sorted(run if even else {*run})) for run in parts if run}) == 1:
            telling = trial
    return telling


def one_to_one(some: Sequence[object], others: Sequence[object]) -> bool:
    """Return whether each of `some` is always beside the same one of `others`, and that one beside no other."""
    return len({*some}) == len({*others}) == len({*zip(some, others, strict=True)})


def counted(things: Iterable[Thing]) -> list[tuple[Thing, int]]:
    """Return each thing with the number of times that it has come by then."""
    times: dict[Thing, Iterator[int]] = defaultdict(lambda: count(1))
    return [(thing, next(times[thing])) for thing in things]
