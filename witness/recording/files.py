"""Write a file whole or not at all, and one process at a time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put `text` in the file at `path`, whole or not at all."""
    try:
        _write(path, text)
    except OSError as error:  # of that file, and not of the one beside it
        raise OSError(error.errno, error.strerror, str(path)) from None


def _write(path: Path, text: str) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    beside = Path(name)
    try:
        # Windows would end lines in its own way, and moves no file that is open.
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(number)
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def locked(folder: Path, shared: bool = False) -> Iterator[None]:
    """One process at a time, or all that share it; on Windows, which can't lock a folder, as many as come."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(place, fcntl.LOCK_UN)  # closing is not enough, if a child was forked meanwhile
        os.close(place)
