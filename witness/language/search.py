"""Look for a way to give each printed line to a lane of the result file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from math import inf

from witness.language.lines import Line
from witness.language.parts import Reference, Variable
from witness.language.result import Result
from witness.language.rules import RuleError, Rules
from witness.language.state import State, Step, Way, options

PATIENCE = 4_000
"""After how many wrong tries a decision is given up: the result file leaves too much open to be of use to a reader."""


class Search:
    """Looks for a way to give each step to a lane; how far it came, and how many tries were `wrong`.

    It came to the step `depth`. Those before it are the lines in `order`, or None for the end of a terminal, and fixed
    the `state`.
    """

    def __init__(self, rules: Rules, steps: Sequence[Step]) -> None:
        self.rules, self.steps = rules, steps
        self.depth, self.order = 0, tuple[Line | None, ...]()
        self.state = State(regions=(0,) * len(rules.result.terminals))
        self.wrong = 0
        self.failed: set[Hashable] = set()
        self.spots: dict[re.Pattern[str], list[int]] = {}

    def run(self) -> bool:
        """Whether there is a way."""
        order: list[Line | None] = []
        ways = [self.ways(self.state, 0)]
        while len(order) < len(self.steps):
            if way := next(ways[-1], None):
                line, state = way
                order.append(line)
                if len(order) > self.depth:
                    self.depth, self.order, self.state = len(order), tuple(order), state
                ways.append(self.ways(state, len(order)))
            elif self.wrong > PATIENCE or not order:
                return False
            else:
                ways.pop()
                order.pop()
        return True

    def gave_up(self) -> bool:
        """Whether it ran out of patience, and another way might have had a place for the step where it got stuck."""
        if self.wrong <= PATIENCE:
            return False
        step = self.steps[self.depth]
        terminal = self.rules.result.terminals[step.terminal]
        if step.text is None:  # it has none if there are fewer lines than must be
            least = sum(block.low for region in terminal.regions for block in region.blocks)
            return sum(other.terminal == step.terminal for other in self.steps) > least
        return any(self._looks(step, line) for line in terminal.lines)

    def ways(self, state: State, depth: int) -> Iterator[tuple[Line | None, State]]:
        """The lines that a step may be, and what is fixed then; first of the lane that goes on soonest."""
        step = self.steps[depth]
        if step.text is None:
            if self.rules.has_ended(state, step.terminal):
                yield None, state
            return
        situation = depth, self.situation(state)
        if situation in self.failed:
            return
        alike = [way for way in self.rules.ways(state, step.terminal) if self._looks(step, way.line)]
        if len(alike) > 1:
            alike.sort(key=lambda way: self.due(way, depth))
        for way in alike:
            with suppress(RuleError):
                yield way.line, self.rules.take(state, step, way)
            self.wrong += 1
        self.failed.add(situation)

    def situation(self, state: State) -> Hashable:
        """All that the step and those after it can depend on."""
        # Who has which value follows from these.
        fixed = state.places, state.values, state.writers, state.at_work, state.clocks, state.passed, state.awaited
        return state.regions, *(frozenset(part.items()) for part in fixed), state.open

    def due(self, way: Way, depth: int) -> int:
        """The step, after this one, at which its lane may go on at the earliest."""
        return min((self.next(line, depth) for line, _ in options(way.lane, way.place)), default=len(self.steps))

    def next(self, line: Line, depth: int) -> int:
        """The step, after this one, that may be `line` at the earliest."""
        if line.pattern not in self.spots:
            self.spots[line.pattern] = [spot for spot, step in enumerate(self.steps) if self._looks(step, line)]
        spots = self.spots[line.pattern]
        later = bisect_right(spots, depth)
        return spots[later] if later < len(spots) else len(self.steps)

    def _looks(self, step: Step, line: Line) -> bool:
        return step.text is not None and bool(line.pattern.fullmatch(step.text))


def certain(result: Result, steps: Sequence[Step]) -> dict[str, str]:
    """The values that are printed on lines which can be only one line of the file.

    So who drew which number is known from a later line that says it, and not found out by trying.
    Complexity: O(lines x different looks of a region).
    """
    found: dict[str, str] = {}
    if not result.variables:
        return found
    for index, terminal in enumerate(result.terminals):
        texts = [step.text for step in steps if step.terminal == index and step.text is not None]
        candidates: list[list[Line]] = [[] for _ in texts]
        first, last = 0, 0.0
        for region in terminal.regions:
            blocks = [*region.blocks]
            last += sum(inf if block.high is None else block.high for block in blocks)
            looks: dict[re.Pattern[str], list[Line]] = {}
            for block in blocks:
                looks.setdefault(block.line.pattern, []).append(block.line)
            for at in range(first, int(min(last, len(texts)))):
                for look, lines in looks.items():
                    if look.fullmatch(texts[at]):
                        candidates[at] += lines
            first += sum(block.low for block in blocks)
        for text, lines in zip(texts, candidates, strict=True):
            if len(lines) == 1 and not lines[0].times and (match := lines[0].pattern.fullmatch(text)):
                for part, value in zip(lines[0].varying, match.groups(), strict=True):
                    if isinstance(part, Variable | Reference):
                        found.setdefault(part.name, result.variables[part.name].bare(value))
    return found
