"""The steps from the lanes as the notes have them to the lanes that a reader sees; each step changes the `Reading`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from witness.tracing.drafts import Draft, Lanes, Moment
from witness.tracing.model import SHORT, Kind
from witness.tracing.notes import LaneKind
from witness.tracing.waits import Wait


@dataclass
class Reading:
    """The lanes of a run between two steps.

    `mains` are the keys of the programs' main threads. A reader sees the lanes `shown`, in this order, from `zero_ns`,
    when something first happens in them, to `last_ns`.
    """

    lanes: Lanes
    mains: tuple[str, ...]
    shown: tuple[str, ...] = ()
    zero_ns: int = 0
    last_ns: int = 0

    def each(self) -> Iterator[Draft]:
        """Return the lanes that are shown, in their order."""
        return (self.lanes[key] for key in self.shown)

    def short(self, time_ns: int) -> bool:
        """Return whether so many nanoseconds count as no time in this run."""
        return time_ns <= (self.last_ns - self.zero_ns) * SHORT


def imagine(reading: Reading) -> None:
    """Give a begin and an end to each process that noted nothing, since it runs no Python or ended too early.

    It begins where it was started, and ends where the lane that started it next goes on after a wait.
    """
    for lane in reading.lanes.values():
        if lane.parent and not (lane.begin_ns or lane.moments):
            parent = reading.lanes[lane.parent].moments
            start_ns = next(moment.time_ns for moment in parent if moment.about == lane.key)
            after = (m.time_ns for m in parent if m.kind is Kind.ON and not m.yields and m.time_ns > start_ns)
            lane.kind, lane.begin_ns, lane.end_ns = LaneKind.OTHER, start_ns, next(after, start_ns)


def finish(reading: Reading) -> None:
    """End each lane where it noted so, where it stopped for the last time, or where another joined or cancelled it.

    Without any of these it ends with its last moment; but a thread gets no end yet, since it stopped with its process.
    """
    lanes = reading.lanes.values()
    ended = [(wait.about, on.time_ns) for lane in lanes for wait, on in lane.ended()]
    # A process that nobody waits for may have been terminated.
    cancelled = [(one.about, one.time_ns) for lane in lanes for one in lane.moments if one.kind is Kind.CANCEL]
    ends = dict(reversed([*ended, *cancelled]))
    for lane in lanes:
        times = [moment.time_ns for moment in lane.moments]
        lane.begin_ns = lane.begin_ns or min(times, default=0)
        if lane.moments and lane.moments[-1].kind is Kind.WAIT and lane.moments[-1].yields and not lane.end_ns:
            lane.end_ns = lane.moments.pop().time_ns
        elif (known := lane.end_ns or ends.get(lane.key, 0)) or lane.kind is not LaneKind.THREAD:
            lane.end_ns = max([known, lane.begin_ns, *times])  # a line from the buffer may come after the noted end


def choose(reading: Reading) -> None:
    """Choose the lanes to show: those of the example, those that print, the programs, and the processes they start.

    Programs come first, then each process in the order in which it began, and after it its threads and tasks.
    """

    def wanted(lane: Draft) -> bool:
        started = lane.parent in reading.lanes and wanted(reading.lanes[lane.parent])
        return bool(lane.own or lane.actors or lane.key in reading.mains or started)

    def rank(lane: Draft) -> tuple[int, int, int]:
        if lane.key in reading.mains:
            return reading.mains.index(lane.key), 0, 0
        process = lane if lane.process in reading.mains else reading.lanes[lane.process]
        return len(reading.mains), process.begin_ns, lane.begin_ns

    reading.shown = tuple(lane.key for lane in sorted(filter(wanted, reading.lanes.values()), key=rank))


def adopt(reading: Reading) -> None:
    """Let what is started by a lane that is not shown be started by the lane that started that one."""
    for lane in reading.lanes.values():
        for start in [moment for moment in lane.moments if moment.kind is Kind.START]:
            if start.about in reading.lanes and start.about not in reading.shown:
                lane.add(*(one for one in reading.lanes[start.about].moments if one.kind is Kind.START))


def measure(reading: Reading) -> None:
    """Find when something first and last happens; the start and the end of a program's interpreter don't count."""
    times, last = set[int](), set[int]()
    for lane in reading.each():
        is_main = lane.key in reading.mains
        ends = {lane.end_ns or lane.begin_ns}
        times |= {moment.time_ns for moment in lane.moments} | ends
        last |= {m.time_ns for m in lane.moments if not (is_main and m.kind is Kind.WAIT and m.yields)}
        last |= set() if is_main else ends
    reading.zero_ns, reading.last_ns = min(times), max(last, default=max(times))


def outlive(reading: Reading) -> None:
    """Let each process live until the lane that waited for its end went on: it notes its end before it is gone."""
    for lane in reading.each():
        for wait, on in lane.ended():
            ended = reading.lanes.get(wait.about)
            if ended and ended.is_process and on.stopped and not reading.short(on.time_ns - wait.time_ns):
                ended.end_ns = max(ended.end_ns, on.time_ns)


def stop(reading: Reading) -> None:
    """End each thread that has no end yet together with its process."""
    for lane in reading.each():
        lane.end_ns = lane.end_ns or min(reading.last_ns, reading.lanes[lane.process].end_ns)


def trim(reading: Reading) -> None:
    """Cut off the start and the end of each program's interpreter, but show that it waits for threads at the end."""
    for lane in reading.each():
        if lane.key in reading.mains:
            first_ns = lane.moments[0].time_ns if lane.moments else lane.end_ns
            lane.begin_ns = max(reading.zero_ns, min(first_ns, reading.last_ns))
            lane.end_ns = min(lane.end_ns, reading.last_ns)
            if lane.exit_ns and lane.end_ns == reading.last_ns and not reading.short(lane.end_ns - lane.exit_ns):
                lane.add(Moment(lane.exit_ns, Kind.WAIT, Wait.EXIT))


def tidy(reading: Reading) -> None:
    """Leave out moments about lanes that are not shown, and waits in which the lane does something."""
    ends_ns = {lane.key: lane.end_ns for lane in reading.each()}
    for lane in reading.each():
        lane.moments = _tidied(_unbroken(lane.moments), ends_ns)


def _unbroken(moments: Iterable[Moment]) -> list[Moment]:
    """Return the moments without each wait that never stopped its lane and stands within another wait."""
    kept: list[Moment] = []
    for moment in moments:
        kept.append(moment)
        if not moment.stopped and [before.kind for before in kept[-3:-1]] == [Kind.WAIT, Kind.WAIT]:
            del kept[-2:]
    return kept


def _tidied(moments: Iterable[Moment], ends_ns: dict[str, int]) -> list[Moment]:
    """Return the moments tidied; `ends_ns` has the ends of the lanes that are shown."""
    kept: list[Moment] = []
    for moment in moments:
        waits = kept[-1] if kept and kept[-1].kind is Kind.WAIT else None
        tells = moment.kind in (Kind.START, Kind.CANCEL)
        ended = moment.time_ns > ends_ns.get(moment.about, 0)  # or is not shown
        if (tells and ended) or (moment.kind is Kind.ON and not waits):
            continue
        if waits and (tells or (waits.what == Wait.SERVE and moment.kind is Kind.LINE)):
            # The wait is one call that does this in between: `subprocess.run` starts a process, a server prints.
            kept += [Moment(moment.time_ns, Kind.ON), moment, replace(waits, time_ns=moment.time_ns)]
            continue
        if waits and moment.kind is not Kind.ON:
            kept.pop()
        kept.append(moment)
    return kept[:-1] if kept and kept[-1].kind is Kind.WAIT and kept[-1].yields else kept


def shorten(reading: Reading) -> None:
    """Leave out each wait that never stopped its lane or took no time.

    If an arrow leads to its end, it stays; if it never stopped its lane, it is then only the moment of its end.
    """
    for lane in reading.each():
        kept: list[Moment] = []
        for moment in lane.moments:
            if moment.kind is Kind.ON and not moment.yields:
                wait = max(place for place, before in enumerate(kept) if before.kind is Kind.WAIT)
                quick = not moment.stopped or reading.short(moment.time_ns - kept[wait].time_ns)
                if quick and not moment.link:
                    del kept[wait]
                    continue
                if not moment.stopped:
                    kept.append(replace(kept.pop(wait), time_ns=moment.time_ns))
            kept.append(moment)
        lane.moments = kept


Step = Callable[[Reading], None]
STEPS: list[Step] = [imagine, finish, choose, adopt, measure, outlive, stop, trim, tidy]
