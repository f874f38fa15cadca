"""Write a file whole or not at all, and let one process at a time do so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile


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
def locked(folder: Path, shared: bool = False) -> Iterator[None]:
    """Hold a lock on `folder`: alone, or with all others that hold it `shared`. On Windows this does nothing."""
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
        fcntl.flock(place, fcntl.LOCK_UN)  # closing is not enough: a child that was forked meanwhile keeps the lock
        os.close(place)
