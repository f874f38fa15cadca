"""Decide whether a run is a legal output: a pure function from a result file and a run to a verdict."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf

from witness.language.explain import Furthest, why_not
from witness.language.model import Lane, Line, Reference, Result, Variable
from witness.language.rules import START, Place, RuleError, Rules, State, Step, options
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
            Output(tuple((result.text(line), None) for line in terminal.lines), terminal.exit, newline=terminal.newline)
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
    ] + [
        (terminal.number, f"the last line {_closed(output.newline)}; the page says: it {_closed(terminal.newline)}")
        for terminal, output in zip(result.terminals, run.outputs, strict=True)
        if terminal.newline != output.newline
    ]
    rules, steps = Rules(result, run), _steps(run)
    rules.expected = _certain(rules, steps)
    search = _Search(rules, steps)
    if not search.run():
        given_up = search.wrong > PATIENCE and search.open_at_the_end()
        if rules.expected:  # a reader knows nothing of later lines: say it in the order of the output
            rules.expected = {}
            search = _Search(rules, steps)
            given_up = not search.run() and given_up
        line, reason = why_not(rules, steps, search.furthest)
        if given_up:
            reason += f"\ngiven up after {PATIENCE} tries: too many lanes are alike; let their lines say whose they are"
        return _refusal(line, "\n".join([reason, *(end for _, end in ends)]))
    if ends:
        return _refusal(*ends[0])
    return Verdict(True, order=search.furthest.lines, values=search.furthest.state.values)


def _steps(run: Run) -> list[Step]:
    """The printed lines of all terminals, and the end of each."""
    steps = []
    for index, output in enumerate(run.outputs):
        ticks = output.ticks or (None,) * len(output.lines)
        steps += [Step(index, *line, tick) for line, tick in zip(output.lines, ticks, strict=True)]
        steps.append(Step(index, None, None))
    return steps


def _certain(rules: Rules, steps: list[Step]) -> dict[str, str]:
    """The values that are printed on lines which can be only one line of the file.

    So who drew which number is known from a later line that says it, and not found out by trying.
    Complexity: O(lines x different looks of a region).
    """
    found: dict[str, str] = {}
    if not rules.result.variables:
        return found
    for index, regions in enumerate(rules.regions):
        texts = [step.text for step in steps if step.terminal == index and step.text is not None]
        candidates: list[list[Line]] = [[] for _ in texts]
        first, last = 0, 0.0
        for region in regions:
            blocks = [block for lane in region.lanes for block in lane.blocks]
            last += sum(len(block.lines) * (inf if block.high is None else block.high) for block in blocks)
            looks: dict[str, list[Line]] = {}
            for line in (line for block in blocks for line in block.lines):
                looks.setdefault(rules.looks[line].pattern, []).append(line)
            for at in range(first, min(len(texts), int(min(last, len(texts))))):
                for lines in looks.values():
                    if rules.looks[lines[0]].fullmatch(texts[at]):
                        candidates[at] += lines
            first += sum(len(block.lines) * block.low for block in blocks)
        for text, lines in zip(texts, candidates, strict=True):
            if len(lines) == 1 and not lines[0].times and (match := rules.looks[lines[0]].fullmatch(text)):
                for part, value in zip(lines[0].varying, match.groups(), strict=True):
                    if isinstance(part, Variable | Reference):
                        found.setdefault(part.name, rules.result.variables[part.name].bare(value))
    return found


class _Search:
    """Looks for a way to give each step to a lane. `furthest` is how far it came, `wrong` how many tries failed."""

    def __init__(self, rules: Rules, steps: list[Step]) -> None:
        self.rules, self.steps = rules, steps
        self.start = State(regions=(0,) * len(rules.regions))
        self.furthest = Furthest(self.start, ())
        self.wrong = 0
        self.failed: set[Hashable] = set()
        self.spots: dict[Line, list[int]] = {}

    def run(self) -> bool:
        """Whether there is a way."""
        order: list[Line | None] = []
        ways = [self.ways(self.start, 0)]
        while len(order) < len(self.steps):
            if way := next(ways[-1], None):
                line, state = way
                order.append(line)
                if len(order) > self.furthest.depth:
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
        step = self.steps[self.furthest.depth]
        regions = self.rules.regions_from(self.furthest.state, step.terminal)
        lines = [line for _, region in regions for line in region.lines] if step.text is not None else []
        return any(self.rules.looks[line].fullmatch(step.text or "") for line in lines)

    def ways(self, state: State, depth: int) -> Iterator[tuple[Line | None, State]]:
        """The lines that a step may be, and what is fixed then; first of the lane that goes on soonest."""
        step = self.steps[depth] if depth < len(self.steps) else None
        if step is None:
            return
        if step.text is None:
            if self.rules.has_ended(state, step.terminal):
                yield None, state
            return
        situation = depth, self.rules.situation(state, step)
        if situation in self.failed:
            return
        lanes: dict[Hashable, tuple[int, Lane]] = {}
        for index, region in self.rules.regions_from(state, step.terminal):
            for lane in region.lanes:
                lanes.setdefault((index, self.rules.future(state, step.terminal, lane)), (index, lane))
        found = [
            (index, lane, line, place)
            for index, lane in lanes.values()
            for line, place in options(lane, state.places.get(lane, START))
        ]
        for index, lane, line, place in sorted(found, key=lambda way: self.due(way[1], way[3], depth)):
            with suppress(RuleError):
                yield line, self.rules.take(state, step, index, lane, line, place)
            self.wrong += 1
        self.failed.add(situation)

    def due(self, lane: Lane, place: Place, depth: int) -> int:
        """The step, after this one, at which the lane may go on from `place` at the earliest."""
        return min((self.next(line, depth) for line, _ in options(lane, place)), default=len(self.steps))

    def next(self, line: Line, depth: int) -> int:
        """The step, after this one, that may be `line` at the earliest."""
        if line not in self.spots:
            look = self.rules.looks[line]
            self.spots[line] = [spot for spot, step in enumerate(self.steps) if look.fullmatch(step.text or "")]
        later = bisect_right(self.spots[line], depth)
        return self.spots[line][later] if later < len(self.spots[line]) else len(self.steps)


def _closed(newline: bool) -> str:
    return "ended with a newline" if newline else "ended without a newline"


def _refusal(line: int, reason: str) -> Verdict:
    return Verdict(False, line, "\n".join(map(visible, reason.split("\n"))))


def _ended(exit: int) -> str:
    return f"the program was ended by signal {-exit}" if exit < 0 else f"the program ended with exit status {exit}"
