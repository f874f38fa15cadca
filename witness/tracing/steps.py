"""From what the processes of a run noted to what a reader sees, in steps, each of which changes the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from witness.tracing.drafts import Draft, Lanes, Moment
from witness.tracing.model import SHORT, Kind
from witness.tracing.notes import LaneKind
from witness.tracing.waits import Wait


@dataclass
class Reading:
    """What is known of a run between two steps.

    `mains` are the main threads of the programs. A reader sees the lanes `shown`, in this order, from `zero_ns`, when
    something first happens in them, to `last_ns`.
    """

    lanes: Lanes
    mains: tuple[str, ...]
    shown: tuple[str, ...] = ()
    zero_ns: int = 0
    last_ns: int = 0

    def each(self) -> Iterator[Draft]:
        return (self.lanes[key] for key in self.shown)

    def short(self, time_ns: int) -> bool:
        return time_ns <= (self.last_ns - self.zero_ns) * SHORT


def sort(reading: Reading) -> None:
    """Put the moments in order."""
    for lane in reading.lanes.values():
        lane.sort()


def imagine(reading: Reading) -> None:
    """Give a beginning and an end to processes that noted nothing: no Python, or ended before they were one."""
    for lane in reading.lanes.values():
        if lane.parent and not lane.moments:
            parent = reading.lanes[lane.parent].moments
            start_ns = next(moment.time_ns for moment in parent if moment.about == lane.key)
            after = (m.time_ns for m in parent if m.kind is Kind.ON and not m.yields and m.time_ns > start_ns)
            lane.kind, lane.moments = LaneKind.OTHER, [Moment(start_ns, Kind.BEGIN)]
            lane.end_ns = next(after, start_ns)


def finish(reading: Reading) -> None:
    """End each lane when it noted so, or stopped for the last time, or when others knew that it had or cancelled it."""
    ends: dict[str, int] = {}
    for lane in reading.lanes.values():
        for wait, on in lane.ended():
            ends.setdefault(wait.about, on.time_ns)
    for lane in reading.lanes.values():
        for moment in lane.moments:
            if moment.kind is Kind.CANCEL:  # of a process that no one waits for
                ends.setdefault(moment.about, moment.time_ns)
    for lane in filter(lambda lane: lane.moments, reading.lanes.values()):
        last = lane.moments[-1]
        if last.kind is Kind.WAIT and last.yields and not lane.end_ns:
            lane.moments[-1] = Moment(last.time_ns, Kind.END)
        else:  # what was in the buffer is written last
            lane.moments.append(Moment(max(lane.end_ns or ends.get(lane.key, 0), last.time_ns), Kind.END))


def choose(reading: Reading) -> None:
    """Show what a reader wants to see, and not only whoever looks after the library.

    Programs come first, then each process as it began, and in it its threads and tasks.
    """

    def wanted(lane: Draft) -> bool:
        if lane.is_helper or not lane.moments:
            return False
        started = lane.is_process and lane.parent in reading.lanes and wanted(reading.lanes[lane.parent])
        return bool(lane.own or lane.actors or lane.key in reading.mains or started)

    def rank(lane: Draft) -> tuple[int, int, int]:
        if lane.key in reading.mains:
            return reading.mains.index(lane.key), 0, 0
        process = lane if lane.process in reading.mains else reading.lanes[lane.process]
        return len(reading.mains), process.begin_ns, lane.begin_ns

    reading.shown = tuple(lane.key for lane in sorted(filter(wanted, reading.lanes.values()), key=rank))


def adopt(reading: Reading) -> None:
    """Let what a lane that is not shown starts be started by the one that started it."""
    for lane in reading.lanes.values():
        for start in [moment for moment in lane.moments if moment.kind is Kind.START]:
            if start.about in reading.lanes and start.about not in reading.shown:
                lane.moments += [one for one in reading.lanes[start.about].moments if one.kind is Kind.START]
        lane.sort()


def measure(reading: Reading) -> None:
    """Find when something first and last happens; the interpreter's own start and end are nothing."""
    reading.zero_ns = min(
        moment.time_ns for lane in reading.each() for moment in lane.moments if moment.kind is not Kind.BEGIN
    )
    reading.last_ns = max(
        moment.time_ns
        for lane in reading.each()
        for moment in lane.moments
        if lane.key not in reading.mains
        or not (moment.kind is Kind.END or (moment.kind is Kind.WAIT and moment.yields))
    )


def outlive(reading: Reading) -> None:
    """A process notes its end before it is gone: let it live until who waited for it knew."""
    until = {lane.key: lane.last_ns for lane in reading.each() if lane.is_process}
    for lane in reading.each():
        for wait, on in lane.ended():
            if wait.about in until and on.stopped and not reading.short(on.time_ns - wait.time_ns):
                until[wait.about] = max(until[wait.about], on.time_ns)
    for key, end_ns in until.items():
        _end(reading.lanes[key], end_ns)


def stop(reading: Reading) -> None:
    """A thread that noted no end was stopped with its process."""
    for lane in reading.each():
        if lane.kind is LaneKind.THREAD and not lane.end_ns:
            _end(lane, min(reading.last_ns, reading.lanes[lane.process].last_ns))


def _end(lane: Draft, time_ns: int) -> None:
    lane.moments[-1] = replace(lane.moments[-1], time_ns=time_ns)


def trim(reading: Reading) -> None:
    """Show a program without the start and the end of its interpreter, but for what it waits for there."""
    for lane in reading.each():
        if lane.key in reading.mains:
            begin, *moments, end = lane.moments
            begin_ns = max(reading.zero_ns, min((moments or [end])[0].time_ns, reading.last_ns))
            end_ns = min(end.time_ns, reading.last_ns)
            lane.moments = [replace(begin, time_ns=begin_ns), *moments]
            if lane.exit_ns and end_ns == reading.last_ns and not reading.short(end_ns - lane.exit_ns):
                lane.moments.append(Moment(lane.exit_ns, Kind.WAIT, Wait.EXIT))
                lane.sort()
            lane.moments.append(replace(end, time_ns=end_ns))


def tidy(reading: Reading) -> None:
    """Leave out what is about lanes that are not shown, and a wait in which something is done."""
    ends_ns = {lane.key: lane.last_ns for lane in reading.each()}
    for lane in reading.each():
        lane.moments = _tidied(_unbroken(lane.moments), ends_ns)


def _unbroken(moments: Iterable[Moment]) -> list[Moment]:
    """The moments without the calls that never stopped while another wait goes on, as of a task."""
    kept: list[Moment] = []
    for moment in moments:
        kept.append(moment)
        if not moment.stopped and [before.kind for before in kept[-3:-1]] == [Kind.WAIT, Kind.WAIT]:
            del kept[-2:]
    return kept


def _tidied(moments: Iterable[Moment], ends_ns: dict[str, int]) -> list[Moment]:
    kept: list[Moment] = []
    for moment in moments:
        waits = kept[-1] if kept and kept[-1].kind is Kind.WAIT else None
        if moment.kind in (Kind.START, Kind.CANCEL):
            if moment.about not in ends_ns or (moment.kind is Kind.CANCEL and moment.time_ns > ends_ns[moment.about]):
                continue  # not shown, or had ended
            if waits:  # such as `subprocess.run`, which starts and waits
                kept += [Moment(moment.time_ns, Kind.ON), moment, replace(waits, time_ns=moment.time_ns)]
                continue
        if moment.kind is Kind.ON and not waits:
            continue
        if waits and (moment.kind not in (Kind.ON, Kind.END) or (moment.kind is Kind.END and waits.yields)):
            kept.pop()
        kept.append(moment)
    return kept


Step = Callable[[Reading], None]
STEPS: list[Step] = [sort, imagine, finish, choose, adopt, measure, outlive, stop, trim, tidy]
