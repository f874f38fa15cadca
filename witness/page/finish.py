"""Make two built sites ready to be published: `python -m witness.page.finish SITE OFFLINE`.

Each page gets a policy that lets a browser contact no other host and run no script but ours; programs and the site to
read offline are packed for download. None of this depends on the tool that built the sites.
"""

import argparse
import base64
import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

# docs/templates/main.html links to these names.
PROGRAMS, OFFLINE = "python-concurrency-programs.zip", "python-concurrency-offline.zip"

_CHARSET = '<meta charset="utf-8">'
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class FinishError(Exception):
    """A built site that can't be published; the message names the file and says why."""


def policy(html: str) -> str:
    """Return the Content-Security-Policy (https://www.w3.org/TR/CSP3/) of a page, which allows the scripts in it."""
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(html)}
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *(f"'sha256-{hash}'" for hash in sorted(hashes))]),
        "worker-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "style-src": "'self' 'unsafe-inline'",  # widths of results and timelines, and Zensical's search
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def protect(page: Path) -> None:
    """Write the policy into a page, before anything that it restricts."""
    html = page.read_text(encoding="utf-8")
    if html.count(_CHARSET) != 1 or "Content-Security-Policy" in html:
        raise FinishError(f"{page}: not a page as MkDocs builds it, or finished before; build the site anew")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    page.write_text(html.replace(_CHARSET, f"{_CHARSET}\n      {meta}"), encoding="utf-8", newline="")


def pack(out: Path, root: Path, files: Iterable[Path]) -> None:
    """Zip `files`, with their paths from `root`, into one folder that has the name of the zip."""
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.write(file, Path(out.stem, file.relative_to(root)))


def main(site: Path, offline: Path, examples: Path = Path("examples")) -> None:
    """Protect each page; add a zip of all programs to both sites, and one of the offline site to the other."""
    programs = sorted(examples.rglob("*.py"))
    if not programs:
        raise FinishError(f"{examples}: no programs; start from the project's root")
    for folder in (site, offline):
        if not (folder / "index.html").is_file():
            raise FinishError(f"{folder}: no site is built there")
    for folder in (site, offline):
        for page in folder.rglob("*.html"):
            protect(page)
        pack(folder / PROGRAMS, examples, programs)
    pack(site / OFFLINE, offline, (file for file in offline.rglob("*") if file.is_file()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m witness.page.finish", description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of the site that a server gives out")
    parser.add_argument("offline", type=Path, help="the folder of the site built with the offline plugin")
    try:
        main(**vars(parser.parse_args()))
    except FinishError as error:
        sys.exit(str(error))
