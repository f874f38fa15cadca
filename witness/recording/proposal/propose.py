"""Propose the annotations of a result file from many runs: a pure function from runs to the text of a result file.

Who prints a line, and which line must come before which, comes from the traced runs: what has no chain of causes there
is left free, however often it was seen. What varies in a line comes from all runs. What the runs could not decide is
put to a person as questions, one for each kind.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from witness.language import Line, Result, ResultError, Run, Terminal, Text, decide, parse, visible
from witness.language.lines import taken
from witness.language.parts import joined
from witness.language.promises import Promises, Triple, parted
from witness.language.run import exception
from witness.recording.proposal.alike import SHOWN, ProposeError, identify
from witness.recording.proposal.items import Item, Process, columns
from witness.recording.proposal.lanes import Lanes
from witness.recording.proposal.looks import shown
from witness.recording.proposal.parts import Parts
from witness.recording.proposal.precedence import Precedence
from witness.recording.proposal.traces import Known, undisturbed
from witness.recording.proposal.variables import numbered
from witness.recording.update import Change
from witness.running.terminals import GUARD, UNGUARDED
from witness.tracing.output import LOOP, holding
from witness.tracing.printed import by_lane
from witness.tracing.proof import kept_apart, who_printed

LINES = 500
"""The most lines that are compared with each other: the time grows with the number of pairs."""
_EXCEPTION = re.compile(r".*Traceback \(most recent call last\):|SyntaxError: |\S+:\d+: \w*Warning: ")
_FRAME = re.compile(r'  File ".+", line [0-9]+, in .+| {4,}[~^]+')
"""A line of a frame, which is no more printed once it is folded."""

Pairs = AbstractSet[tuple[int, int]]
"""Pairs of lines, the first of which comes before the second, by their numbers in a result file."""


def propose(
    path: Path, terminal: Terminal, runs: Sequence[Run], known: Mapping[int, Known], tried: Pairs = frozenset()
) -> Change:
    """Return the result file at `path` for one of `runs`, annotated so that all are legal; else raise `ProposeError`.

    `terminal` has the command. `known` has what the traced runs tell, by their index. `tried` are pairs to treat as if
    they had a cause; their numbers are those of an earlier proposal from the same runs.
    """
    kept, known = undisturbed(runs, known)
    disturbed, runs = len(runs) - len(kept), kept
    check(runs)
    proposer = _Proposer(runs, known, tried)
    last = runs[proposer.recorded].outputs[0]
    lines = tuple(_typed(terminal, [text for text, _ in last.lines], proposer.lines()))
    text = str(replace(terminal, lines=lines, exit=last.exit, newline=last.newline))
    try:
        result = parse(text, path)
    except ResultError as error:
        raise ProposeError(f"{error.message}:\n{text.splitlines()[error.line - 1]}") from None
    orders = []
    for run in runs:
        if not (verdict := decide(result, run)).legal:
            raise ProposeError(
                "found no annotations that allow all of these runs; make each line say whose it is.\n"
                f"The closest are\n{text}which fail at line {verdict.line}:\n{verdict.reason}"
            )
        orders.append(verdict.order)
    questions = (*_misnamed(result, runs, known), *proposer.questions())
    text = str(_locked(result, [*_traced(result, runs, known)], orders))
    if disturbed:
        questions = (f"ignored traced runs that printed something else: {disturbed}", *questions)
    return Change(text, questions)


def check(runs: Sequence[Run]) -> None:
    """Raise `ProposeError` if no annotations can describe these runs."""
    for fault in _faults(runs):
        raise ProposeError(fault)


def _faults(runs: Sequence[Run]) -> Iterator[str]:
    """Yield what no annotations can say of these runs."""
    yield from filter(None, (run.trouble for run in runs))
    if (most := max(len(run.outputs[0].lines) for run in runs)) > LINES:
        yield f"it printed {most} lines, too many for a page; print at most {LINES}"
    for hidden in (text for run in runs for text, _ in run.outputs[0].lines if visible(text) != text):
        yield (
            f"a page can't show the control characters here: `{visible(hidden)}`; print plain text, without colours "
            "or cursor movements"
        )
    told = [sum(UNGUARDED in text for text, _ in run.outputs[0].lines) for run in runs]
    if len({*told}) > 1:
        yield f"in {sum(map(bool, told))} of {len(runs)} runs, {GUARD}"
    torn = [next((text for text, _ in run.outputs[0].lines if _FRAME.fullmatch(text)), "") for run in runs]
    if some := sum(map(bool, torn)) % len(runs):
        yield (
            f"in {some} of {len(runs)} runs, what another thread printed stands within a traceback, which is not "
            f"written in one go, before `{max(torn)}`; catch the exception, or let no other thread print then"
        )
    exits = Counter(run.outputs[0].exit for run in runs)
    if len(exits) > 1:
        said = ", ".join(f"{status} in {times} runs" for status, times in exits.most_common())
        odd = min(exits, key=lambda status: (not status, exits[status]))  # a failure tells more
        rare = next(run.outputs[0] for run in runs if run.outputs[0].exit == odd)
        texts = [text for text, _ in rare.lines]
        fatal = [text for text in texts if text.startswith("Fatal Python error: ")]  # what follows does not tell why
        last = " ".join(map(str.strip, exception(rare.lines)[:3])) or "".join((fatal or texts)[-1:])
        end = f"; with {rare.exit} it ended in `{last}`" if last else ""
        yield f"the exit status was {said}{end}; make the program always end in the same way"


def _misnamed(result: Result, runs: Sequence[Run], known: Mapping[int, Known]) -> Iterator[str]:
    """Yield the first name in the result that a traced run contradicts.

    The printer of a line may differ from run to run, or one of several lines that look the same passes for another.
    """
    for one, order in _traced(result, runs, known):
        printed = {line: who for line, who in zip(order, one.who, strict=True) if who}
        for fault in who_printed(result, printed):
            yield f"line {fault.line}: in a traced run, {fault.text}"
            return


def _traced(result: Result, runs: Sequence[Run], known: Mapping[int, Known]) -> Iterator[tuple[Known, Sequence[Line]]]:
    """Yield what is known of each traced run, and which line of the result each of its lines is."""
    for index, one in known.items():
        lanes = [who.lane if who else "" for who in one.who]
        yield one, by_lane(result, runs[index], decide(result, runs[index]), lanes).order


def _locked(result: Result, traced: Sequence[tuple[Known, Sequence[Line]]], orders: Iterable[Sequence[Line]]) -> Result:
    """Return the result with the locks and loops that kept lines together, and others apart, in each traced run."""
    held = [holding(order, one.held) for one, order in traced]
    kept = [kept_apart(result, one) for one in held]
    by: dict[Triple, tuple[int, str]] = {}
    for run, some in enumerate(kept):
        by = {triple: (run, token) for triple, token in some.items()} | by
    names, used = dict[tuple[int, str], str](), Counter[str]()
    near: dict[Line, set[Triple]] = {}
    there = [(some, {*one}) for some, one in zip(kept, held, strict=True)]
    sure = {triple for triple in by if all(triple in some or not {*triple} <= lines for some, lines in there)}
    sure -= parted(sure, orders)
    for (_, other), triples in groupby(Promises(result).between(), key=itemgetter(0, 1)):
        near.setdefault(other, set()).update(triples)
    whole = {other for other, triples in near.items() if triples <= sure}
    changed = {line: replace(line, still=True) for line in whole}
    for triple in sorted(sure, key=lambda triple: [line.number for line in triple]):
        if whole.isdisjoint(triple) and not triple[2].times:
            if by[triple] not in names:
                names[by[triple]] = numbered("loop" if by[triple][1].startswith(LOOP) else "lock", used)
            known = [changed.get(line, line) for line in triple]
            if {line.lock for line in known} <= {"", names[by[triple]]}:
                new = (replace(line, lock=names[by[triple]], still=line.still or line is known[1]) for line in known)
                changed |= zip(triple, new, strict=True)
    terminals = [
        replace(terminal, lines=tuple(changed.get(line, line) for line in terminal.lines))
        for terminal in result.terminals
    ]
    return replace(result, terminals=tuple(terminals))


def _typed(terminal: Terminal, texts: Sequence[str], lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that printed `texts`, with the keys and inputs that the file already has."""
    left = [line for line in terminal.lines if line.key or line.typed]
    for text, line in zip(texts, lines, strict=True):
        known = taken(text, left)
        if known and known.key:
            yield replace(line, parts=known.parts, key=known.key, actor=None)
        elif known and known.typed:
            *prompt, last = line.parts
            asked = last.text.removesuffix(known.typed.value) if isinstance(last, Text) else ""
            yield replace(line, parts=joined([*prompt, Text(asked), known.typed]))
        else:
            yield line


class _Proposer:
    """Decides which lines must precede which; has `Lanes` name their printers, and `Parts` say what varies in them."""

    def __init__(self, runs: Sequence[Run], known: Mapping[int, Known], tried: Pairs) -> None:
        outputs = [run.outputs[0] for run in runs]
        self.outputs, self.known = outputs, known
        self.mains: Process = tuple(str(output.main or 0) for output in outputs)
        self.items, self.recorded = identify(outputs, self.mains, known)
        self.items.sort(key=lambda item: item.spots[self.recorded][0].place)
        self.number = {item: item.spots[self.recorded][0].place + 2 for item in self.items}
        """The number of each line in the result file, of a repeated one that of its first copy."""
        self.lanes = Lanes(self.items, self.mains, known)
        lines = {number: item for item, number in self.number.items()}
        pairs = {(lines[one], lines[other]) for one, other in tried if {one, other} <= lines.keys()}
        self.precedence = Precedence(self.items, known, self.lanes.workers, pairs)
        # A line of the main process that is in order with every other needs no name: it is a barrier.
        laned = [item for item in self.items if not (item.by(self.mains) and self.precedence.is_fixed(item))]
        self.lanes.act(laned, self.precedence.earlier, self.precedence.free)
        self.waits = dict(self.precedence.waits())
        waited = {*chain(*self.waits.values())}
        for index, item in enumerate(item for item in self.items if item in waited):
            item.label = chr(ord("a") + index % 26) + str(index // 26 or "")
        self.parts = Parts(self.items, self.lanes, self.recorded)

    def lines(self) -> Iterator[Line]:
        """Yield the annotated lines of the recorded run."""
        spots = ((spot.place, copy, item) for item in self.items for copy, spot in enumerate(item.spots[self.recorded]))
        for place, copy, item in sorted(spots, key=itemgetter(0)):
            after = tuple(other.label or "" for other in self.waits[item])
            label = None if copy else item.label
            yield Line(place + 2, self.parts.of(item, copy), item.actor, label, after, times=item.times)

    def questions(self) -> Iterator[str]:
        """Yield what a person should know and decide, one question for each kind."""
        lines = {item: f"line {self.number[item]}, `{shown(item.look)}`" for item in self.items}
        texts = [text for text, _ in self.outputs[self.recorded].lines]
        if any(text.startswith("EOFError") for text in texts):
            yield "it read what nobody typed: keep only the prompts, as `PROMPT{name:input=WORDS}`, and record again"
        elif any(map(_EXCEPTION.match, texts)):
            yield "it printed an exception or a warning: is that intended?"
        if self.items and not any(writer for output in self.outputs for _, writer in output.lines):
            yield "this system does not say which process printed a line, so all lines are attributed to the main one"
        said = [f"line {self.number[item]} after {self.above(item)}" for item in self.items if self.above(item)]
        if said and not self.known:
            yield f"{_some(said)}: always in this order; is that guaranteed?"
        elif not self.known and len(self.items) > 1 and not any(item.actor for item in self.items):
            yield "no two lines ever swapped; if threads or tasks print them, could some?"
        if said := [f"line {self.number[other]} after {self.number[one]}" for one, other in self.precedence.luck()]:
            yield f"{_some(said)}: always in this order, but nothing was seen to make it wait; left free"
        if self.parts.asked:
            names = _some([f"`{name}`" for name in self.parts.asked])
            yield f"{names}: are the bounds right, or is it computed from other values?"
        if said := [f"line {self.number[item]}, `{value}`" for item, value in self.still()]:
            yield f"{_some(said)}: never varied here, but did in similar lines; may it vary?"
        if often := [lines[item] for item in self.items if item.repeated]:
            yield f"{_some(often)}: not equally often in each run; how often may it come?"

    def still(self) -> Iterator[tuple[Item, str]]:
        """Yield the values that were the same in all runs, but are among those that vary in a line that is alike."""
        for _, group, rows in columns(self.items):
            varied = {value for row in rows if len({*row}) > 1 for value in row}
            for item, row in zip(group, rows, strict=True):
                if {*row} < varied and len({*row}) == 1 and item not in self.lanes.workers:
                    yield item, row[0].strip(" ")

    def above(self, item: Item) -> str:
        """Return the numbers of the lines that `item` was only seen to follow."""
        if waits := self.waits[item]:
            return ", ".join(str(self.number[other]) for other in waits)
        before = self.items[: self.items.index(item)][-1:]
        return "all above" if item.actor is None and any(other.actor for other in before) else ""


def _some(said: Sequence[str]) -> str:
    """Return the first few, and how many more there are."""
    return ", ".join(said[:SHOWN]) + (f" and {len(said) - SHOWN} more" if len(said) > SHOWN else "")
