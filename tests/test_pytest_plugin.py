"""Result files as tests: their failures, how they are selected, and how results are recorded."""

import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from conftest import run_pytest
from helpers import BLOCK, written

from witness.examples import Example
from witness.language import PROPOSED, read
from witness.recording import evidence
from witness.running import Runner, platform
from witness.running.interpreters import own

# Programs, their results, and the message if something is wrong.
EXAMPLES = {
    "right": ('print("A")\n', "A\n", ""),
    "other": ('print("B")\n', "A\n", "other.out:2: Python {} printed what this result does not allow\nprinted: `B`"),
    "edited": ('print("A")\n', "{n:int=1}\n", "edited.out:1: this is not the run that was recorded; record it with"),
    "untrue": ('print("A")\n', "a as x| A\nb after x| B\n", "untrue.out:3: Python {} printed what this"),
    "ugly": (
        "print('A')\n",
        "A\n",
        "ugly.py:1:7: unformatted: File would be reformatted; format it with `uv run ruff format examples/c/ugly.py`",
    ),
    "wrong": ('import os\n\nprint("A")\n', "A\n", "wrong.py:1:8: F401 "),
    "draft": ('print("A")\n', f"A\n{PROPOSED}", "draft.out:3: proposed: keep only what the program guarantees"),
    "drawn": (
        'from threading import Thread\n\nThread(target=print, args=("A",)).start()\n',
        "a| A\n",
        "drawn.out:1: it has no timeline; record it with `uv run witness record c/drawn`",
    ),
    "lonely": (
        'print("A")\n',
        None,
        "lonely.py:1: this program has no result: write it with `uv run witness record c/lonely`",
    ),
    "settings": (BLOCK.format("alone = 3"), "A\n", "settings.py:3: Expected `bool`, got `int`"),
    "unseen": ('print("A")\n', "A\n", "examples/c/unseen.out:1: no page shows this file yet"),
    "later": ('# /// script\n# requires-python = ">=9"\n# ///\nraise SystemExit("needs 9")\n', "A\n", ""),
    "silent": (
        '# /// script\n# requires-python = ">=9"\n# ///\nprint("A")\n',
        "A\n",
        "it can't run here (it requires Python >=9, but this is {}); it must say so in one line",
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="names of files may be longer there")
def test_what_can_not_be_read_is_said_in_words(project: Path, run: Callable[..., str]) -> None:
    evidence.path(write(project, "loop", 'print("A")\n', "A\n")).unlink()
    (project / "examples/c/loop.json").symlink_to("loop.json")
    (project / f"examples/c/{'l' * 251}.out").write_text("$ python a.py\n")  # the name of its evidence is too long
    os.mkfifo(write(project, "pipe", "", "A\n").programs[0].with_suffix(".py.tmp"))
    (project / "examples/c/pipe.py.tmp").replace(project / "examples/c/pipe.py")
    said = run()
    assert "3 failed" in said
    assert "Too many levels of symbolic links: 'examples/c/loop.json'" in said
    assert "File name too long" in said
    assert "pipe.out:1: this result has no program" in said
    assert "Traceback" not in said
    assert "def " not in said


@pytest.fixture
def run(project: Path) -> Callable[..., str]:
    """Return a function that runs pytest in the project and returns its exit status and output."""
    return partial(run_pytest, project, "-q")


def write(project: Path, name: str, program: str, result: str | None) -> Example:
    example = written(project / "examples", name, program, result)
    if result is not None and PROPOSED not in result and "{" not in result:
        evidence.enter(example, read(example.out))
    return example


def test_what_is_wrong_is_said_in_words(project: Path, run: Callable[..., str]) -> None:
    (project / "docs").mkdir()
    for name, (program, result, _) in EXAMPLES.items():
        write(project, name, program, result)
        with (project / f"docs/{name}.md").open("w") as page:
            page.write(f"examples/c/{name}.py" + f" examples/c/{name}.out" * (name != "unseen"))
    said = run("--junit-xml=report.xml")
    parts = re.split(r"^_+ (?:c/)?(\w+) on Python \S+ _+$", said.partition("= short test")[0], flags=re.MULTILINE)
    failed = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert failed.keys() == {name for name, (*_, wrong) in EXAMPLES.items() if wrong}
    for name, text in failed.items():
        assert EXAMPLES[name][2].format(own().version) in text
        assert "Traceback" not in text
        assert "def " not in text
    assert 'name="right"' not in said


def test_it_is_selected_as_any_test(project: Path, run: Callable[..., str]) -> None:
    for name in ("right", "other", "untrue"):
        write(project, name, *EXAMPLES[name][:2])
    assert "1 passed" in run("examples/c/right.out")
    assert "1 failed, 2 deselected" in run("-k", "c/other")
    (project / "examples/c/other.py").write_text('print("A")\n')
    assert "\n1 passed in" in run("--lf", "-k", "c/other or c/right")
    assert "1 failed" in run(f"examples/c/untrue.out::{own().version}")
    assert run("--interpreter", "no-python").startswith("4 ERROR: --interpreter no-python is not a Python")
    assert "1 failed, 2 passed" in run(f"--interpreter={own().path}")


def test_a_module_of_a_program_is_no_test(project: Path, run: Callable[..., str]) -> None:
    write(project, "two", "import two_task\n\nprint(two_task.DONE)\n", "A\n")
    write(project, "two_task", 'DONE = "A"\n', None)
    assert "1 passed" in run()
    write(project, "two", "import three_task\n\nprint(three_task.DONE)\n", "A\n")
    said = run()
    assert "two.py:1: there is no module `three_task`: put three_task.py beside this file" in said
    assert "two_task.py:1: this program has no result" in said


def test_a_result_is_tested_on_the_pythons_it_is_for(project: Path, run: Callable[..., str]) -> None:
    write(project, "new", 'print("A")\n', "A\n")
    later = Example(project / "examples", "c/new.3.99")
    later.out.write_text("$ python new.py\nB\n")
    with patch.object(Runner, "submit", autospec=True, side_effect=Runner.submit) as submit:
        said = run("-rs")
    submit.assert_called_once()  # what is skipped does not run
    assert "1 passed, 1 skipped" in said
    assert "this result is for Python 3.99 and newer" in said
    assert "this Python has another result file" in said


def test_packages_that_can_not_be_had_are_a_reason(
    project: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "needy", '# /// script\n# dependencies = ["tiny==1.0"]\n# ///\nimport tiny\n', "A\n")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    assert "1 test: it needs tiny==1.0, " in run()
    said = run(ci=True)
    assert "1 failed" in said or not platform.here.complete
    assert "it needs tiny==1.0, " in said


def test_of_what_prints_something_else_each_time_the_next_step_is_said(project: Path, run: Callable[..., str]) -> None:
    write(project, "moment", "import time\n\nprint(time.time_ns())\n", None)
    said = run("--record", "update")
    assert "examples/c/moment.out: another run printed something else: annotate what varies" in said
    assert "not legal" not in said


def test_results_are_written_to_the_letter_and_kept_up(project: Path, run: Callable[..., str]) -> None:
    example = write(project, "new", 'import os\n\nprint(f"The number of this process is {os.getpid()}.")\n', None)
    assert "examples/c/new.out: new: 1 lines exactly as printed; annotate what varies" in run("--record", "update")
    assert re.fullmatch(r"\$ python new\.py\nThe number of this process is \d+\.\n", example.out.read_text())
    example.out.write_text("$ python new.py\nThe number of this process is {main:pid=77}.\n")
    assert "a new run replaced it" in run("--record", "update")
    assert "recorded" not in run("--record", "update")
    example.programs[0].write_text(example.programs[0].read_text().replace("this", "that"))
    assert run().startswith("1 ")
    assert "recorded anew; line 2 reworded" in run("--record", "update")
    assert re.fullmatch(
        r"\$ python new\.py\nThe number of that process is \{main:pid=\d+\}\.\n", example.out.read_text()
    )
    assert run().startswith("0 ")


@pytest.mark.skipif(sys.platform != "linux", reason="timelines are recorded on Linux only")
def test_a_timeline_is_recorded_with_the_run_that_it_is_of(project: Path, run: Callable[..., str]) -> None:
    example = write(project, "drawn", *EXAMPLES["drawn"][:2])
    assert "drawn.out: its timeline was recorded anew, together with its run" in run("--record", "update")
    assert evidence.load(example).trace
    assert run().startswith("0 ")


@pytest.mark.usefixtures("few")
def test_a_new_result_is_proposed(project: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("witness.pytest_plugin.TIMES", 2)
    example = write(project, "new", 'import os\n\nprint(f"The number of this process is {os.getpid()}.")\n', None)
    typed = write(project, "typed", 'print("Hello", input("Name? "))\n', "Name? {name:input=Ada}\n")
    said = run("--record", "propose")
    assert "examples/c/new.out: proposed from 6 runs" in said
    assert "examples/c/typed.out: proposed from 6 runs" in said  # its result had nothing but the input
    assert typed.out.read_text() == f"$ python typed.py\nName? {{name:input=Ada}}\nHello Ada\n{PROPOSED}"
    assert re.fullmatch(
        r"\$ python new\.py\nThe number of this process is \{main:pid=\d+\}\.\n" + PROPOSED, example.out.read_text()
    )


def test_what_can_not_be_recorded_is_left_as_it_is(project: Path, run: Callable[..., str]) -> None:
    example = write(project, "bad", 'print("A")\nprint("C")\n', "a as x| C\nb after x| A\n")
    before = example.out.read_text()
    said = run("--record", "update")
    assert "bad.out:3: this result does not allow all of 1 runs" in said
    assert "Nothing was changed. If the program is right, allow this" in said
    assert example.out.read_text() == before
    example.programs[0].write_text("import sys\n\nsys.stdout.write('\\x1b[1m')\n")
    assert "bad.out:2: a page can't show the control characters here" in run("--record", "update")
    assert example.out.read_text() == before


def test_nothing_is_written_by_several_at_once(project: Path, run: Callable[..., str]) -> None:
    (project / "examples").mkdir()
    assert run("--record", "update", "-n2").startswith("4 ERROR: --record writes results one after")
