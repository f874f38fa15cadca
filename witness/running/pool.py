"""Run examples side by side, each confined; an example that must be alone runs when no other does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from witness.examples import Example, check_modules
from witness.language import Run
from witness.running import platform
from witness.running.interpreters import equipped
from witness.running.terminals import Play, failed

WORKERS = 4 * (os.cpu_count() or 1)
"""The number of examples that run side by side: more than there are cores, as most of them sleep."""


@dataclass(eq=False)
class Turn:
    """A run that waits, is under way or is done. Call it to wait for the run."""

    runner: Runner = field(repr=False)
    play: Play
    alone: bool
    run: Run | None = None

    def __call__(self) -> Run:
        while self.run is None:
            self.runner.step()
        return self.run


def is_alone(example: Example) -> bool:
    """Return whether the example must run alone: it says so, or its programs use a port of the shared network."""
    return example.settings.alone or (len(example.programs) > 1 and bool(platform.here.missing))


class Runner:
    """A context manager that runs examples, at most `workers` side by side, once one of them is waited for."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._workshop = platform.here.workshop()
        self._workers = min(workers, self._workshop.room)
        self._waiting: list[Turn] = []
        self._running: set[Turn] = set()

    def submit(self, play: Play) -> Turn:
        """Queue a run.

        Raises `PackagesError` if the example's packages can't be installed, `ExampleError` if a module is missing.
        """
        check_modules(play.example)
        play = replace(play, interpreter=equipped(play.example, play.interpreter))
        turn = Turn(self, play, is_alone(play.example))
        self._waiting.append(turn)
        self._waiting.sort(key=lambda turn: turn.alone)
        return turn

    def finished(self) -> Iterator[Turn]:
        """Yield the submitted turns as they end."""
        while self._waiting or self._running:
            yield from self.step()

    def step(self) -> list[Turn]:
        """Start the turns that may start, wait until some have ended, and return those."""
        while self._waiting and self._has_room_for(self._waiting[0]):
            turn = self._waiting.pop(0)
            self._workshop.begin(turn, turn.play, turn.play.limit)
            self._running.add(turn)
        ended = []
        for turn, answer, trouble in self._workshop.wait():
            self._running.remove(turn)
            turn.run = failed(trouble, turn.play.limit) if trouble else answer
            ended.append(turn)
        return ended

    def _has_room_for(self, turn: Turn) -> bool:
        alone = turn.alone or any(other.alone for other in self._running)
        return not self._running or (not alone and len(self._running) < self._workers)

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._workshop.close()


def run(play: Play) -> Run:
    """Make one run as `Runner.submit` does, and wait for it."""
    with Runner(1) as runner:
        return runner.submit(play)()
