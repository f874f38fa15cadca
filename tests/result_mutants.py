"""Mutants of result files: each promises less than it should, or more, or attributes a line to another printer."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from random import Random

from witness.examples import Example
from witness.language import (
    Computed,
    Line,
    Part,
    Reference,
    Result,
    ResultError,
    Run,
    Shuffled,
    Terminal,
    Text,
    Variable,
    parse,
    read,
)
from witness.language.parts import valueless
from witness.language.promises import Promises
from witness.recording import evidence
from witness.recording.check import untrue
from witness.recording.evidence import Evidence
from witness.recording.unused import ENOUGH

NEW = "zz"
"""A name that occurs in no result."""
TENFOLD = 10

_NUMBER = re.compile(r"(?<![\w.:/-])(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w:/]|\.[\w])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LISTED = re.compile(r"(?<=[\[({])(?:[^\[\](){},]+, )+[^\[\](){},]+(?=[\])}])")


@dataclass(frozen=True)
class ResultMutant:
    """A mutant of a result file: its kind, its example, the line that changes, the change in words, the new text."""

    kind: str
    example: Example
    line: int
    how: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.example.name}.out:{self.line}: {self.how}"

    @cached_property
    def result(self) -> Result | None:
        """The parsed mutant; None if it is invalid."""
        try:
            return parse(self.text, self.example.out)
        except ResultError:
            return None

    @property
    def meaning(self) -> object:
        return self.result and _meaning(self.result)


def mutants(example: Example, result: Result, most: int = 0, seed: str = "") -> list[ResultMutant]:
    """Return all mutants of a result, or `most` of them (if not 0), chosen by `seed`.

    Mutants with the same meaning as the result are left out. Invalid mutants, which the parser refuses, are not.
    """
    found: dict[str, ResultMutant] = {}  # by text
    for kind, changes in CHANGES.items():
        for number, how, lines in (each for change in changes for each in change(result)):
            mutant = ResultMutant(kind, example, number, how, _written(result, lines))
            found.setdefault(mutant.text, mutant)
    found.pop(str(result), None)
    chosen = list(found.values())
    if most and len(chosen) > most:
        chosen = Random(seed).sample(chosen, most)
    same = _meaning(result)
    return [mutant for mutant in chosen if mutant.meaning != same]


def accepted(example: Example, most: int = 0, seed: str = "") -> tuple[list[ResultMutant], list[ResultMutant]] | None:
    """Return the mutants of a result and those that pass its checks; None if too few of its runs are kept to judge.

    There are at most `most` mutants, if that is not 0. A kept run serves as the fresh one.
    """
    result = read(example.out)
    known = evidence.load(example, result)
    if not known.seen or known.seen.times < ENOUGH:
        return None
    found = mutants(example, result, most, seed)
    return found, [mutant for mutant in found if _passes(mutant, known, known.seen.runs[0].run)]


def _passes(mutant: ResultMutant, known: Evidence, run: Run) -> bool:
    return mutant.result is not None and not untrue(mutant.example, mutant.result, known, run, "")


def _meaning(result: Result) -> object:
    """Return what a file allows: parts, printers and order, without the names that only express these."""
    promises = Promises(result)
    lines = list(result.lines)
    order = tuple(sum((one in promises.before[other]) << place for place, one in enumerate(lines)) for other in lines)
    names = {actor for line in lines if (actor := line.printer) in result.variables or actor == "main"}
    lanes: dict[object, int] = {}
    printers = []
    for number, region in enumerate(result.regions):
        for line in region.lines:
            own = line.printer if line.printer in names else lanes.setdefault((number, line.printer), len(lanes))
            printers.append((own, line.printer == "main" or line.actor is not None))
    kept = frozenset(tuple(map(lines.index, triple)) for triple in promises.kept())
    allowed = [("".join(map(str, map(valueless, line.parts))), line.times, line.because, line.key) for line in lines]
    return order, tuple(printers), kept, tuple(allowed)


# A change is a line number, a description in words, and the changed lines by their originals.

Change = tuple[int, str, dict[Line, Line]]
Changes = Iterator[Change]


def _written(result: Result, lines: dict[Line, Line]) -> str:
    return "".join(
        str(replace(terminal, lines=tuple(lines.get(line, line) for line in terminal.lines)))
        for terminal in result.terminals
    )


def _with(line: Line, index: int, *parts: Part) -> dict[Line, Line]:
    """Return the line with `parts` in place of the part at `index`."""
    return {line: replace(line, parts=tuple(filter(_some, (*line.parts[:index], *parts, *line.parts[index + 1 :]))))}


def _some(part: Part) -> bool:
    return part != Text("")


def _parts(result: Result) -> Iterator[tuple[Line, int, Part]]:
    return ((line, index, part) for line in result.lines if not line.key for index, part in enumerate(line.parts))


# Weaker


def certain_parts(result: Result) -> Changes:
    """Let a fixed number, word or order of members vary."""
    for line, index, part in _parts(result):
        if not isinstance(part, Text):
            continue
        for match in _NUMBER.finditer(part.text):
            type = "float" if "." in match[0] else "int"
            yield _opened(line, index, match, Variable(NEW, type, match[0]))
        if word := _WORD.search(part.text):
            yield _opened(line, index, word, Variable(NEW, "text", word[0], choices=(word[0], "other")))
        for match in _LISTED.finditer(part.text):
            yield _opened(line, index, match, Shuffled(tuple(match[0].split(", "))))


def _opened(line: Line, index: int, match: re.Match[str], new: Part) -> Change:
    before, after = Text(match.string[: match.start()]), Text(match.string[match.end() :])
    return line.number, f"`{match[0]}` varies, `{new}`", _with(line, index, before, new, after)


def looser_variables(result: Result) -> Changes:
    for line, index, part in _parts(result):
        if not isinstance(part, Variable):
            continue
        looser = []
        if part.is_process:
            looser.append(replace(part, type="int", format=part.spec, choices=(), most=0))
        if part.bounded and part.type != "text":
            looser.append(replace(part, low="", high="", choices=(), each=False))
        if part.low and (low := _times(part.low, part)) != part.low:
            looser.append(replace(part, low=low))
        if part.high:
            looser.append(replace(part, high=_times(part.high, part)))
        if part.choices:
            looser.append(replace(part, choices=(*part.choices, "other")))
        if part.each:
            looser.append(replace(part, each=False))
        if part.most:
            looser += [replace(part, most=0), replace(part, most=part.most + 1)]
        for variable in looser:
            yield line.number, f"`{part}` is `{variable}`", _with(line, index, variable)


def shared_processes(result: Result) -> Changes:
    """What two processes print may be printed by one, first for the one, then for the other."""
    names = [name for name, variable in result.variables.items() if variable.type == "pid" and name != "main"]
    for name, other in pairwise(names):
        both, changed = [result.variables[name], result.variables[other]], dict[Line, Line]()
        for line in result.lines:
            parts = [replace(part, type="worker") if part in both else part for part in line.parts]
            if parts != list(line.parts):
                changed[line] = replace(line, parts=tuple(parts))
        yield result.line_with(other).number, f"`{name}` and `{other}` are workers", changed


def _times(bound: str, variable: Variable) -> str:
    """Return the bound, moved ten times as far from the other one, or from zero."""
    low, high = float(variable.low or 0), float(variable.high or 0)
    value = low - (TENFOLD - 1) * (high - low if variable.high else abs(low)) if bound == variable.low else 0.0
    if bound == variable.high:
        value = low + TENFOLD * (high - low)
    return f"{value:.10g}"


def own_values(result: Result) -> Changes:
    """Give a reference or an expression a value of its own."""
    for line, index, part in _parts(result):
        shown = result.show(part)
        if isinstance(part, Reference):
            other = replace(result.variables[part.name], name=NEW, value=shown)
            yield line.number, f"`{part}` is another", _with(line, index, other)
        if isinstance(part, Computed):
            type = "float" if "." in shown else "int"
            yield line.number, f"`{part}` is any", _with(line, index, Variable(NEW, type, shown, part.format))


def fewer_waits(result: Result) -> Changes:
    for line in result.lines:
        for label in line.after:
            rest = tuple(other for other in line.after if other != label)
            yield line.number, f"no longer after {label}", {line: replace(line, after=rest)}


def parted_lines(result: Result) -> Changes:
    """Let others come between lines that are kept together."""
    for line in result.lines:
        if line.still:
            yield line.number, "is not kept beside the one above", {line: replace(line, still=False)}


def freer_lines(result: Result) -> Changes:
    """Turn a barrier into a line beside others, and a line of a lane into a free one."""
    for terminal in result.terminals:
        for line in terminal.lines:
            if line.key:
                continue
            if line.actor is None:
                for actor in ("main", "main/"):
                    yield line.number, f"is `{actor}`'s", {line: replace(line, actor=actor)}
            elif not line.is_free:
                yield line.number, "comes when it likes", {line: replace(line, actor=f"{line.printer}/")}
        for one, other in pairwise(terminal.lines):
            if one.actor is other.actor is None and not (one.key or other.key):
                free = {line: replace(line, actor="main/") for line in (one, other)}
                yield one.number, f"changes places with line {other.number}", free
                named = {one: replace(one, actor="main"), other: replace(other, actor=NEW)}
                yield one.number, f"is beside line {other.number}, of another", named
    for region in result.regions:
        for lane in region.lanes:
            if len(lane.lines) > 2 and not lane.lines[0].is_free:
                free = {line: replace(line, actor=f"{line.printer}/") for line in lane.lines}
                yield lane.lines[0].number, f"all of `{lane.actor}` come when they like", free


def more_often(result: Result) -> Changes:
    for line in result.lines:
        if line.key:
            continue
        low, high = line.times or (1, 1)
        wider = [(0, high), (low, None if high is None else high + 1)]
        for times in wider:
            if times != (low, high):
                more = {other: replace(other, times=times) for other in _block(result, line)}
                yield line.number, _comes(times), more


def _comes(times: tuple[int, int | None]) -> str:
    return f"comes {times[0]}..{'' if times[1] is None else times[1]} times"


def _block(result: Result, line: Line) -> Sequence[Line]:
    """Return the lines with the same `times` as this one; the line alone if it isn't repeated."""
    return [other for other in result.lines if other.times and other.times == line.times] if line.times else [line]


# Stronger


def fixed_variables(result: Result) -> Changes:
    for name, variable in result.variables.items():
        fixed: dict[Line, Line] = {}
        for line in result.lines:
            parts = [Text(result.show(part)) if name in _names(part) else part for part in line.parts]
            if parts != list(line.parts):
                fixed[line] = replace(line, parts=tuple(parts))
        yield result.line_with(name).number, f"`{variable}` is certain", fixed


def _names(part: Part) -> frozenset[str]:
    if isinstance(part, Computed):
        return part.names
    return frozenset({part.name}) if isinstance(part, Variable | Reference) else frozenset()


def narrower_variables(result: Result) -> Changes:
    for line, index, part in _parts(result):
        if isinstance(part, Shuffled):
            yield line.number, f"`{part}` is in order", _with(line, index, Text(result.show(part)))
        if not isinstance(part, Variable):
            continue
        narrower = [
            replace(part, choices=tuple(choice for choice in part.choices if choice != other))
            for other in part.choices
            if other != part.value and len(part.choices) > 2
        ]
        if part.type in ("int", "float") and not part.each and not part.format:
            narrower.append(replace(part, low=part.value, high=part.value))
        if part.most > 1:
            narrower.append(replace(part, most=part.most - 1))
        for variable in narrower:
            yield line.number, f"`{part}` is `{variable}`", _with(line, index, variable)


def more_waits(result: Result) -> Changes:
    """Put unordered lines in the order in which they were recorded."""
    for other, (one, number) in _free(result).items():
        label = one.label or NEW
        late = replace(other, after=(*other.after, label))
        yield other.number, f"after line {number}", {one: replace(one, label=label), other: late}


def joined_lines(result: Result) -> Changes:
    """Keep lines together between which others may come."""
    for _, other, _ in Promises(result).between():
        if not other.still:
            yield other.number, "is kept beside the one above", {other: replace(other, still=True)}


def _free(result: Result) -> dict[Line, tuple[Line, int]]:
    """Return, for each line, the last line above it that may also come after it."""
    promises = Promises(result)
    places = {line: place for place, line in enumerate(result.lines)}
    found: dict[Line, tuple[Line, int]] = {}
    for one, other in promises.open():
        if places[one] < places[other] and (other not in found or places[found[other][0]] < places[one]):
            found[other] = one, one.number
    return found


def ordered_lanes(result: Result) -> Changes:
    """Merge two lanes into one, put a free line into its lane, or make a line a barrier."""
    for region in result.regions:
        for one, other in combinations(region.lanes, 2):
            merged = {line: replace(line, actor=(one.actor or "").rstrip("/")) for line in (*one.lines, *other.lines)}
            number = min(line.number for line in other.lines)
            yield number, f"`{other.actor}` is in order with `{one.actor}`, line {one.lines[0].number}", merged
        for line in region.lines:
            if line.is_free:
                yield line.number, "comes in its turn", {line: replace(line, actor=line.printer)}
            if line.actor:
                yield line.number, "is a barrier", {line: replace(line, actor=None)}


def fewer_times(result: Result) -> Changes:
    for line in result.lines:
        if line.times:
            block = _block(result, line)
            low, high = line.times
            for times in ((low + 1, high), (low, len(block))):
                yield line.number, _comes(times), {other: replace(other, times=times) for other in block}


# Wrong names


def other_printers(result: Result) -> Changes:
    for terminal in result.terminals:
        for index, line in enumerate(terminal.lines):
            if line.key or (line.typed and line.actor is None):
                continue
            beside = _beside(terminal, index)
            for actor in sorted({*beside, "main", NEW} - {line.actor}):
                yield line.number, f"was printed by `{actor}`", {line: replace(line, actor=actor)}


def _beside(terminal: Terminal, index: int) -> set[str]:
    """Return the actors in the region of a line and in the two neighbouring regions."""
    line = terminal.lines[index]
    number = next(number for number, region in enumerate(terminal.regions) if line in region.lines)
    regions = terminal.regions[max(0, number - 1) : number + 2]
    return {other.actor for region in regions for other in region.lines if other.actor}


CHANGES: dict[str, tuple[Callable[[Result], Changes], ...]] = {
    "weaker": (
        certain_parts,
        looser_variables,
        shared_processes,
        own_values,
        fewer_waits,
        parted_lines,
        freer_lines,
        more_often,
    ),
    "stronger": (fixed_variables, narrower_variables, more_waits, joined_lines, ordered_lanes, fewer_times),
    "wrong name": (other_printers,),
}
