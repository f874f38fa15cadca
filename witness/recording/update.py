"""Write a result file from a run: what the run printed, with the annotations that the file already has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain, count, groupby

from witness.language import (
    Computed,
    Line,
    Part,
    Printed,
    Reference,
    Result,
    ResultError,
    Run,
    Shuffled,
    Terminal,
    Text,
    Variable,
    Verdict,
    decide,
    grammar,
    parse,
    recorded,
)
from witness.language.formats import NUMERAL
from witness.language.lines import taken
from witness.language.parts import joined

ALIKE = 0.6
"""From this similarity on (`difflib`, 0 to 1), a new line is taken for an old one reworded."""


@dataclass(frozen=True)
class Change:
    """The new text of a result file, and notes for a person on how it came about."""

    text: str
    notes: tuple[str, ...]


def new(result: Result, run: Run) -> Change:
    """Return the result file for a program that had none: its output to the letter. `result` has the command."""
    (output,) = run.outputs
    said = f"new: {len(output.lines)} lines exactly as printed; annotate what varies"
    return Change(_to_the_letter(result, run), (said,))


def _to_the_letter(result: Result, run: Run) -> str:
    lines = [[Line(0, joined([Text(text)])) for text, _ in output.lines] for output in run.outputs]
    text = _compose(result, lines, {}, run)
    parse(text, result.path)
    return text


def refresh(result: Result, run: Run, verdict: Verdict | None = None) -> Change:
    """Return the result file with the order and values of `run`, which must be legal and have every line of the file.

    `verdict` may be given by a caller that knows better which line of the file each printed line is, among lines alike.
    """
    verdict = verdict or decide(result, run)
    order = iter(verdict.order)
    used = {part.name for line in result.lines if not line.times for part in line.mentions}
    lines = [[_printed(next(order), text, used) for text, _ in output.lines] for output in run.outputs]
    text = _compose(result, lines, verdict.values, run)
    return Change(text, ("the printed run was not the recorded one; a new run replaced it",))


def _printed(line: Line, text: str, used: set[str]) -> Line:
    """Return `line` as it was printed: shuffled members in their new order, variables of a repeated line renamed.

    Each copy of a line with `times` gets variables of its own, `n`, `n2`, …; only the first keeps the label. `used` are
    the names that are taken, and ``as LABEL`` for each label; new ones are added.
    """
    values = iter([value for _, value in line.read(text) or ()])

    def anew(part: Part) -> Part:
        value = "" if isinstance(part, Text) else next(values)
        if isinstance(part, Shuffled):
            return Shuffled(grammar.members(value))
        if not line.times or not isinstance(part, Variable):
            return part
        numbered = (f"{part.name}{number}" for number in count(2))
        name = next(name for name in chain([part.name], numbered) if name not in used)
        used.add(name)
        return replace(part, name=name, value=value)

    label = None if f"as {line.label}" in used else line.label
    used.add(f"as {line.label}")
    return replace(line, label=label, parts=tuple(map(anew, line.parts)))


def update(result: Result, run: Run) -> Change:
    """Return the result file with the lines of `run`, which is not legal by it.

    A line that the file already has keeps its annotations and recorded values. A new line is taken to the letter, but a
    reworded one keeps its variables, and a process number that is repeated refers to its variable. The notes say what
    was given up.
    """
    notes: list[str] = []
    pairs = zip(result.terminals, run.outputs, strict=True)
    merged = [_merged(result, terminal, output.lines, notes) for terminal, output in pairs]
    terminals = [_fit(result, merged, index, notes) for index in range(len(merged))]
    named = {part.name for lines in terminals for line in lines for part in line.mentions}
    notes += [
        f"dropped {variable}: its line is gone" for variable in result.variables.values() if variable.name not in named
    ]
    text = _compose(result, terminals, result.values, run)
    try:
        anew = parse(text, result.path)
    except ResultError as error:
        if len(result.terminals) > 1:  # they need the labels after whose lines they are opened: leave it to a person
            return Change(str(result), (f"line {error.line} must be edited by hand:\n{error.message}",))
        said = f"all annotations dropped, as they no longer fit together ({error.message}); annotate it again"
        return Change(_to_the_letter(result, run), (said,))
    verdict = decide(anew, run)
    if not verdict.legal:
        notes.append(f"line {verdict.line} must be edited by hand:\n{verdict.reason}")
    elif _counts(result, terminals) or not decide(anew, recorded(anew)).legal:
        text = refresh(anew, run).text
    return Change(text, ("recorded anew", *notes))


def _merged(result: Result, terminal: Terminal, printed: Sequence[Printed], notes: list[str]) -> list[Line]:
    """Return the lines for what a terminal `printed`, made from its old ones; `notes` gets what was given up."""
    known = _matched(terminal.lines, [text for text, _ in printed])
    left = [line for line in terminal.lines if line not in known.values()]
    values: dict[str, str] = {}
    actors: dict[int | None, set[str | None]] = {}
    for index, line in known.items():
        text, writer = printed[index]
        actors.setdefault(writer, set()).add(line.actor)
        for part, value in line.read(text) or ():
            if isinstance(part, Variable | Reference):
                values.setdefault(part.name, value)
    merged: list[Line] = []
    for index, (text, writer) in enumerate(printed):
        if index in known:
            line = known[index]
        elif old := _likest(result, left, text):
            left.remove(old)
            line = replace(old, parts=_annotate(result, text, old, values))
            kept = {getattr(part, "name", part) for part in line.varying}
            lost = [str(part) for part in old.varying if getattr(part, "name", part) not in kept]
            notes.append(f"line {old.number} reworded: `{text}`" + (f"; dropped {', '.join(lost)}" if lost else ""))
        else:
            names = {actor for actor in actors.get(writer, ()) if actor}
            laned = merged and merged[-1].actor and len(names) == 1
            line = Line(0, _annotate(result, text, None, values), min(names) if laned else None)
            notes.append(f"new line: `{text}`")
        merged.append(line)
    notes += [f"line {line.number} is gone: `{line}`" for line in left]
    return merged


def _likest(result: Result, lines: Sequence[Line], text: str) -> Line | None:
    """Return the line that `text` is likely a new wording of, or None."""
    likeness = {line: SequenceMatcher(None, result.text(line), text, autojunk=False).ratio() for line in lines}
    return max((line for line in lines if likeness[line] >= ALIKE), key=likeness.__getitem__, default=None)


def _matched(lines: Sequence[Line], texts: Sequence[str]) -> dict[int, Line]:
    """Map the index of each text to the line that it matches: first those that come in order, then any left over."""
    looks = [line.pattern for line in lines]
    seen = [next((look for look in dict.fromkeys(looks) if look.fullmatch(text)), None) for text in texts]
    blocks = SequenceMatcher(None, looks, seen, autojunk=False).get_matching_blocks()
    matched = {block.b + index: lines[block.a + index] for block in blocks for index in range(block.size)}
    left = [line for line in lines if line not in matched.values()]
    for index, text in enumerate(texts):
        if index not in matched and (line := taken(text, left)):
            matched[index] = line
    return matched


def _annotate(result: Result, text: str, old: Line | None, values: Mapping[str, str]) -> tuple[Part, ...]:
    """Return `text` as parts: a number becomes the variable whose value it repeats, or one of the old line."""
    names = [part.name for part in old.mentions] if old else []
    parts: list[Part] = []
    end = 0
    for number in NUMERAL.finditer(text):
        repeated = [name for name in (*names, *values) if values.get(name) == number[0]]
        repeated = [name for name in repeated if name in names or result.variables[name].is_process]
        fresh = [name for name in names if name not in values and re.fullmatch(result.variables[name].regex, number[0])]
        name = next(iter(repeated + fresh), None)
        if name is None:
            continue
        if name in names:
            names.remove(name)
        parts += [Text(text[end : number.start()]), Reference(result.variables[name])]
        end = number.end()
    return joined([*parts, Text(text[end:])])


def _fit(result: Result, terminals: Sequence[Sequence[Line]], index: int, notes: list[str]) -> list[Line]:
    """Return the lines of the terminal at `index` without actors and waits that no longer mean anything.

    `notes` gets the waits that were lost.
    """
    fitted: list[Line] = []
    elsewhere = {line.label for lines in (*terminals[:index], *terminals[index + 1 :]) for line in lines}
    for laned, group in groupby(terminals[index], key=lambda line: line.actor is not None):
        region = list(group)
        alone = {line.actor for line in region} == {"main"}
        for line in region:
            others = elsewhere | {other.label for other in region if laned and other.actor != line.actor}
            if lost := [label for label in line.after if label not in others]:
                notes.append(
                    f"`{result.text(line)}` no longer waits for {', '.join(lost)}: no line beside it is so labelled"
                )
            after = tuple(label for label in line.after if label in others)
            fitted.append(replace(line, actor=None if alone else line.actor, after=after))
    return fitted


def _counts(result: Result, terminals: Iterable[Iterable[Line]]) -> bool:
    """Return whether a new line has digits in its text, which may be of this run, unlike the old values beside it."""
    unknown = {line for lines in terminals for line in lines} - set(result.lines)
    texts = [part.text for line in unknown for part in line.parts if isinstance(part, Text)]
    return any(char.isdigit() for text in texts for char in text)


def _compose(result: Result, terminals: Sequence[Sequence[Line]], values: Mapping[str, str], run: Run) -> str:
    """Return the text of a file with these lines of `run`; each variable is defined where it now comes first."""
    defined: dict[str, Variable] = {}

    def define(part: Part) -> Part:
        if not isinstance(part, Variable | Reference):
            return part
        variable, first = result.variables[part.name], defined.get(part.name)
        if first:  # maybe by what was a reference, which has no padding
            padded = isinstance(part, Variable) and first.format != variable.format
            return Computed(part.name, variable.format) if padded else Reference(variable)
        variable = variable.again if isinstance(part, Reference) else variable
        defined[part.name] = variable.with_value(values.get(part.name))
        return defined[part.name]

    composed = []
    for terminal, lines, output in zip(result.terminals, terminals, run.outputs, strict=True):
        parts = [line if line.times else replace(line, parts=tuple(map(define, line.parts))) for line in lines]
        composed.append(str(replace(terminal, lines=tuple(parts), exit=output.exit, newline=output.newline)))
    return "".join(composed)
