"""The map of the article has every block, the pages link to all errata, and each link leads to what it names."""

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

ARTICLE = Path(__file__).parent / "article"
HEADINGS = """多进程  fork  multiprocessing  Pool  控制子进程  进程间通信
    多线程  Thread  Lock  多核 CPU  ThreadLocal  分布式进程  协程  参考"""
# S: a section's text, P: a program, R: a printed result, D: a drawing.
BLOCKS = """S1 P1  S2 P2 R2  S3 P3 R3 S3b  S4 P4 S4b P5  S5 P6 R6  S6 P7 R7  S7 P8 S7b P9  S8 P10  S9 P11 R11
    S10 P12 R12 S10b D12 S10c  S11 P13 R13 S11b  S12 P14  S13 P15 R15  S14"""

Pages = dict[str, Tag]
Place = tuple[str, str]


@pytest.fixture(scope="module")
def pages(pages: dict[str, BeautifulSoup]) -> Pages:
    """The text of every page, by its URL."""
    return {url: page.select("article")[0] for url, page in pages.items()}


def links(tag: Tag, url: str) -> Iterator[tuple[str, Place]]:
    """Yield the text of each link into a page of the site, and the place where it leads."""
    for link in tag.select("a[href]:not(.headerlink)"):
        target = urlsplit(urljoin(url, str(link["href"])))
        if not target.netloc and target.fragment:
            yield link.get_text(), (target.path, target.fragment)


def section(heading: Tag) -> BeautifulSoup:
    """Return a heading and all that stands under it, including lower headings."""
    below = takewhile(lambda tag: not re.fullmatch(f"h[1-{heading.name[1]}]", tag.name), heading.find_next_siblings())
    return BeautifulSoup("".join(map(str, [heading, *below])), "html.parser")


def entries(page: Tag) -> list[BeautifulSoup]:
    return [section(heading) for heading in page.select("h3")]


def blocks(pages: Pages) -> list[tuple[str, Tag]]:
    """Return the blocks of the map with their numbers."""
    return [(item.contents[0].get_text(), item) for item in pages["/source/"].select("li:has(> strong:first-child)")]


def chapters(pages: Pages) -> list[str]:
    """Return the pages that say where the article is wrong."""
    return [url for url, page in pages.items() if page.find(id="errata")]


def test_the_map_has_every_heading_and_block_in_the_order_of_the_article(pages: Pages) -> None:
    headings = [str(heading.contents[0]) for heading in pages["/source/"].select("h2, h3")]
    # Under the map's last heading stands what the article does not have.
    assert headings[:-1] == re.split(r"\s{2,}", HEADINGS)
    assert [number for number, _ in blocks(pages)] == BLOCKS.split()


def test_every_block_of_the_map_leads_somewhere(pages: Pages) -> None:
    lost = [number for number, item in blocks(pages) if not list(links(item, "/source/"))]
    assert not lost


def test_every_printed_result_of_the_article_is_in_the_map() -> None:
    assert {number for number in BLOCKS.split() if number[0] == "R"} == {path.stem for path in ARTICLE.glob("*.txt")}


@pytest.mark.parametrize("url", ["/errata/", "/source/", "/references/"])
def test_every_link_leads_to_a_place_that_shows_the_program_it_names(url: str, pages: Pages) -> None:
    named: dict[Place, set[str]] = {}
    for text, place in links(pages[url], url):
        named.setdefault(place, set()).update(re.findall(r"\w+\.py\b", text))
    for (path, fragment), programs in named.items():
        there = pages[path].find(id=fragment) if path in pages else None
        assert isinstance(there, Tag), f"{url}: {path}#{fragment} is not there"
        shown = {tag.get_text() for tag in section(there).select(".highlight .filename")} if programs else set()
        assert programs <= shown, f"{url}: {path}#{fragment} does not show {programs - shown}"


def test_every_erratum_is_proved(pages: Pages) -> None:
    """By a program of ours, a snippet or a source."""
    for entry in entries(pages["/errata/"]):
        title = entry.select("h3")[0].get_text()
        assert "证明：" in entry.get_text(), title
        _, _, proof = str(entry).partition("证明：")
        assert "<a href=" in proof or entry.select(".highlight"), title


def test_every_erratum_is_told_once_and_linked_from_a_page(pages: Pages) -> None:
    """The pages teach; what is wrong in the article stands in the errata only."""
    linked: set[str] = set()
    for url in chapters(pages):
        own = section(pages[url].select("#errata")[0])
        assert len(own.select("p:not(.source)")) <= 2, f"{url}#errata: a sentence with links is enough"
        linked |= {fragment for _, (path, fragment) in links(own, url) if path == "/errata/"}
    assert linked
    assert [
        entry.select("h3")[0]["id"] for entry in entries(pages["/errata/"]) if entry.select("h3")[0]["id"] not in linked
    ] == []
