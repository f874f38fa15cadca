"""Decide whether a run is a legal output: a pure function from a result file and a run to a verdict."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from witness.language.explain import Furthest, why_not
from witness.language.model import Lane, Line, Result
from witness.language.rules import RuleError, Rules, State, Step
from witness.language.run import Output, Run, visible

PATIENCE = 4_000
"""After how many wrong tries a decision is given up: the result file leaves too much open to be of use to a reader."""


@dataclass(frozen=True)
class Verdict:
    """Whether a run is `legal`; if not, the `reason`, and the `line` of the result file where it shows.

    For a legal run, `order` has the line of the result file that each printed line is, and `values` its variables.
    """

    legal: bool
    line: int = 0
    reason: str = ""
    order: tuple[Line, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def recorded(result: Result) -> Run:
    """The run that a result file prints."""
    return Run(
        tuple(
            Output(tuple((result.text(line), None) for line in terminal.lines), terminal.exit)
            for terminal in result.terminals
        )
    )


def explain(result: Result, run: Run) -> str:
    """Why `run` is not a legal output by `result`; nothing if it is one."""
    return decide(result, run).reason


def decide(result: Result, run: Run) -> Verdict:
    """Decide whether `run` is a legal output of the program that `result` was recorded from.

    The printed lines are followed in the order they came: a depth-first search that gives each to a lane whose next
    line it may be, and does not try again what has failed before.

    Complexity: O(lines x lanes) rules as long as the first try is right, each O(variables); beyond that it is
    exponential, as for anyone: to recognise a shuffle is NP-complete (Warmuth and Haussler, 1984). Lanes that print the
    same texts, and nothing that varies, stand for each other. After `PATIENCE` wrong tries the run is refused.
    """
    first = result.terminals[0]
    if run.trouble:
        return _refusal(first.number, run.trouble)
    if len(run.outputs) != len(result.terminals):
        unseen = result.terminals[min(len(run.outputs), len(result.terminals) - 1)]
        opened = f"it opened {len(run.outputs)} of {len(result.terminals)} terminals"
        return _refusal(unseen.number, f"{opened}: each `$` line of the page is one")
    ends = [
        (terminal.number, f"{_ended(output.exit)}; the page says: {_ended(terminal.exit)}")
        for terminal, output in zip(result.terminals, run.outputs, strict=True)
        if terminal.exit != output.exit
    ]
    search = _Search(Rules(result, run), _steps(result, run))
    if not search.run():
        line, reason = why_not(search.rules, search.steps, search.furthest)
        if search.wrong > PATIENCE and search.open_at_the_end():
            reason += f"\ngiven up after {PATIENCE} tries: too many lanes are alike; let their lines say whose they are"
        return _refusal(line, "\n".join([reason, *(end for _, end in ends)]))
    if ends:
        return _refusal(*ends[0])
    return Verdict(True, order=search.furthest.order, values=search.furthest.state.values)


def _steps(result: Result, run: Run) -> list[Step]:
    """The printed lines of all terminals, each with the region that was to come; and what is missing or too much."""
    steps = []
    for index, (terminal, output) in enumerate(zip(result.terminals, run.outputs, strict=True)):
        regions = [region for region in terminal.regions for _ in region.lines]
        for depth in range(max(len(regions), len(output.lines))):
            region = regions[depth] if depth < len(regions) else None
            text, writer = output.lines[depth] if depth < len(output.lines) else (None, None)
            steps.append(Step(index, region, text, writer))
    return steps


class _Search:
    """Looks for a way to give each step to a lane. `furthest` is how far it came, `wrong` how many tries failed."""

    def __init__(self, rules: Rules, steps: list[Step]) -> None:
        self.rules, self.steps = rules, steps
        self.furthest = Furthest(State(), ())
        self.wrong = 0
        self.failed: set[Hashable] = set()
        self.places: dict[Line, list[int]] = {}

    def run(self) -> bool:
        """Whether there is a way."""
        order: list[Line] = []
        ways = [self.ways(State(), 0)]
        while len(order) < len(self.steps):
            if way := next(ways[-1], None):
                line, state = way
                order.append(line)
                if len(order) > len(self.furthest.order):
                    self.furthest = Furthest(state, tuple(order))
                ways.append(self.ways(state, len(order)))
            elif self.wrong > PATIENCE or not order:
                return False
            else:
                ways.pop()
                order.pop()
        return True

    def open_at_the_end(self) -> bool:
        """Whether another way might still have had a place for the step where it got stuck."""
        step = self.steps[len(self.furthest.order)]
        lines = step.region.lines if step.region and step.text is not None else ()
        return any(self.rules.regexes[line].fullmatch(step.text or "") for line in lines)

    def ways(self, state: State, depth: int) -> Iterator[tuple[Line, State]]:
        """The lines that a step may be, and what is fixed then; first of the lane that goes on soonest."""
        step = self.steps[depth] if depth < len(self.steps) else None
        if step is None or step.region is None or step.text is None:
            return
        situation = depth, self.rules.situation(state, step)
        if situation in self.failed:
            return
        lanes: dict[Hashable, Lane] = {}
        for lane in step.region.lanes:
            lanes.setdefault(self.rules.future(state, step.terminal, lane), lane)
        for lane in sorted(lanes.values(), key=lambda lane: self.due(state, lane, depth)):
            if line := state.line(lane):
                with suppress(RuleError):
                    yield line, self.rules.take(state, step, lane)
                self.wrong += 1
        self.failed.add(situation)

    def due(self, state: State, lane: Lane, depth: int) -> int:
        """The step, after this one, at which the line after the lane's next one may be printed at the earliest."""
        cursor = state.cursors.get(lane, 0) + 1
        if cursor >= len(lane.lines):
            return len(self.steps)
        line = lane.lines[cursor]
        if line not in self.places:
            look = self.rules.regexes[line]
            self.places[line] = [place for place, step in enumerate(self.steps) if look.fullmatch(step.text or "")]
        later = bisect_right(self.places[line], depth)
        return self.places[line][later] if later < len(self.places[line]) else len(self.steps)


def _refusal(line: int, reason: str) -> Verdict:
    return Verdict(False, line, "\n".join(map(visible, reason.split("\n"))))


def _ended(exit: int) -> str:
    return f"the program was ended by signal {-exit}" if exit < 0 else f"the program ended with exit status {exit}"
