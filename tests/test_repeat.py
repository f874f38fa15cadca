"""Repeated runs are counted as they were, and what the annotations allow in vain is reported."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest
from helpers import wait_until

from witness.examples import Example
from witness.recording.evidence import load
from witness.recording.repeat import busy
from witness.running.interpreters import own

TWO = """
import threading

order = {}
for name in order:
    thread = threading.Thread(target=print, args=(name,))
    thread.start()
    thread.join()
"""
TIMES = 20
"""How often each program runs: enough for what comes in half of the runs."""
# Programs, their results, and what is said of them after enough runs.
PROGRAMS = {
    "moves": (TWO.format("{'a', 'b'}"), "a| a\nb| b\n", []),  # the hashes of strings differ from run to run
    "still": (
        TWO.format("'ab'"),
        "a| a\nb| b\n",
        ["line 2: `a` never changed places with anyone", "line 3: `b` never changed places with anyone"],
    ),
    "constant": ("print(5)", "{n:int=5}\n", ["{n:int=5} was always 5"]),
    "wide": (
        "import random\nprint(random.choice([1, 9]))",
        "{n:int=5 in 0..1000}\n",
        ["{n:int=5 in 0..1000} was always in 1..9"],
    ),
    "varies": ("import random\nprint(random.choice([1, 9]))", "{n:int=5 in 1..9}\n", []),
    "process": ("import os\nprint(os.getpid())", "{main:pid=5}\n", []),
}


@pytest.fixture
def repeat(witness: Callable[..., tuple[int, str, str]]) -> Callable[..., tuple[int, str, str]]:
    """Runs `witness repeat` on the programs."""
    chapter = Path("examples/c")
    chapter.mkdir(parents=True)
    for name, (program, result, _) in PROGRAMS.items():
        (chapter / f"{name}.py").write_text(program)
        (chapter / f"{name}.out").write_text(f"$ python {name}.py\n{result}")
    return partial(witness, "repeat", f"-n{TIMES}", "--record")


def test_what_was_allowed_in_vain_is_reported(
    repeat: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("witness.recording.repeat.ENOUGH", TIMES + 1)
    assert "allows more than" not in repeat("still")[1]
    monkeypatch.setattr("witness.recording.repeat.ENOUGH", TIMES)
    status, output, errors = repeat()
    assert status == 0, errors
    for name, (*_, expected) in PROGRAMS.items():
        lead = f"examples/c/{name}.out: allows more than {TIMES} runs used: "
        said = [line.removeprefix(lead) for line in output.splitlines() if line.startswith(lead)]
        assert said == expected
    runs = TIMES * len(PROGRAMS)
    assert output.splitlines()[-1] == f"{runs} of {runs} runs held"
    assert errors.splitlines()[-1] == f"{runs} of {runs} runs"
    moves, still = (load(Example(Path("examples"), f"c/{name}")).observation for name in ("moves", "still"))
    assert moves
    assert still
    assert (moves.pythons, moves.runs, moves.load, moves.orders) == ((own().version,), TIMES, False, 2)
    assert {order.lines for order in moves.common} == {(2, 3), (3, 2)}
    assert sum(order.count for order in moves.common) == TIMES
    assert still.common == ()


def test_a_run_that_does_not_hold_is_said_and_not_recorded(repeat: Callable[..., tuple[int, str, str]]) -> None:
    Path("examples/c/varies.out").write_text("$ python varies.py\n{n:int=5 in 1..8}\n")
    status, output, _ = repeat("varies", "process")
    assert status == 1
    assert "examples/c/varies.out:2: printed: `9`" in output
    said = output.splitlines()
    assert f"{TIMES}/{TIMES}" in next(line for line in said if line.endswith("c/process"))
    held, _, runs = next(line for line in said if line.endswith("c/varies")).split()[0].partition("/")
    assert int(held) < int(runs) == TIMES
    assert said[-1] == f"{int(held) + TIMES} of {2 * TIMES} runs held"
    assert [path.name for path in Path().rglob("*.json")] == ["process.json"]


def test_the_load_keeps_every_core_busy_and_ends() -> None:
    with busy():
        wait_until(lambda: len(loops(os.getpid())) == os.cpu_count())  # a process that has just begun has no name yet
        started = loops(os.getpid())
    assert not any(process.is_running() for process in started)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda end: end.name)
@pytest.mark.usefixtures("repeat")
def test_the_load_ends_with_its_parent(end: signal.Signals) -> None:
    Path("examples/c/process.py").write_text("import time\ntime.sleep(9)\n")
    command = [sys.executable, "-m", "witness", "repeat", "-n1", "--load", "c/process"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as harness:
        children = psutil.Process(harness.pid).children
        wait_until(lambda: any("process.py" in command_of(child) for child in children(recursive=True)))
        busy = loops(harness.pid)
        harness.send_signal(end)
    assert len(busy) == os.cpu_count()
    wait_until(lambda: all(map(ended, busy)))


def loops(parent: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(parent).children() if "while True: pass" in command_of(child)]


def command_of(process: psutil.Process) -> str:
    """Its command line; nothing once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
