"""Programs that misbehave are ended within their time limit, harm nobody and leave nothing behind."""

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import psutil
import pytest
from conftest import ROOT
from helpers import BLOCK, HASTY, confined, texts, wait_until, written

from witness.examples import Example
from witness.language import Result, Run, decide, parse
from witness.recording.record import bare
from witness.running import Play, Runner, Turn, platform, portable, watch
from witness.running.interpreters import InterpreterError, at
from witness.running.screen import LIMIT
from witness.running.variation import Variation
from witness.running.watch import CROWD

NETWORK = """
    import errno, socket, time
    start = time.monotonic()
    for address in [("192.0.2.1", 80), ("2001:db8::1", 80), ("example.com", 80), ("www.example.org", 443)]:
        try:
            print("reached", socket.create_connection(address, timeout=9))
        except socket.gaierror:
            print("no such name")
        except OSError as error:
            print(errno.errorcode[error.errno])
    print(time.monotonic() - start < 5)
"""
DAEMON = """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            {}
            time.sleep(60)
        os._exit(0)
    os.wait()
    print("the program ends")
"""
PORT = """
    import socket
    with socket.socket() as server:
        server.bind(("127.0.0.1", 50007))
        server.listen()
        with socket.create_connection(("127.0.0.1", 50007)) as client:
            server.accept()[0].close()
            print("bound", client.recv(1))
"""

# Programs that must be refused, and a part of the message.
TROUBLE = {
    "endless_loop": (HASTY + "while True: pass", "it did not end in time"),
    "ignores_sigterm": (
        HASTY + "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: signal.pause()",
        "it did not end in time",
    ),
    "thread_that_stays": (
        HASTY + "import threading as t\nt.Thread(target=t.Event().wait).start()",
        "if it waits for what never comes",
    ),
    "closes_its_output": (HASTY + "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(60)", "did not end in time"),
    "child_that_stays": (
        "import subprocess\nsubprocess.Popen(['sleep', '60'])\nprint('the program ends')",
        "it left a process behind: ",
    ),
    "children_that_stay": (
        "import subprocess\nfor _ in range(9): subprocess.Popen(['sleep', '60'])\nprint('the program ends')",
        "(sleep 60) and 4 more; join or wait for what the program starts",
    ),
    "daemon": (DAEMON.format("pass"), "it left a process behind: "),
    "silent_daemon": (DAEMON.format("os.close(1); os.close(2)"), "it left a process behind: "),
    "endless_lines": ("while True: print('x' * 99)", f"it printed too much: more than {LIMIT} bytes"),
    "endless_line": (
        "import sys\nwhile True: sys.stdout.write('x' * 9999)",
        f"it printed too much: more than {LIMIT} bytes",
    ),
    "torn_line": (
        "import os\nos.write(1, b'par')\nif os.fork() == 0:\n    os.write(1, b'child')\n    os._exit(0)\n"
        "os.wait()\nos.write(1, b'ent\\n')",
        "several processes wrote one line together: `parchildent`, of which `par` by ",
    ),
    "unguarded_and_torn": (
        "import os\nprint('An attempt has been made to start a new process before the')\nos.write(1, b'par')\n"
        "if os.fork() == 0:\n    os.write(1, b'child')\n    os._exit(0)\nos.wait()\nos.write(1, b'ent\\n')",
        'so start processes only below `if __name__ == "__main__":`\nlines printed',
    ),
    "fork_bomb": ("import os, time\nfor _ in range(10): os.fork()\ntime.sleep(60)", f"more than {CROWD} at once"),
}
# Programs that look odd and are legal: their output and exit status.
ODD = {
    "deep_folder": (
        "import os\nfor _ in range(1500):\n    os.mkdir('d')\n    os.chdir('d')\nprint('deep')",
        ["deep"],
        0,
    ),
    "no_utf8": ("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe!\\n')", ["\udcff\udcfe!"], 0),
    "ansi": ("print('\\x1b[2J\\0\\x07')", ["\x1b[2J\0\x07"], 0),
    "reads_input": (
        "import sys\nprint(repr(sys.stdin.read()))\ninput()",
        ["''", "EOFError: EOF when reading a line"],
        1,
    ),
    "no_newline": ("import sys\nprint('a')\nsys.stdout.write('b')", ["a", "b"], 0),
    "writes_files": (
        """
            from pathlib import Path
            Path("beside").touch()
            (Path.home() / ".profile").touch()
            print(sorted(path.name for path in Path().iterdir()))
        """,
        ["['.profile', 'beside', 'writes_files.py']"],
        0,
    ),
    "changes_folder": ("import os\nos.chdir('/')\nprint(os.getcwd())", ["/"], 0),
    "environment": (
        "import os\nprint(*sorted(os.environ))",
        ["HOME LANG LOGNAME NO_COLOR PATH PYTHONPATH TMPDIR TZ USER"],
        0,
    ),
    "signals": (
        "from signal import *\nprint(getsignal(SIGTERM) == SIG_DFL, getsignal(SIGINT).__name__)",
        ["True default_int_handler"],
        0,
    ),
    "network": (NETWORK, ["ENETUNREACH", "ENETUNREACH", "no such name", "no such name", "True"], 0),
    "kills_its_group": ("import os, signal\nprint('a')\nos.killpg(0, signal.SIGKILL)", ["a"], -9),
    "dies_by_a_signal": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", [], -11),
    "recursion": (
        "def f(): f()\nf()",
        ["Traceback (most recent call last):", "  ...", "RecursionError: maximum recursion depth exceeded"],
        1,
    ),
    "short_orphan": (
        """
            import os, time
            if os.fork() == 0:
                time.sleep(0.1)
                print("child")
        """,
        ["child"],
        0,
    ),
    **{f"port_{number}": (PORT, ["bound b''"], 0) for number in range(4)},
}

# Programs that reach outside: their output, and how the message about them begins. They do so only if their parent is
# the first process of a namespace; otherwise they would stop or kill whoever runs these tests.
GUARD = "import os\nif os.getppid() != 1:\n    raise SystemExit('not confined')\n"
REACH = {
    "stops_parent": (HASTY + "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nprint('after')", ["after"], ""),
    "kills_parent": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nprint('after')", ["after"], ""),
    "asks_parent_to_end": ("import os, signal\nos.kill(os.getppid(), signal.SIGTERM)\nprint('after')", ["after"], ""),
    "interrupts_parent": ("import os, signal\nos.kill(os.getppid(), signal.SIGINT)\nprint('after')", ["after"], ""),
    "limits_parent": (
        "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (99, 99))\nprint('after')",
        [],
        "it changed the limits of the process that runs it",
    ),
    "limits_the_answer_of_its_parent": (
        "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (1, 1))\nprint('after')",
        [],
        "it changed the limits of the process that runs it",
    ),
    "spoofs_the_writer": (
        """
            import os, socket, struct
            reader, writer = os.pipe()
            if (child := os.fork()) == 0:
                os.read(reader, 1)
                os._exit(0)
            who = socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("3i", child, os.getuid(), os.getgid())
            try:
                socket.socket(fileno=os.dup(1)).sendmsg([b"I am the child\\n"], [who])
            except OSError as error:
                print(error.strerror)
            os.write(writer, b"x")
            os.wait()
        """,
        ["Operation not permitted"],
        "",
    ),
    "spoofs_from_within": (
        """
            import ctypes, os
            print(ctypes.CDLL(None).unshare(0x10000000), os.getuid() == os.stat("/proc/self").st_uid)
        """,
        ["-1 True"],
        "",
    ),
    "unmounts": (
        """
            import ctypes
            print(ctypes.CDLL(None).umount2(b"/etc/resolv.conf", 2), end=" ")
            print(open("/etc/resolv.conf").read(), end="")
        """,
        ["-1 nameserver 127.0.0.1"],
        "",
    ),
    "takes_the_network_down": (
        """
            import fcntl, socket, struct
            try:
                fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 0))
            except OSError as error:
                print(error.strerror)
        """,
        ["Operation not permitted"],
        "",
    ),
    "has_no_capability": (
        "print(*{line.split()[1] for line in open('/proc/self/status') if line[:6] in ('CapEff', 'CapPrm')})",
        ["0000000000000000"],
        "",
    ),
    "sees_only_itself": (
        """
            import os
            print([int(name) for name in os.listdir("/proc") if name.isdigit()] == [1, os.getpid()], os.getppid())
        """,
        ["True 1"],
        "",
    ),
    "finds_no_package": (
        "import importlib.util\nprint(*map(importlib.util.find_spec, ('pytest', 'witness')))",
        ["None None"],
        "",
    ),
    "has_a_number_of_usual_width": ("print(1000 <= os.getpid() < 32768)", ["True"], ""),
    "leaves_memory": ("open('/dev/shm/left', 'w')\nprint('end')", ["end"], "it left /dev/shm/left behind"),
    "leaves_a_semaphore": (
        "import ctypes\nassert ctypes.CDLL(None).sem_open(b'/left', 64, 0o600, 1)\nprint('end')",
        ["end"],
        "it left /dev/shm/sem.left behind",
    ),
    "leaves_what_system_v_has": (
        """
            import ctypes
            libc = ctypes.CDLL(None)
            assert libc.shmget(57301, 9, 0o1600) >= 0
            assert libc.semget(57302, 1, 0o1600) >= 0
            assert libc.msgget(57303, 0o1600) >= 0
        """,
        [],
        "it left System V shared memory 0, System V semaphores 0, System V message queue 0 behind",
    ),
}

STOPS_KEEPER = (
    HASTY
    + """
import os, signal
from pathlib import Path
parent = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1]
os.kill(int(parent), signal.SIGSTOP)
"""
)
OUTLIVES_PARENT = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\nos.fork()\ntime.sleep(60)"
OTHER = "other", HASTY + "print('other')"

Runs = dict[str, Run]


def play(example: Example, result: Result | None = None) -> Play:
    return Play(example, result or bare(example), at(sys.executable))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folder of all temporary folders. Standard input and a variable are set that programs must not see."""
    folder = tmp_path_factory.mktemp("base")
    typed = folder.with_name("typed")
    typed.write_text("typed\n")
    stdin = os.dup(0)
    with pytest.MonkeyPatch.context() as patch, typed.open() as file:
        os.dup2(file.fileno(), 0)
        have_temporary(patch, folder)
        patch.setenv("PYTHONUNBUFFERED", "1")
        patch.setattr(platform, "here", platform.system())
        patch.setattr(watch, "GRACE", 0.5)
        yield folder
    os.dup2(stdin, 0)
    os.close(stdin)


@pytest.fixture(scope="module")
def runner(base: Path) -> Iterator[Runner]:
    with Runner(16) as runner:
        yield runner


@pytest.fixture(scope="module")
def runs(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Run all these programs side by side; return the runs by name."""
    root = tmp_path_factory.mktemp("examples")
    programs = {name: program for name, (program, *_) in (TROUBLE | ODD).items()}
    programs |= {name: GUARD + dedent(program) for name, (program, *_) in REACH.items()}
    waits = {name: runner.submit(play(written(root, name, text))) for name, text in programs.items()}
    return {name: wait() for name, wait in waits.items()}


def have_temporary(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have all temporary folders made below `folder`, however long its path is."""
    patch.setattr(tempfile, "tempdir", str(folder))
    patch.setattr(portable, "LONGEST", 1000)


def survivors(base: Path) -> list[str]:
    """Return the command lines of the processes whose temporary folder is in `base`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR", "").startswith(str(base)):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            pass
    return found


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_is_ended_and_named(runs: Runs, name: str) -> None:
    run = runs[name]
    assert TROUBLE[name][1] in run.trouble
    assert run.seconds < 30
    assert not decide(parse("$ python a.py\n", Path("a.out")), run).legal
    if name == "torn_line" and platform.here.complete:
        assert len(set(re.findall(r" by (\d+)", run.trouble))) == 2
    if "left a process behind" in run.trouble:
        assert f"python {name}.py" in run.trouble or "sleep 60" in run.trouble
        assert "the program ends" in run.trouble


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_shown_as_it_is(runs: Runs, name: str) -> None:
    _, lines, exit = ODD[name]
    run = runs[name]
    if name == "network" or name.startswith("port"):
        confined()
    assert run.trouble == ""
    assert [text for text in texts(run) if name != "reads_input" or text in lines] == lines
    assert run.outputs[0].exit == exit


@pytest.mark.parametrize("name", REACH)
def test_what_is_outside_is_out_of_reach(runs: Runs, name: str) -> None:
    _, lines, trouble = REACH[name]
    confined()
    run = runs[name]
    assert run.trouble.startswith(trouble)
    assert bool(run.trouble) == bool(trouble)
    assert texts(run) == lines


def test_nothing_is_left(runs: Runs, base: Path) -> None:
    assert survivors(base) == []
    assert list(base.iterdir()) == []
    if platform.here.complete:
        kept = [line.split()[0] for path in Path("/proc/sysvipc").iterdir() for line in path.read_text().splitlines()]
        assert not {"57301", "57302", "57303"} & {*kept}
        assert not [path for path in Path("/dev/shm").iterdir() if path.name.endswith("left")]


# The messages about some of these programs if they have no namespaces of their own.
SHARED = {
    "stops_parent": "it stopped the process that runs it: no answer in time",
    "kills_parent": "it ended the process that runs it",
    "outlives_parent": "it ended the process that runs it",
    "limits_parent": "it changed the limits of the process that runs it",
    "stops_keeper": "it, or an example beside it, stopped or killed the process that watches both",
    "daemon": "it left a process behind: ",
    "has_no_capability": "",
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a keeper")
@pytest.mark.parametrize("name", SHARED)
def test_without_namespaces_it_is_named_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from witness.running import keeper
    from witness.running.linux import Linux

    here = Linux()
    here.__dict__["missing"] = "no namespaces of its own (as a test has it)"
    monkeypatch.setattr(platform, "here", here)
    monkeypatch.setattr(keeper, "MARGIN", 0.3)
    monkeypatch.setattr(watch, "GRACE", 0.3)
    have_temporary(monkeypatch, tmp_path)  # a stopped keeper leaves its folders behind
    more = {"stops_keeper": (STOPS_KEEPER, ""), "outlives_parent": (OUTLIVES_PARENT, "")}
    text = (TROUBLE | REACH | more)[name][0]
    with Runner(2) as runner:
        waits = [runner.submit(play(written(tmp_path, *program))) for program in ((name, text), OTHER)]
        ran, other = [wait() for wait in waits]
        again = runner.submit(play(written(tmp_path, *OTHER)))()
    assert SHARED[name] in ran.trouble
    if not SHARED[name]:
        assert (ran.trouble, texts(ran)) == ("", REACH[name][1])
    for run in (other, again) if name != "stops_keeper" else (again,):
        assert (run.trouble, texts(run)) == ("", ["other"])
    assert survivors(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs root on Linux")
def test_root_of_a_container_may_not_drop_capabilities(tmp_path: Path) -> None:
    from witness.running.namespaces import call

    example = written(tmp_path, *OTHER)
    script = f"""
from pathlib import Path
from witness.examples import Example
from witness.recording.record import bare
from witness.running import Play, Runner, platform
from witness.running.interpreters import at
platform.here.__dict__["missing"] = "no namespaces of its own (as a test has it)"
with Runner(1) as runner:
    example = Example(Path({str(tmp_path)!r}), {example.name!r})
    run = runner.submit(Play(example, bare(example), at({sys.executable!r})))()
print(run.trouble, [text for text, _ in run.outputs[0].lines])
"""

    def dropped() -> None:
        may_change_capabilities, drop = 8, 24  # CAP_SETPCAP, PR_CAPBSET_DROP
        with suppress(PermissionError):  # there may be none to drop
            call("prctl", drop, may_change_capabilities, 0, 0, 0)

    done = subprocess.run([sys.executable, "-c", script], preexec_fn=dropped, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (" ['other']\n", "")


def test_where_no_folder_can_be_made_it_says_so(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    with monkeypatch.context() as patch:
        have_temporary(patch, gone)
        ran = runner.submit(play(written(tmp_path, *OTHER)))()
    assert "No such file or directory" in ran.trouble
    assert str(gone) in ran.trouble


def test_where_a_file_is_gone_it_says_so(runner: Runner, tmp_path: Path) -> None:
    example = written(tmp_path, *OTHER)
    turn = runner.submit(play(example))
    example.programs[0].unlink()
    assert turn().trouble == f"it can't be started here: [Errno 2] No such file or directory: '{example.programs[0]}'"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a keeper")
def test_whoever_runs_examples_may_have_many_files_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= before[1] < 2000:
        pytest.skip("this system does not allow enough open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2000, before[1]))
    monkeypatch.setattr(platform, "here", platform.system())
    many = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with Runner(1) as runner:
            ran = runner.submit(play(written(tmp_path, *OTHER)))()
    finally:
        for file in many:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (ran.trouble, texts(ran)) == ("", ["other"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a keeper")
def test_what_a_keeper_can_not_watch_it_does_not_leave_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from witness.running.linux import Linux

    confined()

    def pidfd_open(_: int) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    here = Linux()
    here.__dict__["missing"] = ""
    monkeypatch.setattr(platform, "here", here)
    monkeypatch.setattr(os, "pidfd_open", pidfd_open)
    with Runner(1) as runner:
        ran = runner.submit(play(written(tmp_path, *OTHER)))()
        assert "Too many open files" in ran.trouble
        assert psutil.Process(here.keeper._pid).children() == []


def test_a_python_may_be_named_from_where_one_is(runner: Runner, tmp_path: Path) -> None:
    ran = runner.submit(replace(play(written(tmp_path, *OTHER)), interpreter=at(os.path.relpath(sys.executable))))()
    assert (ran.trouble, texts(ran)) == ("", ["other"])


@pytest.mark.parametrize("program", ["nothing-of-this-name", "true", "false", "echo"])
def test_what_is_no_python_is_told(program: str) -> None:
    with pytest.raises(InterpreterError, match=rf"{program} is not a Python: .{{,99}}$"):
        at(program)


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\necho 3.10.99\n")
    old.chmod(0o755)
    with pytest.raises(InterpreterError, match=r"python is Python 3\.10\.99, but examples run on Python 3\.11"):
        at(str(old))


# Options and redirections, and what the program then finds its standard output and error to be.
ELSEWHERE = {
    "": "socket, terminal: line by line",
    "-u": "socket, terminal: line by line, at once",
    "| cat": "pipe, terminal: in blocks",
    "-u | cat": "pipe, terminal: at once",
    "> a.txt; cat a.txt": "file, terminal: in blocks",
    "-u > a.txt; cat a.txt": "file, terminal: at once",
}
PROBE = """
    import os, stat, subprocess, sys
    def kind(file):
        mode = os.fstat(file.fileno()).st_mode
        return "pipe" if stat.S_ISFIFO(mode) else "file" if stat.S_ISREG(mode) else "socket"
    how = ["line by line"] * sys.stdout.line_buffering + ["at once"] * sys.stdout.write_through
    where = "terminal" if kind(sys.stderr) == "socket" else kind(sys.stderr)
    # In one piece: with -u, `print` writes the end of a line by itself, and `cat` may come between.
    sys.stdout.write(f"{kind(sys.stdout)}, {where}: {', '.join(how) or 'in blocks'}\\n")
    sys.stderr.write("warning\\n")
    subprocess.run([sys.executable, "-c", "print('child')"])
    raise SystemExit(3)
"""


def test_a_pipe_that_the_program_makes_is_filled_in_blocks(runner: Runner, tmp_path: Path) -> None:
    program = """
    import subprocess, sys
    child = [sys.executable, "-c", "import sys; print(sys.stdout.line_buffering)"]
    print(subprocess.run(child, stdout=subprocess.PIPE, text=True).stdout.strip(), sys.stdout.line_buffering)
    """
    assert texts(runner.submit(play(written(tmp_path, "pipe", program)))()) == ["False True"]


def test_who_waits_for_a_second_worker_on_one_core_is_told_so(runner: Runner, tmp_path: Path) -> None:
    confined()
    program = f"""{HASTY}
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
a, b = Pipe()
with get_context("fork").Pool() as pool:
    got = pool.apply_async(Connection.recv, (a,))
    pool.apply_async(Connection.send, (b, "sent"))
    print(got.get())
"""
    here = play(written(tmp_path, "pool", program))
    one, two = [runner.submit(replace(here, variation=Variation(cores=cores)))() for cores in (1, 2)]
    assert "in this run it had one core" in one.trouble
    assert (two.trouble, texts(two)) == ("", ["sent"])


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_run_is_what_the_command_says(runner: Runner, tmp_path: Path, command: str) -> None:
    run = redirected(runner, tmp_path, PROBE, command)()
    (output,), shown, first = run.outputs, texts(run), ELSEWHERE[command]
    if "cat" not in command:
        assert shown == [first, "warning", "child"]
    elif ">" in command:  # standard error isn't in the file, which is shown when the program has ended
        assert shown == ["warning", *([first, "child"] if "-u" in command else ["child", first])]
    else:
        shown.remove("warning")
        assert shown == ([first, "child"] if "-u" in command else ["child", first])
    assert len({writer for _, writer in output.lines}) == (1 if "cat" in command else 2)
    assert ({writer for _, writer in output.lines} == {None}) == ("cat" in command)
    assert (run.trouble, output.exit) == ("", 3)


def redirected(runner: Runner, root: Path, program: str, command: str) -> Turn:
    root.mkdir(exist_ok=True)
    words = command.split(" ", 1) if command.startswith("-u") else ["", command]
    line = " ".join(filter(None, ["$ python", words[0], "a.py", *words[1:]]))
    result = parse(f"{line}\n", root / "a.out")
    return runner.submit(play(written(root, "a", program), result))


@pytest.mark.parametrize("redirect", ["| cat", "> a.txt; cat a.txt"])
def test_a_redirected_program_can_not_do_more(runner: Runner, tmp_path: Path, redirect: str) -> None:
    programs = {
        f"it printed too much: more than {LIMIT} bytes": "while True: print('x' * 99)",
        "it did not end in time": HASTY + "import time\ntime.sleep(60)",
        "it left a process behind": "import subprocess\nsubprocess.Popen(['sleep', '60'])",
    }
    turns = {said: redirected(runner, tmp_path / said[:9], program, redirect) for said, program in programs.items()}
    for said, turn in turns.items():
        assert said in turn().trouble


def test_a_runner_that_is_interrupted_ends_what_it_began_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    naps = {"one": 0, "other": 2.5, "ended": 60}
    one, other, ended = (
        written(tmp_path, name, f"import time\ntime.sleep({nap})\nprint()") for name, nap in naps.items()
    )
    have_temporary(monkeypatch, tmp_path)
    interrupted = Runner(1)
    with Runner(2) as runner:
        first, second = (runner.submit(play(example)) for example in (one, other))
        assert first().trouble == ""
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt), interrupted:
            interrupted.submit(play(ended))()
        signal.signal(signal.SIGALRM, before)
        left = " ".join(survivors(tmp_path))
        assert ("other.py" in left, "ended.py" in left) == (True, False)
        assert second().trouble == ""


def test_who_must_be_alone_runs_when_no_other_does(tmp_path: Path) -> None:
    program = "import time\nprint(time.monotonic())\ntime.sleep(0.4)\nprint(time.monotonic())\n"
    alone = BLOCK.format("alone = true")
    names = ["alone_1", "first", "alone_2", "second", "third"]
    with Runner(2) as runner:
        turns = {
            runner.submit(play(written(tmp_path, name, alone * ("alone" in name) + program))): name for name in names
        }
        ended = [turns[turn] for turn in runner.finished()]
    assert sorted(ended) == sorted(names)
    assert set(ended[-2:]) == {"alone_1", "alone_2"}
    times = {name: [*map(float, texts(turn()))] for turn, name in turns.items()}
    beside = {
        frozenset((one, other)) for one in names for other in names if times[one][0] < times[other][0] < times[one][1]
    }
    assert beside
    assert not any("alone" in name for pair in beside for name in pair)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux runs examples side by side")
def test_who_shares_a_network_takes_no_port_from_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    from witness.running.linux import Linux

    here = Linux()
    here.__dict__["missing"] = "no namespaces of its own (as a test has it)"
    monkeypatch.setattr(platform, "here", here)
    example = Example(ROOT / "examples", "distributed/square")
    result = parse(example.out.read_text(), example.out)
    with Runner(2) as runner:
        turns = [runner.submit(play(example, result)) for _ in range(2)]
        assert [decide(result, turn()).legal for turn in turns] == [True, True]


def test_lines_of_processes_are_whole_and_attested(runner: Runner, tmp_path: Path) -> None:
    program = """
        import os
        from multiprocessing import Process
        def work():
            for number in range(1000):
                print(os.getpid(), number, end=" ")
                print("x" * (number % 60))
        if __name__ == "__main__":
            processes = [Process(target=work) for _ in range(8)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
    """
    (ran,) = runner.submit(play(written(tmp_path, "tear", program)))().outputs
    expected = Counter((number, f"{number} {'x' * (number % 60)}") for number in range(1000) for _ in range(8))
    seen: dict[int, int] = {}
    for text, writer in ran.lines:
        process, _, rest = text.partition(" ")
        assert int(process) == writer
        assert rest.startswith(f"{seen.setdefault(int(process), 0)} ")
        seen[int(process)] += 1
        expected[int(rest.split()[0]), rest] -= 1
    assert len(seen) == 8
    assert not +expected


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=lambda end: end.name)
def test_a_harness_that_is_interrupted_leaves_nothing(tmp_path: Path, end: signal.Signals) -> None:
    for number in range(10):
        written(
            tmp_path, f"sleep_{number}", HASTY.replace("1", "60") + "import subprocess\nsubprocess.run(['sleep', '60'])"
        )
    harness = f"""
import sys
from pathlib import Path
from witness.examples import find
from witness.recording.record import bare
from witness.running import Play, Runner, portable
from witness.running.interpreters import at
portable.LONGEST = 1000
with Runner(10) as runner:
    examples = find(Path({str(tmp_path)!r}))
    waits = [runner.submit(Play(example, bare(example), at(sys.executable))) for example in examples]
    for wait in waits:
        wait()
"""
    base = tmp_path / "base"
    base.mkdir()
    environment = os.environ | {"TMPDIR": str(base)}
    with subprocess.Popen(
        [sys.executable, "-c", harness], cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    ) as process:
        wait_until(lambda: survivors(base).count("sleep 60") == 10)
        os.killpg(process.pid, end) if end == signal.SIGINT else process.send_signal(end)
        assert process.wait(20) != 0
    wait_until(lambda: not survivors(base))
    wait_until(lambda: not list(base.iterdir()))
