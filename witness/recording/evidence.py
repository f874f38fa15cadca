"""What is known of an example, in one file beside its result: ``processes/fork.json`` of ``processes/fork.out``.

That is the digest of the run that the result prints, so that an edit by hand shows; what repeating the program showed;
runs that were seen; and its timeline. Each counts for the very program and result that it is of: when they change, it
is void, but stands in the file until it is recorded anew. Only runs that were seen are of the program alone: whatever
its annotations say later, they must allow them. The file itself is written by machine only, and its checksum says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from witness.examples import Example
from witness.language import Output, Result, ResultError, Run, bytes_of, decide, first_alike, read
from witness.recording.files import locked, write
from witness.tracing.model import Trace

WIDTH = 110
"""What is shorter stands on one line of the file."""


@dataclass(frozen=True)
class Order:
    """In which order lines were printed, `count` times.

    `lines` are their numbers in the result file, and `values` those of its variables in one such run.
    """

    count: int
    lines: tuple[int, ...]
    values: dict[str, str]


@dataclass(frozen=True)
class Observation:
    """What repeating an example showed.

    All of the `runs`, on the versions `pythons`, were legal; `load` if every core was kept busy by something else.
    `orders` is how many different orders they came in; `common` has those of the runs that are kept, if there was more
    than one, and is not in the file. It is true `of` the program and the annotations with this digest.
    """

    pythons: tuple[str, ...]
    runs: int
    load: bool
    orders: int
    common: tuple[Order, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Sight:
    """What a run showed that was seen on this version of Python.

    `count` is in how many of those that were last repeated the lines came in this order; 0 if it was seen before.
    """

    count: int
    python: str
    outputs: tuple[Output, ...]

    @property
    def run(self) -> Run:
        return Run(self.outputs)


@dataclass(frozen=True)
class Seen:
    """A few of the `times` runs of the programs and commands with the digest `of`, which show all that may differ."""

    times: int
    runs: tuple[Sight, ...]
    of: str = ""


@dataclass(frozen=True)
class Evidence:
    """The digest of the `printed` run, if one was recorded; what repeating showed; runs once seen; the timeline."""

    printed: str = ""
    observation: Observation | None = None
    seen: Seen | None = None
    trace: Trace | None = None

    @property
    def runs(self) -> list[Run]:
        """Those that were seen."""
        return [sight.run for sight in self.seen.runs] if self.seen else []


def path(example: Example) -> Path:
    """The file with what is known of an example."""
    return example.out.with_suffix(".json")


def load(example: Example, result: Result | None = None) -> Evidence:
    """What is known of the example as it now is; its `result` is read if it is not given."""
    result = result or read(example.out)
    evidence = stored(example)
    observation, seen, trace = evidence.observation, evidence.seen, evidence.trace
    if seen and seen.of != _program(example, result):
        seen = None
    if observation and observation.of != _promised(example, result):
        observation = None
    if observation:
        plain = seen and observation.orders > 1 and not any(line.times for line in result.lines)
        common = orders_seen(result, seen).values() if seen and plain else ()
        observation = replace(observation, common=tuple(alike[0] for alike in common))
    trace = trace if trace and trace.digest == _run(example, result) else None
    return Evidence(evidence.printed, observation, seen, trace)


@lru_cache(maxsize=1)
def orders_seen(result: Result, seen: Seen) -> dict[tuple[int, ...], list[Order]]:
    """The orders of the runs that were repeated last, those together that read the same (`first_alike`)."""
    found: dict[tuple[int, ...], list[Order]] = {}
    read_as = first_alike(result.lines)
    for sight in seen.runs:
        verdict = decide(result, sight.run)
        if verdict.legal and sight.count:
            order = Order(sight.count, tuple(line.number for line in verdict.order), dict(verdict.values))
            found.setdefault(tuple(read_as[line] for line in verdict.order), []).append(order)
    return found


def holds(evidence: Evidence, result: Result) -> bool:
    """Whether the run that `result` prints is the one that was recorded."""
    return evidence.printed == _digest(result.output)


def enter(example: Example, result: Result) -> None:
    """Note the run that `result` prints as recorded."""
    change(example, printed=_digest(result.output))


def observe(example: Example, result: Result, observation: Observation) -> None:
    """Note what was seen of the example with this result."""
    change(example, observation=replace(observation, common=(), of=_promised(example, result)))


def keep(example: Example, result: Result, seen: Seen) -> None:
    """Note runs of the programs, which count whatever else the result says of them."""
    change(example, seen=replace(seen, of=_program(example, result)))


def draw(example: Example, result: Result, trace: Trace) -> None:
    """Note the timeline of the run that `result` prints."""
    change(example, trace=replace(trace, digest=_run(example, result)))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _of(example: Example, *texts: str) -> str:
    """A digest of the programs with these texts."""
    return _digest(*(program.read_text() for program in example.files), *texts)


def _program(example: Example, result: Result) -> str:
    """What runs that were seen are of: the programs, and the commands that they are started with."""
    return _of(example, *(terminal.command for terminal in result.terminals))[:16]


def _promised(example: Example, result: Result) -> str:
    """What repeating is of: the programs, and what the result file allows."""
    return _of(example, result.allowed)


def _run(example: Example, result: Result) -> str:
    """What a timeline is of: the programs, and the run that the result file prints."""
    return _of(example, result.output)[:16]


def stored(example: Example) -> Evidence:
    """What stands in the file, be it still true or not."""
    file = path(example)
    try:
        return _decoded(bytes_of(file).decode())
    except FileNotFoundError:
        return Evidence()
    except (ValueError, msgspec.MsgspecError) as error:
        said = (
            f"not as it was recorded ({error}); take the file as it was: git checkout {file}, or delete and record it"
        )
        if re.search(rb"^<{7} ", file.read_bytes(), re.MULTILINE):
            said = f"a merge left both sides here; delete it, and `uv run witness record {example.name}`"
        raise ResultError(file, 1, said) from None


@cache
def _decoded(text: str) -> Evidence:
    """What a file says; `ValueError` if no recording wrote it so."""
    evidence = msgspec.json.decode(text, type=Evidence)
    if _text(evidence) != text:
        raise ValueError("its checksum, or the way in which it is written, is another")
    return evidence


def change(example: Example, **changes: Any) -> None:
    """Change what stands in the file, which may be more than was read before, while nobody else does."""
    file = path(example)
    with locked(file.parent):
        write(file, _text(replace(stored(example), **changes)))


def _text(evidence: Evidence) -> str:
    """The file: an event or order on a line; its first line is the checksum of all the others."""
    plain = _plain(evidence)
    return "\n".join(_lines({"checksum": _digest(json.dumps(plain))[:16], **plain})) + "\n"


def _plain(value: Any) -> Any:
    """The value as JSON has it, without what is as it is by default."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    given = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        field.name: _plain(given[field.name])
        for field in fields(value)
        if field.default is MISSING or given[field.name] != field.default
    }


def _lines(value: Any) -> Iterator[str]:
    """JSON in lines, each as long as it may be."""
    line = json.dumps(value, ensure_ascii=False)
    items = list(value.values()) if isinstance(value, dict) else value
    nested = isinstance(value, dict) and any(isinstance(item, dict | list) for item in items)
    if not (nested and (len(line) > WIDTH or any(map(_has_objects, items)))) and not _has_objects(value):
        yield line
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    for index, (key, item) in enumerate(zip(value, items, strict=True), 1):
        first, *rest = _lines(item)
        lines = [f'"{key}": {first}' if isinstance(value, dict) else first, *rest]
        lines[-1] += "," * (index < len(value))
        yield from (f"  {line}" for line in lines)
    yield closing


def _has_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
