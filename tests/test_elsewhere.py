"""What `run` does on macOS and Windows, tried on Linux as far as possible."""

import re
import sys
import time
from pathlib import Path, PureWindowsPath
from typing import cast

import psutil
import pytest
from conftest import ROOT
from helpers import BLOCK, play, written

from witness.examples import Example
from witness.language import decide, parse, read
from witness.running import Play, Runner, keyboard, platform, run, varied, watch
from witness.running.folder import neutral
from witness.running.interpreters import Interpreter, own
from witness.running.portable import Portable

EXAMPLES = ROOT / "examples"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="on other systems, every example tests this")

SHARED = bool(platform.here.missing)
"""Whether other tests may use the same ports meanwhile, as here an example has no network of its own."""


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Portable:
    """The platform of a test: macOS, and for a test marked `both` also Windows."""
    here = Portable(windows=getattr(request, "param", False))
    monkeypatch.setattr(platform, "here", here)
    monkeypatch.setattr(watch, "GRACE", 0.5)
    monkeypatch.setattr(keyboard, "PATIENCE", 0.3)
    return here


both = pytest.mark.parametrize("here", [False, True], indirect=True, ids=["macos", "windows"])


@both
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
def test_an_example_holds(name: str) -> None:
    example = Example(EXAMPLES, name)
    if len(example.programs) > 1 and SHARED:
        pytest.skip("its programs may find their port taken")
    result = read(example.out)
    verdict = decide(result, run(Play(example, result, own())))
    assert verdict.legal, verdict.reason


def test_the_system_is_asked_once() -> None:
    asked = [
        path.name for path in ROOT.glob("witness/**/*.py") if re.search(r"sys\.platform|os\.name", path.read_text())
    ]
    assert asked == ["platform.py"]


def test_what_is_left_behind_is_named_and_ended(tmp_path: Path) -> None:
    text = "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    trouble = run(play(written(tmp_path, "name", f"{text}print(child.pid)")))
    assert "it left a process behind" in trouble.trouble
    pid = int(trouble.outputs[0].lines[0][0])
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@both
def test_what_does_not_end_is_ended(tmp_path: Path) -> None:
    text = f"{BLOCK.format('timeout = 2')}import time\nprint('here', flush=True)\ntime.sleep(60)\n"
    before = time.monotonic()
    ended = run(play(written(tmp_path, "name", text)))
    assert "did not end in time" in ended.trouble
    assert ended.outputs[0].lines == (("here", None),)
    assert time.monotonic() - before < 10


@both
def test_what_is_typed_is_typed(tmp_path: Path, here: Portable) -> None:
    example = written(tmp_path, "name", "import sys\nprint(input('Your name? '), len(sys.stdin.read()))\n")
    page = parse("$ python name.py\nYour name? {name:input=Ada}\n{x:input=xy}\n^D\n{name} 3\n", tmp_path / "a.out")
    ran = run(Play(example, page, own()))
    assert decide(page, ran).legal, ran
    assert (ran.outputs[0].ticks == ()) == here.windows


@both
def test_a_key_is_pressed_where_one_can_be(tmp_path: Path, here: Portable) -> None:
    text = "import time\ntry:\n    print('here')\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('there')\n"
    example = written(tmp_path, "name", text)
    page = parse("$ python name.py\nhere\n^C\nthere\n^D\n", tmp_path / "a.out")
    ran = run(Play(example, page, own()))
    assert ran.trouble == ("^C can't be pressed for a program on Windows" if here.windows else "")
    assert decide(page, ran).legal != here.windows


@both
def test_a_run_is_varied_as_far_as_it_can_be(tmp_path: Path) -> None:
    example = written(
        tmp_path, "name", "import getpass, os, time\nprint(getpass.getuser(), time.tzname[0], os.path.abspath('a'))"
    )
    with Runner(1) as runner:
        turns = [runner.submit(play(example, variation=varied(number))) for number in (0, 1)]
        assert [turn().outputs[0].lines[0][0] for turn in turns] == ["user UTC a", "user XXX a"]


def test_a_folder_that_a_link_leads_to_is_not_shown(tmp_path: Path) -> None:
    (real := tmp_path / "a b" / "home").mkdir(parents=True)
    (tmp_path / "link").symlink_to(real.parent)
    shown = neutral(tmp_path / "link" / "home", own())
    for folder in real, tmp_path / "link" / "home":
        assert shown(f"{(folder / 'a.txt').as_uri()} {folder}/b.txt in {folder}") == "file:///…/a.txt b.txt in …"


@pytest.mark.filterwarnings("ignore:.*as_uri:DeprecationWarning")  # 3.14; a Path for Windows exists only there
def test_a_folder_on_windows_is_not_shown() -> None:
    folder = r"C:\Users\ada\Temp\witness-x1\home"
    python = Interpreter(r"C:\Python\python.exe", "3.14.0", (r"C:\Python\Lib",))
    shown = neutral(cast(Path, PureWindowsPath(folder)), python)
    assert shown(rf"{folder}\a.py:3: Warning") == "a.py:3: Warning"
    assert shown(repr(rf"{folder}\a.py")) == "'a.py'"
    assert shown(repr([folder])) == "['…']"
    assert shown(f"in {folder}") == "in …"
    assert shown(f"{folder}/b/a.py {folder}s") == "b/a.py …\\homes"
    assert shown(PureWindowsPath(folder, "a.py").as_uri()) == "file:///…/a.py"
    assert shown(r"C:\Python\Lib\asyncio\tasks.py:7 in C:\Python\python.exe") == r"…\asyncio\tasks.py:7 in python"


@pytest.mark.parametrize(("scope", "said"), [("0\n", ""), ("1\n", "kernel.yama.ptrace_scope=0"), (None, "")])
def test_a_system_that_guards_processes_says_so(
    scope: str | None, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from witness.running import linux

    file = tmp_path / "ptrace_scope"
    if scope:
        file.write_text(scope)
    monkeypatch.setattr(linux, "Path", lambda _: file)
    assert said in linux.Linux().guarded
    assert bool(linux.Linux().guarded) == bool(said)
    assert Portable().guarded
    assert not Portable(windows=True).guarded
