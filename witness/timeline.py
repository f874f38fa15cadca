"""Draw the timeline of a run: a lane for each process, thread and task, what it did and what it waited for.

The drawing is an SVG that stands in a page and takes its colours and sizes from there (`docs/assets/site.css`): what is
horizontal is in percent, what is vertical in pixels, so that its text is as large on a phone as elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from html import escape
from itertools import pairwise

from witness.language import Line, Result
from witness.trace import SHORT, Event, Lane, Trace

PHONE = 320
"""How many pixels wide the drawing is on a phone; what is told apart there is told apart everywhere."""
LANE, BAR = 40, 16
"""Heights in pixels: of a lane with its name, and of the bar in it."""
_TICK = 44
_LABEL = 6.2  # the width of a letter
_TOGETHER = 4  # as many lines at the same time have one mark
_LABELLED = 0.05  # a wait of less than this part of the whole is not drawn longer for its label

_WAITS = {
    "join": "等 {} 结束（join）",
    "queue": "等放进去的都做完（join）",
    "condition": "等通知（condition）",
    "semaphore": "等名额（semaphore）",
    "map": "等任务都做完（map）",
    "next": "等下一个结果（next）",
    "waitpid": "等 {} 结束（waitpid）",
    "wait": "等 {} 结束（wait）",
    "run": "等命令结束（run）",
    "sleep": "睡眠（sleep）",
    "sleep(0)": "让别的任务先走（sleep(0)）",
    "start": "等它准备好（start）",
    "decref": "等管理器放手（decref）",
    "lock": "等锁（lock）",
    "barrier": "等大家到齐（barrier）",
    "event": "等通知（event）",
    "get": "等别人放进来的值（get）",
    "put": "等放进去（put）",
    "flush": "等放进去的都送走（flush）",
    "serve": "等别人来要（serve）",
    "shutdown": "等任务都做完（shutdown）",
    "terminate": "等工作进程都停下（terminate）",
    "exit": "等别的线程和进程结束（exit）",
    "recv": "等数据（recv）",
    "result": "等结果（result）",
    "resume": "让 {} 接着走（resume）",
    "yield": "停下，让别人走（yield）",
    "task": "等 {} 结束（await）",
    "future": "等结果（await）",
    "gather": "等任务都结束（gather）",
    "TaskGroup": "等任务都结束（TaskGroup）",
    "to_thread": "等线程做完（to_thread）",
}


def figure(trace: Trace, result: Result, name: str) -> str:
    """The timeline on a page; `name` is that of the example."""
    drawing = _Drawing(trace, result, name)
    # To move it sideways without a mouse.
    stop = f' tabindex="0" role="group" aria-label="{drawing.title()}"' if drawing.width > PHONE else ""
    return (
        f'<figure class="timeline" data-search-exclude><div{stop}>{drawing.svg()}</div>'
        f"<figcaption>{_LEGEND}</figcaption></figure>"
    )


def colours(result: Result, trace: Trace | None) -> dict[str, int]:
    """The number of the colour of each actor, as they appear in the result, then of other lanes; all else is 0."""
    found: dict[str, int] = {}
    lines = dict(enumerate(result.lines, 1))
    for line in lines.values():
        if line.actor and line.actor != "main":
            found.setdefault(line.actor, len(found) + 1)
    for lane in trace.lanes[1:] if trace else ():
        actors = {lines[event.place].actor for event in lane.events if event.kind == "line"} - {None}
        if len(actors) == 1:
            found.setdefault(lane.name, found.get(str(actors.pop()), 0))
        else:
            found.setdefault(lane.name, len(found) + 1)
    return found


@dataclass(frozen=True)
class _Point:
    """An event and where it stands."""

    lane: int
    event: Event
    x: float = 0.0


class _Drawing:
    def __init__(self, trace: Trace, result: Result, name: str) -> None:
        self.trace, self.last = _together(trace)
        self.name = name
        self.lines = dict(enumerate(result.lines, 1))
        self.numbers = [number for terminal in result.terminals for number, _ in enumerate(terminal.lines, 1)]
        self.result = result
        self.names = [lane.name.format_map(result.values) for lane in trace.lanes]
        self.colours = colours(result, trace)
        self.width = PHONE
        self.points = self.place()
        self.at = {id(point.event): point.x for point in self.points}

    # Where things stand

    def place(self) -> list[_Point]:
        """Where each event stands, in pixels on a phone.

        From left to right as time goes, and as far apart as the time between; but what is too close to be told apart is
        moved apart, at the cost of the rest.
        """
        events = self.order()
        for labels in (True, False):
            if self.spread(events, 0.0, labels)[-1].x <= 0.75 * PHONE:
                break
        least = self.spread(events, 0.0, labels)[-1].x
        self.width = max(PHONE, round(least * 1.05))
        low, high = 0.0, self.width / max(events[-1].event.time - events[0].event.time, 1e-9)
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self.spread(events, middle, labels)[-1].x <= self.width else (low, middle)
        return self.spread(events, low, labels)

    def order(self) -> list[_Point]:
        """The events in the order of time; at the same time, causes before effects and lines as they came."""
        points: dict[int, _Point] = {}
        keys: dict[int, tuple[float, int, int]] = {}
        before: dict[int, list[int]] = {}
        for lane, found in enumerate(self.trace.lanes):
            printed = 0
            for previous, event in pairwise([None, *found.events]):
                assert event
                printed = max(printed, event.place)
                points[id(event)] = _Point(lane, event)
                keys[id(event)] = event.time, printed, lane
                before[id(event)] = [id(previous)] if previous else []
        for _, cause, _, effect, _ in self.pairs():
            before[id(effect)].append(id(cause))
        sorter = TopologicalSorter(before)
        sorter.prepare()
        ready: list[tuple[tuple[float, int, int], int]] = []
        order = []
        while sorter.is_active():
            for event_id in sorter.get_ready():
                heappush(ready, (keys[event_id], event_id))
            _, first = heappop(ready)
            sorter.done(first)
            order.append(points[first])
        return order

    def spread(self, events: list[_Point], scale: float, labels: bool) -> list[_Point]:
        """The events with `scale` pixels a millisecond, or more where they would touch."""
        placed: list[_Point] = []
        last: dict[int, _Point] = {}
        time = x = 0.0
        for point in events:
            x += scale * (point.event.time - time)
            if point.lane in last:
                before = last[point.lane]
                x = max(x, before.x + self.room(before.event, point.event, labels))
            time = point.event.time
            last[point.lane] = placed_point = _Point(point.lane, point.event, x)
            placed.append(placed_point)
        return placed

    def room(self, before: Event, after: Event, labels: bool) -> float:
        """How many pixels two events of a lane must be apart."""
        marks = self.radius(before) + self.radius(after)
        if before.kind == "wait":
            labels = labels and after.time - before.time >= self.trace.end * _LABELLED
            return max(7.0, self.breadth(before) if labels else 0, marks)
        return max(3.0, marks + 1)

    def radius(self, event: Event) -> float:
        """Half the width of a mark."""
        return max(7.0, len(self.number(event)) * 3.2 + 3) if event.kind == "line" else 0.0

    def breadth(self, wait: Event) -> float:
        """How much room its label needs."""
        return len(self.label(wait)) * _LABEL + 8

    def number(self, event: Event) -> str:
        """The number that a mark shows."""
        first, last = (self.numbers[place - 1] for place in (event.place, self.last.get(event.place, event.place)))
        return f"{first}" if first == last else f"{first}–{last}"

    def percent(self, x: float) -> str:
        return f"{round(2 + 96 * x / self.width, 1):g}%"

    # What is drawn

    def svg(self) -> str:
        height = LANE * len(self.trace.lanes) + 18
        ids = self.name.replace("/", "-")
        wide = f' style="min-width:{self.width}px"' if self.width > PHONE else ""
        bars, marks = zip(*map(self.lane, range(len(self.trace.lanes))), strict=True)
        return (
            f'<svg role="img" aria-labelledby="{ids}-title {ids}-desc" height="{height}"{wide}>'
            f'<title id="{ids}-title">{self.title()}</title><desc id="{ids}-desc">{self.words()}</desc>'
            f"{''.join([*self.axis(height), *bars, *self.links(), *marks])}</svg>"
        )

    def title(self) -> str:
        return f"{self.result.terminals[0].program} 的时间线"

    def top(self, lane: int) -> int:
        return LANE * lane + LANE - BAR - 4

    def axis(self, height: int) -> Iterator[str]:
        for time, x in self.ticks():
            label = f"{time:g} ms"
            yield f'<g class="tick"><line x1="{self.percent(x)}" x2="{self.percent(x)}" y2="{height - 14}"/>'
            yield f'<text x="{self.percent(x)}" y="{height - 3}">{label}</text></g>'

    def ticks(self) -> list[tuple[float, float]]:
        """Round times and where they stand: evenly, and where time is drawn apart as many more as there is room for."""
        end = self.points[-1].event.time
        magnitude = math.floor(math.log10(max(end, 1e-3)))
        step = next(step for step in _rounds(magnitude - 1) if end / step <= 6)
        times = [0.0, *(step * multiple for multiple in range(1, 7))]
        times += [time for power in (magnitude, magnitude - 1, magnitude - 2, magnitude - 3) for time in _rounds(power)]
        ticks: list[tuple[float, float]] = []
        for time in times:
            x = self.when(time)
            if time <= end and x <= self.width - 8 and all(abs(x - other) >= _TICK for _, other in ticks):
                ticks.append((time, x))
        if len(ticks) == 1:  # all of it is drawn apart
            ticks += [(float(f"{p.event.time:.3g}"), p.x) for p in self.points if _TICK <= p.x <= self.width - 8][-1:]
        return sorted(ticks)

    def when(self, time: float) -> float:
        """Where a time stands."""
        for before, after in pairwise(self.points):
            if before.event.time == time:
                return before.x
            if before.event.time <= time < after.event.time:
                part = (time - before.event.time) / (after.event.time - before.event.time)
                return before.x + part * (after.x - before.x)
        return self.points[-1].x

    def links(self) -> Iterator[str]:
        """Thin lines from what lets go to what goes on."""
        for pair in self.pairs():
            yield self.link(*pair)

    def pairs(self) -> Iterator[tuple[int, Event, int, Event, str]]:
        """What lets go, what goes on, each behind the number of its lane, and the kind of it."""
        lanes = self.trace.lanes
        causes = {
            event.link: (index, event)
            for index, lane in enumerate(lanes)
            for event in lane.events
            if event.link and event.kind in ("put", "set")
        }
        for index, lane in enumerate(lanes):
            for event in lane.events:
                if event.kind == "start":
                    yield index, event, event.lane, lanes[event.lane].events[0], "start"
                elif event.kind == "cancel":
                    found = lanes[event.lane].events
                    onto = next((other for other in found if other.time > event.time), found[-1])
                    yield index, event, event.lane, onto, "cancel"
            for wait, on in pairwise(lane.events):
                if on.kind == "on" and on.link:
                    cause, event = causes[on.link]
                    if cause != index:
                        yield cause, event, index, on, event.kind
                elif (
                    on.kind == "on"
                    and wait.kind == "wait"
                    and wait.what in ("join", "waitpid", "wait", "task")
                    and wait.lane >= 0
                ):
                    end = lanes[wait.lane].events[-1]
                    if wait.time <= end.time <= on.time:
                        yield wait.lane, end, index, on, "join"

    def link(self, lane: int, event: Event, to: int, onto: Event, kind: str) -> str:
        down = to > lane
        y1 = self.top(lane) + (BAR if down else 0)
        y2 = self.top(to) + (0 if down else BAR)
        x1, x2 = self.percent(self.at[id(event)]), self.percent(self.at[id(onto)])
        head = f'<text x="{x2}" y="{y2 + (0 if down else 6)}">{"▾" if down else "▴"}</text>'
        return f'<g class="link {kind}"><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>{head}</g>'

    def lane(self, index: int) -> tuple[str, str]:
        """Its bars, and what arrows go behind: its name, its marks and what it waits for."""
        lane, top = self.trace.lanes[index], self.top(index)
        actors = {self.lines[event.place].actor for event in lane.events if event.kind == "line"}
        several = len(actors) > 1 and lane.name.startswith("{")
        pieces = []
        marks = [f'<text class="name" x="0" y="{top - 5}">{escape(self.names[index])}</text>']
        begun: set[str | None] = set()
        colour = ""
        for place, (event, after) in enumerate(pairwise(lane.events)):
            x, end = self.at[id(event)], self.at[id(after)]
            if several:
                colour = self.colour(self.actor(lane, place))
            if event.kind == "wait":
                label, fits = self.label(event), end - x >= self.breadth(event)
                pieces.append(self.wait(x, end, top, colour, "" if fits else f"<title>{escape(label)}</title>"))
                if fits:
                    marks.append(f'<text x="{self.percent((x + end) / 2)}" y="{top + 7}">{escape(label)}</text>')
            else:
                pieces.append(self.bar(x, end, top, colour))
        for event in lane.events:
            if event.kind == "line":
                line = self.lines[event.place]
                if several:
                    colour = self.colour(line.actor)
                marks.append(self.mark(event, line, top, colour))
                if several and line.actor not in begun:
                    begun.add(line.actor)
                    x = self.at[id(event)]
                    marks.append(f'<text class="name"{colour} x="{self.percent(x)}" y="{top - 5}">{line.actor}</text>')
        group = f"<g{self.colour(None if several else lane.name)}>"
        return f"{group}{''.join(pieces)}</g>", f"{group}{''.join(marks)}</g>"

    def colour(self, name: str | None) -> str:
        return f' data-lane="{self.colours.get(name or "", 0)}"'

    def actor(self, lane: Lane, place: int) -> str | None:
        """Who has the lane between an event and the next, where several have it one after the other."""
        before = [self.lines[event.place].actor for event in lane.events[: place + 1] if event.kind == "line"]
        after = [self.lines[event.place].actor for event in lane.events[place + 1 :] if event.kind == "line"]
        if before and after and before[-1] == after[0]:
            return after[0]
        event = lane.events[place]
        if event.kind == "line":
            return before[-1]
        return None if event.kind == "wait" or not after else after[0]

    def bar(self, x: float, end: float, top: int, colour: str) -> str:
        width = 96 * (end - x) / self.width
        return f'<rect{colour} x="{self.percent(x)}" y="{top}" width="{round(width, 1):g}%" height="{BAR}"/>'

    def wait(self, x: float, end: float, top: int, colour: str, title: str) -> str:
        y = top + BAR - 4
        line = f'<line x1="{self.percent(x)}" x2="{self.percent(end)}" y1="{y}" y2="{y}"/>'
        return f'<g class="wait"{colour}>{line}{title}</g>'

    def label(self, event: Event) -> str:
        """What a wait is for, as the program has it."""
        return event.what if event.lane < 0 else f"{event.what} {self.names[event.lane]}"

    def reason(self, event: Event) -> str:
        """What a wait is for, in words."""
        reason = _WAITS.get(event.what, f"等待（{event.what}）")
        return reason.format(self.names[event.lane]) if event.lane >= 0 else reason.replace(" {} ", "")

    def mark(self, event: Event, line: Line, top: int, colour: str) -> str:
        x, y, radius = self.percent(self.at[id(event)]), top + BAR // 2, self.radius(event)
        if event.place in self.last:
            title, place = "", f'x="{x}" y="{y - 7}" transform="translate(-{radius:g})"'
            shape = f'<rect {place} width="{2 * radius:g}" height="14" rx="7"/>'
        else:
            title = f"<title>{escape(self.result.text(line), quote=False)}</title>" if len(self.lines) <= 20 else ""
            shape = f'<circle cx="{x}" cy="{y}" r="{radius:g}"/>'
        return f'<g class="mark"{colour}>{title}{shape}<text x="{x}" y="{y + 3}">{self.number(event)}</text></g>'

    # In words

    def words(self) -> str:
        """What the drawing shows."""
        return escape("".join(map(self.sentence, range(len(self.trace.lanes)))), quote=False)

    def sentence(self, index: int) -> str:
        lane = self.trace.lanes[index]
        said: dict[str, None] = {}
        started = "、".join(self.names[event.lane] for event in lane.events if event.kind == "start")
        if started:
            said[f"启动 {started}"] = None
        for event in lane.events:
            if event.kind == "wait":
                said[self.reason(event)] = None
            elif event.kind == "cancel":
                said[f"取消 {self.names[event.lane]}"] = None
        printed = [self.number(event) for event in lane.events if event.kind == "line"]
        said["打印第 " + "、".join(printed) + " 行" if printed else "不打印"] = None
        return f"{self.names[index]} {'，'.join(said)}。"


def _together(trace: Trace) -> tuple[Trace, dict[int, int]]:
    """A trace in which one line stands for all that its lane prints at the same time, and the place of the last."""
    last: dict[int, int] = {}
    lanes = []
    for lane in trace.lanes:
        groups: list[list[Event]] = [[]]
        for event in lane.events:
            before = groups[-1][-1] if groups[-1] else event
            follows = before.kind == event.kind == "line" and event.place == before.place + 1
            if follows and event.time - before.time <= trace.end * SHORT:
                groups[-1].append(event)
            else:
                groups.append([event])
        events: list[Event] = []
        for group in groups:
            if len(group) >= _TOGETHER:
                last[group[0].place] = group[-1].place
                del group[1:]
            events += group
        lanes.append(replace(lane, events=tuple(events)))
    return replace(trace, lanes=tuple(lanes)), last


def _rounds(magnitude: int) -> list[float]:
    """Round numbers from 10**`magnitude` on."""
    return [factor * 10.0**power for power in (magnitude, magnitude + 1) for factor in (1, 2, 5)]


_LEGEND = (
    '<span class="run">运行或就绪</span><span class="wait">等待</span><span class="mark">打印第几行</span>'
    '<span class="link">启动、结束、传递、取消</span>刻度不等距'
    "<small>：横轴是时间，挤在一起的瞬间拉开来画。图与上面的输出是同一次运行。</small>"
)
