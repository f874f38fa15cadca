"""Count the orders in which the lines of a result may come."""

from collections.abc import Iterable
from math import prod

from witness.language.lines import Line, Region
from witness.language.result import Terminal

_Prefix = tuple[int, frozenset[tuple[str, object]]]
"""The lines that were printed, as bits, and the lane that had each lock last."""
COUNTED = 1_000
"""The highest number of orders that is counted."""


def orders(terminal: Terminal) -> int | None:
    """Return how many different outputs the order of a terminal's lines makes.

    None means more than `COUNTED`, or that a line is repeated. Lines with the same text count as one, whoever prints
    them. So the orders of a region are those linear extensions of its lines, a partial order, that differ in what is
    read. To count linear extensions is #P-complete (Brightwell and Winkler, 1991), so prefixes of the output are
    counted, one line longer at a time, and those after which the same sets of lines may have been printed are merged.
    Complexity: O(`COUNTED` x lines²) operations on sets of lines.
    """
    if any(line.times for line in terminal.lines):
        return None
    found = prod(_ways(region) for region in terminal.regions if len(region.lanes) > 1)
    return found if found <= COUNTED else None


def first_alike(lines: Iterable[Line]) -> dict[Line, int]:
    """Return, for each line, the number of the first line with the same text; its own if something varies in it."""
    first: dict[str, int] = {}
    return {
        line: line.number if line.varying else first.setdefault("".join(map(str, line.parts)), line.number)
        for line in lines
    }


def _ways(region: Region) -> int:
    """Return how many orders a region has; if more than `COUNTED`, some number above it."""
    lines = region.lines
    bits = {line: 1 << index for index, line in enumerate(lines)}
    before = {line: sum(bits[other] for other in beside) for line, beside in region.before.items()}
    read = first_alike(lines)
    strict = any(line.still and not line.lock for line in lines)
    ways = {frozenset([(0, frozenset[tuple[str, object]]())]): 1}
    for _ in lines:
        longer: dict[frozenset[_Prefix], int] = {}
        for printed, count in ways.items():
            following: dict[int, set[_Prefix]] = {}
            for out, holders in printed:
                held = dict(holders)
                for line in lines:
                    kept = line.still and held.get(line.lock) != line.lane
                    if not out & bits[line] and before[line] & ~out == 0 and not kept:
                        locks = [line.lock] * bool(line.lock) + [""] * strict
                        new = held | dict.fromkeys(locks, line.lane)
                        following.setdefault(read[line], set()).add((out | bits[line], frozenset(new.items())))
            for reached in map(frozenset, following.values()):
                longer[reached] = longer.get(reached, 0) + count
        ways = longer
        if sum(ways.values()) > COUNTED:  # longer prefixes are at least as many
            break
    return sum(ways.values())
