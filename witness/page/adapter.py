"""What was recorded of an example, as it will be beside it; made from the ledger until then."""

from __future__ import annotations

from dataclasses import dataclass

from witness.examples import Example
from witness.language import Output, Result, Run, decide
from witness.ledger import Ledger
from witness.recording.timelines import current
from witness.tracing.model import Trace


@dataclass(frozen=True)
class Order:
    """An order that was seen `count` times: the numbers of its lines in the result file, and the values."""

    count: int
    lines: tuple[int, ...]
    values: dict[str, str]


@dataclass(frozen=True)
class Observation:
    pythons: tuple[str, ...]
    runs: int
    load: bool
    orders: int
    common: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Evidence:
    printed: str
    observation: Observation | None
    trace: Trace | None


def load(example: Example, result: Result) -> Evidence:
    found = Ledger(example.root).observation(example)
    if found is None:
        return Evidence("", None, current(example))
    orders = []
    for count, text in found.common:
        lines = tuple((line, None) for line in text.splitlines())
        verdict = decide(result, Run((Output(lines, result.terminals[0].exit),)))
        orders.append(Order(count, tuple(line.number for line in verdict.order), dict(verdict.values)))
    seen = Observation(found.pythons, found.runs, found.load, found.orders, tuple(orders))
    return Evidence("", seen, current(example))
