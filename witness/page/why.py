"""Why lines come in the order that a result promises: in words, and in its timeline when they are pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby

from witness.language import Result
from witness.tracing.model import Cause, Link, Trace
from witness.tracing.waits import Rule


@dataclass(frozen=True)
class Reason:
    """That the line at the place `after` comes after others, and why, as HTML."""

    before: tuple[int, ...]
    after: int
    html: str


def reasons(result: Result, trace: Trace) -> list[Reason]:
    """In the order of the lines; where one waits for several in one way, that is one reason."""
    numbers = [number for terminal in result.terminals for number, _ in enumerate(terminal.lines, 1)]
    terminals = [terminal.program for terminal in result.terminals for _ in terminal.lines]

    def alike(cause: Cause) -> object:
        return cause.after, terminals[cause.before - 1], [link._replace(giver="") for link in cause.links]

    found = []
    for _, group in groupby(sorted(filter(_is_told, trace.causes or ()), key=_order), key=alike):
        causes = list(group)
        before, after = tuple(cause.before for cause in causes), causes[0].after
        other = terminals[before[0] - 1]
        where = f" {escape(other)} 的" if other != terminals[after - 1] else ""
        givers = "、".join(dict.fromkeys(cause.links[0].giver for cause in causes))
        links = [causes[0].links[0]._replace(giver=givers), *causes[0].links[1:]]
        why = "，".join(dict.fromkeys(_words(link, result.values) for link in links))
        lines = "、".join(str(numbers[place - 1]) for place in before)
        found.append(Reason(before, after, f"第 {numbers[after - 1]} 行总在{where}第 {lines} 行之后：{why}。"))
    return found


def _is_told(cause: Cause) -> bool:
    return bool(cause.links)


def _order(cause: Cause) -> tuple[int, str, int]:
    return cause.after, repr([link._replace(giver="") for link in cause.links]), cause.before


def _words(link: Link, values: dict[str, str]) -> str:
    """A step in words; a call that the program does not make is told by the name of the lane."""
    giver, taker = (escape(name.format_map(values)) or "程序" for name in (link.giver, link.taker))
    give, take = (f"<code>{escape(call)}</code>" if call else "" for call in (link.give, link.take))
    return Rule(link.rule).words.format(a=giver, b=taker, give=give or giver, take=take or taker)


def listed(found: list[Reason]) -> str:
    """The reasons as a list that opens; each can be pointed at."""
    items = "".join(
        f'<li tabindex="0" data-why="{number}">{reason.html}</li>' for number, reason in enumerate(found, 1)
    )
    return f'<details class="why" data-search-exclude><summary>为什么是这个先后</summary><ol>{items}</ol></details>'
