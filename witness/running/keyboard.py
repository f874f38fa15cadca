"""The keyboard of a terminal: what is typed there, as its result says, and when."""

from __future__ import annotations

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
"""A key is pressed when nothing was printed for so many seconds and all processes wait, as a person would: in between
a line and the wait after it, a signal would be lost. Where they never wait, so many seconds after it was due."""


def lacking(result: Result | None) -> str:
    """What can't be typed on this system, or nothing."""
    keys = {line.key.key for line in result.lines if line.key} - {"^D"} if result else set()
    told = f"{' and '.join(sorted(keys))} can't be pressed for a program on Windows"
    return told if keys and platform.here.windows else ""


def inspects(result: Result | None) -> bool:
    """Whether a program is told the number of another one, to look into it."""
    arguments = [argument for terminal in result.terminals for argument in terminal.arguments] if result else []
    return any(argument.startswith("{") for argument in arguments)


def printed(line: Line, screens: Screens) -> bool:
    """Whether a line was printed, with those of its lane that look like it."""
    for screen in screens:
        if line in screen.terminal.lines:
            above = screen.terminal.lines[: screen.terminal.lines.index(line) + 1]
            return _there([one for one in above if one.actor == line.actor and not one.key], screen)
    return False


def value(result: Result, name: str, screens: Screens) -> str | None:
    """What was printed for a variable, if its line was, and as many above that look like it."""
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
    """Whether the screen shows as many lines of each look as `lines` has; of one that repeats, as many as must be,
    and of the last of them one at least."""
    wanted: Counter[re.Pattern[str]] = Counter()
    for line in lines:
        repeats = line.times and max(wanted[line.pattern], line.times[0], line is lines[-1])
        wanted[line.pattern] = wanted[line.pattern] + 1 if repeats is None else repeats
    shown = [text for text, _ in screen.shown]
    return len(shown) >= wanted.total() and all(
        sum(bool(pattern.fullmatch(text)) for text in shown) >= count for pattern, count in wanted.items()
    )


class Keyboard:
    """What is still to be typed on one of some screens: lines of its result that are a key, or end in an input."""

    def __init__(self, result: Result, screen: Screen, screens: Screens) -> None:
        self.result, self.screen, self.screens = result, screen, screens
        self.todo = [line for line in screen.terminal.lines if line.key or line.typed]
        self._since = 0.0

    def type(self, quiet: float, tick: int) -> bool:
        """Type what is due, when nothing was printed for `quiet` seconds; false if nothing is."""
        if not self.todo or not self._due(self.todo[0], quiet) or not self._calm(quiet):
            return False
        line = self.todo.pop(0)
        self._since = 0.0
        process, stdin = self.screen.process, self.screen.process.stdin
        assert stdin
        with suppress(OSError):  # it may have ended, or not be reading any more
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
            return True  # what is typed is not lost
        self._since = self._since or time.monotonic()
        asleep = quiet >= CALM and platform.here.asleep([screen.process for screen in self.screens])
        return asleep or time.monotonic() > self._since + PATIENCE

    def _above(self, line: Line) -> list[Line]:
        lines = self.screen.terminal.lines
        return [above for above in lines[: lines.index(line)] if not above.key]

    @property
    def missing(self) -> str:
        """Why nothing more was typed, though there was more; or nothing."""
        if not self.todo:
            return ""
        line = self.todo[0]
        if line.typed and len(line.parts) > 1:
            prompt = "".join(map(self.result.show, line.parts[:-1]))
            return f"line {line.number}: `{line.typed.value}` was not typed, as the prompt `{prompt}` never came"
        what = f"`{line.key}` was not pressed" if line.key else f"`{line}` was not typed"
        above = self._above(line)
        if line.key and line.key.after:
            above = [self.result.labelled[line.key.after]]
        elif line.key and line.key.pause and _there(above, self.screen):
            return f"line {line.number}: {what}, as it was never quiet for so long"
        first = f"line {above[-1].number}, `{visible(self.result.text(above[-1]))}`" if above else "the line above"
        return f"line {line.number}: {what}, as {first}, did not come"
