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
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}-", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
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
