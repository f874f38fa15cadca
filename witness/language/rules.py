"""The rules by which a printed line is a line of the result file, and all that the lines so far have fixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from witness.language.model import Computed, Lane, Line, Region, Result, Text, Varying
from witness.language.run import Run

LONG = 200
"""How many characters of a printed line a reason shows."""


@dataclass(frozen=True)
class Step:
    """One printed line, or the end of the output (`text` is None); `region` is None where no line was to come."""

    terminal: int
    region: Region | None
    text: str | None
    writer: int | None


@dataclass(frozen=True)
class State:
    """What the printed lines have fixed so far.

    `cursors` count the lines that each lane has printed. `values` are those of the variables, `writers` the process of
    each actor by terminal, `users` who has which process number, `busy` the lane that a worker is in the middle of.
    `passed` are the labels that were printed, `open` the computed parts whose variables are still to come, each with
    what was printed for it. The mappings are never changed, but replaced.
    """

    cursors: dict[Lane, int] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    writers: dict[tuple[int, str], int] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    busy: dict[str, Lane] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    open: tuple[tuple[Computed, str], ...] = ()

    def line(self, lane: Lane) -> Line | None:
        """The line that the lane has to print next, if any is left."""
        cursor = self.cursors.get(lane, 0)
        return lane.lines[cursor] if cursor < len(lane.lines) else None


class RuleError(Exception):
    """A printed line can't be this line of the result file; the message says why."""


class Rules:
    """The rules of one result file for one run."""

    def __init__(self, result: Result, run: Run) -> None:
        self.result = result
        self.mains = [output.main for output in run.outputs]
        self.writing = {writer for output in run.outputs for _, writer in output.lines if writer}
        """The processes that printed something, and then the main ones too; none where the system does not tell."""
        if self.writing:
            self.writing |= {main for main in self.mains if main}
        self.regexes = {line: re.compile("".join(map(result.regex, line.parts))) for line in result.lines}
        self.labelled = {line.label: line for line in result.lines if line.label}
        lanes = [lane for terminal in result.terminals for region in terminal.regions for lane in region.lanes]
        actors = Counter(lane.actor for lane in lanes)
        self.plain = {
            lane: tuple(map(result.text, lane.lines))
            for lane in lanes
            if actors[lane.actor] == 1 and lane.actor not in ("main", *result.variables)
            if not any(line.varying or line.label or line.after for line in lane.lines)
        }
        """The lanes that are known by their texts alone, with those."""
        self.passing = {lane.actor for lane in self.plain}
        """The actors who print nothing but such a lane."""

    def future(self, state: State, terminal: int, lane: Lane) -> Hashable:
        """What the lane has still to print; equal for lanes that can stand for each other."""
        cursor = state.cursors.get(lane, 0)
        if cursor == len(lane.lines):
            return None
        if texts := self.plain.get(lane):
            return texts[cursor:], state.writers.get((terminal, lane.actor or "main"))
        return lane, cursor

    def situation(self, state: State, step: Step) -> Hashable:
        """All that the step and those after it can depend on."""
        lanes = step.region.lanes if step.region else ()
        futures = Counter(self.future(state, step.terminal, lane) for lane in lanes)
        writers = {key: writer for key, writer in state.writers.items() if key[1] not in self.passing}
        fixed = (futures, state.values, writers)  # who is busy follows from these
        return *(frozenset(part.items()) for part in fixed), state.open

    def take(self, state: State, step: Step, lane: Lane) -> State:
        """What is fixed once the step is the next line of the lane; `RuleError` where it can't be."""
        line = state.line(lane)
        assert line
        assert step.text is not None
        match = self.regexes[line].fullmatch(step.text)
        if match is None:
            raise RuleError(self._difference(state, line, step.text))
        for label in line.after:
            if label not in state.passed:
                waited = self.labelled[label]
                raise RuleError(f"it must wait for line {waited.number}, `{self.result.text(waited)}`")
        new = replace(state, values=dict(state.values), writers=dict(state.writers), users=dict(state.users))
        self._wrote(new, step, line)
        printed = list(state.open)
        for part, text in zip(line.varying, match.groups(), strict=True):
            if isinstance(part, Computed):
                printed.append((part, text))
            else:
                self._bind(new, part.name, text)
        return replace(
            new,
            open=self._compute(new, printed),
            busy=self._occupy(new, lane),
            passed=state.passed | {line.label} if line.label else state.passed,
            cursors=state.cursors | {lane: state.cursors.get(lane, 0) + 1},
        )

    def _wrote(self, state: State, step: Step, line: Line) -> None:
        """Check the line against the process that the system says wrote it."""
        if step.writer is None:
            return
        actor = line.actor or "main"
        main = self.mains[step.terminal]
        process = main if actor == "main" and main else state.writers.get((step.terminal, actor))
        if process not in (None, step.writer):
            whose = f"`{actor}` is" if line.actor else "a line without an actor is printed by the main process"
            raise RuleError(f"process {step.writer} printed it, but {whose} {process}")
        state.writers[step.terminal, actor] = step.writer
        variable = self.result.variables.get(actor)
        # The variable `main` is the main process of the first terminal.
        if variable and variable.is_process and not (actor == "main" and step.terminal):
            self._bind(state, actor, str(step.writer))

    def _bind(self, state: State, name: str, text: str) -> None:
        """Let the variable be this text."""
        known = state.values.get(name)
        if known is not None:
            if known != text:
                raise RuleError(f"`{name}` is {known}, and here {text} was printed")
            return
        variable = self.result.variables[name]
        if not variable.within(text):
            raise RuleError(f"`{name}` is {text}, which is not{variable.bounds}")
        if variable.is_process:
            user = state.users.get(text)
            if user is not None and not (variable.type == "worker" and user == "worker"):
                raise RuleError(f"`{name}` is {text}, which is another process: {user}")
            if self.writing and int(text) not in self.writing:
                raise RuleError(f"`{name}` is {text}, but no process with this number printed anything in this run")
            state.users[text] = "worker" if variable.type == "worker" else f"`{name}`"
        state.values[name] = text

    def _compute(self, state: State, printed: list[tuple[Computed, str]]) -> tuple[tuple[Computed, str], ...]:
        """Check the computed parts whose variables are all known by now; those that are left."""
        waiting = []
        for part, text in printed:
            if not part.names <= state.values.keys():
                waiting.append((part, text))
                continue
            try:
                value = part.value(state.values)
            except ArithmeticError as error:
                value = str(error)
            if value != text:
                given = ", ".join(f"{name} = {state.values[name]}" for name in sorted(part.names))
                raise RuleError(f"`{part}` is {value}, given {given}, and here {text} was printed")
        return tuple(waiting)

    def _occupy(self, state: State, lane: Lane) -> dict[str, Lane]:
        """Who is busy then: from the first line of a lane to its last, its worker is not in another one."""
        variable = self.result.variables.get(lane.actor or "")
        if not variable or variable.type != "worker":
            return state.busy
        worker, cursor = state.values[variable.name], state.cursors.get(lane, 0)
        if cursor == 0 and worker in state.busy:
            raise RuleError(f"worker {worker} is not done with `{state.busy[worker].actor}`")
        others = {number: other for number, other in state.busy.items() if number != worker}
        return others if cursor + 1 == len(lane.lines) else others | {worker: lane}

    def _difference(self, state: State, line: Line, text: str) -> str:
        """Where `text` stops being `line`."""
        column, regex = 0, ""
        for part in line.parts:
            regex += self.result.regex(part)
            match = re.match(regex, text)
            if match is None:
                wanted = part.text if isinstance(part, Text) else f"{{{self._known(state, part)}}}"
                while isinstance(part, Text) and text[column : column + 1] == wanted[:1] != "":
                    column, wanted = column + 1, wanted[1:]
                return f"column {column + 1}: `{short(text[column:])}` instead of `{wanted}`"
            column = match.end()
        return f"column {column + 1}: `{short(text[column:])}` is too much"

    def _known(self, state: State, part: Varying) -> str:
        """A varying part by what is known of it."""
        if isinstance(part, Computed):
            return part.expression
        variable = self.result.variables[part.name]
        return f"{part.name}:{variable.type}={state.values.get(part.name, '?')}{variable.bounds}"


def short(text: str) -> str:
    """A printed line, cut where it is too long to be read."""
    return text if len(text) <= LONG else f"{text[:LONG]}... ({len(text)} characters)"
