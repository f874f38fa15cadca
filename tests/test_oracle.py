"""Random legal runs are accepted, and the verdicts on small random runs are those of a brute-force decider."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, count, product
from random import Random

import pytest
from helpers import any_page, any_run, shown

from witness.language import Computed, Line, Reference, Result, Run, Shuffled, Terminal, Text, Variable, decide


@pytest.mark.parametrize("seed", range(6))
def test_a_legal_run_is_accepted_or_it_is_said_that_it_is_too_hard(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("witness.language.search.PATIENCE", 1_000)
    random, found = Random(seed), 0
    for _ in range(150):
        page = any_page(random, 6, 6)
        run, lines = any_run(random, page)
        if _Given(page, run, lines).is_right():
            verdict = decide(page, run)
            if "gave up after" in verdict.reason:
                continue
            assert verdict.legal, f"{page}\n{run}\n{verdict.reason}"
            found += sum(map(len, lines)) > 10
            printed = [text for output in run.outputs for text, _ in output.lines]
            for line, text in zip(verdict.order, printed, strict=True):
                assert line.times or "".join(shown(part, dict(verdict.values)) for part in line.parts) == text
    assert found > 30


@pytest.mark.parametrize("seed", range(6))
def test_the_decision_is_that_of_brute_force(seed: int) -> None:
    random, found = Random(seed), Counter[bool]()
    for _ in range(250):
        page = any_page(random, 3, 2)
        for run, _ in (any_run(random, page, careful=False) for _ in range(3)):
            if sum(len(output.lines) for output in run.outputs) <= 6:
                verdict = decide(page, run)
                assert verdict.legal == oracle(page, run), f"{page}\n{run}\n{verdict.reason}"
                found[verdict.legal] += 1
    assert min(found[True], found[False]) > 100


# The brute-force decider: the meaning of a result file, spelled out --------------------------------------------------

LOOKS = {
    "int": r"0|-?[1-9]\d*",
    "float": r"-?(0|[1-9]\d*)\.\d",
    "time": r"([01]\d|2[0-3])(:[0-5]\d){2}",
    "text": "x|y",
    "id": "0x[0-9a-f]+",
}


def oracle(page: Result, run: Run) -> bool:
    """Return whether some assignment of the printed lines to lines of the file is right."""
    ways = (
        givings(terminal, [text for text, _ in output.lines])
        for terminal, output in zip(page.terminals, run.outputs, strict=True)
    )
    return any(_Given(page, run, given).is_right() for given in product(*map(list, ways)))


def givings(terminal: Terminal, texts: list[str], region: int = 0) -> Iterator[list[Line]]:
    """Yield the assignments of `texts` to lines of the file, from `region` on, in which the fixed parts match."""
    if region == len(terminal.regions):
        yield from [] if texts else [[]]
        return
    chosen = (
        product(*(range(block.low, 1 + min(len(texts), block.high or len(texts))) for block in lane.blocks))
        for lane in terminal.regions[region].lanes
    )
    for counts in product(*chosen):
        lanes = [
            [block.line for block, often in zip(lane.blocks, times, strict=True) for _ in range(often)]
            for lane, times in zip(terminal.regions[region].lanes, counts, strict=True)
        ]
        if sum(map(len, lanes)) <= len(texts):
            for here in shuffles(lanes, texts):
                yield from (here + rest for rest in givings(terminal, texts[len(here) :], region + 1))


def shuffles(lanes: list[list[Line]], texts: list[str]) -> Iterator[list[Line]]:
    """Yield the interleavings of all lines of the lanes that match a prefix of `texts`."""
    if not any(lanes):
        yield []
    for number, lane in enumerate(lanes):
        if lane and texts and parts(lane[0], texts[0]) is not None:
            rest = [other[1:] if number == place else other for place, other in enumerate(lanes)]
            yield from ([lane[0], *others] for others in shuffles(rest, texts[1:]))


@cache
def parts(line: Line, text: str) -> tuple[str, ...] | None:
    """Return the printed texts of the varying parts; None if the fixed parts don't match."""
    look = "".join(re.escape(part.text) if isinstance(part, Text) else "(.+?)" for part in line.parts)
    match = re.fullmatch(look, text)
    return match and match.groups()


@dataclass
class _Given:
    """A run with an assignment of its lines to lines of the file, per terminal, and the values that follow from it."""

    page: Result
    run: Run
    given: tuple[list[Line], ...]
    values: dict[str, str] = field(default_factory=dict)
    writers: dict[tuple[int, str], int] = field(default_factory=dict)

    def is_right(self) -> bool:
        return (
            self.waits()
            and self.are_together()
            and self.are_written()
            and self.wrote()
            and self.are_processes()
            and self.differ()
            and self.are_computed()
            and self.work()
        )

    def printed(self) -> Iterator[tuple[int, int, Line, str, int | None]]:
        for terminal, (lines, output) in enumerate(zip(self.given, self.run.outputs, strict=True)):
            for place, line, (text, writer) in zip(count(), lines, output.lines):
                yield terminal, place, line, text, writer

    def waits(self) -> bool:
        """Return whether each line comes after what it waits for, or, in another terminal, at most a tick before."""
        first: dict[str | None, tuple[int, int]] = {}
        for terminal, place, line, _, _ in self.printed():
            first.setdefault(line.label, (terminal, place))
        home = {line.label: number for number, one in enumerate(self.page.terminals) for line in one.lines}
        for terminal, place, line, _, _ in self.printed():
            for label in line.after:
                if home[label] == terminal and not (label in first and first[label][1] < place):
                    return False
                if home[label] != terminal and label in first:
                    other, there = first[label]
                    ticks = self.run.outputs[other].ticks, self.run.outputs[terminal].ticks
                    if ticks[0][there] > ticks[1][place] + 1:
                        return False
        return True

    def are_together(self) -> bool:
        """Return whether no line of another lane, of those that need its lock, parts a line from the one above it."""
        for lines in self.given:
            for place, line in enumerate(lines):
                above = max((index for index in range(place) if lines[index].actor == line.actor), default=place)
                between = lines[above + 1 : place] if line.still else []
                if any(line.lock in ("", other.lock) for other in between):
                    return False
        return True

    def are_written(self) -> bool:
        """Return whether each value has its type's form and is within its bounds, and repeated values are equal."""
        clocks: dict[tuple[int, str], str] = {}
        for terminal, _, line, text, _ in self.printed():
            for part, printed in zip(line.varying, parts(line, text) or (), strict=True):
                if isinstance(part, Shuffled) and sorted(printed.split(", ")) != sorted(part.members):
                    return False
                if isinstance(part, Variable):
                    bare = printed.strip() if part.format else printed
                    wide = not part.format or printed == bare.rjust(2)
                    if not (
                        wide and re.fullmatch(LOOKS.get(part.type, r"[1-9]\d*|0" if part.low else r"[1-9]\d*"), bare)
                    ):
                        return False
                    if part.low and not int(part.low) <= int(bare) <= int(part.high):
                        return False
                    if part.type == "time" and clocks.setdefault((terminal, line.printer), bare) > bare:
                        return False
                    if part.type == "time":
                        clocks[terminal, line.printer] = bare
                    one = not line.times or (part.name == line.printer and line.printer in self.alone())
                    if one and self.values.setdefault(part.name, bare) != bare:
                        return False
                if isinstance(part, Reference) and self.values.setdefault(part.name, printed) != printed:
                    return False
        return True

    def wrote(self) -> bool:
        """Return whether each name is one process per terminal, and a crowd's lines are not the main process's."""
        for terminal, _, line, _, writer in self.printed():
            main = self.run.outputs[terminal].main
            if writer and line.printer in self.alone():
                known = main if line.printer == "main" else writer
                if self.writers.setdefault((terminal, line.printer), known or writer) != writer:
                    return False
            elif writer == main is not None:
                return False
        return True

    def alone(self) -> set[str]:
        """Return the names that stand for one process each, not for a crowd."""
        crowd = (line.times and (line.actor or "").endswith("/") for line in self.page.lines)
        return {"main", *(line.printer for line, many in zip(self.page.lines, crowd, strict=True) if not many)}

    def are_processes(self) -> bool:
        """Return whether the process with each number prints something, or nothing, as the type says."""
        printing = {writer for output in self.run.outputs for _, writer in output.lines if writer}
        printing |= {output.main for output in self.run.outputs if output.main and printing}
        for (terminal, printer), writer in self.writers.items():
            own = self.page.variables.get(printer)
            named = own and own.is_process and not (terminal and printer == "main")
            if named and self.values.setdefault(printer, str(writer)) != str(writer):
                return False
        numbers = [(self.page.variables[name], value) for name, value in self.values.items()]
        numbers += [
            (part, printed)
            for _, _, line, text, _ in self.printed()
            for part, printed in zip(line.varying, parts(line, text) or (), strict=True)
            if line.times and isinstance(part, Variable)
        ]
        return not printing or all(
            (int(value) in printing) != self.is_silent(variable) for variable, value in numbers if variable.is_process
        )

    def is_silent(self, variable: Variable) -> bool:
        actors = {line.actor for line in self.page.lines}
        return variable.type == "silent" or (variable.is_worker and variable.name not in actors)

    def differ(self) -> bool:
        """Return whether values differ where types or bounds demand it, and no pool has too many workers."""
        known = [(self.page.variables[name], value) for name, value in self.values.items()]
        for (one, value), (other, again) in combinations(known, 2):
            pool = one.is_worker and other.is_worker and one.bounds == other.bounds
            same = pool and self.is_silent(one) == self.is_silent(other)
            two = (one.is_process and other.is_process and not same) or one.type == other.type == "id"
            if value == again and (two or (one.each and other.each)):
                return False
        return all(
            len({value for other, value in known if other.bounds == variable.bounds}) <= variable.most
            for variable, _ in known
            if variable.most
        )

    def are_computed(self) -> bool:
        return all(
            shown(part, self.values) == printed
            for _, _, line, text, _ in self.printed()
            for part, printed in zip(line.varying, parts(line, text) or (), strict=True)
            if isinstance(part, Computed) and part.names <= self.values.keys()
        )

    def work(self) -> bool:
        """Return whether each worker finishes one lane before it goes on to another."""
        workers = {name for name, variable in self.page.variables.items() if variable.is_worker}
        spans: dict[tuple[str, str, str, int], list[int]] = {}
        for terminal, place, line, _, _ in self.printed():
            if line.actor in workers and not terminal:
                regions = self.page.terminals[0].regions
                region = next(number for number, region in enumerate(regions) if line in region.lines)
                pool = self.page.variables[line.actor].bounds
                spans.setdefault((self.values[line.actor], pool, line.actor, region), []).append(place)
        return not any(
            one[:2] == other[:2] and first[0] <= second[-1] and second[0] <= first[-1]
            for (one, first), (other, second) in combinations(spans.items(), 2)
        )
