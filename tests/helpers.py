"""What several tests need: results and runs in a line, runs that a result allows, an example in files, waiting."""

import ast
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any, TypeVar

import msgspec
import pytest

from witness.examples import Example, find
from witness.language import (
    Computed,
    Line,
    Output,
    Part,
    Result,
    ResultError,
    Run,
    Shuffled,
    Terminal,
    Text,
    Variable,
    parse,
)
from witness.recording import evidence
from witness.running import platform
from witness.tracing import trial

Case, Found = TypeVar("Case"), TypeVar("Found")

EXAMPLES = find(Path("examples"))
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


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


GO = """
def go(*functions, kind=Thread):
    threads = [kind(target=function) for function in functions]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
"""What many programs have, to do several things at once."""


def headed(head: str, program: str) -> str:
    """A program below what it needs of a head: for a short one, to import the rest takes most of the time."""
    needed, kept = _names(ast.parse(program)), list[str]()
    for statement in reversed(ast.parse(head).body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            statement.names = [name for name in statement.names if name.name.partition(".")[0] in needed]
            given = bool(statement.names)
        else:
            given = not needed.isdisjoint(_given(statement))
        if given:
            needed |= _names(statement)
            kept.append(ast.unparse(statement) + "\n")
    return "".join(reversed(kept)) + program


def tried(find: Callable[[Case], Found], cases: Mapping[str, Case], steps: int) -> dict[str, Found]:
    """What trials find of each case, side by side, as they mostly wait; its program is short, and has few `steps`."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr(trial, "EACH", steps)
        return dict(zip(cases, pool.map(find, cases.values()), strict=True))


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _given(statement: ast.stmt) -> set[str]:
    """The names that a definition or an assignment gives."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


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
        (pytest.fail if os.environ.get("CI") else pytest.skip)(platform.here.missing)


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


def shown(part: Part, values: dict[str, str]) -> str:
    if isinstance(part, Computed):
        return str(eval(part.expression, {}, {name: int(values[name]) for name in part.names}))
    if isinstance(part, Shuffled):
        return ", ".join(part.members)
    if isinstance(part, Variable) and part.format:
        return format(int(values[part.name]), part.format)
    return part.text if isinstance(part, Text) else values[part.name]


# What may vary in a line, by the first letter of its name, and what it may be in a run; `{}` is a number of its own.
VARIES = {
    "n": (["int=1", "int=1 in 1..2", "int:>2= 1"], "123"),
    "k": (["int={} each 1..30"], "123"),
    "f": (["float=1.0"], ["1.0", "2.5"]),
    "t": (["time=10:00:01"], ["10:00:01", "10:00:02"]),
    "d": (["text=x in x | y"], "xy"),
    "i": (["id=0x{}"], ["0x1", "0x2", "0x3"]),
    "o": (["pid={}"], "134"),
    "s": (["silent={}"], "678"),
    "w": (["worker={}"], "478"),
    "p": (["pid={}", "worker={}", "worker={} of 2", "worker=1 in 1..2", "worker={} each 1..30"], "123"),
}
OFTEN = "nftdisp"
"""The letters of what may vary in a line that comes more than once."""


def any_page(random: Random, actors: int, length: int) -> Result:
    """A result file with any powers of the language, in regions of up to `actors` lanes of up to `length` lines."""
    while True:
        with suppress(ResultError):  # such as for a line that can't wait for that one
            return parse(_any_text(random, actors, length), Path("a.out"))


def _any_text(random: Random, actors: int, length: int) -> str:
    names: list[str] = []
    lines = ["$ python a.py"]
    variety = random.choice([0.3, 1, 1])

    def part(actor: str = "main", often: bool = False) -> str:
        """Fixed text, so that lines are equal, or something that varies."""
        kind = random.choice([*OFTEN] if often else [*VARIES, *"ppppp", "again", "sum", "sum", "set"])
        numbers = [name for name in names if name[0] == "n"]
        name = actor if kind == "p" else f"{kind}{len(names)}"
        if random.random() > variety or (kind == "p" and ("/" in actor or actor in names)):
            return random.choice("xy")
        if kind == "again":
            return f"{{{random.choice(names)}}}" if names else "x"
        if kind == "sum":  # of numbers that stand above, or below
            return f"{{{random.choice([*numbers, f'n{len(names) + 1}'])}+1}}" if numbers else "x"
        if kind == "set":
            return "{x, y}"
        if not often:
            names.append(name)
        return f"{{{name}:{random.choice(VARIES[kind][0]).format(10 + len(names))}}}"

    labels: list[str] = []
    for _ in range(random.randint(1, 2)):
        lines += [part() for _ in range(random.randint(0, 1))]
        begun: dict[str, str] = {}
        known = ["main", "main/", "main/s", "a", "b", "c", "a/", "b/", "a/s", "p", "p/"]
        lanes = random.sample(known, random.randint(2, actors))
        order = [lane for lane in lanes for _ in range(random.randint(1, length))]
        for actor in random.sample(order, len(order)):
            label, others = f"l{len(lines)}", [label for label, whose in begun.items() if whose != actor]
            after = f" after {random.choice(others)}" if others and random.random() < 0.3 else ""
            if often := random.random() < 0.2:
                after += f" times {random.choice(['0..1', '1..2', '0..', '1..'])}"
            lines.append(f"{actor} as {label}{after}| {part(actor, often)}")
            begun[label] = actor
        labels += begun
    if random.random() < 0.3:
        lines += [f"$ python b.py  # after {random.choice(labels)}", f"after {random.choice(labels)}| {part()}"]
    text = "".join(f"{line}\n" for line in lines)
    waited = re.findall(r"after (\w+)", text)
    return re.sub(r" as (l\d+)", lambda label: label[0] * (label[1] in waited), text)


def any_run(random: Random, page: Result, careful: bool = True) -> tuple[Run, tuple[list[Line], ...]]:
    """A run that is legal with luck, mostly so if made `careful`, and which lines of the file it prints."""
    orders = tuple([*_any_order(random, terminal, careful)] for terminal in page.terminals)
    values: dict[str, str] = {}
    for name, variable in page.variables.items():
        values[name] = random.choice(_values(variable, len(values) if careful else None))
    writers = {name: int(value) for name, value in values.items() if page.variables[name].is_process}
    attested = random.random() < 0.6
    outputs = []
    for index, order in enumerate(orders):
        main, lines = 1 + index, []
        for line in order:
            news = [part for part in line.varying if isinstance(part, Variable) and part.name != line.printer]
            own = {part.name: random.choice(_values(part, 90 if careful else None)) for part in news if line.times}
            text = "".join(shown(part, values | own) for part in line.parts)
            other = 200 + len(writers) if careful else random.choice([1, 3, 4, 5])
            writer = main if line.printer == "main" else writers.setdefault(line.printer, other)
            lines.append((text, writer if attested else None))
        for _ in range(random.choice([0, 0, 0, 1, 2]) if lines and not careful else 0):
            place, (text, writer) = random.randrange(len(lines)), random.choice(lines)
            there, wrote = lines[place]
            number = re.sub(r"\d\b", random.choice("1234"), there, count=1)
            lines[place] = random.choice([(text, wrote), (there, writer), (number, wrote)])
        ticks = tuple(sorted(random.choices(range(5), k=len(lines)))) if not careful else (9 * index,) * len(lines)
        outputs.append(Output(tuple(lines), 0, main if attested else None, ticks))
    return Run(tuple(outputs)), orders


def _values(variable: Variable, own: int | None) -> Sequence[str]:
    """What it may be; where it has to be its own, with a number that is."""
    if own is not None and variable.type == "time":
        return ["10:00:02"]
    if own is not None and variable.space:
        return ["1" if variable.name == "main" else f"0x{own}" if variable.type == "id" else str(10 + own)]
    return VARIES[variable.name[0] if variable.name[1:].isdigit() else "p"][1]


def _any_order(random: Random, terminal: Terminal, careful: bool) -> Iterator[Line]:
    done: set[str | None] = {None}
    elsewhere = {label for line in terminal.lines for label in line.after} - {line.label for line in terminal.lines}
    for region in terminal.regions:
        lanes = [
            [block.line for block in lane.blocks for _ in range(random.randint(block.low, block.high or block.low + 1))]
            for lane in region.lanes
        ]
        while lanes := [lane for lane in lanes if lane]:
            able = [lane for lane in lanes if {*lane[0].after} <= done | elsewhere or not careful]
            line = random.choice(able).pop(0)
            done.add(line.label)
            yield line
