"""Check a parsed result file as a whole: its labels, waits, terminals and workers."""

import re
from collections.abc import Iterator
from graphlib import CycleError
from itertools import groupby, zip_longest

from witness.language.lines import Lane, Line, Region
from witness.language.parts import Computed, Variable, names_in
from witness.language.promises import Promises
from witness.language.result import Fault, Result, ResultError, Terminal
from witness.language.run import fold_tracebacks

Faults = Iterator[Fault]
"""A generator of faults. Its code after a `yield` may rely on the absence of the fault yielded."""

LANES = 500
"""The most lanes of a region; with more, a decision could take longer than seconds."""


def check_result(result: Result) -> None:
    """Raise `ResultError` for the first fault of a file whose lines are well formed by themselves."""
    if fault := next(_faults(result), None):
        raise ResultError(result.path, *fault)


def _faults(result: Result) -> Faults:
    yield from _labels(result)
    for terminal in result.terminals:
        for region in terminal.regions:
            yield from _region(result, region)
        yield from _keys(result, terminal)
    yield from _starts(result)
    yield from _orders(result)
    for line in result.lines:
        yield from _line(result, line)
    for terminal in result.terminals:
        yield from _folded(result, terminal)
    for variable in result.variables.values():
        if variable.is_worker:
            yield from _worker(result, variable)


def _labels(result: Result) -> Faults:
    labels: dict[str, Line] = {}
    for line in filter(lambda line: line.label, result.lines):
        first = labels.setdefault(line.label or "", line)
        if first is not line:
            yield Fault(line.number, f"the label `{line.label}` is already used on line {first.number}")
        if line.is_optional:
            yield Fault(line.number, "remove the label: nothing can wait for a line that may not come")


def _region(result: Result, region: Region) -> Faults:
    """Check a region's size and names, and that its lines wait only for lines of other lanes or other terminals."""
    first = region.lines[0]
    if len(region.lanes) > LANES:
        yield Fault(
            first.number, f"{len(region.lanes)} names interleave from this line on; at most {LANES} are allowed"
        )
    if len(region.lanes) == 1 and first.actor == "main":
        yield Fault(first.number, "remove `main`: no other name prints beside it here, and an unnamed line is `main`'s")
    if len(region.lanes) == 1 and "/" in (first.actor or "") and not first.times:
        yield Fault(first.number, f"`{first.actor}` has no line beside it to change places with")
    for lane in region.lanes:
        yield from _often(lane)
    for line in region.lines:
        if line.times and line.times[1] is not None and not line.times[0] <= line.times[1] > 0:
            yield Fault(line.number, "write `times LOW..HIGH`, with LOW no greater than HIGH, and HIGH at least 1")
        for label in line.after:
            if label not in result.labelled:
                yield Fault(line.number, f"this line waits for `{label}`, but no line is labelled `as {label}`")
            target = result.labelled[label]
            beside = target in region.before and target.lane != line.lane
            if not beside and any({target, line} <= {*terminal.lines} for terminal in result.terminals):
                yield Fault(
                    line.number,
                    f"this line can't wait for `{label}`: it and line {target.number} must have different names, with "
                    "no unnamed line between them, or be in different terminals",
                )


def _often(lane: Lane) -> Faults:
    """Check that a repeated line doesn't alternate with others, and that only its first copy has a label."""
    for block in lane.blocks:
        for line in filter(lambda line: line.label, block.copies[1:]):
            said = f"move the label `{line.label}` to the first copy of this line, line {block.line.number}"
            yield Fault(line.number, said)
    for _, blocks in groupby(lane.blocks, key=lambda block: block.line.times is not None):
        first: dict[object, Line] = {}
        for line in (block.line for block in blocks if block.line.times):
            if (other := first.setdefault((line.look, line.times), line)) is not line:
                said = f"this repeats line {other.number} after other lines: `times` only counts consecutive copies"
                yield Fault(line.number, said)


def _keys(result: Result, terminal: Terminal) -> Faults:
    """Check that each key is pressed after a line above it or in another terminal."""
    above = {line.label for other in result.terminals if other is not terminal for line in other.lines}
    for line in terminal.lines:
        if line.key and line.key.after and line.key.after not in above:
            said = f"no line above, or in another terminal, is labelled `as {line.key.after}`"
            yield Fault(line.number, f"`{line.key}`: {said}")
        above.add(line.label)


def _orders(result: Result) -> Faults:
    """Check that no lines wait for each other in a circle, and that each `still` and lock keeps others from between."""
    try:
        promises = Promises(result)
    except CycleError as error:
        circle: list[Line] = error.args[1]
        numbers = sorted({line.number for line in circle})
        yield Fault(numbers[0], f"lines {', '.join(map(str, numbers))} wait for each other in a circle")
    told: set[Line] = set()
    for one, other, third in promises.kept():
        told |= {other, *(line for line in (one, third) if other.lock and not line.still)}
        if other.lock and one.lock != other.lock:
            said = f"write `with {other.lock}` before line {one.number}, too, the line above it of the same name"
            yield Fault(other.number, f"`still with {other.lock}`: {said}")
    for line in (block.line for region in result.regions for block in region.blocks):
        if line not in told and (line.still or line.lock):
            words = " ".join(filter(None, ["still" * line.still, line.lock and f"with {line.lock}"]))
            lock = f" `with {line.lock}`" * bool(line.lock)
            said = f"no line of another name{lock} could come between two of one name"
            yield Fault(line.number, f"remove `{words}`: {said}")


def _starts(result: Result) -> Faults:
    """Check that each terminal but the first is opened after a labelled line of an earlier one."""
    above: set[str | None] = set()
    variables: set[str] = set()
    for index, terminal in enumerate(result.terminals):
        if not index and terminal.after:
            yield Fault(terminal.number, f"remove `# after {terminal.after}`: the first terminal can't wait")
        if index and terminal.after not in above - {None}:
            said = f"no line above is labelled `as {terminal.after}`" if terminal.after else "this one names no label"
            yield Fault(
                terminal.number,
                "a second terminal must be opened after a labelled line of an earlier one "
                f"(`$ python {terminal.program}  # after LABEL`); {said}",
            )
        if terminal.redirect and len(result.terminals) > 1:
            said = f"remove `{terminal.redirect}`"
            yield Fault(terminal.number, f"programs that run together must print to their terminals: {said}")
        for argument in terminal.arguments:
            if argument[0] == "{" and argument[1:-1] not in variables:
                yield Fault(terminal.number, f"`{argument}` is not a value that an earlier terminal prints")
        above |= {line.label for line in terminal.lines}
        variables |= {part.name for line in terminal.lines for part in line.mentions}


def _line(result: Result, line: Line) -> Faults:
    """Check that input ends its line, that expressions have values, and that no value of a repeated line is reused."""
    if line.typed is None and any(isinstance(part, Variable) and part.type == "input" for part in line.parts):
        yield Fault(line.number, "nothing may follow what is typed: Enter ends the line")
    for part in line.parts:
        if isinstance(part, Computed):
            for fault in _computed(result, part):
                yield Fault(line.number, fault)
    for name in sorted({*names_in(line.parts)}):
        own = result.line_with(name)
        if own.times and own is not line:
            said = f"`{{{name}}}` has no single value: line {own.number} may come more than once"
            yield Fault(line.number, said)


def _computed(result: Result, part: Computed) -> Iterator[str]:
    for name in sorted(part.names - result.variables.keys()):
        yield f"`{part}` uses `{name}`, which no line defines"
    try:
        value = result.show(part)
    except ArithmeticError as error:
        yield f"`{part}` can't be computed: {error}"
    else:
        if not re.fullmatch(part.regex, value):
            yield f"`{part}` evaluates to `{value}`, which is not written in digits"


def _folded(result: Result, terminal: Terminal) -> Faults:
    """Check that the frames of tracebacks are folded, as `fold_tracebacks` folds them in every run."""
    for printer in dict.fromkeys(line.printer for line in terminal.lines):
        lines = [line for line in terminal.lines if line.printer == printer]
        texts = [(result.text(line), None) for line in lines]
        for line, text, folded in zip_longest(lines, texts, fold_tracebacks(texts)):
            if text != folded:
                yield Fault(line.number, "write the frames of a traceback as `  ...`: they differ by version")


def _worker(result: Result, variable: Variable) -> Faults:
    """Check that each worker is on the first line of its lane, or is the number of a process that prints nothing."""
    number = result.line_with(variable.name).number
    first = next((line for line in result.lines if line.actor == variable.name), None)
    if first is None and not variable.is_process:
        yield Fault(number, f"`{variable.name}` is a worker, but no line begins with `{variable.name}| `")
    if first and not any(part.name == variable.name for part in first.mentions):
        yield Fault(number, f"the worker `{variable.name}` must be on the first line of its name")
    if first and first.times:
        said = "must be on a line that comes exactly once, but this one may come more than once"
        yield Fault(first.number, f"the worker `{variable.name}` {said}")
