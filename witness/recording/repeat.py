"""Run examples many times, and count: how often each held, in which orders it printed, how long it took."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from decimal import Decimal

from witness.examples import Example
from witness.language import Result, Run, decide, read
from witness.recording.evidence import Observation, Order
from witness.running import NEUTRAL, WORKERS, Attempt, Runner, Variation, varied
from witness.running.interpreters import Interpreter, unfit

ENOUGH = 50
"""From how many runs on it means something that a thing was never seen."""
KEPT = 4
"""How many different orders are worth keeping."""
FAR = Decimal(10)
"""How many times wider than what was seen a range of bounds may be."""


@dataclass
class Tally:
    """What `runs` runs of an example showed.

    `orders` counts how often the lines came in each order, as line numbers of the result file, `values` has those of
    one run of each, `seen` all the values of each variable; `refused` says why runs were not legal, `missing` what
    there was not to confine them; `slowest` is in seconds.
    """

    example: Example
    result: Result
    runs: int = 0
    pythons: set[Interpreter] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    orders: Counter[tuple[int, ...]] = field(default_factory=Counter)
    values: dict[tuple[int, ...], dict[str, str]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    slowest: float = 0.0

    @property
    def held(self) -> int:
        return self.runs - len(self.refused)

    def observation(self, load: bool) -> Observation:
        """What is worth keeping; `load` as it was meanwhile."""
        versions = tuple(sorted((python.version for python in self.pythons), key=_age))
        common = tuple(Order(count, lines, self.values[lines]) for lines, count in self.orders.most_common(KEPT))
        if len(self.orders) == 1 or any(line.times for line in self.result.lines):  # then an order is of other lines
            common = ()
        return Observation(versions, self.runs, load, len(self.orders), common)

    @property
    def excess(self) -> list[str]:
        """What the annotations allow and no run used: too much freedom, or too few runs."""
        return [*_still_values(self), *_still_lanes(self)] if self.held >= ENOUGH else []


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

    All but the first are varied: what they find around them is as on other machines.
    """
    runs: list[Run] = []
    machines: list[AbstractContextManager[None]] = [nullcontext(), busy()]
    for machine, workers in zip(machines, (os.cpu_count() or 1, WORKERS), strict=True):
        with machine, Runner(workers) as runner:
            numbers = range(len(runs), len(runs) + times)
            for turn in [runner.submit(example, result, interpreter.path, variation=varied(n)) for n in numbers]:
                runs.append(turn().run)
                progress(len(runs), 2 * times)
                if runs[-1].trouble:
                    return runs
    return runs


def repeat(
    examples: Sequence[Example],
    interpreters: Sequence[Interpreter],
    times: int,
    progress: Callable[[int, int], None],
) -> list[Tally]:
    """Run each example `times` times on each interpreter; all but the first runs are varied.

    `progress` is told how many runs are done, and how many there are. Ctrl-C ends it early, with what was counted.
    """
    tallies = [Tally(example, read(example.out)) for example in examples]
    with Runner() as runner:
        # Turn by turn, so that different examples are beside each other.
        turns = {
            runner.submit(tally.example, tally.result, interpreter.path, variation=varied(n)): (tally, interpreter)
            for n in range(times)
            for tally in tallies
            for interpreter in interpreters
            if not unfit(tally.example, interpreter)
        }
        with suppress(KeyboardInterrupt):
            for done, turn in enumerate(runner.finished(), 1):
                (tally, interpreter), attempt = turns[turn], turn()
                _count(tally, attempt, turn.play.variation)
                tally.pythons.add(interpreter)
                tally.missing.update(attempt.missing)
                progress(done, len(turns))
    return tallies


def _count(tally: Tally, attempt: Attempt, variation: Variation) -> None:
    tally.runs += 1
    tally.slowest = max(tally.slowest, attempt.seconds)
    verdict = decide(tally.result, attempt.run)
    if not verdict.legal:
        varied = f"\nwith {variation}" if variation != NEUTRAL else ""
        tally.refused.append(f"{tally.example.out}:{verdict.line}: {verdict.reason}{varied}")
        return
    order = tuple(line.number for line in verdict.order)
    tally.orders[order] += 1
    tally.values.setdefault(order, dict(verdict.values))
    for name, value in verdict.values.items():
        tally.seen.setdefault(name, set()).add(value)


def _still_values(tally: Tally) -> Iterator[str]:
    """Parts that never varied, and bounds far from all that was seen."""
    for name, values in tally.seen.items():
        variable = tally.result.variables[name]
        if variable.is_process:
            continue
        if len(values) == 1:
            yield f"{variable} was always {next(iter(values))}"
        elif variable.low and variable.high:
            numbers = [Decimal(value) for value in values]
            if Decimal(variable.high) - Decimal(variable.low) > FAR * (max(numbers) - min(numbers)):
                yield f"{variable} was always in {min(numbers)}..{max(numbers)}"


def _still_lanes(tally: Tally) -> Iterator[str]:
    """Lanes that always came at the same place among the others of their region."""
    for terminal in tally.result.terminals:
        for region in terminal.regions:
            owners = {line.number: lane.actor for lane in region.lanes for line in lane.lines}
            paths = [[owners[number] for number in order if number in owners] for order in tally.orders]
            for lane in region.lanes if len(region.lanes) > 1 else ():
                others = [other.actor for other in region.lanes if other is not lane]
                moved = any(
                    len({tuple(actor for actor in path if actor in (lane.actor, other)) for path in paths}) > 1
                    for other in others
                )
                if not moved:
                    yield f"line {lane.lines[0].number}: `{lane.actor}` never changed places with anyone"


def _age(version: str) -> tuple[bool, list[int]]:
    return version.endswith("t"), [int(number) for number in version.rstrip("t").split(".")]
