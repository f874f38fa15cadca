"""Run examples many times, and count: how often each held, in which orders it printed, how long it took."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from witness.examples import Example
from witness.language import Line, Result, Run, decide, looks, read
from witness.recording.evidence import Observation, Seen, Sight
from witness.recording.unused import ENOUGH, Open, Shown, constant, cover, far
from witness.running import NEUTRAL, WORKERS, Attempt, Runner, Turn, Variation, platform, varied
from witness.running.interpreters import Interpreter, unfit
from witness.tracing.collect import collector

KEPT = 8
"""At most how many runs are kept."""


_Kind = tuple[tuple[int, ...], frozenset[Shown]]


@dataclass
class Tally:
    """What `runs` runs of an example showed.

    `pushed` is how many of those that held were pushed about. `orders` counts how often the lines came in which order,
    as numbers of lines; those that read the same have the number of the first. `seen` has all the values of each
    variable. Of runs that came in one order and showed the same of what is open, `sights` has one, and `shown` that.
    `refused` says why runs were not legal; `slowest` is in seconds.
    """

    example: Example
    result: Result
    runs: int = 0
    pythons: set[Interpreter] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    pushed: int = 0
    orders: Counter[tuple[int, ...]] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)
    shown: dict[_Kind, frozenset[Shown]] = field(default_factory=dict)
    sights: dict[_Kind, Sight] = field(default_factory=dict)
    slowest: float = 0.0

    @cached_property
    def open(self) -> Open:
        return Open(self.result)

    @cached_property
    def looks(self) -> dict[Line, int]:
        return looks(self.result.lines)

    @property
    def held(self) -> int:
        return self.runs - len(self.refused)

    def observation(self, load: bool) -> Observation:
        """What is worth keeping of all runs together; `load` as it was meanwhile."""
        versions = tuple(sorted((python.version for python in self.pythons), key=_age))
        return Observation(versions, self.runs, load, len(self.orders))

    def kept(self, before: Seen | None) -> Seen:
        """The runs that are worth keeping, of these and of those that were kept `before`."""
        shown = dict(self.shown)
        sights = {kind: replace(sight, count=self.orders[kind[0]]) for kind, sight in self.sights.items()}
        for sight in before.runs if before else ():
            verdict = decide(self.result, Run(sight.outputs))
            if verdict.legal:
                kind = (), frozenset(self.open.shown(Run(sight.outputs), verdict))
                shown[kind], sights[kind] = kind[1], replace(sight, count=0)
        counts = {key: sight.count for key, sight in sights.items()}
        return Seen(self.runs, tuple(sights[key] for key in cover(shown, counts, KEPT)))

    @property
    def unused(self) -> tuple[list[str], list[str]]:
        """What the annotations allow and no run used: what is wrong with them, and what may be."""
        if self.held < ENOUGH:
            return [], []
        shown = frozenset().union(*self.shown.values())
        pythons = ", ".join(sorted((python.version for python in self.pythons), key=_age))
        runs = f"{self.held} runs, {self.pushed} of them pushed, on Python {pythons}"
        values = (*constant(self.result, self.seen), *far(self.result, self.seen))
        wrong = [f"{said} in {runs}" for said in (*values, *self.open.unused(shown))]
        doubtful = [
            f"line {other.number} never came before line {one.number} in {runs}"
            for one, other in self.open.never(shown)[1]
        ]
        return wrong, doubtful


# Ends when its input does, which is when this process does, in whichever way.
_BUSY = """
import os, threading
threading.Thread(target=lambda: os.read(0, 1) or os._exit(0)).start()
while True: pass
"""


@contextmanager
def busy() -> Iterator[None]:
    """Keep every core busy with something else."""
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            command = [sys.executable, "-S", "-c", _BUSY]
            process = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)  # Ctrl-C reaches it too
            )
            stack.callback(process.kill)
        yield


def runs(
    example: Example, result: Result | None, interpreter: Interpreter, times: int, progress: Callable[[int, int], None]
) -> list[Run]:
    """Runs of an example, `times` on an idle machine and `times` on a busy one; fewer if one is in trouble.

    All but the first are varied: what they find around them is as on other machines. Every second is pushed about.
    """
    runs: list[Run] = []
    machines: list[AbstractContextManager[None]] = [nullcontext(), busy()]
    for machine, workers in zip(machines, (os.cpu_count() or 1, WORKERS), strict=True):
        with machine, _pushers() as pushers, Runner(workers) as runner:
            numbers = range(len(runs), len(runs) + times)
            for turn in [_submit(runner, example, result, interpreter, n, pushers) for n in numbers]:
                runs.append(turn().run)
                progress(len(runs), 2 * times)
                if runs[-1].trouble:
                    return runs
    return runs


def repeat(
    examples: Sequence[Example],
    interpreters: Sequence[Interpreter],
    numbers: Sequence[int],
    progress: Callable[[int, int], None],
) -> list[Tally]:
    """Run each example once with each of these numbers on each interpreter; all but number 0 are varied.

    The number says in which way, and every second is pushed about, so that one that did not hold can be had again.

    `progress` is told how many runs are done, and how many there are. Ctrl-C ends it early, with what was counted.
    """
    tallies = [Tally(example, read(example.out)) for example in examples]
    with _pushers() as pushers, Runner() as runner:
        # Turn by turn, so that different examples are beside each other.
        turns = {
            _submit(runner, tally.example, tally.result, interpreter, n, pushers): (tally, interpreter, n)
            for n in numbers
            for tally in tallies
            for interpreter in interpreters
            if not unfit(tally.example, interpreter)
        }
        with suppress(KeyboardInterrupt):
            for done, turn in enumerate(runner.finished(), 1):
                (tally, interpreter, number), attempt = turns[turn], turn()
                _count(tally, attempt, interpreter, number, turn.play.variation)
                tally.pythons.add(interpreter)
                progress(done, len(turns))
    return tallies


@contextmanager
def _pushers() -> Iterator[tuple[Path, Path]]:
    """What pushes a program about: only at its calls, or also between two instructions."""
    with collector("push") as at_calls, collector("push", "instructions") as anywhere:
        yield at_calls, anywhere


def _submit(
    runner: Runner,
    example: Example,
    result: Result | None,
    interpreter: Interpreter,
    number: int,
    pushers: tuple[Path, Path],
) -> Turn:
    """Have an example run in the way that is this number's; what measures, or runs outside Linux, is not pushed.

    What needs the GIL is pushed at its calls alone, and so is all on 3.12, which may crash where instructions are
    traced (python/cpython#108976).
    """
    variation = varied(number)
    if not platform.here.complete or example.settings["alone"]:
        variation = replace(variation, pushed=False)
    anywhere = "gil" not in example.settings["needs"] and not interpreter.version.startswith("3.12.")
    site = {"site": pushers[anywhere]} if variation.pushed else {}
    return runner.submit(example, result, interpreter.path, variation=variation, **site)


def _count(tally: Tally, attempt: Attempt, interpreter: Interpreter, number: int, variation: Variation) -> None:
    tally.runs += 1
    tally.slowest = max(tally.slowest, attempt.seconds)
    verdict = decide(tally.result, attempt.run)
    if not verdict.legal:
        again = f"uv run witness repeat {tally.example.name} --run {number}"
        varied = f"\nwith {variation}; again: {again}" if variation != NEUTRAL else ""
        tally.refused.append(f"{tally.example.out}:{verdict.line}: {verdict.reason}{varied}")
        return
    tally.pushed += variation.pushed
    order = tuple(tally.looks[line] for line in verdict.order)
    tally.orders[order] += 1
    shown = frozenset(tally.open.shown(attempt.run, verdict))
    tally.shown[order, shown] = shown
    tally.sights.setdefault((order, shown), Sight(1, interpreter.version, attempt.run.outputs))
    for name, value in verdict.values.items():
        tally.seen.setdefault(name, set()).add(value)


def _age(version: str) -> tuple[bool, list[int]]:
    return version.endswith("t"), [int(number) for number in version.rstrip("t").split(".")]
