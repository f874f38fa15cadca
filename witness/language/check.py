"""What the parts of a result file must hold together; a fault is a `ResultError` that names the line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, zip_longest

from witness.language.model import Computed, Line, Region, Result, ResultError, Terminal, Variable
from witness.language.run import fold_tracebacks


def check(result: Result) -> None:
    """Raise `ResultError` at the first fault of a file whose lines are each well written."""
    labels = _labels(result)
    for terminal in result.terminals:
        for region in terminal.regions:
            _check_region(result, region, labels)
        _check_keys(result, terminal)
    _check_starts(result)
    for line in result.lines:
        _check_line(result, line)
    for terminal in result.terminals:
        _check_folded(result, terminal)
    for variable in result.variables.values():
        if variable.type == "worker":
            _check_worker(result, variable)


def unknown(source: str) -> str:
    """What to say of an annotation that is none."""
    return (
        f"unknown annotation `{{{source}}}`; it may be {{name:type=value}}, {{name:type=value in low..high}}, "
        "{name:type=value in one | other}, {name}, an expression of names such as {n*n}, {1, 2, 3} for these in any "
        "order, or {{ and }} for the braces themselves"
    )


def _labels(result: Result) -> dict[str, Line]:
    labels: dict[str, Line] = {}
    for line in result.lines:
        if line.label in labels:
            message = f"the label `{line.label}` stands at line {labels[line.label].number} already"
            raise ResultError(result.path, line.number, message)
        if line.label and line.times and not line.times[0]:
            raise ResultError(result.path, line.number, "nothing can wait for a line that may not come: it has a label")
        if line.label:
            labels[line.label] = line
    return labels


def _check_starts(result: Result) -> None:
    """Each terminal but the first is opened after a labelled line of one before it."""
    above: set[str | None] = set()
    variables: set[str] = set()
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
        for argument in terminal.arguments:
            if argument[0] == "{" and argument[1:-1] not in variables:
                message = f"`{argument}` is a value that no terminal above has printed"
                raise ResultError(result.path, terminal.number, message)
        above |= {line.label for line in terminal.lines}
        variables |= {part.name for line in terminal.lines for part in line.mentions}


def _check_region(result: Result, region: Region, labels: Mapping[str, Line]) -> None:
    """Lines wait for lines of other lanes beside them, or of other terminals, and not in a circle."""
    if len(region.lanes) == 1 and region.lines[0].actor == "main":
        message = "`main` has no one beside it here: a line without an actor is its line already"
        raise ResultError(result.path, region.lines[0].number, message)
    if len(region.lanes) == 1 and "/" in (region.lines[0].actor or "") and not region.lines[0].times:
        message = f"`{region.lines[0].actor}` has no line beside it that it could change places with"
        raise ResultError(result.path, region.lines[0].number, message)
    before: dict[Line, set[Line]] = {line: set() for line in region.lines}
    for lane in region.lanes:
        for previous, line in pairwise(lane.lines):
            before[line].add(previous)
    for line in region.lines:
        if line.times and line.times[1] is not None and not line.times[0] <= line.times[1] > 0:
            raise ResultError(result.path, line.number, "it is written `times 0..3`, the smaller number first")
        for label in line.after:
            target = labels.get(label)
            if target is None:
                message = f"this line waits for `{label}`, but no line is labelled `as {label}`"
                raise ResultError(result.path, line.number, message)
            if target in before and target.lane != line.lane:
                before[line].add(target)
            elif target in before or _terminal(result, target) is _terminal(result, line):
                message = (
                    f"this line never waits for `{label}`: line {target.number} is not in another lane of the same "
                    "region, nor in another terminal"
                )
                raise ResultError(result.path, line.number, message)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle: list[Line] = error.args[1]
        numbers = sorted({line.number for line in circle})
        message = f"lines {', '.join(map(str, numbers))} wait for each other in a circle"
        raise ResultError(result.path, numbers[0], message) from None


def _terminal(result: Result, line: Line) -> Terminal:
    return next(terminal for terminal in result.terminals if line in terminal.lines)


def _check_keys(result: Result, terminal: Terminal) -> None:
    """A key is pressed after a line that stands above it, or in another terminal."""
    above = {line.label for other in result.terminals if other is not terminal for line in other.lines}
    for line in terminal.lines:
        if line.key and line.key.after and line.key.after not in above:
            message = f"`{line.key}`: no line above it, or of another terminal, is labelled `as {line.key.after}`"
            raise ResultError(result.path, line.number, message)
        above.add(line.label)


def _check_folded(result: Result, terminal: Terminal) -> None:
    """The frames of tracebacks are left out, as they are in every run."""
    for printer in dict.fromkeys(line.printer for line in terminal.lines):
        lines = [line for line in terminal.lines if line.printer == printer]
        texts = [(result.text(line), None) for line in lines]
        for line, text, folded in zip_longest(lines, texts, fold_tracebacks(texts)):
            if text != folded:
                message = "a traceback's frames are written `  ...`: they differ by version"
                raise ResultError(result.path, line.number, message)


def _check_worker(result: Result, variable: Variable) -> None:
    """A worker stands on the first line of its lane; a pool's process that prints nothing has none."""
    number = next(line.number for line in result.lines if variable in line.parts)
    first = next((line for line in result.lines if line.actor == variable.name), None)
    if first is None:
        if variable.is_process:
            return
        message = f"`{variable.name}` is a worker, but no line has the actor `{variable.name}`"
        raise ResultError(result.path, number, message)
    if not any(part.name == variable.name for part in first.mentions):
        message = f"the worker `{variable.name}` must stand on its actor's first line"
        raise ResultError(result.path, number, message)
    if first.times:
        message = (
            f"the worker `{variable.name}` is named by a line that comes once, and this one may come more than once"
        )
        raise ResultError(result.path, first.number, message)


def _check_line(result: Result, line: Line) -> None:
    if line.typed is None and any(isinstance(part, Variable) and part.type == "input" for part in line.parts):
        raise ResultError(result.path, line.number, "what is typed is the end of its line: Enter goes to the next one")
    for part in line.parts:
        if isinstance(part, Computed):
            _check_computed(result, line, part)
    computed = {name for part in line.parts if isinstance(part, Computed) for name in part.names}
    for name in sorted({part.name for part in line.mentions} | computed):
        own = next(other for other in result.lines if result.variables[name] in other.parts)
        if own.times and own is not line:
            message = f"`{{{name}}}` is of line {own.number}, which may come more than once: it has no one value"
            raise ResultError(result.path, line.number, message)


def _check_computed(result: Result, line: Line, part: Computed) -> None:
    for name in sorted(part.names - result.variables.keys()):
        raise ResultError(result.path, line.number, f"`{part}` needs `{name}`, which no line has")
    try:
        value = result.show(part)
    except ArithmeticError as error:
        raise ResultError(result.path, line.number, f"`{part}` can't be computed: {error}") from None
    if not re.fullmatch(part.regex, value):
        message = f"`{part}` is `{value}`, which is not written as a number of digits"
        raise ResultError(result.path, line.number, message)
