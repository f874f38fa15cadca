"""The commands with which a contributor makes, checks, moves and removes an example."""

import _pyio
import errno
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date
from io import BytesIO, TextIOWrapper
from itertools import takewhile
from pathlib import Path
from unittest.mock import Mock

import pytest
from conftest import ROOT
from helpers import BLOCK, output

from witness.__main__ import main
from witness.examples import Example
from witness.language import PROPOSED, ResultError, read
from witness.recording import evidence
from witness.recording.evidence import Observation, Seen, Sight
from witness.running.interpreters import own
from witness.tracing.model import Trace


@pytest.fixture(autouse=True)
def _fork(witness: Callable[..., str]) -> None:
    """Make a project with one program that has no result yet."""
    Path("examples/processes").mkdir(parents=True)
    shutil.copy(ROOT / "examples/ruff.toml", "examples")
    Path("examples/processes/fork.py").touch()
    Path("examples/hidden").mkdir()
    Path("examples/hidden/queue.py").touch()


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [
        ("new", "processes/fork", "examples/processes/fork.py already exists"),
        ("new", "processes/queue", "`queue` is a module of the standard library"),
        ("new", "Processes/fork", "`Processes/fork`: an example is named CHAPTER/NAME"),
        ("new", "hello", "`hello`: an example is named CHAPTER/NAME, such as processes/fork"),
        ("new", "../hello", "`../hello`: an example is named CHAPTER/NAME"),
        ("record", "processes/Hello", "`processes/Hello`: an example is named CHAPTER/NAME"),
        ("record", "./examples/processes/hello.json", "there is no examples/processes/hello.py: create it"),
        ("new", "processes/hello.pipe", "`processes/hello.pipe`: the part after a dot names one of several results"),
        ("record", "a/b/c", "`a/b/c`: an example is named CHAPTER/NAME"),
        ("rm", "processes", "`processes`: an example is named CHAPTER/NAME"),
        ("rm", "processes/..", "`processes/..`: an example is named CHAPTER/NAME"),
        ("rm", "examples/processes", "`examples/processes`: an example is named CHAPTER/NAME"),
        ("rm", "/processes/fork", "`/processes/fork`: an example is named CHAPTER/NAME"),
        ("record", "processes/hello", "there is no examples/processes/hello.py: create it with `uv run witness new"),
        (
            "record",
            "processes/fork.pipe",
            "fork.pipe.out:1: create it with a command line, such as `$ python fork.py | cat`",
        ),
        ("record", "processes/pair", "pair.out:1: it is a folder without a result: write a result that starts its"),
        (
            "repeat",
            "none",
            "no example matches none: give part of a name, such as `threads/`, or create one with `uv run witness",
        ),
        ("check", "processes/fork", "has no result: write it with `uv run witness record processes/fork`"),
        ("record", "hidden/queue", "queue.py:1: this name shadows the standard library module `queue`"),
    ],
)
def test_a_command_that_can_not_be_followed(witness: Callable[..., str], command: str, name: str, said: str) -> None:
    Path("examples/processes/pair").mkdir()
    for program in "one", "other":
        Path(f"examples/processes/pair/{program}.py").touch()
    answer = witness(command, name)
    assert answer.startswith("2 ")
    assert said in answer
    assert answer.count("\n") == 1
    assert Path("examples/processes/fork.py").exists()


def test_a_result_without_its_program(witness: Callable[..., str]) -> None:
    Path("examples/processes/gone.out").write_text("$ python gone.py\n")
    how = "bring it back, or delete examples/processes/gone.out; `uv run witness mv` renames both at once"
    assert witness("check", "processes/gone") == f"2 there is no examples/processes/gone.py: {how}\n"


@pytest.mark.parametrize(
    ("command", "option", "said"),
    [
        ("record", "--times=0", "`0` is not a number of runs, 1 or more"),
        ("repeat", "--times=-1", "`-1` is not a number of runs, 1 or more"),
        ("check", "--timeout=1e9", "`1e9` is not a number of seconds, more than 0 and at most 3600"),
        ("check", "--timeout=nan", "`nan` is not a number of seconds, more than 0 and at most 3600"),
        ("repeat", "--run=x", "`x` is not the number of a run; they start at 0"),
    ],
)
def test_a_number_that_is_none(witness: Callable[..., str], command: str, option: str, said: str) -> None:
    answer = witness(command, "processes/fork", option)
    assert answer.startswith("2 ")
    assert said in answer


@pytest.mark.skipif(sys.platform != "linux", reason="runs are traced on Linux only")
def test_a_result_that_was_edited_is_recorded_again(witness: Callable[..., str]) -> None:
    program, out = Path("examples/processes/poll.py"), Path("examples/processes/poll.out")
    program.write_text("""
import threading, time
told = []
def cook():
    while not told: time.sleep(0.01)
    print("cooked")
threading.Thread(target=cook).start()
print("told")
told.append(1)
""")
    out.write_text("$ python poll.py\nmain as a| told\ncook| cooked\n")
    record = "record", "processes/poll", "--times", "1"
    assert "its timeline was recorded anew" in witness(*record)
    for old, new, said in [
        ("cook|", "thread|", "`thread` did not print this; by the timeline, `cook` did"),
        ("thread|", "thread after a|", "nothing is known to make this line wait for line 2, so their order is luck"),
    ]:
        out.write_text(out.read_text().replace(old, new))
        again = "; if the result was edited, record it again with `uv run witness record processes/poll`\n"
        assert f"{out}:3: {said}{again}" in witness("check", "processes/poll")
        assert "its timeline" in witness(*record)
        assert f"{out}:3: " not in witness("check", "processes/poll")


@pytest.mark.usefixtures("few")
def test_an_example_is_made(witness: Callable[..., str]) -> None:
    program, out = Path("examples/processes/hello.py"), Path("examples/processes/hello.out")
    answer = witness("new", "processes/hello")
    assert answer.startswith(f"0 Created {program}")
    assert "  uv run witness record processes/hello\n" in answer
    Path("docs/page.md").write_text(answer[answer.index("```") :])

    record = "record", "examples/processes/hello.py", "--times", "1"
    first = r"proposed from 4 runs\n\n\$ python hello\.py\n([AB])\| \1 runs in process \{\1:pid="
    assert re.search(first, witness(*record))
    with pytest.raises(
        ResultError, match=r"hello\.out:5: the annotations above are only a proposal.* then delete this line"
    ):
        read(out)
    program.write_text("import os\n\nprint(os.getpid())\nprint('Good day.')\n")
    out.unlink()
    assert "proposed from 4 runs" in witness(*record)
    assert "legal in 2 runs; nothing changed" in witness(*record)
    assert f"{out}:4: {PROPOSED.removeprefix('# ')}" in witness("check", "processes/hello")
    out.write_text(out.read_text().removesuffix(PROPOSED))
    accepted = out.read_text()
    assert re.fullmatch(r"\$ python hello\.py\n\{main:pid=\d+\}\nGood day\.\n", accepted)
    assert evidence.holds(evidence.stored(Example(Path("examples"), "processes/hello")), read(out))
    assert f"unformatted: File would be reformatted; format it with `uv run ruff format {program}`" in witness(
        "check", "processes/hello"
    )
    program.write_text(program.read_text().replace("'", '"'))
    assert witness("check", "processes/hello") == f"0 {out}: a fresh run and the recorded run are legal\n"
    assert "legal in 2 runs; nothing changed" in witness(*record)
    assert out.read_text() == accepted
    assert evidence.stored(Example(Path("examples"), "processes/hello")).trace, "who printed was not asked"

    program.write_text(program.read_text().replace("day", "night"))
    answer = witness("check", "processes/hello")
    assert f"1 {out}:3: Python {own().version} printed what this result does not allow\n" in answer
    assert "column 6: `night.` instead of `day.`" in answer
    assert "recorded anew; line 3 reworded: `Good night.`" in witness(*record)
    assert witness("check", "processes/hello").startswith("0 ")
    out.write_text(out.read_text().replace("night", "day"))
    answer = witness("check", "processes/hello")
    assert "this is not the run that was recorded" in answer

    out.unlink()
    program.write_text("import random\n\nprint(*random.choices('uvwxyz', k=9), sep='')\n")
    answer = witness(*record)
    assert answer.startswith(f"1 {program}:1: `")
    assert "4 texts in 4 runs" in answer
    assert not out.exists()


def test_what_was_seen_for_a_proposal_contradicts_what_forbids_it(witness: Callable[..., str]) -> None:
    program, out = Path("examples/processes/words.py"), Path("examples/processes/words.out")
    program.write_text('for word in {"tick", "tock"}:\n    print(word)\n')
    assert "main/| t" in witness("record", "processes/words", "--times", "2")
    out.write_text(re.sub(r"main/. (.*)\n", r"\1\n", out.read_text().removesuffix(PROPOSED)))
    assert f"a run that was seen on Python {own().version} contradicts" in witness("check", "processes/words")


def test_a_whole_name_is_no_part_of_another(witness: Callable[..., str]) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    Path("examples/processes/hello_too.py").write_text("print(6)\n")
    assert "1 of 1 runs held" in witness("repeat", "examples/processes/hello.out", "-n", "1")
    assert "hello_too.py:1: this program has no result" in witness("repeat", "hello", "-n", "1")


def test_what_is_interrupted_is_not_recorded(witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    assert "3 of 3 runs held" in witness("repeat", "hello", "-n", "3", "--record")
    known = Path("examples/processes/hello.json").read_text()
    monkeypatch.setattr("witness.__main__._progress", Mock(side_effect=[None, KeyboardInterrupt]))
    answer = witness("repeat", "hello", "-n", "3", "--record")
    assert answer.startswith("130 ")
    assert "2 of 2 runs held\ninterrupted, so nothing was recorded\n" in answer
    assert Path("examples/processes/hello.json").read_text() == known


@pytest.mark.usefixtures("few")
def test_what_is_typed_is_written_before_it_is_recorded(
    witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", Mock(side_effect=KeyError))  # as in a container, for a user without a name
    program, out = Path("examples/processes/typed.py"), Path("examples/processes/typed.out")
    today = date.today()
    days = f"{today:%B %d}", f"{today:%Y年%m月%d日}"  # as text: it may be another day in the runs' time zones
    program.write_text(
        "import platform\nimport queue\n\n"
        f'print("Hello", input("Name? "), "of /etc/hosts", platform.release(), "{days[0]}")\n'
        f'print(f"{days[1]}是今天", f"{{queue.__file__}}:7: in put")\n'
    )
    out.write_text("$ python typed.py\nName? {name:input=Ada}\n")
    answer = witness("record", str(program), "--times", "1")
    assert "$ python typed.py\nName? {name:input=Ada}\nHello Ada of /etc/hosts " in answer
    for word in ("/etc/hosts", platform.release(), *days, "…/queue.py:7"):
        assert f"it prints `{word}`, which may differ on another machine or day: what does a reader see?" in answer


@pytest.mark.parametrize("command", ["record", "check"])
def test_a_result_that_is_no_text_is_named(witness: Callable[..., str], command: str) -> None:
    Path("examples/processes/typed.py").write_text("print(5)\n")
    Path("examples/processes/typed.out").write_bytes(b"$ python typed.py\n\xff\n")
    assert witness(command, "processes/typed") == "2 examples/processes/typed.out:2: this is not UTF-8 text\n"
    for name in "typed.out", "typed.json":
        file = Path("examples/processes", name)
        file.unlink(missing_ok=True)
        file.symlink_to("/dev/zero")  # reading it would never end
        assert witness(command, "processes/typed") == f"2 {file}:1: this is not a regular file\n"
        file.unlink()
        with file.open("wb") as sparse:
            sparse.truncate(1 << 30)
        assert witness(command, "processes/typed") == f"2 {file}:1: this file is larger than 64 MiB, the limit\n"
        file.unlink()
        file.mkdir()
        assert witness(command, "processes/typed") == f"2 {file}:1: this is not a regular file\n"
        file.rmdir()
        file.with_name("typed.out").write_text("$ python typed.py\n5\n")


@pytest.mark.parametrize("command", ["record", "check", "mv", "rm"])
def test_a_program_that_is_no_file_is_named(witness: Callable[..., str], command: str) -> None:
    program = Path("examples/processes/typed.py")
    Path("examples/processes/typed.out").write_text("$ python typed.py\n5\n")
    os.mkfifo(program)  # opening it would wait for a writer
    answer = witness(command, "processes/typed", *["processes/other"] * (command == "mv"))
    assert answer == f"2 {program}:1: this is not a regular file\n"
    assert os.path.lexists(program)


def test_a_program_in_trouble_is_not_recorded(witness: Callable[..., str]) -> None:
    program = Path("examples/processes/late.py")
    work = "import threading, time\nthreading.Thread(target=lambda: 1 / 0).start()\ntime.sleep(60)\n"
    program.write_text(BLOCK.format("timeout = 0.5") + work)
    answer = witness("record", "processes/late")
    assert answer.startswith(f"1 {program}:1: it did not end in time")
    assert "\n  ZeroDivisionError: division by zero\nlines printed until then: 4\n" in answer
    assert not program.with_suffix(".out").exists()
    program.with_suffix(".out").write_text("$ python late.py\n")
    assert witness("record", "processes/late").startswith(f"1 {program}:1: it did not end in time")


def test_a_program_that_prints_too_much_is_not_traced(
    witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("examples/processes/much.py").write_text("for n in range(501):\n    print(n)\n")
    monkeypatch.delattr("witness.recording.record.traced_runs")
    assert "much.py:1: it printed 501 lines, too many for a page" in witness("record", "processes/much", "--times", "1")


@pytest.mark.usefixtures("witness")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_check_watches_also_in_the_background(end: signal.Signals) -> None:
    program = Path("examples/processes/hello.py")
    program.write_text('print("one")\n')
    program.with_suffix(".out").write_text("$ python hello.py\none\n")
    shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    command = [*shell, sys.executable, "-m", "witness", "check", "processes/hello", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as watching:
        assert watching.stdout
        try:
            said = iter(watching.stdout.readline, "")
            assert "printed what" not in "".join(takewhile(lambda line: "next save" not in line, said))
            program.write_text('print("two")\n')
            assert "column 1: `two`" in "".join(takewhile(lambda line: "next save" not in line, said))
            program.with_suffix(".out").write_text("$ python hello.py\n{")
            assert "hello.out:2: the last line must" in "".join(takewhile(lambda line: "next save" not in line, said))
        finally:
            watching.send_signal(end)
    assert watching.returncode == 130


@pytest.mark.skipif(sys.platform != "linux", reason="the shell's words are of Linux")
@pytest.mark.usefixtures("witness")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("$witness record processes/hello --times 1 2>&-", "legal in 2 runs; nothing changed"),
        ("$witness check processes/hello 2>&1 >/dev/full", f"[Errno {errno.ENOSPC}] No space left on device"),
        (
            "PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C $witness check processes/hello 2>&1",
            "these files are UTF-8, but would be read as ANSI_X3.4-1968: set the variable PYTHONUTF8=1",
        ),
        ("cd docs; $witness check processes/hello 2>&1", "there is no folder examples here: go to that of the project"),
        ("cd /; $witness repeat 2>&1", "there is no example in the folder examples here: is this the folder of the "),
    ],
)
def test_however_it_is_started_it_says_what_it_did(command: str, said: str) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    evidence.enter(Example(Path("examples"), "processes/hello"), read(Path("examples/processes/hello.out")))
    program = f"{sys.executable} -m witness"
    done = subprocess.run(command.replace("$witness", program), shell=True, stdout=subprocess.PIPE, text=True)
    assert said in done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.usefixtures("witness")
def test_what_a_terminal_has_no_character_for_is_shown_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("examples/processes/hello.py").write_text('print("你")\n')
    Path("examples/processes/hello.out").write_text("$ python hello.py\n我\n")
    monkeypatch.setattr(sys, "argv", ["witness", "check", "processes/hello"])
    with redirect_stdout(TextIOWrapper(BytesIO(), "ascii")) as terminal:
        assert main() == 1
    terminal.seek(0)
    assert f"`{'你'.encode('unicode_escape').decode()}`" in terminal.read()


@pytest.mark.usefixtures("few")
def test_a_file_that_cannot_be_written_is_named(witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "a temporary file")

    Path("examples/processes/hello.py").write_text('print("Good day.")\n')
    monkeypatch.setattr("witness.recording.files.NamedTemporaryFile", refuse)
    answer = witness("record", "processes/hello", "--times", "1")
    assert answer == f"2 [Errno {errno.EROFS}] Read-only file system: 'examples/processes/hello.out'\n"


@pytest.mark.usefixtures("few")
def test_lines_end_alike_on_every_system(witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.linesep", "\r\n")  # as on Windows, where text files are written with it
    monkeypatch.setattr("io.open", _pyio.open)
    monkeypatch.setattr("tempfile._io", _pyio)
    assert witness("new", "processes/hello").startswith("0 ")
    assert witness("record", "processes/hello", "--times", "1").startswith("0 ")
    out = Path("examples/processes/hello.out")
    out.write_bytes(out.read_bytes().replace(PROPOSED.encode(), b""))
    assert witness("record", "processes/hello", "--times", "1").startswith("0 ")
    assert witness("mv", "processes/hello", "processes/other").startswith("0 ")
    written = [Path(f"examples/processes/other.{kind}").read_bytes() for kind in ("py", "out", "json")]
    assert not any(b"\r" in text for text in written)


def test_what_is_only_read_may_be_read_only(witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    monkeypatch.setenv("RUFF_CACHE_DIR", "/dev/null/cache")
    assert "ruff" not in witness("check", "processes/hello")


def test_what_can_not_be_written_is_not_moved(witness: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    before = sorted(Path("examples").rglob("*.*"))
    monkeypatch.setattr("witness.recording.project.write", Mock(side_effect=OSError(errno.ENOSPC, "full", "a.out")))
    assert witness("mv", "processes/hello", "processes/other") == f"2 [Errno {errno.ENOSPC}] full: 'a.out'\n"
    assert sorted(Path("examples").rglob("*.*")) == before


@pytest.mark.parametrize("command", ["check", "mv", "rm"])
def test_a_page_that_is_no_text_is_named(witness: Callable[..., str], command: str) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text("$ python hello.py\n5\n")
    before = sorted(Path("examples").rglob("*.*"))
    Path("docs/page.md").write_bytes(b"a\n\xff\n")
    answer = witness(command, "processes/hello", *["processes/other"] * (command == "mv"))
    assert answer == "2 docs/page.md:2: this is not UTF-8 text\n"
    assert sorted(Path("examples").rglob("*.*")) == before
    Path("docs/page.md").unlink()
    os.mkfifo("docs/page.md")  # reading it would never end
    Path("docs/.#page.md").symlink_to("nothing")  # as an editor leaves it beside an open file
    answer = witness(command, "processes/hello", *["processes/other"] * (command == "mv"))
    assert "docs" not in answer


@pytest.mark.parametrize("line", ["$ python other.py", "$ python ./hello.py", "$ python hello.py 3"])
def test_a_result_of_another_command_is_not_overwritten(witness: Callable[..., str], line: str) -> None:
    Path("examples/processes/hello.py").write_text("print(5)\n")
    Path("examples/processes/hello.out").write_text(f"{line}\nx| {{n:int=5}}\n")
    answer = witness("record", "processes/hello")
    assert answer.startswith("2 examples/processes/hello.out:1: the first line must be `$ python hello.py`")
    assert "int" in Path("examples/processes/hello.out").read_text()


# --- Moving and removing ---------------------------------------------------------------------------------------------

PAGE = """\
```python title="one.py"
--8<-- "examples/c/one.py"
```

```result
examples/c/one.out
```

- 缩进的也算：

    ```result
    examples/c/one.pipe.out
    ```

`one.py` 不是 `one_more.py`，也不是 `x/one.py`，见[那里](c/one.md#one)。

还有[别处](c/one.md)。
"""


@pytest.fixture
def one(witness: Callable[..., str]) -> Example:
    """Return an example with two results, both recorded, and a page that shows them."""
    example = Example(Path("examples"), "c/one")
    Path("examples/c").mkdir()
    Path("docs/page.md").write_text(PAGE)
    example.programs[0].write_text('print("A")\n')
    for name, tail in {"c/one": "", "c/one.pipe": " | cat"}.items():
        result = Example(Path("examples"), name)
        result.out.write_text(f"$ python one.py{tail}\nx| A\ny| one.py\n")
        evidence.enter(result, read(result.out))
        seen = Seen(3, (Sight(3, "3.11", (output("2> one.py / 1> A"),)),))
        observation = Observation(("3.11",), 3, False, 2)
        evidence.store(result, read(result.out), observation, seen, Trace("", "3.11", ()))
    return example


@pytest.mark.usefixtures("one")
def test_an_example_is_moved_with_all_that_is_known_of_it(witness: Callable[..., str]) -> None:
    assert witness("mv", "examples/c/one.py", "d/two").splitlines() == [
        "0 moved c/one to d/two, with everything recorded about it",
        "Next, edit what else names it: git grep --word-regexp -e c/one -e one.py",
    ]
    assert sorted(path.name for path in Path("examples").glob("[cd]/*")) == [
        f"two.{end}" for end in ("json", "out", "pipe.json", "pipe.out", "py")
    ]
    for name, tail in {"d/two": "", "d/two.pipe": " | cat"}.items():
        two = Example(Path("examples"), name)
        assert two.out.read_text() == f"$ python two.py{tail}\nx| A\ny| one.py\n"
        known = evidence.load(two)
        assert evidence.holds(known, read(two.out))
        assert known.observation
        assert [order.lines for order in known.observation.common] == [(3, 2)]
        assert known.trace
    page = PAGE.replace("c/one.out", "d/two.out").replace("c/one.pipe", "d/two.pipe").replace("c/one.py", "d/two.py")
    assert Path("docs/page.md").read_text() == page.replace('"one.py"', '"two.py"').replace("`one.py`", "`two.py`")


def test_a_moved_example_is_as_true_as_before(witness: Callable[..., str], one: Example) -> None:
    one.out.write_text(one.out.read_text().replace("A", "B"))
    Path("docs/other.md").write_text('```python title="one.py"\n--8<-- "examples/processes/one.py"\n```\n')
    witness("mv", "c/one", "c/two")
    assert 'title="one.py"' in Path("docs/other.md").read_text(), "it is the title of another example"
    two = Example(one.root, "c/two")
    assert evidence.stored(two).trace
    assert not evidence.holds(evidence.load(two), read(two.out))
    assert evidence.load(two).observation is None


def test_an_example_of_which_nothing_is_known_is_moved_without_evidence(
    witness: Callable[..., str], one: Example
) -> None:
    evidence.path(one).unlink()
    witness("mv", "c/one", "c/two")
    assert sorted(path.name for path in one.out.parent.glob("two*")) == [
        "two.out",
        "two.pipe.json",
        "two.pipe.out",
        "two.py",
    ]


def test_a_result_is_removed_or_the_whole_example(witness: Callable[..., str], one: Example) -> None:
    assert witness("rm", "c/one.pipe").startswith("0 removed c/one.pipe, with everything recorded about it\n")
    assert sorted(path.name for path in one.out.parent.iterdir()) == ["one.json", "one.out", "one.py"]
    assert "pipe" not in Path("docs/page.md").read_text()
    assert "Next, edit what else names it: git grep" in witness("rm", "c/one")
    assert list(one.out.parent.iterdir()) == []
    assert Path("docs/page.md").read_text().splitlines()[0] == "- 缩进的也算："


@pytest.mark.usefixtures("one")
def test_a_name_that_is_none_or_taken_moves_nothing(witness: Callable[..., str]) -> None:
    assert witness("mv", "c/none", "c/two") == "2 there is no example c/none\n"
    assert witness("rm", "c/one.file") == "2 there is no example c/one.file\n"
    assert "already exists" in witness("mv", "c/one", "processes/fork")
    assert "standard library" in witness("mv", "c/one", "c/queue")
    assert "c/one.pipe is only one of its results: move c/one" in witness("mv", "c/one.pipe", "c/two")
    for name in "c/mine", "d/mine":  # c/mine moves along with the program, but d/mine exists already
        Path(f"examples/{name}.py").parent.mkdir(exist_ok=True)
        Path(f"examples/{name}.py").write_text(f"print('{name}')\n")
    Path("examples/c/one.py").write_text("import mine\n")
    assert witness("mv", "c/one", "d/two") == "2 examples/d/mine.py already exists; choose another name\n"
    assert Path("examples/d/mine.py").read_text() == "print('d/mine')\n"
    assert Path("examples/c/one.py").exists()
