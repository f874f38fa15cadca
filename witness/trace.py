"""Record when each process, thread and task of an example ran, waited and printed.

What is recorded stands beside the result file, in ``NAME.trace.json``, and `witness/timeline.py` draws it. It is of
the very run that the result file prints, decided to be legal; of what was printed it holds the places of the lines.
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from witness.examples import Example
from witness.language import Line, Result, ResultError, Run, Verdict, decide, read
from witness.ledger import Ledger
from witness.record import refresh, write
from witness.running import run

RUNS, ALIKE = 9, 3
"""At most how many runs are made, and how many with the same course are enough; the quickest of those is kept."""
SHORT = 0.004
"""A wait that takes less than this part of the whole is none: the function returned at once."""
LANES, EVENTS = 12, 200
"""A figure of more than this is not clearer than the program."""

_TRACER = Path(__file__).parent / "tracer" / "sitecustomize.py"
_HELPER = re.compile(r"multiprocessing\.(forkserver|resource_tracker)")
_GENERATES = (ast.AsyncFunctionDef, ast.Yield, ast.YieldFrom)


class TraceError(Exception):
    """An example of which no trace can be recorded; the message says why."""


@dataclass(frozen=True)
class Event:
    """A moment of a lane, in milliseconds since the first.

    The kinds: ``begin``, ``line`` (`place` is that of the line in the result file, from 1), ``wait`` (for `what`),
    ``on``, ``start``, ``cancel``, ``set``, ``put``, ``end``. `lane` is the other lane that it is about, and `link` a
    number that a ``set`` or ``put`` shares with the ``on`` that it lets happen.
    """

    time: float
    kind: str
    place: int = 0
    what: str = ""
    lane: int = -1
    link: int = 0

    def __str__(self) -> str:
        given = {name: value for name, value in vars(self).items() if value != getattr(Event, name, None)}
        return json.dumps(given, ensure_ascii=False)


@dataclass(frozen=True)
class Lane:
    """A process, thread, task or generator.

    `name` is that of the actor, or of the function that it runs; ``{name}`` stands for the value of a variable.
    """

    name: str
    kind: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Trace:
    """The lanes of a run, and the `digest` of the program and the printed run that they belong to."""

    digest: str
    lanes: tuple[Lane, ...]

    @property
    def end(self) -> float:
        return max(lane.events[-1].time for lane in self.lanes)

    @cached_property
    def course(self) -> object:
        """The trace without its times."""
        return tuple(
            (lane.name, lane.kind, tuple(replace(event, time=0.0) for event in lane.events)) for lane in self.lanes
        )

    @property
    def printers(self) -> list[str]:
        """The name of the lane that printed each line, in the order of the result file."""
        found = {event.place: lane.name for lane in self.lanes for event in lane.events if event.kind == "line"}
        return [found[place] for place in sorted(found)]

    def __str__(self) -> str:
        lanes = []
        for lane in self.lanes:
            events = ",\n".join(f"      {event}" for event in lane.events)
            head = f'"name": {json.dumps(lane.name, ensure_ascii=False)}, "kind": "{lane.kind}"'
            lanes.append(f'    {{{head}, "events": [\n{events}\n    ]}}')
        return f'{{\n  "digest": "{self.digest}",\n  "lanes": [\n' + ",\n".join(lanes) + "\n  ]\n}\n"


def path(result: Result) -> Path:
    """Where the trace of a result stands."""
    return result.path.with_suffix(".trace.json")


def load(file: Path) -> Trace:
    """The trace in a file."""
    try:
        data = json.loads(file.read_text())
        lanes = tuple(
            Lane(lane["name"], lane["kind"], tuple(Event(**event) for event in lane["events"]))
            for lane in data["lanes"]
        )
        return Trace(data["digest"], lanes)
    except (ValueError, KeyError, TypeError) as error:
        message = f"not as it was recorded ({error}); take the file as it was: git checkout {file}"
        raise ResultError(file, getattr(error, "lineno", 1), message) from None


def needs_figure(example: Example) -> bool:
    """Whether an example has a timeline: others than the main process print in it, or it was given one."""
    if "nslookup" in example.settings["needs"]:
        return False  # what prints there is no Python, so nobody notes when
    result = read(example.out)
    if not all(terminal.plain for terminal in result.terminals):
        return False  # a pipe or a file does not say when a line was written
    return path(result).exists() or any(line.actor not in (None, "main") for line in result.lines)


def current(example: Example) -> Trace | None:
    """The trace of the very run that the result file of an example prints, if there is one."""
    return None if stale(example) else load(path(read(example.out)))


def stale(example: Example) -> str:
    """Why the timeline of an example must be recorded anew, or nothing."""
    result = read(example.out)
    if not path(result).exists():
        return "it has no timeline"
    if load(path(result)).digest != digest(example, result):
        return "its program or its result has changed since its timeline was recorded"
    return ""


def digest(example: Example, result: Result) -> str:
    """A digest of the programs and of the run that the result file prints."""
    text = "\0".join([*(program.read_text() for program in example.programs), result.output])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record(example: Example, interpreter: str, ledger: Ledger) -> str:
    """Record the timeline of an example, and in its result file the run that it is of; say in words what changed."""
    result = read(example.out)
    trace, run, verdict = _typical(example, result, interpreter)
    place = {line: place for place, line in enumerate(result.lines, 1)}
    places = [place[line] for line in verdict.order]
    old = load(path(result)) if path(result).exists() else None
    if old and old.course == trace.course and places == sorted(places):
        write(path(result), str(replace(old, digest=digest(example, result))))
        return "its timeline is as before"
    out = refresh(result, run).text
    if out != str(result):
        write(example.out, out)
        ledger.enter(example.name, read(example.out))
    moved = {old: new for new, old in enumerate(places, 1)}
    lanes = (
        replace(lane, events=tuple(replace(event, place=moved.get(event.place, 0)) for event in lane.events))
        for lane in trace.lanes
    )
    write(path(result), str(Trace(digest(example, read(example.out)), tuple(lanes))))
    return "its timeline was recorded anew, with the run that it is of"


_Found = list[tuple[Trace, Run, Verdict]]


def _typical(example: Example, result: Result, interpreter: str) -> tuple[Trace, Run, Verdict]:
    """The trace of a run whose course is common."""
    courses: dict[object, _Found] = {}
    for _ in range(RUNS):
        notes, done = _traced(example, result, interpreter)
        verdict = decide(result, done)
        if not verdict.legal:
            raise TraceError(f"{example.out}:{verdict.line}: the traced run is not legal\n{verdict.reason}")
        trace = _Reader(result, done, verdict, notes).trace()
        alike = courses.setdefault(trace.course, [])
        alike.append((trace, done, verdict))
        if len(alike) == ALIKE:
            break
    commonest: _Found = max(courses.values(), key=len)
    return min(commonest, key=lambda found: found[0].end)


Notes = list[tuple[Any, ...]]


def _traced(example: Example, result: Result, interpreter: str) -> tuple[Notes, Run]:
    """A run, and all that its processes noted, in the order of time."""
    with tempfile.TemporaryDirectory(prefix="witness-trace-") as folder:
        shutil.copy(_TRACER, folder)
        programs = [ast.parse(program.read_text()) for program in example.programs]
        if any(isinstance(node, _GENERATES) for program in programs for node in ast.walk(program)):
            Path(folder, "generators").touch()
        done = run(example, result, interpreter, Path(folder))
        lines = (line for file in Path(folder).glob("*.notes") for line in file.read_text().splitlines())
        return sorted((ast.literal_eval(line) for line in lines), key=lambda note: note[0]), done


@dataclass
class _Lane:
    """A lane being read; its events are (time, kind, details)."""

    key: str
    kind: str = ""
    name: str = ""
    whose: str = ""
    own: bool = False
    jobs: list[str] = field(default_factory=list)
    helper: bool = False
    daemon: bool = False
    lines: list[Line] = field(default_factory=list)
    events: list[_Event] = field(default_factory=list)

    @property
    def process(self) -> int:
        return int(self.key.partition(".")[0])

    @property
    def begin(self) -> int:
        return self.events[0].time


@dataclass
class _Event:
    """An event being read: `other` is the key of a lane, or a value."""

    time: int
    kind: str
    what: str = ""
    other: str = ""
    link: int = 0
    place: int = 0


class _Reader:
    """Makes a trace of the notes of a run, which are (time, lane, kind, detail...)."""

    def __init__(self, result: Result, run: Run, verdict: Verdict, notes: Notes) -> None:
        self.result, self.run, self.verdict = result, run, verdict
        self.lanes: dict[str, _Lane] = {}
        self.printed: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        self.unfinished: dict[str, tuple[int, str]] = {}
        self.latest: dict[int | None, int] = {}
        self.links = 0
        self.started: dict[str, int] = {}
        for time, key, kind, *details in notes:
            self.note(time, self.lane(key), kind, details)
        self.lines()
        self.mains = [f"{output.main}.0" for output in run.outputs]
        self.end_lanes()
        self.shown = sorted(filter(self.show, self.lanes.values()), key=self.rank)
        self.adopt()
        self.zero = min(event.time for lane in self.shown for event in lane.events if event.kind != "begin")
        self.last = max(
            event.time
            for lane in self.shown
            for event in lane.events
            if not (lane.key in self.mains and event.kind in ("exit", "end", "stop"))
            if not (lane.daemon and event.kind == "end")
        )
        self.outlive()
        for lane in self.shown:
            self.tidy(lane)
        self.link("set", "event", "Event.wait")
        self.link("put", "get", "recv", "Queue.get")

    def lane(self, key: str) -> _Lane:
        return self.lanes.setdefault(key, _Lane(key))

    def note(self, time: int, lane: _Lane, kind: str, details: list[Any]) -> None:
        if kind == "own":
            lane.own = True
            lane.jobs += details
        elif kind == "print":
            since, text = details
            begun, before = self.unfinished.pop(lane.key, (since, ""))
            *whole, rest = (before + text).split("\n")
            for index, line in enumerate(whole):
                self.printed[lane.process].append((since if index or not before else begun, lane.key, line))
            if rest:
                self.unfinished[lane.key] = begun, rest
        elif kind == "begin":
            lane.kind, lane.name = details
            lane.helper = bool(_HELPER.search(lane.name))
            if all(event.kind != "begin" for event in lane.events):  # of a process, its fork was noted before
                lane.events.append(_Event(time, "begin"))
        elif kind == "forked":
            lane.kind, (lane.whose, since) = "fork", details
            lane.events.append(_Event(time, "begin"))
            if not any((event.kind, event.other) == ("start", lane.key) for event in self.lane(lane.whose).events):
                self.lane(lane.whose).events.append(_Event(since, "start", other=lane.key))
        elif kind == "start":
            child, name = details
            lane.events = [event for event in lane.events if (event.kind, event.other) != (kind, child)]
            lane.events.append(_Event(time, kind, other=child))
            if name:
                started = self.lane(child)
                started.name, started.whose = started.name or name, lane.key
                started.kind = started.kind or "process"
                self.started[child] = time
        elif kind in ("wait", "stop"):
            lane.events.append(_Event(time, kind, what=details[0], other=details[1] or ""))
        else:
            lane.events.append(_Event(time, kind, other=(details or [""])[0] or ""))

    def lines(self) -> None:
        """Find in the notes when each line was printed, and by which lane."""
        order = iter(self.verdict.order)
        mains = {f"{output.main}.0" for output in self.run.outputs}
        place = {line: index for index, line in enumerate(self.result.lines, 1)}
        for output in self.run.outputs:
            now = 0
            for text, writer in output.lines:
                since, key = self.when(text, writer)
                if not self.lane(key).own and f"{writer}.0" not in mains:
                    key = f"{writer}.0"  # a thread of the library speaks for its process
                line = next(order)
                # What was shown later was written later, be it only since its `print` began. And no one writes while it
                # waits: what was left in the buffer until then was written afterwards.
                now = max(now, since)
                lane = self.lane(key)
                serves = self.serves(lane, now)
                now = now if serves else self.awake(lane, now)
                lane.lines.append(line)
                printed = _Event(now, "line", place=place[line])
                lane.events += [_Event(now, "on"), printed, _Event(now, "wait", "serve")] if serves else [printed]

    def when(self, text: str, writer: int | None) -> tuple[int, str]:
        printed, last = self.printed[writer or 0], self.latest.get(writer, 0)
        for same in (str.__eq__, _ends, _folded):
            for index, (since, key, line) in enumerate(printed):
                if same(text, line) and (same is not _folded or since >= last):
                    del printed[index]
                    self.latest[writer] = since
                    return since, key
        raise TraceError(
            f"{self.result.path}: nothing is known of when `{text}` was printed, so there can be no timeline\n"
            "Only Python's `print`, `sys.stdout` and `sys.stderr` are watched; print it with one of them"
        )

    def awake(self, lane: _Lane, time: int) -> int:
        """`time`, or if the lane waits then, when it goes on."""
        turns = sorted((event.time, event.kind) for event in lane.events if event.kind in ("wait", "on"))
        for (since, kind), (until, _) in pairwise(turns):
            if kind == "wait" and since <= time < until:
                return until
        return time

    def serves(self, lane: _Lane, time: int) -> bool:
        """Whether the lane is a server, which waits while its threads, which are not shown, do what it is asked."""
        return any(event.kind == "wait" and event.what == "serve" and event.time <= time for event in lane.events)

    def show(self, lane: _Lane) -> bool:
        """Whether a reader wants to see the lane, and not only whoever looks after the library."""
        if lane.helper or not lane.events:
            return False
        started = lane.key.endswith(".0") and lane.whose in self.lanes and self.show(self.lanes[lane.whose])
        return bool(lane.own or lane.lines or lane.key in self.mains or started)

    def rank(self, lane: _Lane) -> tuple[int, int, int]:
        """Programs first, then each process as it began, and in it its threads and tasks."""
        if lane.key in self.mains:
            return self.mains.index(lane.key), 0, 0
        process = f"{lane.process}.0"
        begin = lane.begin if process in self.mains else self.lanes[process].begin
        return len(self.mains), begin, lane.begin

    def end_lanes(self) -> None:
        """Put the events in order, and give an end to lanes that noted none."""
        ends: dict[str, int] = {}
        for key, time in self.started.items():
            lane = self.lane(key)
            if not lane.events:  # no Python, or ended before it was one
                lane.events.append(_Event(time, "begin"))
                after = [
                    event.time for event in self.lane(lane.whose).events if event.kind == "on" and event.time > time
                ]
                ends[key] = min(after, default=time)
        for lane in self.lanes.values():
            lane.events.sort(key=lambda event: event.time)
            for wait, on in pairwise(lane.events):
                if wait.kind == "wait" and on.kind == "on" and wait.other and on.other != "alive":
                    ends.setdefault(wait.other, on.time)
        for lane in self.lanes.values():
            for event in lane.events:
                if event.kind == "cancel":  # of a process that no one waits for
                    ends.setdefault(event.other, event.time)
        for lane in filter(lambda lane: lane.events, self.lanes.values()):
            noted = [event.time for event in lane.events if event.kind == "end"]
            lane.daemon = lane.kind == "thread" and not noted
            noted = noted or [ends.get(lane.key, 0)]
            lane.events = [event for event in lane.events if event.kind != "end"]
            if lane.events[-1].kind == "stop":
                lane.events[-1].kind = "end"
            else:  # what was in the buffer is written last
                lane.events.append(_Event(max(noted[-1], lane.events[-1].time), "end"))

    def adopt(self) -> None:
        """Let what a lane that is not shown starts be started by the one that started it."""
        for lane in self.lanes.values():
            for start in [event for event in lane.events if event.kind == "start"]:
                child = self.lane(start.other)
                if child not in self.shown:
                    lane.events += [event for event in child.events if event.kind == "start"]
                    lane.events.sort(key=lambda event: event.time)

    def outlive(self) -> None:
        """Let each lane live as long as it did.

        A process notes its end before it is gone: it goes on until who waited for it knew. A thread that noted none
        was stopped with its process.
        """
        for lane in self.shown:
            if lane.daemon:
                lane.events[-1].time = min(self.last, self.lanes[f"{lane.process}.0"].events[-1].time)
            for wait, on in pairwise(lane.events):
                ended = self.lanes.get(wait.other)
                if (
                    wait.kind == "wait"
                    and on.kind == "on"
                    and on.other != "alive"
                    and ended in self.shown
                    and ended.key.endswith(".0")
                    and on.time - wait.time > (self.last - self.zero) * SHORT
                ):
                    ended.events[-1].time = max(ended.events[-1].time, on.time)

    def tidy(self, lane: _Lane) -> None:
        """Leave out what is too short to be seen, and what is about lanes that are not shown."""
        shown = {lane.key for lane in self.shown}
        if lane.key in self.mains:  # without the start and the end of the interpreter
            lane.events[0].time = max(self.zero, min(lane.events[1].time, self.last))
            lane.events[-1].time = min(lane.events[-1].time, self.last)
        finish = lane.events[-1].time
        for event in [event for event in lane.events if event.kind == "exit"]:
            if finish == self.last and finish - event.time > (finish - self.zero) * SHORT and lane.key in self.mains:
                event.kind, event.what = "wait", "exit"
            else:
                lane.events.remove(event)
        kept: list[_Event] = []
        for event in lane.events:
            waiting = bool(kept) and kept[-1].kind in ("wait", "stop")
            if event.kind in ("start", "cancel") and event.other not in shown:
                continue
            if event.kind == "cancel" and event.time > self.lanes[event.other].events[-1].time:
                continue  # it had ended
            if event.kind in ("start", "cancel") and waiting:  # such as `subprocess.run`, which starts and waits
                kept += [_Event(event.time, "on"), event, replace(kept[-1], time=event.time)]
                continue
            if event.kind in ("on", "go") and not waiting:
                continue
            if waiting and (event.kind not in ("on", "go", "end") or (event.kind == "end" and kept[-1].kind == "stop")):
                kept.pop()
            kept.append(event)
        lane.events = kept

    def link(self, kind: str, *whats: str) -> None:
        """Join each `set` or `put` to what it let go on."""
        causes = sorted((e for lane in self.shown for e in lane.events if e.kind == kind), key=lambda e: e.time)
        waits = sorted(
            (
                (on.time, wait, on)
                for lane in self.shown
                for wait, on in pairwise(lane.events)
                if wait.what in whats and on.kind in ("on", "go")
            ),
            key=lambda found: found[0],
        )
        taken: set[int] = set()
        for cause in causes:
            for time, wait, on in waits:
                since = wait.time if kind == "set" else 0  # a value can be put before it is asked for
                if on.other == cause.other and since < cause.time < time and id(on) not in taken:
                    taken.add(id(on))
                    self.links += cause.link == 0
                    cause.link = on.link = cause.link or self.links
                    if kind == "put":
                        break

    def trace(self) -> Trace:
        """All of it, in milliseconds, as exact as a thousandth of the whole."""
        total = max((self.last - self.zero) / 1e6, 1e-3)
        digits = max(0, 3 - math.floor(math.log10(total)))
        index = {lane.key: index for index, lane in enumerate(self.shown)}
        names = self.names()
        lanes = []
        for lane, name in zip(self.shown, names, strict=True):
            events: list[Event] = []
            for event in lane.events:
                time = round((max(event.time, self.zero) - self.zero) / 1e6, digits)
                kind = {"stop": "wait", "go": "on"}.get(event.kind, event.kind)
                other = index.get(event.other, -1) if kind in ("wait", "start", "cancel") else -1
                what = _WHAT.get(event.what, event.what) if kind == "wait" else ""
                if what == "task" and other < 0:  # one of the library's, such as `to_thread`
                    what = self.lane(event.other).name or what
                if event.kind == "on" and time - events[-1].time < total * SHORT and not event.link:
                    events.pop()
                elif kind not in ("set", "put") or event.link:
                    events.append(Event(time, kind, event.place, what, other, event.link))
            lanes.append(Lane(name, lane.kind, tuple(events)))
        if len(lanes) == 1:
            raise TraceError(f"{self.result.path}: all of it is one lane; take away the names of who printed each line")
        count = sum(len(lane.events) for lane in lanes)
        if len(lanes) > LANES or count > EVENTS:
            raise TraceError(
                f"{self.result.path}: {len(lanes)} lanes with {count} events are more than a figure can show\n"
                f"Let the program do less: {LANES} lanes and {EVENTS} events are the most"
            )
        return Trace("", tuple(lanes))

    def names(self) -> list[str]:
        """What each lane is called: as its lines are in the result file, or else as in the program."""
        names = []
        for lane in self.shown:
            actors = self.actors(lane) or [
                actor for other in self.shown if other.process == lane.process for actor in self.actors(other)
            ]
            variable = self.result.variables.get(actors[0]) if actors else None
            if lane.key in self.mains:
                terminal = self.result.terminals[self.mains.index(lane.key)]
                name = terminal.program if len(self.mains) > 1 else "main"
            elif variable and variable.type == "worker":
                name = f"{{{variable.name}}}"
            elif len(set(actors)) == 1 and (self.actors(lane) or lane.key.endswith(".0")):
                name = actors[0]
                if variable and variable.is_process and not lane.key.endswith(".0"):
                    name += f" {lane.name}"  # one of several in this process
            else:
                name = lane.jobs[0] if len(set(lane.jobs)) == 1 else lane.name
            names.append(name)
        again = Counter(names)
        numbers: Counter[str] = Counter()
        for index, name in enumerate(names):
            numbers[name] += 1
            if again[name] > 1:
                names[index] = f"{name} {numbers[name]}"
        return names

    def actors(self, lane: _Lane) -> list[str]:
        return list(dict.fromkeys(line.actor for line in lane.lines if line.actor))


def _ends(text: str, line: str) -> bool:
    """Whether `line` was printed behind what another process had left in the buffer."""
    return bool(line) and text.endswith(line)


def _folded(text: str, line: str) -> bool:
    """Whether `text` stands for the frames of a traceback, of which `line` may be the first."""
    return text.strip(" |") == "..." and line.startswith(text.removesuffix("..."))


_WHAT = {
    "Event.wait": "event",
    "Lock.acquire": "lock",
    "Queue.get": "get",
    "Queue.put": "put",
    "Queue.join": "queue",
    "Task": "task",
    "Future": "future",
    "TaskGroup.__aexit__": "TaskGroup",
    "_ContextManagerMixin.__aenter__": "lock",
    "_GatheringFuture": "gather",
}
