"""Run an example under the collector, and choose a run whose course is common."""

from __future__ import annotations

import ast
import shutil
import tempfile
from pathlib import Path

from witness.examples import Example
from witness.language import (
    Result,
    Run,
    Verdict,
    decide,
)
from witness.running import run
from witness.running.interpreters import Interpreter
from witness.tracing.model import Trace, TraceError
from witness.tracing.notes import Note, parse
from witness.tracing.printed import foreign
from witness.tracing.reader import read

RUNS, ALIKE = 9, 3
"""At most how many runs are made, and how many with the same course are enough; the quickest of those is kept."""

_GENERATES = (ast.Yield, ast.YieldFrom)
_COLLECTED = {"__init__.py", "collector", "notes.py", "waits.py"}

_Found = tuple[Trace, Run, Verdict]


def typical(example: Example, result: Result, interpreter: Interpreter) -> _Found:
    """The trace of a legal run whose course is common."""
    courses: dict[object, list[_Found]] = {}
    for _ in range(RUNS):
        notes, done = traced(example, result, interpreter.path)
        verdict = decide(result, done)
        if not verdict.legal:
            undisturbed = decide(result, run(example, result, interpreter.path))
            why = "recording disturbs this program" if undisturbed.legal else "the traced run is not legal"
            raise TraceError(f"{example.out}:{verdict.line}: {why}\n{verdict.reason}")
        trace = read(notes, result, done, verdict, interpreter.version)
        alike = courses.setdefault(trace.course, [])
        alike.append((trace, done, verdict))
        if len(alike) == ALIKE:
            break
    commonest = max(courses.values(), key=lambda alike: len(alike))
    return min(commonest, key=lambda found: found[0].end)


def _generates(program: ast.AST) -> bool:
    """Whether it has generators, or coroutines that it runs by hand."""
    return any(
        isinstance(node, _GENERATES) or (isinstance(node, ast.Attribute) and node.attr in ("send", "throw"))
        for node in ast.walk(program)
    )


def _not_collected(folder: str, names: list[str]) -> set[str]:
    return set(names) - _COLLECTED if Path(folder) == Path(__file__).parent else set()


def traced(example: Example, result: Result, interpreter: str) -> tuple[list[Note], Run]:
    """A run, and all that its processes noted, in the order of time."""
    with tempfile.TemporaryDirectory(prefix="witness-trace-") as name:
        folder, here = Path(name), Path(__file__).parent
        shutil.copytree(here, folder / "witness_collector", ignore=_not_collected)
        shutil.copy(here / "collector" / "sitecustomize.py", folder)
        programs = [ast.parse(program.read_text()) for program in example.programs]
        if any(map(_generates, programs)):
            (folder / "generators").touch()
        done = run(example, result, interpreter, folder)
        notes = [note for file in folder.glob("*.notes") for note in parse(file.read_bytes())]
        return sorted([*notes, *foreign(notes, done)], key=lambda note: note.time_ns), done
