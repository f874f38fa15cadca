"""What a page shows of a result: the recorded run to the letter, what varies, who printed what, what is promised."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import printed

from witness.examples import Example, find
from witness.language import parse, read
from witness.page.adapter import Observation, Order
from witness.page.fence import fence
from witness.page.html import render
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
    blocks = page.select("figure.result")
    shown = (f"{printed(block.select_one('.command'))}\n{printed(block.select_one('pre > code'))}" for block in blocks)
    assert "".join(shown) == result.output


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</code></pre>", "a & b &amp; c", "\"'", "   <b>"])
def test_output_is_no_html(text: str) -> None:
    page = shown(f"{text} / a as l| {text} / b after l| {{n:int=3}} {text}")
    assert [printed(line) for line in page.select(".line")] == [f"{text}\n", f"{text}\n", f"3 {text}\n"]
    tags = {tag.name for tag in page.find_all(name=True)}
    assert tags == {"figure", "figcaption", "span", "pre", "code", "i", "p", "var"}
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


def lanes(page: BeautifulSoup) -> list[tuple[str, str, str]]:
    """The printer of each line, the number of its colour, and the line."""
    found = []
    for line in page.select(".line"):
        name = line.find("i", recursive=False)
        found.append(
            (name.get_text() if name else "", str(line.get("data-lane", "")), printed(line).removesuffix("\n"))
        )
    return found


def test_a_line_without_a_name_has_that_of_the_lane_that_printed_it() -> None:
    result = parse("$ python a.py\na\nx| b\nmain| c\nd\ne\n", Path("a.out"))
    trace = Trace(
        "",
        "3.11",
        (
            Lane("main", LaneKind.PROGRAM, (event(1), event(3), event(5))),
            Lane("x", LaneKind.TASK, (event(2), event(4))),
        ),
    )
    seen = Observation(("3.11",), runs=9, load=False, orders=1, common=(Order(9, (2, 4, 3, 5, 6), {}),))
    page = BeautifulSoup(render(result, "c/a", observation=seen, trace=trace), "html.parser")
    main, x = ("main", "0"), ("x", "1")
    assert lanes(page)[:5] == [(*main, "a"), (*x, "b"), (*main, "c"), (*x, "d"), (*main, "e")]
    assert lanes(page)[5:] == [(*main, "a"), (*main, "c"), (*x, "b"), (*x, "d"), (*main, "e")]


def test_where_one_alone_prints_no_line_has_a_name() -> None:
    result = parse("$ python a.py\na\nb\n", Path("a.out"))
    trace = Trace(
        "",
        "3.11",
        (Lane("main", LaneKind.PROGRAM, (event(1), event(2))), Lane("x", LaneKind.TASK, (Event(0, Kind.BEGIN),))),
    )
    page = BeautifulSoup(render(result, "c/a", trace=trace), "html.parser")
    assert lanes(page) == [("", "", "a"), ("", "", "b")]


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
    page = shown("a / x| b / y| c / x| d / e / y| f / e / x| g / y| h")
    none, x, y = ("", ""), ("x", "1"), ("y", "2")
    first = [(*none, "a"), (*x, "b"), (*y, "c"), (*x, "d"), (*none, "e"), (*y, "f"), (*none, "e")]
    assert lanes(page) == [*first, (*x, "g"), (*y, "h")]
    regions = page.select(".region")
    assert [printed(region) for region in regions] == ["b\nc\nd\n", "g\nh\n"]
    said = [region.select("i")[0].get_text() for region in regions]
    assert said == ["下面 3 行，不同名的先后不定", "下面 2 行，先后不定"]


def test_what_is_said_in_the_output_is_not_found_by_the_search() -> None:
    said = shown("x| a / y| b").select("i")
    assert len(said) == 3
    assert all(tag.has_attr("data-search-exclude") for tag in said)


def test_each_part_of_a_result_begins_a_line_of_the_source() -> None:
    begins = [line.partition(">")[0].partition(" ")[0] for line in str(shown("a / b")).splitlines()]
    assert begins == ["<figure", "<figcaption", "<pre", "</span", "</span", "<p", "</figure"]


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
    result = parse("$ python a.py\nx| a\ny| {n:int=3}\nz| {n}\n[exit 1]\n", Path("a.out"))
    orders = Order(150, (2, 3, 4), {"n": "7"}), Order(50, (4, 3, 2), {"n": "8"})
    seen = Observation(("3.11", "3.15"), runs=200, load=True, orders=2, common=orders)
    page = BeautifulSoup(render(result, "c/a", observation=seen), "html.parser").select(".seen")[0]
    words = "在 CPython 3.11、3.15 上，机器满载时重复运行 200 次，次次合乎上面所说。"
    assert page.select("summary")[0].get_text() == f"{words}见过 2 种顺序，看这 2 种"
    assert f"{words}见过 3 种顺序，看最常见的 2 种" in render(result, "c/a", observation=replace(seen, orders=3))
    x, y, z = ("x", "1"), ("y", "2"), ("z", "3")
    assert lanes(page) == [(*x, "a"), (*y, "7"), (*z, "7"), (*z, "8"), (*y, "8"), (*x, "a")]
    assert [printed(code)[-9:] for code in page.select("code")] == ["[exit 1]\n"] * 2
    # The first in each order is a stop for the keyboard.
    assert [printed(var) for var in page.select("var[tabindex]")] == ["7", "8"]
    assert "200 次里有 50 次是这个顺序。" in page.get_text()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("examples/c/a.out", "examples/c/a.out:2: `<b>` is not an integer"),
        ("examples/c/b.out", "examples/c/b.out: No such file or directory"),
        ("examples/c", "examples/c: Is a directory"),
        ("", ".: Is a directory"),
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
