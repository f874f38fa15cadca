"""What is known of an example, kept in one file beside its result: ``processes/fork.json`` for ``processes/fork.out``.

The file holds the digest of the recorded run, so that an edit by hand shows; what repeating the program showed; a few
of the runs seen; and the timeline. Each carries the digest of the program and result that it was made from. When these
change, it is void, but stays in the file until it is recorded anew. Kept runs depend on the programs, commands
and what is typed: later annotations must allow them, too. Only `witness` writes the file, and its checksum shows other
edits.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from witness.examples import Example
from witness.language import Output, Result, ResultError, Run, Terminal, bytes_of, decide, first_alike, parse, read
from witness.recording.files import json_lines, locked, write
from witness.tracing.model import Trace


@dataclass(frozen=True)
class Order:
    """An order in which lines were printed, and how often: in `count` runs.

    `lines` are line numbers of the result file; `values` has the values of its variables in one of these runs.
    """

    count: int
    lines: tuple[int, ...]
    values: dict[str, str]


@dataclass(frozen=True)
class Observation:
    """What repeating an example showed.

    All `runs`, on the Python versions `pythons`, were legal; `load` says whether every core was kept busy meanwhile.
    `orders` is the number of different orders in which they printed. If it is more than 1, `common` has the orders of
    the kept runs; `load` computes it, the file does not have it. `of` is the digest of the program and its annotations.
    """

    pythons: tuple[str, ...]
    runs: int
    load: bool
    orders: int
    common: tuple[Order, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Sight:
    """A run that is kept: what its terminals showed, and the version of Python.

    `count` is the number of runs, of those last repeated, that printed in the same order; 0 if it is from earlier ones.
    """

    count: int
    python: str
    outputs: tuple[Output, ...]

    @property
    def run(self) -> Run:
        return Run(self.outputs)


@dataclass(frozen=True)
class Seen:
    """A few of `times` runs, chosen to show all that may differ; `of` is the digest of the programs and commands."""

    times: int
    runs: tuple[Sight, ...]
    of: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is known of an example: the digest of the `printed` run ("" if none was recorded), and what runs showed."""

    printed: str = ""
    observation: Observation | None = None
    seen: Seen | None = None
    trace: Trace | None = None

    @property
    def runs(self) -> list[Run]:
        """The runs that are kept."""
        return [sight.run for sight in self.seen.runs] if self.seen else []


def path(example: Example) -> Path:
    """Return the path of the file that holds what is known of an example."""
    return example.out.with_suffix(".json")


def load(example: Example, result: Result | None = None) -> Evidence:
    """Return what still holds of the stored evidence, given the example's `result`; without one, it is read."""
    result = result or read(example.out)
    known, of = stored(example), _digests(example, result)
    observation = known.observation if known.observation and known.observation.of == of["observation"] else None
    seen = known.seen if known.seen and known.seen.of == of["seen"] else None
    trace = known.trace if known.trace and known.trace.digest == of["trace"] else None
    if observation:
        plain = seen and observation.orders > 1 and not any(line.times for line in result.lines)
        common = orders_seen(result, seen).values() if seen and plain else ()
        observation = replace(observation, common=tuple(alike[0] for alike in common))
    return Evidence(known.printed, observation, seen, trace)


@lru_cache(maxsize=1)
def orders_seen(result: Result, seen: Seen) -> dict[tuple[int, ...], list[Order]]:
    """Return the orders of kept runs that were repeated last; those that read the same (`first_alike`) share a key."""
    found: dict[tuple[int, ...], list[Order]] = {}
    read_as = first_alike(result.lines)
    for sight in seen.runs:
        verdict = decide(result, sight.run)
        if verdict.legal and sight.count:
            order = Order(sight.count, tuple(line.number for line in verdict.order), dict(verdict.values))
            found.setdefault(tuple(read_as[line] for line in verdict.order), []).append(order)
    return found


def holds(evidence: Evidence, result: Result) -> bool:
    """Return whether the run that `result` prints is the recorded one."""
    return evidence.printed == _digest(result.output)


def enter(example: Example, result: Result) -> None:
    """Store the digest of the run that `result` prints, as the recorded one."""
    change(example, printed=_digest(result.output))


def write_result(example: Example, text: str, last: str = "") -> Result:
    """Write a result file, with the line `last` after it, and store its run as the recorded one; return the result."""
    result = parse(text, example.out)
    write(example.out, text + last)
    enter(example, result)
    return result


def store(
    example: Example,
    result: Result,
    observation: Observation | None = None,
    seen: Seen | None = None,
    trace: Trace | None = None,
) -> None:
    """Store what is given of what runs of the example with this result showed, each with the digest of its sources."""
    of = _digests(example, result)
    known = {
        "observation": observation and replace(observation, common=(), of=of["observation"]),
        "seen": seen and replace(seen, of=of["seen"]),
        "trace": trace and replace(trace, digest=of["trace"]),
    }
    if given := {name: value for name, value in known.items() if value}:
        change(example, **given)


def _digests(example: Example, result: Result) -> dict[str, str]:
    """Return the digest that each part of the evidence depends on: of the programs, and of something in the result.

    That is what the file allows for an observation, only the commands and what is typed for kept runs, and the printed
    run for a timeline.
    """
    programs = [program.read_text() for program in example.files]
    commands = [terminal.command for terminal in result.terminals]
    typed = [part for terminal in result.terminals for part in _typed(terminal)]
    return {
        "observation": _digest(*programs, result.allowed),
        "seen": _digest(*programs, *commands, *typed)[:16],
        "trace": _digest(*programs, result.output)[:16],
    }


def _typed(terminal: Terminal) -> Iterator[str]:
    """Yield what a reader types, and below how many lines."""
    above = 0
    for line in terminal.lines:
        if line.key or line.typed:
            yield f"{above} {line.key or line.typed}"
        above += not line.times


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def stored(example: Example) -> Evidence:
    """Return what stands in the file, whether or not it still holds; `ResultError` if it was edited or is broken."""
    file = path(example)
    try:
        return _decoded(bytes_of(file).decode())
    except FileNotFoundError:
        return Evidence()
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        said = f"not as it was recorded ({error}); restore it with `git checkout {file}`, or delete it and record again"
        if re.search(rb"^<{7} ", file.read_bytes(), re.MULTILINE):
            said = f"unresolved merge conflict: delete this file and run `uv run witness record {example.name}`"
        raise ResultError(file, 1, said) from None


@cache
def _decoded(text: str) -> Evidence:
    """Return the evidence that `text` holds; `ValueError` if no recording wrote it that way."""
    evidence = msgspec.json.decode(text, type=Evidence)
    if _text(evidence) != text:
        raise ValueError("wrong checksum or layout")
    return evidence


def change(example: Example, **changes: Any) -> None:
    """Replace some attributes of the stored evidence, under a lock, since another process may have changed others."""
    file = path(example)
    with locked(file.parent):
        write(file, _text(replace(stored(example), **changes)))


def _text(evidence: Evidence) -> str:
    """Return the text of the file, an event or order on a line; the first line is a checksum of all the others."""
    plain = _plain(evidence)
    return "\n".join(json_lines({"checksum": _digest(json.dumps(plain))[:16], **plain})) + "\n"


def _plain(value: Any) -> Any:
    """Return the value as plain JSON, without attributes that have their defaults."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    given = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: _plain(own) for field, own in given if own != field.default}
