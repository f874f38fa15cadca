"""Write what the result file of an example should say, with its timeline: the one way in which a result comes about."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from witness.examples import Example
from witness.language import PROPOSED, Result, Run, decide, parse
from witness.recording import evidence, timelines
from witness.recording.alike import ProposeError
from witness.recording.files import write
from witness.recording.propose import propose
from witness.recording.update import Change, new, refresh, update
from witness.running.interpreters import Interpreter

ADVICE = """
What was never seen may still happen, and what was seen may be a mistake. When it says what the
program guarantees, no more and no less, delete its last line. Then:

  uv run witness check """


class Mode(StrEnum):
    """What to do about an example whose result does not say what happens."""

    VERIFY = "verify"
    """Say so."""
    UPDATE = "update"
    """Write what changed; a new result is to the letter."""
    PROPOSE = "propose"
    """Write what changed; a new result has annotations, from many runs."""


class RecordError(Exception):
    """Runs that can't be recorded; the message says why, and what to do."""


def draft(example: Example) -> tuple[Result | None, bool]:
    """The result of an example, if it has one, and whether a person has accepted it."""
    if not example.out.exists():
        return None, True
    text = example.out.read_text()
    proposed = text.removesuffix(PROPOSED)
    return parse(proposed, example.out), proposed == text


def record(example: Example, runs: Sequence[Run], interpreter: Interpreter, mode: Mode) -> list[str]:
    """Have the result file, and the timeline, say what the runs show; returns in words what was written."""
    if trouble := next((run.trouble for run in runs if run.trouble), ""):
        raise RecordError(f"{example.programs[0]}: {trouble}")
    result, accepted = draft(example)
    refused = next((run for run in runs if result and not decide(result, run).legal), None)
    said = []
    if result is None or (refused and not accepted):
        program = example.programs[0].name
        proposing = mode is Mode.PROPOSE
        try:
            change = propose(example.out, program, runs) if proposing else new(example.out, program, runs[0])
        except ProposeError as error:
            raise RecordError(f"{example.programs[0]}: {error}") from None
        _write(example, change, PROPOSED if proposing else "")
        if proposing:
            return [f"proposed from {len(runs)} runs\n\n{change.text}", *change.notes, ADVICE + example.name]
        said = list(change.notes)
    elif accepted and (refused or not evidence.holds(evidence.stored(example), result)):
        change = update(result, refused) if refused else refresh(result, runs[0])
        renewed = parse(change.text, example.out)
        if not all(decide(renewed, run).legal for run in runs):
            verdict = decide(result, refused or runs[0])
            raise RecordError(
                f"{example.out}:{verdict.line}: this does not allow all of {len(runs)} runs\n{verdict.reason}\n"
                "\nNothing changed. If the program is right, allow this, or delete it and have another proposed."
            )
        _write(example, change)
        said = ["; ".join(change.notes)]
    written = parse(example.out.read_text(), example.out)
    if accepted and (timelines.stale(example, written) or (said and timelines.is_traceable(example, written))):
        said.append(timelines.record(example, interpreter))
    return [text for text in said if text]


def _write(example: Example, change: Change, last: str = "") -> None:
    write(example.out, change.text + last)
    evidence.enter(example, parse(change.text, example.out))
