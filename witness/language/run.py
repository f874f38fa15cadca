"""A run as a value: what each terminal showed, who wrote it and how it ended, in a form comparable between machines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from unicodedata import category

_TRACEBACK = re.compile(r"(?:(?P<margin>[ |+]*)|.*)(?:Exception Group )?Traceback \(most recent call last\):")
_SHOWN = "\t\u200c\u200d"
"""Characters besides spaces of any width that `str.isprintable` denies, but that a page shows correctly.

These are the tab, and the joiner and non-joiner of emoji and of scripts such as Arabic.
"""

Printed = tuple[str, int | None]
"""The text of a printed line, and the number of the process that wrote it, or None where the system doesn't tell."""


@dataclass(frozen=True)
class Output:
    """The output in one terminal.

    `lines` are in the order in which they came, with tracebacks folded. `main` is the number of the program's own
    process, `exit` its status as in `subprocess`. `ticks` are, if known, the rounds of reading all terminals that saw
    the lines. `newline` tells whether the last line ended with a newline.
    """

    lines: tuple[Printed, ...]
    exit: int = 0
    main: int | None = None
    ticks: tuple[int, ...] = ()
    newline: bool = True


@dataclass(frozen=True)
class Run:
    """A run: the output of each terminal, and the `trouble` if the run was cut short or left something behind.

    `seconds` is how long it took, which does not count when runs are compared.
    """

    outputs: tuple[Output, ...]
    trouble: str = ""
    seconds: float = field(default=0.0, compare=False)


def fold_tracebacks(lines: Iterable[Printed]) -> list[Printed]:
    """Return the lines with ``  ...`` in place of the frames of each traceback; the lines of each writer are separate.

    Frames and carets differ between versions of Python and between machines; the exception does not. A traceback may
    begin behind a prompt. Lines that are folded already stay as they are.
    """
    return [line for _, line in folded(lines)]


def folded(lines: Iterable[Printed]) -> Iterator[tuple[int, Printed]]:
    """Yield the lines that `fold_tracebacks` leaves, each with its index in `lines`."""
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


def exception(lines: Sequence[Printed], within: int | None = None) -> list[str]:
    """Return what one writer prints below the frames of a traceback: the first that begins `within` so many lines."""
    for place, (text, own) in enumerate(lines[:within]):
        if _TRACEBACK.fullmatch(text):
            return [text for text, writer in lines[place:] if writer == own][2:]
    return []


def visible(text: str) -> str:
    """Return `text` with escapes such as ``\\x1b`` for what a page or a terminal doesn't show as a character."""
    shown = (
        char if char.isprintable() or char in _SHOWN or category(char) == "Zs" else ascii(char)[1:-1] for char in text
    )
    return text if text.isprintable() else "".join(shown)
