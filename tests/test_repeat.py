"""Repeated runs are counted as they were, and freedoms that no run used are reported."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, run_witness
from helpers import confined, output, wait_until, written

from witness.examples import Example
from witness.language import Run, parse
from witness.recording import unused
from witness.recording.evidence import Seen, Sight, load
from witness.recording.repeat import Tally, busy
from witness.running import Play, platform, varied
from witness.running.interpreters import Interpreter, own

ENOUGH = 12
"""Here these few runs are enough: what may vary does so in some of them."""
TWO = """
import threading
order = {}
for name in order:
    thread = threading.Thread(target=print, args=(name,))
    thread.start()
    thread.join()
"""
# Programs, their results, and what is reported after enough runs.
PROGRAMS = {
    "moves": (TWO.format("{'a', 'b'}"), "a| a\nb| b\n", []),  # the hashes of strings differ from run to run
    "still": (TWO.format("'ab'"), "a| a\nb| b\n", ["3: allows what never happened: line 3 never came before line 2"]),
    "constant": (
        "import os\nprint(os.getpid(), 5, 6)",
        "{main:pid=7} {n:int=5} {child:silent=6}\n",
        [f"2: allows what never happened: {{{name}}} was always {name[-1]}" for name in ("n:int=5", "child:silent=6")],
    ),
    "drawn": (
        "import random\nprint(f'{random.choice([1000, 9000]):,}', *map(random.choice, ([91, 99], [1, 9])))",
        "{wide:int:,=5,000 in 0..1000000} {counted:int=91 in 0..100} {varies:int=5 in 1..9}\n",
        ["2: allows what never happened: {wide:int:,=5,000 in 0..1000000} was always within 1,000..9,000"],
    ),
    "apart": (
        """
        import multiprocessing, os
        def work(): print(os.getpid())
        if __name__ == "__main__":
            for _ in "ab":
                child = multiprocessing.Process(target=work)
                child.start()
                child.join()
        """,
        "a| {a:worker=5}\nb| {b:worker=6}\n",
        ["3: allows what never happened: no two of `a`, `b` ever shared a worker"],
    ),
    "choices": (
        "import random\nprint(*random.sample('xy', 2), 'x or y')",
        "{a:text=x in x | y} {b:text=y in x | y} x or y\n",
        ["2: allows what never happened: no two of `a`, `b` ever had the same value: write `each` for `in`"],
    ),
    "members": (
        "import random\nprint('[1, 2]', random.choice('xy'))",
        "[{1, 2}] {a:text=x in x | y}\n",
        ["2: allows what never happened: the members in line 2 always came in the same order"],
    ),
    "number": ("import os\nprint(os.getpid(), 3)", "{main:pid=7} 3\n", []),
}


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unused, "ENOUGH", ENOUGH)
        yield


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[int, str, str]]:
    """Return a project whose programs were repeated often enough, and the output of `witness repeat`."""
    root = tmp_path_factory.mktemp("repeated")
    for name, (program, result, _) in PROGRAMS.items():
        written(root / "examples", name, program, result)
    return root, run_witness(root, "repeat", f"-n{ENOUGH}", "--record")


def test_what_was_allowed_in_vain_is_reported(repeated: tuple[Path, tuple[int, str, str]]) -> None:
    project, (status, said, errors) = repeated
    assert status == 1
    perturbed = ENOUGH // 2 if platform.here.complete else 0
    pushed = f" in {ENOUGH} runs, {perturbed} of them perturbed, on Python {own().version}"
    for name, (*_, expected) in PROGRAMS.items():
        lead = f"examples/c/{name}.out:"
        words = [line.removeprefix(lead) for line in said.splitlines() if line.startswith(lead)]
        assert words == [text + pushed for text in expected]
    runs = ENOUGH * len(PROGRAMS)
    assert said.splitlines()[-1] == f"{runs} of {runs} runs held"
    assert errors.splitlines()[-1] == f"{runs} of {runs} runs"
    moves = load(Example(project / "examples", "c/moves")).observation
    assert moves
    held = {name for name, (*_, expected) in PROGRAMS.items() if not expected}
    assert {path.stem for path in project.rglob("*.json")} == held
    assert (moves.pythons, moves.runs, moves.load, moves.orders) == ((own().version,), ENOUGH, False, 2)
    assert {order.lines for order in moves.common} == {(2, 3), (3, 2)}
    assert sum(order.count for order in moves.common) == ENOUGH


def test_a_run_that_does_not_hold_is_said_and_not_recorded(tmp_path: Path) -> None:
    # The number is even or odd by the hash seed of each run.
    written(tmp_path / "examples", "varies", "print(8 + hash('a') % 2)", "{n:int=5 in 1..8}\n")
    written(tmp_path / "examples", "process", *PROGRAMS["number"][:2])
    written(tmp_path / "examples", "never", "print(9)", "{n:int=5 in 1..8}\n")
    status, said, _ = run_witness(tmp_path, "repeat", "-n8", "--record", "varies", "process", "never")
    assert status == 1
    assert "always" not in said  # nothing can be said while some runs are not legal
    assert "examples/c/varies.out:2: printed: `9`" in said
    assert "8/8" in next(line for line in said.splitlines() if line.endswith("c/process"))
    held, _, runs = next(line for line in said.splitlines() if line.endswith("c/varies")).split()[0].partition("/")
    assert 0 < int(held) < int(runs) == 8
    assert said.splitlines()[-1] == f"{int(held) + 8} of 24 runs held"
    assert [path.name for path in tmp_path.rglob("*.json")] == ["process.json"]


LUCK = """
import threading
import time
thread = threading.Thread(target=print, args=("a",))
thread.start()
time.sleep(0.1)
print("b")
thread.join()
"""


def test_how_to_have_a_run_again_says_on_which_python(tmp_path: Path) -> None:
    result = parse("$ python a.py\na\n", tmp_path / "a.out")
    for interpreter, said in {
        own(): "",
        Interpreter("/x/python3.14", "3.14.0"): " --interpreter /x/python3.14",
    }.items():
        play = Play(Example(tmp_path, "c/a"), result, interpreter, variation=varied(7))
        tally = Tally(play.example, result)
        tally.count(Run((output("b"),)), play, 7)
        assert tally.refused[0].endswith(f"; to repeat it: uv run witness repeat c/a --run 7{said}")


def test_a_run_that_was_kept_before_is_kept_again_if_it_shows_more(tmp_path: Path) -> None:
    play = Play(Example(tmp_path, "c/a"), parse("$ python a.py\nx| a\ny| b\n", tmp_path / "a.out"), own())
    tally = Tally(play.example, play.result)
    one, other = (Run((output(lines),)) for lines in ("a / b", "b / a"))
    tally.count(one, play, 0)
    before = Seen(9, tuple(Sight(4, "3.11.7", run.outputs) for run in (one, other)))
    assert [(sight.count, sight.run) for sight in tally.kept(before).runs] == [(1, one), (0, other)]


def test_a_run_is_kept_in_which_a_number_is_no_process(tmp_path: Path) -> None:
    play = Play(Example(tmp_path, "c/a"), parse("$ python a.py\nparent is {n:int=5}\n", tmp_path / "a.out"), own())
    tally = Tally(play.example, play.result)
    mine, orphan = (Run((output(f"1> parent is {n}"),)) for n in (1, 0))
    for number, run in enumerate((mine, mine, orphan)):
        tally.count(run, play, number)
    assert [sight.run for sight in tally.kept(None).runs] == [mine, orphan]


def test_a_number_is_that_of_a_process_if_it_is_always_that_of_the_same(tmp_path: Path) -> None:
    result = parse("$ python a.py\na| a\nb| b\nfirst {n:int=5}\n", tmp_path / "a.out")
    first, other = (Run((output(f"7> a / 8> b / 1> first {n}"),)) for n in (7, 8))
    assert [fault.line for fault in unused.Used(result, [first, first]).faults(2, "")] == [4]
    assert unused.Used(result, [first, other]).faults(2, "") == []


@pytest.mark.skipif(not platform.here.complete, reason="programs are perturbed on Linux only")
def test_a_pushed_run_finds_luck_and_is_had_again(tmp_path: Path) -> None:
    confined()  # the naps depend on the number of the process
    written(tmp_path / "examples", "luck", LUCK, "x| a\nb\n")
    status, said, _ = run_witness(tmp_path, "repeat", "-n14", "--record", "luck")
    assert status == 1
    again = re.search(r"pushed=True\); to repeat it: uv run witness (repeat c/luck --run \d+)$", said, re.MULTILINE)
    assert again, said
    assert not (tmp_path / "examples/c/luck.json").exists()
    status, said, _ = run_witness(tmp_path, *again[1].split())
    assert status == 1
    assert f"; to repeat it: uv run witness {again[1]}\n" in said


def test_what_was_seen_is_held_against_every_later_annotation(
    repeated: tuple[Path, tuple[int, str, str]], tmp_path: Path
) -> None:
    project = shutil.copytree(repeated[0], tmp_path / "project")
    for name in "moves", "number":
        assert not re.search("seen|always|`pid`", checked(project, name))
    written(project / "examples", "moves", PROGRAMS["moves"][0], "a as a| a\nb after a| b\n")
    said = f"examples/c/moves.out:3: a run that was seen on Python {own().version} contradicts its annotations"
    assert said in checked(project, "moves")
    number = PROGRAMS["number"][0]
    written(project / "examples", "number", number, "{main:pid=7} {n:int=3}\n")
    idle = f"allows what never happened: {{}} in {ENOUGH} runs"
    assert idle.format("{n:int=3} was always 3") in checked(project, "number")
    written(project / "examples", "number", number, "times 0..1| {main:pid=7} 3\n")
    assert idle.format("line 2 always came") in checked(project, "number")
    written(project / "examples", "number", number, "{n:int=7} 3\n")
    told = "number.out:2: {n:int=7} was always the ID of a process that printed: make it a `pid` or a `worker`"
    assert (told in checked(project, "number")) == platform.here.complete
    written(project / "examples", "moves", "print('a')\nprint('b')\n", "a\nb\n")
    assert "seen" not in checked(project, "moves")  # the program has changed


def checked(project: Path, name: str) -> str:
    return run_witness(project, "check", f"c/{name}")[1]


def test_the_load_keeps_every_core_busy_and_ends() -> None:
    with busy():
        wait_until(lambda: len(loops(os.getpid())) == os.cpu_count())  # a new process has no name at first
        started = loops(os.getpid())
    assert not any(process.is_running() for process in started)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=lambda end: end.name)
def test_the_load_ends_with_its_parent(tmp_path: Path, end: signal.Signals) -> None:
    written(tmp_path / "examples", "process", "import time\ntime.sleep(9)\n", "")
    command = [sys.executable, "-m", "witness", "repeat", "-n1", "--load", "c/process"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as harness:
        children = psutil.Process(harness.pid).children
        wait_until(lambda: any("process.py" in command_of(child) for child in children(recursive=True)))
        busy = loops(harness.pid)
        harness.send_signal(end)
    assert len(busy) == os.cpu_count()
    wait_until(lambda: all(map(ended, busy)))


def loops(parent: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(parent).children() if "while True: pass" in command_of(child)]


def command_of(process: psutil.Process) -> str:
    """Return the command line of a process, or "" once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
