"""Explain the order that a result promises: in sentences, which light up parts of the timeline when pointed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, groupby

from witness.language import Result
from witness.page.words import lines, numbers
from witness.tracing.model import Cause, Link, Trace, called
from witness.tracing.waits import Rule


@dataclass(frozen=True)
class Reason:
    """Why some lines come after others, as HTML, and the causes that it tells of."""

    causes: tuple[Cause, ...]
    html: str


def reasons(result: Result, trace: Trace) -> list[Reason]:
    """Return the reasons in the order of the lines; causes that differ only in lines and givers share one."""
    numbered = numbers(result)
    programs = ["", *(terminal.program for terminal in result.terminals for _ in terminal.lines)]

    def way(cause: Cause) -> tuple[int, str, str]:
        return cause.after, repr([link._replace(giver="") for link in cause.links]), programs[cause.before]

    told = [cause for cause in trace.causes or () if cause.links]
    ways: dict[tuple[str, str, str], list[list[Cause]]] = {}
    for _, group in groupby(sorted(told, key=lambda cause: (way(cause), cause.before)), key=way):
        causes = list(group)
        givers = "、".join(dict.fromkeys(cause.links[0].giver for cause in causes))
        links = _short([causes[0].links[0]._replace(giver=givers), *causes[0].links[1:]])
        why = "，".join(dict.fromkeys(_words(link, result.values) for link in links))
        ways.setdefault((programs[causes[0].before], programs[causes[0].after], why), []).append(causes)
    found = []
    for (other, program, why), groups in ways.items():
        for causes in [list(chain(*groups))] if _are_in_turn(groups) else groups:
            before, after = ({numbered[place] for place in places} for places in zip(*map(_ends, causes), strict=True))
            where = f"{escape(program)} 的" if len(result.terminals) > 1 else ""
            there = f" {escape(other)} 的" if other != program else ""
            each = "是分别" if min(len(before), len(after)) > 1 else ""
            html = f"{where}{lines([*after])}总{each}在{there}{lines([*before])}之后：{why}。"
            found.append(Reason(tuple(causes), html))
    return sorted(found, key=lambda reason: _ends(reason.causes[0])[::-1])


def _are_in_turn(groups: Sequence[Sequence[Cause]]) -> bool:
    """Return whether each of some lines waits for one other: all for the same, or each for the next."""
    before = [causes[0].before for causes in groups]
    return all(len(causes) == 1 for causes in groups) and (len({*before}) == 1 or before == sorted({*before}))


def _ends(cause: Cause) -> tuple[int, int]:
    return cause.before, cause.after


def _short(links: Sequence[Link]) -> list[Link]:
    """Return the links, with successive ones within event loops (`FIRST_COME`) merged into one, from first to last."""
    found: list[Link] = []
    for link in links:
        if found and found[-1].rule == link.rule == Rule.FIRST_COME:
            link = link._replace(giver=found.pop().giver)
        found.append(link)
    return found


def _words(link: Link, values: dict[str, str]) -> str:
    """Return a step in words; a lane's name stands for a call that the program does not make itself."""
    giver, taker = (escape(called(name, values)) or "程序" for name in (link.giver, link.taker))
    give, take = (f"<code>{escape(call)}</code>" if call else "" for call in (link.give, link.take))
    return link.rule.words.format(a=giver, b=taker, give=give or giver, take=take or taker)


def listed(found: list[Reason]) -> str:
    """Return the reasons as a list that can be opened, each of which can be pointed at."""
    items = "".join(
        f'<li tabindex="0" data-why="{number}">{reason.html}</li>' for number, reason in enumerate(found, 1)
    )
    return f'<details class="why" data-search-exclude><summary>为什么是这个先后</summary><ol>{items}</ol></details>'
