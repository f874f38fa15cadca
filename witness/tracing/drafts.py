"""The lanes of a run as its processes noted them, before they are a trace; here as little is judged as can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from witness.tracing import notes
from witness.tracing.model import Kind
from witness.tracing.notes import LaneKind, Note, Takes
from witness.tracing.waits import Rule

_HELPER = re.compile(r"multiprocessing\.(forkserver|resource_tracker)")


@dataclass(frozen=True)
class Moment:
    """An event being read: `about` is the key of another lane; `yields` if a task or generator does it."""

    time_ns: int
    kind: Kind
    what: str = ""
    about: str = ""
    place: int = 0
    link: int = 0
    yields: bool = False


@dataclass(frozen=True)
class Draft:
    """A lane being read; `actors` are those of the lines it printed. A time of 0 was not noted."""

    key: str
    kind: LaneKind = LaneKind.PROCESS
    name: str = ""
    parent: str = ""
    own: bool = False
    jobs: tuple[str, ...] = ()
    actors: tuple[str | None, ...] = ()
    exit_ns: int = 0
    end_ns: int = 0
    moments: tuple[Moment, ...] = ()

    @property
    def process(self) -> str:
        """The key of the main thread of its process."""
        return main_lane(self.key.partition(".")[0])

    @property
    def is_process(self) -> bool:
        return self.key == self.process

    @property
    def is_helper(self) -> bool:
        """Whether it is a process that `multiprocessing` keeps for itself."""
        return bool(_HELPER.search(self.name))

    @property
    def begin_ns(self) -> int:
        return self.moments[0].time_ns

    @property
    def last_ns(self) -> int:
        return self.moments[-1].time_ns

    def having(self, moments: Iterable[Moment]) -> Draft:
        return replace(self, moments=tuple(moments))

    def ended(self) -> Iterator[tuple[Moment, Moment]]:
        """The waits for what then had ended, each with when it went on."""
        for wait, on in pairwise(self.moments):
            waited = wait.kind is Kind.WAIT and on.kind is Kind.ON and not wait.yields
            if waited and wait.about and on.about == wait.about:
                yield wait, on


Lanes = Mapping[str, Draft]


def main_lane(process: object) -> str:
    """The key of the main thread of the process with that number."""
    return f"{process}.0"


def gather(noted: Iterable[Note]) -> Lanes:
    """The lanes of the notes, which are in the order of time."""
    lanes: dict[str, Draft] = {}
    ended: dict[str, str] = {}
    """Of which other a lane has just learned that it has ended."""

    def lane(key: str) -> Draft:
        return lanes.setdefault(key, Draft(key))

    def add(key: str, moment: Moment) -> None:
        lanes[key] = lane(key).having((*lane(key).moments, moment))

    def starts(parent: str, child: str) -> list[Moment]:
        return [moment for moment in lane(parent).moments if (moment.kind, moment.about) == (Kind.START, child)]

    for time_ns, key, record, _ in noted:
        before = lane(key)
        match record:
            case notes.Begin(kind, name):
                lanes[key] = replace(before, kind=kind, name=name)
                if all(moment.kind is not Kind.BEGIN for moment in before.moments):  # else it was forked
                    add(key, Moment(time_ns, Kind.BEGIN))
            case notes.Forked(parent, since_ns):
                lanes[key] = replace(before, kind=LaneKind.FORK, parent=parent)
                add(key, Moment(time_ns, Kind.BEGIN))
                if not starts(parent, key):
                    add(parent, Moment(since_ns, Kind.START, about=key))
            case notes.Start(child, name, _):  # also of a number that an earlier child had
                earlier = starts(key, child)
                others = tuple(moment for moment in before.moments if moment not in earlier)
                lanes[key] = before.having((*others, Moment(time_ns, Kind.START, about=child)))
                if name:
                    lanes[child] = replace(lane(child), name=lane(child).name or name, parent=key)
            case notes.Own(job):
                lanes[key] = replace(before, own=True, jobs=(*before.jobs, *filter(None, [job])))
            case notes.Waits(what, about, yields):
                add(key, Moment(time_ns, Kind.WAIT, what, about, yields=yields))
            case notes.On(yields):
                add(key, Moment(time_ns, Kind.ON, about=ended.pop(key, ""), yields=yields))
            case notes.Cancel(about):
                add(key, Moment(time_ns, Kind.CANCEL, about=about))
            case Takes(Rule.END, token):
                ended[key] = token
            case notes.Exit():
                lanes[key] = replace(before, exit_ns=time_ns)
            case notes.End():
                lanes[key] = replace(before, end_ns=time_ns)
    return lanes
