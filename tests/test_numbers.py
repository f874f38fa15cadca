"""A number in a page's text that restates a program or a result really stands there."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import refuse

UNITS = {
    "秒|s|次|行|个|张|倍|核|种|字节|%": 1,
    "毫秒|ms": 1e-3,
    "微秒|µs": 1e-6,
    "纳秒|ns": 1e-9,
    "KB|kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "万": 1e4,
    "亿": 1e8,
}
SCALE = {unit: scale for units, scale in UNITS.items() for unit in units.split("|")}
NUMBER = re.compile(
    rf"(?<![\w.–-])(\d(?:[\d ]*\d)?(?:\.\d+)?)\** ?({'|'.join(sorted(SCALE, key=len, reverse=True))})(?![a-z])"
)
WHOLE = re.compile(r"`(\d[\d_]*(?:\.\d+)?)`")
IS = re.compile(r"(?<!可以)是 (\d+(?:\.\d+)?)(?=[，。；：！？]|$)")
"""A sum, an exit status, a count: a number at the end of a clause."""
PAGES = sorted(Path("docs").rglob("*.md"))
LINK = re.compile(r"\]\(")


def sources(text: str) -> set[float]:
    """Return all numbers in the programs, results and snippets of a text; and 0, an exit status that none shows."""
    files = re.findall(r'^ *--8<-- "(examples/\S+)"$|^ *(examples/\S+\.out)$', text, re.MULTILINE)
    shown = [path.read_text() for path in (Path(program or result) for program, result in files) if path.exists()]
    shown += re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return {0.0} | {float(number.replace("_", "")) for number in re.findall(r"\d[\d_]*(?:\.\d+)?", "\n".join(shown))}


def unknown(text: str) -> list[str]:
    """Return the numbers that stand nowhere near, with their lines: with a unit, after 是, or alone in a code span.

    Only sections with a fence, and those behind them, are checked. A number may stand in a program, result or snippet
    of the section or the one before it, as it is, in another unit (a time), or rounded (a size). Sentences with a link
    are not checked.
    """
    found = []
    start = 1
    for before, section in pairwise(["", *re.split(r"^(?=#{2,3} )", text, flags=re.MULTILINE)]):
        there = sources(before + section) if "```" in before + section else set()
        prose = re.sub(r"^( *)```.*?^\1```$", _blank, section, flags=re.DOTALL | re.MULTILINE)
        for number, line in enumerate(prose.split("\n") if there else (), start):
            for sentence in re.split(r"(?<=[。！？；])|\|", line):
                if not LINK.search(sentence):
                    said = NUMBER.findall(re.sub(r"`[^`]+`", "``", sentence))
                    said += [(value, "个") for value in (*WHOLE.findall(sentence), *IS.findall(sentence))]
                    found += [f"{number}: {value} {unit}" for value, unit in said if not _stands(value, unit, there)]
        start += section.count("\n")
    return found


def _blank(block: re.Match[str]) -> str:
    return "\n" * block[0].count("\n")


def _stands(text: str, unit: str, there: set[float]) -> bool:
    digits = re.sub("[ _]", "", text)
    places, value = len(digits.partition(".")[2]), float(digits)
    return value in there or (SCALE[unit] != 1 and value in {round(number / SCALE[unit], places) for number in there})


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_number_that_is_restated_stands_in_a_program_or_result(page: Path) -> None:
    refuse(
        (f"{page}:{said}" for said in unknown(page.read_text())),
        "Take the number from a program, result or snippet of its section or the one before; or link, in its\n"
        "sentence, to where it stands; or make it an approximate figure, in words.",
    )


TEXT = """# 页

## 程序 { #program }

```python
sleep(0.25)
#> 1_000_000
```

```result
examples/threads/event.out
```

## 看什么 { #notice }

它要 0.25 秒，就是 250 毫秒。一共 1 000 000 次，打印 `1000000`，和是 1000000。[别处](a.md)说 7 次。
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.25 秒", "0.26 秒", "16: 0.26 秒"),
        ("250 毫秒", "260 毫秒", "16: 260 毫秒"),
        ("1 000 000 次", "1 000 001 次", "16: 1 000 001 次"),
        ("`1000000`", "`1000001`", "16: 1000001 个"),
        ("和是 1000000", "和是 1000001", "16: 1000001 个"),
        ("[别处](a.md)", "别处", "16: 7 次"),
        ("0.25 秒", "**0.26** 秒", "16: 0.26 秒"),
        ("sleep(0.25)", "sleep(0.35)", "16: 0.25 秒"),
    ],
)
def test_a_number_that_stands_nowhere_is_refused(old: str, new: str, said: str) -> None:
    assert unknown(TEXT) == []
    assert old in TEXT
    assert said in unknown(TEXT.replace(old, new))
