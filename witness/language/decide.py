"""Decide whether a run is legal: a pure function from a result file and a run to a verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from witness.language.explain import why_not
from witness.language.lines import Line
from witness.language.result import Result
from witness.language.rules import Rules
from witness.language.run import Output, Run, visible
from witness.language.search import Search, certain
from witness.language.state import Step

_CLOSED = {True: "with a newline", False: "without a newline"}


@dataclass(frozen=True)
class Verdict:
    """Whether a run is `legal`; if not, the `reason` and the `line` of the result file where it applies.

    For a legal run, `order` has for each printed line its line of the result file, and `values` the variables' values.
    """

    legal: bool
    line: int = 0
    reason: str = ""
    order: tuple[Line, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def recorded(result: Result) -> Run:
    """Return the run that is recorded in a result file."""
    return Run(
        tuple(
            Output(tuple((result.text(line), None) for line in terminal.lines), terminal.exit, newline=terminal.newline)
            for terminal in result.terminals
        )
    )


def decide(result: Result, run: Run) -> Verdict:
    """Decide whether `run` is a legal output of the program that `result` was recorded from.

    A depth-first search follows the printed lines in the order they came, gives each to a lane whose next line it may
    be, and does not try again what has failed before. If it fails, it is made once more, with the values that later
    lines make certain.

    Complexity: O(lines x lanes) rules as long as the first try is right, each O(variables); beyond that it is
    exponential, as for anyone: to recognise a shuffle is NP-complete (Warmuth and Haussler, 1984). After
    `search.PATIENCE` wrong tries the run is refused.
    """
    if run.trouble:
        return _refusal(result.terminals[0].number, run.trouble)
    if len(run.outputs) != len(result.terminals):
        unseen = result.terminals[min(len(run.outputs), len(result.terminals) - 1)]
        opened = f"it opened {len(run.outputs)} of {len(result.terminals)} terminals"
        return _refusal(unseen.number, f"{opened}; each `$` line opens one")
    ends = [*_ends(result, run)]
    steps = _steps(run)
    search = Search(Rules(result, run, {}), steps)
    if not search.run():
        informed = Search(Rules(result, run, certain(result, steps)), steps)
        if not informed.run():  # explain it without knowledge of later lines, as a reader goes through the output
            line, reason = why_not(search)
            if informed.gave_up():
                reason += (
                    f"\ngave up after {informed.wrong} tries: too many lines look alike; make each say whose it is"
                )
            return _refusal(line, "\n".join([reason, *(end for _, end in ends)]))
        search = informed
    if ends:
        return _refusal(*ends[0])
    return Verdict(True, order=tuple(filter(None, search.order)), values=search.state.values)


def _steps(run: Run) -> list[Step]:
    """Return the steps of a run: the printed lines of all terminals, and the end of each."""
    steps = []
    for index, output in enumerate(run.outputs):
        ticks = (len(run.outputs) > 1 and output.ticks) or (None,) * len(output.lines)
        steps += [Step(index, *line, tick) for line, tick in zip(output.lines, ticks, strict=True)]
        steps.append(Step(index, None, None))
    return steps


def _ends(result: Result, run: Run) -> Iterator[tuple[int, str]]:
    """Yield the number of each terminal that ended otherwise than the file says, with the reason."""
    ends = [(one, output) for one, output in zip(result.terminals, run.outputs, strict=True)]
    for terminal, output in ends:
        if terminal.exit != output.exit:
            yield terminal.number, f"the program ended with {_ended(output.exit)}; expected {_ended(terminal.exit)}"
    for terminal, output in ends:
        if terminal.newline != output.newline:
            yield terminal.number, f"the output ended {_CLOSED[output.newline]}; expected {_CLOSED[terminal.newline]}"


def _refusal(line: int, reason: str) -> Verdict:
    return Verdict(False, line, "\n".join(map(visible, reason.split("\n"))))


def _ended(exit: int) -> str:
    return f"signal {-exit}" if exit < 0 else f"exit status {exit}"
