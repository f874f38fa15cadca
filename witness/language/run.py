"""A run: what each terminal showed, by whom, and how it ended; and how it is made comparable between machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TRACEBACK = re.compile(r"(?:(?P<margin>[ |+]*)|.*)(?:Exception Group )?Traceback \(most recent call last\):")
_SHOWN = "\t\u00a0\u200d\u3000"
"""The tab, the no-break and the wide space, and the joiner of emoji: no letters, but a page shows them rightly."""

Printed = tuple[str, int | None]
"""A printed line, and the number of the process that wrote it, or None where the system does not tell."""


@dataclass(frozen=True)
class Output:
    """What one terminal saw.

    `lines` are texts in the order they came, tracebacks folded, each with the number of the process that wrote it,
    or `None` where the operating system does not tell. `main` is the number of the program's own process, `exit` its
    status as in `subprocess`. `ticks` tell in which round of reading all terminals each line was seen, where it is
    known, and `newline` whether the last line ended with one.
    """

    lines: tuple[Printed, ...]
    exit: int = 0
    main: int | None = None
    ticks: tuple[int, ...] = ()
    newline: bool = True


@dataclass(frozen=True)
class Run:
    """A run: what each terminal saw, and the `trouble`, if it was cut short or left something behind."""

    outputs: tuple[Output, ...]
    trouble: str = ""


def fold_tracebacks(lines: Iterable[Printed]) -> list[Printed]:
    """Put ``  ...`` in place of the frames of each traceback; lines come with the process that wrote them.

    Frames and carets differ between versions of Python and between machines; the exception does not. A traceback may
    begin behind a prompt. What is folded already stays as it is.
    """
    return [line for _, line in folded(lines)]


def folded(lines: Iterable[Printed]) -> Iterator[tuple[int, Printed]]:
    """The lines that `fold_tracebacks` leaves, each with its place among all."""
    frames: dict[int | None, tuple[str, bool]] = {}
    for place, (text, writer) in enumerate(lines):
        if header := _TRACEBACK.fullmatch(text):
            frames[writer] = (header["margin"] or "").replace("+", "|") + "  ", False
        elif writer in frames:
            margin, shown = frames[writer]
            if text.startswith(margin):
                if shown:
                    continue
                frames[writer] = margin, True
                text = margin + "..."
            elif text.strip(" |"):
                del frames[writer]
        yield place, (text, writer)


def visible(text: str) -> str:
    """`text` with escapes such as ``\\x1b`` for what a page or a terminal does not show as a character."""
    shown = (char if char.isprintable() or char in _SHOWN else ascii(char)[1:-1] for char in text)
    return text if text.isprintable() else "".join(shown)
