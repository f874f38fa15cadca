"""The keyboard of a terminal: input and keys, typed when the result file says so."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from witness.language import Line, Result, visible
from witness.running import platform
from witness.running.screen import Screen

Screens = Sequence[Screen]

CALM, PATIENCE = 0.05, 1.0
"""A key is pressed after `CALM` seconds without output, once all processes wait, as a person would press it: between
printing a line and the wait after it, a program might lose a signal. If the processes never all wait, the key is
pressed `PATIENCE` seconds after it was due.
"""


def lacking(result: Result) -> str:
    """Return which keys of the result can't be pressed on this system; empty if all can."""
    keys = {line.key.key for line in result.lines if line.key} - {"^D"}
    told = f"{' and '.join(sorted(keys))} can't be pressed for a program on Windows"
    return told if keys and platform.here.windows else ""


def inspects(result: Result) -> bool:
    """Return whether a command passes a value that was printed, the number of a process to look into."""
    return any(argument.startswith("{") for terminal in result.terminals for argument in terminal.arguments)


def printed(line: Line, screens: Screens) -> bool:
    """Return whether a line was printed, and the lines above it in its lane with it."""
    for screen in screens:
        if line in screen.terminal.lines:
            above = screen.terminal.lines[: screen.terminal.lines.index(line) + 1]
            return _there([one for one in above if one.actor == line.actor and not one.key], screen)
    return False


def value(result: Result, name: str, screens: Screens) -> str | None:
    """Return the text printed for the variable `name`; None as long as its line has not been printed.

    If several lines look alike, the match with the same number among them counts.
    """
    for screen in screens:
        for index, line in enumerate(screen.terminal.lines):
            place = next((at for at, part in enumerate(line.varying, 1) if part == result.variables[name]), 0)
            if place:
                look = line.pattern
                matches = [match for text, _ in screen.shown if (match := look.fullmatch(text))]
                alike = sum(bool(look.fullmatch(result.text(one))) for one in screen.terminal.lines[:index])
                return matches[alike][place].strip() if alike < len(matches) else None
    return None


def _there(lines: Sequence[Line], screen: Screen) -> bool:
    """Return whether the screen shows, for each pattern, as many lines as `lines` has.

    Of a repeated line, only the least number is needed, and of the last in `lines` at least one.
    """
    wanted: Counter[re.Pattern[str]] = Counter()
    for line in lines:
        repeats = line.times and max(wanted[line.pattern], line.times[0], line is lines[-1])
        wanted[line.pattern] = wanted[line.pattern] + 1 if repeats is None else repeats
    shown = [text for text, _ in screen.shown]
    return len(shown) >= wanted.total() and all(
        sum(bool(pattern.fullmatch(text)) for text in shown) >= count for pattern, count in wanted.items()
    )


class Keyboard:
    """What is yet to be typed in one of the `screens`: the lines of its result that are a key or end in an input."""

    def __init__(self, result: Result, screen: Screen, screens: Screens) -> None:
        self.result, self.screen, self.screens = result, screen, screens
        self.todo = [line for line in screen.terminal.lines if line.key or line.typed]
        self._since = 0.0

    def type(self, quiet: float, tick: int) -> bool:
        """Type the next line if it is due, after `quiet` seconds without output; return whether it was typed."""
        if not self.todo or not self._due(self.todo[0], quiet) or not self._calm(quiet):
            return False
        line = self.todo.pop(0)
        self._since = 0.0
        process, stdin = self.screen.process, self.screen.process.stdin
        assert stdin
        with suppress(OSError):  # the program may have ended, or not be reading any more
            if line.typed:
                self.screen.type(line.typed.value, tick)
                stdin.write(f"{line.typed.value}\n".encode())
                stdin.flush()
            elif line.key:
                self.screen.end_line(tick)
                self.screen.type(line.key.key, tick)
                if line.key.key == "^D":
                    stdin.close()
                else:
                    platform.here.press(process, line.key.key)
        return True

    def _due(self, line: Line, quiet: float) -> bool:
        if line.typed and len(line.parts) > 1:
            prompt = replace(line, parts=line.parts[:-1]).pattern
            return bool(prompt.fullmatch(self.screen.unfinished))
        if line.key and line.key.after:
            return printed(self.result.labelled[line.key.after], self.screens)
        return quiet >= float((line.key and line.key.pause) or 0) and _there(self._above(line), self.screen)

    def _calm(self, quiet: float) -> bool:
        if not self.todo[0].key or self.todo[0].key.key == "^D":
            return True  # typed input waits in the pipe and can't be lost
        self._since = self._since or time.monotonic()
        asleep = quiet >= CALM and platform.here.asleep([screen.process for screen in self.screens])
        return asleep or time.monotonic() > self._since + PATIENCE

    def _above(self, line: Line) -> list[Line]:
        lines = self.screen.terminal.lines
        return [above for above in lines[: lines.index(line)] if not above.key]

    @property
    def missing(self) -> str:
        """Why the rest was not typed; empty if there is no rest."""
        if not self.todo:
            return ""
        line = self.todo[0]
        if line.typed and len(line.parts) > 1:
            prompt = "".join(map(self.result.show, line.parts[:-1]))
            return f"line {line.number}: `{line.typed.value}` was not typed, as the prompt `{prompt}` never appeared"
        what = f"`{line.key}` was not pressed" if line.key else f"`{line}` was not typed"
        above = self._above(line)
        if line.key and line.key.after:
            above = [self.result.labelled[line.key.after]]
        elif line.key and line.key.pause and _there(above, self.screen):
            return f"line {line.number}: {what}, as the output never paused for so long"
        first = f"line {above[-1].number}, `{visible(self.result.text(above[-1]))}`," if above else "the line above"
        return f"line {line.number}: {what}, as {first} was not printed"
