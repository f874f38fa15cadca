"""Repeated runs are counted as they were, and what the annotations allow in vain is reported."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from helpers import wait_until

from witness.examples import Example
from witness.recording.evidence import load
from witness.recording.repeat import busy
from witness.recording.unused import ENOUGH
from witness.running import platform
from witness.running.interpreters import own

ROOT = Path(__file__).parent.parent
TWO = """
import threading

order = {}
for name in order:
    thread = threading.Thread(target=print, args=(name,))
    thread.start()
    thread.join()
"""
# Programs, their results, and what is said of them after enough runs.
PROGRAMS = {
    "moves": (TWO.format("{'a', 'b'}"), "a| a\nb| b\n", []),  # the hashes of strings differ from run to run
    "still": (
        TWO.format("'ab'"),
        "a| a\nb| b\n",
        ["allows what does not happen: line 3 never came before line 2"],
    ),
    "constant": ("print(5)", "{n:int=5}\n", ["allows what does not happen: {n:int=5} was always 5"]),
    "wide": (
        "import random\nprint(random.choice([1, 9]))",
        "{n:int=5 in 0..1000}\n",
        ["may allow too much: {n:int=5 in 0..1000} was always in 1..9"],
    ),
    # Only if who starts the other naps for longer than that takes, and only if who comes first naps longer still.
    "pushed": (
        """
import threading

def work():
    print("a")
    print("b")

thread = threading.Thread(target=work)
thread.start()
print("c")
print("d")
thread.join()
""",
        "x| a\nx| b\nmain| c\nmain| d\n",
        [],
    ),
    "varies": ("import random\nprint(random.choice([1, 9]))", "{n:int=5 in 1..9}\n", []),
    "process": ("import os\nprint(os.getpid())", "{main:pid=5}\n", []),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    chapter = tmp_path / "examples" / "c"
    chapter.mkdir(parents=True)
    for name, (program, result, _) in PROGRAMS.items():
        (chapter / f"{name}.py").write_text(program)
        (chapter / f"{name}.out").write_text(f"$ python {name}.py\n{result}")
    return tmp_path


def repeated(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "witness", "repeat", *options],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_what_was_allowed_in_vain_is_reported(project: Path) -> None:
    done = repeated(project, f"-n{ENOUGH}", "--record")
    assert done.returncode == 1, done.stderr
    pushed = f" in {ENOUGH} runs, {ENOUGH // 2 if platform.here.complete else 0} of them pushed"
    for name, (*_, expected) in PROGRAMS.items():
        lead = f"examples/c/{name}.out: "
        said = [line.removeprefix(lead) for line in done.stdout.splitlines() if line.startswith(lead)]
        assert said == [words + pushed for words in expected]
    assert done.stdout.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs held"
    assert done.stderr.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs"
    moves = load(Example(project / "examples", "c/moves")).observation
    assert moves
    assert {path.stem for path in project.rglob("*.json")} == set(PROGRAMS) - {"still", "constant"}
    assert (moves.pythons, moves.runs, moves.load, moves.orders) == ((own().version,), ENOUGH, False, 2)
    assert {order.lines for order in moves.common} == {(2, 3), (3, 2)}
    assert sum(order.count for order in moves.common) == ENOUGH


def test_a_run_that_does_not_hold_is_said_and_not_recorded(project: Path) -> None:
    (project / "examples/c/varies.out").write_text("$ python varies.py\n{n:int=5 in 1..8}\n")
    done = repeated(project, "-n40", "--record", "varies", "process")
    assert done.returncode == 1
    assert "examples/c/varies.out:2: printed: `9`" in done.stdout
    assert "40/40" in next(line for line in done.stdout.splitlines() if line.endswith("c/process"))
    held, _, runs = (
        next(line for line in done.stdout.splitlines() if line.endswith("c/varies")).split()[0].partition("/")
    )
    assert int(held) < int(runs) == 40
    assert done.stdout.splitlines()[-1] == f"{int(held) + 40} of 80 runs held"
    assert [path.name for path in project.rglob("*.json")] == ["process.json"]


def test_the_load_keeps_every_core_busy_and_ends() -> None:
    with busy():
        wait_until(lambda: len(loops(os.getpid())) == os.cpu_count())  # a process that has just begun has no name yet
        started = loops(os.getpid())
    assert not any(process.is_running() for process in started)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda end: end.name)
def test_the_load_ends_with_its_parent(project: Path, end: signal.Signals) -> None:
    (project / "examples/c/process.py").write_text("import time\ntime.sleep(9)\n")
    command = [sys.executable, "-m", "witness", "repeat", "-n1", "--load", "c/process"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=project, env=environment, stderr=subprocess.DEVNULL) as harness:
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
