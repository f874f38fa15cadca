"""Draw the figures of docs/choose.md from its recorded results; tests/test_plots.py writes them.

They have the page's colours, light or dark, and their text is text in the page's font.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from witness.language import read

if TYPE_CHECKING:  # importing matplotlib takes a second, and only a test that draws needs it
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

RESULTS = Path("examples/choose")

# The colours in which matplotlib draws, and what the page makes of them.
COLOURS = {f"#{number:06x}": f"var(--witness-lane-{number})" for number in range(1, 7)} | {"#000000": "currentColor"}
MARKERS = "osD^v"
LOOK: dict[Any, object] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 12,
    "grid.alpha": 0.2,
    "grid.color": "#000000",
    "svg.fonttype": "none",
    "svg.hashsalt": "choose",
} | dict.fromkeys(("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), "#000000")


@dataclass(frozen=True)
class Curves:
    """The time that a number of jobs took: a curve for each way, with the variables named `way` + number as points."""

    result: str
    title: str
    ways: Mapping[str, str]
    """The label of each way."""

    def draw(self, axes: Axes) -> None:
        values = recorded(self.result)
        axes.set(xscale="log", yscale="log", xlabel="件数")
        axes.set_ylabel("秒", rotation=0)
        plain(axes.xaxis, axes.yaxis)
        ends: dict[str, tuple[int, int, float]] = {}
        for number, (way, words) in enumerate(self.ways.items(), 1):
            points = sorted((int(name.removeprefix(way)), value) for name, value in values.items() if is_of(name, way))
            axes.plot(*zip(*points, strict=True), color=f"#{number:06x}", marker=MARKERS[number - 1])
            ends[words] = (number, *points[-1])
        axes.autoscale_view()
        last = max(count for _, count, _ in ends.values())
        beside = {words: end for words, end in ends.items() if end[1] == last}
        heights = apart([axes.transData.transform((count, value))[1] for _, count, value in beside.values()], 16)
        for (words, (number, count, value)), height in zip(beside.items(), heights, strict=True):
            up = height - axes.transData.transform((count, value))[1]
            write(axes, words, number, (count, value), (10, up))
        for words, (number, count, value) in ends.items():
            if count < last:
                write(axes, words, number, (count, value), (10, 4))


@dataclass(frozen=True)
class Dots:
    """Measurements of several things, in rows, with a dot for each variable."""

    result: str
    title: str
    unit: str
    rows: Mapping[str, Sequence[str]]
    """The variables of each row, by its label."""
    dots: Sequence[str] = ("",)
    """The labels of the variables in a row, if there are several."""

    def draw(self, axes: Axes) -> None:
        values = recorded(self.result)
        axes.set(xscale="log", xlabel=self.unit, ylim=(len(self.rows) - 0.5, -0.6))
        axes.set_yticks(range(len(self.rows)), list(self.rows))
        plain(axes.xaxis)
        for number, words in enumerate(self.dots, 1):
            points = [(values[names[number - 1]], row) for row, names in enumerate(self.rows.values())]
            axes.plot(*zip(*points, strict=True), color=f"#{number:06x}", marker=MARKERS[number - 1], linestyle="")
            if words:
                write(axes, words, number, points[0], (0, 9), ("center", "right", "left")[number - 1])
        if len(self.dots) == 1:
            for row, (name,) in enumerate(self.rows.values()):
                write(axes, digits(values[name]), 1, (values[name], row), (9, -4))


FIGURES: dict[str, Curves | Dots] = {
    "wait": Curves("wait", "等待：件数和时间", {"one": "一个一个", "thread": "线程池", "task": "异步"}),
    "compute": Curves(
        "compute", "计算：件数和时间", {"one": "一个一个", "thread": "线程池", "task": "异步", "process": "进程池"}
    ),
    "mixed": Curves(
        "mixed", "又等又算：件数和时间", {"one": "一个一个", "thread": "线程池", "task": "异步", "loops": "两个进程"}
    ),
    "tick": Dots(
        "tick",
        "旁边在算，每 10 毫秒一次的响迟多久",
        "迟了几毫秒",
        {
            words: [f"{place}{part}" for part in (50, 90, 99)]
            for place, words in {
                "none": "不算",
                "loop": "事件循环",
                "thread": "另一线程",
                "process": "另一进程",
            }.items()
        },
        ("p50", "p90", "p99"),
    ),
    "cost": Dots(
        "cost",
        "一件什么也不做的事要多久",
        "微秒",
        {"任务": ["task"], "线程池": ["pooled"], "新的线程": ["thread"], "子解释器池": ["sub"], "进程池": ["process"]},
    ),
    "memory": Dots(
        "memory",
        "一个等着的占多少内存",
        "KiB",
        {"任务": ["task"], "线程": ["thread"], "子解释器": ["sub"], "进程": ["process"]},
    ),
}
"""The figures by their names."""


def recorded(result: str) -> dict[str, float]:
    """Return the numbers of a recorded run by their names."""
    variables = read(RESULTS / f"{result}.out").variables.values()
    return {variable.name: float(variable.value) for variable in variables if variable.type in ("int", "float")}


def is_of(name: str, way: str) -> bool:
    return re.fullmatch(rf"{way}\d+", name) is not None


def plain(*scales: Axis) -> None:
    """Write the powers of ten at ticks in plain digits."""
    from matplotlib.ticker import NullLocator

    for scale in scales:
        scale.set_major_formatter(lambda value, _: digits(value))
        scale.set_minor_locator(NullLocator())


def digits(value: float) -> str:
    return f"{value:,.6g}".replace(",", " ")


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Return the heights, moved down where they are less than `least` below the next one above."""
    moved: dict[int, float] = {}
    for index in sorted(range(len(heights)), key=heights.__getitem__, reverse=True):
        moved[index] = min([heights[index], *(height - least for height in moved.values())])
    return [moved[index] for index in range(len(heights))]


def write(
    axes: Axes, words: str, number: int, point: tuple[float, float], by: tuple[float, float], ha: str = "left"
) -> None:
    """Write words beside a point, in its colour."""
    axes.annotate(words, point, by, textcoords="offset points", color=f"#{number:06x}", ha=ha, va="baseline")


def draw(name: str) -> str:
    """Return the figure as an SVG element for a page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    plot, drawn = FIGURES[name], io.StringIO()
    with rc_context(LOOK), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # readers' fonts have them
        figure = Figure(figsize=(6, 3.4 if isinstance(plot, Curves) else 2.6), dpi=72)
        figure.subplots_adjust(left=0.19, right=0.8 if isinstance(plot, Curves) else 0.86, bottom=0.2, top=0.96)
        plot.draw(figure.subplots())
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return themed(drawn.getvalue(), name, plot.title)


def themed(svg: str, name: str, title: str) -> str:
    """Return what matplotlib drew, without what a page doesn't need, in the page's colours."""
    svg = svg[svg.index("<svg") :]
    for useless in (
        r"<metadata>.*?</metadata>|<!--.*?-->|<defs>\s*<(style|clipPath).*?</\1>\s*</defs>",
        r"<path d=\"[^\"]*\" style=\"fill: none\"/>",  # the background
        r" id=\"(?!m[0-9a-f]+\")[^\"]*\"| clip-path=\"[^\"]*\"| transform=\"rotate\(-0 [^\"]*\"",
        r"</?g>",
        r"font-family: [^;\"]*",
    ):
        svg = re.sub(useless, "", svg, flags=re.S)
    svg = re.sub(r"(?<= id=\")|(?<=href=\"#)", f"{name}-", svg).replace("xlink:href", "href")
    svg = re.sub(r"#[0-9a-f]{6}", lambda colour: COLOURS.get(colour[0], colour[0]), svg)
    svg = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda place: re.sub(r"-?\d+\.\d{2,}", short, place[0]), svg)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\\1" width="600" role="img" aria-label="{title}" '
        'style="display:block;max-width:100%;height:auto;fill:currentColor;stroke-linejoin:round">'
    )
    svg = re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>', head, svg)
    return re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"


def short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}"
