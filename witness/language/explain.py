"""Say in words why a run is not legal: where the search got stuck, what was printed there, what was allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from witness.language.model import Line
from witness.language.rules import START, RuleError, Rules, State, Step, options, short

SHOWN = 6
"""How many of the lines that were allowed are shown."""


@dataclass(frozen=True)
class Furthest:
    """How far a search came: what was fixed by then, and which lines the printed ones are, in their order."""

    state: State
    order: tuple[Line | None, ...]

    @property
    def depth(self) -> int:
        """How many steps that are."""
        return len(self.order)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines alone, without the ends of the terminals."""
        return tuple(line for line in self.order if line)


@dataclass(frozen=True)
class _Allowed:
    """A line that was allowed where the search got stuck, how like it is what was printed (0 to 1), and why not."""

    likeness: float
    line: Line
    why: str


def why_not(rules: Rules, steps: Sequence[Step], furthest: Furthest) -> tuple[int, str]:
    """The line of the result file where a run went wrong, and the reason."""
    step = steps[furthest.depth]
    allowed = _allowed(rules, step, furthest.state)
    place = 1 + sum(before.terminal == step.terminal for before in steps[: furthest.depth])
    said = "the output ended" if step.text is None else f"`{short(step.text)}`"
    by = f", by process {step.writer}" if step.writer else ""
    reason = [f"printed: {said} (line {place} of the output{by})"]
    if step.text is not None:
        reason += _alike(rules, step.text, furthest.lines, {allow.line for allow in allowed})[:SHOWN]
    if not allowed:
        reason.append("allowed here: nothing more, the output should have ended")
        terminal = rules.result.terminals[step.terminal]
        return max([terminal.number, *(line.number for line in terminal.lines)]), "\n".join(reason)
    reason.append("allowed here:")
    for allow in allowed[:SHOWN]:
        reason += [f"  line {allow.line.number}: {allow.line}", f"      {allow.why}"]
    if len(allowed) > SHOWN:
        reason.append(f"  and {len(allowed) - SHOWN} more")
    return allowed[0].line.number, "\n".join(reason)


def _allowed(rules: Rules, step: Step, state: State) -> list[_Allowed]:
    """The lines that might have come, the likest first."""
    found = []
    for index, region in rules.regions_from(state, step.terminal):
        for lane in region.lanes:
            for line, place in options(lane, state.places.get(lane, START)):
                why = "the output ended before it"
                if step.text is not None:
                    try:
                        rules.take(state, step, index, lane, line, place)
                        why = "but then the lines after it do not fit"
                    except RuleError as broken:
                        why = str(broken)
                shown = "" if step.text is None else short(step.text)
                likeness = SequenceMatcher(None, rules.result.text(line), shown).ratio()
                found.append(_Allowed(likeness, line, why))
    return sorted(found, key=lambda allow: allow.likeness, reverse=True)


def _alike(rules: Rules, text: str, printed: Sequence[Line], here: set[Line]) -> list[str]:
    """The other lines of the file that `text` is like."""
    return [
        f"it is like line {line.number}, which {'was printed before' if line in printed else 'comes later'}"
        for line in rules.result.lines
        if line not in here and rules.looks[line].fullmatch(text)
    ]
