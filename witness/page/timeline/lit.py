"""What lights up in a timeline when a reason is pointed at: the arrows of each chain of causes, and its waits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from witness.page.timeline.arrows import arrows
from witness.page.timeline.words import Words
from witness.page.why import Reason
from witness.tracing.model import Cause, Kind, Link, Spot
from witness.tracing.waits import Rule

_KINDS = {Rule.START: ("start",), Rule.END: ("join",)}
_OTHERS = ("put", "set", "cancel")
"""The kinds of arrows that show a rule; `_OTHERS` are those of all other rules."""


class Lit:
    """What lights up for each reason, in a drawing whose events are at `spots`, in the order of time.

    `arrows` and `spots` map what lights up to the numbers of its reasons, from 1. `gaps` are steps that have no arrow:
    the number of the reason, and the spots from and to which the step leads.
    """

    def __init__(self, words: Words, reasons: Sequence[Reason], spots: Iterable[Spot]) -> None:
        self.arrows: defaultdict[tuple[Spot, Spot], list[int]] = defaultdict(list)
        self.spots: defaultdict[Spot, list[int]] = defaultdict(list)
        self.gaps: list[tuple[int, Spot, Spot]] = []
        self._trace, self._spots = words.trace, list(spots)
        self._ranks = {spot: rank for rank, spot in enumerate(self._spots)}
        self._arrows = sorted(arrows(words.trace), key=lambda arrow: self._ranks[arrow[1]])
        self._lanes = {lane.name: number for number, lane in enumerate(self._trace.lanes)}
        self._marks = {
            place: spot
            for spot, event in self._trace.events.items()
            if event.kind is Kind.LINE
            for place in range(event.place, words.last.get(event.place, event.place) + 1)
        }
        for number, reason in enumerate(reasons, 1):
            for cause in reason.causes:
                self._light(number, cause)

    def _light(self, number: int, cause: Cause) -> None:
        """Light up the way from line to line, step by step."""
        here, last = self._marks[cause.before], self._marks[cause.after]
        self.spots[here].append(number)
        self.spots[last].append(number)
        for link in cause.links:
            if arrow := self._arrow(link, here, last):
                self.arrows[arrow].append(number)
                there = arrow[1]
            elif (there := self._goes_on(link, here, last)) != here:
                self.gaps.append((number, here, there))
            before = there[0], there[1] - 1
            if before in self._trace.events and self._trace.events[before].kind is Kind.WAIT:
                self.spots[before].append(number)
            here = there

    def _arrow(self, link: Link, here: Spot, last: Spot) -> tuple[Spot, Spot] | None:
        """Return the arrow of a step: of those between two spots, the one that ends first; None if there is none."""
        lanes, ranks = (self._lanes.get(link.giver), self._lanes.get(link.taker)), self._ranks
        for a, b, kind in self._arrows:
            between = ranks[here] <= ranks[a] and ranks[b] <= ranks[last]
            if between and (a[0], b[0]) == lanes and kind in _KINDS.get(link.rule, _OTHERS):
                return a, b
        return None

    def _goes_on(self, link: Link, here: Spot, last: Spot) -> Spot:
        """Return the spot where the taker of a link goes on first after it, or the `last` spot if that comes first."""
        giver, taker = self._lanes.get(link.giver), self._lanes.get(link.taker)
        ended = link.rule == Rule.END and giver is not None
        since = max(spot for spot in self._spots if spot[0] == giver) if ended else here
        later = self._spots[self._ranks[since] + 1 : self._ranks[last] + 1]
        return next((one for one in later if one[0] == taker and self._trace.events[one].kind is Kind.ON), last)
