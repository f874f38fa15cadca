"""Run an example under the collector, and choose a run whose course is common."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from witness.examples import Example
from witness.language import Fault, Result, Run, Verdict, decide
from witness.language.promises import Pair, Promises
from witness.running import NEUTRAL, Variation, platform, run
from witness.running.folder import neutral
from witness.running.interpreters import Interpreter, at
from witness.running.screen import displayed
from witness.running.terminals import TERMINAL
from witness.tracing.model import FigureError, IllegalError, Link, Trace, TraceError, UnseenError
from witness.tracing.notes import Note, Print, Unclosed, parse
from witness.tracing.output import Lines
from witness.tracing.printed import by_lane, find, opened, spoken, unnoted
from witness.tracing.proof import causes, closed, needless, sure, unproven, who_printed
from witness.tracing.reader import read
from witness.tracing.trial import Trial

RUNS, ALIKE = 9, 3
"""At most how many runs are made, and how many with the same course are enough; the quickest of those is kept."""
TRIED_S, TRIED_LAST = 30.0, 3000
"""How long a run may take in which a thread falls behind, and the process number before that of its program: by its
process and number a thread is known in the next run."""

_GENERATES = re.compile(rb"\byield\b|\.(send|throw)\b")
"""Where a program has it, it has generators, or coroutines that it runs by hand."""


class Traced(NamedTuple):
    """A traced run: its printed lines, what a reader sees of it, the names of its lanes, what is sure in each such run,
    and what of that was tried, as nothing is known that makes it so."""

    run: Run
    verdict: Verdict
    lines: Lines
    trace: Trace
    names: dict[str, str]
    sure: set[Pair]
    tried: Mapping[Pair, Link]

    def because(self, result: Result, pairs: Set[Pair]) -> Trace:
        """The trace, with why the pairs are in order that are sure in every run."""
        return causes(result, self.lines, pairs, self.trace, self.names, self.tried)


def typical(example: Example, result: Result, interpreter: Interpreter, luck: Set[Pair] = frozenset()) -> Traced:
    """A legal run whose course is common, if one had all lines such a one, with the causes that all runs have.

    May raise `TraceError`: a promise has no cause in one of the runs, a freedom is none in any, though it was not seen
    to be `luck`, or a name is wrong.
    """
    every: list[Traced] = []
    trial = tried(example, result, interpreter)
    for _ in range(RUNS):
        found = once(example, result, interpreter, trial)
        every.append(found)
        whole = [one for one in every if result.has_all(one.verdict.order)]
        pairs = set[Pair]().union(*(one.sure for one in every)) - luck
        sure = {pair for pair in pairs if all(pair in one.sure for one in every if one.lines.came([pair]))}
        free = needless(result, sure)
        if sum(one.trace.course == found.trace.course for one in whole) >= ALIKE and not free:
            break
    else:
        refuse(example, free)
    courses: dict[object, list[Traced]] = defaultdict(list)
    for one in whole or every:
        courses[one.trace.course].append(one)
    commonest = max(courses.values(), key=lambda alike: len(alike))
    found = min(commonest, key=lambda found: found.trace.end)._replace(sure=sure, tried=trial.held)
    return found._replace(trace=found.because(result, sure))


def tried(example: Example, result: Result, interpreter: Interpreter) -> Trial:
    """What comes in order whichever thread falls behind, of an example that is then given the time to."""
    patient = replace(example, timeout=max(example.settings.timeout, TRIED_S))
    return Trial(
        result, partial(traced, patient, result, interpreter.path, Variation(last=TRIED_LAST)), _sources(example)
    )


def _sources(example: Example) -> dict[str, str]:
    return {program.name: program.read_text() for program in example.programs}


def once(example: Example, result: Result, interpreter: Interpreter, trial: Trial | None = None) -> Traced:
    """A traced run, which must be legal; may raise `TraceError`. A promise without a cause in it holds by a trial."""
    trial = trial or tried(example, result, interpreter)
    notes, run_ = traced(example, result, interpreter.path)
    verdict = decide(result, run_)
    if not verdict.legal:
        raise _illegal(example, result, interpreter, verdict)
    if lost := next((note.record.what for note in notes if isinstance(note.record, Unclosed)), ""):
        raise TraceError(f"{example.programs[0]}:1: it loses what it has open: `{lost}`; close it, as by `with`")
    heard, told = spoken(run_, verdict)
    printed = find(notes, result, heard)
    if told.order == verdict.order:  # nothing is typed or pressed
        told = verdict = replace(verdict, order=by_lane(result, told.order, printed))
    notes = in_time([*notes, *opened(printed, result, heard, told.order)])
    lines = Lines(notes, printed, told.order, _sources(example))
    known = sure(lines)
    lacking = lines.came(Promises(result).unproven(known))
    limited = {pair for pair in lacking if lines.limits(*lines.ends(pair))}
    known = closed(known | trial.holds({*lacking}, limited))
    refuse(example, [*unproven(result, lines, known), *who_printed(result, lines.printers)])
    try:
        trace, names = read(lines, result, heard, interpreter.version)
        if result.is_named and not trace.is_drawn:
            raise FigureError(f"{example.out}:1: all of it is one lane; take away the names of who printed each line")
    except FigureError:
        if result.is_named:
            raise
        trace, names = Trace("", interpreter.version, ()), {key: lane.name for key, lane in lines.lanes.items()}
    return Traced(run_, verdict, lines, trace, names, known, trial.held)


def _illegal(example: Example, result: Result, interpreter: Interpreter, verdict: Verdict) -> TraceError:
    where = f"{example.out}:{verdict.line}"
    if not decide(result, run(example, result, interpreter.path)).legal:
        return IllegalError(f"{where}: the traced run is not legal\n{verdict.reason}")
    if any("getppid" in source for source in _sources(example).values()):
        return TraceError(
            f"{where}: what `os.getppid()` tells here, no reader sees\n{verdict.reason}\n"
            "A program that is verified is started by the first process of its namespace, for a reader by a shell:\n"
            "as the number of a process that prints nothing, write it `{shell:silent=7384}`, or don't print it"
        )
    return UnseenError(
        f"{where}: recording disturbs this program\n{verdict.reason}\n"
        "Python's own functions are wrapped then, as witness/tracing/collector/__init__.py says, and take longer:\n"
        "let the program print nothing of that, or take away the names of who printed its lines, and it has no timeline"
    )


def refuse(example: Example, faults: Sequence[Fault]) -> None:
    if faults:
        raise TraceError("\n".join(f"{example.out}:{fault.line}: {fault.text}" for fault in faults))


@contextmanager
def collector(*markers: str) -> Iterator[Path]:
    """A folder with a `sitecustomize` that starts the collector, which finds these markers and puts its notes there."""
    with tempfile.TemporaryDirectory(prefix="witness-trace-") as name:
        folder, here = Path(name), Path(__file__).parent
        if not platform.here.windows:  # which may not let it; nothing is traced or pushed there
            (folder / "witness_collector").symlink_to(here)  # so that it is compiled once
        shutil.copy(here / "collector" / "sitecustomize.py", folder)
        shutil.copy(TERMINAL / "sitecustomize.py", folder / "witness_terminal.py")
        for marker in markers:
            (folder / marker).touch()
        yield folder


def in_time(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.time_ns)


def traced(
    example: Example, result: Result | None, interpreter: str, variation: Variation = NEUTRAL, behind: str = ""
) -> tuple[list[Note], Run]:
    """A run, and all that its processes noted, in the order of time.

    With `behind`, a thread falls behind in it: it says which, from which of its calls on, and for how many seconds.
    """
    generates = any(_GENERATES.search(file.read_bytes()) for file in example.files)
    with collector(*["generators"] * generates, *["instructions"] * bool(behind)) as folder:
        if behind:
            (folder / "behind").write_text(behind)
            (folder / "clock").touch()
        done = run(example, result, interpreter, folder, variation)
        notes = [note for file in folder.glob("*.notes") for note in parse(file.read_bytes())]
        if (home := folder / "home").exists():
            shown = neutral(Path(home.read_text()), at(interpreter))
            for place, (_, _, record, _) in enumerate(notes):
                if isinstance(record, Print):
                    notes[place] = notes[place]._replace(record=record._replace(text=shown(displayed(record.text))))
        notes = in_time(notes)
        return in_time([*notes, *unnoted(notes, done)]), done
