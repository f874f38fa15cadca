"""The lines of a result file and their partial order: blocks, lanes and regions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from witness.language import grammar
from witness.language.parts import Mention, Part, Reference, Text, Variable, Varying, valueless


@dataclass(frozen=True)
class Key:
    """A key that is pressed on the terminal: ``^C``, ``^D`` or ``^\\``.

    It is pressed once the line above it was printed, or the line labelled `after`, or after `pause` seconds without
    output, a number as written in the file.
    """

    key: str
    after: str = ""
    pause: str = ""

    def __str__(self) -> str:
        when = f"{self.pause} s" if self.pause else self.after
        return f"{self.key}  # after {when}" if when else self.key


@dataclass(frozen=True, eq=False)
class Line:
    """A line of output, or a key that is pressed.

    `number` is its number in the file, `after` the labels that it waits for. `lock` names the lock that its printer
    has. If it is `still` so, no line of another lane with that lock comes between it and the one above in its lane; if
    no lock is named, no line of another lane at all.
    `times` are the least and the most times that it may come, the latter None if there is no limit. `because` gives the
    reason for its order towards earlier lines, where that lies outside Python.
    """

    number: int
    parts: tuple[Part, ...]
    actor: str | None = None
    label: str | None = None
    after: tuple[str, ...] = ()
    lock: str = ""
    still: bool = False
    times: tuple[int, int | None] | None = None
    because: str = ""
    key: Key | None = None

    @cached_property
    def varying(self) -> tuple[Varying, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Text))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A regular expression with a group for each varying part; the groups' texts have yet to be checked."""
        return re.compile("".join(part.regex if isinstance(part, Text) else f"({part.regex})" for part in self.parts))

    def read(self, text: str) -> list[tuple[Varying, str]] | None:
        """Return the varying parts, each with what `text` has in its place; None if `text` is not of this line."""
        match = self.pattern.fullmatch(text)
        return [*zip(self.varying, match.groups(), strict=True)] if match else None

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The variables of the line, at first mention or repeated."""
        return tuple(part for part in self.parts if isinstance(part, Variable | Reference))

    @cached_property
    def printer(self) -> str:
        """The name of the line's printer: its actor up to a slash."""
        return (self.actor or "main").partition("/")[0]

    @property
    def lane(self) -> object:
        """The lane of the line, as a value that is equal for lines of one lane, which keep their order.

        A free line is a lane of its own, together with its copies.
        """
        return (self.look if self.times else self) if self.is_free else self.actor

    @property
    def is_free(self) -> bool:
        """Whether the line may come anywhere among those beside it, even those of its own printer."""
        return bool(self.actor and self.actor.endswith("/"))

    @property
    def is_optional(self) -> bool:
        """Whether the line need not come; then no other can wait for it."""
        return self.times is not None and not self.times[0]

    @property
    def typed(self) -> Variable | None:
        """The variable typed at the end of the line; None if nothing is typed."""
        last = self.parts[-1] if self.parts else None
        return last if isinstance(last, Variable) and last.type == "input" else None

    @property
    def allowed(self) -> str:
        """What the line allows, whichever run is recorded: without values and, if repeated, names of its variables."""
        head = [self.actor, self.label, self.after, self.lock, "still" * self.still, self.because, self.key]
        return "".join(map(str, [*head, *map(self._blank, self.parts), "\n"]))

    @property
    def look(self) -> str:
        """What all copies of a repeated line have in common."""
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
            "still" * self.still,
            self.lock and f"with {self.lock}",
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
    """A line that comes `low` to `high` times, mostly once; `copies` are those in the file. None is no limit."""

    copies: tuple[Line, ...]
    low: int = 1
    high: int | None = 1

    @property
    def line(self) -> Line:
        return self.copies[0]


@dataclass(frozen=True, eq=False)
class Lane:
    """The lines that one actor prints in a region, in their order."""

    lines: tuple[Line, ...]

    @property
    def actor(self) -> str | None:
        return self.lines[0].actor

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The lines, with the copies of a repeated line put together."""
        groups = groupby(self.lines, key=lambda line: (line.times, line.look) if line.times else line)
        blocks = (tuple(copies) for _, copies in groups)
        return tuple(Block(copies, *(copies[0].times or (1, 1))) for copies in blocks)


@dataclass(frozen=True, eq=False)
class Region:
    """A stretch of lines whose lanes interleave freely. A line without an actor is a region of its own: a barrier."""

    lanes: tuple[Lane, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order in which they were recorded."""
        return tuple(sorted((line for lane in self.lanes for line in lane.lines), key=lambda line: line.number))

    @property
    def blocks(self) -> Iterator[Block]:
        return (block for lane in self.lanes for block in lane.blocks)

    @cached_property
    def before(self) -> dict[Line, set[Line]]:
        """For each line, its direct predecessors in the region: the one above it in its lane, and those in `after`."""
        labels = {line.label: line for line in self.lines if line.label}
        found = {line: {labels[label] for label in line.after if label in labels} for line in self.lines}
        for lane in self.lanes:
            for one, other in pairwise(lane.lines):
                found[other].add(one)
        return found


def regions(lines: Iterable[Line]) -> Iterator[Region]:
    """Split the lines of a terminal into regions, which follow each other strictly."""
    # Lines with an actor share a region; a line without one is alone in it, together with its copies.
    for _, group in groupby(lines, key=lambda line: bool(line.actor) or line.times or line):
        lanes: dict[object, list[Line]] = {}
        for line in group:
            lanes.setdefault(line.lane, []).append(line)
        yield Region(tuple(Lane(tuple(lane)) for lane in lanes.values()))


def occurrences(lines: Iterable[Line]) -> dict[Line, list[int]]:
    """Return, for each line, its indices in `lines`: several for a line that came several times."""
    found: dict[Line, list[int]] = {}
    for place, line in enumerate(lines):
        found.setdefault(line, []).append(place)
    return found


def taken(text: str, left: list[Line]) -> Line | None:
    """Return the first line that is `left` for `text`, and remove it there; None if there is none."""
    found = next((line for line in left if line.pattern.fullmatch(text)), None)
    if found:
        left.remove(found)
    return found
