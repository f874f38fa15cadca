"""What several tests need: results and runs in a line, runs that a result allows, an example in files, waiting."""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st

from witness.examples import Example
from witness.language import Block, Computed, Line, Output, Part, Result, Run, Shuffled, Text, Variable, parse
from witness.recording import evidence
from witness.running import platform

# The same examples each time, and no complaint that a busy machine is slow.
PROPERTY = settings(
    phases=(Phase.explicit, Phase.generate), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def result(text: str) -> Result:
    """A result file whose lines stand in `text` side by side."""
    return parse("".join(f"{line}\n" for line in ["$ python a.py", *text.split(" / ")]), Path("a.out"))


def output(text: str, exit: int = 0) -> Output:
    """Lines side by side, `7> text` for one that process 7 wrote; the main process is 1."""
    lines = [re.fullmatch(r"(?:(\d+)> )?(.*)", line, re.DOTALL) for line in text.split(" / ")] if text else []
    return Output(tuple((line[2], int(line[1]) if line[1] else None) for line in lines if line), exit, main=1)


def attested(page: Result) -> Run:
    """The recorded run, with a process for each actor; a process number that is no actor's is the main process."""
    actors = {line.printer for line in page.lines} | {"main"}
    others = [int(v.value) for v in page.variables.values() if v.type == "pid" and v.name not in actors]
    outputs = []
    for index, terminal in enumerate(page.terminals):
        writers = {"main": others[0] if others and index == 0 else 101 + index}
        for actor in dict.fromkeys(line.printer for line in terminal.lines):
            variable = page.variables.get(actor)
            if variable and variable.is_process and not (index and actor == "main"):
                writers[actor] = int(variable.value)
            else:
                writers.setdefault(actor, 201 + len(writers))
        lines = tuple((page.text(line), None if line.key else writers[line.printer]) for line in terminal.lines)
        outputs.append(Output(lines, terminal.exit, writers["main"], newline=terminal.newline))
    return Run(tuple(outputs))


def written(root: Path, name: str, program: str, result: str | None = None) -> Example:
    """The example `c/NAME` below a folder: its program, and if it is given, what stands below the command."""
    example = Example(root, f"c/{name}")
    (root / "c").mkdir(parents=True, exist_ok=True)
    example.programs[0].write_text(dedent(program))
    if result is not None:
        example.out.write_text(f"$ python {name}.py\n{dedent(result)}")
    return example


def texts(run: Run, terminal: int = 0) -> list[str]:
    """What a terminal showed."""
    return [text for text, _ in run.outputs[terminal].lines]


def sections(text: str) -> dict[str, str]:
    """What stands in a text below each `## NAME`, by the names."""
    parts = (section.partition("\n") for section in text.split("\n## ")[1:])
    return {name: content.strip() for name, _, content in parts}


def confined() -> None:
    """Pass over a test where examples are not confined; in CI, it fails."""
    if platform.here.missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("; ".join(platform.here.missing))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def copied(name: str, root: Path) -> Example:
    """A copy of an example, below that folder, with what is known of it."""
    example = Example(root, name)
    example.out.parent.mkdir()
    for path in Path("examples", name).parent.glob(f"{example.out.stem}.*"):
        shutil.copy(path, example.out.parent)
    return example


Forged = dict[str, Any]
"""What the file beside a result says, as JSON has it."""


def forge(example: Example, lie: Callable[[Forged], object]) -> None:
    """Have the file beside a result tell a lie, with a checksum that is right."""
    known = msgspec.json.decode(evidence.path(example).read_bytes())
    lie(known)
    evidence.path(example).unlink()
    forged = msgspec.convert(known, evidence.Evidence)
    evidence.change(example, **{name: getattr(forged, name) for name in forged.__dataclass_fields__})


@st.composite
def pages(draw: st.DrawFn, actors: int, length: int) -> Result:
    """A result file: regions of up to `actors` lanes of up to `length` lines, with all powers of the language."""
    names: list[str] = []

    def part(actor: str, first: bool = False) -> str:
        """Fixed text out of three, so that lines are equal, or something that varies."""
        kind = draw(st.sampled_from(["x", "y", "z", "new", "again", "sum", "pid", "worker", "two", "set", "each"]))
        numbers = [name for name in names if name[0] == "n"]
        if kind == "new":
            names.append(f"n{len(names)}")
            return f"{{{names[-1]}:int={len(names)}{draw(st.sampled_from(['', ' in 1..', ' in ..90']))}}}"
        if kind == "two":
            names.append(f"n{len(names)}")
            return f"{{{names[-1]}:int:>2= {len(names) % 9}}}"
        if kind == "set":
            return "{x, y}"
        if kind == "each" and (used := sum(name[0] == "k" for name in names)) < 3:
            names.append(f"k{len(names)}")
            return f"{{{names[-1]}:text={'pqr'[used]} each p | q | r}}"
        if kind == "again" and names:
            return f"{{{draw(st.sampled_from(names))}}}"
        if kind == "sum" and numbers:
            return f"{{{draw(st.sampled_from(numbers))}+2*{draw(st.sampled_from(numbers))}}}"
        if (
            "/" not in actor
            and actor not in names
            and (kind == "pid" or (kind == "worker" and first and actor != "main"))
        ):
            names.append(actor)
            return f"{{{actor}:{kind}={100 + len(names)}}}"
        return "z" if kind == "again" else kind[-1]

    ever: set[str] = set()
    lines = ["$ python a.py"]
    for _ in range(draw(st.integers(1, 2))):
        lines.append(f"{part('main')} {part('main')}")
        if draw(st.booleans()):
            lines.append(f"times 0..2| {draw(st.sampled_from(['x', f'y {{t{len(lines)}:int=1}}']))}")
        known = ["main", "main/s", *"abcdef"[:actors], "a/s", "b/"]
        lanes = draw(st.lists(st.sampled_from(known), min_size=2, max_size=actors, unique=True))
        lengths = {actor: draw(st.integers(1, length)) for actor in lanes}
        begun: dict[str, str] = {}
        latest: dict[str, str] = {}
        for actor in draw(st.permutations([lane for lane in lanes for _ in range(lengths[lane])])):
            if draw(st.integers(0, 4)) == 4:
                often = f"{actor} times {draw(st.sampled_from(['0..1', '1..2', '0..']))}| {draw(st.sampled_from('xy'))}"
                if often not in lines or latest.get(actor) == often:  # or it would come by turns with others
                    lines.append(often)
                    latest[actor] = often
                ever.add(actor)
                continue
            others = [label for whose, label in begun.items() if whose != actor]
            after = f" after {draw(st.sampled_from(others))}" if others and draw(st.booleans()) else ""
            label = f"l{len(lines)}"
            lines.append(f"{actor} as {label}{after}| {part(actor, actor not in ever)} {part(actor)}")
            latest.pop(actor, None)
            begun[actor] = label
            ever.add(actor)
    return parse("".join(f"{line}\n" for line in lines), Path("a.out"))


def shown(part: Part, values: dict[str, str]) -> str:
    if isinstance(part, Computed):
        return str(eval(part.expression, {}, {name: int(values[name]) for name in part.names}))
    if isinstance(part, Shuffled):
        return ", ".join(part.members)
    if isinstance(part, Variable) and part.format:
        return format(int(values[part.name]), part.format)
    return part.text if isinstance(part, Text) else values[part.name]


@st.composite
def legal_runs(draw: st.DrawFn, page: Result) -> Run:
    """A run that is legal by its making: an order that the lanes allow, values that the variables allow."""
    fresh = iter(range(2, 100))
    values = {name: str(draw(st.integers(1, 3))) for name in page.variables}
    values |= {name: str(next(fresh)) for name, variable in page.variables.items() if variable.is_process}
    values |= dict(zip([name for name in values if name[0] == "k"], draw(st.permutations("pqr")), strict=False))
    values |= {"main": "1"}
    workers = {name for name, variable in page.variables.items() if variable.is_worker}
    order: list[Line] = []
    for region in page.terminals[0].regions:
        lines = {
            lane: [block.line for block in lane.blocks for _ in range(copies(draw, block))] for lane in region.lanes
        }
        taken = dict.fromkeys(region.lanes, 0)
        busy: set[str] = set()
        idle: set[str] = set()
        while waiting := [lane for lane in region.lanes if taken[lane] < len(lines[lane])]:
            done = {line.label for line in order}
            free = [lane for lane in waiting if done.issuperset(lines[lane][taken[lane]].after)]
            free = [lane for lane in free if taken[lane] or values.get(lane.actor or "") not in busy]
            assume(free)
            lane = draw(st.sampled_from(free))
            if lane.actor in workers:
                if idle and lane.actor not in {line.actor for line in order} and draw(st.booleans()):
                    values[lane.actor] = idle.pop()
                (idle.add if taken[lane] + 1 == len(lines[lane]) else busy.add)(values[lane.actor])
                (busy.discard if taken[lane] + 1 == len(lines[lane]) else idle.discard)(values[lane.actor])
            order.append(lines[lane][taken[lane]])
            taken[lane] += 1
    writers = {
        name: int(values[name]) if name in values else next(fresh) for name in sorted({li.printer for li in order})
    }
    attested = draw(st.booleans())
    texts = []
    for line in order:
        own = {part.name: str(draw(st.integers(1, 3))) for part in line.mentions} if line.times else {}
        texts.append("".join(shown(part, values | own) for part in line.parts))
    lines_ = zip(texts, (writers[line.printer] for line in order), strict=True)
    return Run((Output(tuple((text, writer if attested else None) for text, writer in lines_), main=1),))


def copies(draw: st.DrawFn, block: Block) -> int:
    """How many times a block comes."""
    return draw(st.integers(block.low, block.low + 2 if block.high is None else block.high))
