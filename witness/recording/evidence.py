"""What is known of an example, in one file beside its result: ``processes/fork.json`` of ``processes/fork.out``.

That is the digest of the run that the result prints, so that an edit by hand shows; what repeating the program showed;
and its timeline. Each counts for the very program and result that it is of: when they change, it is void, but stands
in the file until it is recorded anew. The file itself is written by machine only, and its checksum says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from witness.examples import Example
from witness.language import Result, ResultError, read
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
    `orders` is how many different orders they came in, and `common` has the commonest, if there was more than one. It
    is true `of` the program and the annotations with this digest.
    """

    pythons: tuple[str, ...]
    runs: int
    load: bool
    orders: int
    common: tuple[Order, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Evidence:
    """The digest of the `printed` run, or nothing if none was recorded; what was seen; the timeline."""

    printed: str = ""
    observation: Observation | None = None
    trace: Trace | None = None


def path(example: Example) -> Path:
    """The file with what is known of an example."""
    return example.out.with_suffix(".json")


def load(example: Example, result: Result | None = None) -> Evidence:
    """What is known of the example as it now is; its `result` is read if it is not given."""
    result = result or read(example.out)
    evidence = stored(example)
    observation, trace = evidence.observation, evidence.trace
    if observation:
        numbers = _numbers(result)
        current = observation.of == _promised(example, result)
        observation = _renumbered(observation, dict(enumerate(numbers))) if current else None
    return Evidence(evidence.printed, observation, trace if trace and trace.digest == _run(example, result) else None)


def ordered(result: Result, order: Order) -> Result:
    """The result with the order and the values of another run."""
    lines = {line.number: line for line in result.lines}
    terminals = [
        replace(terminal, lines=tuple(lines[number] for number in order.lines if lines[number] in terminal.lines))
        for terminal in result.terminals
    ]
    variables = {name: replace(result.variables[name], value=value) for name, value in order.values.items()}
    return replace(result, terminals=tuple(terminals), variables=variables)


def holds(evidence: Evidence, result: Result) -> bool:
    """Whether the run that `result` prints is the one that was recorded."""
    return evidence.printed == _digest(result.output)


def enter(example: Example, result: Result) -> None:
    """Note the run that `result` prints as recorded."""
    change(example, printed=_digest(result.output))


def observe(example: Example, result: Result, observation: Observation) -> None:
    """Note what was seen of the example with this result."""
    places = {number: place for place, number in enumerate(_numbers(result))}
    change(example, observation=replace(_renumbered(observation, places), of=_promised(example, result)))


def draw(example: Example, result: Result, trace: Trace) -> None:
    """Note the timeline of the run that `result` prints."""
    change(example, trace=replace(trace, digest=_run(example, result)))


def _numbers(result: Result) -> list[int]:
    """The lines of a result, lane after lane: so their order is the same, whichever run is recorded in it."""
    regions = [region for terminal in result.terminals for region in terminal.regions]
    return [line.number for region in regions for lane in region.in_turn for line in lane.lines]


def _renumbered(observation: Observation, numbers: dict[int, int]) -> Observation:
    """In the file, a line of an order has its place among the lines as they are `_numbers`."""
    common = (replace(order, lines=tuple(numbers[line] for line in order.lines)) for order in observation.common)
    return replace(observation, common=tuple(common))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _promised(example: Example, result: Result) -> str:
    """A digest of the programs and of what the result file allows."""
    return _digest(*(program.read_text() for program in example.files), result.allowed)


def _run(example: Example, result: Result) -> str:
    """A digest of the programs and of the run that the result file prints."""
    return _digest(*(program.read_text() for program in example.files), result.output)[:16]


def stored(example: Example) -> Evidence:
    """What stands in the file, be it still true or not."""
    file = path(example)
    try:
        text = file.read_text()
        evidence = msgspec.json.decode(text, type=Evidence)
    except FileNotFoundError:
        return Evidence()
    except (ValueError, msgspec.MsgspecError) as error:
        raise _broken(file, f" ({error})") from None
    if _text(evidence) != text:
        raise _broken(file)
    return evidence


def _broken(file: Path, why: str = "") -> ResultError:
    message = f"not as it was recorded{why}; take the file as it was: git checkout {file}, or delete and record it"
    return ResultError(file, 1, message)


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
