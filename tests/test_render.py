"""What a page shows of a result: the recorded run to the letter, what varies, who printed what, what is promised."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from witness.examples import Example, find
from witness.language import parse, read
from witness.recording.evidence import Observation, Order
from witness.render import fence, render
from witness.tracing.model import Event, Kind, Lane, Trace
from witness.tracing.notes import LaneKind


def shown(text: str) -> BeautifulSoup:
    """The page of a result file whose lines stand in `text` side by side."""
    lines = ["$ python a.py", *text.split(" / ")]
    return BeautifulSoup(render(parse("".join(f"{line}\n" for line in lines), Path("a.out")), "c/a"), "html.parser")


@pytest.mark.parametrize("example", find(Path("examples")), ids=lambda example: example.name)
def test_a_page_shows_the_recorded_run_to_the_letter(example: Example) -> None:
    result = read(example.out)
    page = BeautifulSoup(render(result, example.name), "html.parser")
    blocks = page.select(".result")
    text = [
        block.select(".filename")[0].get_text() + "\n" + block.select("pre > code")[0].get_text() for block in blocks
    ]
    assert "".join(text) == result.output
    assert {block["data-example"] for block in blocks} == {example.name}


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</code></pre>", "a & b &amp; c", "\"'", "   <b>"])
def test_output_is_no_html(text: str) -> None:
    page = shown(f"{text} / a as l| {text} / b after l| {{n:int=3}} {text}")
    assert [line.get_text() for line in page.select(".line")] == [f"{text}\n", f"{text}\n", f"3 {text}\n"]
    assert {tag.name for tag in page.find_all(name=True)} == {"div", "span", "pre", "code", "p", "var"}
    assert "第 3 行总在第 2 行之后。" in page.get_text()


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("{n:pid=3}", "进程号由操作系统分配"),
        ("{n:int=3}", "整数由机器、时机或随机数决定"),
        ("{n:float=3.5}", "小数是量出来的"),
        ("{n:float=3.5 in 0..4.5}", "小数是量出来的，不小于 0，不大于 4.5"),
        ("{n:int=3 in 1..}", "整数由机器、时机或随机数决定，不小于 1"),
        ("{n:int=3 in ..9}", "整数由机器、时机或随机数决定，不大于 9"),
    ],
)
def test_what_varies_says_so_to_mouse_and_keyboard(part: str, word: str) -> None:
    first, again, computed, computed_again = shown(f"a {part} b {{n}} c / {{n*2}} {{n*2}}").select("var")
    assert (first["title"], again["title"]) == (word, word)
    assert computed["title"] == "算出来的：n*2"
    assert [var.has_attr("tabindex") for var in (first, again, computed, computed_again)] == [True, False, True, False]


def event(place: int) -> Event:
    return Event(0, Kind.LINE, place)


def test_a_line_without_a_name_has_that_of_the_lane_that_printed_it() -> None:
    result = parse("$ python a.py\na\nx| b\nmain| c\nd\ne\n", Path("a.out"))
    lanes = (
        Lane("main", LaneKind.PROGRAM, (event(1), event(3), event(5))),
        Lane("x", LaneKind.TASK, (event(2), event(4))),
    )
    seen = Observation(("3.11",), runs=9, load=False, orders=1, common=(Order(9, (2, 4, 3, 5, 6), {}),))
    page = BeautifulSoup(render(result, "c/a", seen, trace=Trace("", "3.11", lanes)), "html.parser")
    lines = [(line.get_text(), line["data-actor"], line["data-lane"]) for line in page.select(".line")]
    main, x = ("main", "0"), ("x", "1")
    assert lines[:5] == [("a\n", *main), ("b\n", *x), ("c\n", *main), ("d\n", *x), ("e\n", *main)]
    assert lines[5:] == [("a\n", *main), ("c\n", *main), ("b\n", *x), ("d\n", *x), ("e\n", *main)]


def test_where_one_alone_prints_no_line_has_a_name() -> None:
    result = parse("$ python a.py\na\nb\n", Path("a.out"))
    lanes = Lane("main", LaneKind.PROGRAM, (event(1), event(2))), Lane("x", LaneKind.TASK, (Event(0, Kind.BEGIN),))
    page = BeautifulSoup(render(result, "c/a", trace=Trace("", "3.11", lanes)), "html.parser")
    assert [line.get("data-actor") for line in page.select(".line")] == [None, None]


def test_lines_are_numbered_where_words_or_a_figure_mean_them() -> None:
    figure = Trace(
        "", "3.11", (Lane("main", LaneKind.PROGRAM, (event(1),)), Lane("x", LaneKind.TASK, (Event(0, Kind.BEGIN),)))
    )
    pages = {text: shown(text) for text in ("a", "x| a / y| b", "{n:int=3 in 2..}")}
    pages["figure"] = BeautifulSoup(
        render(parse("$ python a.py\na\n", Path("a.out")), "c/a", trace=figure), "html.parser"
    )
    numbered = {text: "result--numbered" in page.select(".result")[0]["class"] for text, page in pages.items()}
    assert numbered == {"a": False, "x| a / y| b": True, "{n:int=3 in 2..}": True, "figure": True}


def test_names_have_as_much_room_as_the_longest_needs() -> None:
    assert shown("a / x| b / worker| c").select(".result")[0]["style"] == "--gutter: 6ch"


def test_lanes_are_numbered_and_regions_held_together() -> None:
    page = shown("a / x| b / y| c / x| d / e / y| f")
    assert [(line.get("data-actor"), line.get("data-lane")) for line in page.select(".line")] == [
        (None, None),
        ("x", "1"),
        ("y", "2"),
        ("x", "1"),
        (None, None),
        ("y", "2"),
    ]
    assert [region.get_text() for region in page.select(".region")] == ["b\nc\nd\n"]


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("a / b", "每次运行都与此相同，一字不差。"),
        ("a / x| b", "每次运行都与此相同，一字不差。"),
        ("a / {n:int=3}", "有底纹的部分每次可能不同：整数由机器、时机或随机数决定。其余一字不差。各行的先后是确定的。"),
        ("{n:int=3 in 1..}", "有底纹的部分每次可能不同：整数由机器、时机或随机数决定。其余一字不差。"),
        (
            "{p:pid=7} / {n:int=3 in 1..9} / {m:int=4 in 2..} / {k:int=5 in 0..9}",
            "有底纹的部分每次可能不同：进程号由操作系统分配；其他整数由机器、时机或随机数决定。其余一字不差。"
            "第 2、4 行的数不大于 9。第 3 行的数不小于 2。各行的先后是确定的。",
        ),
        (
            "Traceback (most recent call last): /   ... / ValueError",
            "每次运行都与此相同，一字不差。写成 ... 的是调用栈，各版本不同，这里略去。",
        ),
        ("x| a / y| b", "每一行的内容都与此相同。各行先后不定。"),
        ("x| a / y| b / x| c", "每一行的内容都与此相同。同名的行先后不变，不同名的行先后不定。"),
        ("a / x| b / y| c", "每一行的内容都与此相同。第 2、3 行先后不定。除此之外，先后都是确定的。"),
        (
            "x| a / y| b / c / x| d / y| e / y| f",
            "每一行的内容都与此相同。第 1、2 行先后不定。"
            "第 4–6 行里，同名的行先后不变，不同名的行先后不定。除此之外，先后都是确定的。",
        ),
        (
            "x as k| a / y as l| b / z after l, k| c",
            "每一行的内容都与此相同。各行先后不定，只有下面说明的除外。第 3 行总在第 1、2 行之后。",
        ),
        (
            "x as l| a / y| b / y after l| {n:int=3}",
            "有底纹的部分每次可能不同：整数由机器、时机或随机数决定。其余一字不差。"
            "同名的行先后不变，不同名的行先后不定，只有下面说明的除外。第 3 行总在第 1 行之后。",
        ),
    ],
)
def test_a_page_promises_what_the_file_does(text: str, promise: str) -> None:
    assert shown(text).select(".promise")[0].get_text() == promise


def test_orders_that_were_seen_are_shown_in_the_same_lanes() -> None:
    result = parse("$ python a.py\nx| a\ny| {n:int=3}\n[exit 1]\n", Path("a.out"))
    orders = Order(150, (2, 3), {"n": "7"}), Order(50, (3, 2), {"n": "8"})
    seen = Observation(("3.11", "3.15"), runs=200, load=True, orders=2, common=orders)
    page = BeautifulSoup(render(result, "c/a", seen), "html.parser")
    words = "在 CPython 3.11、3.15 上，机器满载时重复运行 200 次，次次合乎上面所说。"
    assert page.select("summary")[0].get_text() == f"{words}见过 2 种顺序，看这 2 种"
    assert f"{words}见过 3 种顺序，看最常见的 2 种" in render(result, "c/a", replace(seen, orders=3))
    blocks = [order.select("code")[0] for order in page.select(".seen .result")]
    assert [order.get_text() for order in blocks] == ["a\n7\n[exit 1]\n", "8\na\n[exit 1]\n"]
    lanes = [[(line.get_text(), line["data-lane"]) for line in order.select(".line")] for order in blocks]
    assert lanes == [[("a\n", "1"), ("7\n", "2")], [("8\n", "2"), ("a\n", "1")]]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("examples/c/a.out", "examples/c/a.out:2: `<b>` is not an integer"),
        ("examples/c/b.out", "examples/c/b.out: No such file or directory"),
        ("examples/c", "examples/c: Is a directory"),
        ("docs/a.out", "docs/a.out: a result file stands in examples/"),
        ("", ".: a result file stands in examples/"),
    ],
)
def test_a_fence_that_cannot_be_shown_fails_the_build(
    path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("examples/c").mkdir(parents=True)
    Path("examples/c/a.py").touch()
    Path("examples/c/a.out").write_text("$ python a.py\n{n:int=<b>}\n")
    html = fence(path, "result", "result", {}, None)
    (record,) = caplog.records
    assert (record.name.partition(".")[0], record.levelno) == ("mkdocs", logging.ERROR)
    assert record.getMessage().startswith(message)
    page = BeautifulSoup(html, "html.parser")
    assert page.select(".admonition.failure")[0].get_text() == record.getMessage()
