"""Helpers for several tests: results and runs from one line of text, legal runs, example files, waiting."""

import ast
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
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
    Printed,
    Result,
    ResultError,
    Run,
    Shuffled,
    Terminal,
    Text,
    Variable,
    parse,
)
from witness.language.promises import Promises
from witness.recording import evidence
from witness.recording.record import bare
from witness.running import Play, platform
from witness.running.interpreters import Interpreter, own
from witness.tracing import trial

Case = TypeVar("Case")
Found = TypeVar("Found")

EXAMPLES = find(Path("examples"))
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def result(text: str) -> Result:
    """Parse a result file whose lines are given in `text`, separated by " / "."""
    return parse("".join(f"{line}\n" for line in ["$ python a.py", *text.split(" / ")]), Path("a.out"))


def output(text: str, exit: int = 0) -> Output:
    """Return an output of lines separated by " / ". ``7> text`` was written by process 7; the main process is 1."""
    lines = [re.fullmatch(r"(?:(\d+)> )?(.*)", line, re.DOTALL) for line in text.split(" / ")] if text else []
    return Output(tuple((line[2], int(line[1]) if line[1] else None) for line in lines if line), exit, main=1)


def attested(page: Result) -> Run:
    """Return the recorded run, with a process for each printer.

    A variable of type `pid` that is no printer's is the main process of the first terminal.
    """
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
    """Write the example ``c/NAME`` below `root`: its program and, if given, its result below the command."""
    example = Example(root, f"c/{name}")
    (root / "c").mkdir(parents=True, exist_ok=True)
    example.programs[0].write_text(dedent(program))
    if result is not None:
        example.out.write_text(f"$ python {name}.py\n{dedent(result)}")
    return example


BLOCK = "# /// script\n# [tool.witness]\n# {}\n# ///\n"
"""A script block, to be formatted with a setting."""
HASTY = BLOCK.format("timeout = 1")

GO = """
def go(*functions, kind=Thread):
    threads = [kind(target=function) for function in functions]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
"""For many programs: starts threads that run these functions, and joins them."""


def headed(head: str, program: str) -> str:
    """Return `program` below those parts of `head` that it needs: unneeded imports would take most of a short run."""
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


def tried(find: Callable[[Case], Found], cases: Mapping[str, Case], steps: Sequence[int]) -> dict[str, Found]:
    """Return what `find` finds by trials of each case, whose threads fall behind from each of these `steps` on.

    They run side by side, since they mostly wait.
    """
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(8) as pool:
        patch.setattr(trial, "STEPS", steps)
        return dict(zip(cases, pool.map(find, cases.values()), strict=True))


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _given(statement: ast.stmt) -> set[str]:
    """Return the names that a definition or an assignment binds."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def play(example: Example, interpreter: Interpreter | None = None, **how: Any) -> Play:
    """Return a run of an example that has no result yet."""
    return Play(example, bare(example), interpreter or own(), **how)


def texts(run: Run, terminal: int = 0) -> list[str]:
    """Return the lines that a terminal showed."""
    return [text for text, _ in run.outputs[terminal].lines]


def sections(text: str) -> dict[str, str]:
    """Return the sections of a text, each below its ``## NAME``, by name."""
    parts = (section.partition("\n") for section in text.split("\n## ")[1:])
    return {name: content.strip() for name, _, content in parts}


def confined() -> None:
    """Skip the test if examples can't be confined here; in CI, fail it."""
    if platform.here.missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(platform.here.missing)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def copied(name: str, root: Path) -> Example:
    """Copy an example with its result and evidence to a folder below `root`."""
    example = Example(root, name)
    example.out.parent.mkdir()
    for path in Path("examples", name).parent.glob(f"{example.out.stem}.*"):
        shutil.copy(path, example.out.parent)
    return example


Forged = dict[str, Any]
"""The contents of an evidence file as parsed JSON."""


def forge(example: Example, lie: Callable[[Forged], object]) -> None:
    """Change an example's evidence file by `lie`, with a correct checksum."""
    known = msgspec.json.decode(evidence.path(example).read_bytes())
    lie(known)
    evidence.path(example).unlink()
    forged = msgspec.convert(known, evidence.Evidence)
    evidence.change(example, **{name: getattr(forged, name) for name in forged.__dataclass_fields__})


def events(change: Callable[[Forged], object]) -> Callable[[Forged], None]:
    """Return a forger that calls `change` with each event of a timeline, and removes an event if that returns False."""

    def lie(known: Forged) -> None:
        for lane in known["trace"]["lanes"]:
            lane["events"] = [event for event in lane["events"] if change(event) is not False]

    return lie


def without(*kinds: str) -> Callable[[Forged], None]:
    """Return a forger that removes the events of these kinds."""
    return events(lambda event: event["kind"] not in kinds)


def slower(factor: float) -> Callable[[Forged], None]:
    """Return a forger that multiplies the time of each event."""
    return events(lambda event: event.update(milliseconds=event["milliseconds"] * factor))


def shown(part: Part, values: dict[str, str]) -> str:
    if isinstance(part, Computed):
        return str(eval(part.expression, {}, {name: int(values[name]) for name in part.names}))
    if isinstance(part, Shuffled):
        return ", ".join(part.members)
    if isinstance(part, Variable) and part.format:
        return format(int(values[part.name]), part.format)
    return part.text if isinstance(part, Text) else values[part.name]


# By the first letter of a variable's name, its possible annotations and its values in runs; `{}` is a unique number.
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
"""The letters of the variables for repeated lines."""


def any_page(random: Random, actors: int, length: int) -> Result:
    """Return a random result with any annotations, each region of up to `actors` lanes of up to `length` lines."""
    while True:
        with suppress(ResultError):  # raised, for example, for a line that can't wait for another
            page = parse(_any_text(random, actors, length), Path("a.out"))
            if random.random() < 0.5 and (triples := [*Promises(page).between()]):
                return parse(_together(random, page, *random.choice(triples)), Path("a.out"))
            return page


def _together(random: Random, page: Result, one: Line, other: Line, third: Line) -> str:
    """Return the text of a page on which the third line does not come between the others."""
    lock = random.choice(["", "k"])
    locked = {
        line: replace(line, lock=lock, still=line is other) for line in (one, other, third) if lock or line is other
    }
    return "".join(
        str(replace(terminal, lines=tuple(locked.get(line, line) for line in terminal.lines)))
        for terminal in page.terminals
    )


def _any_text(random: Random, actors: int, length: int) -> str:
    names: list[str] = []
    lines = ["$ python a.py"]
    variety = random.choice([0.3, 1, 1])

    def part(actor: str = "main", often: bool = False) -> str:
        """Return fixed text of few kinds, so that some lines are equal, or a random annotation."""
        kind = random.choice([*OFTEN] if often else [*VARIES, *"ppppp", "again", "sum", "sum", "set"])
        numbers = [name for name in names if name[0] == "n"]
        name = actor if kind == "p" else f"{kind}{len(names)}"
        if random.random() > variety or (kind == "p" and ("/" in actor or actor in names)):
            return random.choice("xy")
        if kind == "again":
            return f"{{{random.choice(names)}}}" if names else "x"
        if kind == "sum":  # a sum of a number from an earlier line, or a later one
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
    """Return a random run, and the line of the file that each of its lines was made from.

    It may be legal or not; if made `careful`, it mostly is.
    """
    orders = tuple([*any_order(random, terminal, careful)] for terminal in page.terminals)
    values: dict[str, str] = {}
    for name, variable in page.variables.items():
        values[name] = random.choice(_values(variable, len(values) if careful else None))
    writers = {name: int(value) for name, value in values.items() if page.variables[name].is_process}
    attested = random.random() < 0.6
    outputs = []
    for index, order in enumerate(orders):
        main, lines = 1 + index, list[Printed]()
        for line in order:
            news = [part for part in line.varying if isinstance(part, Variable) and part.name != line.printer]
            own = {part.name: random.choice(_values(part, 90 if careful else None)) for part in news if line.times}
            text = "".join(shown(part, values | own) for part in line.parts)
            other = 200 + len(writers) if careful else random.choice([1, 3, 4, 5])
            writer = main if line.printer == "main" else writers.setdefault(line.printer, other)
            lines.append((text, writer if attested else None))
        for _ in range(random.choice([0, 0, 0, 1, 2]) if lines and not careful else 0):
            place, (text, wrote) = random.randrange(len(lines)), random.choice(lines)
            there, here = lines[place]
            number = re.sub(r"\d\b", random.choice("1234"), there, count=1)
            lines[place] = random.choice([(text, here), (there, wrote), (number, here)])
        ticks = tuple(sorted(random.choices(range(5), k=len(lines)))) if not careful else (9 * index,) * len(lines)
        outputs.append(Output(tuple(lines), 0, main if attested else None, ticks))
    return Run(tuple(outputs)), orders


def _values(variable: Variable, own: int | None) -> Sequence[str]:
    """Return values to choose from; with `own` just one, unique where the variable must differ from others."""
    if own is not None and variable.type == "time":
        return ["10:00:02"]
    if own is not None and variable.space:
        return ["1" if variable.name == "main" else f"0x{own}" if variable.type == "id" else str(10 + own)]
    return VARIES[variable.name[0] if variable.name[1:].isdigit() else "p"][1]


def any_order(random: Random, terminal: Terminal, careful: bool = True) -> Iterator[Line]:
    """Yield the lines of a terminal in a random order, if made `careful` in one that is allowed."""
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
