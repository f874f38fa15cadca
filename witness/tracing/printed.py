"""Find in the notes of a run when each printed line was printed, and by which lane."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, count

from witness.language import Line, Output, Part, Result, Run, Variable, Verdict
from witness.language.parts import names_in
from witness.language.promises import Promises
from witness.tracing.model import UnseenError
from witness.tracing.notes import MOST, Begin, LaneKind, Note, Print, Start, main_lane, main_of
from witness.tracing.waits import Rule


def unnoted(notes: Iterable[Note], run: Run) -> list[Note]:
    """Return notes of the lines that were printed without one.

    Those are all lines of a process that runs no Python, and the last line of a process that was killed as it printed.
    """
    own: dict[str, list[Note]] = defaultdict(list)
    starts: dict[str, tuple[int, str]] = {}
    for note in notes:
        own[main_of(note.lane)].append(note)
        if isinstance(note.record, Start):
            starts[note.record.lane] = note.time_ns, note.record.name
    printed: dict[str, list[str]] = defaultdict(list)
    for text, writer in (line for output in run.outputs for line in output.lines):
        printed[main_lane(writer)].append(text)
    found = []
    for process, texts in printed.items():
        said = [note.record.text for note in own[process] if isinstance(note.record, Print)]
        if not own[process] and process in starts:
            time_ns, name = starts[process]
            last = Note(time_ns, process, Begin(LaneKind.OTHER, name))
            found.append(last)
        elif len({note.lane for note in own[process]}) == 1 and said == texts[:-1]:
            last = own[process][-1]
        else:
            continue
        for time_ns, text in enumerate(texts[len(said) :], last.time_ns + 1):
            found.append(last._replace(time_ns=time_ns, record=Print(time_ns, text, time_ns)))
    return found


def spoken(run: Run, verdict: Verdict) -> tuple[Run, Verdict]:
    """Return a legal run and its verdict without what was typed and without the keys that were pressed."""
    order = iter(verdict.order)
    outputs: list[Output] = []
    kept: list[Line] = []
    for output in run.outputs:
        lines = []
        for (text, writer), line in zip(output.lines, order, strict=False):
            said = text.removesuffix(line.typed.value) if line.typed else text
            if not line.key and (said or not line.typed):
                lines.append((said, writer))
                kept.append(line)
        outputs.append(replace(output, lines=tuple(lines), ticks=()))
    return replace(run, outputs=tuple(outputs)), replace(verdict, order=tuple(kept))


def by_lane(result: Result, run: Run, verdict: Verdict, lanes: Sequence[str]) -> Verdict:
    """Return the verdict of a run with lines that look the same exchanged so that the lane of its actor printed each.

    The texts don't tell the threads of a process apart; `lanes` has who printed each line. The verdict is returned as
    it is where the exchange would break a promise.
    """
    order, texts = verdict.order, [text for output in run.outputs for text, _ in output.lines]
    names = Counter(chain(names_in(chain(*(line.parts for line in result.lines))), {line.printer for line in order}))
    look = {line: tuple(_look(part, names) for part in line.parts) for line in order}
    left: dict[Hashable, list[Line]] = defaultdict(list)
    for line in order:
        left[look[line]].append(line)
    own: dict[str | None, set[str]] = defaultdict(set)
    for line, lane in zip(order, lanes, strict=True):
        if len(left[look[line]]) == 1:
            own[line.actor].add(lane)
    found, values = list[Line](), dict(verdict.values)
    for line, text, lane in zip(order, texts, lanes, strict=True):
        rest = [other for other in left[look[line]] if other is line or _read(other, text) is not None]
        known = next((other for other in rest if own[other.actor] == {lane}), None)
        unknown = next((other for other in rest if not own[other.actor]), None)
        if (one := known or unknown or next(iter(rest), None)) is None:
            return verdict
        own[one.actor] = own[one.actor] or {lane}
        left[look[line]].remove(one)
        found.append(one)
        if one is not line:
            values |= _read(one, text) or {}
    promises = Promises(result)
    if found == [*order] or any(two in promises.before[one] for one, two in combinations(found, 2)):
        return verdict
    return replace(verdict, order=tuple(found), values=values)


def _look(part: Part, names: Mapping[str, int]) -> Hashable:
    """Return what a part has in common with those of lines that may be exchanged: a value that no other part uses may
    be another one."""
    if isinstance(part, Variable) and names[part.name] == 1:
        return replace(part, name="", value="", low="", high="", choices=())
    return part


def _read(line: Line, printed: str) -> dict[str, str] | None:
    """Return the values of the variables of a line that is printed as this text; None if it can't be."""
    read = line.read(printed)
    mine = [(part, text) for part, text in read or () if isinstance(part, Variable)]
    fits = read is not None and all(part.within(text) for part, text in mine)
    return {part.name: part.bare(text) for part, text in mine} if fits else None


def opened(printed: Iterable[Note], result: Result, run: Run, order: Iterable[Line]) -> list[Note]:
    """Return a note for each terminal that is opened after a line: whoever printed the line starts its program."""
    labels = dict(zip((line.label for line in order), printed, strict=True))
    return [
        Note(cause.time_ns + 1, cause.lane, Start(main_lane(output.main), Rule.OPENED), cause.step)
        for terminal, output in zip(result.terminals, run.outputs, strict=True)
        if terminal.after and (cause := labels.get(terminal.after))
    ]


def find(notes: Sequence[Note], result: Result, run: Run) -> list[Note]:
    """Return the note of each printed line, in the order of the run.

    Raises `UnseenError` if a line has no note, or if there are more than `MOST` notes.
    """
    if len(notes) > MOST:
        much = f"more than {MOST} events were noted; make the program do less"
        raise UnseenError(f"{result.path}:1: too much happens in this run: {much}")
    printed, latest_ns = defaultdict[str, dict[int, Print]](dict), dict[int | None, int]()
    for place, note in enumerate(notes):
        if isinstance(note.record, Print):
            printed[main_of(note.lane)][place] = note.record
    found = []
    for output in run.outputs:
        for text, writer in output.lines:
            said = printed[main_lane(writer)]
            # Of several lanes that print the same text, it was one that has printed all that it noted before.
            nearest = {notes[place].lane: place for place in reversed(said)}
            in_turn = {place: said[place] for place in [*sorted(nearest.values()), *said]}
            if (known := which(in_turn, text, latest_ns.get(writer, 0))) is None:
                raise UnseenError(
                    f"{result.path}:1: it is unknown when `{text}` was printed, so there can be no timeline\n"
                    "Only Python's `print`, `sys.stdout` and `sys.stderr` are watched; use one of them"
                )
            latest_ns[writer] = said.pop(known).since_ns
            found.append(notes[known])
    return found


def which(printed: Mapping[int, Print], text: str, latest_ns: int) -> int | None:
    """Return the key in `printed` of the note of the line `text`, or None.

    `latest_ns` is when the process began to print the line before.
    """
    frames = text.removesuffix("...") if text.strip(" |") == "..." else None  # `  ...` is all frames of a traceback
    ways: tuple[Callable[[Print], bool], ...] = (
        lambda said: said.text == text,
        lambda said: bool(said.text) and text.endswith(said.text),  # behind what was in the buffer when it was forked
        lambda said: frames is not None and said.text.startswith(frames) and said.since_ns >= latest_ns,
    )
    return next((place for is_it in ways for place, said in printed.items() if is_it(said)), None)


def numbered(result: Result, order: Sequence[Line]) -> list[int]:
    """Return the place of each printed line in the result file, from 1.

    Copies of a line beyond those in the file get places after its last line.
    """
    places = {line: place for place, line in result.placed.items()}
    blocks = (block for region in result.regions for block in region.blocks)
    left = {block.line: [places[copy] for copy in block.copies] for block in blocks}
    more = count(len(places) + 1)
    return [left[line].pop(0) if left[line] else next(more) for line in order]
