"""Render a result file on a page: the recorded run, with what varies marked and what is ordered said in words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from witness.decide import Output, Run
from witness.examples import Example
from witness.ledger import Ledger, Observation
from witness.record import refresh
from witness.result import Computed, Line, Part, Reference, Result, ResultError, Terminal, Text, Varying, parse, read
from witness.timeline import figure

# MkDocs counts what is logged below its own name, so that a strict build fails.
_log = logging.getLogger("mkdocs.witness")

EXAMPLES = Path("examples")

_WORDS = {
    "pid": "进程号：每次运行都不同",
    "worker": "进程号：取决于哪个工作进程领到任务",
    "int": "整数：每次运行可能不同",
    "float": "小数：每次运行可能不同",
}


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """A `result` fence for `pymdownx.superfences`; it holds the path of a result file from the project's root.

    What can't be shown is an error in the log, which a strict build counts, and on the page.
    """
    path = Path(source.strip())
    try:
        example = Example(EXAMPLES, path.relative_to(EXAMPLES).with_suffix("").as_posix())
        observation = Ledger(EXAMPLES).observation(example)
        return render(read(path), example.name, observation, example.programs) + figure(example)
    except ResultError as error:
        message = str(error)
    except OSError as error:
        message = f"{path}: {error.strerror}; a result fence holds a path such as examples/processes/fork.out"
    except ValueError:
        message = f"{path}: a result file stands in examples/"
    _log.error(message)
    return f'<div class="admonition failure"><p class="admonition-title">{escape(message)}</p></div>'


def render(result: Result, name: str, observation: Observation | None = None, programs: Sequence[Path] = ()) -> str:
    """The HTML of a result.

    `name` is that of its example, `observation` what repeating it showed, `programs` what to offer for download.
    """
    blocks = []
    for terminal in result.terminals:
        words = f'<p class="promise">{_promise(result, terminal)}</p>'
        if observation and terminal is result.terminals[-1]:
            words += _seen(result, name, observation)
        files = "".join(_download(program) for program in programs if program.name in terminal.command.split())
        blocks.append(_terminal(result, terminal, name, _lanes(terminal), words, files))
    return "".join(blocks)


def _download(program: Path) -> str:
    """A link that holds the file itself: it needs no server, no script, and no path that depends on the page."""
    content = quote(program.read_bytes(), safe="!$'()*+,-./:;=?@_~")
    return (
        f'<a class="download" download="{program.name}" aria-label="下载程序 {program.name}" data-search-exclude'
        f' href="data:text/x-python;charset=utf-8,{content}">下载程序</a>'
    )


def _seen(result: Result, name: str, observation: Observation) -> str:
    """What repeating the program showed, with the commonest orders to look at."""
    pythons = "、".join(observation.pythons)
    busy = "机器满载时" if observation.load else ""
    words = f"在 CPython {pythons} 上，{busy}重复运行 {observation.runs} 次，次次合乎上面所说"
    if not observation.common:
        return f'<p class="seen">{words}。</p>'
    orders = []
    for count, text in observation.common:
        lines = tuple((line, None) for line in text.splitlines())
        shown = parse(refresh(result, Run((Output(lines, result.terminals[0].exit),))).text, result.path)
        caption = f'<p class="promise">{observation.runs} 次里有 {count} 次是这个顺序。</p>'
        orders.append(_terminal(shown, shown.terminals[0], name, _lanes(result.terminals[0]), caption))
    return (
        f'<details class="seen"><summary>{words}。见过 {observation.orders} 种顺序，'
        f"看最常见的 {len(orders)} 种</summary>{''.join(orders)}</details>"
    )


def _lanes(terminal: Terminal) -> dict[str, int]:
    """The actors of a terminal, numbered as they appear."""
    actors = dict.fromkeys(line.actor for line in terminal.lines if line.actor)
    return {actor: lane for lane, actor in enumerate(actors, 1)}


def _terminal(result: Result, terminal: Terminal, name: str, lanes: dict[str, int], words: str, files: str = "") -> str:
    mentioned: set[str] = set()
    regions = []
    for region in terminal.regions:
        lines = "".join(_line(result, line, lanes, mentioned) for line in region.lines)
        regions.append(f'<span class="region">{lines}</span>' if len(region.lanes) > 1 else lines)
    status = f'<span class="status">{terminal.status}\n</span>' if terminal.status else ""
    look = f' result--lanes" style="--gutter: {max(map(len, lanes))}ch' if lanes else ""
    return (
        f'<div class="result{look}" data-example="{name}">'
        f'<span class="filename">{terminal.command}</span>{files}'
        f"<pre><code>{''.join(regions)}{status}</code></pre>"
        f"{words}</div>"
    )


def _line(result: Result, line: Line, lanes: dict[str, int], mentioned: set[str]) -> str:
    lane = f' data-actor="{line.actor}" data-lane="{lanes[line.actor]}"' if line.actor else ""
    parts = "".join(_part(result, part, mentioned) for part in line.parts)
    # The newline is inside, so that an empty line is selected with the others.
    return f'<span class="line"{lane}>{parts}\n</span>'


def _part(result: Result, part: Part, mentioned: set[str]) -> str:
    text = escape(result.show(part), quote=False)
    if isinstance(part, Text):
        return text
    # A name is a stop for the keyboard once: where it is first mentioned.
    stop = "" if str(part) in mentioned else ' tabindex="0"'
    mentioned.update([str(part)] if isinstance(part, Computed) else [str(Reference(part.name))])
    return f'<var{stop} title="{escape(_word(result, part))}">{text}</var>'


def _word(result: Result, part: Varying) -> str:
    """What a varying part is, for a reader."""
    if isinstance(part, Computed):
        return f"算出来的：{part.expression}"
    variable = result.variables[part.name]
    bounds = [f"不小于 {variable.low}"] * bool(variable.low) + [f"不大于 {variable.high}"] * bool(variable.high)
    return "，".join([_WORDS[variable.type], *bounds])


def _promise(result: Result, terminal: Terminal) -> str:
    """What a reader's own run has in common with this one, in words."""
    varies = any(line.varying for line in terminal.lines)
    regions = [region for region in terminal.regions if len(region.lanes) > 1]
    if not varies and not regions:
        return "每次运行都与此相同，一字不差。"
    sentences = ["有底纹的部分每次运行可能不同，其余一字不差。"] if varies else ["每一行的内容都与此相同。"]
    if not regions:
        return sentences[0] + "各行的先后是确定的。"
    for region in regions:
        names = "、".join(f"<code>{escape(lane.actor or '')}</code>" for lane in region.lanes)
        waits = [line for line in region.lines if line.after]
        sentences.append(
            f"{names} 各自的行先后确定，彼此之间的先后不定" + ("，只有下面说明的除外。" if waits else "。")
        )
        labelled = {line.label: line for line in region.lines if line.label}
        for line in waits:
            earlier = "、".join(f"「{escape(result.text(labelled[label]), quote=False)}」" for label in line.after)
            sentences.append(f"「{escape(result.text(line), quote=False)}」总在{earlier}之后。")
    return "".join(sentences)
