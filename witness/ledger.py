"""What is known of each recorded run: its digest, and what repeating the program showed. Kept in `recorded.json`.

A printed run that was edited by hand shows by its digest. What was seen counts for the very program and annotations
that it was seen with: when either changes, it is void.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from witness.examples import Example
from witness.language import Result, ResultError, read
from witness.record import write


@dataclass(frozen=True)
class Observation:
    """What repeating an example showed.

    All of the `runs`, on the versions `pythons`, were legal; `load` if every core was kept busy by something else.
    `orders` is how many different orders they came in; `common` has the commonest ones, with how often each came and
    what one such run printed.
    """

    pythons: tuple[str, ...]
    runs: int
    load: bool
    orders: int
    common: tuple[tuple[int, str], ...] = ()


class Ledger:
    """The notes on all examples under `root`. Each change is written at once."""

    def __init__(self, root: Path) -> None:
        self.path = root / "recorded.json"
        self.notes = self._read()

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            notes: dict[str, dict[str, Any]] = json.loads(self.path.read_text() if self.path.exists() else "{}")
            for note in notes.values():
                _observation(note.get("seen"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"not as it was recorded ({error}); take the file as it was: git checkout {self.path}"
            raise ResultError(self.path, getattr(error, "lineno", 1), message) from None
        return notes

    def holds(self, name: str, result: Result) -> bool:
        """Whether the run that `result` prints is the one that was recorded for the example `name`."""
        return bool(self.notes.get(name, {}).get("output") == _digest(result.output))

    def enter(self, name: str, result: Result) -> None:
        """Note the run that `result` prints as recorded."""
        with self._changing():
            self.notes.setdefault(name, {})["output"] = _digest(result.output)

    def observe(self, example: Example, observation: Observation) -> None:
        """Note what was seen of the example as it is now."""
        with self._changing():
            note = self.notes.setdefault(example.name, {})
            note["seen"] = {"of": _state(example), **asdict(observation)}

    def observation(self, example: Example) -> Observation | None:
        """What was seen of the example as it is now, if anything was."""
        state, observation = _observation(self.notes.get(example.name, {}).get("seen"))
        return observation if observation and state == _state(example) else None

    def keep(self, names: Collection[str]) -> None:
        """Forget all examples but these."""
        with self._changing():
            self.notes = {name: note for name, note in self.notes.items() if name in names}

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the notes as they are now, which may be more than were read before, while nobody else does."""
        with _locked(self.path.parent):
            self.notes = self._read()
            before = _text(self.notes)
            yield
            if (changed := _text(self.notes)) != before:
                write(self.path, changed)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; on Windows, which can't lock a folder, as many as come."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _text(notes: dict[str, dict[str, Any]]) -> str:
    return json.dumps(notes, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _observation(seen: Any) -> tuple[str, Observation | None]:
    """What was seen, and of what, as it stands in the file."""
    if seen is None:
        return "", None
    fields = {name: value for name, value in seen.items() if name not in ("of", "pythons", "common")}
    common = tuple((int(count), str(text)) for count, text in seen["common"])
    return str(seen["of"]), Observation(tuple(seen["pythons"]), common=common, **fields)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _state(example: Example) -> str:
    """A digest of the programs and of what the result file allows."""
    return _digest("\0".join([*(path.read_text() for path in example.programs), read(example.out).allowed]))
