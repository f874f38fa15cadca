"""Run examples many times and count: how often each was legal, in which orders it printed, how long it took."""

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
from witness.running import NEUTRAL, WORKERS, Play, Runner, platform, varied
from witness.running.interpreters import Interpreter, own, unfit
from witness.tracing.collect import collector

KEPT = 8
"""The largest number of runs that are kept."""

_Kind = tuple[tuple[int, ...], frozenset[Shown]]
"""What makes two runs the same kind: the order of their lines, and what they show of what is open."""


@dataclass
class Tally:
    """What the runs of an example showed: `runs` so far, of `wanted`.

    `refused` says of each run that was not legal why. Of the others, `pushed` is the number that were perturbed,
    `orders` counts how often the lines came in which order, as line numbers of the result file (of lines that read the
    same, that of the first), and `sights` has one run of each kind. `slowest` is in seconds.
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
        """What the legal runs used of what the result leaves open."""
        return Used(self.result)

    @cached_property
    def read_as(self) -> dict[Line, int]:
        return first_alike(self.result.lines)

    @property
    def held(self) -> int:
        return self.runs - len(self.refused)

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the Pythons in order, free-threaded builds last."""
        found = (python.version for python in self.pythons)
        return tuple(sorted(found, key=lambda version: (version.endswith("t"), Version(version.rstrip("t")))))

    def count(self, run: Run, play: Play, number: int) -> None:
        """Count one more run, which was made as `play` says; `number` is that of its variation."""
        self.runs += 1
        interpreter, variation = play.interpreter, play.variation
        self.pythons.add(interpreter)
        self.slowest = max(self.slowest, run.seconds)
        verdict = decide(self.result, run)
        if not verdict.legal:
            on = f" --interpreter {interpreter.path}" if interpreter != own() else ""
            again = f"uv run witness repeat {self.example.name} --run {number}{on}"
            how = f"\nwith {variation}; to repeat it: {again}" if variation != NEUTRAL else ""
            self.refused.append(f"{self.example.out}:{verdict.line}: {verdict.reason}{how}")
            return
        self.pushed += variation.pushed
        order = tuple(self.read_as[line] for line in verdict.order)
        self.orders[order] += 1
        kind = order, self.used.add(run, verdict)
        self.sights.setdefault(kind, Sight(1, interpreter.version, run.outputs))

    def observation(self, load: bool) -> Observation:
        """Return what to store of all runs together; `load` says whether every core was kept busy."""
        return Observation(self.versions, self.runs, load, len(self.orders))

    def kept(self, before: Seen | None) -> Seen:
        """Return the runs to keep, of these and of those that were kept `before`."""
        sights = {kind: replace(sight, count=self.orders[kind[0]]) for kind, sight in self.sights.items()}
        for sight in before.runs if before else ():
            if (verdict := decide(self.result, sight.run)).legal:
                sights[(), frozenset(self.used.open.shown(sight.run, verdict))] = replace(sight, count=0)
        commonest = sorted(sights, key=lambda kind: -sights[kind].count)
        return Seen(self.runs, tuple(sights[kind] for kind in cover({kind: kind[1] for kind in commonest}, KEPT)))

    @property
    def holds(self) -> bool:
        """Whether each run was legal and, if there were enough, used all that the annotations allow."""
        return not self.refused and not self.unused

    @property
    def unused(self) -> list[Fault]:
        """What the annotations allow and no run used."""
        runs = f"{self.held} runs, {self.pushed} of them perturbed, on Python {', '.join(self.versions)}"
        return self.used.faults(self.held, runs, whole=True)


# It ends with its standard input, so when this process ends, however that happens.
_BUSY = """
import os, threading
threading.Thread(target=lambda: os.read(0, 1) or os._exit(0)).start()
while True: pass
"""


@contextmanager
def busy() -> Iterator[None]:
    """Keep every core busy with another process."""
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            command = [sys.executable, "-S", "-c", _BUSY]
            process = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)  # a traceback on Ctrl-C
            )
            stack.callback(process.kill)
        yield


def runs(play: Play, times: int, progress: Callable[[int, int], None]) -> list[Run]:
    """Return runs like this one: `times` on an idle machine, then `times` on a busy one; fewer if a run has trouble.

    All but the first are varied, since readers' machines differ. Every second run is perturbed. After each, `progress`
    is told the number of runs done, and of all.
    """
    runs: list[Run] = []
    machines: list[AbstractContextManager[None]] = [nullcontext(), busy()]
    for machine, workers in zip(machines, (os.cpu_count() or 1, WORKERS), strict=True):
        with machine, _pushers() as pushers, Runner(workers) as runner:
            numbers = range(len(runs), len(runs) + times)
            for turn in [runner.submit(_varied(play, n, pushers)) for n in numbers]:
                runs.append(turn())
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
    """Run each example on each interpreter once for each of the `numbers`, and return a tally for each example.

    A number fixes the variation, so that a run that was not legal can be repeated: 0 varies nothing, odd numbers are
    perturbed. `progress` is told the number of runs done, and of all. Ctrl-C ends it early, with what was counted.
    """
    tallies = [Tally(example, read(example.out)) for example in examples]
    with _pushers() as pushers, Runner() as runner:
        # Number by number, so that runs of different examples go on side by side.
        every = [
            (tally, _varied(Play(tally.example, tally.result, interpreter), number, pushers), number)
            for number in numbers
            for tally in tallies
            for interpreter in interpreters
            if not unfit(tally.example, interpreter)
        ]
        turns = {runner.submit(play): (tally, play, number) for tally, play, number in every}
        for tally, _, _ in turns.values():
            tally.wanted += 1
        with suppress(KeyboardInterrupt):
            for done, turn in enumerate(runner.finished(), 1):
                tally, play, number = turns[turn]
                tally.count(turn(), play, number)
                progress(done, len(turns))
    return tallies


@contextmanager
def _pushers() -> Iterator[tuple[Path, Path]]:
    """Yield the collectors that perturb a program: at the calls that they wrap, and also between two instructions."""
    with collector("push") as at_calls, collector("push", "instructions") as anywhere:
        yield at_calls, anywhere


def _varied(play: Play, number: int, pushers: tuple[Path, Path]) -> Play:
    """Return a run with the variation of this `number`; not perturbed outside Linux, or if the example runs `alone`.

    What needs the GIL is perturbed at calls only, and so is everything on 3.12, which may crash where instructions are
    traced (python/cpython#108976).
    """
    variation, settings = varied(number), play.example.settings
    if not platform.here.complete or settings.alone:
        variation = replace(variation, pushed=False, spawned=False)
    anywhere = "gil" not in settings.needs and not play.interpreter.version.startswith("3.12.")
    return replace(play, variation=variation, site=pushers[anywhere] if variation.pushed else play.site)
