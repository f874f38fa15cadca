"""Terminals with input and keys, and commands with arguments: the result file says what is typed, and when."""

import socket
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from helpers import HASTY, texts, written

from witness.examples import Example
from witness.language import Result, Run, Terminal, decide, parse
from witness.running import Play, Runner, Turn, platform
from witness.running.interpreters import Interpreter, own
from witness.running.screen import Screen


def begin(runner: Runner, root: Path, result: str, **programs: str) -> tuple[Result, Turn]:
    """Submit programs to run by `result`; several programs are put into a folder as one example."""
    folder = root / "c" if len(programs) == 1 else root / "c" / "a"
    folder.mkdir(parents=True)
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(dedent(text))
    page = parse(dedent(result).lstrip("\n"), root / "c/a.out")
    return page, runner.submit(Play(Example(root, "c/a"), page, own()))


def played(page: Result, turn: Turn) -> Run:
    """Wait for the run, check that it is legal by the result, and return it."""
    run = turn()
    assert run.trouble == ""
    verdict = decide(page, run)
    assert verdict.legal, f"{verdict.reason}\n{run}"
    return run


GREET = """
    import threading
    name = input("Your name? ")
    thread = threading.Thread(target=print, args=(f"Hello, {name}.",))
    thread.start()
    thread.join()
"""
BEAT = """
    import threading
    import time
    stop = threading.Event()
    def beat():
        print("heart starts")
        stop.wait()
        print("heart stops")
    thread = threading.Thread(target=beat)
    thread.start()
    try:
        print("press Ctrl-C")
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("interrupted")
    stop.set()
    thread.join()
"""

MONTH = """\
    January 2026
Mo Tu We Th Fr Sa Su
          1  2  3  4
 5  6  7  8  9 10 11
12 13 14 15 16 17 18
19 20 21 22 23 24 25
26 27 28 29 30 31
"""

# Programs, each with a result by which its run is legal.
PLAYED = {
    "prompt": (GREET, "$ python a.py\nYour name? {name:input=Ada}\nHello, {name}.\n"),
    "two prompts that look alike": (
        'print([input("> ") for _ in range(3)])',
        "$ python a.py\n> {a:input=1}\n> {b:input=中文}\n> {c:input=3}\n['{a}', '{b}', '{c}']\n",
    ),
    "no prompt": ("print('say')\nprint(input(), input())\n", "$ python a.py\nsay\n{a:input=x}\n{b:input=y}\n{a} {b}\n"),
    "prompt that varies": (
        'import os\nprint(input(f"{os.getpid()}> "))',
        "$ python a.py\n{main:pid=7}> {a:input=x}\n{a}\n",
    ),
    "prompt of another thread": (
        """
            import threading
            said = []
            asker = threading.Thread(target=lambda: said.append(input("? ")))
            asker.start()
            asker.join()
            print(said[0])
        """,
        "$ python a.py\nasker| ? {a:input=x}\n{a}\n",
    ),
    "end of input": (
        'import sys\nprint("lines:")\nprint(len(sys.stdin.readlines()))',
        "$ python a.py\nlines:\n{a:input=x}\n{b:input=y}\n^D\n2\n",
    ),
    "end of input at a prompt": (
        'try:\n    input("? ")\nexcept EOFError:\n    print("end")',
        "$ python a.py\n? \n^D\nend\n",
    ),
    "interrupt": (BEAT, "$ python a.py\nbeat| heart starts\nmain| press Ctrl-C\n^C\ninterrupted\nheart stops\n"),
    "interrupt after a label": (
        BEAT.replace('print("heart starts")', "time.sleep(0.2)\n        print('heart starts')"),
        "$ python a.py\npress Ctrl-C\nas begun| heart starts\n^C  # after begun\ninterrupted\nheart stops\n",
    ),
    "interrupt when it hangs": (
        """
            import threading
            lock = threading.Lock()
            lock.acquire()
            print("waits")
            lock.acquire()
        """,
        "$ python a.py\nwaits\n^C  # after 0.3 s\n"
        "Traceback (most recent call last):\n  ...\nKeyboardInterrupt\n[signal 2]\n",
    ),
    "interrupt at a prompt": (
        'try:\n    input("? ")\nexcept KeyboardInterrupt:\n    print("interrupted")',
        "$ python a.py\n? \n^C\ninterrupted\n",
    ),
    "interrupt at the third line": (
        """
            import time
            try:
                for seconds in 0.2, 0.2, 60:
                    print("beat")
                    time.sleep(seconds)
            except KeyboardInterrupt:
                print("stopped")
        """,
        "$ python a.py\nbeat\nbeat\nbeat\n^C\nstopped\n",
    ),
    "interrupt twice": (
        """
            import signal, time
            signal.signal(signal.SIGINT, lambda *_: print("not yet"))
            print("starts")
            signal.pause()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            print("now")
            time.sleep(60)
        """,
        "$ python a.py\nstarts\n^C\nnot yet\nnow\n^C\n[signal 2]\n",
    ),
    "interrupt of all processes": (
        """
            import signal
            from multiprocessing import Event, Process
            def work(ready):
                try:
                    ready.set()
                    signal.pause()
                except KeyboardInterrupt:
                    print("child")
            if __name__ == "__main__":
                ready = Event()
                child = Process(target=work, args=(ready,))
                child.start()
                ready.wait()
                try:
                    print("press")
                    child.join()
                except KeyboardInterrupt:
                    child.join()
                    print("parent")
        """,
        "$ python a.py\npress\n^C\nchild| child\nparent\n",
    ),
    "quit": ("import signal\nprint('waits')\nsignal.pause()", "$ python a.py\nwaits\n^\\\n[signal 3]\n"),
    "environment, options and arguments": (
        """
            import os, sys
            print(os.environ["A"], os.environ["TZ"], sys.flags.dev_mode, sys.argv[1:], sys.stdout.write_through)
        """,
        "$ A=1 TZ=XYZ python -X dev -u a.py one --two=2\n1 XYZ True ['one', '--two=2'] True\n",
    ),
    "module": ("print(__name__, __spec__.name)", "$ python -m a\n__main__ a\n"),
    "module of the library": ("print(1)", f"$ python -m calendar 2026 1 | cat\n{MONTH}"),
}


# What is waited for in vain: a program, its result, and the message.
WAITED = {
    "prompt": (
        'print(input("Name? "))',
        "$ python a.py\nYour name? {name:input=Ada}\n{name}\n",
        "line 2: `Ada` was not typed, as the prompt `Your name? ` never appeared",
    ),
    "prompt of a program that ends": (
        'print("Your name?")',
        "$ python a.py\nYour name? {name:input=Ada}\n{name}\n",
        "line 2: `Ada` was not typed, as the prompt `Your name? ` never appeared",
    ),
    "line": (
        "import time\nprint('here')\ntime.sleep(60)",
        "$ python a.py\nthere\n^C\n[signal 2]\n",
        "line 3: `^C` was not pressed, as line 2, `there`, was not printed",
    ),
    "label": (
        "import time\nprint('here')\ntime.sleep(60)",
        "$ python a.py\nhere\nas a| there\n^C  # after a\n[signal 2]\n",
        "line 4: `^C  # after a` was not pressed, as line 3, `there`, was not printed",
    ),
    "line that may come": (
        "import time\nprint('here')\ntime.sleep(60)",
        "$ python a.py\nhere\ntimes 0..| again\n^C  # after 0.3 s\n[signal 2]\n",
        "line 4: `^C  # after 0.3 s` was not pressed, as line 3, `again`, was not printed",
    ),
    "quiet": (
        "import time\nprint('here')\nwhile True:\n    time.sleep(0.05)\n    print('again')",
        "$ python a.py\nhere\n^C  # after 0.5 s\n[signal 2]\n",
        "line 3: `^C  # after 0.5 s` was not pressed, as the output never paused for so long",
    ),
}


keys = pytest.mark.skipif(platform.here.windows, reason="keys can't be pressed on Windows")


@pytest.fixture(scope="module")
def turns(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Result, Turn]]:
    """Submit all these programs to run side by side; return the results and turns by name."""
    programs = {
        f"waited {name}": (f"{program}\n{HASTY}", result) for name, (program, result, _) in WAITED.items()
    } | PLAYED
    return {
        name: begin(runner, tmp_path_factory.mktemp("played"), result, a=program)
        for name, (program, result) in programs.items()
    }


@keys
@pytest.mark.parametrize("name", PLAYED)
def test_what_is_typed_is_typed_when_it_is_due(turns: dict[str, tuple[Result, Turn]], name: str) -> None:
    played(*turns[name])


@keys
@pytest.mark.parametrize("name", WAITED)
def test_what_does_not_come_is_named(turns: dict[str, tuple[Result, Turn]], name: str) -> None:
    _, turn = turns[f"waited {name}"]
    assert turn().trouble.startswith(WAITED[name][-1])


def test_without_a_result_nothing_is_typed(runner: Runner, tmp_path: Path) -> None:
    run = runner.submit(Play(written(tmp_path, "a", GREET), None, own()))()
    assert texts(run)[-1] == "EOFError: EOF when reading a line"


def test_an_argument_is_a_value_that_was_printed(runner: Runner, tmp_path: Path) -> None:
    page, turn = begin(
        runner,
        tmp_path,
        """
        $ python server.py
        as ready| serving in {main:pid=7}
        told {main}
        $ python client.py --pid={main} {main}  # after ready
        ['--pid={main}', '{main}']
        """,
        server="""
            import os, signal
            signal.signal(signal.SIGUSR1, lambda *_: print("told", os.getpid()))
            print("serving in", os.getpid())
            signal.pause()
        """,
        client="""
            import os, signal, sys
            print(sys.argv[1:])
            os.kill(int(sys.argv[2]), signal.SIGUSR1)
        """,
    )
    played(page, turn)


def test_an_argument_is_the_value_of_its_own_line_where_another_looks_alike(runner: Runner, tmp_path: Path) -> None:
    page, turn = begin(
        runner,
        tmp_path,
        """
        $ python server.py
        port {a:int=15}
        as ready| port {b:int=16}
        $ python client.py {b}  # after ready
        {b}
        """,
        server="print('port', 25)\nprint('port', 26)\n",
        client="import sys\nprint(sys.argv[1])\n",
    )
    assert texts(played(page, turn), 1) == ["26"]


def test_a_line_is_never_seen_long_before_its_cause(runner: Runner, tmp_path: Path) -> None:
    server = """
        import socket
        with socket.create_server(("127.0.0.1", 50021)) as server:
            print("ready")
            connection, _ = server.accept()
            with connection:
                for number in range(200):
                    connection.recv(1)
                    print("pong", number)
                    connection.send(b"x")
    """
    client = """
        import socket
        with socket.create_connection(("127.0.0.1", 50021)) as connection:
            for number in range(200):
                print("ping", number)
                connection.send(b"x")
                connection.recv(1)
    """
    result = ["$ python server.py", "as ready| ready", *(f"pong {number}" for number in range(200))]
    result += ["$ python client.py  # after ready", *(f"ping {number}" for number in range(200))]
    run = played(*begin(runner, tmp_path, "\n".join([*result, ""]), server=server, client=client))
    pongs, pings = (list(output.ticks) for output in run.outputs)
    pongs = pongs[1:]
    assert all(pings[n] <= pongs[n] + 1 for n in range(200))
    assert all(pongs[n] <= pings[n + 1] + 1 for n in range(199))
    assert pings[-1] > pings[0] + 1  # not all lines are seen in one round, but on a busy machine nearly all are


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows, a program has no socket to print to")
def test_in_a_round_all_is_read_that_was_written() -> None:
    text = "import os\nfor _ in range(30):\n    os.fork() or os._exit(os.write(1, b'line\\n'))\n    os.wait()"
    reader, writer = socket.socketpair()
    platform.here.attest(reader)
    reader.setblocking(False)
    with writer, subprocess.Popen([sys.executable, "-c", text], stdout=writer.fileno()) as process:
        process.wait()  # each line is a chunk of its own, as it comes from its own process
        screen = Screen(Terminal(1, "a.py", None, ()), process, reader, str)
        assert screen.read(7)
        assert (len(screen.lines), {*screen.ticks}) == (30, {7})
    assert not screen.read(8)
    screen.close(8)


PS = """
    import asyncio
    import os
    async def main():
        task = asyncio.create_task(asyncio.sleep(3), name="waiter")
        await asyncio.sleep(0)
        print("ready", os.getpid())
        await task
    asyncio.run(main())
"""


def test_the_tasks_of_another_terminal_can_be_listed(runner: Runner, tmp_path: Path, interpreter: Interpreter) -> None:
    if interpreter.version < "3.14":
        pytest.skip("python -m asyncio ps is new in 3.14")
    command = "$ python -m asyncio ps {main}  # after ready"
    page = parse(f"$ python a.py\nas ready| ready {{main:pid=7}}\n{command}\n", tmp_path / "c/a.out")
    run = runner.submit(Play(written(tmp_path, "a", PS), page, interpreter))()
    assert any("waiter" in text for text in texts(run, 1)), run
