"""In how many orders the lines of a result may come."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from witness.language.lines import Line, Region
from witness.language.result import Terminal

COUNTED = 1_000
"""More than so many are not counted."""


def orders(terminal: Terminal) -> int | None:
    """How many different outputs the order of a terminal's lines makes; None if more than `COUNTED`, or not limited.

    Lines with the same text count as one, whoever prints them. A free region has as many orders as its lines, which
    are a partial order, have linear extensions that differ in what is read: each way to add one line after the other
    so that what a line waits for is there. To count these is #P-complete (Brightwell and Winkler, 1991), so they are
    followed by what has been printed, one line at a time: two beginnings of an output after which the same sets of
    lines may be out are one. Complexity: O(`COUNTED` x lines²) operations on sets of lines.
    """
    if any(line.times for line in terminal.lines):
        return None
    found = prod(_ways(region) for region in terminal.regions if len(region.lanes) > 1)
    return found if found <= COUNTED else None


def first_alike(lines: Iterable[Line]) -> dict[Line, int]:
    """For each line the number of the first that reads the same; one in which something varies is like no other."""
    first: dict[str, int] = {}
    return {
        line: line.number if line.varying else first.setdefault("".join(map(str, line.parts)), line.number)
        for line in lines
    }


def _ways(region: Region) -> int:
    """How many orders a region has, at least, if they are more than `COUNTED`."""
    lines = region.lines
    bits = {line: 1 << index for index, line in enumerate(lines)}
    before = {line: sum(bits[other] for other in beside) for line, beside in region.before.items()}
    read = first_alike(lines)
    ways = {frozenset([0]): 1}
    for _ in lines:
        longer: dict[frozenset[int], int] = {}
        for printed, count in ways.items():
            following: dict[int, set[int]] = {}
            for out in printed:
                for line in lines:
                    if not out & bits[line] and before[line] & ~out == 0:
                        following.setdefault(read[line], set()).add(out | bits[line])
            for reached in map(frozenset, following.values()):
                longer[reached] = longer.get(reached, 0) + count
        ways = longer
        if sum(ways.values()) > COUNTED:  # there are as many, or more, the longer they are
            break
    return sum(ways.values())
