"""What traced runs tell of a program that has no result yet: who printed each line, and what let what be printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from witness.examples import Example
from witness.language import Result, Run, Terminal
from witness.recording.proposal.looks import shape
from witness.running.interpreters import Interpreter
from witness.tracing.collect import traced
from witness.tracing.model import TraceError
from witness.tracing.order import Order
from witness.tracing.output import Lines
from witness.tracing.printed import find


@dataclass(frozen=True)
class Traced:
    """What is known of a traced run.

    `lanes` has the key of the lane that printed each line: ``PID.0`` is the main thread of a process, ``PID.2`` another
    one, ``PID.0/3`` a task, ``PID.2#4`` the fourth job of a pool's thread; nothing if it was typed. `names` are those
    that lanes have in the program. `processes` are the numbers of all that took part. `before` are the pairs of lines,
    by their places from 0, with a chain of causes from the first to the second.
    """

    lanes: tuple[str, ...]
    names: Mapping[str, str]
    processes: frozenset[str]
    before: frozenset[tuple[int, int]]

    def role(self, place: int) -> str:
        """The lane that printed a line, without the number of its process; in a pool of threads, for which job."""
        return self.lanes[place].partition(".")[2]

    def name(self, place: int) -> str:
        """What the lane that printed a line is called in the program; nothing for the main thread of a process."""
        return "" if self.role(place) == "0" else self.names.get(self.lanes[place], "")


def look(example: Example, result: Result | None, interpreter: Interpreter) -> tuple[Run, Traced | None]:
    """A traced run, and what is known of it: nothing if others than Python print in it."""
    notes, run = traced(example, result, interpreter.path)
    typed = (
        [line.typed.value for terminal in result.terminals for line in terminal.lines if line.typed] if result else []
    )
    own = [place for place, (_, writer) in enumerate(run.outputs[0].lines) if writer]  # what was typed has no writer
    printed = [(_without(text, typed), writer) for text, writer in run.outputs[0].lines if writer]
    whole = Result(example.out, (Terminal(1, example.programs[0].name, None, ()),), {})
    alone = replace(run, outputs=(replace(run.outputs[0], lines=tuple(printed)),))
    try:
        lines = Lines(Order(notes), find(notes, whole, alone), {})
    except TraceError:
        return run, None
    lanes = [""] * len(run.outputs[0].lines)
    names: dict[str, str] = {}
    for number, place in enumerate(own):
        who = lines.who(number)
        lanes[place] = f"{who.lane}#{who.job}" if who.job else who.lane
        names[lanes[place]] = "" if who.job else who.name  # a pool's thread is only one of those that may do it
    pairs = ((one, other) for other in range(len(own)) for one in range(other) if lines.before(one, other))
    processes = frozenset(note.lane.partition(".")[0] for note in notes)
    return run, Traced(tuple(lanes), names, processes, frozenset((own[one], own[other]) for one, other in pairs))


def _without(text: str, typed: Sequence[str]) -> str:
    return next((text.removesuffix(one) for one in typed if text.endswith(one)), text)


def undisturbed(runs: Sequence[Run], seen: Mapping[int, Traced]) -> tuple[list[Run], dict[int, Traced]]:
    """The runs, without those that were traced and printed what no other did: there, tracing disturbed the program."""
    shapes = [Counter(shape(text) for text, _ in run.outputs[0].lines) for run in runs]
    others = [one for index, one in enumerate(shapes) if index not in seen] or shapes
    most, least = reduce(or_, others), reduce(and_, others)
    kept = [index for index, one in enumerate(shapes) if index not in seen or least <= one <= most]
    return [runs[index] for index in kept], {new: seen[old] for new, old in enumerate(kept) if old in seen}
