"""Neutral paths: output without the folders that exist on this machine only."""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from witness.running.interpreters import Interpreter

Neutral = Callable[[str], str]
"""A function that replaces this machine's paths in a line."""


def temporary(folder: Path) -> Path:
    """Return the folder for temporary files of a varied run in `folder`; its name is short, see `portable.LONGEST`."""
    return folder.with_name(f"tmp-{folder.name[:4]}")


def neutral(folder: Path, interpreter: Interpreter) -> Neutral:
    """Return a function that makes paths of a run neutral, as the reader of a page would see them.

    A path in `folder` becomes relative to it. `folder` itself, the folder above it, that for temporary files and those
    of Python's own modules become `…`; the path of Python becomes `python`.
    """

    @cache  # built when first needed: most programs print no path, and building takes as long as copying the program
    def known() -> tuple[re.Pattern[str], dict[str, str]]:
        names = dict.fromkeys(_spellings(interpreter.path), "python")
        paths: list[str | Path] = [folder, folder.parent, temporary(folder), *interpreter.library]
        names |= {place: "…" for path in paths for place in _spellings(path)}
        names |= {one.as_uri(): "file:///…" for one in (folder, Path(os.path.realpath(folder)))}
        found = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        return re.compile(rf"(?P<place>{found})(?:(?P<slash>[/\\]+)(?=[^\s/\\\"'<>|:])|(?![\w-]))"), names

    def shown(match: re.Match[str]) -> str:
        place, slash = match["place"], match["slash"] or ""
        return "" if slash and place in _spellings(folder) else known()[1][place] + slash

    return lambda text: known()[0].sub(shown, text) if "/" in text or "\\" in text else text


def _spellings(path: str | Path) -> Iterator[str]:
    """Yield a path as given and with symbolic links resolved; for Windows also as in its `repr`, and with slashes."""
    for spelling in (str(path), os.path.realpath(path)):
        yield from (spelling, spelling.replace("\\", "\\\\"), spelling.replace("\\", "/"))
