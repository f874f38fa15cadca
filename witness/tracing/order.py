"""The happens-before relation of the notes of a run: which note comes before which in each run with the same causes.

Lamport, "Time, clocks, and the ordering of events in a distributed system", CACM 1978: the notes of a lane come in its
order; a note that lets another lane go on, by one of the rules, comes before the note with which that lane goes on; and
the relation is transitive.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from witness.tracing.causes import causes, may_wait
from witness.tracing.history import History
from witness.tracing.loops import Loops
from witness.tracing.notes import Begin, Forked, Fresh, Gives, LaneKind, Note, Print, Start, Takes, thread_of
from witness.tracing.waits import Rule

Edge = tuple[int, Rule | None]
"""An edge to a note: the index of the note before it, and the rule; None if the order is that of a lane."""


class HappensBefore:
    """The happens-before relation of notes, which are given in the order of time and known by their index.

    `former` is what an earlier pass had as `known`, and helps to find more: a `release` that surely comes after an
    `acquire` can't be the one that the `acquire` waited for. Without `limits`, a wait with a time limit waits for
    nothing. Complexity: O(notes) numbers of as many bits, and one operation on them for each edge.
    """

    def __init__(self, notes: Sequence[Note], former: Sequence[int] = (), limits: bool = True) -> None:
        self._limits, self.notes = limits, [*notes]
        """The notes; what a task does after an `await` that stopped it by chance, or not, is another step."""
        self.edges: list[list[Edge]] = []
        """For each note, the edges that lead to it."""
        self.known: list[int] = []
        """For each note, itself and the notes before it, as the bits of a number."""
        self.starts: dict[str, list[int]] = defaultdict(list)
        """For each lane, the notes that start it; several if its process number was used again."""
        self.jobs: dict[str, list[int]] = defaultdict(list)
        """For each worker of a pool, the notes by which it begins another job."""
        self._strands: dict[str, list[int]] = defaultdict(list)
        """The notes of each strand: a lane, or a step that a thread takes in one go."""
        self.hubs: set[str] = set()
        self._alone = _alone(notes)
        self._rests: dict[tuple[str, str], str] = {}
        """By lane and step, the latest part of a step that was cut."""
        self._history = History(self.notes, self.known, former)
        self._loops = Loops(self.notes, self.known, self._history)
        for place in range(len(notes)):
            self._add(place)

    @property
    def counts(self) -> bool:
        """Whether something is counted, so that another pass, with `known` as `former`, may find more."""
        return bool(self._history.counted)

    def before(self, one: int, other: int) -> bool:
        """Return whether the note `one` comes before the note `other` in each run with the same causes."""
        return bool(self.known[other] >> one & 1)

    def chain(self, one: int, other: int) -> list[tuple[int, int, Rule]]:
        """Return how a note leads to a later one by as few rules as possible: for each, its two notes and itself."""
        chains: dict[int, tuple[int, bool, list[tuple[int, int, Rule]]]] = {other: (0, False, [])}
        """From each note on: how many rules, whether the first starts at a later note, and the chain."""
        for after in filter(chains.__contains__, range(other, one, -1)):
            for place, rule in self.edges[after]:
                chain = [(place, after, rule), *chains[after][2]] if rule else chains[after][2]
                way = len(chain), not rule, chain
                if self.before(one, place) and (place not in chains or way[:2] < chains[place][:2]):
                    chains[place] = way
        return chains[one][2]

    def latest(self, place: int, time_ns: int) -> list[int]:
        """Return, for each strand of the note at `place`, the last note before it that was made by `time_ns`.

        If the strand printed a line after that time, it is the note of the last such line.
        """
        found = []
        for strand in _strands(self.notes[place]):
            places = self._strands[strand]
            for before in reversed(places[: bisect_left(places, place)]):
                if self.notes[before].time_ns <= time_ns or isinstance(self.notes[before].record, Print):
                    found.append(before)
                    break
        return found

    def between(self, lane: str, since_ns: int, until_ns: int) -> list[int]:
        """Return the notes by which a lane took something in this time, the last first."""
        found = [place for place in self._strands.get(lane, []) if isinstance(self.notes[place].record, Takes)]
        return [place for place in reversed(found) if since_ns <= self.notes[place].time_ns <= until_ns]

    def _add(self, place: int) -> None:
        note = self.notes[place]
        note = self.notes[place] = note._replace(step=self._rests.get((note.lane, note.step), note.step))
        record, strands = note.record, _strands(note)
        if isinstance(record, Begin) and record.kind == LaneKind.HUB:
            self.hubs.add(note.lane)
        edges: list[Edge] = []
        fresh = self._is_fresh(note)
        if not fresh:
            edges += [(self._strands[strand][-1], None) for strand in strands if self._strands[strand]]
            edges += () if self._strands[note.lane] else self._beginning(note)
        known = reduce(or_, (self.known[before] for before, _ in edges), 1 << place)
        edges += self._taken(place, known, [before for before, _ in edges])
        self.edges.append(edges)
        self.known.append(reduce(or_, (self.known[before] for before, _ in edges), known))
        self._history.add(place, fresh)
        self._loops.add(place, [before for before, _ in edges])
        if isinstance(record, Start):
            self.starts[record.lane].append(place)
        elif isinstance(record, Fresh):
            self.jobs[note.lane].append(place)
        for strand in _strands(self.notes[place]):
            self._strands[strand].append(place)

    def _is_fresh(self, note: Note) -> bool:
        """Return whether a note begins a job that has nothing to do with what its lane did before."""
        record = note.record
        hands_on = isinstance(record, Takes) and note.lane in self.hubs
        return hands_on or (isinstance(record, Fresh) and record.source not in self._alone)

    def _beginning(self, note: Note) -> Iterator[Edge]:
        """Yield the edges to the first note of a lane."""
        if isinstance(note.record, Forked):
            parent, since_ns = note.record
            before = [place for place in self._strands[parent] if self.notes[place].time_ns <= since_ns]
            yield from ((place, Rule.START) for place in before[-1:])
        for place in self.starts[note.lane][-1:]:
            start = self.notes[place].record
            yield place, Rule.OPENED if isinstance(start, Start) and start.name == Rule.OPENED else Rule.START

    def _taken(self, place: int, known: int, before: Sequence[int]) -> Iterator[Edge]:
        record = self.notes[place].record
        if not isinstance(record, Takes):
            return
        free = record.limit is not None and not self._limits
        if record.rule == Rule.SOON:
            begin = self._loops.begin(place, record.token, known, before)
            yield from ((cause, rule) for cause, rule in begin if rule is Rule.START or not free)
            return
        found = [*causes(self._history, place, known)]
        if record.at_once and may_wait(self._history, record, found):
            self._cut(place)
        for cause in () if free else found:
            yield cause, Rule(record.rule)
            yield from ((end, Rule(record.rule)) for end in self._loops.whole(cause, place))

    def _cut(self, place: int) -> None:
        """Let what a task does from the note at `place` on be another step, as if its `await` had stopped it there."""
        note = self.notes[place]
        first, last = (self._strands[thread_of(note.lane) + note.step][index] for index in (0, -1))
        if self.notes[first].lane == note.lane:  # or else it is an eager task, in a step of the task that made it
            self._loops.end(last)
        self.notes[place] = rest = note._replace(step=note.step + "'")
        self._rests[note.lane, note.step.rstrip("'")] = rest.step


def happens_before(notes: Sequence[Note], limits: bool = True) -> HappensBefore:
    """Return the relation of notes; where something is counted, after as many passes as find more."""
    found = HappensBefore(notes, (), limits)
    while found.counts and (more := HappensBefore(notes, found.known, limits)).known != found.known:
        found = more
    return found


def _strands(note: Note) -> list[str]:
    """Return the strands that a note is part of: the notes of a strand come one after the other."""
    thread = thread_of(note.lane)
    if note.step[:1] in ("!", "^"):
        return [thread + note.step]
    return [note.lane] if not note.step and note.lane == thread else [note.lane, thread + note.step]


def _alone(notes: Sequence[Note]) -> set[str]:
    """Return the sources from which only one worker takes jobs, so that the jobs come one after the other."""
    records = (note.record for note in notes)
    return {
        record.token for record in records if isinstance(record, Gives) and (record.rule, record.number) == ("job", 1)
    }
