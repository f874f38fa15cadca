"""Find in the notes of a run when each printed line was printed, and by which lane."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, count, pairwise

from witness.language import Line, Output, Result, Run, Verdict
from witness.language.promises import Promises
from witness.tracing.drafts import Draft, Lanes, Moment, main_lane, main_of
from witness.tracing.model import Kind, UnseenError
from witness.tracing.notes import Begin, LaneKind, Note, Print, Start
from witness.tracing.waits import Wait


def foreign(notes: Iterable[Note], run: Run) -> list[Note]:
    """Notes of what was printed by processes that noted nothing, as no Python runs in them: once they were started."""
    notes = list(notes)
    noted = {main_of(note.lane) for note in notes}
    started = {note.record.lane: note.time_ns for note in notes if isinstance(note.record, Start)}
    names = {note.record.lane: note.record.name for note in notes if isinstance(note.record, Start)}
    found = []
    for output in run.outputs:
        for text, writer in output.lines:
            lane = main_lane(writer)
            if lane in started and lane not in noted:
                if lane in names:
                    found.append(Note(started[lane], lane, Begin(LaneKind.OTHER, names.pop(lane))))
                started[lane] += 1
                found.append(Note(started[lane], lane, Print(started[lane], text, started[lane])))
    return found


def cut_short(notes: Sequence[Note], run: Run) -> list[Note]:
    """Notes of the last lines of processes that were ended between printing a line and noting that."""
    found = []
    for output in run.outputs:
        for writer in {writer for _, writer in output.lines}:
            lines = [text for text, by in output.lines if by == writer]
            own = [note for note in notes if main_of(note.lane) == main_lane(writer)]
            printed = [note.record.text for note in own if isinstance(note.record, Print)]
            if printed == lines[:-1] and len({note.lane for note in own}) == 1:
                last = own[-1]._replace(time_ns=own[-1].time_ns + 1)
                found.append(last._replace(record=Print(last.time_ns, lines[-1], last.time_ns)))
    return found


def spoken(run: Run, verdict: Verdict) -> tuple[Run, Verdict]:
    """What the programs themselves printed of a legal run: without what was typed and pressed."""
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


def by_lane(result: Result, order: Sequence[Line], lanes: Sequence[str]) -> tuple[Line, ...]:
    """Which lines these lanes printed, one after the other; of those that are alike, each that of its lane.

    The `order` has them as they may have come by their texts, which do not tell the threads of a process apart.
    """
    text = {line: result.text(line) if not line.varying else f"{line.number}" for line in order}
    alike = Counter(text[line] for line in order)
    if not order or max(alike.values()) == 1:
        return tuple(order)
    own: dict[str | None, set[str]] = defaultdict(set)
    for line, lane in zip(order, lanes, strict=True):
        if alike[text[line]] == 1:
            own[line.actor].add(lane)
    left: dict[str, list[Line]] = defaultdict(list)
    for line in order:
        left[text[line]].append(line)
    found = []
    for line, lane in zip(order, lanes, strict=True):
        rest = left[text[line]]
        known = next((other for other in rest if own[other.actor] == {lane}), None)
        unknown = next((other for other in rest if not own[other.actor]), rest[0])
        rest.remove(one := known or unknown)
        found.append(one)
    promises = Promises(result)
    return tuple(order) if any(promises.before(two, one) for one, two in combinations(found, 2)) else tuple(found)


def find(notes: Iterable[Note], result: Result, run: Run) -> list[int]:
    """Which note is that of each printed line, in the order of the run."""
    printed, latest_ns = defaultdict[str, dict[int, Print]](dict), dict[int | None, int]()
    for place, note in enumerate(notes):
        if isinstance(note.record, Print):
            printed[main_of(note.lane)][place] = note.record
    found = []
    for output in run.outputs:
        for text, writer in output.lines:
            said = printed[main_lane(writer)]
            if (known := which(said, text, latest_ns.get(writer, 0))) is None:
                raise UnseenError(
                    f"{result.path}:1: nothing is known of when `{text}` was printed, so there can be no timeline\n"
                    "Only Python's `print`, `sys.stdout` and `sys.stderr` are watched; print it with one of them"
                )
            latest_ns[writer] = said.pop(known).since_ns
            found.append(known)
    return found


def which(printed: Mapping[int, Print], text: str, latest_ns: int) -> int | None:
    """Which of these a printed line is, if any; `latest_ns` is when its process printed the line before."""
    same: Callable[[str, str], bool]
    for same in (str.__eq__, _ends, _folded):
        for place, said in printed.items():
            if same(text, said.text) and (same is not _folded or said.since_ns >= latest_ns):
                return place
    return None


def _ends(text: str, said: str) -> bool:
    """Whether `said` was printed behind what another process had left in the buffer."""
    return bool(said) and text.endswith(said)


def _folded(text: str, said: str) -> bool:
    """Whether `text` stands for the frames of a traceback, of which `said` may be the first."""
    return text.strip(" |") == "..." and said.startswith(text.removesuffix("..."))


def awake(lane: Draft, time_ns: int) -> int:
    """`time_ns`, or if the lane waits then, when it goes on.

    No one writes while it waits: what was left in the buffer until then was written afterwards.
    """
    turns = sorted((m.time_ns, m.kind) for m in lane.moments if m.kind in (Kind.WAIT, Kind.ON) and not m.yields)
    for (since_ns, kind), (until_ns, _) in pairwise(turns):
        if kind is Kind.WAIT and since_ns <= time_ns < until_ns:
            return until_ns
    return time_ns


def serves(lane: Draft, time_ns: int) -> bool:
    """Whether the lane is a server, which waits while its threads, which are not shown, do what it is asked."""
    return any(moment.what == Wait.SERVE and moment.time_ns <= time_ns for moment in lane.moments)


def numbered(result: Result, order: Sequence[Line]) -> list[int]:
    """The places of printed lines in the result file, from 1; of copies beyond those that it has, behind its last."""
    places = {line: place for place, line in enumerate(result.lines, 1)}
    lanes = (lane for terminal in result.terminals for region in terminal.regions for lane in region.lanes)
    left = {block.line: [places[copy] for copy in block.copies] for lane in lanes for block in lane.blocks}
    more = count(len(places) + 1)
    return [left[line].pop(0) if left[line] else next(more) for line in order]


def add_lines(lanes: Lanes, found: Iterable[Note], result: Result, run: Run, verdict: Verdict) -> None:
    """Add to the lanes the lines that they printed, of each of which `found` is the note."""
    mains = {main_lane(output.main) for output in run.outputs}
    printed = iter(zip(found, verdict.order, numbered(result, verdict.order), strict=True))
    for output in run.outputs:
        now_ns = 0
        for (_, writer), (note, line, place) in zip(output.lines, printed, strict=False):
            assert isinstance(note.record, Print)
            lane = lanes[note.lane]
            if not lane.own and main_lane(writer) not in mains:
                lane = lanes[main_lane(writer)]  # a thread of the library speaks for its process
            # What was shown later was written later, be it only since its `print` began.
            now_ns = max(now_ns, note.record.since_ns)
            serving = serves(lane, now_ns)
            now_ns = now_ns if serving else awake(lane, now_ns)
            moments = [Moment(now_ns, Kind.LINE, place=place)]
            if serving:
                moments = [Moment(now_ns, Kind.ON), *moments, Moment(now_ns, Kind.WAIT, Wait.SERVE)]
            lane.moments += moments
            lane.actors.append(line.actor)
