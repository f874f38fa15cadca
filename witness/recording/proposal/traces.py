"""Make a few traced runs, which tell who printed each line, and which line had to come before which."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain
from operator import and_, or_

from witness.language import Line, Run
from witness.language.lines import taken
from witness.recording.proposal.looks import HOLE, VALUE, outline
from witness.running import Play, varied
from witness.tracing.collect import traced
from witness.tracing.loops import unsure
from witness.tracing.model import TraceError
from witness.tracing.notes import Note, Start
from witness.tracing.output import Held, Lines, Who
from witness.tracing.printed import find

AT_LEAST = 8
"""The fewest runs that are traced: what had a cause in all of them is guaranteed, unless that was chance each time."""
AT_MOST = 16
"""The most runs that are traced, where some lines come in some runs only: a line that none has gets no printer."""


@dataclass(frozen=True)
class Known:
    """What is known of a traced run.

    `who` has the printer of each line, None if it was typed. `processes` are the numbers of all that took part.
    `before` has the pairs of lines, by their places from 0, with a chain of causes from the first to the second; of the
    lines of one printer, `brought` has those whose order is that of what was put into a queue, or the like. `held` has
    the locks that the printer of each line has.
    """

    who: tuple[Who | None, ...]
    processes: frozenset[str]
    before: frozenset[tuple[int, int]]
    held: tuple[Held, ...]
    brought: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def roles(self) -> list[str]:
        """The lane of each line without its process, as ``0`` for the main thread; for a job of a pool, ``2#4``."""
        return [who.lane.partition(".")[2] + f"#{who.job}" * bool(who.job) if who else "" for who in self.who]


def traced_runs(play: Play, runs: Sequence[Run]) -> list[tuple[Run, Known | None]]:
    """Return traced runs without trouble: a few, then more until each line has come that several of the `runs` have."""
    looks = [{VALUE.sub(HOLE, text) for text, _ in run.outputs[0].lines} for run in runs]
    rare = {look for look, times in Counter(chain(*looks)).items() if 1 < times < len(runs)}
    made = list[tuple[list[Note], Run]]()
    for number in range(AT_MOST):
        if number >= AT_LEAST and not rare:
            break
        # It is varied, so that a cause that only some machines have is not taken for certain, but not perturbed.
        notes, run = traced(replace(play, variation=varied(2 * number)))
        if not run.trouble:
            rare -= {VALUE.sub(HOLE, text) for text, _ in run.outputs[0].lines}
            made.append((notes, run))
    every = [notes for notes, _ in made]
    return [(run, known(play, unsure(notes, every), run)) for notes, run in made]


def known(play: Play, notes: Sequence[Note], run: Run) -> Known | None:
    """Return what is known of a traced run by its notes; None if others than Python print in it."""
    prompts = [line for line in play.result.lines if line.typed and len(line.parts) > 1]
    own = [place for place, (_, writer) in enumerate(run.outputs[0].lines) if writer]  # typed text has no writer
    printed = [(_said(text, prompts), writer) for text, writer in run.outputs[0].lines if writer]
    alone = replace(run, outputs=(replace(run.outputs[0], lines=tuple(printed)),))
    try:
        lines = Lines(notes, find(notes, play.result, alone))
    except TraceError:
        return None
    printers: list[Who | None] = [None] * len(run.outputs[0].lines)
    held: list[Held] = [{} for _ in printers]
    for index, place in enumerate(own):
        who = lines.who(index)
        if who.job:
            who = who._replace(name="")  # any thread of the pool may get the job
        printers[place], held[place] = who, lines.held[index]
    pairs = ((one, other) for other in range(len(own)) for one in range(other) if lines.before(one, other))
    begun = (note.record.lane for note in notes if isinstance(note.record, Start))
    processes = frozenset(lane.partition(".")[0] for lane in (*(note.lane for note in notes), *begun))
    before = frozenset((own[one], own[other]) for one, other in pairs)
    brought = frozenset((own[one], own[other]) for one, other in lines.brought())
    return Known(tuple(printers), processes, before, tuple(held), brought)


def _said(text: str, prompts: list[Line]) -> str:
    """Return what the program printed of a line: of the first line that fits one of the `prompts`, only the prompt."""
    asked = taken(text, prompts)
    return text.removesuffix(asked.typed.value) if asked and asked.typed else text


def undisturbed(runs: Sequence[Run], known: Mapping[int, Known]) -> tuple[list[Run], dict[int, Known]]:
    """Leave out traced runs that printed what no other run did, since tracing disturbed the program there."""
    outlines = [Counter(outline(text) for text, _ in run.outputs[0].lines) for run in runs]
    others = [one for index, one in enumerate(outlines) if index not in known] or outlines
    most, least = reduce(or_, others), reduce(and_, others)
    exits = {run.outputs[0].exit for index, run in enumerate(runs) if index not in known or len(known) == len(runs)}
    kept = [
        index
        for index, one in enumerate(outlines)
        if index not in known or (least <= one <= most and runs[index].outputs[0].exit in exits)
    ]
    return [runs[index] for index in kept], {new: known[old] for new, old in enumerate(kept) if old in known}
