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
    """A lane being read; a time of 0 was not noted.

    `functions` are those of the program that it runs as jobs, `actors` those of the lines that it printed.
    """

    key: str
    kind: LaneKind = LaneKind.PROCESS
    name: str = ""
    parent: str = ""
    own: bool = False
    functions: tuple[str, ...] = ()
    actors: tuple[str | None, ...] = ()
    exit_ns: int = 0
    end_ns: int = 0
    moments: tuple[Moment, ...] = ()

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


def main_of(lane: str) -> str:
    """The key of the main thread of the process of a lane."""
    return main_lane(lane.partition(".")[0])


def gather(noted: Iterable[Note]) -> Lanes:
    """The lanes of the notes, which are in the order of time."""
    lanes = _Lanes()
    for note in noted:
        lanes.know(note)
        lanes.happen(note)
    return dict(lanes)


class _Lanes(dict[str, Draft]):
    """The lanes of which anything was noted so far."""

    def __init__(self) -> None:
        self.ended: dict[str, str] = {}
        """Of which other a lane has just learned that it has ended."""

    def __missing__(self, key: str) -> Draft:
        self[key] = Draft(key)
        return self[key]

    def know(self, note: Note) -> None:
        """What a note tells of a lane as a whole."""
        key, draft = note.lane, self[note.lane]
        match note.record:
            case notes.Begin(kind, name):
                self[key] = replace(draft, kind=kind, name=name)
            case notes.Forked(parent, _):
                self[key] = replace(draft, kind=LaneKind.FORK, parent=parent)
            case notes.Start(child, name) if name:
                self[child] = replace(self[child], name=self[child].name or name, parent=key)
            case notes.Own(function):
                self[key] = replace(draft, own=True, functions=(*draft.functions, *filter(None, [function])))
            case notes.Exit():
                self[key] = replace(draft, exit_ns=note.time_ns)
            case notes.End():
                self[key] = replace(draft, end_ns=note.time_ns)

    def happen(self, note: Note) -> None:
        """What a note tells of a moment."""
        time_ns, key, record, _ = note
        match record:
            case notes.Begin():
                if all(moment.kind is not Kind.BEGIN for moment in self[key].moments):  # else it was forked
                    self.add(key, Moment(time_ns, Kind.BEGIN))
            case notes.Forked(parent, since_ns):
                self.add(key, Moment(time_ns, Kind.BEGIN))
                if not self.starts(parent, key):
                    self.add(parent, Moment(since_ns, Kind.START, about=key))
            case notes.Start(child):  # also of a number that an earlier child had
                earlier = self.starts(key, child)
                self[key] = self[key].having(moment for moment in self[key].moments if moment not in earlier)
                self.add(key, Moment(time_ns, Kind.START, about=child))
            case notes.Waits(what, about, yields):
                self.add(key, Moment(time_ns, Kind.WAIT, what, about, yields=yields))
            case notes.On(yields):
                self.add(key, Moment(time_ns, Kind.ON, about=self.ended.pop(key, ""), yields=yields))
            case notes.Cancel(about):
                self.add(key, Moment(time_ns, Kind.CANCEL, about=about))
            case Takes(Rule.END, token):
                self.ended[key] = token

    def add(self, key: str, moment: Moment) -> None:
        self[key] = self[key].having((*self[key].moments, moment))

    def starts(self, parent: str, child: str) -> list[Moment]:
        return [moment for moment in self[parent].moments if (moment.kind, moment.about) == (Kind.START, child)]
