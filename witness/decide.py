"""Decide whether a run is a legal output: a pure function from a result file and a run to a verdict."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain, islice
from math import inf
from typing import Any, NamedTuple

from witness.result import (
    Computed,
    Lane,
    Line,
    Part,
    Region,
    Result,
    Text,
    Varying,
    visible,
)

PATIENCE = 20_000
"""After how many wrong tries a decision is given up: the result file leaves too much open to be of use to a reader."""
SHOWN = 6
"""How many of the lines that were allowed an explanation shows."""
LONG = 200
"""How many characters of a line an explanation looks at."""


@dataclass(frozen=True)
class Output:
    """What one terminal saw.

    `lines` are texts in the order they came, tracebacks folded, each with the number of the process that wrote it,
    or `None` where the operating system does not tell. `main` is the number of the program's own process, `exit` its
    status as in `subprocess`.
    """

    lines: tuple[tuple[str, int | None], ...]
    exit: int = 0
    main: int | None = None


@dataclass(frozen=True)
class Run:
    """A run: what each terminal saw, and the `trouble`, if it was cut short or left something behind."""

    outputs: tuple[Output, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a run is `legal`; if not, the `reason`, and the `line` of the result file where it shows.

    For a legal run, `order` has the line of the result file that each printed line is, and `values` its variables.
    """

    legal: bool
    line: int = 0
    reason: str = ""
    order: tuple[Line, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def recorded(result: Result) -> Run:
    """The run that a result file prints."""
    return Run(
        tuple(
            Output(tuple((result.text(line), None) for line in terminal.lines), terminal.exit)
            for terminal in result.terminals
        )
    )


def decide(result: Result, run: Run) -> Verdict:
    """Decide whether `run` is a legal output of the program that `result` was recorded from.

    The printed lines are followed in the order they came. Where one may be the next line of several lanes, each is
    tried, first the lane whose next different line is printed soonest; but lanes with the same future are tried once,
    and a situation that failed is not tried again.

    Complexity: O(lines × lanes) as long as the first try is right, as where lanes can be told apart by what they print
    next, or have the same future. Beyond that it is exponential, as for anyone: to recognise a shuffle is NP-complete
    (Warmuth and Haussler, 1984). It is given up, and the run refused, after `PATIENCE` wrong tries; much sooner where
    the printed lines would be wrong in any order.
    """
    return _Search(result, run).verdict()


_Place = tuple[tuple[str, int | None], Hashable]


class _Rest(NamedTuple):
    """What a lane has still to print.

    `kind` is equal for lanes that differ only in the names of variables of their own, which are `own`. The next `same`
    lines look alike; then comes `other`, if any.
    """

    kind: int
    own: tuple[str, ...]
    same: int
    other: Line | None


@dataclass(frozen=True)
class _Step:
    """One printed line, or the end of the output (`text` is None); `region` is None where no line was allowed."""

    terminal: int
    region: Region | None
    text: str | None
    writer: int | None


@dataclass
class _Frame:
    """A step being tried: what to take back before each try, the lanes that are left, the one taken."""

    mark: int
    lanes: Iterator[Lane]
    choice: bool
    line: Line | None = None


class _Search:
    """A depth-first search over the ways to give each printed line to a lane.

    All that a try changes is in `state`, by (kind, key): the `value` of a variable, the process of an `actor`, the
    `cursor` of a lane and the `place` where it waits, whether a label has `passed`, who uses a process number (`used`),
    the lane that keeps a worker `busy`, and the computed parts whose variables are still to come (`open`). `trail` is
    what to take back.
    """

    def __init__(self, result: Result, run: Run) -> None:
        self.result, self.run = result, run
        self.steps: list[_Step] = []
        for index, (terminal, output) in enumerate(zip(result.terminals, run.outputs, strict=True)):
            regions = [region for region in terminal.regions for _ in region.lines]
            for depth in range(max(len(regions), len(output.lines))):
                region = regions[depth] if depth < len(regions) else None
                text, writer = output.lines[depth] if depth < len(output.lines) else (None, None)
                self.steps.append(_Step(index, region, text, writer))
        self.printed: dict[tuple[Region | None, str, int | None], list[int]] = {}
        for depth, step in enumerate(self.steps):
            for look in () if step.text is None else (step.text, _look(step.text)):
                self.printed.setdefault((step.region, look, step.writer), []).append(depth)
        self.attested = {step.writer for step in self.steps if step.writer}
        if self.attested:
            self.attested |= {output.main for output in run.outputs if output.main}
        self.regexes = {line: re.compile("".join(map(result.regex, line.parts))) for line in result.lines}
        self.labelled = {line.label: line for line in result.lines if line.label}
        self.homes = {
            lane: (region, index)
            for index, terminal in enumerate(result.terminals)
            for region in terminal.regions
            for lane in region.lanes
        }
        self.looks = {line: _look(result.text(line)) if line.varying else result.text(line) for line in result.lines}
        self.own = _own(result, self.homes)
        # Who prints a lane matters beyond it if he prints another one, or is the process that a variable names.
        actors = Counter(lane.actor or "main" for lane in self.homes)
        self.returning = {"main", *(actor for actor, lanes in actors.items() if lanes > 1)}
        kinds: dict[Hashable, int] = {}
        self.rests = {lane: self.rest(lane, kinds) for lane in self.homes}
        self.owners = {line: lane for lane in self.homes for line in lane.lines}
        self.state: dict[tuple[str, Any], Any] = {}
        self.trail: list[tuple[tuple[str, Any], Any]] = []
        self.places: dict[Region, dict[tuple[str, int | None], dict[Hashable, list[Lane]]]] = {}
        for lane, (region, _) in self.homes.items():
            self.places.setdefault(region, {})
            place = self.place(lane, 0)
            self.state["place", lane] = place
            self.move(lane, None, place)
        self.deepest: list[Line] = []
        self.wrong = 0

    def verdict(self) -> Verdict:
        first = self.result.terminals[0]
        if self.run.trouble:
            return _refusal(first.number, self.run.trouble)
        ends = [
            (terminal.number, f"{_ended(output.exit)}; the page says: {_ended(terminal.exit)}")
            for terminal, output in zip(self.result.terminals, self.run.outputs, strict=True)
            if terminal.exit != output.exit
        ]
        promising = self.promising()
        order = self.search(PATIENCE if promising else PATIENCE // 100)
        if order is None:
            line, reason = self.explain()
            if promising and self.wrong > PATIENCE:
                reason += (
                    f"\ngiven up after {PATIENCE} tries: too many lanes are alike; let their lines say whose they are"
                )
            return _refusal(line, "\n".join([reason, *(end for _, end in ends)]))
        if ends:
            return _refusal(*ends[0])
        values = {name: self.get("value", name) for name in self.result.variables}
        return Verdict(True, order=order, values=values)

    def rest(self, lane: Lane, kinds: dict[Hashable, int]) -> list[_Rest]:
        """What the lane has still to print, before each of its lines; `kinds` numbers the kinds."""
        names = {line: [name for name in _names(line) if name in self.own] for line in lane.lines}
        first = {name: line for line in reversed(lane.lines) for name in names[line]}
        places = {name: f"#{place:05}" for place, name in enumerate(dict.fromkeys(chain(*names.values())))}
        actor, worker = lane.actor or "main", _worker(self.result, lane) or ""
        named = actor in self.returning or actor in self.result.variables
        kind = kinds.setdefault((named and places.get(actor, actor), places.get(worker, worker)), len(kinds))
        live = {worker} & places.keys()
        rests: list[_Rest] = []
        for line in reversed(lane.lines):
            live = {name for name in {*live, *names[line]} if first[name] is not line}
            parts = tuple(_anonymous(part, places, self.result) for part in line.parts)
            kind = kinds.setdefault((line.label, line.after, parts, kind), len(kinds))
            rest = _Rest(kind, tuple(sorted(live, key=places.__getitem__)), 1, None)
            if rests:
                following = lane.lines[-len(rests)]
                if self.looks[following] == self.looks[line]:
                    rest = rest._replace(same=rests[-1].same + 1, other=rests[-1].other)
                else:
                    rest = rest._replace(other=following)
            rests.append(rest)
        return rests[::-1]

    def promising(self) -> bool:
        """Whether these lines could be the right ones in some order: as many of each text, and of each look."""
        printed, wanted = Counter[Hashable](), Counter[Hashable]()
        fixed = Counter[Hashable]()
        for step in self.steps:
            if step.text is None or step.region is None:
                return False
            printed.update([(step.region, step.text), (step.region, _look(step.text))])
        for line, lane in self.owners.items():
            region, _ = self.homes[lane]
            wanted[region, _look(self.result.text(line))] += 1
            if not line.varying:
                fixed[region, self.looks[line]] += 1
        return fixed <= printed and all(printed[look] == count for look, count in wanted.items())

    def search(self, patience: int) -> tuple[Line, ...] | None:
        """The line of the result file that each printed line is; None if there is none, or `patience` ends."""
        dead: dict[int, set[Hashable]] = {}
        frames = [self.frame(0, dead)]
        while len(frames) <= len(self.steps):
            frame, depth = frames[-1], len(frames) - 1
            self.undo(frame.mark)
            for lane in frame.lanes:
                frame.line = lane.lines[self.get("cursor", lane, 0)]
                if not self.take(self.steps[depth], lane):
                    frames.append(self.frame(depth + 1, dead))
                    break
                self.undo(frame.mark)
                self.wrong += 1
            else:
                if depth > len(self.deepest):
                    self.deepest = [earlier.line for earlier in frames[:-1] if earlier.line]
                if frame.choice:
                    dead.setdefault(depth, set()).add(self.situation(depth))
                frames.pop()
                self.wrong += 1
                if not frames or self.wrong > patience:
                    return None
        return tuple(frame.line for frame in frames if frame.line)

    def frame(self, depth: int, dead: Mapping[int, set[Hashable]]) -> _Frame:
        """The lanes to try at a step; none if this situation has failed before."""
        lanes = self.lanes(depth) if depth < len(self.steps) else []
        if depth in dead and len(lanes) > 1 and self.situation(depth) in dead[depth]:
            lanes = []
        return _Frame(len(self.trail), iter(lanes), len(lanes) > 1)

    def lanes(self, depth: int) -> list[Lane]:
        """The lanes of which this may be the next line, going by its text; one of those with the same future."""
        step = self.steps[depth]
        if step.region is None or step.text is None:
            return []
        places = self.places[step.region]
        lanes = []
        for process in dict.fromkeys((step.writer, None)):
            lanes += [alike[-1] for alike in places.get((step.text, process), {}).values()]
            for alike in places.get((_look(step.text), process), {}).values():
                line = alike[-1].lines[self.get("cursor", alike[-1], 0)]
                if self.regexes[line].fullmatch(step.text):
                    lanes.append(alike[-1])
        if len(lanes) > 1:
            lanes.sort(key=lambda lane: self.urgency(lane, depth))
        return lanes

    def urgency(self, lane: Lane, depth: int) -> tuple[bool, float, int, int]:
        """Sorts lanes: a process goes on with what it began; then, whose next different line is printed soonest, at the
        earliest; then, who has the most left to print."""
        (region, index), cursor = self.homes[lane], self.get("cursor", lane, 0)
        rest, due, writer = self.rests[lane][cursor], inf, self.steps[depth].writer
        if rest.other:
            alike = self.printed.get((region, self.looks[lane.lines[cursor]], writer), [])
            others = self.printed.get((region, self.looks[rest.other], writer), [])
            last = bisect_left(alike, depth) + rest.same - 1
            first = bisect_left(others, alike[last]) if last < len(alike) else len(others)
            due = others[first] if first < len(others) else inf
        return self.get("actor", (index, lane.actor)) is None, due, cursor - len(lane.lines), lane.lines[0].number

    def place(self, lane: Lane, cursor: int) -> _Place | None:
        """Where a lane waits for its next line: by its text, if that is known, or else its look; and by its future."""
        if cursor == len(lane.lines):
            return None
        line, rest = lane.lines[cursor], self.rests[lane][cursor]
        process = self.get("actor", (self.homes[lane][1], lane.actor))
        texts = [self.known(part) for part in line.parts]
        look = self.looks[line] if None in texts else "".join(filter(None, texts))
        return (look, process), (rest.kind, process, *(self.get("value", name) for name in rest.own))

    def known(self, part: Part) -> str | None:
        """What `part` must be, if that is known by now."""
        if isinstance(part, Text):
            return part.text
        if not isinstance(part, Computed):
            value: str | None = self.get("value", part.name)
            return value
        values = {name: self.get("value", name) for name in part.names}
        try:
            return None if None in values.values() else part.value(values)
        except ArithmeticError:
            return None

    def move(self, lane: Lane, before: _Place | None, after: _Place | None) -> None:
        """Let a lane wait elsewhere."""
        places = self.places[self.homes[lane][0]]
        if before:
            look, future = before
            places[look][future].remove(lane)
            if not places[look][future]:
                del places[look][future]
        if after:
            look, future = after
            places.setdefault(look, {}).setdefault(future, []).append(lane)

    def situation(self, depth: int) -> Hashable:
        """All that what follows can depend on."""
        region = self.steps[depth].region
        assert region
        futures = Counter(
            future for alike in self.places[region].values() for future, lanes in alike.items() for _ in lanes
        )
        own = {name for lane in region.lanes for name in self.rests[lane][0].own}
        rest = frozenset(
            (kind, key, value == "worker" if kind == "used" else value)
            for (kind, key), value in self.state.items()
            if kind in ("passed", "used", "open")
            or (kind == "value" and key not in own)
            or (kind == "actor" and key[1] in self.returning)
        )
        return frozenset(futures.items()), rest

    def get(self, kind: str, key: Hashable, default: Any = None) -> Any:
        return self.state.get((kind, key), default)

    def set(self, kind: str, key: Hashable, value: Any) -> None:
        before = self.state.get((kind, key))
        if before != value:
            self.trail.append(((kind, key), before))
            self.state[kind, key] = value

    def undo(self, mark: int) -> None:
        while len(self.trail) > mark:
            key, value = self.trail.pop()
            if key[0] == "place":
                self.move(key[1], self.state[key], value)
            if value is None:
                del self.state[key]
            else:
                self.state[key] = value

    def take(self, step: _Step, lane: Lane) -> str:
        """Give the step to the lane. Returns why it can't be, or an empty string."""
        cursor = self.get("cursor", lane, 0)
        line = lane.lines[cursor]
        if step.text is None:
            return "the output ended before it"
        match = self.regexes[line].fullmatch(step.text)
        if match is None:
            return self.difference(line, step.text)
        for label in line.after:
            if not self.get("passed", label):
                waited = self.labelled[label]
                return f"it must wait for line {waited.number}, `{self.result.text(waited)}`"
        reason = self.wrote(step, line)
        for part, text in zip(line.varying, match.groups(), strict=True):
            if reason:
                return reason
            if isinstance(part, Computed):
                self.set("open", "", (*self.get("open", "", ()), (line, part, text)))
            else:
                reason = self.bind(part.name, text)
        reason = reason or self.compute() or self.occupy(line, lane, cursor)
        if not reason:
            if line.label:
                self.set("passed", line.label, True)
            self.set("cursor", lane, cursor + 1)
            before, after = self.get("place", lane), self.place(lane, cursor + 1)
            self.move(lane, before, after)
            self.set("place", lane, after)
        return reason

    def wrote(self, step: _Step, line: Line) -> str:
        """Check the line against the process that the operating system says wrote it."""
        if step.writer is None:
            return ""
        actor = line.actor or "main"
        main = self.run.outputs[step.terminal].main
        process = main if actor == "main" and main else self.get("actor", (step.terminal, actor))
        if process not in (None, step.writer):
            whose = "a line without an actor is printed by the main process" if not line.actor else f"`{actor}` is"
            return f"process {step.writer} printed it, but {whose} {process}"
        self.set("actor", (step.terminal, actor), step.writer)
        variable = self.result.variables.get(actor)
        if variable and variable.is_process and not (actor == "main" and step.terminal):
            return self.bind(actor, str(step.writer))
        return ""

    def bind(self, name: str, text: str) -> str:
        """Let the variable be this text."""
        known = self.get("value", name)
        if known is not None:
            return "" if known == text else f"`{name}` is {known}, and here {text} was printed"
        variable = self.result.variables[name]
        if not variable.within(text):
            return f"`{name}` is {text}, which is not{variable.bounds}"
        if variable.is_process:
            user = self.get("used", text)
            if user is not None and not (variable.type == "worker" and user == "worker"):
                return f"`{name}` is {text}, which is another process: {user}"
            if self.attested and int(text) not in self.attested:
                return f"`{name}` is {text}, but no process with this number printed anything in this run"
            self.set("used", text, "worker" if variable.type == "worker" else f"`{name}`")
        self.set("value", name, text)
        return ""

    def compute(self) -> str:
        """Check the computed parts whose variables are all known by now."""
        waiting = []
        values = {}
        for line, part, text in self.get("open", "", ()):
            values = {name: self.get("value", name) for name in part.names}
            if None in values.values():
                waiting.append((line, part, text))
                continue
            try:
                value = part.value(values)
            except ArithmeticError as error:
                value = str(error)
            if value != text:
                given = ", ".join(f"{name} = {value}" for name, value in sorted(values.items()))
                return f"`{part}` is {value}, given {given}, and here {text} was printed"
        if values:
            self.set("open", "", tuple(waiting))
        return ""

    def occupy(self, line: Line, lane: Lane, cursor: int) -> str:
        """A worker does one thing at a time: from the first line of a lane to its last it is not in another one."""
        name = _worker(self.result, lane)
        if name is None:
            return ""
        worker = self.get("value", name)
        other = self.get("busy", worker, "")
        if cursor == 0 and other:
            return f"worker {worker} is not done with `{other}`"
        self.set("busy", worker, "" if cursor + 1 == len(lane.lines) else line.actor)
        return ""

    def difference(self, line: Line, text: str) -> str:
        """Where `text` stops being `line`."""
        column, regex = 0, ""
        for part in line.parts:
            regex += self.result.regex(part)
            match = re.match(regex, text)
            if match is None:
                wanted = part.text if isinstance(part, Text) else f"{{{self.describe(part)}}}"
                while isinstance(part, Text) and text[column : column + 1] == wanted[:1] != "":
                    column, wanted = column + 1, wanted[1:]
                return f"column {column + 1}: `{_short(text[column:])}` instead of `{wanted}`"
            column = match.end()
        return f"column {column + 1}: `{_short(text[column:])}` is too much"

    def describe(self, part: Varying) -> str:
        """A varying part by what is known of it."""
        if isinstance(part, Computed):
            return part.expression
        variable = self.result.variables[part.name]
        return f"{part.name}:{variable.type}={self.get('value', part.name, '?')}{variable.bounds}"

    def explain(self) -> tuple[int, str]:
        """Why no lane could take the step that the search did not get past, and the line of the result file."""
        self.undo(0)
        for step, line in zip(self.steps, self.deepest, strict=False):
            self.take(step, self.owners[line])
        step = self.steps[len(self.deepest)]
        text = "" if step.text is None else _short(step.text)
        allowed = []
        for lane in step.region.lanes if step.region else ():
            cursor = self.get("cursor", lane, 0)
            if cursor < len(lane.lines):
                line = lane.lines[cursor]
                likeness = SequenceMatcher(None, self.result.text(line), text).ratio()
                mark = len(self.trail)
                allowed.append((likeness, line, self.take(step, lane)))
                self.undo(mark)
        allowed.sort(key=lambda allow: allow[0], reverse=True)
        place = 1 + sum(before.terminal == step.terminal for before in self.steps[: len(self.deepest)])
        said = "the output ended" if step.text is None else f"`{text}`"
        by = f", by process {step.writer}" if step.writer else ""
        reason = [f"printed: {said} (line {place} of the output{by})"]
        if step.text is not None:
            reason += islice(self.elsewhere(step.text, {line for _, line, _ in allowed}), SHOWN)
        if allowed:
            reason.append("allowed here:")
        else:
            reason.append("allowed here: nothing more, the output should have ended")
        for _, line, why in allowed[:SHOWN]:
            reason += [f"  line {line.number}: {line}", f"      {why}"]
        if len(allowed) > SHOWN:
            reason.append(f"  and {len(allowed) - SHOWN} more")
        last = self.result.terminals[step.terminal]
        number = allowed[0][1].number if allowed else max([last.number, *(line.number for line in last.lines)])
        return number, "\n".join(reason)

    def elsewhere(self, text: str, here: Container[Line]) -> Iterator[str]:
        """The other lines of the file that `text` is like."""
        printed = set(self.deepest)
        for line in self.result.lines:
            if line not in here and self.regexes[line].fullmatch(text):
                when = "was printed before" if line in printed else "comes later"
                yield f"it is like line {line.number}, which {when}"


def _own(result: Result, lanes: Iterable[Lane]) -> set[str]:
    """The variables that only one lane mentions, and for which no computed part has to wait."""
    mentions, waited = Counter[str](), set[str]()
    for lane in lanes:
        said: set[str] = {lane.actor or "main"} & result.variables.keys()
        known: set[str] = set()
        for line in lane.lines:
            known.update(part.name for part in line.varying if not isinstance(part, Computed))
            for part in line.varying:
                if isinstance(part, Computed):
                    said |= part.names
                    waited |= set() if part.names <= known else part.names
        mentions.update(said | known)
    return {name for name, lanes in mentions.items() if lanes == 1} - waited


def _names(line: Line) -> list[str]:
    """The variables that a line mentions."""
    return [
        name for part in line.varying for name in (sorted(part.names) if isinstance(part, Computed) else [part.name])
    ]


def _anonymous(part: Part, places: Mapping[str, str], result: Result) -> Hashable:
    """A part, with its place in the lane for the name of a variable of the lane's own."""
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Computed):
        return re.sub(r"[A-Za-z_]\w*", lambda name: places.get(name[0], name[0]), part.expression), part.format
    variable = result.variables[part.name]
    return places.get(part.name, part.name), variable.type, variable.regex, variable.low, variable.high


def _worker(result: Result, lane: Lane) -> str | None:
    """The worker that prints the lane."""
    variable = result.variables.get(lane.actor or "")
    return variable.name if variable and variable.type == "worker" else None


def _look(text: str) -> str:
    """What `text` looks like whatever its numbers are; no text looks like that."""
    return "\n" + re.sub(r"[-.]*[0-9][-.0-9]*", "0", text)


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}... ({len(text)} characters)"


def _refusal(line: int, reason: str) -> Verdict:
    return Verdict(False, line, "\n".join(map(visible, reason.split("\n"))))


def _ended(exit: int) -> str:
    return f"the program was ended by signal {-exit}" if exit < 0 else f"the program ended with exit status {exit}"
