"""No truth fails: any legal run is accepted, and small runs are decided as brute force decides them."""

import re
from itertools import combinations, pairwise, permutations, product

from helpers import PROPERTY, legal_runs, pages, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from witness.language import Computed, Line, Output, Region, Result, Run, Text, decide


@st.composite
def any_runs(draw: st.DrawFn, page: Result) -> Run:
    """A run that may be legal or not."""
    (ran,) = draw(legal_runs(page)).outputs
    lines = list(ran.lines)
    for _ in range(draw(st.integers(0, 2))):
        place, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        (text, writer), (text2, writer2) = lines[place], lines[other]
        kind = draw(st.sampled_from(["swap", "text", "writer", "number"]))
        if kind == "swap":
            lines[place], lines[other] = lines[other], lines[place]
        elif kind == "text":
            lines[place] = text2, writer
        elif kind == "writer":
            lines[place] = text, writer2
        else:
            lines[place] = re.sub(r"\d+", str(draw(st.integers(0, 4))), text, count=1), writer
    return Run((Output(tuple(lines), main=1),))


def oracle(page: Result, run: Run) -> bool:
    """The meaning of a result file, spelled out: is any way to give the printed lines to those of the file right?"""
    (terminal,), (ran,) = page.terminals, run.outputs
    lines = list(ran.lines)
    ways: list[list[tuple[Line, ...]]] = []
    for region in terminal.regions:
        here, lines = lines[: len(region.lines)], lines[len(region.lines) :]
        if len(here) < len(region.lines):
            return False
        ways.append([way for way in permutations(region.lines) if fits(region, way, [text for text, _ in here])])
    wholes = (sum(way, ()) for way in product(*ways))
    return not lines and any(right(page, whole, ran) for whole in wholes)


def fits(region: Region, way: tuple[Line, ...], texts: list[str]) -> bool:
    """Whether the lanes keep their order, nothing comes before what it waits for, and the fixed text is right."""
    labels = {line.label: way.index(line) for line in way}
    return (
        all(way.index(one) < way.index(other) for lane in region.lanes for one, other in pairwise(lane.lines))
        and all(labels[label] < way.index(line) for line in way for label in line.after)
        and all(numbers(line, text) is not None for line, text in zip(way, texts, strict=True))
    )


def numbers(line: Line, text: str) -> list[str] | None:
    """The numbers that are printed in place of the varying parts."""
    look = "".join(re.escape(part.text) if isinstance(part, Text) else r"(-?\d+)" for part in line.parts)
    match = re.fullmatch(look, text)
    return list(match.groups()) if match else None


def right(page: Result, whole: tuple[Line, ...], ran: Output) -> bool:
    """Whether values, processes and workers are consistent if the printed lines are those of `whole`."""
    values: dict[str, str] = {}
    writers: dict[str, int | None] = {"main": ran.main}
    for line, (text, writer) in zip(whole, ran.lines, strict=True):
        for part, number in zip(line.varying, numbers(line, text) or [], strict=True):
            if not isinstance(part, Computed) and values.setdefault(part.name, number) != number:
                return False
        if writer and writers.setdefault(line.actor or "main", writer) != writer:
            return False
    for line, (text, _) in zip(whole, ran.lines, strict=True):
        if text != "".join(shown(part, values) for part in line.parts):
            return False
    present = {writer for _, writer in ran.lines if writer}
    if present and ran.main:
        present.add(ran.main)
    for name, variable in page.variables.items():
        value = int(values[name])
        if not variable.is_process:
            if not int(variable.low or -999) <= value <= int(variable.high or 999):
                return False
        elif value < 1 or (present and (value not in present or value != writers.get(name, value))):
            return False
    for one, other in combinations([variable for variable in page.variables.values() if variable.is_process], 2):
        if values[one.name] == values[other.name] and {one.type, other.type} != {"worker"}:
            return False
    workers = {name for name, variable in page.variables.items() if variable.type == "worker"}
    lanes = [lane for region in page.terminals[0].regions for lane in region.lanes]
    spans = [
        (values[lane.actor], whole.index(lane.lines[0]), whole.index(lane.lines[-1]))
        for lane in lanes
        if lane.actor in workers
    ]
    return not any(
        a == b and start <= last and first <= end for (a, start, end), (b, first, last) in combinations(spans, 2)
    )


@settings(PROPERTY, max_examples=120)
@given(st.data())
def test_any_legal_run_is_accepted(data: st.DataObject) -> None:
    page = data.draw(pages(6, 6))
    run = data.draw(legal_runs(page))
    verdict = decide(page, run)
    assert verdict.legal, f"{page}\n{verdict.reason}"
    texts = ["".join(shown(part, dict(verdict.values)) for part in line.parts) for line in verdict.order]
    assert texts == [text for text, _ in run.outputs[0].lines]


@settings(PROPERTY, max_examples=250)
@given(st.data())
def test_the_decision_is_that_of_brute_force(data: st.DataObject) -> None:
    page = data.draw(pages(3, 2))
    run = data.draw(any_runs(page))
    verdict = decide(page, run)
    assert verdict.legal == oracle(page, run), f"{page}\n{run}\n{verdict.reason}"
