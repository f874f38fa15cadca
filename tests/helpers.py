"""What several tests need: results and runs in a line, runs that a result allows, waiting."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from witness.language import Computed, Line, Output, Reference, Result, Run, Text, Variable, parse

# The same examples each time, and no complaint that a busy machine is slow.
PROPERTY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def result(text: str) -> Result:
    """A result file whose lines stand in `text` side by side."""
    return parse("".join(f"{line}\n" for line in ["$ python a.py", *text.split(" / ")]), Path("a.out"))


def output(text: str, exit: int = 0) -> Output:
    """Lines side by side, `7> text` for one that process 7 wrote; the main process is 1."""
    lines = [re.fullmatch(r"(?:(\d+)> )?(.*)", line, re.DOTALL) for line in text.split(" / ")] if text else []
    return Output(tuple((line[2], int(line[1]) if line[1] else None) for line in lines if line), exit, main=1)


def attested(page: Result) -> Run:
    """The recorded run, with a process for each actor; a process number that is no actor's is the main process."""
    actors = {line.actor for line in page.lines} | {"main"}
    others = [int(v.value) for v in page.variables.values() if v.is_process and v.name not in actors]
    outputs = []
    for index, terminal in enumerate(page.terminals):
        writers = {"main": others[0] if others and index == 0 else 101 + index}
        for actor in dict.fromkeys(line.actor or "main" for line in terminal.lines):
            variable = page.variables.get(actor)
            if variable and variable.is_process and not (index and actor == "main"):
                writers[actor] = int(variable.value)
            else:
                writers.setdefault(actor, 201 + len(writers))
        lines = tuple((page.text(line), writers[line.actor or "main"]) for line in terminal.lines)
        outputs.append(Output(lines, terminal.exit, writers["main"]))
    return Run(tuple(outputs))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@st.composite
def pages(draw: st.DrawFn, actors: int, length: int) -> Result:
    """A result file: regions of up to `actors` lanes of up to `length` lines, with all powers of the language."""
    names: list[str] = []

    def part(actor: str, first: bool = False) -> str:
        """Fixed text out of three, so that lines are equal, or something that varies."""
        kind = draw(st.sampled_from(["x", "y", "z", "new", "again", "sum", "pid", "worker"]))
        numbers = [name for name in names if name[0] == "n"]
        if kind == "new":
            names.append(f"n{len(names)}")
            return f"{{{names[-1]}:int={len(names)}{draw(st.sampled_from(['', ' in 1..', ' in ..90']))}}}"
        if kind == "again" and names:
            return f"{{{draw(st.sampled_from(names))}}}"
        if kind == "sum" and numbers:
            return f"{{{draw(st.sampled_from(numbers))}+2*{draw(st.sampled_from(numbers))}}}"
        if actor not in names and (kind == "pid" or (kind == "worker" and first and actor != "main")):
            names.append(actor)
            return f"{{{actor}:{kind}={100 + len(names)}}}"
        return kind[-1]

    ever: set[str] = set()
    lines = ["$ python a.py"]
    for _ in range(draw(st.integers(1, 2))):
        lines.append(f"{part('main')} {part('main')}")
        lanes = draw(st.lists(st.sampled_from(["main", *"abcdef"[:actors]]), min_size=2, max_size=actors, unique=True))
        lengths = {actor: draw(st.integers(1, length)) for actor in lanes}
        begun: dict[str, str] = {}
        for actor in draw(st.permutations([lane for lane in lanes for _ in range(lengths[lane])])):
            others = [label for whose, label in begun.items() if whose != actor]
            after = f" after {draw(st.sampled_from(others))}" if others and draw(st.booleans()) else ""
            label = f"l{len(lines)}"
            lines.append(f"{actor} as {label}{after}| {part(actor, actor not in ever)} {part(actor)}")
            begun[actor] = label
            ever.add(actor)
    return parse("".join(f"{line}\n" for line in lines), Path("a.out"))


def shown(part: Text | Variable | Reference | Computed, values: dict[str, str]) -> str:
    if isinstance(part, Computed):
        return str(eval(part.expression, {}, {name: int(value) for name, value in values.items()}))
    return part.text if isinstance(part, Text) else values[part.name]


@st.composite
def legal_runs(draw: st.DrawFn, page: Result) -> Run:
    """A run that is legal by its making: an order that the lanes allow, values that the variables allow."""
    fresh = iter(range(2, 100))
    values = {name: str(draw(st.integers(1, 3))) for name in page.variables}
    values |= {name: str(next(fresh)) for name, variable in page.variables.items() if variable.is_process}
    values |= {"main": "1"}
    workers = {name for name, variable in page.variables.items() if variable.type == "worker"}
    order: list[Line] = []
    for region in page.terminals[0].regions:
        taken = dict.fromkeys(region.lanes, 0)
        busy: set[str] = set()
        idle: set[str] = set()
        while waiting := [lane for lane in region.lanes if taken[lane] < len(lane.lines)]:
            done = {line.label for line in order}
            free = [lane for lane in waiting if done.issuperset(lane.lines[taken[lane]].after)]
            free = [lane for lane in free if taken[lane] or values.get(lane.actor or "") not in busy]
            assume(free)
            lane = draw(st.sampled_from(free))
            if lane.actor in workers:
                if idle and lane.actor not in {line.actor for line in order} and draw(st.booleans()):
                    values[lane.actor] = idle.pop()
                (idle.add if taken[lane] + 1 == len(lane.lines) else busy.add)(values[lane.actor])
                (busy.discard if taken[lane] + 1 == len(lane.lines) else idle.discard)(values[lane.actor])
            order.append(lane.lines[taken[lane]])
            taken[lane] += 1
    actors = {line.actor or "main" for line in order}
    writers = {actor: int(values[actor]) if actor in values else next(fresh) for actor in sorted(actors)}
    attested = draw(st.booleans())
    lines = [("".join(shown(part, values) for part in line.parts), writers[line.actor or "main"]) for line in order]
    return Run((Output(tuple((text, writer if attested else None) for text, writer in lines), main=1),))
