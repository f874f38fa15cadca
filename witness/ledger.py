"""What is known of each recorded run: its digest, and what repeating the program showed. Kept in `recorded.json`.

A printed run that was edited by hand shows by its digest. What was seen counts for the very program and annotations
that it was seen with: when either changes, it is void.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
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
        text = self.path.read_text() if self.path.exists() else "{}"
        try:
            self.notes: dict[str, dict[str, Any]] = json.loads(text)
        except json.JSONDecodeError as error:
            message = f"this is no JSON ({error.msg}); take the file as it was: git checkout {self.path}"
            raise ResultError(self.path, error.lineno, message) from None

    def holds(self, name: str, result: Result) -> bool:
        """Whether the run that `result` prints is the one that was recorded for the example `name`."""
        return bool(self.notes.get(name, {}).get("output") == _digest(result.output))

    def enter(self, name: str, result: Result) -> None:
        """Note the run that `result` prints as recorded."""
        self.notes.setdefault(name, {})["output"] = _digest(result.output)
        self._write()

    def observe(self, example: Example, observation: Observation) -> None:
        """Note what was seen of the example as it is now."""
        note = self.notes.setdefault(example.name, {})
        note["seen"] = {"of": _state(example), **asdict(observation)}
        self._write()

    def observation(self, example: Example) -> Observation | None:
        """What was seen of the example as it is now, if anything was."""
        seen = dict(self.notes.get(example.name, {}).get("seen", {}))
        if not seen or seen.pop("of") != _state(example):
            return None
        common = tuple((count, text) for count, text in seen.pop("common"))
        return Observation(tuple(seen.pop("pythons")), common=common, **seen)

    def keep(self, names: Collection[str]) -> None:
        """Forget all examples but these."""
        if not self.notes.keys() <= set(names):
            self.notes = {name: note for name, note in self.notes.items() if name in names}
            self._write()

    def _write(self) -> None:
        write(self.path, json.dumps(self.notes, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _state(example: Example) -> str:
    """A digest of the programs and of what the result file allows."""
    return _digest("\0".join([*(path.read_text() for path in example.programs), read(example.out).allowed]))
