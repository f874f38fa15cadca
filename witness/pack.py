"""Pack what a reader takes along: `python -m witness.pack SITE OFFLINE`, after both were built."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

# The names that docs/templates/main.html links to.
PROGRAMS, OFFLINE = "python-concurrency-programs.zip", "python-concurrency-offline.zip"


def pack(out: Path, root: Path, files: Iterable[Path]) -> None:
    """Zip `files`, named as from `root`, into one folder that is called like the zip."""
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.write(file, Path(out.stem, file.relative_to(root)))


def main(site: Path, offline: Path) -> None:
    """Every program into both sites, and the one that needs no server into the other."""
    for folder in (site, offline):
        pack(folder / PROGRAMS, Path("examples"), Path("examples").rglob("*.py"))
    pack(site / OFFLINE, offline, (file for file in offline.rglob("*") if file.is_file()))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
