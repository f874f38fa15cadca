"""The parts of an example: modules beside it, packages it needs, and results for several Pythons."""

import hashlib
import os
import shutil
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from conftest import ROOT
from helpers import play

from witness.examples import Example, ExampleError, check_layout, check_modules, find, started
from witness.language import decide, read
from witness.recording.check import faults
from witness.running import Play, Runner, interpreters, run
from witness.running.interpreters import Interpreter, PackagesError, at, equipped, fitting, own, unfit
from witness.script import Settings


def write(root: Path, **files: str) -> Path:
    """Write files of the chapter ``c``; `__` in a name stands for a dot."""
    (root / "c").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = root / "c" / name.replace("__", ".")
        (path if path.suffix in (".out", ".py") else path.with_name(f"{path.name}.py")).write_text(dedent(text))
    return root


@pytest.mark.parametrize("name", ["two words", "a.b", "Hi", "hi-there", "$(id)", "é"])
def test_a_name_that_no_command_and_no_system_takes_is_to_be_changed(tmp_path: Path, name: str) -> None:
    (tmp_path / "c").mkdir()
    program = tmp_path / f"c/{name}.py"
    program.write_text("print(1)\n")
    (example,) = find(tmp_path)
    with pytest.raises(ExampleError) as refused:
        check_layout(example)
    message = "an example is named CHAPTER/NAME, in lower-case letters, digits and _; rename it"
    assert str(refused.value) == f"{program}:1: {message}"


# Modules


TWO_FILES = {
    "two_files": """
        import threading
        import two_files_task
        thread = threading.Thread(target=two_files_task.work)
        thread.start()
        thread.join()
    """,
    "two_files_task": "from two_files_words import DONE\n\n\ndef work():\n    print(DONE)\n",
    "two_files_words": "import two_files_task\n\nDONE = f'{two_files_task.__name__} done'\n",
    "other": "print(1)\n",
}


def test_modules_beside_a_program_are_copied_and_no_examples(tmp_path: Path) -> None:
    write(tmp_path, **TWO_FILES)
    assert [example.name for example in find(tmp_path)] == ["c/other", "c/two_files"]
    example = Example(tmp_path, "c/two_files")
    assert [file.stem for file in example.files] == ["two_files", "two_files_task", "two_files_words"]
    ran = run(play(example))
    assert (ran.trouble, ran.outputs[0].lines[0][0]) == ("", "two_files_task done")
    write(tmp_path, two_files__out="$ python two_files.py\ntwo_files_task done\n")
    check_layout(example)
    write(tmp_path, other="import another\n", another="import other\n")  # it is unknown which of them is started
    assert [example.name for example in find(tmp_path)] == ["c/another", "c/other", "c/two_files"]
    assert {path.stem for path in started((tmp_path / "c").glob("*.py"))} == {"another", "other", "two_files"}
    write(tmp_path, two_files_task__out="$ python two_files_task.py\n")  # a module with a result is an example, too
    assert "c/two_files_task" in [example.name for example in find(tmp_path)]


def test_a_module_of_a_folder_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "c/pair").mkdir(parents=True)
    for name, text in ("server", "import words\nprint(words.WORD)\n"), ("words", "WORD = 'hello'\n"):
        (tmp_path / f"c/pair/{name}.py").write_text(text)
    (example,) = find(tmp_path)
    assert [program.stem for program in example.programs] == ["server"]
    assert run(play(example)).outputs[0].lines[0][0] == "hello"
    (tmp_path / "c/pair/server.py").write_text("import words\n")
    (tmp_path / "c/pair/words.py").write_text("import server\n")  # the result says which of them are started
    assert [program.stem for program in example.programs] == ["server", "words"]


def test_a_folder_needs_what_each_of_its_programs_does(tmp_path: Path) -> None:
    (tmp_path / "c/pair").mkdir(parents=True)
    blocks = {
        "client": ">=3.12'\n# [tool.witness]\n# needs = ['fork']\n# timeout = 20\n# alone = true",
        "server": ">=3.13'\n# [tool.witness]\n# needs = ['proc']\n# timeout = 5\n# alone = false",
    }
    for name, block in blocks.items():
        (tmp_path / f"c/pair/{name}.py").write_text(f"# /// script\n# requires-python = '{block}\n# ///\n")
    (example,) = find(tmp_path)
    assert example.settings == Settings(["fork", "proc"], timeout=20, alone=True)
    assert "it requires Python >=3.12,>=3.13" in unfit(example, python("3.12.1"))


@pytest.mark.parametrize(
    ("program", "missing"),
    [
        ("import asyncio\nimport nowhere.inside\n", 2),
        ("from nowhere import work\n", 1),
        ("from c.nowhere import work\n", 0),
        ("try:\n    import nowhere\nexcept ImportError:\n    pass\n", 0),
        ("def f():\n    import nowhere\n", 0),
        ("from . import nowhere\n", 0),
        ("import nowhere\n\n# /// script\n# dependencies = ['nowhere==1']\n# ///\n", 0),
        ("import annotationlib\n\n# /// script\n# requires-python = '>=3.14'\n# ///\n", 0),
    ],
)
def test_a_module_that_is_nowhere_is_named(tmp_path: Path, program: str, missing: int) -> None:
    write(tmp_path, a=program, c="")
    if not missing:
        check_modules(Example(tmp_path, "c/a"))
        return
    message = rf"a\.py:{missing}: there is no module `nowhere`: put nowhere.py beside this file, or its package in"
    with pytest.raises(ExampleError, match=message), Runner(1) as runner:
        runner.submit(play(Example(tmp_path, "c/a")))


def test_the_page_of_an_example_shows_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("examples"), **TWO_FILES, two_files__out="$ python two_files.py\ntwo_files_task done\n")
    (tmp_path / "docs").mkdir()
    Path("docs/page.md").write_text("examples/c/two_files.py examples/c/two_files.out examples/c/two_files_task.py\n")
    example = Example(Path("examples"), "c/two_files")
    wrong = faults(example, run(Play(example, read(example.out), own())), own())
    assert "examples/c/two_files_words.py:1: no page shows this file yet; add its fence to one" in wrong
    assert not any("two_files_task.py:" in line for line in wrong)


# Packages


def wheel(folder: Path) -> None:
    """Write a wheel of the package `tiny`, version 1.0, with one module."""
    files = {
        "tiny.py": "import os\n\n\ndef name():\n    return 'tiny 1.0'\n",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {
        name: urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        for name, text in files.items()
    }
    record = "".join(f"{name},sha256={digest},{len(files[name])}\n" for name, digest in digests.items())
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as file:
        for name, text in {**files, "tiny-1.0.dist-info/RECORD": f"{record}tiny-1.0.dist-info/RECORD,,\n"}.items():
            file.writestr(name, text)


TINY = """\
# /// script
# dependencies = ["tiny==1.0"]
# ///
import subprocess
import sys
from multiprocessing import get_context

import tiny


def work():
    print("child has", tiny.name())


if __name__ == "__main__":
    process = get_context("spawn").Process(target=work)
    process.start()
    process.join()
    subprocess.run([sys.executable, "-c", "import tiny; print(tiny.__file__)"])
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[[str, str], str]) -> Path:
    """Return the only folder from which uv installs packages; the environments are made in another folder."""
    monkeypatch.setenv("PATH", str(ROOT / ".uv/bin"), prepend=os.pathsep)  # where README.md has it installed
    command("uv", "see README.md")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setattr(interpreters, "ENVIRONMENTS", tmp_path / "environments")
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


def test_a_program_has_the_packages_it_depends_on(
    index: Path, tmp_path: Path, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(index)
    # The project's own pins are none of the example's.
    (tmp_path / "pyproject.toml").write_text('[tool.uv]\nconstraint-dependencies = ["tiny==2"]\n')
    monkeypatch.chdir(tmp_path)
    example = Example(write(tmp_path, needy=TINY), "c/needy")
    for _ in range(2):
        ran = run(play(example, interpreter))
        assert (ran.trouble, [text for text, _ in ran.outputs[0].lines]) == ("", ["child has tiny 1.0", "…/tiny.py"])
        shutil.rmtree(index, ignore_errors=True)  # the second run must not need it
    assert len(list((tmp_path / "environments").iterdir())) == 1


def test_packages_that_can_not_be_had_are_named(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = Example(write(tmp_path, needy=TINY), "c/needy")
    with pytest.raises(PackagesError, match=r"it needs tiny==1\.0, which uv can't install:\n.*No solution"):
        equipped(example, own())
    assert list((tmp_path / "environments").iterdir()) == []
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PackagesError, match=r"it needs tiny==1\.0, but there is no uv to install it"):
        equipped(example, own())


@pytest.mark.parametrize("name", ["tiny", "tiny>=1", "tiny==1.*", "tiny==1,<2", "tiny @ https://host/tiny.whl", "?"])
def test_a_package_is_pinned(tmp_path: Path, name: str) -> None:
    block = f"# /// script\n# dependencies = [{name!r}]\n# ///\n"
    write(tmp_path, a=f"{block}print(1)\n", a__out="$ python a.py\n1\n")
    with pytest.raises(ExampleError, match=r"a.py:2: `.*` is not pinned to a version: use `==`"):
        check_layout(Example(tmp_path, "c/a"))


# Results per Python


def python(version: str) -> Interpreter:
    return Interpreter("/nowhere", version)


PER_PYTHON = ["a", "a.3.12", "a.3.14", "a.pipe", "a.pipe.3.14"]
FITTING = {
    "3.11.9": ("a", "a.pipe"),
    "3.12.0": ("a.3.12", "a.pipe"),
    "3.13.5t": ("a.3.12", "a.pipe"),
    "3.14.0": ("a.3.14", "a.pipe.3.14"),
    "3.20.0": ("a.3.14", "a.pipe.3.14"),
}


@pytest.mark.parametrize("version", FITTING)
def test_a_result_holds_from_its_python_on(tmp_path: Path, version: str) -> None:
    write(tmp_path, a="print(1)\n")
    for name in PER_PYTHON:
        command = "$ python a.py | cat" if "pipe" in name else "$ python a.py"
        (tmp_path / f"c/{name}.out").write_text(f"{command}\n1\n")
    examples = find(tmp_path)
    assert [example.name for example in examples] == [f"c/{name}" for name in PER_PYTHON]
    for example in examples:
        check_layout(example)
    fit = [example.name for example in examples if not unfit(example, python(version))]
    assert fit == [f"c/{name}" for name in FITTING[version]]
    chosen = [fitting(Example(tmp_path, name), python(version)).name for name in ("c/a", "c/a.pipe")]
    assert chosen == fit
    named = Example(tmp_path, "c/a.3.14")
    assert fitting(named, python("3.11.0")) == named


def test_a_free_threaded_python_has_its_result(tmp_path: Path) -> None:
    write(tmp_path, a="print(1)\n")
    names = ["a", "a.3.13", "a.free-threaded", "a.free-threaded.3.14"]
    for name in names:
        (tmp_path / f"c/{name}.out").write_text("$ python a.py\n1\n")
    for version, name in zip(["3.12.0", "3.14.0", "3.13.0t", "3.14.0t"], names, strict=True):
        fit = [example.name for example in find(tmp_path) if not unfit(example, python(version))]
        assert fit == [f"c/{name}"]
        assert fitting(Example(tmp_path, "c/a"), python(version)).name == f"c/{name}"


def test_why_a_result_is_not_for_this_python(tmp_path: Path) -> None:
    write(tmp_path, a="print(1)\n", a__out="", a__3__13__out="")
    assert "this result is for Python older than 3.13, but this is 3.14.1" in unfit(
        Example(tmp_path, "c/a"), python("3.14.1")
    )
    assert "this result is for Python 3.13 and newer, but this is 3.11.2" in unfit(
        Example(tmp_path, "c/a.3.13"), python("3.11.2")
    )


# Commands


def test_a_result_is_recorded_and_checked_on_the_python_it_is_for(
    witness: Callable[..., str], tmp_path: Path, interpreter: Interpreter
) -> None:
    write(Path("examples"), a="import sys\n\nprint(sys.version_info[:2] >= (3, 11))\n")
    since = interpreter.version.rstrip("t").rpartition(".")[0]
    answer = witness("record", f"c/a.{since}", "--times", "1", "--interpreter", interpreter.path)
    assert answer.startswith(f"0 examples/c/a.{since}.out: proposed from 10 runs")
    out = Path(f"examples/c/a.{since}.out")
    out.write_text(out.read_text().rpartition("# proposed")[0])
    Path("docs/page.md").write_text(f"examples/c/a.py {out}")
    assert f"a.{since}.out: a fresh run and the recorded run are legal (Python {interpreter.version})" in witness(
        "check", "c/a", "--interpreter", interpreter.path
    )
    assert decide(read(out), run(Play(Example(Path("examples"), f"c/a.{since}"), read(out), interpreter))).legal


def test_a_run_is_given_another_time(witness: Callable[..., str]) -> None:
    write(Path("examples"), a="import time\n\ntime.sleep(30)\n", a__out="$ python a.py\n")
    assert "it did not end in time" in witness("check", "c/a", "--timeout", "0.5")
    assert "it did not end in time" in witness("record", "c/a", "--timeout", "0.5", "--times", "1")
    for wrong in ("0", "-1", "inf", "nan", "x"):
        assert f"`{wrong}` is not a number of seconds, more than 0" in witness("check", "c/a", "--timeout", wrong)


def test_modules_go_where_their_program_goes(witness: Callable[..., str]) -> None:
    files = {"one": "import mine\nimport ours\n", "mine": "", "ours": "", "other": "import ours\n"}
    write(Path("examples"), **files, one__out="$ python one.py\n")
    page = "".join(f"`examples/c/{name}.py` " for name in files)
    Path("docs/page.md").write_text(page)
    assert witness("mv", "c/one", "d/two").startswith("0 ")
    assert Path("docs/page.md").read_text() == page.replace("c/one", "d/two").replace("c/mine", "d/mine")
    assert sorted(path.name for path in Path("examples/d").iterdir()) == ["mine.py", "two.out", "two.py"]
    assert sorted(path.name for path in Path("examples/c").iterdir()) == ["other.py", "ours.py"]
    assert witness("rm", "d/two").startswith("0 ")
    assert list(Path("examples/d").iterdir()) == []


def test_at_finds_the_modules_of_a_python(interpreter: Interpreter) -> None:
    assert any(Path(folder, "asyncio").is_dir() for folder in at(interpreter.path).library)
