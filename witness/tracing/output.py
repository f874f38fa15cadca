"""The printed lines of a run: which lane printed each of them, and which comes before which in every run, and why."""

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import combinations
from typing import NamedTuple

from witness.language import Line
from witness.language.lines import occurrences
from witness.language.promises import Pair
from witness.tracing.drafts import Lanes, Moment, gather
from witness.tracing.history import signals
from witness.tracing.model import Kind, Link
from witness.tracing.notes import End, Gives, LaneKind, Note, Print, Takes, thread_of
from witness.tracing.order import HappensBefore, happens_before
from witness.tracing.waits import Rule, Wait

_STATEMENT = re.compile(r"(?:async )?(?:with|for .+? in) (?P<what>.+?)(?: as \w+)?:")

Held = Mapping[str, int | str]
"""What the printer of a line has to itself: locks by their tokens, each with the note of its `acquire`, and the event
loop `LOOP` with the step of it."""
LOOP, WAITED = "loop ", " waited"
"""What begins the token of an event loop, before the thread, and what ends that of a lock which some wait released."""


def apart(one: Held, other: Held, third: Held) -> str:
    """Return the token of what kept a third line from coming between two others, which one lane printed, or ""."""
    return next((token for token, since in one.items() if other.get(token) == since and token in third), "")


def holding(told: Sequence[Line], held: Sequence[Held]) -> dict[Line, Held]:
    """Return what the printer of each line of the result file has to itself at all copies of the line."""
    return {
        line: {token: held[first][token] for token in held[first] if all(token in held[one] for one in rest)}
        for line, (first, *rest) in occurrences(told).items()
    }


class Who(NamedTuple):
    """Who printed a line: the key, name and kind of a lane, and which job of a pool's worker, from 1; 0 if none."""

    lane: str
    name: str
    kind: LaneKind
    job: int

    @property
    def is_main(self) -> bool:
        """Whether the lane is the main thread of a process that was started as a program."""
        return self.kind is LaneKind.PROGRAM

    @property
    def words(self) -> str:
        """What the lane is called in a message, such as "the thread work (7.1)"."""
        words = filter(None, ["the", self.kind, self.name, f"({self.lane})"])
        return "the main thread" if self.is_main else " ".join(words)


class Lines:
    """The printed lines of a run, each known by its index among all that were printed.

    `notes` are all notes of the run in the order of time, `printed` has the note of each line, and `told` which line of
    the result file it is, if that is known. `sources` are the texts of the programs by the names of their files.
    """

    def __init__(
        self, notes: Sequence[Note], printed: Sequence[Note], told: Sequence[Line] = (), sources: Mapping[str, str] = {}
    ) -> None:
        self.notes, self.printed, self.told, self.sources = notes, printed, told, sources
        self.copies = occurrences(told)
        """For each line of the result file, its copies among the printed lines."""

    @cached_property
    def order(self) -> HappensBefore:
        return happens_before(self.notes)

    @cached_property
    def _sure(self) -> HappensBefore:
        """The order that holds in each run, even if every wait with a time limit runs out."""
        limited = any(isinstance(note.record, Takes) and note.record.limit is not None for note in self.notes)
        return happens_before(self.notes, limits=False) if limited else self.order

    @cached_property
    def places(self) -> list[int]:
        """For each line, the index of its note in `notes`."""
        place = {note: place for place, note in enumerate(self.notes)}
        return [place[note] for note in self.printed]

    @cached_property
    def lanes(self) -> Lanes:
        return gather(self.notes)

    def ends(self, pair: Pair) -> tuple[int, int]:
        """Return the last copy of the pair's first line, and the first copy of its second one."""
        return self.copies[pair[0]][-1], self.copies[pair[1]][0]

    def came(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Return the pairs of which both lines were printed."""
        return [pair for pair in pairs if self.copies.keys() >= {*pair}]

    def before(self, one: int, other: int) -> bool:
        """Return whether the line `one` is printed before `other` begins to be, in each run with the same causes."""
        return any(self._sure.before(self.places[one], place) for place in self._beginning(other))

    @cached_property
    def held(self) -> list[Held]:
        """What the printer of each line has to itself.

        A semaphore that begins with 1 is a lock as long as only who acquired it releases it. A lock that was waited for
        with a time limit does not count, since whoever gives up may print all the same.
        """
        holders: dict[str, tuple[str, int]] = {}
        waited, signalling = dict[str, str](), signals(self.notes)
        found: dict[int, dict[str, int | str]] = {place: {} for place in self.places}
        for place, (_, lane, record, step) in enumerate(self.order.notes):
            if isinstance(record, Takes) and _is_lock(record) and record.limit is None:
                holders[record.token] = lane, place
            elif isinstance(record, Gives) and _is_lock(record):
                holders.pop(record.token, None)
                if record.rule == Rule.MUTEX and record.number:
                    waited[record.token] = record.token + WAITED
            elif place in found:
                found[place] = {token: since for token, (holder, since) in holders.items() if holder == lane}
                found[place] |= {LOOP + thread_of(lane): step} if step[:1] in ("#", "!") else {}
        return [
            {waited.get(token, token): since for token, since in found[place].items() if token not in signalling}
            for place in self.places
        ]

    def brought(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of lines that a lane prints in this order since it gets in this order what it prints.

        Before each of the two it took what had been given by the same queue, pipe or stream, surely in this order. The
        library's threads hand on what they take, in its order.
        """
        order, latest = self._sure, dict[str, tuple[str, int]]()
        first, own = dict[int, int](), {*self.places}
        found = list[tuple[str, str, int]]()
        for place, (_, lane, record, _) in enumerate(self.notes):
            queue, giver = latest.get(lane, ("", -1))
            if isinstance(record, Takes) and record.rule in (Rule.ITEM, Rule.PIPE, Rule.STREAM):
                queue = record.token.rpartition(" ")[0] if record.rule == Rule.ITEM else record.token
                giver = next((cause for cause, rule in order.edges[place] if rule == record.rule), -1)
                latest[lane] = queue, first.get(giver, giver)
            elif isinstance(record, Gives) and lane in order.hubs:
                first[place] = giver
            elif place in own:
                found.append((lane, queue, giver))
        for (one, (*way, giver)), (other, (*same, next_giver)) in combinations(enumerate(found), 2):
            if way == same and giver >= 0 <= next_giver and order.before(giver, next_giver):
                yield one, other

    def limits(self, one: int, other: int) -> dict[str, float]:
        """Return the calls with a time limit on the chain from one line to another, each with its limit in seconds.

        If there are any, the order holds only as long as none of them runs out.
        """
        takes = (self.notes[after] for _, after, _ in self._steps(one, other))
        return {
            self._call(note): note.record.limit
            for note in takes
            if isinstance(note.record, Takes) and note.record.limit is not None
        }

    def _steps(self, one: int, other: int) -> list[tuple[int, int, Rule]]:
        """Return the chain from one line to another, as `order.chain` does, as long as no wait runs out; or nothing."""
        place = self.places[one]
        begins = (begin for begin in self._beginning(other) if self.order.before(place, begin))
        return next((self.order.chain(place, begin) for begin in begins), [])

    def _beginning(self, line: int) -> list[int]:
        """Return the last notes before a line begins to be shown: what precedes one of these precedes the line."""
        record = self.printed[line].record
        assert isinstance(record, Print)
        return self.order.latest(self.places[line], record.shown_ns)

    def who(self, line: int) -> Who:
        """Return who printed a line; for a thread of the library, that is its process."""
        lane = self.lanes[self.printed[line].lane]
        process = self.lanes.get(lane.process)
        if not lane.own and process and process.kind is not LaneKind.PROGRAM:
            lane = process
        return Who(lane.key, lane.name, lane.kind, bisect_left(self.order.jobs[lane.key], self.places[line]))

    @property
    def printers(self) -> dict[Line, Who]:
        """Who printed the first copy of each line of the result file."""
        return {line: self.who(copies[0]) for line, copies in self.copies.items()}

    def chain(self, one: int, other: int) -> list[Link]:
        """Return the links that lead from one line to another; their lanes are keys.

        A lane of the library that only passes something on makes no link of its own.
        """
        links: list[Link] = []
        for before, after, rule in self._steps(one, other):
            first, last = self.notes[before], self.notes[after]
            link = Link(rule, first.lane, self._call(first), last.lane, self._call(last))
            if links and self._passes_on(before):
                start = links.pop()
                telling = max((start.rule, rule), key=lambda rule: rule in (Rule.DEADLINE, Rule.HANDED))
                link = Link(telling, start.giver, start.give, link.taker, link.take)
            links.append(link)
        return links

    def _call(self, note: Note) -> str:
        """Return the program's call that made a note, without its arguments, such as `q.put()`; empty if none did."""
        file, *numbers = getattr(note.record, "call", "").split(":")
        return _expression(self.sources.get(file, ""), *map(int, numbers)) if numbers else ""

    def _passes_on(self, place: int) -> bool:
        """Return whether the library made the note at `place`, in a callback or in a lane of its own."""
        note = self.notes[place]
        lane = self.lanes[note.lane]
        helps = lane.kind in (LaneKind.HUB, LaneKind.THREAD, LaneKind.TASK)
        return note.step.startswith("!") or (helps and not lane.own)

    def doing(self, line: int) -> str:
        """Return in words what its lane last waited for before a line, such as "slept for 0.2 s"."""
        own = [note.time_ns for note in self.printed if note.lane == self.printed[line].lane]
        since_ns = max((time_ns for time_ns in own if time_ns < self.printed[line].time_ns), default=0)
        for wait, on in reversed(self._waits(line)):
            if on.stopped and wait.time_ns > since_ns:
                verb = "slept" if wait.what == Wait.SLEEP else f"waited ({wait.what})"
                return f"{verb} for {(on.time_ns - wait.time_ns) / 1e9:.2g} s"
        return "waited for nothing"

    def _waits(self, line: int) -> list[tuple[Moment, Moment]]:
        """Return the waits of its lane before a line, each with its ON."""
        note = self.printed[line]
        waits = self.lanes[note.lane].waits()
        return [(wait, on) for wait, on in waits if on.kind is Kind.ON and on.time_ns <= note.time_ns]

    def slept_away(self, line: int, spares: Callable[[str], bool]) -> str:
        """Return a lane that ended while the printer of a line slept, if nothing but the sleep waited for it; or "".

        Only a lane that printed nothing counts: for the others, the order of their lines is checked. Nor does the one
        that started the printer; nor one that the program `spares`, as it prints the same if that lane is late, if
        after the sleep the printer got an item.
        """
        known = self.order.known[self.places[line]]
        awake_ns = max((on.time_ns for wait, on in self._waits(line) if wait.what == Wait.SLEEP), default=0)
        told = {self.notes[place].lane for place in self.places if place < self.places[line]}
        told.add(self.started(self.printed[line].lane))
        took = self.order.between(self.printed[line].lane, awake_ns, self.printed[line].time_ns)
        got = any(rule == Rule.ITEM for place in took for _, rule in self.order.edges[place])
        for end, note in enumerate(self.notes):
            if isinstance(note.record, End) and note.time_ns < awake_ns and not known >> end & 1:
                started = any(known >> start & 1 for start in self.order.starts[note.lane])
                counts = started and self.lanes[note.lane].own and note.lane not in told
                if counts and not (got and spares(note.lane)):
                    return note.lane
        return ""

    def started(self, lane: str) -> str:
        """Return the lane that started another, or ""."""
        return next((self.notes[place].lane for place in self.order.starts[lane]), "")


def _is_lock(record: Takes | Gives) -> bool:
    return record.rule == Rule.MUTEX or (record.rule == Rule.SEMAPHORE and record.number == 1)


@cache
def _expression(source: str, line: int, end: int, column: int, end_column: int) -> str:
    """Return the expression at a position: without a call's arguments, and without the `with` or `for` around it."""
    lines = [text.encode() for text in source.split("\n")[line - 1 : end]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    text = b" ".join(part.strip() for part in lines).decode()
    if statement := _STATEMENT.match(text):
        text = statement["what"]
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return text.partition(":")[0]
    tree = tree.value if isinstance(tree, ast.Await) else tree
    return f"{ast.unparse(tree.func)}()" if isinstance(tree, ast.Call) else ast.unparse(tree)
