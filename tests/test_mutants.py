"""No lie passes: neither a run that its result file does not allow, nor a result file that says something else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, count, pairwise, product

import pytest
import result_mutants
from helpers import attested, each_example
from mutants import commit, named

from witness.examples import Example
from witness.language import Computed, Line, Reference, Result, Run, Terminal, Text, Variable, decide, read

Printed = tuple[str, int | None]
Mutants = Iterator[tuple[str, Run]]


def changed(run: Run, index: int, *lines: Printed, exit: int | None = None) -> Run:
    """Return the run with other lines, or another end, in one terminal."""
    outputs = list(run.outputs)
    before = outputs[index]
    outputs[index] = replace(before, lines=lines or before.lines, exit=before.exit if exit is None else exit)
    return Run(tuple(outputs))


def renumbered(page: Result, run: Run, name: str, value: str, mention: int | None = None) -> Run:
    """Return the run with another value of a variable, at all of its mentions or at one."""
    mentions = count()
    outputs = []
    for terminal, ran in zip(page.terminals, run.outputs, strict=True):
        lines: list[Printed] = []
        for line, (_, writer) in zip(terminal.lines, ran.lines, strict=True):
            text = ""
            for part in line.parts:
                here = isinstance(part, Variable | Reference) and part.name == name
                text += value if here and mention in (None, next(mentions)) else page.show(part)
            lines.append((text, writer))
        outputs.append(replace(ran, lines=tuple(lines)))
    return Run(tuple(outputs))


def ends(page: Result, run: Run) -> Mutants:
    yield "prints nothing", Run(tuple(replace(ran, lines=()) for ran in run.outputs))
    for index, ran in enumerate(run.outputs):
        for text in ("", "more", ran.lines[-1][0]):
            yield "goes on after the end", changed(run, index, *ran.lines, (text, ran.main))
        for exit in {0, 1, 2, -9, -15} - {ran.exit}:
            yield f"ends with {exit}", changed(run, index, exit=exit)


def lines(page: Result, run: Run) -> Mutants:
    for index, (terminal, ran) in enumerate(zip(page.terminals, run.outputs, strict=True)):
        actors = [line.actor for line in terminal.lines]
        for place, (line, (text, writer)) in enumerate(zip(terminal.lines, ran.lines, strict=True)):
            before, after = ran.lines[:place], ran.lines[place + 1 :]
            if (before or after) and not line.times:
                yield f"drops line {line.number}", changed(run, index, *before, *after)
            if not line.times:
                yield (
                    f"doubles line {line.number}",
                    changed(run, index, *before, (text, writer), (text, writer), *after),
                )
            if line.actor is None or actors.count(line.actor) > 1:
                yield f"has another process print line {line.number}", changed(run, index, *before, (text, 999), *after)
            for column, wrong in misprints(page, line):
                yield f"misprints line {line.number} at {column}", changed(run, index, *before, (wrong, writer), *after)
        for one, other in ordered_pairs(terminal):
            swapped = list(ran.lines)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if swapped != list(ran.lines):
                yield f"swaps lines {one + 1} and {other + 1} of terminal {index}", changed(run, index, *swapped)


def misprints(page: Result, line: Line) -> Iterator[tuple[int, str]]:
    """Yield the line with another letter in a word, another digit in its fixed text, or another computed value."""
    text, start = page.text(line), 0
    for part in line.parts:
        shown = page.show(part)
        for match in re.finditer(r"\d|\b\w|[^\w\s]", shown) if isinstance(part, Text) else []:
            at = start + match.start()
            other = str(9 - int(match[0])) if match[0].isdecimal() else "?" if match[0] != "?" else "!"
            yield at + 1, text[:at] + other + text[at + 1 :]
        if isinstance(part, Computed):
            yield start + 1, text[:start] + more(shown) + text[start + len(shown) :]
        start += len(shown)


def ordered_pairs(terminal: Terminal) -> Iterator[tuple[int, int]]:
    """Return pairs of lines that must not swap: of one lane, on two sides of a barrier, or connected by `after`."""
    places = {line: place for place, line in enumerate(terminal.lines)}
    pairs = [pair for region in terminal.regions for lane in region.lanes for pair in combinations(lane.lines, 2)]
    pairs += [pair for one, other in pairwise(terminal.regions) for pair in product(one.lines, other.lines)]
    labels = {line.label: line for line in terminal.lines if line.label}
    pairs += [(labels[label], line) for line in terminal.lines for label in line.after]
    return ((places[one], places[other]) for one, other in pairs)


def numbers(page: Result, run: Run) -> Mutants:
    parts = [part for line in page.lines for part in line.varying]
    computed = {name for part in parts if isinstance(part, Computed) for name in part.names}
    mentions = [part.name for line in page.lines for part in line.mentions]
    for name, variable in page.variables.items():
        for bound, step in ((variable.low, -1), (variable.high, 1)):
            if bound:
                yield f"lets {name} go beyond {bound}", renumbered(page, run, name, more(variable.value, bound, step))
        if mentions.count(name) > 1 or name in computed:
            for mention in range(mentions.count(name)):
                yield f"has another {name}", renumbered(page, run, name, another(variable), mention)
    for one, other in combinations([variable for variable in page.variables.values() if variable.is_process], 2):
        if not (one.is_worker and other.is_worker):
            merged = renumbered(page, run, other.name, one.value)
            yield f"says that {other.name} is {one.name}", merged
            same = {int(other.value): int(one.value)}
            outputs = [
                replace(ran, lines=tuple((text, same.get(writer or 0, writer)) for text, writer in ran.lines))
                for ran in merged.outputs
            ]
            yield f"is {one.name} and {other.name} in one", Run(tuple(outputs))


def another(variable: Variable) -> str:
    """Return another value that the variable may have."""
    if variable.choices:
        return next(choice for choice in variable.choices if choice != variable.value)
    if not re.fullmatch(r"[+-]?[\d.]+", variable.value):
        return variable.value[:-1] + ("0" if variable.value[-1] != "0" else "1")
    return more(variable.value)


def more(value: str, bound: str | None = None, step: int = 1) -> str:
    """Return the next larger number, or with `step` -1 smaller, than the value or its bound, with as many decimals."""
    return str(Decimal(bound or value) + step * Decimal(1).scaleb(-len(value.partition(".")[2])))


MOST = 40
"""About so many mutants of a run are tried, at most twice as many; each commit tries others."""


@each_example
def test_no_mutant_of_a_recorded_run_is_legal(example: Example) -> None:
    page = read(example.out)
    run = attested(page)
    verdict = decide(page, run)
    assert verdict.legal, verdict.reason
    mutants = [*ends(page, run), *lines(page, run), *numbers(page, run)]
    nth = max(1, len(mutants) // MOST)
    sample = mutants[int(commit()[:8] or "0", 16) % nth :: nth]
    assert [lie for lie, mutant in sample if decide(page, mutant).legal] == []


SAMPLE = 16
"""At most so many mutants of a result file are tried for each example; each commit tries others."""


@each_example
def test_a_result_that_says_something_else_is_refused(example: Example) -> None:
    """A sample; `uv run python tests/mutants.py` tries all, and says what to do."""
    judged = result_mutants.accepted(example, SAMPLE, commit() + example.name)
    if judged is None:
        pytest.skip("too few runs are kept to judge other results: run witness repeat -n 60 --record NAME")
    assert [mutant.name for mutant in judged[1] if not named(mutant.name)] == []
