"""What a terminal shows of a run, without this machine's paths; and what differs between runs on purpose."""

import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import BLOCK, confined, play, texts, written

from witness.language import Run, Terminal
from witness.running import Runner, Turn, varied
from witness.running.interpreters import Interpreter
from witness.running.screen import Screen


def shown(runner: Runner, root: Path, name: str, program: str, interpreter: Interpreter | None = None) -> list[str]:
    """Run the program and return the lines it prints."""
    run = runner.submit(play(written(root, name, program), interpreter))()
    assert run.trouble == ""
    return texts(run)


# Programs that print their folder, or that of Python, each in its own way.
PATHS = {
    "warning": (
        """
            import asyncio
            async def greet():
                print("hello")
            async def main():
                greet()
                print("Done")
            asyncio.run(main())
        """,
        [
            "warning.py:6: RuntimeWarning: coroutine 'greet' was never awaited",
            "  greet()",
            "RuntimeWarning: Enable tracemalloc to get the object allocation traceback",
            "Done",
        ],
    ),
    "retrieved": (
        """
            import asyncio
            async def fail():
                raise ValueError("bad record")
            async def main():
                task = asyncio.create_task(fail())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                del task
                print("Done")
            asyncio.run(main())
        """,
        [
            "Task exception was never retrieved",
            "future: <Task finished name='Task-2' coro=<fail() done, defined at retrieved.py:3> "
            "exception=ValueError('bad record')>",
            "Traceback (most recent call last):",
            "  ...",
            "ValueError: bad record",
            "Done",
        ],
    ),
    "syntax": (
        "x = 1\nprint(x is 1)\n",
        ['syntax.py:2: SyntaxWarning: "is" with {} literal. Did you mean "=="?', "  print(x is 1)", "True"],
    ),
    "task": (
        """
            import asyncio
            async def brew():
                await asyncio.sleep(0.01)
            async def main():
                task = asyncio.create_task(brew(), name="brewer")
                print("before:", task)
                await task
                print("after:", task)
            asyncio.run(main())
        """,
        [
            "before: <Task pending name='brewer' coro=<brew() running at task.py:3>>",
            "after: <Task finished name='brewer' coro=<brew() done, defined at task.py:3> result=None>",
        ],
    ),
    "file": ("print(f'{__file__} is {__file__!r}')", ["file.py is 'file.py'"]),
    "folder": (
        """
            import os, tempfile
            from pathlib import Path
            print(os.getcwd(), [Path.home()], f"in {os.getcwd()}.", Path("a/b").absolute(), f"{os.getcwd()}/")
            print(Path("a.txt").absolute().as_uri(), Path("..").resolve(), Path().absolute().as_uri())
            print(tempfile.gettempdir(), f"{os.getcwd()}work", Path("名.txt").resolve())
        """,
        ["… [PosixPath('…')] in …. a/b …/", "file:///…/a.txt … file:///…", "… {}work 名.txt"],
    ),
    "in_two_pieces": (
        """
            import os
            path = os.path.abspath("a.py")
            os.write(1, path[:9].encode())
            os.write(1, path[9:].encode() + b":3\\n")
        """,
        ["a.py:3"],
    ),
    "stack": (
        """
            import sys, traceback, warnings
            traceback.print_stack(file=sys.stdout)
            warnings.warn("old", DeprecationWarning)
        """,
        ['  File "stack.py", line 3, in <module>', "    traceback.print_stack(file=sys.stdout)"],
    ),
    "python": (
        """
            import argparse, subprocess, sys, warnings
            print(subprocess.CompletedProcess([sys.executable, "-c", "pass"], 0))
            warnings.warn_explicit("old", FutureWarning, argparse.__file__, 7)
        """,
        ["CompletedProcess(args=['python', '-c', 'pass'], returncode=0)", "…/argparse.py:7: FutureWarning: old"],
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_the_folder_of_the_run_is_not_shown(
    runner: Runner, tmp_path: Path, name: str, interpreter: Interpreter
) -> None:
    program, lines = PATHS[name]
    printed = shown(runner, tmp_path, name, program, interpreter)
    for line, want in zip(printed, lines, strict=False):
        start, _, end = want.partition("{}")
        assert line == want or ("{}" in want and line.startswith(start) and line.endswith(end))
    assert not any("witness-" in line for line in printed if "work" not in line)
    assert len(printed) >= len(lines)


# The text written, the line that the terminal shows, and whether it ended with a newline.
SHOWN = {
    "a\rb": ("b", False),
    "abc\rx\n": ("xbc", True),
    "50%\r100%\n": ("100%", True),
    "\r- counting\r+ counting\r          \rcounted to 7\n": ("counted to 7", True),
    "long text\r         \rx\n": ("x", True),
    "x\r \r": (None, True),
    "ab\b\bc\n": ("cb", True),
    "\b\ba\n": ("a", True),
    "中文\rab\n": ("ab文", True),
    "中文\ra\n": ("a 文", True),
    "abc\r中\n": ("中c", True),
    "a中\rab\n": ("ab", True),
    "e\u0301x\ry\n": ("yx", True),
    "a\tb\rc\n": ("c       b", True),
    "done \r\n": ("done ", True),
    "Your name? ": ("Your name? ", False),
    "\rYour name? ": ("Your name? ", False),
    "\x1b[1mbold\x1b[0m\n": ("\x1b[1mbold\x1b[0m", True),
    "好的。\r  x\n": ("  x 。", True),
    "\t\rab\n": ("ab", True),
    "中\bx\n": (" x", True),
    "\t\b\b\n": ("", True),
}


@pytest.mark.parametrize("pieces", SHOWN)
def test_what_is_overwritten_is_not_shown(pieces: str) -> None:
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    program: Any = SimpleNamespace(stdin=None, returncode=0, pid=1)
    screen = Screen(Terminal(1, "a.py", None, ()), program, reader, str)
    with writer:
        for piece in pieces.encode():  # a character may come in several chunks
            writer.sendall(bytes([piece]))
            assert screen.read(1)
    assert not screen.read(2)
    screen.close(2)
    text, newline = SHOWN[pieces]
    assert (texts(Run((screen.output(),))), screen.newline) == ([] if text is None else [text], newline)


def test_frames_are_folded_behind_a_prompt(runner: Runner, tmp_path: Path) -> None:
    assert shown(runner, tmp_path, "prompt", "input('Your name? ')") == [
        "Your name? Traceback (most recent call last):",
        "  ...",
        "EOFError: EOF when reading a line",
    ]


# What a program finds around it that differs between machines.
AROUND = """
    import getpass, os, pwd, socket, sys, time
    print(socket.gethostname(), os.uname().nodename, socket.gethostbyname(socket.gethostname()))
    print(getpass.getuser(), pwd.getpwuid(os.getuid()).pw_name, os.path.basename(os.path.expanduser("~")))
    print(time.strftime("%Z"), time.timezone)
    print(os.cpu_count())
    print(os.getpid())
    print(len(os.getcwd()), sys.flags.hash_randomization, hash("a"))
    print(sorted(set(os.environ) - {"PYTHONHASHSEED", "WITNESS_SPAWN"}))
"""


def test_a_program_finds_nothing_that_is_this_machines(runner: Runner, tmp_path: Path) -> None:
    confined()
    host, user, zone, *_ = shown(runner, tmp_path, "around", AROUND)
    assert (host, user, zone) == ("localhost localhost 127.0.0.1", "user user home", "UTC 0")


def test_a_varied_run_finds_what_differs_on_other_machines(runner: Runner, tmp_path: Path) -> None:
    confined()

    def run(number: int) -> Turn:
        return runner.submit(play(written(tmp_path, "around", AROUND), variation=varied(number)))

    turns = [run(number) for number in (*range(1, 25), 3)]
    *columns, names = zip(*[texts(turn()) for turn in turns], strict=True)
    assert [turn().trouble for turn in turns if turn().trouble] == []
    host, user, zone, cores, process, hashes = map(set, columns)
    assert {line.split()[2] for line in host} == {"127.0.1.1"}
    assert len(host) == 3
    assert len({line.split()[2] for line in user}) > 10
    assert len(zone) > 10
    assert cores == {"1", "2", "4", "8"}
    assert {len(number) for number in process} >= {3, 4, 5}
    assert len(hashes) > 10
    assert len(set(names)) == 1  # the names of environment variables don't vary
    # The same number gives the same variation, except for process numbers, as others may run at the same time.
    assert [column[2] for column in columns if column is not columns[4]] == [
        column[-1] for column in columns if column is not columns[4]
    ]


@pytest.mark.parametrize(("settings", "spawning"), [("", [4, 11]), (BLOCK.format('needs = ["fork"]'), [])])
def test_processes_start_as_elsewhere_in_some_varied_runs(
    runner: Runner, tmp_path: Path, interpreter: Interpreter, settings: str, spawning: list[int]
) -> None:
    example = written(tmp_path, "start", settings + "import multiprocessing as m; print(m.get_start_method())")
    turns = [runner.submit(play(example, interpreter, variation=varied(number))) for number in range(12)]
    usual, *methods = (texts(turn())[0] for turn in turns)
    assert usual != "spawn"
    assert [number for number, method in enumerate(methods, 1) if method != usual] == spawning


def test_the_folders_of_a_varied_run_are_not_shown(runner: Runner, tmp_path: Path) -> None:
    program = """
        import os, tempfile
        print(tempfile.gettempdir(), os.path.join(tempfile.gettempdir(), "a.txt"), os.path.abspath("a.txt"))
    """
    example = written(tmp_path, "folders", program)
    turns = [runner.submit(play(example, variation=varied(number))) for number in range(4)]
    assert [texts(turn()) for turn in turns] == [["… …/a.txt a.txt"]] * 4


def test_a_program_has_room_for_the_path_of_a_socket(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (long := tmp_path / ("x" * 60)).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    program = """
        from multiprocessing import Manager
        if __name__ == "__main__":
            with Manager() as manager:
                print(manager.dict(tea=1))
    """
    example = written(tmp_path, "manager", program)
    turns = [runner.submit(play(example, variation=varied(number))) for number in (0, 3)]
    assert [texts(turn()) for turn in turns] == [["{'tea': 1}"]] * 2


PAIRS = """
    import asyncio
    async def ring(bell):
        print("bell", bell)
    async def main():
        await asyncio.wait({asyncio.create_task(ring(n)) for n in (1, 2, 3, 4)})
        for task in asyncio.as_completed([ring(n) for n in (5, 6, 7, 8)]):
            await task
    asyncio.run(main())
"""


def test_an_order_by_address_differs_between_varied_runs(
    runner: Runner, tmp_path: Path, interpreter: Interpreter
) -> None:
    program = written(tmp_path, "pairs", PAIRS)
    orders = {}
    for kind, numbers in ("varied", range(1, 26)), ("neutral", [0] * 6):
        turns = [runner.submit(play(program, interpreter, variation=varied(number))) for number in numbers]
        orders[kind] = {tuple(texts(turn())[4:]) for turn in turns}
    assert len(orders["varied"]) > len(orders["neutral"])
    bells = [f"bell {bell}" for bell in (5, 6, 7, 8)]
    assert all(
        {order.index(one) < order.index(other) for order in orders["varied"]} == {True, False}
        for one in bells
        for other in bells
        if one < other
    )
