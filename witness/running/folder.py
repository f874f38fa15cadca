"""The folders of a run, which no reader has: how what is printed looks without them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from witness.running.interpreters import Interpreter

Neutral = Callable[[str], str]
"""Takes from a line what only this machine prints so."""


def neutral(folder: Path, interpreter: Interpreter) -> Neutral:
    """What is in `folder` is named from there, as the reader of a page names it; the folder itself is shown as `…`.

    So is the one above it, which has the temporary files, and those of Python's own modules; Python itself is `python`.
    """

    @cache  # most programs print no path, and making this takes as long as copying the program
    def known() -> tuple[re.Pattern[str], dict[str, str]]:
        names = dict.fromkeys(_spellings(interpreter.path), "python")
        paths: list[str | Path] = [folder, folder.parent, *interpreter.library]
        names |= {place: "…" for path in paths for place in _spellings(path)}
        names |= {one.as_uri(): "file:///…" for one in (folder, Path(os.path.realpath(folder)))}
        found = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        return re.compile(rf"(?P<place>{found})(?:(?P<slash>[/\\]+)(?=[^\s/\\\"'<>|:])|(?![\w-]))"), names

    def shown(match: re.Match[str]) -> str:
        place, slash = match["place"], match["slash"] or ""
        return "" if slash and place in _spellings(folder) else known()[1][place] + slash

    return lambda text: known()[0].sub(shown, text) if "/" in text or "\\" in text else text


def _spellings(path: str | Path) -> Iterator[str]:
    """A path as it was given and as it really is; on Windows also in `repr`, and with other slashes."""
    for spelling in (str(path), os.path.realpath(path)):
        yield from (spelling, spelling.replace("\\", "\\\\"), spelling.replace("\\", "/"))
