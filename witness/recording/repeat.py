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

from packaging.version import Version

from witness.examples import Example
from witness.language import Fault, Line, Result, Run, decide, first_alike, read
from witness.recording.evidence import Observation, Seen, Sight
from witness.recording.unused import Shown, Used, cover
from witness.running import NEUTRAL, WORKERS, Attempt, Runner, Turn, Variation, platform, varied
from witness.running.interpreters import Interpreter, own, unfit
from witness.tracing.collect import collector

KEPT = 8
"""At most how many runs are kept."""

_Kind = tuple[tuple[int, ...], frozenset[Shown]]
"""Runs that came in one order and showed the same of what is open."""


@dataclass
class Tally:
    """What `runs` runs of an example showed, of the `wanted`.

    `pushed` is how many of those that held were pushed about. `orders` counts how often the lines came in which order,
    as numbers of lines; those that read the same have the number of the first. `sights` has one run of each kind.
    `refused` says why runs were not legal; `slowest` is in seconds.
    """

    example: Example
    result: Result
    wanted: int = 0
    runs: int = 0
    pythons: set[Interpreter] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    pushed: int = 0
    orders: Counter[tuple[int, ...]] = field(default_factory=Counter)
    sights: dict[_Kind, Sight] = field(default_factory=dict)
    slowest: float = 0.0

    @cached_property
    def used(self) -> Used:
        """What the runs that held used of what the result leaves open."""
        return Used(self.result)

    @cached_property
    def read_as(self) -> dict[Line, int]:
        return first_alike(self.result.lines)

    @property
    def held(self) -> int:
        return self.runs - len(self.refused)

    @property
    def versions(self) -> tuple[str, ...]:
        """Those of the Pythons, without the GIL the last ones."""
        found = (python.version for python in self.pythons)
        return tuple(sorted(found, key=lambda version: (version.endswith("t"), Version(version.rstrip("t")))))

    def count(self, attempt: Attempt, interpreter: Interpreter, number: int, variation: Variation) -> None:
        """Count one more run, the one of that number."""
        self.runs += 1
        self.pythons.add(interpreter)
        self.slowest = max(self.slowest, attempt.seconds)
        verdict = decide(self.result, attempt.run)
        if not verdict.legal:
            on = f" --interpreter {interpreter.path}" if interpreter != own() else ""
            again = f"uv run witness repeat {self.example.name} --run {number}{on}"
            varied = f"\nwith {variation}; again: {again}" if variation != NEUTRAL else ""
            self.refused.append(f"{self.example.out}:{verdict.line}: {verdict.reason}{varied}")
            return
        self.pushed += variation.pushed
        order = tuple(self.read_as[line] for line in verdict.order)
        self.orders[order] += 1
        kind = order, self.used.add(attempt.run, verdict)
        self.sights.setdefault(kind, Sight(1, interpreter.version, attempt.run.outputs))

    def observation(self, load: bool) -> Observation:
        """What is worth keeping of all runs together; `load` as it was meanwhile."""
        return Observation(self.versions, self.runs, load, len(self.orders))

    def kept(self, before: Seen | None) -> Seen:
        """The runs that are worth keeping, of these and of those that were kept `before`."""
        sights = {kind: replace(sight, count=self.orders[kind[0]]) for kind, sight in self.sights.items()}
        for sight in before.runs if before else ():
            if (verdict := decide(self.result, sight.run)).legal:
                sights[(), frozenset(self.used.open.shown(sight.run, verdict))] = replace(sight, count=0)
        shown = {kind: kind[1] for kind in sights}
        counts = {kind: sight.count for kind, sight in sights.items()}
        return Seen(self.runs, tuple(sights[kind] for kind in cover(shown, counts, KEPT)))

    @property
    def holds(self) -> bool:
        """Whether each run was legal, and what is allowed was seen, as far as one can tell from so few."""
        return not self.refused and not self.unused[0]

    @property
    def unused(self) -> tuple[list[Fault], list[Fault]]:
        """What the annotations allow and no run used: what is wrong with them, and what may be."""
        runs = f"{self.held} runs, {self.pushed} of them pushed, on Python {', '.join(self.versions)}"
        return self.used.faults(self.held, runs, whole=True), self.used.doubts(self.held, runs)


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
        for tally, _, _ in turns.values():
            tally.wanted += 1
        with suppress(KeyboardInterrupt):
            for done, turn in enumerate(runner.finished(), 1):
                (tally, interpreter, number), attempt = turns[turn], turn()
                tally.count(attempt, interpreter, number, turn.play.variation)
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
    if not platform.here.complete or example.settings.alone:
        variation = replace(variation, pushed=False)
    anywhere = "gil" not in example.settings.needs and not interpreter.version.startswith("3.12.")
    site = {"site": pushers[anywhere]} if variation.pushed else {}
    return runner.submit(example, result, interpreter.path, variation=variation, **site)
