"""Make the HTML of a result: a figure for each terminal, with varying parts marked, printers named, and explanations.

Text beside the output that is not copied with it is in an `<i>`: names of printers, and what a bracket means.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import repeat
from pathlib import Path
from urllib.parse import quote

from witness.language import Line, Part, Reference, Region, Result, Terminal, Text, Variable, orders
from witness.page import words
from witness.page.timeline.colours import colours
from witness.page.timeline.svg import figure
from witness.page.why import listed, reasons
from witness.recording.evidence import Observation, Order
from witness.tracing.model import Trace

COLUMNS = 72
"""The columns that a page shows without scrolling: as many as a program may have."""


def render(
    result: Result,
    name: str,
    *,
    programs: Sequence[Path] = (),
    observation: Observation | None = None,
    trace: Trace | None = None,
) -> str:
    """Return the HTML of a result.

    `name` is that of the example, `programs` are offered for download, `observation` is what repeating it showed, and
    `trace` is of the printed run.
    """
    shown = _Shown(result, _printers(result, trace), colours(result, trace))
    blocks = []
    first = result.terminals[0]  # it also offers the modules that programs import
    started = {Path(terminal.program).stem: terminal for terminal in reversed(result.terminals)}
    promises = [words.promise(result, terminal) for terminal in result.terminals]
    meant = re.search(r"第 \d", "".join(promises))
    for terminal, promise in zip(result.terminals, promises, strict=True):
        below = [_paragraph("promise", promise)]
        if terminal is result.terminals[-1]:
            found = reasons(result, trace) if trace else []
            below += [figure(trace, result, name, found)] if trace else []
            below += [listed(found)] if found else []
            below += [_observed(shown, observation)] if observation else []
        offered = [program for program in programs if started.get(program.stem, first) is terminal]
        links = [_download(program, named=len(offered) > 1) for program in offered]
        numbered = bool(trace or meant or words.free_regions(terminal))
        blocks.append(shown.block(terminal, below, links, numbered))
    return "\n".join(blocks)


def _printers(result: Result, trace: Trace | None) -> dict[int, str]:
    """Return who printed each line, by its number; "" if one lane without a name printed all of a terminal."""
    lanes = iter(trace.printers.values()) if trace else repeat("")
    found: dict[int, str] = {}
    for terminal in result.terminals:
        named = {line.number: words.name(line) for line in terminal.lines}
        printed = [line.number for line in terminal.lines if not line.key]  # a key is pressed, and so in no lane
        who = {number: named[number] or lane for number, lane in zip(printed, lanes, strict=False)}
        alone = len(set(who.values())) == 1
        found |= named if alone else named | who
    return found


def _columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(character) in "FW") for character in text)


def _paragraph(kind: str, text: str) -> str:
    return f'<p class="{kind}">{text}</p>'


def _download(program: Path, *, named: bool) -> str:
    """Return a link that holds the file itself: it needs no server, no script, and no path that depends on the page.

    With `named`, the text has the file's name, to tell several links apart.
    """
    text = program.read_bytes().decode()
    # A URL may hold Chinese characters as they are, in a third of the space.
    content = re.sub(r"[\0-\x7f]+", lambda part: quote(part[0], safe="!$'()*+,-./:;=?@_~"), text)
    return (
        f'<a download="{program.name}" aria-label="下载{"" if named else "程序"} {program.name}" data-search-exclude'
        f' href="data:text/x-python;charset=utf-8,{content}">下载{f" {program.name}" if named else "程序"}</a>'
    )


def _observed(shown: _Shown, observation: Observation) -> str:
    """Return what repeating the program showed, with the kept orders to look at."""
    text = words.observed(observation, orders(shown.result.terminals[0]))
    if not observation.common:
        return _paragraph("seen", text)
    blocks = []
    for order in observation.common:
        below = [_paragraph("promise", words.how_often(order.count, observation.runs))]
        blocks.append(shown.in_order(order).block(shown.result.terminals[0], below))
    lines = ['<details class="seen" data-search-exclude>', f"<summary>{text}</summary>", *blocks, "</details>"]
    return "\n".join(lines)


@dataclass(frozen=True)
class _Shown:
    """A run as a page shows it: `printers` by line number, their `colours`, and the `order` of lines, if another."""

    result: Result
    printers: Mapping[int, str]
    colours: Mapping[str, int]
    order: Sequence[int] = ()

    def in_order(self, order: Order) -> _Shown:
        """Return another run of the same result."""
        variables = self.result.variables.items()
        seen = {name: variable.with_value(order.values.get(name)) for name, variable in variables}
        return replace(self, result=replace(self.result, variables=seen), order=order.lines)

    def block(self, terminal: Terminal, below: Iterable[str], links: Iterable[str] = (), numbered: bool = False) -> str:
        gutter = max((len(self.printers[line.number]) for line in terminal.lines), default=0)
        look = " result--numbered" * numbered
        look += f' result--lanes" style="--gutter: {gutter}ch' if gutter else ""
        mentioned: set[str] = set()
        command = "".join(self.part(part, mentioned) for part in self.result.command(terminal))
        output = "".join(self.region(region, mentioned) for region in terminal.regions)
        status = "".join(f'<span class="status">{end}\n</span>' for end in terminal.end)
        # What scrolls sideways must be reachable by keyboard, unless something in it is. Lines with names are wrapped.
        wide = not gutter and any(_columns(self.result.text(line)) > COLUMNS for line in terminal.lines)
        stop = ' tabindex="0"' if wide and " tabindex=" not in output else ""
        return "\n".join(
            [
                f'<figure class="result{look}">',
                f'<figcaption><span class="command">{command}</span>{"".join(links)}</figcaption>',
                f"<pre><code{stop}>{output}{status}</code></pre>",
                *below,
                "</figure>",
            ]
        )

    def region(self, region: Region, mentioned: set[str]) -> str:
        lines = sorted(region.lines, key=lambda line: self.order.index(line.number)) if self.order else region.lines
        text = "".join(self.line(line, mentioned) for line in lines)
        if len(region.lanes) == 1:
            return text
        return f'<span class="region"><i data-search-exclude>{words.bracket(region)}</i>{text}</span>'

    def line(self, line: Line, mentioned: set[str]) -> str:
        printer = self.printers[line.number]
        lane = f' data-lane="{self.colours.get(printer, 0)}"' if printer else ""
        name = f"<i data-search-exclude>{escape(printer)}</i>" if printer else ""
        parts = "".join(self.part(part, mentioned) for part in line.parts)
        parts = f"<kbd>{parts}</kbd>" if line.key else parts
        # The newline is inside, so that an empty line can be selected with the others.
        return f'<span class="line"{lane}>{name}{parts}\n</span>'

    def part(self, part: Part, mentioned: set[str]) -> str:
        text = escape(self.result.show(part), quote=False)
        if isinstance(part, Text):
            return text
        why = escape(words.why(self.result, part))
        if words.is_typed(self.result, part):
            return f'<kbd title="{why}">{text}</kbd>' if isinstance(part, Variable) else text
        # The keyboard stops at it once: where it is mentioned first.
        what = part.name if isinstance(part, Variable | Reference) else str(part)
        stop = "" if what in mentioned else ' tabindex="0"'
        mentioned.add(what)
        return f'<var{stop} title="{why}">{text}</var>'
