"""A page shows the recorded run to the letter, what varies, who printed what, and what is promised."""

import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from conftest import printed

from witness.language import parse
from witness.language.types import TYPES
from witness.page.fence import fence
from witness.page.html import render
from witness.page.words import WHY
from witness.recording.evidence import Observation, Order
from witness.tracing.model import Event, Kind, Lane, Trace
from witness.tracing.notes import LaneKind


def shown(text: str, observation: Observation | None = None, **lanes: list[int]) -> BeautifulSoup:
    """Return the HTML of a result whose lines are separated by ` / ` in `text`; `lanes` are those of its timeline."""
    result = parse("\n".join(["$ python a.py", *text.split(" / "), ""]), Path("a.out"))
    events = {name: [Event(0, Kind.LINE, place) for place in places] for name, places in lanes.items()}
    drawn = [Lane(name, LaneKind.TASK, (Event(0, Kind.BEGIN), *marks)) for name, marks in events.items()]
    trace = Trace("", "3.11", tuple(drawn)) if lanes else None
    return BeautifulSoup(render(result, "c/a", observation=observation, trace=trace), "html.parser")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</code></pre>", "a & b &amp; c", "\"'", "   <b>"])
def test_output_is_no_html(text: str) -> None:
    page = shown(f"{text} / a as l| {text} / b after l| {{n:int=3}} {text} / a| {{c:text={text} in {text} | <br>}}")
    printed_lines = [f"{text}\n", f"{text}\n", f"3 {text}\n", f"{text}\n"]
    assert [printed(line) for line in page.select(".line")] == printed_lines
    tags = {tag.name for tag in page.find_all(name=True)}
    assert tags == {"figure", "figcaption", "span", "pre", "code", "i", "p", "var"}
    assert "第 3 行总在第 2 行之后。" in page.get_text()
    assert f"第 4 行的文字是 {text}、<br> 中的一个。" in page.get_text()


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("{n:pid=3}", "进程号由操作系统分配"),
        ("{n:silent=3}", "进程号由操作系统分配"),
        ("{n:worker=3 of 2}", "由谁来做，要看任务分给了谁，一共最多 2 个"),
        ("{n:int=3}", "整数由机器、时机或随机数决定"),
        ("{n:float=3.5}", "小数是量出来的"),
        ("{n:time=12:00}", "时刻要看什么时候运行"),
        ("{n:id=0x7f}", "标识由内存地址、操作系统或随机数决定"),
        ("{n:text=x in x | y}", "文字由时机或随机数决定，是 x、y 中的一个"),
        ("{n:float=3.5 in 0..4.5}", "小数是量出来的，不小于 0，不大于 4.5"),
        ("{n:int=3 in 1..}", "整数由机器、时机或随机数决定，不小于 1"),
        ("{n:int=3 in ..9}", "整数由机器、时机或随机数决定，不大于 9"),
    ],
)
def test_what_varies_says_so_to_mouse_and_keyboard(part: str, word: str) -> None:
    first, again, _, computed, computed_again = shown(f"a {part} b {{n}} c / {{k:int=1}} {{k*2}} {{k*2}}").select("var")
    assert (first["title"], again["title"]) == (word, word)
    assert computed["title"] == "算出来的：k*2"
    assert [var.has_attr("tabindex") for var in (first, again, computed, computed_again)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("x" * 72, []),
        ("x" * 73, ["code"]),
        ("字" * 36, []),
        ("字" * 36 + "x", ["code"]),
        ("x" * 73 + " {n:int=3}", ["var"]),
        ("x| " + "x" * 73, []),  # lines with names are wrapped
    ],
)
def test_what_is_too_wide_is_a_stop_for_the_keyboard(text: str, stops: list[str]) -> None:
    assert [tag.name for tag in shown(f"a / {text}").select("[tabindex]")] == stops


def lines(page: Tag) -> list[str]:
    """Return each line with its printer's name and colour number before it."""
    names = [(line.find("i", recursive=False), line) for line in page.select(".line")]
    return [f"{name.text}{line['data-lane']} {printed(line)}" if name else printed(line) for name, line in names]


def test_a_line_without_a_name_has_that_of_the_lane_that_printed_it() -> None:
    seen = Observation(("3.11",), runs=9, load=False, orders=1, common=(Order(9, (2, 4, 3, 5, 6), {}),))
    page = shown("a / x| b / main| c / d / e", seen, main=[1, 3, 5], x=[2, 4])
    assert lines(page)[:5] == ["main0 a\n", "x1 b\n", "main0 c\n", "x1 d\n", "main0 e\n"]
    assert lines(page)[5:] == ["main0 a\n", "main0 c\n", "x1 b\n", "x1 d\n", "main0 e\n"]


def test_a_pressed_key_has_no_lane() -> None:
    page = shown("main| a / x| b / ^C / main| c / x| d", main=[1, 4], x=[2, 5])
    assert lines(page) == ["main0 a\n", "x1 b\n", "^C\n", "main0 c\n", "x1 d\n"]


def test_where_one_alone_prints_no_line_has_a_name() -> None:
    assert lines(shown("a / b", main=[1, 2], x=[])) == ["a\n", "b\n"]


def test_lines_are_numbered_where_words_or_a_figure_mean_them() -> None:
    meant = (
        "{n:int=3 in 2..}",
        "times 0..2| a",
        "a / because 天亮了| b",
        "as l| a / $ python b.py  # after l / after l| b",
    )
    pages = {text: shown(text) for text in ("a", "x| a / y| b", *meant)} | {"figure": shown("a", main=[1])}
    numbered = {text: "result--numbered" in page.select(".result")[0]["class"] for text, page in pages.items()}
    assert numbered == {text: text != "a" for text in pages}


def test_names_have_as_much_room_as_the_longest_needs() -> None:
    assert shown("a / x| b / worker| c").select(".result")[0]["style"] == "--gutter: 6ch"


def test_lanes_are_numbered_and_regions_held_together() -> None:
    page = shown("a / x| b / y| c / x| d / e / y| f / e / x| g / y| h")
    first = ["a\n", "x1 b\n", "y2 c\n", "x1 d\n", "e\n", "y2 f\n", "e\n"]
    assert lines(page) == [*first, "x1 g\n", "y2 h\n"]
    regions = page.select(".region")
    assert [printed(region) for region in regions] == ["b\nc\nd\n", "g\nh\n"]
    said = [region.select("i")[0].get_text() for region in regions]
    assert said == ["下面 3 行，不同名的先后不定", "下面 2 行，先后不定"]


def test_more_lanes_than_there_are_colours_share_them() -> None:
    assert lines(shown(" / ".join(f"{name}| l" for name in "abcdefg")))[5:] == ["f6 l\n", "g1 l\n"]


def test_what_is_typed_and_pressed_looks_so_and_a_free_line_has_the_name_of_its_printer() -> None:
    page = shown("名字？{n:input=Ada} / {n} / ^C / main/| a / x| b / [no newline]")
    assert [tag.text for tag in page.select("pre kbd")] == ["Ada", "^C"]
    assert lines(page) == ["名字？Ada\n", "Ada\n", "^C\n", "main0 a\n", "x1 b\n"]
    assert [tag.text for tag in page.select(".status")] == ["[no newline]\n"]


def test_a_command_shows_the_value_that_it_was_given_and_marks_it_as_one_that_varies() -> None:
    page = shown("as l| {main:pid=7} / $ python -m asyncio ps {main} 3  # after l / {main} {main}")
    command = page.select(".command")[1]
    assert printed(command) == "$ python -m asyncio ps 7 3"
    titles = {var["title"] for var in page.select("var")}
    assert [printed(var) for var in command.select("var")] == ["7"]
    assert titles == {"进程号由操作系统分配"}
    # The value stands three times in the second terminal; the keyboard stops only at the first, in the command.
    assert [var.has_attr("tabindex") for var in page.select("figure:last-child var")] == [True, False, False]


def test_of_several_programs_each_link_says_which(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()
    result = parse("$ python a.py\n", Path("a.out"))
    for names, said in {("a.py",): ["下载程序"], ("a.py", "b.py"): ["下载 a.py", "下载 b.py"]}.items():
        page = BeautifulSoup(render(result, "c/a", programs=[tmp_path / name for name in names]), "html.parser")
        assert [link.text for link in page.select("a[download]")] == said


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
            "3.{a:int=14 in 11..}.{b:int=3} / {c:float=1.0 in ..1.1} {d:float=0.9 in ..1.1} / {e:int=4 in 2..} {e} / "
            "{f:int=5} {g:int=6 in 2..} {h:int=7 in 2..}",
            "有底纹的部分每次可能不同：整数由机器、时机或随机数决定；小数是量出来的。其余一字不差。"
            "第 1 行第 1 处的数不小于 11。第 2 行的数不大于 1.1。第 3 行的数不小于 2。第 4 行第 2、3 处的数不小于 2。"
            "各行的先后是确定的。",
        ),
        (
            "Traceback (most recent call last): /   ... / ValueError",
            "每次运行都与此相同，一字不差。写成 ... 的是调用栈，各版本不同，这里略去。",
        ),
        ("a.py:5: x / b.py:5: y", "每次运行都与此相同，一字不差。程序文件名前面的文件夹，这里略去。"),
        ("x| a / y| b", "每一行的内容都与此相同。各行先后不定。"),
        (
            "main/| a / main/| b / w| c / w| d",
            "每一行的内容都与此相同。同名的行先后不变，不同名的行先后不定。第 1、2 行都由 main 打印，彼此先后也不定。"
            "可能的次序共 12 种。",
        ),
        ("times 0..2| a / times 0..2| a / b", "每一行的内容都与此相同。第 1、2 行出现 0 到 2 次。各行的先后是确定的。"),
        ("times 0..| a", "每一行的内容都与此相同。第 1 行可能不出现，也可能出现不止一次。"),
        (
            "times 1..| a / times 1..| {t:time=12:00} / b",
            "有底纹的部分每次可能不同：时刻要看什么时候运行。其余一字不差。"
            "第 1 行至少出现 1 次。第 2 行至少出现 1 次。各行的先后是确定的。",
        ),
        ("a / because 天亮了| b", "每次运行都与此相同，一字不差。第 2 行在前面的行之后，因为天亮了。"),
        (
            "{a:text=x in x | y} / [{1, 2}] {s:silent=7}",
            "有底纹的部分每次可能不同：进程号由操作系统分配；文字由时机或随机数决定；一行里连在一起的几段，先后不定。其余一字不差。"
            "第 1 行的文字是 x、y 中的一个。各行的先后是确定的。",
        ),
        (
            "名字？{n:input=Ada} / {n} / ^C / [no newline]",
            "每次运行都与此相同，一字不差。^C 是在这时按下 Ctrl+C。最后一行没有换行。",
        ),
        ("x| a / y| b / x| c", "每一行的内容都与此相同。同名的行先后不变，不同名的行先后不定。可能的次序共 3 种。"),
        ("a / x| b / y| c", "每一行的内容都与此相同。第 2、3 行先后不定。除此之外，先后都是确定的。"),
        (
            "x| a / y| b / c / x| d / y| e / y| f",
            "每一行的内容都与此相同。第 1、2 行先后不定。"
            "第 4–6 行里，同名的行先后不变，不同名的行先后不定。除此之外，先后都是确定的。可能的次序共 6 种。",
        ),
        (
            " / ".join(f"{name}| {name}" for name in "abcdefg"),
            "每一行的内容都与此相同。各行先后不定。可能的次序超过 1000 种。",
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
        (
            "x| a / x still| b / y| c / y still| d / z| e",
            "每一行的内容都与此相同。同名的行先后不变，不同名的行先后不定，只有下面说明的除外。"
            "第 1、2 行，第 3、4 行：每一段中间不会有别的行。可能的次序共 6 种。",
        ),
        (
            "x with k| a / x still with k| b / y with k| c / y still with k| d / z with k| e",
            "每一行的内容都与此相同。同名的行先后不变，不同名的行先后不定，只有下面说明的除外。"
            "第 1、2 行，第 3、4 行：哪一段都不会插到另一段中间。第 5 行不会插到第 1、2 行，第 3、4 行中间。"
            "可能的次序共 6 种。",
        ),
    ],
)
def test_a_page_promises_what_the_file_does(text: str, promise: str) -> None:
    assert shown(text).select(".promise")[0].get_text() == promise


def test_a_line_that_waits_for_one_in_another_terminal_says_so() -> None:
    page = shown("x / as l| y / $ python b.py  # after l / z / after l| w")
    assert "第 2 行总在 a.py 的第 2 行之后。" in page.select(".promise")[1].get_text()


def test_the_page_has_words_for_every_type_that_varies() -> None:
    assert WHY.keys() == TYPES.keys() - {"input"}


def test_orders_that_were_seen_are_shown_in_the_same_lanes() -> None:
    text = "x| a / y| {n:int=3} / z| {n} / [exit 1]"
    orders = Order(150, (2, 3, 4), {"n": "7"}), Order(50, (4, 3, 2), {"n": "8"})
    seen = Observation(("3.11", "3.15"), runs=200, load=True, orders=2, common=orders)
    page = shown(text, seen).select(".seen")[0]
    words = "在 CPython 3.11、3.15 上，机器满载时重复运行 200 次，次次合乎上面所说。"
    assert page.select("summary")[0].get_text() == f"{words}见过其中 2 种次序，看这 2 种"
    assert f"{words}见过其中 3 种次序，看其中 2 种" in shown(text, replace(seen, orders=3)).get_text()
    assert f"{words}6 种次序都见过，看其中 2 种" in shown(text, replace(seen, orders=6)).get_text()
    assert lines(page) == ["x1 a\n", "y2 7\n", "z3 7\n", "z3 8\n", "y2 8\n", "x1 a\n"]
    assert [status.get_text() for status in page.select(".status")] == ["[exit 1]\n"] * 2
    # The keyboard stops at the first value in each order.
    assert [var.get_text() for var in page.select("var[tabindex]")] == ["7", "8"]
    assert "200 次里有 50 次是这个次序。" in page.get_text()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("programs/c/a.out", "programs/c/a.out:2: `<b>` is not an integer"),
        ("programs/c/b.out", "programs/c/b.out: No such file or directory"),
        ("programs/c", "programs/c:1: this is not a regular file"),
        ("", "a `result` fence holds one path, such as examples/processes/fork.out, and nothing else; this one: ''"),
        ("programs/c/a.out\n\n## 下一节\n" * 99, "a `result` fence holds one path, such as examples/processes/fork"),
    ],
)
def test_a_fence_that_cannot_be_shown_fails_the_build(
    path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("programs/c").mkdir(parents=True)
    Path("programs/c/a.py").touch()
    Path("programs/c/a.out").write_text("$ python a.py\n{n:int=<b>}\n")
    html = fence(path, "result", "result", {}, None)
    (record,) = caplog.records
    assert (record.name.partition(".")[0], record.levelno) == ("mkdocs", logging.ERROR)
    assert record.getMessage().startswith(message)
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 200
    page = BeautifulSoup(html, "html.parser")
    assert page.select(".admonition.failure")[0].get_text() == record.getMessage()


def test_what_we_did_wrong_ourselves_is_an_error_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("witness.page.fence.render", lambda *_, **__: 1 / 0)
    html = fence("examples/processes/fork.out", "result", "result", {}, None)
    assert "a bug in witness, not in this file; please report it: ZeroDivisionError" in caplog.text
    assert "a bug in witness" in html


def test_a_page_reads_a_result_and_its_evidence_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes, read_text, found = Path.read_bytes, Path.read_text, Counter[str]()
    monkeypatch.setattr(Path, "read_bytes", lambda path: (found.update([path.suffix]), read_bytes(path))[1])
    monkeypatch.setattr(Path, "read_text", lambda path: (found.update([path.suffix]), read_text(path))[1])
    fence("examples/processes/queue_end.out", "result", "result", {}, None)
    assert (found[".out"], found[".json"]) == (1, 1)
