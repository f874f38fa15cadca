"""Write a file whole or not at all, let one process at a time do so, and lay out JSON for people."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

WIDTH = 110
"""Values whose JSON is shorter, in characters, stand on one line of the file."""


def write(path: Path, text: str) -> None:
    """Write `text` to the file at `path`, whole or not at all."""
    beside = None
    try:
        # On Windows, text mode would write \r\n, and an open file can't be moved.
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", prefix=f".{path.name}-", dir=path.parent, delete=False
        ) as file:
            beside = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:  # name the file at `path`, not the temporary one beside it
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        if beside:
            beside.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on `folder`. On Windows this does nothing."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(place, fcntl.LOCK_UN)  # closing is not enough: a child that was forked meanwhile keeps the lock
        os.close(place)


def json_lines(value: Any) -> Iterator[str]:
    """Yield the lines of the value's JSON: lists of objects are split up, and objects longer than `WIDTH`."""
    items = list(value.values()) if isinstance(value, dict) else value
    nested = isinstance(value, dict) and any(isinstance(item, dict | list) for item in items)
    if not _has_objects(value) and not (nested and any(map(_has_objects, items))):
        line = json.dumps(value, ensure_ascii=False)
        if not nested or len(line) <= WIDTH:
            yield line
            return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    for index, (key, item) in enumerate(zip(value, items, strict=True), 1):
        first, *rest = json_lines(item)
        lines = [f'"{key}": {first}' if isinstance(value, dict) else first, *rest]
        lines[-1] += "," * (index < len(value))
        yield from (f"  {line}" for line in lines)
    yield closing


def _has_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
