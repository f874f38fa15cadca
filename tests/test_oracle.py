"""No truth fails: any legal run is accepted, and small runs are decided as brute force decides them."""

import re
from itertools import chain, combinations, pairwise, permutations, product

from helpers import PROPERTY, legal_runs, pages, shown
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from witness.language import Computed, Lane, Line, Output, Reference, Result, Run, Shuffled, Text, Variable, decide


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


Copy = tuple[int, Line]
"""A line of the file, and which of the lines of a run it is: one that comes often is there more than once."""


def oracle(page: Result, run: Run) -> bool:
    """The meaning of a result file, spelled out: is any way to give the printed lines to those of the file right?"""
    (terminal,), (ran,) = page.terminals, run.outputs
    texts = [text for text, _ in ran.lines]
    wholes: list[tuple[Copy, ...]] = [()]
    for region in terminal.regions:
        grown = []
        for whole in wholes:
            for lanes in product(*(grow(lane, len(texts)) for lane in region.lanes)):
                copies = [[(number, line) for number, line in enumerate(lane)] for lane in lanes]
                here = texts[len(whole) : len(whole) + sum(map(len, copies))]
                if len(here) == sum(map(len, copies)):
                    ways = permutations(list(chain(*copies)))
                    grown += [(*whole, *way) for way in ways if fits(copies, way, here)]
        wholes = grown
    return any(len(whole) == len(texts) and right(page, whole, ran) for whole in wholes)


def grow(lane: Lane, most: int) -> list[list[Line]]:
    """What a lane may print, at most so many copies of each block."""
    counts = (range(block.low, 1 + (most if block.high is None else block.high)) for block in lane.blocks)
    return [
        [block.line for block, count in zip(lane.blocks, chosen, strict=True) for _ in range(count)]
        for chosen in product(*counts)
        if sum(chosen) <= most
    ]


def fits(lanes: list[list[Copy]], way: tuple[Copy, ...], texts: list[str]) -> bool:
    """Whether the lanes keep their order, nothing comes before what it waits for, and the fixed text is right."""
    labels = {line.label: place for place, (_, line) in enumerate(way)}
    return (
        all(numbers(line, text) is not None for (_, line), text in zip(way, texts, strict=True))
        and all(way.index(one) < way.index(other) for lane in lanes for one, other in pairwise(lane))
        and all(labels[label] < place for place, (_, line) in enumerate(way) for label in line.after)
    )


def numbers(line: Line, text: str) -> list[str] | None:
    """What is printed in place of the varying parts."""
    look = "".join(
        re.escape(part.text) if isinstance(part, Text) else r"(-?\d+| *\d+|[pqr]|[xy], [xy])" for part in line.parts
    )
    match = re.fullmatch(look, text)
    return list(match.groups()) if match else None


def right(page: Result, whole: tuple[Copy, ...], ran: Output) -> bool:
    """Whether values, processes and workers are consistent if the printed lines are those of `whole`."""
    values: dict[str, str] = {}
    writers: dict[str, int | None] = {"main": ran.main}
    for (_, line), (text, writer) in zip(whole, ran.lines, strict=True):
        for part, number in zip(line.varying, numbers(line, text) or [], strict=True):
            if isinstance(part, Shuffled) and sorted(number.split(", ")) != sorted(part.members):
                return False
            if isinstance(part, Variable) and part.format and not re.fullmatch(r" [0-9]|-?[0-9]{2,}", number):
                return False
            mentions = isinstance(part, Variable | Reference) and not line.times
            if mentions and values.setdefault(part.name, number.strip()) != number.strip():
                return False
            if isinstance(part, Reference) and number != number.strip():
                return False
        if writer and writers.setdefault(line.printer, writer) != writer:
            return False
    present = {writer for _, writer in ran.lines if writer}
    if present and ran.main:
        present.add(ran.main)
    for name, variable in ((name, page.variables[name]) for name in values):
        if variable.type == "text":
            if values[name] not in ("p", "q", "r"):
                return False
            continue
        if not re.fullmatch(r"0|-?[1-9]\d*", values[name]):
            return False
        value = int(values[name])
        if not variable.is_process:
            if not int(variable.low or -999) <= value <= int(variable.high or 999):
                return False
        elif value < 1 or (present and (value not in present or value != writers.get(name, value))):
            return False
    for (_, line), (text, _) in zip(whole, ran.lines, strict=True):
        computed = zip(line.varying, numbers(line, text) or [], strict=True)
        if any(isinstance(part, Computed) and shown(part, values) != number for part, number in computed):
            return False
    words = [values[name] for name in values if page.variables[name].each]
    if len(words) != len(set(words)):
        return False
    for one, other in combinations([variable for variable in page.variables.values() if variable.is_process], 2):
        if values[one.name] == values[other.name] and not (one.is_worker and other.is_worker):
            return False
    workers = {name for name, variable in page.variables.items() if variable.is_worker}
    spans: dict[object, list[int]] = {}
    for place, (_, line) in enumerate(whole):
        if line.actor in workers:
            region = next(number for number, region in enumerate(page.terminals[0].regions) if line in region.lines)
            spans.setdefault((values[line.actor], line.actor, region), []).append(place)
    return not any(
        a[0] == b[0] and one[0] <= other[-1] and other[0] <= one[-1]
        for (a, one), (b, other) in combinations(spans.items(), 2)
    )


@settings(PROPERTY, max_examples=120)
@given(st.data())
def test_any_legal_run_is_accepted(data: st.DataObject) -> None:
    page = data.draw(pages(6, 6))
    run = data.draw(legal_runs(page))
    verdict = decide(page, run)
    assert verdict.legal, f"{page}\n{verdict.reason}"
    for line, (text, _) in zip(verdict.order, run.outputs[0].lines, strict=True):
        assert line.times or "".join(shown(part, dict(verdict.values)) for part in line.parts) == text


@settings(PROPERTY, max_examples=250)
@given(st.data())
def test_the_decision_is_that_of_brute_force(data: st.DataObject) -> None:
    page = data.draw(pages(3, 2))
    run = data.draw(any_runs(page))
    assume(len(run.outputs[0].lines) <= 6)  # 720 orders
    verdict = decide(page, run)
    assert verdict.legal == oracle(page, run), f"{page}\n{run}\n{verdict.reason}"
