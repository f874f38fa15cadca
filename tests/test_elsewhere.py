"""What `run` does on systems other than Linux, tried on this one as far as it goes."""

import re
import sys
import time
from pathlib import Path

import psutil
import pytest

from witness.examples import Example
from witness.language import decide, read
from witness.running import platform, run
from witness.running.interpreters import own
from witness.running.portable import Portable

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is tried by every example here")


@pytest.fixture(autouse=True)
def macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "here", Portable())


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "here", Portable(windows=True))


@pytest.mark.parametrize("system", ["macos", "windows"])
@pytest.mark.parametrize(
    "name",
    [
        "processes/process",
        "threads/thread_error",
        "distributed/square",
        "asynchronous/gather",
        "output/order_broken.pipe",
        "output/order_broken.file",
        "output/order_broken.unbuffered",
        "output/lost_broken.pipe",
    ],
)
def test_an_example_holds(name: str, system: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(system)
    example = Example(EXAMPLES, name)
    result = read(example.out)
    verdict = decide(result, run(example, result, own().path))
    assert verdict.legal, verdict.reason


def test_the_system_is_asked_once() -> None:
    asked = [
        path.name for path in ROOT.glob("witness/**/*.py") if re.search(r"sys\.platform|os\.name", path.read_text())
    ]
    assert asked == ["platform.py"]


def program(folder: Path, text: str) -> Example:
    (folder / "chapter").mkdir()
    (folder / "chapter/name.py").write_text(text)
    return Example(folder, "chapter/name")


def test_what_is_left_behind_is_named_and_ended(tmp_path: Path) -> None:
    text = "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    trouble = run(program(tmp_path, f"{text}print(child.pid)"), None, own().path)
    assert "it left a process behind" in trouble.trouble
    pid = int(trouble.outputs[0].lines[0][0])
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("system", ["macos", "windows"])
def test_what_does_not_end_is_ended(tmp_path: Path, system: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(system)
    header = "# /// script\n# [tool.witness]\n# timeout = 1\n# ///\n"
    text = f"{header}import time\nprint('here', flush=True)\ntime.sleep(60)\n"
    before = time.monotonic()
    ended = run(program(tmp_path, text), None, own().path)
    assert "did not end in time" in ended.trouble
    assert ended.outputs[0].lines == (("here", None),)
    assert time.monotonic() - before < 10
