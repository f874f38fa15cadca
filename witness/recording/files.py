"""Write a file whole or not at all, and one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile


def write(path: Path, text: str) -> None:
    """Put `text` in the file at `path`, whole or not at all."""
    beside = None
    try:
        # Windows would end lines in its own way, and moves no file that is open.
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", prefix=f".{path.name}-", dir=path.parent, delete=False
        ) as file:
            beside = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:  # of that file, and not of the one beside it
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        if beside:
            beside.unlink(missing_ok=True)


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
