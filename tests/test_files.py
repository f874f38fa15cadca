"""Files are written whole or not at all, and by one process at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from witness.examples import find
from witness.recording.files import locked, write


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"])
def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.out"
    path.write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            write(path, "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.out": "old"}


def test_a_write_that_is_interrupted_late_leaves_the_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(old: Path, new: Path) -> None:
        assert str(old) not in {file.path for file in psutil.Process().open_files()}  # Windows can't rename open files
        old.rename(new)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.out", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.out": "new"}


def test_a_killed_write_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.out"
    program = f"""
from pathlib import Path
from witness.recording.files import write
while True:
    for letter in "ab":
        write(Path({str(path)!r}), letter * 1_000_000)
"""
    with subprocess.Popen([sys.executable, "-c", program]) as writer:
        while not path.exists():
            time.sleep(0.01)
        os.kill(writer.pid, signal.SIGKILL)
    assert path.read_text() in ("a" * 1_000_000, "b" * 1_000_000)
    assert [example.name for example in find(tmp_path)] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't lock a folder")
def test_a_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path):
        child = os.fork()
        if not child:
            signal.pause()
    try:
        program = "from pathlib import Path; from witness.recording.files import locked; locked(Path()).__enter__()"
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=20)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
