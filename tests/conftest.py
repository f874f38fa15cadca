import gc
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from witness.__main__ import main
from witness.page import finish
from witness.pytest_plugin import interpreters
from witness.recording.files import locked
from witness.running import Runner

ROOT = Path(__file__).parent.parent

# Hundreds of Pythons are started, and the bytecode that one of them has compiled saves the others the work.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Pages and examples are many objects and little garbage; frequent collections would take a third of the time.
gc.set_threshold(50_000)

WORKER = "PYTEST_XDIST_WORKER" in os.environ
"""Whether this is a pytest worker, or is under test in one: it must not start further workers."""

# The address at which the tests publish the site: below the root of a host, as GitHub Pages does for a project.
ADDRESS = {"SITE_URL": "https://example.github.io/python-concurrency/"}
REPOSITORY = {"REPOSITORY": "https://github.com/example/python-concurrency"}
SITES = [ADDRESS | REPOSITORY | {"OFFLINE": "false"}, REPOSITORY | {"OFFLINE": "true"}]


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Spread a run of all tests over the cores as `-n` does, with one more worker, as some of the workers wait."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    fewer = any(
        config.getoption(name, None) for name in ("keyword", "markexpr", "lf", "record", "collectonly", "usepdb")
    )
    if whole and not fewer and config.getoption("numprocesses", 0) is None and not WORKER:
        config.option.numprocesses = (os.cpu_count() or 1) + 1
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files of hundreds of quick tests last, so that the workers end at about the same time."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path] > 450)


@contextmanager
def once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """Yield a folder that is shared by all workers of this session, and whether the caller has to fill it."""
    base = factory.getbasetemp()
    folder = (base.parent if WORKER else base) / name
    folder.mkdir(exist_ok=True)
    with locked(folder):
        yield folder, not (folder / "whole").exists()
        (folder / "whole").touch()


def side_by_side(build: Callable[[Path, dict[str, str]], str], folders: tuple[Path, Path]) -> str:
    """Build both sites at once, as other workers wait for them; return what was said."""
    with ThreadPoolExecutor() as pool:
        return "".join(pool.map(build, folders, SITES))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, and the one that needs no server, as they are published, and return their folder.

    One test has what MkDocs `said`, so that the others need not repeat it: hence without --strict.
    """
    with once(tmp_path_factory, "sites") as (root, mine):
        folders = root / "host/python-concurrency", root / "offline"
        if mine:
            try:
                said = side_by_side(
                    lambda folder, environment: tool("mkdocs", "build", "--site-dir", str(folder), **environment),
                    folders,
                )
                finish.main(*folders)
            except pytest.fail.Exception as failed:
                said = str(failed)
            (root / "said").write_text(said)
    return root


@pytest.fixture(scope="session")
def sites(built: Path) -> tuple[Path, Path]:
    """Return the folders of both sites."""
    folders = built / "host/python-concurrency", built / "offline"
    if not all((folder / finish.PROGRAMS).exists() for folder in folders):
        pytest.fail("no site is built; test_the_site_builds_without_a_warning has the reason", pytrace=False)
    return folders


@pytest.fixture(scope="session")
def site(sites: tuple[Path, Path]) -> Path:
    """Return the folder of the site."""
    return sites[0]


@pytest.fixture(scope="session")
def offline(sites: tuple[Path, Path]) -> Path:
    """Return the folder of the site that needs no server."""
    return sites[1]


def shortened(project: Path, *pages: str) -> Path:
    """Make a project with the settings of this one, and these pages only, without links to pages; return its folder."""
    for name in ("docs/assets", "docs/templates", "examples"):
        shutil.copytree(ROOT / name, project / name)
    for page in pages:
        text = (ROOT / "docs" / page).read_text()
        copy = project / "docs" / page
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(re.sub(r"\[([^]]+)\]\([^)]+\.md[^)]*\)", r"\1", text))
    settings = (ROOT / "mkdocs.yml").read_text()
    (project / "mkdocs.yml").write_text(re.sub(r"^nav:\n( .*\n)+", "", settings, flags=re.MULTILINE))
    shutil.copy(ROOT / "jieba.txt", project)
    return project


@pytest.fixture(scope="session")
def zensical(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the site, and three pages of the one that needs no server, with Zensical; return their folders.

    Each is built from a copy, as its output folder can't be chosen.
    """
    with once(tmp_path_factory, "zensical") as (root, mine):
        folders = root / "host", root / "offline"
        if mine:
            for part in ("docs", "examples"):
                shutil.copytree(ROOT / part, folders[0] / part)
            shutil.copy(ROOT / "mkdocs.yml", folders[0])
            shortened(folders[1], "index.md", "threads/index.md", "processes/pool.md")
            side_by_side(
                lambda folder, environment: tool("zensical", "build", "--strict", cwd=folder, **environment), folders
            )
            finish.main(*(folder / "site" for folder in folders))
    return folders[0] / "site", folders[1] / "site"


@cache
def read(site: Path) -> dict[str, BeautifulSoup]:
    """Parse every page of a site; return the pages by URL. They lack the colours of code, a third of the elements."""
    pages = {}
    for file in sorted(site.rglob("*.html")):
        html = re.sub(r'<span class="\w{1,3}">([^<]*)</span>', r"\1", file.read_text())
        url = "/" + file.relative_to(site).as_posix().removesuffix("index.html")
        pages[url] = BeautifulSoup(html, "html.parser")
    return pages


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    return read(site)


def refuse(found: Iterable[str], how: str = "") -> None:
    """Fail the test if anything was found, with a line for each and with what to do about them."""
    if lines := [*found]:
        pytest.fail("\n".join([*lines, *filter(None, [how])]), pytrace=False)


def printed(block: Tag | None) -> str:
    """Return the printed text in a block of a page, without the notes on its lines and their order."""
    assert block
    return "".join(text for text in block.find_all(string=True) if not text.find_parent("i"))


def tool(*command: str, cwd: Path | str = ROOT, hint: str = "", **environment: str) -> str:
    """Run a tool of the project's environment and return its output, or fail the test with it if the tool fails."""
    program = shutil.which(command[0], path=Path(sys.executable).parent)
    assert program, f"there is no command {command[0]}"
    done = subprocess.run(
        [program, *command[1:]],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{hint}", pytrace=False)
    return done.stdout


def run_pytest(project: Path, *options: str, ci: bool = False) -> str:
    """Run pytest in a folder; return its exit status and output. Plugins that are slow and not needed stay out.

    It runs in this process, where the modules are imported already, unless it starts workers. Changes to `sys.modules`
    and `sys.path` are undone.
    """
    without = "examples", "faulthandler", "unraisableexception"
    said, modules, path = StringIO(), sys.modules.copy(), sys.path.copy()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.chdir(project)
        patch.setenv("CI", "true") if ci else patch.delenv("CI", raising=False)
        try:
            status = pytest.main([*(word for name in without for word in ("-p", f"no:{name}")), *options])
        finally:
            sys.path[:] = path
            sys.modules.clear()
            sys.modules.update(modules)
    return f"{status:d} {said.getvalue()}"


def run_witness(project: Path, *arguments: str) -> tuple[int, str, str]:
    """Run `witness` in a folder; return its exit status, output and errors. It loads no cores, even where it would."""
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(StringIO()) as output,
        redirect_stderr(StringIO()) as errors,
    ):
        patch.chdir(project)
        patch.setattr(sys, "argv", ["witness", *arguments])
        patch.setattr("witness.recording.repeat.busy", nullcontext)
        try:
            status = main()
        except SystemExit as end:
            status = int(end.code or 0)
    return status, output.getvalue(), errors.getvalue()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(4) as runner:
        yield runner


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of an empty project, which has the settings of this one."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def witness(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that runs `witness` in an empty project, which becomes the current folder.

    The function returns the exit status and all output, except for progress.
    """
    monkeypatch.chdir(project)
    (project / "docs").mkdir()

    def said(*arguments: str) -> str:
        status, output, errors = run_witness(project, *arguments)
        return f"{status} {output}" + re.sub(r"^\d+ of \d+ runs\n", "", errors, flags=re.MULTILINE)

    return said


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trace two runs for a proposal, where a test is not about what is proposed."""
    monkeypatch.setattr("witness.recording.proposal.traces.AT_LEAST", 2)


@pytest.fixture(scope="session")
def command() -> Callable[[str, str], str]:
    """Return a function that finds a command which pip doesn't install.

    Without the command the test is skipped, or fails in CI, with a hint how to install it.
    """

    def find(name: str, how: str) -> str:
        if found := shutil.which(name):
            return found
        missing = f"no {name}: install it, {how}"
        if os.environ.get("CI"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)

    return find


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that has an `interpreter` on every Python given on the command line, or on this one."""
    if "interpreter" in metafunc.fixturenames:
        pythons = interpreters(metafunc.config)
        metafunc.parametrize("interpreter", pythons, ids=[python.version for python in pythons])
