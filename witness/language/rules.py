"""The rules that decide whether a printed line can be a given line of the result file."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from witness.language import formats
from witness.language.lines import Lane, Line
from witness.language.parts import Computed, Shuffled, Variable
from witness.language.result import Result
from witness.language.run import Run
from witness.language.state import START, State, Step, Way, Worker, options
from witness.language.types import TYPES

DAY = timedelta(days=1)


class RuleError(Exception):
    """A printed line can't be this line of the file. The message says why; it is empty if the text doesn't match."""


class Rules:
    """The rules of a result file for one run; `expected` has the values that later lines make certain."""

    def __init__(self, result: Result, run: Run, expected: Mapping[str, str]) -> None:
        self.result, self.expected = result, expected
        self.mains = [output.main for output in run.outputs]
        self.writing = {writer for output in run.outputs for _, writer in output.lines if writer}
        """The processes that printed something and the main ones; empty if the system doesn't tell who prints."""
        if self.writing:
            self.writing |= {main for main in self.mains if main}
        self.terminal = {line: index for index, one in enumerate(result.terminals) for line in one.lines}
        self.strict = any(line.still and not line.lock for line in result.lines)
        """Whether it matters which line was the last."""
        actors = {line.actor for line in result.lines}
        unheard = {name for name, variable in result.variables.items() if variable.is_worker and name not in actors}
        self.silent = {name for name, variable in result.variables.items() if variable.type == "silent"} | unheard
        """The variables whose processes print nothing."""

    def ways(self, state: State, terminal: int) -> Iterator[Way]:
        """Yield the candidates for the next line of a terminal."""
        regions = self.result.terminals[terminal].regions
        for index in range(state.regions[terminal], len(regions)):
            for lane in regions[index].lanes:
                for line, place in options(lane, state.at(lane)):
                    yield Way(index, lane, line, place)
            if not all(map(state.is_done, regions[index].lanes)):
                return

    def has_ended(self, state: State, terminal: int) -> bool:
        """Return whether the output of a terminal may end here."""
        rest = self.result.terminals[terminal].regions[state.regions[terminal] :]
        return all(state.is_done(lane) for region in rest for lane in region.lanes)

    def take(self, state: State, step: Step, way: Way) -> State:
        """Return the state after the step has gone that way. Raises `RuleError` if it can't go there."""
        line = way.line
        values = line.read(step.text or "")
        if values is None:
            raise RuleError
        new = state.then(step.terminal, way)
        new.holders = self._holds(state, step, line)
        self._waits(new, step, line)
        self._wrote(new, step, line)
        printed = list(state.open)
        for part, text in values:
            if isinstance(part, Computed):
                printed.append((part, text))
            elif isinstance(part, Shuffled):
                if not part.fits(text):
                    raise RuleError(f"`{text}` doesn't have each text of `{part}` once")
            else:
                variable = self.result.variables[part.name]
                self._shape(new, step, line, variable, text, again=part is not variable)
                own = part.name == line.printer and line.printer not in self.result.crowds
                self._bind(new, variable, text, local=bool(line.times) and part is variable and not own)
        new.open, new.at_work = self._compute(new, printed), self._go_on(state, new, way.lane)
        return new

    def _holds(self, state: State, step: Step, line: Line) -> dict[str, Line]:
        """Return the last line with each lock; check that none of another lane came since the line above a `still`."""
        lock = line.lock or f"{step.terminal}"
        last = state.holders.get(lock, line)
        if line.still and last.lane != line.lane:
            which = f"`with {line.lock}` " * bool(line.lock)
            came = f"line {last.number}, `{self.result.text(last)}`"
            raise RuleError(f"no line {which}may come between it and the one above it of its name, but {came}, did")
        new = {line.lock: line} if line.lock else {}
        return state.holders | new | ({f"{step.terminal}": line} if self.strict else {})

    def _waits(self, state: State, step: Step, line: Line) -> None:
        """Check that the lines it waits for have come; those of another terminal, at most one tick after it."""
        for label in line.after:
            waited = self.result.labelled[label]
            if self.terminal[waited] != step.terminal:
                if label in state.passed:
                    self._check_tick(label, state.passed[label], step.tick)
                elif step.tick is not None:
                    state.awaited[label] = min(step.tick, state.awaited.get(label, step.tick))
            elif label not in state.passed:
                raise RuleError(f"it must wait for line {waited.number}, `{self.result.text(waited)}`")
        if line.label and line.label not in state.passed:
            state.passed[line.label] = step.tick
            self._check_tick(line.label, step.tick, state.awaited.get(line.label))

    def _check_tick(self, label: str, came: int | None, waiting: int | None) -> None:
        """Check that a line of another terminal came at most one round of reading after the line that waits for it."""
        if came is not None and waiting is not None and came > waiting + 1:
            line = self.result.labelled[label]
            raise RuleError(f"it must wait for line {line.number}, `{self.result.text(line)}`, which came after it")

    def _wrote(self, state: State, step: Step, line: Line) -> None:
        """Check that the process that wrote the line is that of its printer."""
        if step.writer is None:
            return
        main = self.mains[step.terminal]
        if line.printer in self.result.crowds:
            if step.writer == main:
                raise RuleError(f"the main process, {step.writer}, printed it, but `{line.printer}` are others")
            return
        process = main if line.printer == "main" and main else state.writers.get((step.terminal, line.printer))
        if process not in (None, step.writer):
            whose = f"`{line.printer}` is {process}"
            if not line.actor:
                whose = f"lines without a name are the main process's, {process}: begin it with a name, `NAME| `"
            raise RuleError(f"process {step.writer} printed it, but {whose}")
        state.writers[step.terminal, line.printer] = step.writer
        variable = self.result.variables.get(line.printer)
        # A variable `main` is the main process of the first terminal.
        if variable and variable.is_process and not (line.printer == "main" and step.terminal):
            self._bind(state, variable, format(step.writer, variable.format))

    def _shape(self, state: State, step: Step, line: Line, variable: Variable, text: str, again: bool) -> None:
        """Check the format of a variable's value, and that its printer's clock doesn't run backwards."""
        value = variable.worth(text) if again else variable.read(text)
        if value is None and not variable.choices:
            raise RuleError(f"`{text}` is not formatted like `{variable}`")
        if isinstance(value, datetime) and not again:
            dated = formats.has_date(TYPES[variable.type].spec(variable))
            clock = step.terminal, line.printer, variable.regex  # by shape: a date alone means midnight
            since = value - state.clocks.get(clock, value)
            if since < timedelta(0) if dated else since % DAY > DAY / 2:
                raise RuleError(f"`{variable.name}` is {text}, but `{line.printer}` already printed a later time")
            state.clocks[clock] = value

    def _bind(self, state: State, variable: Variable, printed: str, local: bool = False) -> None:
        """Give the variable the value `printed`, or check that it has it; a `local` value is only checked, not kept."""
        name, text = variable.name, variable.bare(printed)
        known = None if local else state.values.get(name, self.expected.get(name))
        if known is not None and known != text:
            raise RuleError(f"`{name}` is {known}, but {text} was printed here")
        if not local and name in state.values:
            return
        if not variable.within(printed):
            raise RuleError(f"`{name}` is {text}, outside its bounds `{variable.bounds.strip()}`")
        if variable.is_process:
            self._check_process(variable, text)
        if local:
            return
        if variable.space:
            mine = self._user(variable)
            user = state.users.setdefault((variable.space, text), mine)
            if user != mine:
                what = "another process: " if variable.is_process else ""
                raise RuleError(f"`{name}` is {text}, which is already {what}{user}")
        state.values[name] = text
        if variable.most:
            workers = [other.name for other in self.result.variables.values() if other.bounds == variable.bounds]
            different = {state.values[other] for other in workers if other in state.values}
            if len(different) > variable.most:
                raise RuleError(f"`{name}` is {text}, but the pool already has its {variable.most} workers")

    def _user(self, variable: Variable) -> str:
        """Return the owner of the variable's value in its space: the variable itself, but for workers.

        All workers of a pool have one owner, as two names may be of one worker; those that print nothing have another.
        """
        if not variable.is_worker or variable.each:
            return f"`{variable.name}`"
        return f"a worker{variable.bounds}{' that prints nothing' * (variable.name in self.silent)}"

    def _check_process(self, variable: Variable, text: str) -> None:
        """Check that the process with this number prints something, or nothing, as its type says."""
        silent = variable.name in self.silent
        if self.writing and silent == (variable.worth(text) in self.writing):
            no_such = "no process with this ID printed anything in this run"
            told = ", which must print nothing, but it printed a line" if silent else f", but {no_such}"
            raise RuleError(f"`{variable.name}` is {text}{told}")

    def _compute(self, state: State, printed: list[tuple[Computed, str]]) -> tuple[tuple[Computed, str], ...]:
        """Check the computed parts whose variables are all known, and return the others."""
        waiting = []
        for part, text in printed:
            if not part.names <= state.values.keys():
                waiting.append((part, text))
                continue
            try:
                value = part.value(self.result.variables, state.values)
            except ArithmeticError as error:
                value = str(error)
            if value != text:
                given = ", ".join(f"{name} = {state.values[name]}" for name in sorted(part.names))
                raise RuleError(f"`{part}` is {value}, given {given}, but {text} was printed here")
        return tuple(waiting)

    def _go_on(self, before: State, state: State, lane: Lane) -> dict[Worker, Lane]:
        """Return the lane that each worker is at. Between a lane's first line and its last, its worker stays there."""
        variable = self.result.variables.get(lane.actor or "")
        if not variable or not variable.is_worker:
            return state.at_work
        worker = variable.bounds, state.values[variable.name]
        last = state.at_work.get(worker, lane)
        if last is not lane:
            if before.at(lane) != START:
                raise RuleError(f"worker {worker[1]} is not done with `{lane.actor}`, but went on to `{last.actor}`")
            if not state.is_done(last):
                raise RuleError(f"worker {worker[1]} is not done with `{last.actor}`")
        return state.at_work | {worker: lane}
