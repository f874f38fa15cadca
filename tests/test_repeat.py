"""Repeated runs are counted as they were, and what the annotations allow in vain is reported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from witness.repeat import ENOUGH, load
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
    assert done.returncode == 0, done.stderr
    for name, (*_, expected) in PROGRAMS.items():
        lead = f"examples/c/{name}.out: allows more than {ENOUGH} runs used: "
        said = [line.removeprefix(lead) for line in done.stdout.splitlines() if line.startswith(lead)]
        assert said == expected
    assert done.stdout.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs held"
    assert done.stderr.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs"
    notes = json.loads((project / "examples/recorded.json").read_text())
    moves = notes["c/moves"]["seen"]
    assert (moves["runs"], moves["orders"], moves["load"]) == (ENOUGH, 2, False)
    assert moves["pythons"] == [own().version]
    assert {text for _, text in moves["common"]} == {"a\nb\n", "b\na\n"}
    assert sum(count for count, _ in moves["common"]) == ENOUGH
    assert notes["c/still"]["seen"]["common"] == []


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
    assert json.loads((project / "examples/recorded.json").read_text()).keys() == {"c/process"}


def test_the_load_keeps_every_core_busy_and_ends() -> None:
    with load():
        busy = psutil.Process().children()
        busy = [process for process in busy if "while True: pass" in process.cmdline()]
        assert len(busy) == os.cpu_count()
    assert not any(process.is_running() for process in busy)
