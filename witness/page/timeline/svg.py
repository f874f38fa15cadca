"""Draw a trace as an SVG in a page, with the colours and sizes of `docs/assets/witness.css`.

Horizontal lengths are in percent, vertical ones in pixels, so that text is as large on a phone as elsewhere.
"""

from collections.abc import Iterable, Sequence
from html import escape

from witness.language import Result
from witness.page.timeline.arrows import arrows
from witness.page.timeline.colours import colours, holder
from witness.page.timeline.lit import Lit
from witness.page.timeline.spacing import PHONE, breadth, layout, radius, ticks
from witness.page.timeline.words import Words, together
from witness.page.why import Reason
from witness.tracing.model import Event, Kind, Spot, Trace

LANE, BAR = 40, 16
"""Heights in pixels: of a lane with its name, and of the bar in it."""
_TITLED = 20
"""The most lines of which each mark has the line's text as its title."""


def figure(trace: Trace, result: Result, name: str, reasons: Sequence[Reason] = ()) -> str:
    """Return the timeline as HTML; `name` is that of the example, and `reasons` explain the order of its lines."""
    words = Words(*together(trace, result), result)
    drawing = _Drawing(words, colours(result, trace), reasons)
    # A drawing that scrolls must be reachable by keyboard.
    stop = f' tabindex="0" role="group" aria-label="{words.title()}"' if drawing.width > PHONE else ""
    return (
        f'<figure class="timeline" data-search-exclude><div{stop}>{drawing.svg(name)}</div>'
        f"<figcaption>{words.legend()}</figcaption></figure>"
    )


def _top(lane: int) -> int:
    return LANE * lane + LANE - BAR - 4


def _colour(colour: int) -> str:
    return f' data-lane="{colour}"'


def _why(numbers: Iterable[int]) -> str:
    """Return the attribute that says for which reasons something lights up."""
    found = " ".join(map(str, dict.fromkeys(numbers)))
    return f' data-why="{found}"' if found else ""


class _Drawing:
    """The drawing of a trace; `colours` has the numbers of the colours of its lanes and actors."""

    def __init__(self, words: Words, colours: dict[str, int], reasons: Sequence[Reason]) -> None:
        self.words, self.trace, self.colours = words, words.trace, colours
        self.xs, self.width = layout(words)
        self.lit = Lit(words, reasons, self.xs)
        texts = list(map(words.result.text, words.result.lines))
        self.titles = dict(enumerate(texts, 1)) if len(texts) <= _TITLED else {}

    def svg(self, name: str) -> str:
        height = LANE * len(self.trace.lanes) + 18
        ids = name.replace("/", "-")
        wide = f' style="min-width:{self.width}px"' if self.width > PHONE else ""
        lanes = list(map(self.lane, range(len(self.trace.lanes))))
        # SVG draws in this order, so arrows run over bars, and under text and marks.
        drawn = [
            *(self.tick(time, x, height) for time, x in ticks(self.trace, self.xs, self.width)),
            *(bars for bars, _ in lanes),
            *(self.arrow(let, on, kind) for let, on, kind in arrows(self.trace)),
            *(self.step(*gap) for gap in dict.fromkeys(self.lit.gaps)),
            *(marks for _, marks in lanes),
        ]
        return (
            f'<svg role="img" aria-labelledby="{ids}-title {ids}-desc" height="{height}"{wide}>'
            f'<title id="{ids}-title">{self.words.title()}</title>'
            f'<desc id="{ids}-desc">{escape(self.words.all(), quote=False)}</desc>{"".join(drawn)}</svg>'
        )

    def percent(self, x: float) -> str:
        return f"{round(2 + 96 * x / self.width, 1):g}%"

    def tick(self, time: float, x: float, height: int) -> str:
        at = self.percent(x)
        return (
            f'<g class="tick"><line x1="{at}" x2="{at}" y2="{height - 14}"/>'
            f'<text x="{at}" y="{height - 3}">{self.words.time(time)}</text></g>'
        )

    def arrow(self, let: Spot, on: Spot, kind: str) -> str:
        """Return an arrow from the event that lets go to the one that goes on."""
        down = on[0] > let[0]
        y1 = _top(let[0]) + (BAR if down else 0)
        y2 = _top(on[0]) + (0 if down else BAR)
        x1, x2 = self.percent(self.xs[let]), self.percent(self.xs[on])
        head = f'<text x="{x2}" y="{y2 + (0 if down else 6)}">{"▾" if down else "▴"}</text>'
        why = _why(self.lit.arrows[let, on])
        return f'<g class="link {kind}"{why}><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>{head}</g>'

    def step(self, number: int, here: Spot, there: Spot) -> str:
        """Return a line that shows only when its sentence is pointed at."""
        (x1, y1), (x2, y2) = ((self.percent(self.xs[spot]), _top(spot[0]) + BAR // 2) for spot in (here, there))
        return f'<g class="why"{_why([number])}><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/></g>'

    def lane(self, number: int) -> tuple[str, str]:
        """Return the bars of a lane, and its text and marks; actors that share the lane have colours of their own."""
        lane, top = self.trace.lanes[number], _top(number)
        strands, actors = self.words.strands[number], self.words.actors

        def colour(actor: str) -> str:
            return _colour(self.colours.get(actor, 0)) if strands else ""

        bars, marks = [], []
        texts = [f'<text class="name" x="0" y="{top - 5}">{escape(self.words.names[number])}</text>']
        for index, event in enumerate(lane.events):
            spot = number, index
            if event.kind is Kind.LINE:
                actor = actors[event.place]
                marks.append(self.mark(spot, event, colour(actor)))
                if strands.get(actor) == event.place:
                    x = self.percent(self.xs[spot])
                    marks.append(f'<text class="name"{colour(actor)} x="{x}" y="{top - 5}">{actor}</text>')
            if index < len(lane.events) - 1:
                has = colour(holder(lane, index, actors))
                if event.kind is Kind.WAIT:
                    bar, label = self.wait(spot, event, has)
                    bars.append(bar)
                    texts.append(label)
                else:
                    bars.append(self.bar(spot, has))
        whole = _colour(0 if strands else self.colours.get(lane.name, 0))
        return f"<g{whole}>{''.join(bars)}</g>", f"<g{whole}>{''.join([*texts, *marks])}</g>"

    def ends(self, spot: Spot) -> tuple[float, float]:
        """Return the x coordinates of an event and of the next one in its lane."""
        return self.xs[spot], self.xs[spot[0], spot[1] + 1]

    def bar(self, spot: Spot, colour: str) -> str:
        x, end = self.ends(spot)
        width = f"{round(96 * (end - x) / self.width, 1):g}%"
        return f'<rect{colour} x="{self.percent(x)}" y="{_top(spot[0])}" width="{width}" height="{BAR}"/>'

    def wait(self, spot: Spot, event: Event, colour: str) -> tuple[str, str]:
        """Return a wait and its label; if there is no room for one, the wait has it as its title."""
        (x, end), top, text = self.ends(spot), _top(spot[0]), escape(self.words.label(event))
        fits = end - x >= breadth(self.words, event)
        line = f'<line x1="{self.percent(x)}" x2="{self.percent(end)}" y1="{top + BAR - 4}" y2="{top + BAR - 4}"/>'
        title = "" if fits else f"<title>{text}</title>"
        label = f'<text x="{self.percent((x + end) / 2)}" y="{top + 7}">{text}</text>' if fits else ""
        return f'<g class="wait"{colour}{_why(self.lit.spots[spot])}>{line}{title}</g>', label

    def mark(self, spot: Spot, line: Event, colour: str) -> str:
        """Return the mark of a printed line, or of several."""
        x, y, title, half = self.percent(self.xs[spot]), _top(spot[0]) + BAR // 2, "", radius(self.words, line)
        if line.place in self.words.last:
            at = f'x="{x}" y="{y - 7}" transform="translate(-{half:g})"'
            shape = f'<rect {at} width="{2 * half:g}" height="14" rx="7"/>'
        else:
            shape = f'<circle cx="{x}" cy="{y}" r="{half:g}"/>'
            if line.place in self.titles:
                title = f"<title>{escape(self.titles[line.place], quote=False)}</title>"
        number = f'<text x="{x}" y="{y + 3}">{self.words.number(line)}</text>'
        return f'<g class="mark"{colour}{_why(self.lit.spots[spot])}>{title}{shape}{number}</g>'
