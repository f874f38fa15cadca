"""Draw a layout as an SVG that stands in a page and takes its colours and sizes from there (`docs/assets/witness.css`).

What is horizontal is in percent, what is vertical in pixels, so that its text is as large on a phone as elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from witness.language import Result
from witness.page.timeline.layout import Arrow, Layout, Mark, Piece, Row, colours, layout
from witness.page.timeline.spacing import PHONE
from witness.page.timeline.words import LEGEND, Words, together
from witness.page.why import Reason
from witness.tracing.model import Trace

LANE, BAR = 40, 16
"""Heights in pixels: of a lane with its name, and of the bar in it."""
_TITLED = 20
"""Of so many lines, or fewer, each mark has the text as its title."""


def figure(trace: Trace, result: Result, name: str, reasons: Sequence[Reason] = ()) -> str:
    """The timeline on a page; `name` is that of the example, and `reasons` why its lines are in order."""
    words = Words(*together(trace, [line.actor for line in result.lines]), result)
    placed = layout(words, colours(result, trace), reasons)
    # To move it sideways without a mouse.
    stop = f' tabindex="0" role="group" aria-label="{words.title()}"' if placed.width > PHONE else ""
    return (
        f'<figure class="timeline" data-search-exclude><div{stop}>{svg(placed, words, name)}</div>'
        f"<figcaption>{LEGEND}</figcaption></figure>"
    )


def svg(placed: Layout, words: Words, name: str) -> str:
    height = LANE * len(placed.rows) + 18
    ids = name.replace("/", "-")
    wide = f' style="min-width:{placed.width}px"' if placed.width > PHONE else ""
    texts = list(map(words.result.text, words.result.lines))
    titles = dict(enumerate(texts, 1)) if len(texts) <= _TITLED else {}
    pen = _Pen(placed.width, titles)
    # What arrows run below is drawn before them, its text and marks behind.
    drawn = [
        *(pen.tick(time, x, height) for time, x in placed.ticks),
        *(pen.bars(row, _top(index)) for index, row in enumerate(placed.rows)),
        *map(pen.arrow, placed.arrows),
        *map(pen.step, placed.steps),
        *(pen.marks(row, _top(index)) for index, row in enumerate(placed.rows)),
    ]
    return (
        f'<svg role="img" aria-labelledby="{ids}-title {ids}-desc" height="{height}"{wide}>'
        f'<title id="{ids}-title">{words.title()}</title>'
        f'<desc id="{ids}-desc">{escape(words.all(), quote=False)}</desc>{"".join(drawn)}</svg>'
    )


def _top(lane: int) -> int:
    return LANE * lane + LANE - BAR - 4


def _colour(colour: int | None) -> str:
    return "" if colour is None else f' data-lane="{colour}"'


def _why(numbers: Sequence[int]) -> str:
    return f' data-why="{" ".join(map(str, numbers))}"' if numbers else ""


@dataclass(frozen=True)
class _Pen:
    """Draws what stands somewhere in a drawing `width` pixels wide; `titles` are those of marks, by place."""

    width: int
    titles: dict[int, str]

    def percent(self, x: float) -> str:
        return f"{round(2 + 96 * x / self.width, 1):g}%"

    def tick(self, time: float, x: float, height: int) -> str:
        at = self.percent(x)
        return (
            f'<g class="tick"><line x1="{at}" x2="{at}" y2="{height - 14}"/>'
            f'<text x="{at}" y="{height - 3}">{time:g} ms</text></g>'
        )

    def arrow(self, arrow: Arrow) -> str:
        down = arrow.to > arrow.lane
        y1 = _top(arrow.lane) + (BAR if down else 0)
        y2 = _top(arrow.to) + (0 if down else BAR)
        x1, x2 = self.percent(arrow.x), self.percent(arrow.end)
        head = f'<text x="{x2}" y="{y2 + (0 if down else 6)}">{"▾" if down else "▴"}</text>'
        return (
            f'<g class="link {arrow.kind}"{_why(arrow.why)}><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>{head}</g>'
        )

    def step(self, step: Arrow) -> str:
        """A line that is shown only when its sentence is pointed at."""
        (x1, y1), (x2, y2) = (
            (self.percent(x), _top(lane) + BAR // 2) for lane, x in ((step.lane, step.x), (step.to, step.end))
        )
        return f'<g class="why"{_why(step.why)}><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/></g>'

    def bars(self, row: Row, top: int) -> str:
        pieces = "".join(self.wait(piece, top) if piece.label else self.bar(piece, top) for piece in row.pieces)
        return f"<g{_colour(row.colour)}>{pieces}</g>"

    def bar(self, piece: Piece, top: int) -> str:
        width = f"{round(96 * (piece.end - piece.x) / self.width, 1):g}%"
        colour = _colour(piece.colour)
        return f'<rect{colour} x="{self.percent(piece.x)}" y="{top}" width="{width}" height="{BAR}"/>'

    def wait(self, piece: Piece, top: int) -> str:
        y = top + BAR - 4
        title = "" if piece.fits else f"<title>{escape(piece.label)}</title>"
        line = f'<line x1="{self.percent(piece.x)}" x2="{self.percent(piece.end)}" y1="{y}" y2="{y}"/>'
        return f'<g class="wait"{_colour(piece.colour)}{_why(piece.why)}>{line}{title}</g>'

    def marks(self, row: Row, top: int) -> str:
        drawn = [f'<text class="name" x="0" y="{top - 5}">{escape(row.name)}</text>']
        for piece in row.pieces:
            if piece.fits:
                middle = self.percent((piece.x + piece.end) / 2)
                drawn.append(f'<text x="{middle}" y="{top + 7}">{escape(piece.label)}</text>')
        for mark in row.marks:
            drawn.append(self.mark(mark, top))
            if mark.head:
                colour, x = _colour(mark.colour), self.percent(mark.x)
                drawn.append(f'<text class="name"{colour} x="{x}" y="{top - 5}">{mark.head}</text>')
        return f"<g{_colour(row.colour)}>{''.join(drawn)}</g>"

    def mark(self, mark: Mark, top: int) -> str:
        x, y, title = self.percent(mark.x), top + BAR // 2, ""
        if mark.several:
            place = f'x="{x}" y="{y - 7}" transform="translate(-{mark.radius:g})"'
            shape = f'<rect {place} width="{2 * mark.radius:g}" height="14" rx="7"/>'
        else:
            shape = f'<circle cx="{x}" cy="{y}" r="{mark.radius:g}"/>'
            if mark.place in self.titles:
                title = f"<title>{escape(self.titles[mark.place], quote=False)}</title>"
        number = f'<text x="{x}" y="{y + 3}">{mark.number}</text>'
        return f'<g class="mark"{_colour(mark.colour)}{_why(mark.why)}>{title}{shape}{number}</g>'
