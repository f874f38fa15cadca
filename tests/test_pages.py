"""Every example is on a page, and the built page shows exactly its program and its recorded run."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from bs4 import BeautifulSoup
from conftest import printed, refuse
from helpers import EXAMPLES

from witness.language import read

DOCS = Path("docs")
PAGES = sorted(DOCS.rglob("*.md"))
PROGRAM = re.compile(r'^ *--8<-- "(examples/[^"]+)"$', re.MULTILINE)
RESULT = re.compile(r"^( *)```result\n\1(\S+)\n\1```$", re.MULTILINE)


def embedded(page: Path) -> tuple[list[str], list[str]]:
    """Return the programs and the results that a page embeds, in the order of the page."""
    text = page.read_text()
    return PROGRAM.findall(text), [path for _, path in RESULT.findall(text)]


def test_every_example_is_on_a_page() -> None:
    there = {path for page in PAGES for paths in embedded(page) for path in paths}
    files = {str(file) for example in EXAMPLES for file in (*example.files, example.out)}
    refuse(f"{file}:1: no page shows this file; add its fence to one" for file in sorted(files - there))


def test_the_page_on_platforms_names_what_a_program_needs() -> None:
    items = re.findall(r"^- \*\*`(?:os\.|/)?(\w+)`\*\*(.*)", (DOCS / "platforms.md").read_text(), re.MULTILINE)
    named = {(*link, need) for need, text in items for link in re.findall(r"\[`(\w+\.py)`\]\(([^#]+)#", text)}
    needed = {
        (program.name, page.relative_to(DOCS).as_posix(), need)
        for example in EXAMPLES
        for need in example.settings.needs
        if need in ("fork", "fcntl", "nslookup", "proc", "resource")
        for program in example.programs
        for page in PAGES
        if str(program) in embedded(page)[0]
    }
    assert named == needed


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_fence_names_a_file(page: Path) -> None:
    text, (programs, results) = page.read_text(), embedded(page)
    refuse(f"{page}: there is no {path}" for path in (*programs, *results) if not Path(path).is_file())
    # The expressions above match every fence.
    fences = text.count("--8<--") - text.count('--8<-- "docs/'), text.count("```result")
    if fences != (len(programs), len(results)):
        refuse([f'{page}: each fence has one line, --8<-- "examples/CHAPTER/NAME.py" or examples/CHAPTER/NAME.out'])


@pytest.fixture
def html(page: Path, pages: dict[str, BeautifulSoup]) -> BeautifulSoup:
    """The built page of this source."""
    return pages[f"/{page.relative_to(DOCS).with_suffix('')}/".removesuffix("index/")]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_built_page_shows_the_files(page: Path, html: BeautifulSoup) -> None:
    programs, results = embedded(page)
    shown = Counter(code.get_text() for code in html.select(".highlight code"))
    for program in programs:
        assert shown[Path(program).read_text()] == programs.count(program), f"{page} does not show {program} as it is"
    fences = len(re.findall("^ *```(?!result)[a-z]", page.read_text(), re.MULTILINE))
    assert len(html.select("article pre, article .highlight")) == 2 * fences + len(html.select("article .result pre"))
    terminals = [(terminal, path) for path in results for terminal in read(Path(path)).terminals]
    blocks = [block for block in html.select(".result") if not block.find_parent("details")]
    assert len(blocks) == len(terminals)
    for block, (terminal, path) in zip(blocks, terminals, strict=True):
        result = read(Path(path))
        lines = [result.text(line) for line in result.lines if line.number > terminal.number][: len(terminal.lines)]
        wanted = "".join(f"{line}\n" for line in [*lines, *filter(None, [terminal.status])])
        assert printed(block.select_one("pre > code")) == wanted, f"{page} does not show {path} as it is"
        assert printed(block.select_one(".command")) == "".join(map(result.show, result.command(terminal)))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_each_program_can_be_downloaded(page: Path, html: BeautifulSoup) -> None:
    programs, results = embedded(page)
    there = {Path(path) for path in programs if path.endswith(".py")}
    there |= {program for example in EXAMPLES if str(example.out) in results for program in example.files}
    links = html.select("a[download][href^='data:']")
    files = {(str(link["download"]), unquote_to_bytes(str(link["href"]).partition(",")[2])) for link in links}
    assert files == {(program.name, program.read_bytes()) for program in there}
