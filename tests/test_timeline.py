"""The timelines: each shows the run that its result file prints, says the same in words, and is small."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from helpers import EXAMPLES, copied

from witness.examples import Example
from witness.language import decide, parse, read, recorded
from witness.page.html import render
from witness.page.timeline.svg import figure
from witness.page.why import Reason, reasons
from witness.recording import evidence, timelines
from witness.running.interpreters import own
from witness.tracing.model import Cause, Event, Kind, Lane, Link, Trace
from witness.tracing.notes import LaneKind
from witness.tracing.waits import Rule

ROOT = Path("examples")
DRAWN = [example for example in EXAMPLES if (found := evidence.stored(example).trace) and found.is_drawn]
SMALL, MANY, LANES = 7500, 12, 6
"""How many bytes a drawing may have, and with more than how many lines or lanes it may have half as many again."""

each = pytest.mark.parametrize("example", DRAWN, ids=[example.name for example in DRAWN])


@cache
def trace(example: Example) -> Trace:
    found = evidence.stored(example).trace
    assert found
    return found


@cache
def drawing(example: Example) -> tuple[str, list[Reason], ET.Element]:
    """Return the figure of an example's timeline, the reasons that light up in it, and its SVG."""
    result = read(example.out)
    found = reasons(result, trace(example))
    html = figure(trace(example), result, example.name, found)
    return html, found, ET.fromstring(re.findall("<svg.*</svg>", html)[0])


def marks(svg: ET.Element) -> list[tuple[float, int, str | None]]:
    """Return for each printed line the x of its mark, which it may share with others, its number, and its colour."""
    found = []
    for lane in svg.findall("g[@data-lane]"):
        for mark in lane.findall("g[@class='mark']"):
            number = mark.find("text")
            assert number is not None
            first, _, last = (number.text or "").partition("–")
            colour = mark.get("data-lane", lane.get("data-lane"))
            x = float(number.attrib["x"].rstrip("%"))
            found += [(x, line, colour) for line in range(int(first), int(last or first) + 1)]
    return found


@each
def test_every_printed_line_is_marked_once_in_the_order_printed_and_in_its_colour(example: Example) -> None:
    result = read(example.out)
    *_, svg = drawing(example)
    printed = [number for one in result.terminals for number, line in enumerate(one.lines, 1) if not line.key]
    assert sorted(number for _, number, _ in marks(svg)) == sorted(printed)
    if len(result.terminals) == 1:
        by_line = sorted(marks(svg), key=lambda mark: mark[1])
        spots = [x for x, _, _ in by_line]
        assert spots == sorted(spots)
        html = BeautifulSoup(render(result, example.name, trace=trace(example)), "html.parser")
        rows = zip(html.select(".line"), result.lines, strict=True)
        lanes = [row.get("data-lane") for row, line in rows if not line.key and line.parts != (line.typed,)]
        if any(lanes):  # a line without a name is grey
            assert [colour for _, _, colour in by_line] == [lane or "0" for lane in lanes]


@each
def test_a_timeline_is_small_and_says_what_it_shows(example: Example) -> None:
    html, _, svg = drawing(example)
    large = len(list(read(example.out).lines)) > MANY or len(trace(example).lanes) > LANES
    plain = re.sub(r'<g class="why".*?</g>| data-why="[^"]*"|^.*(?=<svg)|(?<=</svg>).*$', "", html)
    assert len(plain.encode()) <= SMALL * (1.5 if large else 1)
    assert svg.get("role") == "img"
    title, words = (svg.findtext(f"*[@id='{id}']") for id in svg.attrib["aria-labelledby"].split())
    assert title
    for name in [lane.text for lane in svg.findall("g/text[@class='name']") if not lane.get("data-lane")]:
        assert f"{name} " in f"{words} "
    assert "{" not in re.sub(r"<title>.*?</title>", "", html)
    assert len(svg.findall("g[@class='tick']")) > 1
    # A drawing that is wider than a phone can be scrolled with the keyboard.
    assert ("min-width" in html) == ('tabindex="0" role="group" aria-label' in html)


@each
def test_nothing_lets_go_what_went_on_before(example: Example) -> None:
    """No arrow points back in time, and none is drawn below a bar, as if it began there."""
    *_, svg = drawing(example)
    arrows = [group for group in svg.findall("g") if group.get("class", "").startswith("link")]
    for arrow in arrows:
        line = arrow.find("line")
        assert line is not None
        assert float(line.attrib["x1"].rstrip("%")) <= float(line.attrib["x2"].rstrip("%")), arrow.get("class")
    order = ["arrow" if group in arrows else "bars" if group.find("rect") is not None else "" for group in svg]
    assert not arrows or "bars" not in order[order.index("arrow") :]


SQUARE = Example(ROOT, "distributed/square")


def test_a_long_run_is_wider_than_a_phone() -> None:
    assert "min-width" in drawing(SQUARE)[0]


def test_each_terminal_counts_its_lines_from_1() -> None:
    words = drawing(SQUARE)[2].findtext("desc") or ""
    assert re.search(r"task_master\.py [^。]*打印第 1、2–11、", words)
    assert re.search(r"task_worker\.py [^。]*打印第 1、2、3、", words)


def drawn(*lanes: str) -> ET.Element:
    """Return the drawing of lanes, whose events are `TIME KIND` and maybe the number of a line or of the other lane."""
    made = []
    for name, lane in zip("abc", lanes, strict=False):
        events = []
        for event in lane.split(", "):
            time, kind, *other = event.split()
            number = int(other[0]) if other else -1
            place, to = (number, -1) if kind == "line" else (0, number)
            events.append(Event(float(time), Kind(kind), place, "join" * (kind == "wait"), to))
        made.append(Lane(name, LaneKind.THREAD, tuple(events)))
    html = figure(Trace("", "3.11", tuple(made)), parse("$ python a.py\n" + "a\n" * 9, Path("a.out")), "c/a")
    return ET.fromstring(re.findall("<svg.*</svg>", html)[0])


def test_lines_of_one_moment_have_one_mark() -> None:
    svg = drawn(
        "0 begin, 1 line 1, 1 line 2, 1 line 4, 1 line 5, 2 line 6, 2 line 7, 2 line 8, 2 line 9, 9 end",
        "0 begin, 1 line 3, 9 end",
    )
    assert [mark.text for mark in svg.findall("g/g[@class='mark']/text")] == ["1", "2", "4", "5", "6–9", "3"]


def test_a_long_run_is_told_in_seconds() -> None:
    for end, unit in {"8": "ms", "9000": "ms", "10000": "s", "3600000": "s"}.items():
        said = [tick.text or "" for tick in drawn(f"0 begin, {end} end", f"0 begin, {end} end").findall("g/text")]
        times = [text for text in said if text.endswith(f" {unit}")]
        assert len(times) > 3
        assert float(times[-1].split()[0]) * (1000 if unit == "s" else 1) <= float(end)
        assert not any("e" in text for text in times)


def test_a_join_that_need_not_wait_is_short_and_has_no_arrow() -> None:
    waits = drawn("0 begin, 1 start 1, 3 wait 1, 9 on, 10 end", "2 begin, 8 end")
    at_once = drawn("0 begin, 1 start 1, 8.5 wait 1, 8.6 on, 10 end", "2 begin, 8 end")
    assert [len(svg.findall("g[@class='link join']")) for svg in (waits, at_once)] == [1, 0]
    line = at_once.find("g/g[@class='wait']/line")
    assert line is not None
    assert float(line.attrib["x2"].rstrip("%")) - float(line.attrib["x1"].rstrip("%")) < 5


def test_of_whom_nothing_was_noted_the_legend_says_so() -> None:
    events = Event(0.0, Kind.BEGIN), Event(9.0, Kind.END)
    lanes = [Lane("main", LaneKind.PROGRAM, events), Lane("<sort>", LaneKind.OTHER, events)]
    result = parse("$ python a.py\n", Path("a.out"))
    unseen = "&lt;sort&gt; 何时等待没有记录，只画了起止。</small>"
    assert unseen in figure(Trace("", "3.14.0", tuple(lanes)), result, "a/b")
    lanes[1] = replace(lanes[1], kind=LaneKind.PROCESS)
    assert "没有记录" not in figure(Trace("", "3.14.0", tuple(lanes)), result, "a/b")


def test_ids_are_unique() -> None:
    ids = [id for example in DRAWN for id in drawing(example)[2].attrib["aria-labelledby"].split()]
    assert len(set(ids)) == len(ids)


# What keeps timelines true


@pytest.fixture
def process(tmp_path: Path) -> Example:
    """A copy of an example with its timeline."""
    example = copied("processes/process", tmp_path)
    assert timelines.stale(example, read(example.out)) == ""
    return example


def later(event: Event) -> Event:
    return replace(event, milliseconds=2 * event.milliseconds)


def test_a_run_of_the_same_course_leaves_the_figure_as_it_is(process: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    known, text = evidence.load(process).trace, process.out.read_text()
    assert known
    process.programs[0].write_text(process.programs[0].read_text() + "# more\n")
    slow = replace(known, lanes=tuple(replace(lane, events=tuple(map(later, lane.events))) for lane in known.lanes))
    run = recorded(parse(text.replace("child:pid=", "child:pid=1"), process.out))
    monkeypatch.setattr(
        timelines, "typical", lambda play, *_: SimpleNamespace(trace=slow, run=run, verdict=decide(play.result, run))
    )
    assert timelines.record(process, own()) == "its timeline is unchanged"
    again = evidence.load(process).trace
    assert again
    assert (again.lanes, process.out.read_text()) == (known.lanes, text)


def test_a_timeline_is_of_one_program_and_one_run(process: Example) -> None:
    text = process.out.read_text()
    process.out.write_text(re.sub(r"child:pid=\d+", "child:pid=77", text))
    assert "changed" in timelines.stale(process, read(process.out))
    process.out.write_text(text)
    process.programs[0].write_text(process.programs[0].read_text() + "# more\n")
    assert "changed" in timelines.stale(process, read(process.out))
    evidence.change(process, trace=None)
    assert timelines.stale(process, read(process.out)) == "it has no timeline"


# Reasons: the chain of each lights up


def lit(example: Example) -> tuple[list[Reason], dict[str, list[str]]]:
    """Return the reasons of an example, and for the number of each the classes of what lights up in its drawing."""
    _, found, svg = drawing(example)
    shown: dict[str, list[str]] = {}
    for group in svg.iterfind(".//*[@data-why]"):
        for number in group.attrib["data-why"].split():
            shown.setdefault(number, []).append(group.attrib["class"])
    return found, shown


@each
def test_each_reason_lights_up_a_way_from_line_to_line(example: Example) -> None:
    found, shown = lit(example)
    css = Path("docs/assets/witness.css").read_text()
    assert set(shown) == {str(number) for number, _ in enumerate(found, 1)}
    for number, classes in shown.items():
        assert "mark" in classes
        assert any(kind.startswith(("link", "why")) for kind in classes)
        assert f'svg [data-why~="{number}"]' in css


@pytest.mark.parametrize(
    ("name", "arrows"),
    [
        ("processes/queue_end", ["link put", "link put", "link put"]),
        ("threads/start_join_broken", ["link join", "link start"]),
        ("threads/event", ["link set", "link set"]),
    ],
)
def test_a_chain_lights_up_with_each_arrow_and_the_waits_on_it(name: str, arrows: list[str]) -> None:
    _, shown = lit(Example(ROOT, name))
    assert sorted(kind for kind in shown["1"] if kind not in ("mark", "wait")) == arrows
    waits = sum(arrow != "link start" for arrow in arrows)  # a lane that is started has not waited
    assert shown["1"].count("wait") == waits


def test_where_there_is_no_arrow_a_line_leads_on() -> None:
    _, shown = lit(Example(ROOT, "threads/barrier"))
    assert all("why" in shown[number] for number in shown)


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        ([(1, 2)], ["第 2 行总在第 1 行之后：q.get() 等 q.put()。"]),
        ([(1, 2), (3, 4), (5, 6)], ["第 2、4、6 行总是分别在第 1、3、5 行之后：q.get() 等 q.put()。"]),
        ([(1, 3), (2, 3)], ["第 3 行总在第 1、2 行之后：q.get() 等 q.put()。"]),
        ([(1, 2), (1, 3)], ["第 2、3 行总在第 1 行之后：q.get() 等 q.put()。"]),
        (
            [(2, 3), (1, 4)],
            ["第 3 行总在第 2 行之后：q.get() 等 q.put()。", "第 4 行总在第 1 行之后：q.get() 等 q.put()。"],
        ),
    ],
)
def test_what_comes_again_in_one_way_is_one_reason(causes: list[tuple[int, int]], said: list[str]) -> None:
    links = (Link(Rule.ITEM, "a", "q.put()", "b", "q.get()"),)
    made = Trace("", "3.11", (), tuple(Cause(one, other, links) for one, other in causes))
    found = reasons(parse("$ python a.py\n" + "a\n" * 6, Path("a.out")), made)
    assert [re.sub("<.*?>", "", reason.html) for reason in found] == said


def test_what_one_loop_does_one_after_the_other_is_said_once() -> None:
    links = (Link(Rule.FIRST_COME, "a", "", "b", ""), Link(Rule.FIRST_COME, "b", "", "c", ""))
    made = Trace("", "3.11", (), (Cause(1, 2, links),))
    (found,) = reasons(parse("$ python a.py\na\nb\n", Path("a.out")), made)
    assert found.html == "第 2 行总在第 1 行之后：事件循环按交给它的先后来做，a 在前，c 在后。"
