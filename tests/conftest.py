import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from witness import publish
from witness.ledger import Ledger

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of both sites, as they are published."""
    site, offline = build(tmp_path_factory.mktemp("site")), build(tmp_path_factory.mktemp("offline"), OFFLINE="true")
    publish.main(site, offline)
    return site, offline


@pytest.fixture(scope="session")
def site(sites: tuple[Path, Path]) -> Path:
    """The folder of the built site."""
    return sites[0]


@pytest.fixture(scope="session")
def offline(sites: tuple[Path, Path]) -> Path:
    """The folder of the site that needs no server."""
    return sites[1]


def build(out: Path, **environment: str) -> Path:
    """Build the site. A warning fails the build."""
    # Without -q: it drops the warnings before --strict counts them.
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", out],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"mkdocs build --strict\n{done.stdout}", pytrace=False)
    return out


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--interpreter",
        action="append",
        metavar="PYTHON",
        help="run the examples on this Python; may be given more than once",
    )


CHANGES = pytest.StashKey[list[str]]()
FEWER = pytest.StashKey[set[str]]()


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """What has been recorded."""
    return Ledger(Path("examples"))


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Says what `--update-examples` changed, in the summary."""
    return pytestconfig.stash.setdefault(CHANGES, []).append


@pytest.fixture
def fewer(pytestconfig: pytest.Config) -> set[str]:
    """What this machine lacks to confine and check the examples; the summary says it."""
    return pytestconfig.stash.setdefault(FEWER, set())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if changes := config.stash.get(CHANGES, []):
        terminalreporter.section("recorded")
        for change in changes:
            terminalreporter.line(change)
    for reason in sorted(config.stash.get(FEWER, set())):
        terminalreporter.line(f"The examples were checked less than they can be: {reason}", yellow=True)
