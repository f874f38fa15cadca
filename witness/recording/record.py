"""Write the result file of an example, and its timeline. Every result comes about here."""

import getpass
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from witness.examples import Example, ExampleError, check_command
from witness.language import PROPOSED, Result, Run, Terminal, decide, parse, text_of
from witness.language.formats import DATES
from witness.recording import evidence, plausible, timelines
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.propose import check
from witness.recording.proposal.propose import propose as proposal
from witness.recording.proposal.traces import traced_runs
from witness.recording.repeat import Tally
from witness.recording.unused import Used
from witness.recording.update import Change, new, refresh, update
from witness.running import Play
from witness.running.interpreters import Interpreter
from witness.tracing.collect import trial_of
from witness.tracing.model import TraceError

_PATH = re.compile(r"(?<![\w.…/])/(?:[\w.-]+/)+[\w.-]*")
_OWN = re.compile(r"…/[\w./-]+\.py\W{1,3}(?:line\W{1,2})?[0-9]+")
"""A line number in one of Python's own modules, which differs from version to version."""
_TODAY = *DATES, "%d.%m.%Y", "%d %b", "%b %e", "%B %d"

ADVICE = """
Something never seen may still happen, and something seen may be a bug. Edit the result until it says
what the program guarantees, no more and no less, and delete its last line. Then run:

  uv run witness check """


class RecordError(Exception):
    """Runs that can't be recorded; the message says why, and what to do."""


def bare(example: Example) -> Result:
    """Return a result of nothing but the command. Raises `ExampleError` if there is not just one program to start."""
    if len(example.programs) != 1:
        start = "write a result that starts its programs in order, with a line `$ python NAME.py` for each"
        raise ExampleError(example.out, 1, f"it is a folder without a result: {start}")
    return Result(example.out, (Terminal(1, example.programs[0].name, None, ()),), {})


def draft(example: Example) -> Result:
    """Return the result of an example, even if it is only a proposal; a bare one if it has none."""
    if not example.out.exists():
        return bare(example)
    text = text_of(example.out).removesuffix(PROPOSED)
    check_command(example)
    return parse(text, example.out)


def is_proposal(example: Example) -> bool:
    """Return whether the result of an example is only a proposal, which no person has accepted yet."""
    return example.out.exists() and text_of(example.out).endswith(PROPOSED)


def record(example: Example, runs: Sequence[Run], interpreter: Interpreter, propose: bool = False) -> list[str]:
    """Make the result file and the timeline say what the runs show; return in words what was written.

    A new result is written to the letter or, with `propose`, with annotations found from many runs.
    """
    if trouble := next((run.trouble for run in runs if run.trouble), ""):
        raise RecordError(f"{example.programs[0]}:1: {trouble}")
    result, proposed = draft(example), is_proposal(example)
    if wrong := plausible.doubts(example, result, evidence.load(example, result)):
        raise RecordError("\n".join(wrong))
    refused = next((run for run in runs if not decide(result, run).legal), None)
    if not example.out.exists() or (refused and (propose or proposed) and is_open(example, result)):
        play = Play(example, result, interpreter)
        return _proposed(play, runs) if propose else _to_the_letter(play, runs[0])
    if proposed:
        return []
    said = []
    if refused or not evidence.holds(evidence.stored(example), result):
        change = _renewed(example, result, runs, refused)
        result = evidence.write_result(example, change.text)
        said = ["; ".join(change.notes)]
    fresh = said or evidence.stored(example).trace is None
    old = timelines.stale(example, result) or timelines.doubts(example, result, runs)
    if old or (fresh and timelines.is_traceable(example, result)):
        said.append(timelines.record(example, interpreter, runs))
    return [text for text in said if text]


def _proposed(play: Play, runs: Sequence[Run]) -> list[str]:
    """Write a proposal from these runs and a few traced ones; the result has the command, and what is typed.

    Some of the runs are kept, so that what the proposal leaves open because of them is not made a promise later.
    """
    example, terminal = play.example, play.result.terminals[0]
    try:
        check(runs)  # before any is traced, which takes minutes if they print too much
        found = traced_runs(play, runs)
        known = {index: one for index, (_, one) in enumerate(found, len(runs)) if one}
        every = [*runs, *(run for run, _ in found)]
        change = proposal(example.out, terminal, every, known)
        if known and (sure := _tried(replace(play, result=parse(change.text, example.out)), every)):
            change = proposal(example.out, terminal, every, known, sure)
    except ProposeError as error:
        raise RecordError(f"{example.programs[0]}:1: {error}") from None
    tally = Tally(example, evidence.write_result(example, change.text, PROPOSED))
    for number, run in enumerate(every):
        tally.count(run, play, number)
    evidence.store(example, tally.result, seen=tally.kept(evidence.load(example, tally.result).seen))
    notes = (*change.notes, *_local(change.text))
    return [f"proposed from {len(every)} runs\n\n{change.text}", *notes, ADVICE + example.name]


def _tried(play: Play, runs: Iterable[Run]) -> set[tuple[int, int]]:
    """Return the free pairs, as line numbers, that keep one order in all runs, even where a thread falls behind."""
    used = Used(play.result, runs)
    never = {pair for pair in used.open.free if used.open.order(*pair) in used.shown} - used.luck
    return {(one.number, other.number) for one, other in trial_of(play).holds(never)}


def _to_the_letter(play: Play, run: Run) -> list[str]:
    """Write what the program printed, without annotations; the result has the command."""
    change = new(play.result, run)
    result = evidence.write_result(play.example, change.text)
    said = list(change.notes)
    with suppress(TraceError):  # nothing is annotated yet, so the text may promise more than the program keeps
        if timelines.is_traceable(play.example, result):
            said.append(timelines.record(play.example, play.interpreter))
    return [text for text in said if text]


def _renewed(example: Example, result: Result, runs: Sequence[Run], refused: Run | None) -> Change:
    """Return the new text of an accepted result that one of the runs contradicts, or whose printed run is unknown."""
    whole = next((run for run in runs if refused or result.has_all(decide(result, run).order)), None)
    if whole is None:
        raise RecordError(f"{example.out}:1: none of {len(runs)} runs printed all of its lines; try more runs")
    change = update(result, refused) if refused else refresh(result, whole)
    renewed = parse(change.text, example.out)
    if not all(decide(renewed, run).legal for run in runs):
        verdict = decide(result, refused or runs[0])
        raise RecordError(
            f"{example.out}:{verdict.line}: this result does not allow all of {len(runs)} runs\n{verdict.reason}\n"
            "\nNothing was changed. If the program is right, allow this, or delete the result and record it again."
        )
    return change


def is_open(example: Example, result: Result) -> bool:
    """Return whether the result is still without annotations: a proposal, or with only what is typed or pressed."""
    if not example.out.exists() or is_proposal(example):
        return True
    annotated = any(line.actor or line.times or (line.varying and not line.typed) for line in result.lines)
    return not (evidence.stored(example).printed or annotated or len(result.terminals) > 1)


def _local(text: str) -> Iterator[str]:
    """Yield a question about each piece of text that may be found on this machine only, or today only."""
    text = re.sub(r"\{\w+:[^{}]*\}", "", text)  # values that vary are annotated already
    paths = dict.fromkeys(path for path in _PATH.findall(text) if Path(path).exists())
    names = {platform.node()}
    with suppress(ImportError, KeyError, OSError):  # there may be no user database, or the user may not be in it
        names.add(getpass.getuser())
    system = platform.release(), platform.python_version()
    today = [f"{date.today():{format}}" for format in _TODAY]
    words = [*sorted(names - {"", "localhost", "root"}), *system, *today]
    printed = (word for word in words if re.search(rf"(?<![\w=]){re.escape(word)}(?!\w)", text, re.ASCII))
    for word in (*paths, *_OWN.findall(text)[:1], *printed):
        yield f"it prints `{word}`, which may differ on another machine or day: what does a reader see?"
