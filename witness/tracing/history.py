"""What a rule of `causes.py` may ask of a run: its notes by rule and token, who had a lock, what a pipe has carried."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from witness.tracing.notes import Cause, Gives, Note, Takes, thread_of
from witness.tracing.waits import Rule


def signals(notes: Sequence[Note]) -> set[str]:
    """Return the tokens of semaphores that some lane releases which has not acquired them: they are no locks."""
    has, found = Counter[tuple[str, str]](), set[str]()
    for note in notes:
        if isinstance(record := note.record, Gives | Takes) and record.rule == Rule.SEMAPHORE:
            has[note.lane, record.token] += 1 if isinstance(record, Takes) else -1
            if has[note.lane, record.token] < 0:
                found.add(record.token)
    return found


class History:
    """The notes of a run that give, take or clear, by rule and token, and the state of locks and pipes at one of them.

    A note is known by its index. `known` has for each note so far the notes before it, as the bits of a number;
    `former` has the same for all notes, as far as an earlier pass found it out, or nothing.
    """

    def __init__(self, notes: Sequence[Note], known: Sequence[int], former: Sequence[int]) -> None:
        self.notes, self.known, self.former, self.place, self.now, self.given = notes, known, former, 0, 0, list[int]()
        self.locks: dict[str, _Lock] = defaultdict(_Lock)
        self.poured: Counter[str] = Counter()  # how many bytes have come out of each pipe
        self.flows: dict[str, tuple[list[int], list[int]]] = {}
        self.lanes: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        """For each thread and each lane in it, the lane's last note, and the last note of each earlier job."""
        self.counted: dict[tuple[str, str], tuple[float, int, list[list[int]]]] = {}
        self.ends: dict[str, str] = {}
        """By the token of what comes out of a socket, that of what goes in at the other end: for two connected sockets
        with the numbers 7 and 9, ``{">7": "9>", ">9": "7>"}``."""
        self.places: dict[tuple[type[Cause], str, str], list[int]] = defaultdict(list)
        for place, note in enumerate(notes):
            if isinstance(record := note.record, Cause):
                self.places[type(record), record.rule, self.token(record)].append(place)
                if isinstance(record, Takes) and record.rule == Rule.CONNECT:
                    self._connect(record)

    def _connect(self, record: Takes) -> None:
        """Join the sockets of the connection that `record`, the latest of its token, accepts."""
        for asked in self.ever(Gives, record)[len(self.ever(Takes, record)) - 1 :][:1]:
            one, other = int(self.number(asked)), int(record.number)
            self.ends |= {f">{one}": f"{other}>", f">{other}": f"{one}>"}

    def token(self, record: Cause) -> str:
        """Return a record's token; what comes out of a socket has that of what goes in at the other end."""
        return self.ends.get(record.token, record.token) if isinstance(record, Takes) else record.token

    def at(self, place: int, known: int) -> Takes:
        """Turn to the note at `place` and return its record; `known` has those known to come before it, as bits."""
        record, self.place, self.now = self.notes[place].record, place, known
        assert isinstance(record, Takes)
        record = record._replace(token=self.token(record))
        self.given = self.so_far(Gives, record)
        return record

    def ever(self, kind: type[Cause], record: Takes) -> list[int]:
        """Return all notes with a record of this kind, and with the rule and token of `record`."""
        return self.places.get((kind, record.rule, record.token), [])

    def so_far(self, kind: type[Cause], record: Takes) -> list[int]:
        """Return the notes of `ever` that stand before the note at hand."""
        places = self.ever(kind, record)
        return places[: bisect_left(places, self.place)]

    def flow(self, record: Takes) -> tuple[list[int], list[int]]:
        """Return how many bytes had gone into a pipe after each note that gives some, and the most of these so far."""
        if record.token not in self.flows:
            ends = [*accumulate(int(self.number(place)) for place in self.ever(Gives, record))]
            self.flows[record.token] = ends, [*accumulate(ends, max)]
        return self.flows[record.token]

    def counts(self, record: Takes) -> tuple[float, int, list[list[int]]]:
        """Return the initial count, the notes that take one, as bits, and the notes that give one, grouped by lane."""
        key = record.rule, record.token
        if key not in self.counted:
            given = self.ever(Gives, record)
            taken = sum(1 << place for place in self.ever(Takes, record))
            lanes = [[*own] for _, own in groupby(sorted(given, key=self.lane), self.lane)]
            self.counted[key] = max(map(self.number, given), default=-1), taken, lanes
        return self.counted[key]

    def add(self, place: int, fresh: bool) -> None:
        """Add the note at `place`; a `fresh` one begins a new job, so the note before it remains an end of its lane.

        So does the end of a callback, since what follows it may not come after it.
        """
        record, lane = self.notes[place].record, self.notes[place].lane
        ends = self.lanes[thread_of(lane)][lane]
        if ends and not (fresh or getattr(self.notes[ends[-1]].record, "rule", "") == Rule.CALLED):
            ends.pop()
        ends.append(place)
        if isinstance(record, Gives) and record.rule == Rule.MUTEX:
            self.locks[record.token].left(place)
        elif isinstance(record, Takes) and record.rule == Rule.MUTEX:
            self.locks[record.token].had(place, self.known[place], record)

    def number(self, place: int) -> float:
        record = self.notes[place].record
        assert isinstance(record, Gives | Takes)
        return record.number

    def lane(self, place: int) -> str:
        return self.notes[place].lane

    def before(self, one: int, other: int) -> bool:
        """Return whether the note `one` surely comes before `other`, or is it; of later ones, an earlier pass knows."""
        known = self.known[other : other + 1] or self.former[other : other + 1]
        return bool(known) and bool(known[0] >> one & 1)

    def surely_follows(self, place: int) -> bool:
        """Return whether the note at `place` is a later one that surely comes after the note at hand."""
        return place > self.place and self.before(self.place, place)

    def rank(self, places: Sequence[int], place: int) -> int:
        """Return the rank of a note among those at `places`, from 1; 0 if it is chance."""
        sure = all(self.before(other, place) or self.before(place, other) for other in places)
        return sum(self.before(other, place) for other in places) if sure else 0


class _Lock:
    """The holders of a lock so far, each known by the note of its `acquire`.

    A holder that surely came before another one also let go of the lock before that.
    """

    def __init__(self) -> None:
        self.holder = -1
        self.holders = 0  # all holders so far, as bits
        self.releases: dict[int, int] = {}
        self.settled: dict[int, int] = {}  # for each holder, itself and the holders surely before it, as bits

    def had(self, place: int, known: int, record: Takes) -> None:
        self.settled[place] = 1 << place | (known & self.holders if record.number else 0)
        self.holder = place
        self.holders |= 1 << place

    def left(self, place: int) -> None:
        if self.holder >= 0:
            self.releases[self.holder] = place
        self.holder = -1

    def before(self, all_known: Sequence[int], known: int) -> Iterator[int]:
        """Yield, the last first, the releases that come before an `acquire` which comes after the notes `known`."""
        settled = 0
        while left := known & self.holders & ~settled:
            last = left.bit_length() - 1
            settled |= self.settled[last]
            release = self.releases.get(last)
            if release is not None and not known >> release & 1:
                yield release
                known |= all_known[release]
