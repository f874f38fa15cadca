"""The lines of a result file, and which of them have an order: blocks, lanes and regions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from witness.language import grammar
from witness.language.parts import Mention, Part, Reference, Text, Variable, Varying, valueless


@dataclass(frozen=True)
class Key:
    """What is pressed on the terminal: ``^C``, ``^D`` or ``^\\``.

    It is pressed when the line above it was printed, or the one labelled `after`, or when nothing came for `pause`
    seconds.
    """

    key: str
    after: str = ""
    pause: float = 0.0

    def __str__(self) -> str:
        when = f"{self.pause:g} s" if self.pause else self.after
        return f"{self.key}  # after {when}" if when else self.key


@dataclass(frozen=True, eq=False)
class Line:
    """A line of output: its number in the file, its parts, who prints it, its label, the labels that it waits for.

    It may come so many `times`, from the first to the second number, or without end. `because` says in words what its
    order towards the lines before it comes from, where that lies outside Python. `key` is what is pressed instead.
    """

    number: int
    parts: tuple[Part, ...]
    actor: str | None = None
    label: str | None = None
    after: tuple[str, ...] = ()
    times: tuple[int, int | None] | None = None
    because: str = ""
    key: Key | None = None

    @cached_property
    def varying(self) -> tuple[Varying, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Text))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What it may look like, with a group for each varying part; what the groups hold is still to be checked."""
        return re.compile("".join(part.regex if isinstance(part, Text) else f"({part.regex})" for part in self.parts))

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The variables of the line, new or repeated."""
        return tuple(part for part in self.parts if isinstance(part, Variable | Reference))

    @cached_property
    def printer(self) -> str:
        """Who prints the line."""
        return (self.actor or "main").partition("/")[0]

    @property
    def lane(self) -> object:
        """Lines of the same lane keep their order; a free one is a lane by itself, with its copies."""
        return (self.allowed if self.times else self) if self.is_free else self.actor

    @property
    def is_free(self) -> bool:
        """Whether it may come at any place among the lines beside it, even those of its printer."""
        return bool(self.actor and self.actor.endswith("/"))

    @property
    def typed(self) -> Variable | None:
        """What is typed at the end of the line, if anything is."""
        last = self.parts[-1] if self.parts else None
        return last if isinstance(last, Variable) and last.type == "input" else None

    @property
    def allowed(self) -> str:
        """What it allows, whichever run is recorded: without values, and without the names that only it has."""
        said = [self.actor, self.label, self.after, self.because, self.key, *map(self._blank, self.parts), "\n"]
        return "".join(map(str, said))

    @property
    def look(self) -> str:
        """What all copies of it have in common."""
        return replace(self, label=None).allowed

    def _blank(self, part: Part) -> Part:
        part = valueless(part)
        return replace(part, name="") if self.times and isinstance(part, Variable) else part

    def __str__(self) -> str:
        if self.key:
            return str(self.key)
        low, high = self.times or (0, 0)
        words = [
            self.actor,
            self.label and f"as {self.label}",
            self.after and f"after {', '.join(self.after)}",
            self.times and f"times {low}..{'' if high is None else high}",
            self.because and f"because {self.because}",
        ]
        head = " ".join(word for word in words if word)
        body = "".join(str(part) for part in self.parts)
        if head:
            return f"{head}| {body}" if body else f"{head}|"
        return body if grammar.is_text(body) else f"{{{body[0]!r}}}{body[1:]}"


@dataclass(frozen=True)
class Block:
    """A line that comes `low` to `high` times, or without end; mostly once. The file has it in these `copies`."""

    copies: tuple[Line, ...]
    low: int = 1
    high: int | None = 1

    @property
    def line(self) -> Line:
        return self.copies[0]


@dataclass(frozen=True, eq=False)
class Lane:
    """What one actor prints in a region, in its order."""

    lines: tuple[Line, ...]

    @property
    def actor(self) -> str | None:
        return self.lines[0].actor

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The lines, the copies of one that may come more than once put together."""
        groups = groupby(self.lines, key=lambda line: (line.times, line.look) if line.times else line)
        blocks = (tuple(copies) for _, copies in groups)
        return tuple(Block(copies, *(copies[0].times or (1, 1))) for copies in blocks)


@dataclass(frozen=True, eq=False)
class Region:
    """A piece of a run whose lanes interleave freely. A line without an actor is a region by itself: a barrier."""

    lanes: tuple[Lane, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they were recorded."""
        return tuple(sorted((line for lane in self.lanes for line in lane.lines), key=lambda line: line.number))

    @property
    def blocks(self) -> Iterator[Block]:
        return (block for lane in self.lanes for block in lane.blocks)

    @cached_property
    def before(self) -> dict[Line, set[Line]]:
        """The lines beside it that each line waits for: the one above it in its lane, and those that it says."""
        labels = {line.label: line for line in self.lines if line.label}
        found = {line: {labels[label] for label in line.after if label in labels} for line in self.lines}
        for lane in self.lanes:
            for one, other in pairwise(lane.lines):
                found[other].add(one)
        return found


def regions(lines: Iterable[Line]) -> Iterator[Region]:
    """The lines of a terminal in pieces that follow each other strictly."""
    # Beside each other are those with an actor; one without is alone, with its copies.
    for _, group in groupby(lines, key=lambda line: bool(line.actor) or line.times or line):
        lanes: dict[object, list[Line]] = {}
        for line in group:
            lanes.setdefault(line.lane, []).append(line)
        yield Region(tuple(Lane(tuple(lane)) for lane in lanes.values()))


def occurrences(lines: Iterable[Line]) -> dict[Line, list[int]]:
    """At which places, from 0, each of these lines stands: at several, if it came several times."""
    found: dict[Line, list[int]] = {}
    for place, line in enumerate(lines):
        found.setdefault(line, []).append(place)
    return found


def literal(number: int, text: str) -> Line:
    """A line that is `text` to the letter, printed by the main process."""
    return Line(number, (Text(text),) if text else ())
