"""Render a result file on a page: the recorded run, with what varies marked and what is ordered said in words."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from witness.examples import Example
from witness.language import (
    Computed,
    Line,
    Part,
    Region,
    Result,
    ResultError,
    Terminal,
    Text,
    Variable,
    Varying,
    read,
)
from witness.page.timeline.layout import colours
from witness.page.timeline.svg import figure
from witness.recording.evidence import Observation, load, ordered
from witness.tracing.model import Trace

# MkDocs counts what is logged below its own name, so that a strict build fails.
_log = logging.getLogger("mkdocs.witness")

# MkDocs imports this module, for `fence`, before the theme. So here is the place to turn off what is said besides,
# and is nothing for who reads these pages: the notice of the theme, the log and the warnings of its search.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
logging.getLogger("jieba").disabled = True
warnings.filterwarnings("ignore", module=r".*\bjieba\b")

EXAMPLES = Path("examples")

# What varies, and why.
_WORDS = {
    "pid": "进程号由操作系统分配",
    "worker": "工作进程的进程号，要看任务分给了哪个进程",
    "int": "整数由机器、时机或随机数决定",
    "float": "小数是量出来的",
}


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """A `result` fence for `pymdownx.superfences`; it holds the path of a result file from the project's root.

    What can't be shown is an error in the log, which a strict build counts, and on the page.
    """
    path = Path(source.strip())
    try:
        example = Example(EXAMPLES, path.relative_to(EXAMPLES).with_suffix("").as_posix())
    except ValueError:
        return _failed(f"{path}: a result file stands in examples/")
    try:
        result = read(path)
        known = load(example, result)
        return render(result, example.name, known.observation, example.programs, known.trace)
    except ResultError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{path}: {error.strerror}; a result fence holds a path such as examples/processes/fork.out")


def _failed(message: str) -> str:
    _log.error(message)
    return f'<div class="admonition failure"><p class="admonition-title">{escape(message)}</p></div>'


def render(
    result: Result,
    name: str,
    observation: Observation | None = None,
    programs: Sequence[Path] = (),
    trace: Trace | None = None,
) -> str:
    """The HTML of a result.

    `name` is that of its example, `observation` what repeating it showed, `programs` what to offer for download, and
    `trace` of the printed run.
    """
    blocks = []
    printers = iter(trace.printers if trace else [None] * len(list(result.lines)))
    for terminal in result.terminals:
        lanes = _Lanes.of(terminal, list(islice(printers, len(terminal.lines))), colours(result, trace))
        words = f'<p class="promise">{_promise(result, terminal)}</p>'
        if terminal is result.terminals[-1]:
            words += figure(trace, result, name) if trace else ""
            words += _seen(result, name, observation, lanes) if observation else ""
        files = "".join(_download(program) for program in programs if program.name in terminal.command.split())
        numbered = bool(trace or _regions(terminal) or list(_bounds(result, terminal)))
        blocks.append(_terminal(result, terminal, name, lanes, words, files, numbered))
    return "".join(blocks)


@dataclass(frozen=True)
class _Lanes:
    """Who printed the lines of a terminal: the colour of each, and who printed those that the result gives no name."""

    colours: dict[str, int]
    unnamed: tuple[str, ...]

    @classmethod
    def of(cls, terminal: Terminal, printers: Sequence[str | None], colours: dict[str, int]) -> _Lanes:
        """`printers` are those of all lines. Where one alone prints, that needs no word."""
        who = [line.actor or printer or "" for line, printer in zip(terminal.lines, printers, strict=True)]
        alone = len(set(who)) == 1
        unnamed = ["" if alone else name for name, line in zip(who, terminal.lines, strict=True) if not line.actor]
        return cls(colours, tuple(unnamed))

    def lines(self, terminal: Terminal) -> Iterator[tuple[Line, str]]:
        """Each line and who printed it. Lines without a name come in the same order in every run."""
        unnamed = iter(self.unnamed)
        return ((line, line.actor or next(unnamed)) for line in terminal.lines)


def _download(program: Path) -> str:
    """A link that holds the file itself: it needs no server, no script, and no path that depends on the page."""
    content = quote(program.read_bytes(), safe="!$'()*+,-./:;=?@_~")
    return (
        f'<a class="download" download="{program.name}" aria-label="下载程序 {program.name}" data-search-exclude'
        f' href="data:text/x-python;charset=utf-8,{content}">下载程序</a>'
    )


def _seen(result: Result, name: str, observation: Observation, lanes: _Lanes) -> str:
    """What repeating the program showed, with the commonest orders to look at."""
    pythons = "、".join(observation.pythons)
    busy = "机器满载时" if observation.load else ""
    words = f"在 CPython {pythons} 上，{busy}重复运行 {observation.runs} 次，次次合乎上面所说"
    if not observation.common:
        return f'<p class="seen">{words}。</p>'
    orders = []
    for order in observation.common:
        shown = ordered(result, order)
        caption = f'<p class="promise">{observation.runs} 次里有 {order.count} 次是这个顺序。</p>'
        orders.append(_terminal(shown, shown.terminals[0], name, lanes, caption))
    which = "这" if len(orders) == observation.orders else "最常见的"
    return (
        f'<details class="seen" data-search-exclude><summary>{words}。见过 {observation.orders} 种顺序，'
        f"看{which} {len(orders)} 种</summary>{''.join(orders)}</details>"
    )


def _terminal(
    result: Result,
    terminal: Terminal,
    name: str,
    lanes: _Lanes,
    words: str,
    files: str = "",
    numbered: bool = False,
) -> str:
    mentioned: set[str] = set()
    printed = list(lanes.lines(terminal))
    lines = iter(_line(result, line, actor, lanes, mentioned) for line, actor in printed)
    regions = []
    for region in terminal.regions:
        text = "".join(islice(lines, len(region.lines)))
        regions.append(f'<span class="region">{text}</span>' if len(region.lanes) > 1 else text)
    status = f'<span class="status">{terminal.status}\n</span>' if terminal.status else ""
    gutter = max((len(actor) for _, actor in printed), default=0)
    look = " result--numbered" * numbered
    look += f' result--lanes" style="--gutter: {gutter}ch' if gutter else ""
    return (
        f'<div class="result{look}" data-example="{name}">'
        f'<span class="filename">{escape(terminal.command, quote=False)}</span>{files}'
        f"<pre><code>{''.join(regions)}{status}</code></pre>"
        f"{words}</div>"
    )


def _line(result: Result, line: Line, actor: str, lanes: _Lanes, mentioned: set[str]) -> str:
    lane = f' data-actor="{escape(actor)}" data-lane="{lanes.colours.get(actor, 0)}"' if actor else ""
    parts = "".join(_part(result, part, mentioned) for part in line.parts)
    # The newline is inside, so that an empty line is selected with the others.
    return f'<span class="line"{lane}>{parts}\n</span>'


def _part(result: Result, part: Part, mentioned: set[str]) -> str:
    text = escape(result.show(part), quote=False)
    if isinstance(part, Text):
        return text
    # A name is a stop for the keyboard once: where it is first mentioned.
    name = str(part) if isinstance(part, Computed) else part.name
    stop = "" if name in mentioned else ' tabindex="0"'
    mentioned.add(name)
    return f'<var{stop} title="{escape(_word(result, part))}">{text}</var>'


def _word(result: Result, part: Varying) -> str:
    """What a varying part is, for a reader."""
    if isinstance(part, Computed):
        return f"算出来的：{part.expression}"
    variable = result.variables[part.name]
    return "，".join(filter(None, [_WORDS[variable.type], _between(variable)]))


def _promise(result: Result, terminal: Terminal) -> str:
    """What a reader's own run has in common with this one, in words."""
    varying = [part for line in terminal.lines for part in line.varying]
    variables = [result.variables[part.name] for part in varying if not isinstance(part, Computed)]
    types = {variable.type for variable in variables}
    causes = "；".join(word for type, word in _WORDS.items() if type in types)
    if types & {"pid", "worker"}:
        causes = causes.replace("整数", "其他整数")
    regions = _regions(terminal)
    if not varying and not regions:
        sentences = ["每次运行都与此相同，一字不差。"]
    elif varying:
        sentences = [f"有底纹的部分每次可能不同：{causes}。其余一字不差。", *_bounds(result, terminal)]
    else:
        sentences = ["每一行的内容都与此相同。"]
    if any("Traceback (most recent call last):" in result.text(line) for line in terminal.lines):
        sentences.append("写成 <code>...</code> 的是调用栈，各版本不同，这里略去。")
    numbers = {line.number: number for number, line in enumerate(terminal.lines, 1)}
    for region in regions:
        lines = [numbers[line.number] for line in region.lines]
        where = _lines(lines) if len(lines) < len(numbers) else ""
        if len(region.lines) == len(region.lanes):
            free = f"{where or '各行'}先后不定"
        else:
            free = f"{where and f'{where}里，'}同名的行先后不变，不同名的行先后不定"
        waits = [line for line in region.lines if line.after]
        sentences.append(free + ("，只有下面说明的除外。" if waits else "。"))
        labelled = {line.label: numbers[line.number] for line in region.lines if line.label}
        for line in waits:
            earlier = _lines([labelled[label] for label in line.after])
            sentences.append(f"{_lines([numbers[line.number]])}总在{earlier}之后。")
    if varying and not regions and len(numbers) > 1:
        sentences.append("各行的先后是确定的。")
    elif regions and sum(len(region.lines) for region in regions) < len(numbers):
        sentences.append("除此之外，先后都是确定的。")
    return "".join(sentences)


def _regions(terminal: Terminal) -> list[Region]:
    """Those in which an order is free."""
    return [region for region in terminal.regions if len(region.lanes) > 1]


def _bounds(result: Result, terminal: Terminal) -> Iterator[str]:
    """In what bounds the values are, where that says more than that they count something."""
    bounded: dict[str, list[int]] = {}
    for number, line in enumerate(terminal.lines, 1):
        for part in line.varying:
            if isinstance(part, Variable):
                words = _between(result.variables[part.name], {"0", "1"})
                bounded.setdefault(words, []).append(number)
    bounded.pop("", None)
    return (f"{_lines(numbers)}的数{words}。" for words, numbers in bounded.items())


def _between(variable: Variable, without: Collection[str] = ()) -> str:
    """The bounds of a variable in words, but for lower ones that go `without` saying."""
    low = f"不小于 {variable.low}" if variable.low and variable.low not in without else ""
    high = f"不大于 {variable.high}" if variable.high else ""
    return "，".join(filter(None, [low, high]))


def _lines(numbers: Sequence[int]) -> str:
    """Which lines, in words."""
    numbers = sorted(numbers)
    together = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"第 {f'{numbers[0]}–{numbers[-1]}' if together else '、'.join(map(str, numbers))} 行"
