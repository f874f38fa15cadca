"""Write a result file from a run: what the run printed, with the annotations that the file already has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from witness.language import (
    Computed,
    Line,
    Part,
    Reference,
    Result,
    ResultError,
    Run,
    Shuffled,
    Terminal,
    Text,
    Variable,
    decide,
    literal,
    parse,
    recorded,
)
from witness.recording.merge import merge


@dataclass(frozen=True)
class Change:
    """The new text of a result file, and what a person should know of how it came about."""

    text: str
    notes: tuple[str, ...]


def new(path: Path, program: str, run: Run) -> Change:
    """The result file at `path` for a program that had none: its output to the letter."""
    (output,) = run.outputs
    lines = tuple(literal(0, text) for text, _ in output.lines)
    text = str(Terminal(1, program, None, lines, output.exit, newline=output.newline))
    parse(text, path)
    return Change(text, (f"new: {len(lines)} lines to the letter; annotate what varies",))


def refresh(result: Result, run: Run) -> Change:
    """The result file with the order and the values of `run`, which is legal by it and `complete`."""
    verdict = decide(result, run)
    taken = iter(verdict.order)
    used = {part.name for line in result.lines if not line.times for part in line.mentions}
    lines = [[_printed(result, next(taken), text, used) for text, _ in output.lines] for output in run.outputs]
    text = _compose(result, lines, verdict.values, run)
    return Change(text, ("the printed run was not the one that was recorded; it is a new one now",))


def complete(result: Result, run: Run) -> bool:
    """Whether each line came in `run`, also those that need not: a file without one would no longer allow it."""
    came = set(decide(result, run).order)
    lanes = [lane for terminal in result.terminals for region in terminal.regions for lane in region.lanes]
    return not any(came.isdisjoint(block.lines) for lane in lanes for block in lane.blocks)


def _printed(result: Result, line: Line, text: str, used: set[str]) -> Line:
    """The line as `text` has it: what comes in any order as it came, and what may come often with names of its own."""
    match = result.look(line).fullmatch(text)
    values = iter(match.groups() if match else ())

    def anew(part: Part) -> Part:
        value = "" if isinstance(part, Text) else next(values)
        if isinstance(part, Shuffled):
            return part.in_order(value)
        if not line.times or not isinstance(part, Variable):
            return part
        numbered = (f"{part.name}{number}" for number in count(2))
        name = next(name for name in chain([part.name], numbered) if name not in used)
        used.add(name)
        return replace(part, name=name, value=value)

    return replace(line, parts=tuple(map(anew, line.parts))) if match else line


def update(result: Result, run: Run) -> Change:
    """The result file with the lines of `run`, which is not legal by it.

    A line that the file has keeps its annotations and recorded values. A new line is taken to the letter, but where it
    is an old one reworded, or repeats the number of a process, it is annotated alike. What had to be given up is in the
    notes.
    """
    notes: list[str] = []
    terminals = []
    for terminal, output in zip(result.terminals, run.outputs, strict=True):
        terminals.append(merge(result, terminal, output.lines, notes))
    named = {part.name for lines in terminals for line in lines for part in line.mentions}
    notes += [
        f"dropped {variable}: its line is gone" for variable in result.variables.values() if variable.name not in named
    ]
    text = _compose(result, terminals, result.values, run)
    try:
        anew = parse(text, result.path)
    except ResultError as error:
        terminals = [[literal(0, text) for text, _ in output.lines] for output in run.outputs]
        text = _compose(result, terminals, {}, run)
        try:
            parse(text, result.path)
        except ResultError:
            if len(result.terminals) == 1:
                raise
            # Several terminals need their labels.
            return Change(str(result), (f"line {error.line} needs a person:\n{error.message}",))
        return Change(
            text, (f"all annotations dropped, they no longer fit together ({error.message}); annotate it anew",)
        )
    verdict = decide(anew, run)
    if not verdict.legal:
        notes.append(f"line {verdict.line} needs a person:\n{verdict.reason}")
    elif _counts(result, terminals) or not decide(anew, recorded(anew)).legal:
        text = refresh(anew, run).text
    return Change(text, ("recorded anew", *notes))


def _counts(result: Result, terminals: Iterable[Iterable[Line]]) -> bool:
    """Whether a new line has numbers in its text, which may be wrong beside the old values."""
    new = {line for lines in terminals for line in lines} - set(result.lines)
    texts = [part.text for line in new for part in line.parts if isinstance(part, Text)]
    return any(char.isdigit() for text in texts for char in text)


def _compose(result: Result, terminals: Sequence[Sequence[Line]], values: Mapping[str, str], run: Run) -> str:
    """The text of a file with these lines, of `run`: each variable is defined where it now comes first."""
    defined: dict[str, Variable] = {}

    def define(part: Part) -> Part:
        if not isinstance(part, Variable | Reference):
            return part
        variable, first = result.variables[part.name], defined.get(part.name)
        if first:  # which may have been a repetition, and so without the padding
            padded = isinstance(part, Variable) and first.format != variable.format
            return Computed(part.name, frozenset({part.name}), variable.format) if padded else Reference(part.name)
        variable = variable.again if isinstance(part, Reference) else variable
        defined[part.name] = variable.with_value(values.get(part.name))
        return defined[part.name]

    composed = []
    for terminal, lines, output in zip(result.terminals, terminals, run.outputs, strict=True):
        parts = [line if line.times else replace(line, parts=tuple(map(define, line.parts))) for line in lines]
        composed.append(str(replace(terminal, lines=tuple(parts), exit=output.exit, newline=output.newline)))
    return "".join(composed)
