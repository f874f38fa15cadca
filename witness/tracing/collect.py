"""Run an example under the collector, and choose a run that took the most common course."""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from witness.examples import Example
from witness.language import Fault, Line, Result, Run, Verdict, decide
from witness.language.promises import Pair, Promises, Triple, parted
from witness.running import Play, platform, run
from witness.running.folder import neutral
from witness.running.screen import displayed
from witness.running.terminals import TERMINAL
from witness.tracing.loops import unsure
from witness.tracing.model import Cause, FigureError, IllegalError, Link, Trace, TraceError, UnseenError
from witness.tracing.notes import Note, Print, Unclosed, main_of, parse
from witness.tracing.output import WAITED, Lines, holding
from witness.tracing.printed import by_lane, find, numbered, opened, spoken, unnoted
from witness.tracing.proof import (
    by_chance,
    closed,
    in_lanes,
    kept_apart,
    loose,
    needless,
    sure,
    tight,
    unproven,
    who_printed,
)
from witness.tracing.reader import read
from witness.tracing.trial import Trial

RUNS, ALIKE = 9, 3
"""The most runs that are made, and how many of them with the same course are enough; the quickest of those is kept."""
TRIED_S = 30.0
"""The shortest timeout, in seconds, of a run in which a thread falls behind."""

_GENERATES = re.compile(rb"\byield\b|\.(send|throw)\b")
"""Matches in a program that has generators, or that runs coroutines by hand."""


class Traced(NamedTuple):
    """A traced run, its verdict, its printed lines and its trace, with the names of its lanes by their keys.

    `sure` has the pairs of lines that are in order in each run with the same causes. Some of them may be `tried`: a run
    has no chain of causes for them, but a trial showed them to be in order, and found the link. `apart` has the triples
    of lines of which something kept the third from coming between the others, with its token.
    """

    run: Run
    verdict: Verdict
    lines: Lines
    trace: Trace
    names: dict[str, str]
    sure: set[Pair]
    tried: Mapping[Pair, Link]
    apart: dict[Triple, str]

    def has(self, lines: Iterable[Line]) -> bool:
        """Return whether all of these lines came."""
        return self.lines.copies.keys() >= {*lines}

    def because(self, result: Result) -> Trace:
        """Return the trace with the cause of each of the pairs that are `sure`.

        Left out are pairs that follow from others or from the order of one lane, and lines that did not come in this
        run. For a pair that was `tried`, the link of the trial is the cause, since a run may have no chain for it.
        """
        lines, places, same = self.lines, numbered(result, self.lines.told), in_lanes(result, self.trace)
        pairs = {*lines.came(self.sure)}
        ends = ((*pair, *lines.ends(pair)) for pair in pairs)
        found = []
        for one, other, first, last in sorted(ends, key=lambda end: (places[end[3]], places[end[2]])):
            between = any((one, line) in pairs and (line, other) in pairs for line in lines.copies)
            if between or (places[first], places[last]) in same:
                continue
            chain = lines.chain(first, last)
            if (one, other) in self.tried:
                chain = [self.tried[one, other]._replace(giver=lines.who(first).lane, taker=lines.who(last).lane)]
            links = (link._replace(giver=self._name(link.giver), taker=self._name(link.taker)) for link in chain)
            found.append(Cause(places[first], places[last], tuple(links)))
        thirds: dict[tuple[int, int], list[int]] = {}
        for triple in self.apart:
            one_place, other_place, third = (places[lines.copies[line][0]] for line in triple)
            thirds.setdefault((one_place, other_place), []).append(third)
        locked = sorted((*pair, *sorted(others)) for pair, others in thirds.items())
        return replace(self.trace, causes=tuple(found), locked=tuple(locked))

    def _name(self, lane: str) -> str:
        """Return the name of a lane, or if it has none that of its process."""
        return self.names.get(lane) or self.names.get(main_of(lane), "")


def typical(play: Play, luck: Set[Pair] = frozenset(), orders: Iterable[Sequence[Line]] = ()) -> Traced:
    """Return a legal run that took the most common course, with the causes that all runs share.

    If some runs have every line, it is one of those. `luck` are the pairs that other runs showed the other way round;
    `orders` has the lines of each of these.
    Raises `TraceError` if in one of the runs a promise has no cause or the name of a printer is wrong, or if a pair
    that the result leaves open is in order in all of them.
    """
    every: list[Traced] = []
    result, trial = play.result, trial_of(play)
    promises = Promises(result)
    kept = promises.kept()
    for _ in range(RUNS):
        found = once(play, trial, [one.lines.notes for one in every])
        every.append(found)
        whole = [one for one in every if result.has_all(one.verdict.order)]
        pairs = set[Pair]().union(*(one.sure for one in every)) - luck
        sure = {pair for pair in pairs if all(pair in one.sure for one in every if one.lines.came([pair]))}
        for pair in sure.intersection(promises.open()):
            if all(by_chance(result, one.lines, pair, one.sure, luck) for one in every if one.lines.came([pair])):
                sure.remove(pair)
        firm = {one for run in every for one, token in run.apart.items() if not token.endswith(WAITED)}
        apart = {one for one in firm - kept if all(one in run.apart or not run.has(one) for run in every)}
        free = [*needless(result, sure), *tight(result, apart - parted(apart, orders))]
        if sum(one.trace.course == found.trace.course for one in whole) >= ALIKE and not free:
            break
    else:
        refuse(result, free)
    ((commonest, _),) = Counter(one.trace.course for one in whole or every).most_common(1)
    alike = (one for one in whole or every if one.trace.course == commonest)
    found = min(alike, key=lambda one: one.trace.end)
    found = found._replace(sure=sure, apart={one: found.apart[one] for one in kept if found.has(one)})
    return found._replace(trace=found.because(result))


def trial_of(play: Play) -> Trial:
    """Return a trial of an example, whose runs get a longer timeout."""
    patient = replace(play.example, timeout=max(play.example.settings.timeout, TRIED_S))
    return Trial(play.result, partial(traced, replace(play, example=patient)), _sources(play.example))


def _sources(example: Example) -> dict[str, str]:
    return {program.name: program.read_text() for program in example.programs}


def once(play: Play, trial: Trial | None = None, others: Iterable[Sequence[Note]] = ()) -> Traced:
    """Return a traced run; a promise that has no cause in it must hold in the trial.

    The notes of `others`, made before, tell which delays are chance.
    Raises `TraceError` if the run is not legal or loses an open file, if a promise does not hold, or if the name of a
    printer is wrong.
    """
    example, result, version = play.example, play.result, play.interpreter.version
    trial = trial or trial_of(play)
    notes, run_ = trial.made = traced(play)
    notes = unsure(notes, others)
    verdict = decide(result, run_)
    if not verdict.legal:
        raise _illegal(play, verdict)
    if lost := next((note.record.what for note in notes if isinstance(note.record, Unclosed)), ""):
        raise TraceError(
            f"{example.programs[0]}:1: it drops what is still open: `{lost}`; close it, for example using `with`"
        )
    heard, told = spoken(run_, verdict)
    printed = find(notes, result, heard)
    if told.order == verdict.order:  # nothing was typed or pressed
        told = verdict = by_lane(result, heard, told, [note.lane for note in printed])
    notes = in_time([*notes, *opened(printed, result, heard, told.order)])
    lines = Lines(notes, printed, told.order, trial.sources)
    known = sure(lines)
    lacking = lines.came(Promises(result).unproven(known))
    limited = {pair for pair in lacking if lines.limits(*lines.ends(pair))}
    known = closed(known | trial.holds({*lacking}, limited))
    lucky = unproven(result, lines, known, partial(trial.spares, notes))
    locked = kept_apart(result, holding(lines.told, lines.held))
    torn = loose({one for one in Promises(result).kept() - locked.keys() if lines.copies.keys() >= {*one}})
    refuse(result, [*lucky, *torn, *who_printed(result, lines.printers)])
    try:
        trace, names = read(lines, result, heard, version)
        if result.is_named and not trace.is_drawn:
            raise FigureError(
                f"{example.out}:1: a single thread or task printed everything; remove the names before the lines"
            )
    except FigureError:
        if result.is_named:
            raise
        trace, names = Trace("", version, ()), {key: lane.name for key, lane in lines.lanes.items()}
    return Traced(run_, verdict, lines, trace, names, known, trial.held, locked)


def _illegal(play: Play, verdict: Verdict) -> TraceError:
    where = f"{play.example.out}:{verdict.line}"
    if not decide(play.result, run(play)).legal:
        return IllegalError(f"{where}: the traced run is not legal\n{verdict.reason}")
    if any("getppid" in source for source in _sources(play.example).values()):
        return TraceError(
            f"{where}: a reader sees another value of `os.getppid()`\n{verdict.reason}\n"
            "A verified program is started by the first process of its namespace, a reader's program by a shell:\n"
            "write the ID as `{shell:silent=7384}`, that of a process that prints nothing, or don't print it"
        )
    return UnseenError(
        f"{where}: tracing changes what this program prints\n{verdict.reason}\n"
        "It wraps Python's own functions, as witness/tracing/collector/__init__.py says, and slows them down:\n"
        "print nothing that depends on that, or remove the names of who printed the lines and have no timeline"
    )


def refuse(result: Result, faults: Sequence[Fault]) -> None:
    """Raise `TraceError` if there are faults."""
    if faults:
        raise TraceError("\n".join(f"{result.path}:{fault.line}: {fault.text}" for fault in faults))


@contextmanager
def collector(*markers: str) -> Iterator[Path]:
    """Make a folder whose `sitecustomize` starts the collector, for as long as the context lasts.

    The collector writes its notes there. The empty files called `markers` in it tell the collector what else to do.
    """
    with tempfile.TemporaryDirectory(prefix="witness-trace-") as name:
        folder, here = Path(name), Path(__file__).parent
        if not platform.here.windows:  # which may forbid links; nothing is traced or pushed there
            (folder / "witness_collector").symlink_to(here)  # a link, so that it is compiled once for all runs
        shutil.copy(here / "collector" / "sitecustomize.py", folder)
        shutil.copy(TERMINAL / "sitecustomize.py", folder / "witness_terminal.py")
        for marker in markers:
            (folder / marker).touch()
        yield folder


def in_time(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.time_ns)


def traced(play: Play, behind: str = "") -> tuple[list[Note], Run]:
    """Return the notes of all processes of a run, in the order of time, and the run.

    With `behind`, one thread falls behind the others: the text says which and how, as `collector/behind.py` reads it.
    """
    generates = any(_GENERATES.search(file.read_bytes()) for file in play.example.files)
    with collector(*["generators"] * generates, *["instructions"] * bool(behind)) as folder:
        if behind:
            (folder / "behind").write_text(behind)
            (folder / "clock").touch()
        done = run(replace(play, site=folder))
        notes = [note for file in folder.glob("*.notes") for note in parse(file.read_bytes())]
        if (home := folder / "home").exists():
            shown = neutral(Path(home.read_text()), play.interpreter)
            for place, (_, _, record, _) in enumerate(notes):
                if isinstance(record, Print):
                    notes[place] = notes[place]._replace(record=record._replace(text=shown(displayed(record.text))))
        notes = in_time(notes)
        return in_time([*notes, *unnoted(notes, done)]), done
