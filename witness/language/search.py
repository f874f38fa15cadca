"""Search for an assignment of printed lines to the lanes of a result file."""

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress

from witness.language.lines import Line
from witness.language.parts import Reference, Variable
from witness.language.result import Result
from witness.language.rules import RuleError, Rules
from witness.language.state import State, Step, Way, options

PATIENCE = 4_000
"""The number of wrong tries after which a decision is given up: such a file leaves too much open to help a reader."""


class Search:
    """A depth-first search for an assignment of steps to lanes.

    `depth` is the number of steps in the longest assignment found, `order` has their lines, None for the end of a
    terminal, and `state` is the state after them. `wrong` counts the failed tries.
    """

    def __init__(self, rules: Rules, steps: Sequence[Step]) -> None:
        self.rules, self.steps = rules, steps
        self.depth, self.order = 0, tuple[Line | None, ...]()
        self.state = State(regions=(0,) * len(rules.result.terminals))
        self.wrong = 0
        self.failed: set[Hashable] = set()
        self.spots: dict[re.Pattern[str], list[int]] = {}

    def run(self) -> bool:
        """Return whether there is an assignment."""
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
        """Return whether patience ran out although the step that got stuck might have had a place another way."""
        if self.wrong <= PATIENCE:
            return False
        step = self.steps[self.depth]
        terminal = self.rules.result.terminals[step.terminal]
        if step.text is None:  # the output can end only if it has all required lines
            least = sum(block.low for region in terminal.regions for block in region.blocks)
            return sum(other.terminal == step.terminal for other in self.steps) > least
        return any(self._looks(step, line) for line in terminal.lines)

    def ways(self, state: State, depth: int) -> Iterator[tuple[Line | None, State]]:
        """Yield the lines that the step may be, each with the state after it, the lane that can go on soonest first."""
        step = self.steps[depth]
        if step.text is None:
            if self.rules.has_ended(state, step.terminal):
                yield None, state
            return
        if self.failed and (depth, self.situation(state)) in self.failed:
            return
        alike = [way for way in self.rules.ways(state, step.terminal) if self._looks(step, way.line)]
        if len(alike) > 1:
            alike.sort(key=lambda way: self.due(way, depth))
        for way in alike:
            with suppress(RuleError):
                yield way.line, self.rules.take(state, step, way)
            self.wrong += 1
        self.failed.add((depth, self.situation(state)))

    def situation(self, state: State) -> Hashable:
        """Return everything on which the remaining steps can depend."""
        # `users` is not part of it, as it follows from the values.
        one = state.places, state.values, state.writers, state.at_work
        other = state.clocks, state.passed, state.awaited, state.holders
        return state.regions, *(frozenset(part.items()) for part in (*one, *other)), state.open

    def due(self, way: Way, depth: int) -> int:
        """Return the index of the first step after `depth` that may be the next line of the way's lane."""
        return min((self.next(line, depth) for line, _ in options(way.lane, way.place)), default=len(self.steps))

    def next(self, line: Line, depth: int) -> int:
        """Return the index of the first step after `depth` that may be `line`; the number of steps if there is none."""
        if line.pattern not in self.spots:
            self.spots[line.pattern] = [spot for spot, step in enumerate(self.steps) if self._looks(step, line)]
        spots = self.spots[line.pattern]
        later = bisect_right(spots, depth)
        return spots[later] if later < len(spots) else len(self.steps)

    def _looks(self, step: Step, line: Line) -> bool:
        return step.text is not None and bool(line.pattern.fullmatch(step.text))


def certain(result: Result, steps: Sequence[Step]) -> dict[str, str]:
    """Return the values on printed lines that can be only one line of the file, by variable.

    So a value that a later line makes certain need not be guessed at an earlier one.
    Complexity: O(printed lines x lines of the file).
    """
    found: dict[str, str] = {}
    for step in steps:
        lines = result.terminals[step.terminal].lines
        alike = [line for line in lines if step.text is not None and line.pattern.fullmatch(step.text)]
        if len(alike) == 1 and not alike[0].times:
            for part, value in alike[0].read(step.text or "") or ():
                if isinstance(part, Variable | Reference):
                    found.setdefault(part.name, result.variables[part.name].bare(value))
    return found
