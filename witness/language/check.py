"""What the parts of a result file must hold together; a fault is a `ResultError` that names the line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, zip_longest

from witness.language import grammar
from witness.language.model import Computed, Line, Region, Result, ResultError, Terminal, Variable
from witness.language.run import fold_tracebacks


def check(result: Result) -> None:
    """Raise `ResultError` at the first fault of a file whose lines are each well written."""
    labels = _labels(result)
    for terminal in result.terminals:
        for region in terminal.regions:
            _check_region(result, region, labels)
    _check_starts(result)
    for line in result.lines:
        for part in line.varying:
            if isinstance(part, Computed):
                _check_computed(result, line, part)
    for terminal in result.terminals:
        _check_folded(result, terminal)
    for variable in result.variables.values():
        if variable.type == "worker":
            _check_worker(result, variable)


def unknown(source: str) -> str:
    """What to say of an annotation that is none."""
    return (
        f"unknown annotation `{{{source}}}`; it may be {{name:type=value}}, {{name:type=value in low..high}}, "
        "{name}, an expression of names such as {n*n}, or {{ and }} for the braces themselves"
    )


def _labels(result: Result) -> dict[str, Line]:
    labels: dict[str, Line] = {}
    for line in result.lines:
        if line.label in labels:
            message = f"the label `{line.label}` stands at line {labels[line.label].number} already"
            raise ResultError(result.path, line.number, message)
        if line.label:
            labels[line.label] = line
    return labels


def _check_starts(result: Result) -> None:
    """Each terminal but the first is opened after a labelled line of one before it."""
    above: set[str | None] = set()
    for index, terminal in enumerate(result.terminals):
        if not index and terminal.after:
            raise ResultError(result.path, terminal.number, "the first terminal has nothing to wait for")
        if index and terminal.after not in above - {None}:
            said = f"`{terminal.after}` labels no line of it" if terminal.after else "it does not say so"
            raise ResultError(
                result.path,
                terminal.number,
                "a second terminal starts when the first has printed a labelled line "
                f"(`$ python {terminal.program}  # after LABEL`); {said}",
            )
        if terminal.redirect and len(result.terminals) > 1:
            message = f"programs that run together print to their terminals, without `{terminal.redirect}`"
            raise ResultError(result.path, terminal.number, message)
        above |= {line.label for line in terminal.lines}


def _check_region(result: Result, region: Region, labels: Mapping[str, Line]) -> None:
    """Lines wait for lines of other lanes beside them, and not in a circle."""
    if len(region.lanes) == 1 and region.lines[0].actor == "main":
        message = "`main` has no one beside it here: a line without an actor is its line already"
        raise ResultError(result.path, region.lines[0].number, message)
    before: dict[Line, set[Line]] = {line: set() for line in region.lines}
    for lane in region.lanes:
        for previous, line in pairwise(lane.lines):
            before[line].add(previous)
    for line in region.lines:
        for label in line.after:
            target = labels.get(label)
            if target is None:
                message = f"this line waits for `{label}`, but no line is labelled `as {label}`"
                raise ResultError(result.path, line.number, message)
            if target not in before or target.actor == line.actor:
                message = (
                    f"this line never waits for `{label}`: line {target.number} is not in another lane of the same "
                    "region"
                )
                raise ResultError(result.path, line.number, message)
            before[line].add(target)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle: list[Line] = error.args[1]
        numbers = sorted({line.number for line in circle})
        message = f"lines {', '.join(map(str, numbers))} wait for each other in a circle"
        raise ResultError(result.path, numbers[0], message) from None


def _check_folded(result: Result, terminal: Terminal) -> None:
    """The frames of tracebacks are left out, as they are in every run."""
    for actor in dict.fromkeys(line.actor for line in terminal.lines):
        lines = [line for line in terminal.lines if line.actor == actor]
        texts = [(result.text(line), None) for line in lines]
        for line, text, folded in zip_longest(lines, texts, fold_tracebacks(texts)):
            if text != folded:
                message = "a traceback's frames are written `  ...`: they differ by version"
                raise ResultError(result.path, line.number, message)


def _check_worker(result: Result, variable: Variable) -> None:
    number = next(line.number for line in result.lines if variable in line.parts)
    first = next((line for line in result.lines if line.actor == variable.name), None)
    if first is None:
        message = f"`{variable.name}` is a worker, but no line has the actor `{variable.name}`"
        raise ResultError(result.path, number, message)
    if not any(not isinstance(part, Computed) and part.name == variable.name for part in first.varying):
        message = f"the worker `{variable.name}` must stand on its actor's first line"
        raise ResultError(result.path, number, message)


def _check_computed(result: Result, line: Line, part: Computed) -> None:
    for name in sorted(part.names - result.variables.keys()):
        raise ResultError(result.path, line.number, f"`{part}` needs `{name}`, which no line has")
    try:
        value = result.show(part)
    except ArithmeticError as error:
        raise ResultError(result.path, line.number, f"`{part}` can't be computed: {error}") from None
    if not re.fullmatch(grammar.NUMBER, value):
        message = f"`{part}` is `{value}`, which is not written as a number of digits"
        raise ResultError(result.path, line.number, message)
