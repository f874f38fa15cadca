"""The lanes of a run as the notes have them, before the steps of `steps.py` choose and change what a reader sees."""

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from witness.tracing import notes
from witness.tracing.model import Kind
from witness.tracing.notes import LaneKind, Note, main_of
from witness.tracing.waits import Rule, Wait


@dataclass(frozen=True)
class Moment:
    """An event of a draft, whose attributes are as those of `Event`; `about` is the key of another lane.

    `yields` and `stopped` are as in the records `Waits` and `On`.
    """

    time_ns: int
    kind: Kind
    what: str = ""
    about: str = ""
    place: int = 0
    link: int = 0
    yields: bool = False
    stopped: bool = True


@dataclass
class Draft:
    """A lane that is being read; a time of 0 is not known.

    `functions` are the names of the jobs that it ran, `actors` those of the lines that it printed, and `jobs` has the
    place of the first line of each job by the job's number. `moments` are in the order of time.
    """

    key: str
    kind: LaneKind = LaneKind.PROCESS
    name: str = ""
    parent: str = ""
    own: bool = False
    functions: list[str] = field(default_factory=list)
    actors: list[str | None] = field(default_factory=list)
    jobs: dict[int, int] = field(default_factory=dict)
    begin_ns: int = 0
    exit_ns: int = 0
    end_ns: int = 0
    moments: list[Moment] = field(default_factory=list)

    @property
    def process(self) -> str:
        """The key of the main thread of the lane's process."""
        return main_of(self.key)

    @property
    def is_process(self) -> bool:
        """Whether the lane is the main thread of a process."""
        return self.key == self.process

    def add(self, *moments: Moment) -> None:
        """Add moments in the order of time, each behind others of the same time."""
        for moment in moments:
            insort(self.moments, moment, key=lambda other: other.time_ns)

    def awake(self, time_ns: int) -> int:
        """Return the first time from `time_ns` on at which the lane does not wait.

        `serve` is no wait here: the threads of a server, which are not shown, do meanwhile what it is asked.
        """
        turns = [m for m in self.moments if m.kind in (Kind.WAIT, Kind.ON) and not m.yields and m.what != Wait.SERVE]
        for wait, on in pairwise(turns):
            if wait.kind is Kind.WAIT and wait.time_ns <= time_ns < on.time_ns:
                return on.time_ns
        return time_ns

    def waits(self) -> Iterator[tuple[Moment, Moment]]:
        """Return the waits, each with the moment after it."""
        return ((wait, after) for wait, after in pairwise(self.moments) if wait.kind is Kind.WAIT)

    def ended(self) -> Iterator[tuple[Moment, Moment]]:
        """Return the waits for another lane that ended with the end of that lane, each with its ON."""
        return ((wait, on) for wait, on in self.waits() if wait.about and on.about == wait.about)


Lanes = Mapping[str, Draft]


def gather(noted: Iterable[Note]) -> Lanes:
    """Return the lanes of the notes, which are in the order of time."""
    lanes = _Lanes()
    ended: dict[str, str] = {}  # for a lane, the other lane of whose end the last `Takes` told
    for time_ns, key, record, _ in noted:
        lane = lanes[key]
        match record:
            case notes.Begin(kind, name, own):
                lane.kind, lane.name, lane.own = LaneKind(kind), _without(key.partition(".")[0], name), lane.own or own
                lane.begin_ns = lane.begin_ns or time_ns  # a forked process has begun before
            case notes.Forked(parent, since_ns):
                lane.kind, lane.parent, lane.begin_ns = LaneKind.FORK, parent, time_ns
                if not any(known.kind is Kind.START and known.about == key for known in lanes[parent].moments):
                    lanes[parent].add(Moment(since_ns, Kind.START, about=key))
            case notes.Start(child, name):
                lane.add(Moment(time_ns, Kind.START, about=child))
                if name:
                    lanes[child].parent, lanes[child].name = key, lanes[child].name or name
            case notes.Own(function):
                lane.own = True
                lane.functions += filter(None, [function])
            case notes.Waits(what, about, yields):
                lane.add(Moment(time_ns, Kind.WAIT, what, about, yields=yields))
            case notes.On(yields, stopped):
                lane.add(Moment(time_ns, Kind.ON, about=ended.pop(key, ""), yields=yields, stopped=stopped))
            case notes.Cancel(about):
                lane.add(Moment(time_ns, Kind.CANCEL, about=about))
            case notes.Takes(Rule.END, token):
                ended[key] = token
            case notes.Exit():
                lane.exit_ns = time_ns
            case notes.End():
                lane.end_ns = time_ns
    return dict(lanes)


def _without(process: str, name: str) -> str:
    """Return a name without the number of its process, which is another in each run."""
    return re.sub(rf"^{process}[-_ ]|[-_ ]?(?<!\d){process}(?!\d)", "", name)


class _Lanes(dict[str, Draft]):
    def __missing__(self, key: str) -> Draft:
        return self.setdefault(key, Draft(key))
