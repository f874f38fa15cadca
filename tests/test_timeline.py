"""The timelines: each is of the run that its result file prints, says so in words as well, and is small."""

import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from witness import render, timeline, trace
from witness.examples import Example, find
from witness.language import ResultError, parse, read
from witness.ledger import Ledger
from witness.running.interpreters import own
from witness.trace import Event, Lane, Trace

EXAMPLES = Path("examples")


def readable(example: Example) -> bool:
    """Whether the example has a result; where it is wrong, `test_examples.py` says so."""
    try:
        read(example.out)
    except (OSError, ResultError):
        return False
    return True


ALL = [example for example in find(EXAMPLES) if readable(example) and trace.needs_figure(example)]
DRAWN = [example for example in ALL if trace.path(read(example.out)).exists()]
SMALL, MANY = 7000, 20
"""How many bytes a drawing may have, and from how many lines on it may have half as much again."""

each = pytest.mark.parametrize("example", DRAWN, ids=[example.name for example in DRAWN])


def text(example: Example) -> str:
    """The SVG of an example's timeline."""
    result = read(example.out)
    found = re.search("<svg.*</svg>", timeline.figure(trace.load(trace.path(result)), result, example.name))
    assert found
    return found[0]


def drawing(example: Example) -> ET.Element:
    return ET.fromstring(text(example))


def marks(svg: ET.Element) -> list[tuple[float, int, str | None]]:
    """Where each printed line is marked, alone or with others, its number, and the colour it has."""
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


@pytest.mark.parametrize("example", ALL, ids=[example.name for example in ALL])
def test_a_timeline_is_of_the_printed_run(
    example: Example, ledger: Ledger, pytestconfig: pytest.Config, report: Callable[[str], None]
) -> None:
    reason = trace.stale(example)
    if reason and pytestconfig.getoption("update_examples"):
        try:
            report(f"{example.out}: {trace.record(example, own().path, ledger)}")
        except trace.TraceError as error:
            pytest.fail(str(error), pytrace=False)
        reason = trace.stale(example)
    if reason:
        pytest.fail(
            f"{example.out}:1: {reason}\nRecord it: uv run pytest --update-examples -k {example.name}", pytrace=False
        )


def test_there_is_no_other_timeline() -> None:
    files = {path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*.trace.json")}
    assert files == {trace.path(read(example.out)).relative_to(EXAMPLES) for example in DRAWN}


@each
def test_every_printed_line_is_marked_once_in_the_order_printed(example: Example) -> None:
    result = read(example.out)
    numbers = [number for terminal in result.terminals for number, _ in enumerate(terminal.lines, 1)]
    events = [
        (event.place, event.time)
        for lane in trace.load(trace.path(result)).lanes
        for event in lane.events
        if event.kind == "line"
    ]
    assert sorted(place for place, _ in events) == list(range(1, len(numbers) + 1))
    assert sorted(number for _, number, _ in marks(drawing(example))) == sorted(numbers)
    if len(result.terminals) == 1:
        assert [place for place, _ in sorted(events, key=lambda event: (event[1], event[0]))] == numbers
        places = [x for x, _, _ in sorted(marks(drawing(example)), key=lambda mark: mark[1])]
        assert places == sorted(places)


@each
def test_a_mark_has_the_colour_of_its_line_in_the_result(example: Example) -> None:
    result = read(example.out)
    recorded = trace.current(example)  # if there is none, it is another test's to say so
    html = BeautifulSoup(render.render(result, example.name, trace=recorded), "html.parser")
    lanes = [line.get("data-lane") for line in html.select(".line")]
    if recorded and len(result.terminals) == 1 and any(lanes):
        assert [colour for _, _, colour in sorted(marks(drawing(example)), key=lambda mark: mark[1])] == lanes


@each
def test_what_happens_in_a_lane_happens_in_order(example: Example) -> None:
    lanes = trace.load(trace.path(read(example.out))).lanes
    assert len({lane.name for lane in lanes}) == len(lanes) > 1
    for lane in lanes:
        assert [lane.events[0].kind, lane.events[-1].kind] == ["begin", "end"]
        for before, after in pairwise(lane.events):
            assert before.time <= after.time
            assert (before.kind == "wait") == (after.kind == "on") or after.kind == "end"


@each
def test_a_timeline_is_small_and_says_what_it_shows(example: Example) -> None:
    result = read(example.out)
    svg = drawing(example)
    assert len(text(example).encode()) <= SMALL * (1.5 if len(list(result.lines)) > MANY else 1)
    assert svg.get("role") == "img"
    title, words = (svg.findtext(f"*[@id='{id}']") for id in svg.attrib["aria-labelledby"].split())
    assert title
    for name in [lane.text for lane in svg.findall("g/text[@class='name']") if not lane.get("data-lane")]:
        assert f"{name} " in f"{words} "
    assert "{" not in re.sub(r"<title>.*?</title>", "", text(example))


@each
def test_nothing_lets_go_what_went_on_before(example: Example) -> None:
    """No arrow points back in time, and none runs below a bar, as if it began there."""
    svg = drawing(example)
    arrows = [group for group in svg.findall("g") if group.get("class", "").startswith("link")]
    for arrow in arrows:
        line = arrow.find("line")
        assert line is not None
        assert float(line.attrib["x1"].rstrip("%")) <= float(line.attrib["x2"].rstrip("%")), arrow.get("class")
    order = ["arrow" if group in arrows else "bars" if group.find("rect") is not None else "" for group in svg]
    assert not arrows or "bars" not in order[order.index("arrow") :]


@each
def test_where_something_stands_can_be_read(example: Example) -> None:
    assert len(drawing(example).findall("g[@class='tick']")) > 1


SQUARE = Example(EXAMPLES, "distributed/square")


def test_what_is_wider_than_a_phone_can_be_moved_with_the_keyboard() -> None:
    for example in DRAWN:
        result = read(example.out)
        html = timeline.figure(trace.load(trace.path(result)), result, example.name)
        assert ("min-width" in html) == ('tabindex="0" role="group" aria-label' in html)
    assert "min-width" in text(SQUARE)


def test_each_terminal_counts_its_lines_from_1() -> None:
    words = drawing(SQUARE).findtext("desc")
    assert words
    assert re.search(r"task_master\.py [^。]*打印第 1、2–11、", words)
    assert re.search(r"task_worker\.py [^。]*打印第 1、2、3、", words)


def drawn(*lanes: str) -> ET.Element:
    """The drawing of lanes, whose events are `TIME KIND`, and for some the number of a line or of the other lane."""
    made = []
    for name, lane in zip("abc", lanes, strict=False):
        events = []
        for event in lane.split(", "):
            time, kind, *other = event.split()
            number = int(other[0]) if other else -1
            place, to = (number, -1) if kind == "line" else (0, number)
            events.append(Event(float(time), kind, place, "join" * (kind == "wait"), to))
        made.append(Lane(name, "thread", tuple(events)))
    html = timeline.figure(Trace("", tuple(made)), parse("$ python a.py\n" + "a\n" * 9, Path("a.out")), "c/a")
    return ET.fromstring(re.findall("<svg.*</svg>", html)[0])


def test_lines_of_one_moment_have_one_mark() -> None:
    svg = drawn(
        "0 begin, 1 line 1, 1 line 2, 1 line 4, 1 line 5, 2 line 6, 2 line 7, 2 line 8, 2 line 9, 9 end",
        "0 begin, 1 line 3, 9 end",
    )
    assert [mark.text for mark in svg.findall("g/g[@class='mark']/text")] == ["1", "2", "4", "5", "6–9", "3"]


def test_a_join_that_need_not_wait_is_short_and_has_no_arrow() -> None:
    waits = drawn("0 begin, 1 start 1, 3 wait 1, 9 on, 10 end", "2 begin, 8 end")
    at_once = drawn("0 begin, 1 start 1, 8.5 wait 1, 8.6 on, 10 end", "2 begin, 8 end")
    assert [len(svg.findall("g[@class='link join']")) for svg in (waits, at_once)] == [1, 0]
    line = at_once.find("g/g[@class='wait']/line")
    assert line is not None
    assert float(line.attrib["x2"].rstrip("%")) - float(line.attrib["x1"].rstrip("%")) < 5


def test_ids_are_unique() -> None:
    ids = [id for example in DRAWN for id in drawing(example).attrib["aria-labelledby"].split()]
    assert len(set(ids)) == len(ids)


# What keeps them true


@pytest.fixture
def process(tmp_path: Path) -> Example:
    """A copy of an example, with a timeline of its own."""
    if sys.platform != "linux":
        pytest.skip("timelines are recorded on Linux only: elsewhere nobody tells which process printed what")
    (tmp_path / "processes").mkdir()
    for file in ("process.py", "process.out"):
        shutil.copy(EXAMPLES / "processes" / file, tmp_path / "processes")
    example = Example(tmp_path, "processes/process")
    trace.record(example, own().path, Ledger(tmp_path))
    assert trace.stale(example) == ""
    return example


def test_recorded_again_a_timeline_is_as_before(process: Example) -> None:
    file = trace.path(read(process.out))
    before = file.read_text(), process.out.read_text()
    said = trace.record(process, own().path, Ledger(process.root))
    if said == "its timeline is as before":  # else the machine was too busy for the same course
        assert (file.read_text(), process.out.read_text()) == before
    assert Ledger(process.root).holds(process.name, read(process.out))


def test_a_changed_program_makes_it_stale(process: Example) -> None:
    process.programs[0].write_text(process.programs[0].read_text() + "# more\n")
    assert "changed" in trace.stale(process)
    assert trace.current(process) is None


def test_a_changed_result_makes_it_stale(process: Example) -> None:
    process.out.write_text(re.sub(r"child:pid=\d+", "child:pid=77", process.out.read_text()))
    assert "changed" in trace.stale(process)


def test_what_a_recording_shows(process: Example) -> None:
    main, child = trace.load(trace.path(read(process.out))).lanes
    assert (main.name, child.name) == ("main", "child")
    kinds = [event.kind for event in main.events if event.kind not in ("wait", "on")]
    assert kinds == ["begin", "line", "line", "start", "line", "end"]
    assert [event.place for event in main.events if event.kind == "line"] == [1, 2, 4]
    assert [event.kind for event in child.events] == ["begin", "line", "end"]
    assert "main 启动 child" in text(process)


def test_a_result_without_a_timeline_has_no_figure(process: Example) -> None:
    trace.path(read(process.out)).unlink()
    assert trace.current(process) is None
    assert trace.stale(process)
