"""What no result file says alone: nothing is without one, and a program says what its system lacks."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import refuse
from helpers import play

from witness.examples import Example, check_layout, find
from witness.language import Run, read
from witness.recording import evidence
from witness.recording.check import says_so
from witness.recording.timelines import is_traceable
from witness.recording.unused import ENOUGH
from witness.running import run
from witness.running.interpreters import Interpreter

EXAMPLES = Path("examples")
BARE = """
import os
import multiprocessing.context as context
del os.fork, os.forkpty
context._concrete_contexts = {"spawn": context._concrete_contexts["spawn"]}
os.environ["PATH"] = "/nowhere"
"""
NEEDY = [
    example for example in find(EXAMPLES) if not example.variant and {"fork", "nslookup"} & set(example.settings.needs)
]


def test_every_program_has_a_result_and_nothing_else_has_one() -> None:
    for example in find(EXAMPLES):
        check_layout(example)
    assert set(EXAMPLES.rglob("*.json")) == {evidence.path(example) for example in find(EXAMPLES)}


def test_of_every_result_it_was_asked_who_printed_it_and_why_in_this_order() -> None:
    of_terminals = (example for example in find(EXAMPLES) if is_traceable(example, read(example.out)))
    missing = (example.name for example in of_terminals if not evidence.stored(example).trace)
    refuse(f"it has no timeline: run `uv run witness record {name}`" for name in missing)


def test_every_result_was_repeated_as_it_now_is() -> None:
    """Those that run alone measure this very machine, and need not be repeated; but if one was, as it now is."""
    missing = []
    for example in find(EXAMPLES):
        enough = ENOUGH
        if example.settings.alone:
            enough = 1 if evidence.stored(example).observation else 0
        runs = evidence.load(example).observation
        if (runs.runs if runs else 0) < enough:
            missing.append(example.name)
    how = f"uv run witness repeat --record --times {ENOUGH} {' '.join(missing)}"
    refuse([f"not repeated {ENOUGH} times as they are now; run `{how}`"] * bool(missing))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Example, Interpreter], Run]:
    """Runs a program where there is neither `os.fork` nor any command, as well as that can be had on Linux."""
    site = tmp_path_factory.mktemp("bare")
    (site / "sitecustomize.py").write_text(BARE)
    return lambda example, interpreter: run(play(example, interpreter, site=site))


@pytest.mark.skipif(sys.platform != "linux", reason="systems that lack them are imitated on Linux only")
@pytest.mark.parametrize("example", NEEDY, ids=lambda example: example.name)
def test_a_program_says_what_the_system_lacks(
    example: Example, interpreter: Interpreter, bare: Callable[[Example, Interpreter], Run]
) -> None:
    reason = f"needs {' and '.join(example.settings.needs)}"
    assert says_so(example, bare(example, interpreter), reason) == ""
