"""The rules by which a printed line is a line of the result file, and all that the lines so far have fixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from witness.language import formats
from witness.language.model import Computed, Lane, Line, Region, Result, Shuffled, Text, Variable, Varying
from witness.language.run import Run

LONG = 200
"""How many characters of a printed line a reason shows."""
DAY = timedelta(days=1)

Place = tuple[int, int, int]
"""Where a lane is: in which of its blocks, at which line of it, and how many copies of the block are printed."""
START = (0, 0, 0)


@dataclass(frozen=True)
class Step:
    """One printed line, or the end of the output (`text` is None), and the round of reading in which it was seen."""

    terminal: int
    text: str | None
    writer: int | None
    tick: int | None = None


@dataclass(frozen=True)
class State:
    """What the printed lines have fixed so far.

    `regions` is the region that each terminal is in, `places` where each lane of it is. `values` are those of the
    variables, `writers` the process of each printer by terminal, `users` who has which value of a space, `busy` the
    lane that a worker is in the middle of, `clocks` the last time that each printer told. `passed` has the labels that
    were printed and when, `awaited` those of other terminals that were waited for before they came. `open` are the
    computed parts whose variables are still to come, each with what was printed for it. The mappings are never changed,
    but replaced.
    """

    regions: tuple[int, ...] = ()
    places: dict[Lane, Place] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    writers: dict[tuple[int, str], int] = field(default_factory=dict)
    users: dict[tuple[str, str], str] = field(default_factory=dict)
    busy: dict[str, Lane] = field(default_factory=dict)
    clocks: dict[tuple[int, str, bool], datetime] = field(default_factory=dict)
    passed: dict[str, int | None] = field(default_factory=dict)
    awaited: dict[str, int] = field(default_factory=dict)
    open: tuple[tuple[Computed, str], ...] = ()


class RuleError(Exception):
    """A printed line can't be this line of the result file; the message says why."""


def options(lane: Lane, place: Place) -> Iterator[tuple[Line, Place]]:
    """The lines that a lane may print next, each with the place that it is at then."""
    block, index, copies = place
    while block < len(lane.blocks):
        lines, low, high = lane.blocks[block].lines, lane.blocks[block].low, lane.blocks[block].high
        last = index + 1 == len(lines)
        counted = min(copies + 1, low) if high is None else copies + 1  # beyond `low` there is nothing to count
        after = (block, 0, counted) if last else (block, index + 1, copies)
        yield lines[index], (block + 1, 0, 0) if last and copies + 1 == high else after
        if index or copies < low:
            return
        block, copies = block + 1, 0


def is_done(lane: Lane, place: Place) -> bool:
    """Whether a lane may print nothing more."""
    block, index, copies = place
    rest = lane.blocks[block:]
    return not index and all(copies * (one is rest[0]) >= one.low for one in rest)


class Rules:
    """The rules of one result file for one run. `expected` are values that later lines leave no doubt about."""

    def __init__(self, result: Result, run: Run) -> None:
        self.result = result
        self.mains = [output.main for output in run.outputs]
        self.writing = {writer for output in run.outputs for _, writer in output.lines if writer}
        """The processes that printed something, and then the main ones too; none where the system does not tell."""
        if self.writing:
            self.writing |= {main for main in self.mains if main}
        self.looks = {line: result.look(line) for line in result.lines}
        self.labelled = {line.label: line for line in result.lines if line.label}
        self.terminal = {line: index for index, one in enumerate(result.terminals) for line in one.lines}
        lanes = [lane for terminal in result.terminals for region in terminal.regions for lane in region.lanes]
        self.regions = [terminal.regions for terminal in result.terminals]
        self.actors = {lane.actor for lane in lanes}
        printers = Counter(lane.printer for lane in lanes)
        self.plain = {
            lane: tuple(map(result.text, lane.lines))
            for lane in lanes
            if (printers[lane.printer] == 1 or lane.lines[0].is_free) and lane.actor not in result.variables
            if lane.actor != "main" and not any(line.varying or line.label or line.after for line in lane.lines)
            if not any(line.times for line in lane.lines)
        }
        """The lanes that are known by their texts alone, with those."""
        others = {line.printer for line in result.lines if not (line.times and line.is_free)}
        self.crowds = {line.printer for line in result.lines} - others - {"main"}
        """The printers of whom nothing is known but that each of them prints some copies of a line."""
        self.passing = {lane.printer for lane in self.plain if printers[lane.printer] == 1}
        """The printers who print nothing but such a lane."""
        self.expected: dict[str, str] = {}
        self.afar = {
            label
            for line in result.lines
            for label in line.after
            if self.terminal[self.labelled[label]] != self.terminal[line]
        }
        """The labels that another terminal waits for."""

    def regions_from(self, state: State, terminal: int) -> Iterator[tuple[int, Region]]:
        """The regions that the next line of a terminal may be in."""
        regions = self.regions[terminal]
        for index in range(state.regions[terminal], len(regions)):
            yield index, regions[index]
            if not all(is_done(lane, state.places.get(lane, START)) for lane in regions[index].lanes):
                return

    def has_ended(self, state: State, terminal: int) -> bool:
        """Whether a terminal may show nothing more."""
        rest = self.regions[terminal][state.regions[terminal] :]
        return all(is_done(lane, state.places.get(lane, START)) for region in rest for lane in region.lanes)

    def future(self, state: State, terminal: int, lane: Lane) -> Hashable:
        """What the lane has still to print; equal for lanes that can stand for each other."""
        place = state.places.get(lane, START)
        if place[0] == len(lane.blocks):
            return None
        if texts := self.plain.get(lane):
            return texts[place[0] :], state.writers.get((terminal, lane.printer)), lane.printer in self.passing
        return lane, place

    def situation(self, state: State, step: Step) -> Hashable:
        """All that the step and those after it can depend on."""
        found = self.regions[step.terminal]
        lanes = found[at].lanes if (at := state.regions[step.terminal]) < len(found) else ()
        futures = Counter(self.future(state, step.terminal, lane) for lane in lanes)
        writers = {key: writer for key, writer in state.writers.items() if key[1] not in self.passing}
        # Who is busy follows from these.
        fixed = (futures, state.values, writers, state.clocks, state.passed, state.awaited)
        return state.regions, *(frozenset(part.items()) for part in fixed), state.open

    def take(self, state: State, step: Step, region: int, lane: Lane, line: Line, place: Place) -> State:
        """What is fixed once the step is `line`, which brings the lane to `place`; `RuleError` where it can't be."""
        assert step.text is not None
        match = self.looks[line].fullmatch(step.text)
        if match is None:
            raise RuleError(self._difference(state, line, step.text))
        new = replace(
            state,
            regions=tuple(region if index == step.terminal else at for index, at in enumerate(state.regions)),
            places=state.places | {lane: place},
            values=dict(state.values),
            writers=dict(state.writers),
            users=dict(state.users),
            clocks=dict(state.clocks),
            passed=state.passed | ({line.label: step.tick if line.label in self.afar else None} if line.label else {}),
            awaited=dict(state.awaited),
        )
        self._waits(new, step, line)
        self._wrote(new, step, line)
        printed = list(state.open)
        for part, text in zip(line.varying, match.groups(), strict=True):
            if isinstance(part, Computed):
                printed.append((part, text))
            elif isinstance(part, Shuffled):
                if not part.fits(text):
                    raise RuleError(f"`{text}` has not each of `{part}` once")
            else:
                variable = self.result.variables[part.name]
                self._shape(new, step, line, variable, text, again=part is not variable)
                self._bind(new, variable, text, local=bool(line.times) and part is variable)
        return replace(
            new, open=self._compute(new, printed), busy=self._occupy(new, lane, state.places.get(lane, START))
        )

    def _waits(self, state: State, step: Step, line: Line) -> None:
        """Check that the lines that it waits for have come; those of another terminal, not much later."""
        for label in line.after:
            waited = self.labelled[label]
            if self.terminal[waited] != step.terminal:
                if label in state.passed:
                    self._check_tick(label, state.passed[label], step.tick)
                elif step.tick is not None:
                    state.awaited[label] = min(step.tick, state.awaited.get(label, step.tick))
            elif label not in state.passed:
                raise RuleError(f"it must wait for line {waited.number}, `{self.result.text(waited)}`")
        if line.label in state.awaited:
            self._check_tick(line.label, step.tick, state.awaited[line.label])

    def _check_tick(self, label: str, came: int | None, waiting: int | None) -> None:
        """What made a line come may be seen one round of reading after it, but no later."""
        if came is not None and waiting is not None and came > waiting + 1:
            line = self.labelled[label]
            raise RuleError(f"it must wait for line {line.number}, `{self.result.text(line)}`, which came after it")

    def _wrote(self, state: State, step: Step, line: Line) -> None:
        """Check the line against the process that the system says wrote it."""
        if step.writer is None:
            return
        main = self.mains[step.terminal]
        if line.printer in self.crowds:
            if step.writer == main:
                raise RuleError(f"process {step.writer} printed it, the main one, but `{line.printer}` are others")
            return
        process = main if line.printer == "main" and main else state.writers.get((step.terminal, line.printer))
        if process not in (None, step.writer):
            whose = f"`{line.printer}` is" if line.actor else "a line without an actor is printed by the main process"
            raise RuleError(f"process {step.writer} printed it, but {whose} {process}")
        state.writers[step.terminal, line.printer] = step.writer
        variable = self.result.variables.get(line.printer)
        # The variable `main` is the main process of the first terminal.
        if variable and variable.is_process and not (line.printer == "main" and step.terminal):
            self._bind(state, variable, str(step.writer))

    def _shape(self, state: State, step: Step, line: Line, variable: Variable, text: str, again: bool) -> None:
        """Check that a variable is written as it must be, and that a clock does not run backwards."""
        value = variable.worth(text) if again else variable.read(text)
        if value is None and not variable.choices:
            raise RuleError(f"`{text}` is not written as `{variable}`")
        if isinstance(value, datetime) and not again:
            dated = formats.has_date(variable.format or formats.shape(variable.value) or "")
            clock = step.terminal, line.printer, dated
            since = value - state.clocks.get(clock, value)
            if since < timedelta(0) if dated else since % DAY > DAY / 2:
                raise RuleError(f"`{variable.name}` is {text}, and `{line.printer}` has told a later time before")
            state.clocks[clock] = value

    def _bind(self, state: State, variable: Variable, printed: str, local: bool = False) -> None:
        """Let the variable be this text."""
        name, text = variable.name, variable.bare(printed)
        known = None if local else state.values.get(name, self.expected.get(name))
        if known is not None and known != text:
            raise RuleError(f"`{name}` is {known}, and here {text} was printed")
        if not local and name in state.values:
            return
        if variable.bounded and not variable.within(printed):
            raise RuleError(f"`{name}` is {text}, which is not{variable.bounds}")
        if variable.is_process:
            self._check_process(variable, text)
        if variable.space and not local:
            worker = variable.type == "worker" and variable.name in self.actors
            key = variable.space, text
            user = state.users.get(key)
            if user is not None and not (variable.type == "worker" and user == _user(variable, worker)):
                what = "another process: " if variable.is_process else ""
                raise RuleError(f"`{name}` is {text}, which is {what}{user}")
            state.users[key] = _user(variable, worker)
        if not local:
            state.values[name] = text
        if variable.most:
            workers = [other.name for other in self.result.variables.values() if other.most == variable.most]
            different = {state.values[other] for other in workers if other in state.values}
            if len(different) > variable.most:
                raise RuleError(f"`{name}` is {text}, but {variable.most} others are the workers already")

    def _check_process(self, variable: Variable, text: str) -> None:
        """Check that a process prints something, or nothing, as its type says."""
        silent = variable.type == "silent" or (variable.type == "worker" and variable.name not in self.actors)
        if self.writing and silent and int(text) in self.writing:
            raise RuleError(f"`{variable.name}` is {text}, a process that prints nothing, but this one printed a line")
        if self.writing and not silent and int(text) not in self.writing:
            raise RuleError(
                f"`{variable.name}` is {text}, but no process with this number printed anything in this run"
            )

    def _compute(self, state: State, printed: list[tuple[Computed, str]]) -> tuple[tuple[Computed, str], ...]:
        """Check the computed parts whose variables are all known by now; those that are left."""
        waiting = []
        for part, text in printed:
            if not part.names <= state.values.keys():
                waiting.append((part, text))
                continue
            try:
                value = part.value(self.result.numbers(state.values, part.names))
            except ArithmeticError as error:
                value = str(error)
            if value != text:
                given = ", ".join(f"{name} = {state.values[name]}" for name in sorted(part.names))
                raise RuleError(f"`{part}` is {value}, given {given}, and here {text} was printed")
        return tuple(waiting)

    def _occupy(self, state: State, lane: Lane, before: Place) -> dict[str, Lane]:
        """Who is busy then: from the first line of a lane to its last, its worker is not in another one."""
        variable = self.result.variables.get(lane.actor or "")
        if not variable or variable.type != "worker":
            return state.busy
        worker = state.values[variable.name]
        if before == START and worker in state.busy:
            raise RuleError(f"worker {worker} is not done with `{state.busy[worker].actor}`")
        others = {number: other for number, other in state.busy.items() if number != worker}
        return others if is_done(lane, state.places[lane]) else others | {worker: lane}

    def _difference(self, state: State, line: Line, text: str) -> str:
        """Where `text` stops being `line`."""
        column, regex = 0, ""
        for part in line.parts:
            regex += self.result.regex(part)
            match = re.match(regex, text)
            if match is None:
                wanted = part.text if isinstance(part, Text) else f"{{{self._known(state.values, part)}}}"
                while isinstance(part, Text) and text[column : column + 1] == wanted[:1] != "":
                    column, wanted = column + 1, wanted[1:]
                return f"column {column + 1}: `{short(text[column:])}` instead of `{wanted}`"
            column = match.end()
        return f"column {column + 1}: `{short(text[column:])}` is too much"

    def _known(self, values: Mapping[str, str], part: Varying) -> str:
        """A varying part by what is known of it."""
        if isinstance(part, Computed | Shuffled):
            return str(part)[1:-1]
        variable = self.result.variables[part.name]
        return str(replace(variable, value=values.get(part.name, "?")))[1:-1]


def _user(variable: Variable, worker: bool) -> str:
    """Who has a value: one of the workers that print, of those that don't, or the variable itself."""
    if variable.type != "worker":
        return f"`{variable.name}`"
    return "a worker" if worker else "a worker that prints nothing"


def short(text: str) -> str:
    """A printed line, cut where it is too long to be read."""
    return text if len(text) <= LONG else f"{text[:LONG]}... ({len(text)} characters)"
