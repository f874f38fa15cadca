"""The text in a timeline, and the same in sentences for those who can't see the drawing."""

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from itertools import chain

from witness.language import Result
from witness.page.words import names, numbers
from witness.tracing.model import SHORT, Event, Kind, Trace, called
from witness.tracing.notes import LaneKind
from witness.tracing.waits import words

_TOGETHER = 4
"""From this number on, lines printed at the same time share one mark."""

LEGEND = (
    '<span class="run">运行或就绪</span><span class="wait">等待</span><span class="mark">打印第几行</span>'
    '<span class="link">启动、结束、传递、取消</span>刻度不等距'
    "<small>：横轴是时间，挤在一起的瞬间拉开来画。图画的是录制时的一次运行，经过与上面的输出相同。{}</small>"
)


@dataclass(frozen=True)
class Words:
    """The words for a `trace`. If a mark stands for several lines, `last` maps the place of the first to the last's."""

    trace: Trace
    last: dict[int, int]
    result: Result

    @cached_property
    def names(self) -> list[str]:
        return [called(lane.name, self.result.values) for lane in self.trace.lanes]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return numbers(self.result)

    def number(self, line: Event) -> str:
        """Return the number on a mark: that of the line in its terminal, or a range."""
        first, last = (self._numbers[place] for place in (line.place, self.last.get(line.place, line.place)))
        return f"{first}" if first == last else f"{first}–{last}"

    def legend(self) -> str:
        """Return what the marks mean, and the names of lanes of which only begin and end are known."""
        unseen = [name for name, lane in zip(self.names, self.trace.lanes, strict=True) if lane.kind is LaneKind.OTHER]
        said = f"{'、'.join(unseen)} 何时等待没有记录，只画了起止。" if unseen else ""
        return LEGEND.format(escape(said, quote=False))

    def time(self, milliseconds: float) -> str:
        """Return a time on the axis, in seconds if the run is long."""
        return f"{milliseconds / 1000:g} s" if self.trace.end >= 10_000 else f"{milliseconds:g} ms"

    def label(self, wait: Event) -> str:
        """Return what a wait is for, in the words of the program."""
        return wait.what if wait.lane < 0 else f"{wait.what} {self.names[wait.lane]}"

    @cached_property
    def actors(self) -> dict[int, str]:
        """The name before each line, by the line's place."""
        return names(self.result)

    @cached_property
    def strands(self) -> list[dict[str, int]]:
        """For each lane that several actors share, the place of each actor's first line; {} for other lanes."""
        found = []
        for lane in self.trace.lanes:
            first = {self.actors[place]: place for place in reversed(lane.places)}
            named = lane.jobs or lane.name.startswith("{") or any("/" in actor for actor in first)
            found.append(first if len(first) > 1 and named else {})
        return found

    def title(self) -> str:
        return f"{self.result.terminals[0].program} 的时间线"

    def all(self) -> str:
        """Return all that the drawing shows, a sentence for each lane."""
        return "".join(map(self.sentence, range(len(self.names))))

    def sentence(self, index: int) -> str:
        events = self.trace.lanes[index].events
        started = "、".join(self.names[event.lane] for event in events if event.kind is Kind.START)
        said = [f"启动 {started}"] if started else []
        for event in events:
            if event.kind is Kind.WAIT:
                said.append(words(event.what, self.names[event.lane] if event.lane >= 0 else ""))
            elif event.kind is Kind.CANCEL:
                said.append(f"取消 {self.names[event.lane]}")
        printed = [self.number(event) for event in events if event.kind is Kind.LINE]
        said.append("打印第 " + "、".join(printed) + " 行" if printed else "不打印")
        return f"{self.names[index]} {'，'.join(dict.fromkeys(said))}。"


def together(trace: Trace, result: Result) -> tuple[Trace, dict[int, int]]:
    """Return the trace with one line for all that one actor prints at the same time; and by its place, the last's."""
    actors = dict(enumerate((line.actor for line in result.lines), 1))
    last: dict[int, int] = {}
    lanes = []
    for lane in trace.lanes:
        groups: list[list[Event]] = []
        for event in lane.events:
            before = groups[-1][-1] if groups else event
            if (
                before.kind is event.kind is Kind.LINE
                and event.place == before.place + 1
                and actors[before.place] == actors[event.place]
                and event.milliseconds - before.milliseconds <= trace.end * SHORT
            ):
                groups[-1].append(event)
            else:
                groups.append([event])
        for group in groups:
            if len(group) >= _TOGETHER:
                last[group[0].place] = group[-1].place
                del group[1:]
        lanes.append(replace(lane, events=tuple(chain(*groups))))
    return replace(trace, lanes=tuple(lanes)), last
