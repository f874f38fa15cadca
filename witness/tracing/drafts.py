"""The lanes of a run as its processes noted them, before they are a trace; here as little is judged as can be."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from witness.tracing import notes
from witness.tracing.model import Kind
from witness.tracing.notes import LaneKind, Note, main_of
from witness.tracing.waits import Rule, Wait

_HELPER = re.compile(r"multiprocessing\.(forkserver|resource_tracker)")


@dataclass(frozen=True)
class Moment:
    """An event being read: `about` is the key of another lane; `yields` if a task or generator does it.

    One that goes on may not have `stopped` in what it might have waited for.
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
    """A lane being read, which each step brings nearer to what a reader sees; a time of 0 was not noted.

    `functions` are those of the program that it runs as jobs, `actors` those of the lines that it printed, `jobs` has
    by its number the place of the first line of each job. `moments` lie between its begin and its end, in their order.
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
        """The key of the main thread of its process."""
        return main_of(self.key)

    @property
    def is_process(self) -> bool:
        return self.key == self.process

    @property
    def is_helper(self) -> bool:
        """Whether it is a process that `multiprocessing` keeps for itself."""
        return bool(_HELPER.search(self.name))

    def add(self, *moments: Moment) -> None:
        """Add moments, each behind those of its time."""
        for moment in moments:
            insort(self.moments, moment, key=lambda other: other.time_ns)

    def awake(self, time_ns: int) -> int:
        """`time_ns`, or if it waits then, when it goes on; but a server waits while its threads, which are not shown,
        do what it is asked."""
        turns = [m for m in self.moments if m.kind in (Kind.WAIT, Kind.ON) and not m.yields and m.what != Wait.SERVE]
        for wait, on in pairwise(turns):
            if wait.kind is Kind.WAIT and wait.time_ns <= time_ns < on.time_ns:
                return on.time_ns
        return time_ns

    def waits(self) -> Iterator[tuple[Moment, Moment]]:
        """What it waited for, each with what came next."""
        return ((wait, after) for wait, after in pairwise(self.moments) if wait.kind is Kind.WAIT)

    def ended(self) -> Iterator[tuple[Moment, Moment]]:
        """The waits for what then had ended, each with when it went on."""
        for wait, on in self.waits():
            if on.kind is Kind.ON and not wait.yields and wait.about and on.about == wait.about:
                yield wait, on


Lanes = Mapping[str, Draft]


def gather(noted: Iterable[Note]) -> Lanes:
    """The lanes of the notes, which are in the order of time."""
    lanes = _Lanes()
    ended: dict[str, str] = {}  # of which other a lane has just learned that it has ended
    for time_ns, key, record, _ in noted:
        lane = lanes[key]
        match record:
            case notes.Begin(kind, name):
                lane.kind, lane.name = LaneKind(kind), _without(key.partition(".")[0], name)
                lane.begin_ns = lane.begin_ns or time_ns  # or it was forked
            case notes.Forked(parent, since_ns):
                lane.kind, lane.parent, lane.begin_ns = LaneKind.FORK, parent, time_ns
                if not _starts(lanes[parent], key):
                    lanes[parent].add(Moment(since_ns, Kind.START, about=key))
            case notes.Start(child, name):
                for earlier in _starts(lane, child):  # of a child that had the same number
                    lane.moments.remove(earlier)
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
    """A name without the number of its process, which is another in each run."""
    return re.sub(rf"^{process}[-_ ]|[-_ ]?(?<!\d){process}(?!\d)", "", name)


class _Lanes(dict[str, Draft]):
    def __missing__(self, key: str) -> Draft:
        return self.setdefault(key, Draft(key))


def _starts(lane: Draft, child: str) -> list[Moment]:
    return [moment for moment in lane.moments if (moment.kind, moment.about) == (Kind.START, child)]
