"""How the notes of a run become a trace: each step on a few notes written by hand, the table of waits, the file."""

import ast
from pathlib import Path

import pytest

from witness.language import Output, Result, Run, decide, parse
from witness.tracing import collect, notes, printed, steps, waits
from witness.tracing.drafts import Draft, Moment, gather
from witness.tracing.links import link
from witness.tracing.model import FigureError, Kind, TraceError
from witness.tracing.notes import Begin, LaneKind, Note, Print
from witness.tracing.order import HappensBefore
from witness.tracing.output import Lines
from witness.tracing.printed import spoken
from witness.tracing.reader import add_lines, names, read, scale
from witness.tracing.steps import Reading, Step
from witness.tracing.waits import Wait


def noted(text: str) -> list[Note]:
    """Return notes written as `TIME LANE RECORD` and the fields of the record, with a comma between; `-` is empty."""
    found = []
    for line in text.split(", ") if text else []:
        time, lane, name, *words = line.split()
        details = [int(word) if word.isdigit() else word.strip("-") for word in words]
        found.append(Note(int(time), lane, getattr(notes, name)(*details)))
    return found


def reading(text: str, *shown: str, zero_ns: int = 0, last_ns: int = 0) -> Reading:
    return Reading(gather(noted(text)), ("1.0",), shown, zero_ns, last_ns)


def after(before: Reading, *taken: Step) -> Reading:
    """Take these steps, and return the reading."""
    for step in taken:
        step(before)
    return before


def said(lane: Draft) -> str:
    """Return the moments of a lane as `TIME KIND`, the wait and the other lane; with its begin and end, if known."""
    moments = [" ".join([f"{m.time_ns}", m.kind, *filter(None, [m.what, m.about])]) for m in lane.moments]
    begin, end = ([f"{ns} {kind}"] * bool(ns) for ns, kind in ((lane.begin_ns, "begin"), (lane.end_ns, "end")))
    return ", ".join([*begin, *moments, *end])


def test_a_note_is_read_as_it_was_written() -> None:
    records = Begin(LaneKind.TASK, "a\n"), Print(3, "'\"é"), notes.Waits(Wait.SLEEP_0, yields=True), notes.End()
    written = [Note(7, "1.0", record, "#3") for record in records]
    content = b"".join(map(notes.write, written))
    assert list(notes.parse(content)) == written
    assert list(notes.parse(content[:-1])) == written[:-1]  # the process was killed as it wrote


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("1 7.0 Begin process a, 2 7.0 Print 2 tick", "3 7.0 Print 3 tock 3"),
        ("1 7.0 Begin process a, 2 7.0 Print 2 tick, 3 7.0 Print 3 tock, 4 7.0 End", ""),
        ("1 7.0 Begin process a, 2 7.0 Print 2 other", ""),
        ("1 7.0 Begin process a, 2 7.1 Print 2 tick", ""),  # nobody knows which thread printed it
        ("1 1.0 Begin program a", ""),
        (
            "1 1.0 Begin program a, 2 1.0 Start 7.0 ls",  # which is no Python
            "2 7.0 Begin other ls, 3 7.0 Print 3 tick 3, 4 7.0 Print 4 tock 4",
        ),
    ],
)
def test_a_line_is_known_whose_process_could_not_note_it(text: str, added: str) -> None:
    run = Run((Output((("tick", 7), ("tock", 7)), main=1),))
    assert printed.unnoted(noted(text), run) == noted(added)


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("1 1.0 Begin program a, 2 1.0 Exit, 3 1.0 End", {"1.0": "1 begin, 3 end"}),
        ("1 1.0 Start 2.0 p, 2 2.0 Forked 1.0 1, 3 2.0 Begin process q", {"1.0": "1 start 2.0", "2.0": "2 begin"}),
        ("3 2.0 Forked 1.0 1", {"1.0": "1 start 2.0", "2.0": "3 begin"}),
        ("2 1.0 Cancel x, 3 2.0 Forked 1.0 1", {"1.0": "1 start 2.0, 2 cancel x", "2.0": "3 begin"}),
        ("1 1.0 Waits join 1.1, 2 1.0 Takes end 1.1, 3 1.0 On", {"1.0": "1 wait join 1.1, 3 on 1.1"}),
        (
            "1 1.0 Waits join 1.1, 2 1.0 On - y, 3 1.1 Cancel 1.0",
            {"1.0": "1 wait join 1.1, 2 on", "1.1": "3 cancel 1.0"},
        ),
    ],
)
def test_lanes_are_gathered(text: str, lanes: dict[str, str]) -> None:
    assert {key: said(lane) for key, lane in gather(noted(text)).items()} == lanes


def test_what_is_known_of_a_lane() -> None:
    main, child = gather(
        noted("1 1.0 Start 2.0 python, 2 1.0 Own, 3 1.0 Own a, 4 1.0 Exit, 5 1.0 End, 6 2.0 Begin process p")
    ).values()
    assert main == Draft("1.0", own=True, functions=["a"], exit_ns=4, end_ns=5, moments=main.moments)
    assert child == Draft("2.0", LaneKind.PROCESS, "p", parent="1.0", begin_ns=6)
    assert (Draft("1.1").process, Draft("1.1/2").is_process, Draft("2.0").is_process) == ("1.0", False, True)


def test_what_was_printed_that_a_line_is() -> None:
    said = dict(enumerate([Print(1, "b"), Print(2, "File a"), Print(3, "File b"), Print(4, "")]))
    lines = ("b", 0), ("left File a", 0), ("...", 9), ("...", 3), ("other", 0)
    assert [printed.which(said, text, latest_ns) for text, latest_ns in lines] == [0, 1, None, 2, None]


def test_each_lane_printed_its_lines_in_its_order() -> None:
    notes = noted("1 1.1 Print 1 a, 2 1.1 Print 1 same, 3 1.2 Print 2 b, 4 1.2 Print 2 same")
    result = parse("$ python a.py\nb\nsame\na\nsame\n", Path("a.out"))
    run = Run((Output(tuple((text, 1) for text in ("b", "same", "a", "same")), main=1),))
    assert [note.lane for note in printed.find(notes, result, run)] == ["1.2", "1.2", "1.1", "1.1"]


def lines_of(text: str, result: Result, run: Run) -> Lines:
    notes = noted(text)
    return Lines(notes, printed.find(notes, result, run), decide(result, run).order)


def placed(text: str, *lines: tuple[str, int]) -> dict[str, str]:
    result = parse("$ python a.py\n" + "".join(f"p{writer}| {line}\n" for line, writer in lines), Path("a.out"))
    run = Run((Output(lines, main=1),))
    found = lines_of(text, result, run)
    lanes = gather(found.notes)
    add_lines(lanes, found, result, run)
    return {key: said(lane) for key, lane in lanes.items() if lane.moments}


def test_lines_are_placed_where_they_were_printed() -> None:
    assert placed("1 1.1 Own, 3 1.1 Print 2 a, 5 1.0 Print 1 b", ("a", 1), ("b", 1)) == {
        "1.1": "2 line",
        "1.0": "2 line",  # at the time of the other, which was shown before it
    }
    assert placed("1 1.0 Print 1 a, 1 1.0 Waits sleep, 9 1.0 On", ("a", 1))["1.0"] == "1 wait sleep, 9 on, 9 line"
    assert placed("1 1.0 Waits serve, 3 1.0 Print 2 a, 4 1.0 On", ("a", 1))["1.0"] == "1 wait serve, 2 line, 4 on"


def test_a_thread_of_the_library_speaks_for_its_process() -> None:
    lanes = placed("1 2.0 Own, 3 2.1 Print 2 a, 3 1.1 Print 3 b", ("a", 2), ("b", 1))
    assert lanes == {"2.0": "2 line", "1.1": "3 line"}


@pytest.mark.parametrize(
    ("taken", "text", "lane", "moments"),
    [
        # A process that noted nothing lasts from its start until its parent next goes on.
        (
            [steps.imagine, steps.finish],
            "1 1.0 On, 2 1.0 Start 2.0 ls, 3 1.0 Waits run, 4 1.0 On",
            "2.0",
            "2 begin, 4 end",
        ),
        ([steps.finish], "1 1.0 Begin program a, 5 1.0 End", "1.0", "1 begin, 5 end"),
        (
            [steps.finish],
            "1 1.0 Begin program a, 2 1.0 End, 3 1.0 Print 3 a, 4 1.0 Cancel x",
            "1.0",
            "1 begin, 4 cancel x, 4 end",
        ),
        (
            [steps.finish],
            "1 2.0 Begin process a, 2 1.0 Waits join 2.0, 5 1.0 Takes end 2.0, 5 1.0 On",
            "2.0",
            "1 begin, 5 end",
        ),
        ([steps.finish], "1 2.0 Begin process a, 2 1.0 Waits join 2.0, 5 1.0 On", "2.0", "1 begin, 1 end"),
        ([steps.finish], "1 2.0 Begin process a, 4 1.0 Cancel 2.0", "2.0", "1 begin, 4 end"),
        ([steps.finish], "1 1.0/1 Begin task a, 4 1.0/1 Waits yield - y", "1.0/1", "1 begin, 4 end"),
        ([steps.finish], "1 1.0 Waits yield - y, 4 1.0 End", "1.0", "1 begin, 1 wait yield, 4 end"),
    ],
)
def test_a_step_with_a_lane(taken: list[Step], text: str, lane: str, moments: str) -> None:
    assert said(after(reading(text), *taken).lanes[lane]) == moments


def test_lanes_that_a_reader_wants_to_see_in_their_order() -> None:
    text = (
        "1 1.0 Begin program a, 2 1.1 Begin thread t, 2 1.1 Own, 3 1.2 Begin thread library, 4 1.0 Start 3.0 p,"
        " 5 3.0 Begin process p, 5 1.0 Start 2.0 p, 6 2.0 Begin process p, 7 2.1 Begin thread t, 7 2.1 Own,"
        " 7 3.1 Begin thread t, 7 3.1 Own, 8 4.0 Begin hub python, 9 1.0 Start 1.0/1"
    )
    assert after(reading(text), steps.choose).shown == ("1.0", "1.1", "3.0", "3.1", "2.0", "2.1")


def test_what_a_hidden_lane_starts_is_started_by_who_started_it() -> None:
    text = "1 1.0 Start 1.1, 2 1.1 Begin thread library, 3 1.1 Start 1.2, 4 1.2 Begin thread t, 5 1.0 Cancel x"
    assert said(after(reading(text, "1.0", "1.2"), steps.adopt).lanes["1.0"]) == "1 start 1.1, 3 start 1.2, 5 cancel x"


def test_the_interpreters_own_start_and_end_are_nothing() -> None:
    text = (
        "1 1.0 Begin program a, 3 1.0 Cancel x, 5 1.1 Begin thread t, 8 1.1 Cancel x, 9 1.0 Waits yield - y, 10 1.0 End"
    )
    found = after(reading(text, "1.0", "1.1"), steps.finish, steps.measure)
    assert (found.zero_ns, found.last_ns) == (3, 8)


def test_a_process_lives_until_who_waited_knew() -> None:
    text = "1 2.0 Begin process p, 700 2.0 End, 100 1.0 Waits join 2.0, 900 1.0 Takes end 2.0,"
    text += " 900 1.0 On, 901 1.0 Waits join 2.0, 902 1.0 On"
    ended = after(reading(text, "1.0", "2.0", last_ns=1000), steps.finish, steps.outlive)
    assert said(ended.lanes["2.0"]) == "1 begin, 900 end"


def test_a_thread_is_stopped_with_its_process() -> None:
    text = "1 1.0 Begin program a, 8 1.0 End, 2 1.1 Begin thread t"
    ended = after(reading(text, "1.0", "1.1", last_ns=9), steps.finish, steps.stop)
    assert said(ended.lanes["1.1"]) == "2 begin, 8 end"


@pytest.mark.parametrize(
    ("exit", "moments"), [(5, "2 begin, 3 cancel x, 5 wait exit, 900 end"), (899, "2 begin, 3 cancel x, 900 end")]
)
def test_a_program_is_shown_without_its_interpreter(exit: int, moments: str) -> None:
    text = f"1 1.0 Begin program a, 3 1.0 Cancel x, {exit} 1.0 Exit, 950 1.0 End"
    ended = after(reading(text, "1.0", zero_ns=2, last_ns=900), steps.finish, steps.trim)
    assert said(ended.lanes["1.0"]) == moments.replace("2 begin", "3 begin")


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("1 1.0 Start 1.9, 2 1.0 Cancel 1.9, 3 1.0 On, 4 1.0 Cancel 2.0", "1 begin, 4 cancel 2.0, 4 end"),
        (
            "1 1.0 Waits run, 2 1.0 Start 2.0, 3 1.0 On",
            "1 begin, 1 wait run, 2 on, 2 start 2.0, 2 wait run, 3 on, 3 end",
        ),
        ("1 1.0 Waits sleep - y, 2 1.0 On y, 5 1.0 Waits x - y, 6 1.0 End", "1 begin, 1 wait sleep, 2 on, 6 end"),
        (
            "1 1.0 Waits task - y, 2 1.0 Waits x, 3 1.0 On - -, 4 1.0 Waits x, 5 1.0 On - -, 6 1.0 On y y",
            "1 begin, 1 wait task, 6 on, 6 end",
        ),
        ("7 1.0 Cancel 2.0", "7 begin, 7 cancel 2.0, 7 end"),
        ("9 1.0 Cancel 2.0", "9 begin, 9 end"),
    ],
)
def test_what_can_not_be_seen_is_left_out(text: str, moments: str) -> None:
    before = reading(f"{text}, 1 2.0 Begin process p, 8 2.0 End", "1.0", "2.0")
    assert said(after(before, steps.finish, steps.tidy).lanes["1.0"]) == moments


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("1 1.0 Cancel x", "waited for nothing"),
        ("1 1.0 Waits sleep, 200000000 1.0 On", "slept for 0.2 s"),
        ("1 1.0 Waits join 1.1, 200000000 1.0 Takes end 1.1, 200000000 1.0 On", "waited (join) for 0.2 s"),
        ("1 1.0 Waits lock, 200000000 1.0 On - -", "waited for nothing"),  # the call never stopped it
        ("1 1.0 Waits sleep, 20 1.0 On, 30 1.0 Print 20 b", "waited for nothing"),  # it has printed since
    ],
)
def test_what_a_lane_did_before_a_line(before: str, said: str) -> None:
    result = parse("$ python a.py\nb\na\n" if "Print" in before else "$ python a.py\na\n", Path("a.out"))
    run = Run((Output(tuple((result.text(line), 1) for line in result.lines), main=1),))
    lines = lines_of(f"{before}, 300000000 1.0 Print 250000000 a", result, run)
    assert lines.doing(len(lines.told) - 1) == said


def test_a_server_goes_on_waiting_when_it_has_printed() -> None:
    server = reading("1 1.0 Waits serve, 3 1.0 On", "1.0")
    server.lanes["1.0"].moments.insert(1, Moment(2, Kind.LINE))
    assert said(after(server, steps.tidy).lanes["1.0"]) == "1 wait serve, 2 on, 2 line, 2 wait serve, 3 on"


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        # An arrow leads from `set` to the lane that waits for it, and to none that waits only afterwards.
        (
            "1 1.1 Waits event, 2 1.0 Gives event e, 4 1.1 Takes event e 1, 5 1.1 On, 6 1.2 Waits event,"
            " 7 1.2 Takes event e 6, 7 1.2 On",
            {"1.0": "2 set 1", "1.1": "1 wait, 5 on 1", "1.2": "6 wait, 7 on"},
        ),
        # Two lanes that are not shown pass it on. They exchange so many items that 2 ** 60 chains lead through them.
        (
            "1 1.0 Gives item f, 2 1.8 Begin thread asks, 2 1.9 Begin thread answers, 2 1.8 Takes item f, "
            + ", ".join(
                f"3 1.8 Gives item a{k}, 3 1.9 Takes item a{k}, 3 1.9 Gives item b{k}, 3 1.8 Takes item b{k}"
                for k in range(60)
            )
            + ", 4 1.8 Gives item v, 2 1.1 Waits get, 5 1.1 Takes item v, 5 1.1 On",
            {"1.0": "1 put 1", "1.1": "2 wait, 5 on 1"},
        ),
    ],
)
def test_what_lets_go_is_joined_to_what_goes_on(text: str, moments: dict[str, str]) -> None:
    found = sorted(noted(f"0 1.0 Begin program a, {text}, 9 1.0 End"), key=lambda note: note.time_ns)
    lanes = sorted(moments)
    linked = gather(found)
    link(after(Reading(linked, ("1.0",), tuple(lanes)), steps.finish), HappensBefore(found))
    assert moments == {
        lane: ", ".join(
            f"{moment.time_ns} {moment.kind}{f' {moment.link}' if moment.link else ''}"
            for moment in linked[lane].moments
            if moment.kind not in (Kind.BEGIN, Kind.END)
        )
        for lane in lanes
    }


def test_what_a_lane_lets_go_of_as_it_ends_is_its_last() -> None:
    found = noted(
        "1 1.0 Begin program a, 1 1.1 Begin thread t, 1 1.0 Waits recv, 2 1.1 End, 3 1.1 Gives item c,"
        " 4 1.0 Takes item c, 4 1.0 On, 5 1.0 End"
    )
    lanes = after(Reading(gather(found), ("1.0",), ("1.0", "1.1")), steps.finish)
    link(lanes, HappensBefore(found))
    assert said(lanes.lanes["1.1"]) == "1 begin, 2 put, 2 end"


def named(text: str, lines: str, **actors: str) -> list[str]:
    found = reading(text, *dict.fromkeys(line.split()[1] for line in text.split(", ")))
    for key, lane in found.lanes.items():
        lane.actors.append(actors.get(f"_{key}".replace(".", "_")))
    return names(found, parse(f"$ python a.py\n{lines}", Path("a.out")))


def test_a_lane_is_called_as_its_lines_are_or_as_in_the_program() -> None:
    text = (
        "1 1.0 Begin program a, 2 1.1 Begin thread work, 3 1.2 Begin thread work, 4 2.0 Begin process p, 5 2.0 Own job"
    )
    assert named(text, "x| a\n", _1_1="x") == ["main", "x", "work", "job"]
    assert named(text, "x| a\n") == ["main", "work 1", "work 2", "job"]
    assert named(text, "x| a {x:pid=2}\n", _1_1="x", _1_2="x")[1:3] == ["x work 1", "x work 2"]
    assert named(text, "x| a {x:worker=2}\n", _2_0="x")[3] == "{x}"


def test_a_trace_leaves_out_what_took_no_time() -> None:
    text = (
        "1 1.0 Begin program a, 1000000 1.0 Waits join, 1000001 1.0 On,"
        " 3000000 1.0 Waits sleep, 4000000 1.0 On, 1 1.1 Begin thread t, 4000000 1.1 Waits task 1.9"
    )
    found = after(reading(text, "1.0", "1.1", last_ns=4_000_000), steps.finish, steps.stop)
    found.lanes["1.0"].moments.insert(1, Moment(1_000_000, Kind.PUT, link=1))  # it put something as it began to wait
    trace = scale(after(found, steps.shorten), ["main", "t"], parse("$ python a.py\na\n", Path("a.out")), "3.14.0")
    assert (trace.python, trace.end, trace.lanes[0].kind) == ("3.14.0", 4, LaneKind.PROGRAM)
    assert [(event.milliseconds, event.kind) for event in trace.lanes[0].events] == [
        (0, "begin"),
        (1, "put"),
        (3, "wait"),
        (4, "on"),
        (4, "end"),
    ]


@pytest.mark.parametrize(
    ("taken", "events"),
    [
        ("4000000 1.0 Takes event e, 6000000 1.0 On - y", "0 begin, 2 wait, 6 on 1, 9 end"),
        (
            "4000000 1.0 Takes event e, 6000000 1.0 On - -",
            "0 begin, 6 wait, 6 on 1, 9 end",
        ),  # it did not stop, but an arrow leads there
        ("6000000 1.0 On - y", "0 begin, 2 wait, 6 on, 9 end"),
        ("6000000 1.0 On - -", "0 begin, 9 end"),
    ],
)
def test_a_call_that_never_stopped_is_no_wait(taken: str, events: str) -> None:
    text = (
        "1 1.0 Begin program a, 2000000 1.0 Waits event, 1000000 1.1 Begin thread t, 3000000 1.1 Gives event e,"
        f" {taken}, 9000000 1.0 End, 9000000 1.1 End"
    )
    found = sorted(noted(text), key=lambda note: note.time_ns)
    lanes = after(Reading(gather(found), ("1.0",), ("1.0", "1.1"), 0, 9_000_000), steps.finish)
    link(lanes, HappensBefore(found))
    trace = scale(after(lanes, steps.shorten), ["main", "t"], parse("$ python a.py\na\n", Path("a.out")), "3.14.0")
    told = [f"{event.milliseconds:g} {event.kind} {event.link or ''}".strip() for event in trace.lanes[0].events]
    assert ", ".join(told) == events


def test_a_whole_run() -> None:
    result = parse("$ python a.py\nx| a\n", Path("a.out"))
    run = Run((Output((("a", 1),), main=1),))
    text = (
        "1 1.0 Begin program a.py, 1000000 1.0 Start 1.1, 1200000 1.1 Begin thread work, 1200001 1.1 Own,"
        " 1300000 1.0 Waits join 1.1, 2100000 1.1 Print 2000000 a, 2200000 1.1 End, 2300000 1.0 On, 2400000 1.0 End"
    )
    trace, names = read(lines_of(text, result, run), result, run, "3.14.0")
    assert names == {"1.0": "main", "1.1": "x"}
    assert {lane.name: [f"{event.milliseconds} {event.kind}" for event in lane.events] for lane in trace.lanes} == {
        "main": ["0.0 begin", "0.0 start", "0.3 wait", "1.3 on", "1.3 end"],
        "x": ["0.2 begin", "1.0 line", "1.2 end"],
    }
    assert trace.printers == {1: "x"}


def test_a_program_that_does_nothing_is_a_lane_all_the_same() -> None:
    result, run = parse("$ python a.py\n", Path("a.out")), Run((Output((), main=1),))
    trace, _ = read(lines_of("1 1.0 Begin program a.py, 5 1.0 End", result, run), result, run, "3.14.0")
    assert [(lane.name, len(lane.events)) for lane in trace.lanes] == [("main", 2)]


def test_who_ends_after_another_gave_up_waiting_for_it_ends_after_it_in_the_figure() -> None:
    text = (
        "1 1.0 Begin program a.py, 2 1.0 Start 1.1, 3 1.1 Begin thread work, 4 1.1 Own, 5 1.0 Waits join 1.1,"
        " 2000000000 1.0 On, 2000000100 1.1 End, 2000000200 1.0 Waits join 1.1, 2000000300 1.0 On, 2100000000 1.0 End"
    )
    found = after(reading(text, "1.0", "1.1", last_ns=2_100_000_000), steps.finish)
    trace = scale(found, ["main", "work"], parse("$ python a.py\na\n", Path("a.out")), "3.14.0")
    (on, *_), end = [event for event in trace.lanes[0].events if event.kind is Kind.ON], trace.lanes[1].events[-1]
    assert (on.milliseconds, end.kind, end.milliseconds) == (2000.0, Kind.END, 2001.0)


def test_a_key_was_pressed_not_printed() -> None:
    result = parse("$ python a.py\nx| a\n^C\nb\n", Path("a.out"))
    run = Run((Output((("a", 1), ("^C", None), ("b", 1)), main=1),))
    text = (
        "1 1.0 Begin program a.py, 1000000 1.0 Start 1.1, 1200000 1.1 Begin thread work, 1200001 1.1 Own,"
        " 2100000 1.1 Print 2000000 a, 2200000 1.1 End, 3100000 1.0 Print 3000000 b, 3400000 1.0 End"
    )
    heard, told = spoken(run, decide(result, run))
    notes = noted(text)
    lines = Lines(notes, printed.find(notes, result, heard), told.order)
    trace, _ = read(lines, result, heard, "3.14.0")
    assert {lane.name: lane.places for lane in trace.lanes} == {"main": [3], "x": [1]}


def test_every_wait_has_words_of_its_name_and_a_task_s_is_found() -> None:
    assert all(wait.words and not wait.words.startswith("等待（") for wait in Wait)
    assert (waits.awaiting("Event.wait"), waits.awaiting("StreamReader.read")) == (Wait.EVENT, "StreamReader.read")
    assert (waits.words("sleep"), waits.words("get_tasks")) == ("睡眠（sleep）", "等待（get_tasks）")


def test_what_is_emitted_is_in_the_table_and_the_other_way_round() -> None:
    used = {wait for wait in Wait if wait.awaited}
    for file in Path(collect.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Wait":
                used.add(Wait[node.attr])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Stops", "Waits"):
                what = node.args[0]
                assert not isinstance(what, ast.Constant), f"{file.name}:{node.lineno}: a wait that has no words"
    assert used == set(Wait)


def test_a_run_without_a_timeline_says_why() -> None:
    with pytest.raises(TraceError, match=r"a\.out:1: it is unknown when `a` was printed"):
        placed("1 1.0 Print 1 b", ("a", 1))
    keys = [f"1.{number}" for number in range(13)]
    found = reading(", ".join(f"1 {key} Begin thread t" for key in keys), *keys)
    result = parse("$ python a.py\na\n", Path("a.out"))
    with pytest.raises(FigureError, match=r"a\.out:1: 13 processes, threads and tasks with 26 events are too many"):
        scale(found, keys, result, "3.14.0")
