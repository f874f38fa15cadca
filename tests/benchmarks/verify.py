"""Measure what verifying costs, as ratios, on this machine and now: `uv run python tests/benchmarks/verify.py`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from witness.examples import Example, find
from witness.language import Result, decide, read
from witness.running import WORKERS, Runner, platform
from witness.running.interpreters import Interpreter, at, lacking, own, unfit
from witness.running.terminals import Play

ROOT = Path(__file__).parents[2]
CORES = os.cpu_count() or 1
SYBIL = "sybil==9.2.0"

Pairs = Sequence[tuple[Example, Result]]


def main() -> None:
    sections = {"suite": suite, "trivial": trivial, "others": others, "many": many}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sections", nargs="*", choices=[*sections, []], metavar="SECTION", help=f"of {', '.join(sections)}; else all"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure (default: %(default)s)")
    parser.add_argument("--cost", nargs=2, metavar=("FOLDER", "PYTHON"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cost:
        print(json.dumps(cost(Path(options.cost[0]), options.cost[1])))
        return
    print(f"{'':9}{'median':>7} {'least':>6} {'most':>6} {'target':>7}  of {options.rounds} rounds on {CORES} cores")
    with tempfile.TemporaryDirectory(prefix="witness-") as folder:
        # A venv, since packages installed beside a Python may start with it, and hide what verifying adds.
        python = Path(folder, "python")
        subprocess.run([own().path, "-m", "venv", "--without-pip", python], check=True)
        for name in options.sections or sections:
            clock = Clock()
            home = Path(folder, name)
            home.mkdir()
            sections[name](home, str(python / "bin/python"), options.rounds)
            print(clock.noise())


def report(title: str, ratios: Sequence[float], target: float | None, what: str) -> None:
    middle = median(ratios)
    aim = f"≤ {target:g}" if target else ""
    missed = "  MISSED" if target and middle > target else ""
    print(f"{title:9}{middle:7.2f} {min(ratios):6.2f} {max(ratios):6.2f} {aim:>7}  {what}{missed}", flush=True)


class Clock:
    """Time since now, in seconds: on the wall; of CPU, by this process and all that it started; by everyone else."""

    def __init__(self) -> None:
        self._start = self._now()

    @staticmethod
    def _now() -> tuple[float, float, float]:
        times = psutil.cpu_times()
        everyone = sum(times) - times.idle - getattr(times, "iowait", 0.0)
        own = [process.cpu_times() for process in (psutil.Process(), *psutil.Process().children(recursive=True))]
        return time.monotonic(), sum(sum(times[:4]) for times in own), everyone

    @property
    def wall(self) -> float:
        return self._now()[0] - self._start[0]

    @property
    def cpu(self) -> float:
        return self._now()[1] - self._start[1]

    def noise(self) -> str:
        wall, cpu, everyone = (now - start for now, start in zip(self._now(), self._start, strict=True))
        return f"{'':33}  {wall:.0f} s; others kept {max(0.0, everyone - cpu) / wall:.1f} cores busy meanwhile"


# What is measured


def verify(examples: Pairs, python: str, workers: int = WORKERS, warm: int = 0) -> float:
    """Return the seconds it takes to verify the examples, of which the first `warm` are not counted."""
    start = time.monotonic()
    with Runner(workers) as runner:
        for first, rest in ((0, warm), (warm, len(examples))):
            if first:
                start = time.monotonic()
            some = examples[first:rest]
            runs = [(result, runner.submit(Play(example, result, at(python)))) for example, result in some]
            verdicts = [decide(result, run()) for result, run in runs]
            for verdict in verdicts:
                if not verdict.legal:
                    print(f"an example does not hold, the ratio means little: {verdict.reason}", file=sys.stderr)
        return time.monotonic() - start


def bare(examples: Pairs, python: str, workers: int = 1) -> list[tuple[float, float]]:
    """Return the seconds and the CPU seconds that each example takes without the verifier, `workers` at a time."""
    workshop = platform.here.workshop()
    seconds: dict[int, tuple[float, float]] = {}
    for number, (example, result) in enumerate(examples):
        workshop.begin(number, partial(_bare, example, result, python), 60)
        while number + 1 - len(seconds) >= workers or (number + 1 == len(examples) > len(seconds)):
            for ended, answer, trouble in workshop.wait():
                if answer is None:
                    raise SystemExit(f"{examples[ended][0].name}: it can't be run bare: {trouble}")
                seconds[ended] = answer
    workshop.close()
    return [seconds[number] for number in range(len(examples))]


def _bare(example: Example, result: Result, python: str, folder: Path) -> tuple[float, float]:
    for file in example.files:
        shutil.copy(file, folder)
    clock = Clock()
    if len(result.terminals) > 1:
        Play(example, result, at(python))(folder)  # its programs wait for each other, so the verifier must start them
    else:
        launch(folder, [result.terminals[0].program], python)
        with suppress(ChildProcessError):
            while True:
                os.wait()  # for everything that it started
    return clock.wall, clock.cpu


def launch(folder: Path, programs: Sequence[str], python: str) -> None:
    """Run `python FILE` for each of the programs, two at a time."""
    running: dict[int, subprocess.Popen[bytes]] = {}
    todo = list(reversed(programs))
    while todo or running:
        while todo and len(running) < 2:
            program = subprocess.Popen(
                [python, todo.pop()],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # as the verifier does: Linux shares out a busy machine by sessions
            )
            running[program.pid] = program
        ended, status = os.wait()
        if ended in running:
            running.pop(ended).returncode = status


def hello(home: Path, count: int) -> Pairs:
    """Return `count` trivial examples."""
    chapter = home / "hello"
    chapter.mkdir()
    for number in range(count):
        (chapter / f"hello_{number}.py").write_text('print("hello")\n')
        (chapter / f"hello_{number}.out").write_text(f"$ python hello_{number}.py\nhello\n")
    return [(example, read(example.out)) for example in find(home)]


def cost(home: Path, python: str) -> tuple[float, int, int]:
    """Verify all examples under `home`.

    Return the seconds, and the bytes of memory of this process and its workers: each at its most, and now unshared.
    """
    clock = Clock()
    with Runner(WORKERS) as runner:
        examples = [(example, read(example.out)) for example in find(home)]
        runs = [(result, runner.submit(Play(example, result, at(python)))) for example, result in examples]
        assert all(decide(result, run()).legal for result, run in runs)
        seconds = clock.wall
        processes = [psutil.Process(), *psutil.Process().children()]
        unshared = sum(process.memory_full_info().uss for process in processes)
        most = sum(peak(process) for process in processes)
    return seconds, most, unshared


def peak(process: psutil.Process) -> int:
    """Return the most memory that a process had, in bytes; where the system does not tell, what it has now."""
    with suppress(OSError):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
        return 1024 * int(status["VmHWM"].split()[0])
    return int(process.memory_info().rss)


def ends_by_itself(example: Example, result: Result, interpreter: Interpreter) -> bool:
    """Return whether an example can run bare: nothing is installed for it, and nothing is typed or pressed."""
    typed = any(line.key or line.typed for line in result.lines)
    return not (unfit(example, interpreter) or lacking(example) or example.dependencies or typed)


# The sections


def suite(_: Path, python: str, rounds: int) -> None:
    together: list[tuple[Example, Result]] = []
    alone: list[tuple[Example, Result]] = []
    for example in find(ROOT / "examples"):
        result = read(example.out)
        if ends_by_itself(example, result, at(python)):
            (alone if example.settings.alone else together).append((example, result))
    ratios, beside, cpus, measured = [], [], [], []
    for _round in range(rounds):
        costs = bare(together, python)
        longest, total = max(seconds for seconds, _ in costs), sum(cpu for _, cpu in costs)
        clock = Clock()
        bare(together, python, WORKERS)
        wall, cpu = clock.wall, clock.cpu
        clock = Clock()
        verified = verify(together, python)
        ratios.append(verified / max(longest, total / CORES))
        beside.append(verified / wall)
        cpus.append(clock.cpu / cpu)
        measured.append(verify(alone, python) / sum(seconds for seconds, _ in bare(alone, python)))
    floor = f"the longest {longest:.2f} s, all {total:.2f} s of CPU time"
    report("suite", ratios, 1.25, f"{len(together)} examples side by side, to their floor: {floor}")
    report("", beside, None, "the same, to all of them bare, side by side, under the same noise")
    report("", cpus, None, "the same in CPU time")
    report("", measured, None, f"{len(alone)} examples that measure, one by one, to the same bare")


def trivial(home: Path, python: str, rounds: int) -> None:
    examples = hello(home, 104)
    programs = [example.programs[0].name for example, _ in examples]
    walls, cpus, each = [], [], []
    for _round in range(rounds):
        clock = Clock()
        launch(home / "hello", programs[4:], python)
        wall, cpu = clock.wall, clock.cpu
        each.append(wall / 100)
        clock = Clock()
        walls.append(verify(examples, python, workers=2, warm=4) / wall)
        cpus.append(clock.cpu / len(examples) / (cpu / 100))
    what = f"verified, to `python FILE`, both two at a time; bare {1000 * median(each):.1f} ms each"
    report("trivial", walls, 1.3, f'print("hello") {what}')
    report("", cpus, None, "the same in CPU time, with the start of the workers")


def others(home: Path, python: str, rounds: int) -> None:
    commands = tools(home, python)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _round in range(rounds):
        for name, (command, folder, environment) in commands.items():
            clock = Clock()
            done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
            seconds[name].append(clock.wall)
            if done.returncode:
                raise SystemExit(f"{name} failed\n{done.stdout}{done.stderr}")
    witness = seconds.pop("witness")
    for name, others in seconds.items():
        ratios = [ours / theirs for ours, theirs in zip(witness, others, strict=True)]
        times = f"{10 * median(witness):.1f} ms a program, to {10 * median(others):.1f} ms"
        report("others", ratios, None, f"100 deterministic programs, to {name}: {times}")
    if len(seconds) < 3:
        print(f"{'':33}  sybil is absent: `uv run --with {SYBIL}` does not work here")


def tools(home: Path, python: str) -> dict[str, tuple[list[str], Path, dict[str, str]]]:
    """Return for each tool how to run it on the same 100 programs: its command, the folder, the environment."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    folders = {name: home / name for name in ("witness", "pytest-examples", "doctest", "sybil")}
    for folder in folders.values():
        folder.mkdir()
    shutil.copy(ROOT / "pyproject.toml", folders["witness"])
    programs = folders["witness"] / "examples/numbers"
    programs.mkdir(parents=True)
    for number in range(1, 101):
        body = f"total = sum(n * n for n in range({number}))\n"
        say, said = 'print(f"The sum is {total}.")\n', f"The sum is {sum(n * n for n in range(number))}."
        (programs / f"sum_{number}.py").write_text(body + say)
        (folders["pytest-examples"] / f"sum_{number}.md").write_text(f"```python\n{body}{say}#> {said}\n```\n")
        for name in ("doctest", "sybil"):
            (folders[name] / f"sum_{number}.txt").write_text(f">>> {body}>>> {say}{said}\n")
    (folders["pytest-examples"] / "test_prints.py").write_text(
        "import pytest\n"
        "from pytest_examples import CodeExample, EvalExample, find_examples\n"
        '@pytest.mark.parametrize("example", find_examples("."), ids=str)\n'
        "def test_prints(example: CodeExample, eval_example: EvalExample) -> None:\n"
        "    eval_example.run_print_check(example)\n"
    )
    (folders["sybil"] / "conftest.py").write_text(
        "from sybil import Sybil\n"
        "from sybil.parsers.rest import DocTestParser\n"
        'pytest_collect_file = Sybil([DocTestParser()], patterns=["*.txt"]).pytest()\n'
    )
    texts = sorted(path.name for path in folders["doctest"].iterdir())
    commands: dict[str, tuple[list[str], Path, dict[str, str]]] = {
        "witness": ([*pytest, f"--interpreter={python}"], folders["witness"], {}),
        "pytest-examples": (pytest, folders["pytest-examples"], {}),
        "doctest": ([sys.executable, "-m", "doctest", *texts], folders["doctest"], {}),
    }
    update = [*commands["witness"][0], "--record=update"]
    subprocess.run(update, cwd=folders["witness"], check=True, capture_output=True)
    with suppress(OSError, subprocess.CalledProcessError):
        where = "import pathlib, sybil; print(pathlib.Path(sybil.__file__).parents[1])"
        asked = subprocess.run(
            ["uv", "run", "--no-project", "--with", SYBIL, "python", "-c", where],
            cwd=home,
            capture_output=True,
            check=True,
            text=True,
        )
        commands["sybil"] = (pytest, folders["sybil"], {"PYTHONPATH": asked.stdout.strip()})
    return commands


def many(home: Path, python: str, rounds: int) -> None:
    times, most, unshared = list[float](), list[float](), list[float]()
    for count in (100, 1000):
        (home / f"{count}").mkdir()
        hello(home / f"{count}", count)
    for _round in range(rounds):
        few, lots = (
            json.loads(
                subprocess.run(
                    [sys.executable, __file__, "--cost", home / f"{count}", python], stdout=subprocess.PIPE, check=True
                ).stdout
            )
            for count in (100, 1000)
        )
        for ratios, one, other in zip((times, most, unshared), few, lots, strict=True):
            ratios.append(other / one)
    report("many", times, 10.5, f"time of 1,000 programs to 100: {few[0]:.1f} s to {lots[0]:.1f} s")
    report("", most, 1.2, f"memory of verifier and workers, each at its most: {few[1] >> 20} MB to {lots[1] >> 20} MB")
    report("", unshared, None, f"memory that they don't share, at the end: {few[2] >> 20} MB to {lots[2] >> 20} MB")


if __name__ == "__main__":
    main()
