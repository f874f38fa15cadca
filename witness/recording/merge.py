"""Which line of a result file each printed line is where the file does not allow them; new ones get their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from witness.language import Line, Part, Printed, Reference, Result, Terminal, Text, Variable
from witness.recording.proposal.looks import NUMBER

ALIKE = 0.6
"""From which similarity on (`difflib`, 0 to 1) a new line is taken for an old one reworded."""


def merge(result: Result, terminal: Terminal, printed: Sequence[Printed], notes: list[str]) -> list[Line]:
    """The lines of a terminal that print `printed`, made from its old ones; what was given up goes to the notes."""
    looks = {line: result.look(line) for line in terminal.lines}
    matched = _matched(terminal.lines, [text for text, _ in printed], looks)
    left = [line for line in terminal.lines if line not in matched.values()]
    values: dict[str, str] = {}
    actors: dict[int | None, set[str | None]] = {}
    for index, line in matched.items():
        text, writer = printed[index]
        match = looks[line].fullmatch(text)
        assert match
        for part, value in zip(line.varying, match.groups(), strict=True):
            if isinstance(part, Variable | Reference):
                values.setdefault(part.name, value)
        actors.setdefault(writer, set()).add(line.actor)
    merged: list[Line] = []
    for index, (text, writer) in enumerate(printed):
        if index in matched:
            merged.append(matched[index])
            continue
        likeness = {line: SequenceMatcher(None, result.text(line), text, autojunk=False).ratio() for line in left}
        old = max(left, key=likeness.__getitem__, default=None)
        if old and likeness[old] >= ALIKE:
            left.remove(old)
            line = replace(old, parts=_annotate(result, text, old, values))
            kept = {getattr(part, "name", part) for part in line.varying}
            lost = [str(part) for part in old.varying if getattr(part, "name", part) not in kept]
            notes.append(f"line {old.number} reworded: `{text}`" + (f"; dropped {', '.join(lost)}" if lost else ""))
        else:
            known = {actor for actor in actors.get(writer, ()) if actor}
            laned = merged and merged[-1].actor
            actor = next(iter(known)) if laned and len(known) == 1 else None
            line = Line(0, actor, None, (), _annotate(result, text, None, values))
            notes.append(f"a new line: `{text}`")
        merged.append(line)
    notes += [f"line {line.number} is gone: `{line}`" for line in left]
    return _fit(result, merged, notes)


def _matched(lines: Sequence[Line], texts: Sequence[str], looks: Mapping[Line, re.Pattern[str]]) -> dict[int, Line]:
    """By the index of a text, the line that it looks like: as many as can be in their order, then any that are left."""
    matched = dict(_common(lines, texts, looks))
    left = [line for line in lines if line not in matched.values()]
    for index, text in enumerate(texts):
        if index not in matched and (line := next((line for line in left if looks[line].fullmatch(text)), None)):
            matched[index] = line
            left.remove(line)
    return matched


def _common(
    lines: Sequence[Line], texts: Sequence[str], looks: Mapping[Line, re.Pattern[str]]
) -> Iterable[tuple[int, Line]]:
    """A longest common subsequence: (index of a text, the line that it looks like)."""
    length = [[0] * (len(texts) + 1) for _ in range(len(lines) + 1)]
    alike = [[looks[line].fullmatch(text) is not None for text in texts] for line in lines]
    for row in reversed(range(len(lines))):
        for column in reversed(range(len(texts))):
            length[row][column] = (
                1 + length[row + 1][column + 1]
                if alike[row][column]
                else max(length[row + 1][column], length[row][column + 1])
            )
    row = column = 0
    while row < len(lines) and column < len(texts):
        if alike[row][column]:
            yield column, lines[row]
            row, column = row + 1, column + 1
        elif length[row + 1][column] >= length[row][column + 1]:
            row += 1
        else:
            column += 1


def _annotate(result: Result, text: str, old: Line | None, values: Mapping[str, str]) -> tuple[Part, ...]:
    """`text` in parts: its numbers are the values they repeat, or the variables of the line that it replaces."""
    names = [part.name for part in old.mentions] if old else []
    parts: list[Part] = []
    end = 0
    for number in NUMBER.finditer(text):
        repeated = [name for name in (*names, *values) if values.get(name) == number[0]]
        repeated = [name for name in repeated if name in names or result.variables[name].is_process]
        fresh = [name for name in names if name not in values and re.fullmatch(result.variables[name].regex, number[0])]
        name = next(iter(repeated + fresh), None)
        if name is None:
            continue
        if name in names:
            names.remove(name)
        parts += [Text(text[end : number.start()])] if number.start() > end else []
        parts.append(Reference(name))
        end = number.end()
    return (*parts, Text(text[end:])) if text[end:] else tuple(parts)


def _fit(result: Result, lines: list[Line], notes: list[str]) -> list[Line]:
    """The lines without the actors and waits that no longer mean anything."""
    fitted: list[Line] = []
    for laned, group in groupby(lines, key=lambda line: line.actor is not None):
        region = list(group)
        if {line.actor for line in region} == {"main"}:
            region = [replace(line, actor=None) for line in region]
        for line in region:
            others = {other.label for other in region if laned and other.actor != line.actor}
            if lost := [label for label in line.after if label not in others]:
                notes.append(f"`{result.text(line)}` no longer waits for {', '.join(lost)}, which is not beside it")
            fitted.append(replace(line, after=tuple(label for label in line.after if label in others)))
    return fitted
