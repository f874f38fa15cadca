"""Repeated runs are counted as they were, and what the annotations allow in vain is reported."""

import os
import re
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
        ["allows what does not happen: {n:int=5 in 0..1000} was always in 1..9"],
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
    "counted": ("import random\nprint(random.choice([91, 99]))", "{n:int=91 in 0..100}\n", []),
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


def repeated(project: Path, *options: str, command: str = "repeat") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "witness", command, *options],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_what_was_allowed_in_vain_is_reported(project: Path) -> None:
    done = repeated(project, f"-n{ENOUGH}", "--record")
    assert done.returncode == 1, done.stderr
    pushed = (
        f" in {ENOUGH} runs, {ENOUGH // 2 if platform.here.complete else 0} of them pushed, on Python {own().version}"
    )
    for name, (*_, expected) in PROGRAMS.items():
        lead = f"examples/c/{name}.out: "
        said = [line.removeprefix(lead) for line in done.stdout.splitlines() if line.startswith(lead)]
        assert said == [words + pushed for words in expected]
    assert done.stdout.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs held"
    assert done.stderr.splitlines()[-1] == f"{ENOUGH * len(PROGRAMS)} of {ENOUGH * len(PROGRAMS)} runs"
    moves = load(Example(project / "examples", "c/moves")).observation
    assert moves
    assert {path.stem for path in project.rglob("*.json")} == set(PROGRAMS) - {"still", "constant", "wide"}
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


LUCK = """
import threading
import time

thread = threading.Thread(target=print, args=("a",))
thread.start()
time.sleep(0.1)
print("b")
thread.join()
"""


@pytest.mark.skipif(not platform.here.complete, reason="programs are pushed about on Linux only")
def test_a_pushed_run_finds_luck_and_is_had_again(project: Path) -> None:
    (project / "examples/c/luck.py").write_text(LUCK)
    (project / "examples/c/luck.out").write_text("$ python luck.py\nx| a\nb\n")
    done = repeated(project, f"-n{ENOUGH}", "--record", "luck")
    assert done.returncode == 1
    again = re.search(r"pushed=True\); again: uv run witness (repeat c/luck --run \d+)$", done.stdout, re.MULTILINE)
    assert again, done.stdout
    assert not (project / "examples/c/luck.json").exists()
    done = repeated(project, *again[1].split()[1:])
    assert done.returncode == 1
    assert f"again: uv run witness {again[1]}\n" in done.stdout


def test_what_was_seen_is_held_against_every_later_annotation(project: Path) -> None:
    out = project / "examples/c/moves.out"
    (project / "examples/c/number.py").write_text('import os\n\nprint(f"{os.getpid()} {3}")\n')
    number = out.with_name("number.out")
    number.write_text("$ python number.py\n{main:pid=7} 3\n")
    assert repeated(project, f"-n{ENOUGH}", "--record", "moves", "number").returncode == 0
    assert not any(said in checked(project, name) for name in ("moves", "number") for said in ("seen", "always", "pid"))
    kept = out.read_text()
    out.write_text(kept.replace("a| a\nb| b", "a as a| a\nb after a| b"))
    said = f"examples/c/moves.out:3: a run that was seen on Python {own().version} contradicts its annotations"
    assert said in checked(project, "moves")
    number.write_text("$ python number.py\n{main:pid=7} {n:int=3}\n")
    unused = "allows what does not happen: {} in all of {} runs"
    assert unused.format("{n:int=3} was always 3", ENOUGH) in checked(project, "number")
    number.write_text("$ python number.py\ntimes 0..1| {main:pid=7} 3\n")
    assert unused.format("line 2 always came", ENOUGH) in checked(project, "number")
    number.write_text("$ python number.py\n{n:int=7} 3\n")
    told = "number.out:2: {n:int=7} was always the number of a process that printed: it is a `pid` or a `worker`"
    assert (told in checked(project, "number")) == platform.here.complete
    (project / "examples/c/moves.py").write_text("print('a')\nprint('b')\n")
    out.write_text("$ python moves.py\na\nb\n")
    assert "seen" not in checked(project, "moves")  # it is another program


def checked(project: Path, name: str) -> str:
    return repeated(project, f"c/{name}", command="check").stdout


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
