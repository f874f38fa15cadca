"""What lights up in a timeline when a sentence that says why is pointed at: the arrows of each chain and its waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from witness.page.timeline.arrows import arrows
from witness.page.timeline.words import Words
from witness.page.why import Reason
from witness.tracing.model import Kind, Link, Spot
from witness.tracing.waits import Rule

Gap = tuple[int, Spot, Spot]
"""A step for which there is no arrow: the number of its reason, from where, and to where."""

_KINDS = {Rule.START: ("start",), Rule.END: ("join",)}
_OTHERS = ("put", "set", "cancel")
"""The kinds of the arrows that show a rule."""


@dataclass
class Lit:
    """The numbers of the reasons, from 1, for which an arrow, or what is at a spot, lights up; and the other steps."""

    arrows: defaultdict[tuple[Spot, Spot], list[int]] = field(default_factory=lambda: defaultdict(list))
    spots: defaultdict[Spot, list[int]] = field(default_factory=lambda: defaultdict(list))
    gaps: list[Gap] = field(default_factory=list)


def lit(words: Words, reasons: Sequence[Reason], spots: Iterable[Spot]) -> Lit:
    """What lights up for each reason, in a drawing whose events are at these spots, in the order of time."""
    found, trace = Lit(), words.trace
    ends = list(arrows(trace))
    ranks = {spot: rank for rank, spot in enumerate(spots)}
    marks = {
        place: spot
        for spot, event in trace.events.items()
        if event.kind is Kind.LINE
        for place in range(event.place, words.last.get(event.place, event.place) + 1)
    }
    lanes = {lane.name: number for number, lane in enumerate(trace.lanes)}

    def step(link: Link, here: Spot, last: Spot) -> tuple[Spot, bool]:
        """Where a step leads, and whether by an arrow: to where the lane goes on first, at most to the `last` spot."""
        giver, taker = lanes.get(link.giver, -1), lanes.get(link.taker, -1)
        kinds = _KINDS.get(Rule(link.rule), _OTHERS)
        ways = (
            (a, b)
            for a, b, kind in ends
            if (a[0], b[0]) == (giver, taker) and kind in kinds and ranks[here] <= ranks[a] and ranks[b] <= ranks[last]
        )
        if way := min(ways, key=lambda way: ranks[way[1]], default=None):
            found.arrows[way].append(number)
            return way[1], True
        since = (giver, len(trace.lanes[giver].events) - 1) if link.rule == Rule.END and giver >= 0 else here
        waits = (
            spot
            for spot, event in trace.events.items()
            if spot[0] == taker and event.kind is Kind.ON and ranks[since] < ranks[spot] <= ranks[last]
        )
        return next(waits, last), False

    for number, reason in enumerate(reasons, 1):
        for cause in reason.causes:
            here, last = marks[cause.before], marks[cause.after]
            found.spots[here].append(number)
            found.spots[last].append(number)
            for link in cause.links:
                there, drawn = step(link, here, last)
                if not drawn and there != here:
                    found.gaps.append((number, here, there))
                before = there[0], there[1] - 1
                if before in trace.events and trace.events[before].kind is Kind.WAIT:
                    found.spots[before].append(number)
                here = there
    return found
