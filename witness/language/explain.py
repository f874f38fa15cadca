"""Explain why a run is not legal: where the search got stuck, what was printed there, and what was allowed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from witness.language.lines import Line
from witness.language.parts import Computed, Shuffled, Text, Varying
from witness.language.result import Result
from witness.language.rules import RuleError, Rules
from witness.language.run import exception
from witness.language.search import Search
from witness.language.state import State, Step, Way

LONG = 200
"""The most characters of a printed line that a reason shows."""
SHOWN = 6
"""The most allowed lines that a reason shows."""


def why_not(search: Search) -> tuple[int, str]:
    """Return the line of the result file where a run went wrong, and the reason."""
    rules, step = search.rules, search.steps[search.depth]
    shown = "" if step.text is None else _short(step.text)
    # The allowed lines, the most similar to the printed one first.
    likeness = {
        way: SequenceMatcher(None, rules.result.text(way.line), shown).ratio()
        for way in rules.ways(search.state, step.terminal)
    }
    allowed = sorted(likeness, key=likeness.__getitem__, reverse=True)
    place = 1 + sum(before.terminal == step.terminal for before in search.steps[: search.depth])
    said = "the output ended" if step.text is None else f"`{shown}`"
    by = f", by process {step.writer}" if step.writer else ""
    reason = [f"printed: {said} (line {place} of the output{by})"]
    if step.text is not None:
        rest = [
            (one.text, one.writer) for one in search.steps[search.depth :] if one.text and one.writer == step.writer
        ]
        reason += [f"  {_short(text)}" for text in exception(rest, 3)[:SHOWN]]  # above: which thread or task, and where
        reason += _alike(rules.result, step.text, search.order, {way.line for way in allowed})[:SHOWN]
    if not allowed:
        reason.append("allowed here: nothing more, the output should have ended")
        terminal = rules.result.terminals[step.terminal]
        return max([terminal.number, *(line.number for line in terminal.lines)]), "\n".join(reason)
    reason.append("allowed here:")
    for way in allowed[:SHOWN]:
        reason += [f"  line {way.line.number}: {way.line}", f"      {_why(rules, step, search.state, way)}"]
    if len(allowed) > SHOWN:
        reason.append(f"  and {len(allowed) - SHOWN} more")
    return allowed[0].line.number, "\n".join(reason)


def _why(rules: Rules, step: Step, state: State, way: Way) -> str:
    """Return why the step can't go that way."""
    if step.text is None:
        return "the output ended before this line"
    try:
        rules.take(state, step, way)
    except RuleError as broken:
        return str(broken) or _difference(rules, state, way.line, step.text)
    raise AssertionError(f"the search would have gone on: {way}")


def _alike(result: Result, text: str, printed: Sequence[Line | None], here: set[Line]) -> list[str]:
    """Describe the other lines of the file that match `text`."""
    return [
        f"it matches line {line.number}, which {'was already printed' if line in printed else 'comes later'}"
        for line in result.lines
        if line not in here and line.pattern.fullmatch(text)
    ]


def _difference(rules: Rules, state: State, line: Line, text: str) -> str:
    """Return where `text` stops matching `line`, and what should have come there."""
    column, regex = 0, ""
    for part in line.parts:
        regex += part.regex
        match = re.match(regex, text)
        if match is None:
            wanted = part.text if isinstance(part, Text) else _known(rules, state, part)
            while isinstance(part, Text) and text[column : column + 1] == wanted[:1] != "":
                column, wanted = column + 1, wanted[1:]
            found = f"`{_short(text[column:])}`" if text[column:] else "the line ended"
            return f"column {column + 1}: {found} instead of `{wanted}`"
        column = match.end()
    return f"column {column + 1}: unexpected `{_short(text[column:])}`"


def _known(rules: Rules, state: State, part: Varying) -> str:
    """Return a varying part as in the file, with the value that is known by now or a question mark."""
    if isinstance(part, Computed | Shuffled):
        return str(part)
    variable = rules.result.variables[part.name]
    return str(replace(variable, value=state.values.get(part.name, "?")))


def _short(text: str) -> str:
    """Return the text, cut off if it is too long to be read."""
    return text if len(text) <= LONG else f"{text[:LONG]}... ({len(text)} characters)"
