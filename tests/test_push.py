"""A pushed program shows each order that is possible and no other, sees nothing of it, and is repeated by its seed."""

import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from helpers import confined, headed, play, texts

from witness.examples import Example
from witness.language import Line, Output, Run, Verdict, parse
from witness.recording.unused import Open, Shown, cover
from witness.running import WORKERS, Runner, varied
from witness.running.interpreters import Interpreter
from witness.running.terminals import TERMINAL
from witness.tracing.collect import collector
from witness.tracing.collector import push

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs are perturbed on Linux only")

HEAD = "import asyncio, multiprocessing, os, queue, sys, threading, time"

HOLDING = range(1, 8, 2)
"""Runs in each of which all other threads hold still while one of them sleeps."""

RUNS = 100
"""The most pushed runs until a program is seen both ways; the rarest way comes in one of eight."""

# Two lanes that print `a` and `b`: the slower one comes first only if the other naps.
BOTH_WAYS = {
    "a thread that has just begun": """
        x = threading.Thread(target=print, args=("a",))
        x.start(); print("b"); x.join()
        """,
    "a process that was forked": """
        x = multiprocessing.get_context("fork").Process(target=print, args=("a",))
        x.start(); print("b"); x.join()
        """,
    "who let another go on": """
        go, gone = threading.Event(), threading.Event()
        x = threading.Thread(target=lambda: (go.wait(), print("a")))
        x.start(); go.set(); print("b"); x.join()
        """,
    "who puts": """
        q = queue.Queue()
        x = threading.Thread(target=lambda: print(q.get()))
        x.start(); q.put("a"); print("b"); x.join()
        """,
    "who has a lock first": """
        lock = threading.Lock()
        def work(name):
            with lock: print(name)
        x, y = (threading.Thread(target=work, args=(name,)) for name in "ab")
        x.start(); y.start(); x.join(); y.join()
        """,
    "a thread beside an event loop": """
        async def main():
            x = asyncio.create_task(asyncio.to_thread(print, "a"))
            await asyncio.sleep(0); print("b"); await x
        asyncio.run(main())
        """,
    "who writes what another has read": """
        n = 0
        def add():
            global n
            m = n
            n = m + 1
        x, y = threading.Thread(target=add), threading.Thread(target=add)
        x.start(); y.start(); x.join(); y.join(); print(*"ab"[:: 1 if n == 2 else -1], sep="\\n")
        """,
    "a worker of a pool of processes": """
        def work(name):
            sum(range(10**6 if name == "b" else 1))
            return name
        with multiprocessing.get_context("fork").Pool(2) as pool:
            for name in pool.imap_unordered(work, "ab"): print(name)
        """,
    "a worker of an executor": """
        from concurrent.futures import ProcessPoolExecutor, as_completed
        def work(name):
            sum(range(10**6 if name == "b" else 1))
            return name
        with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
            for job in as_completed([pool.submit(work, name) for name in "ab"]): print(job.result())
        """,
    "who is waited for only by a sleep": """
        x = threading.Thread(target=print, args=("a",))
        x.start(); time.sleep(0.5); print("b"); x.join()
        """,
    "who is waited for only until a limit": """
        x = threading.Thread(target=print, args=("a",))
        x.start(); x.join(1.9); print("b"); x.join()
        """,
}


def runs(
    folder: Path, program: str, interpreter: Interpreter, numbers: range, pushed: bool = True, workers: int = WORKERS
) -> Iterator[Run]:
    (folder / "c").mkdir(exist_ok=True)
    (folder / "c/a.py").write_text(headed(HEAD, dedent(program)))
    markers = ["push", "instructions"][: 1 if interpreter.version.startswith("3.12.") else 2]  # as `repeat` does it
    with collector(*markers) as pushing, Runner(workers) as runner:
        site = pushing if pushed else TERMINAL
        turns = [
            runner.submit(play(Example(folder, "c/a"), interpreter, site=site, variation=varied(number)))
            for number in numbers
        ]
        for turn in turns:
            yield turn()


def printed(run: Run) -> list[str]:
    assert not run.trouble, run.trouble
    return texts(run)


def orders(program: str, interpreter: Interpreter) -> set[str]:
    """Return the orders of `a` and `b` in pushed runs, which end when both were seen."""
    seen = set()
    with TemporaryDirectory() as folder:
        for run in runs(Path(folder), program, interpreter, range(1, RUNS), workers=2):
            seen.add("".join(printed(run)))
            if len(seen) == 2:
                break
    return seen


@cache
def seen(interpreter: Interpreter) -> dict[str, set[str]]:
    """Return the orders that were seen of each program, by name; they run side by side, since they mostly nap."""
    with ThreadPoolExecutor(len(BOTH_WAYS)) as pool:
        return dict(zip(BOTH_WAYS, pool.map(orders, BOTH_WAYS.values(), repeat(interpreter)), strict=True))


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_what_may_come_first_does(name: str, interpreter: Interpreter) -> None:
    if interpreter.version.startswith("3.12.") and name == "who writes what another has read":
        pytest.skip("3.12 is not perturbed between instructions")
    assert seen(interpreter)[name] == {"ab", "ba"}


def test_what_must_wait_does(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    done, q = threading.Event(), queue.Queue()
    def one(): print("a"); q.put("b")
    def other(): print(q.get()); done.set()
    x, y = threading.Thread(target=one), threading.Thread(target=other)
    y.start(); x.start(); done.wait(); print("c"); x.join(); y.join()
    p = multiprocessing.get_context("fork").Process(target=print, args=("d",))
    p.start(); p.join(); print("e")
    """
    for run in runs(tmp_path, program, interpreter, range(1, 12)):
        assert printed(run) == [*"abcde"]


def test_a_pushed_program_sees_what_it_sees_alone(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    print(sorted(os.environ), sys.getprofile(), sys.getswitchinterval(), threading.active_count())
    print(sys.gettrace(), threading.gettrace())
    print(type(threading.Lock()), isinstance(threading.Lock(), type(threading.Lock())), repr(threading.Event.set))
    print(*sorted(name for name in sys.modules if "witness" in name or name in ("random", "traceback")))
    x = threading.Thread(target=print, args=("a",)); x.start(); x.join(); print(x.name)
    """
    alone, pushed = (
        [
            line.partition(" at 0x")[0]
            for run in runs(tmp_path, program, interpreter, range(1, 2), how)
            for line in printed(run)
        ]
        for how in (False, True)
    )
    assert alone == pushed


def test_a_pushed_program_may_have_all_files_open_that_it_can(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    try:
        while True: os.dup(1)
    except OSError: print("a")
    """
    for run in runs(tmp_path, program, interpreter, range(1, 6)):
        assert (printed(run), run.outputs[0].exit) == (["a"], 0)


def test_memory_lies_otherwise_in_each_pushed_run(interpreter: Interpreter, tmp_path: Path) -> None:
    program = "import gc; print(len(gc.get_objects()))"
    seen = [int(text) for run in runs(tmp_path, program, interpreter, range(1, 5)) for text in printed(run)]
    assert max(seen) - min(seen) > 100


@pytest.mark.parametrize("work", ["time.sleep(0.1)", "for _ in range(10**7): pass"])
def test_a_thread_that_falls_behind_as_it_begins_lets_its_starter_go_on(
    work: str, interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is chosen in which the thread's first nap is long, or too short for the work that another one does
    meanwhile, and the main thread has none."""
    confined()  # the naps depend on the number of the process

    def falls(number: int) -> bool:
        variation = varied(number)
        assert variation.last
        if variation.last > 30_000:  # a machine may have no such numbers
            return False
        monkeypatch.setenv("PYTHONHASHSEED", f"{variation.seed}")
        importlib.reload(push)
        process = variation.last + 1
        push._getpid = lambda: process
        push._pace.begin(f"{process}.0")
        main = push._pace.falls
        push._pace.begin(f"{process}.1")
        return (
            (push.LONG_S > 0.5 if "sleep" in work else push.LONG_S < 0.05)
            and not push.HOLDS_S
            and main == [-1, -1]
            and push._pace.falls[0] == 0 < push._pace.falls[1]
        )

    program = f"""
    class Own(threading.Thread):
        def run(self): print("a")
    x = Own(); x.start()
    {work}
    print("b"); x.join()
    """
    number = next(number for number in range(1, 10**5, 2) if falls(number))
    (run,) = runs(tmp_path, program, interpreter, range(number, number + 1))
    assert printed(run) == ["b", "a"]


def test_an_error_that_a_handler_raises_while_a_thread_holds_still_is_the_programs(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    program = """
    import signal
    def handler(number, frame): raise OSError
    signal.signal(signal.SIGALRM, handler)
    threading.Thread(target=time.sleep, args=(2,)).start()
    seen, lock = 0, threading.Lock()
    for _ in range(60):
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            until = time.monotonic() + 1
            while time.monotonic() < until: lock.locked(), lock.acquire(), lock.release()
        except OSError:
            seen += 1
            lock = threading.Lock()
    print(seen)
    """
    for run in runs(tmp_path, program, interpreter, HOLDING):
        assert printed(run) == ["60"]


def test_no_thread_holds_still_for_one_of_another_run(interpreter: Interpreter, tmp_path: Path) -> None:
    """Each run is killed while it sleeps. A thread that held still for that would do so until no run is pushed."""
    program = """
    lock, since = threading.Lock(), time.monotonic()
    for _ in range(9):
        with lock: pass
    print(time.monotonic() - since)
    threading.Timer(0.1, os.kill, (os.getpid(), 9)).start()
    time.sleep(60)
    """
    took = [float(printed(run)[0]) for run in runs(tmp_path, program, interpreter, HOLDING)]
    assert max(took) < push.LASTS_S


def naps(seed: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long the thread 1 of the process 7 naps at each of 40 calls, by the seed."""
    found: list[float] = []
    monkeypatch.setenv("PYTHONHASHSEED", f"{seed}")
    importlib.reload(push)
    monkeypatch.setattr(push, "_getpid", lambda: 7)
    monkeypatch.setattr(push, "_sleep", found.append)
    monkeypatch.setattr(push, "others_run", lambda: False)
    monkeypatch.setattr(push, "HOLDS_S", 0.0)
    for number in range(40):
        push.nap("1", prints=number % 4 == 0)
    return found


def test_naps_are_those_of_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [naps(seed, monkeypatch) for seed in range(1, 9)]
    assert drawn == [naps(seed, monkeypatch) for seed in range(1, 9)]
    assert len({tuple(found) for found in drawn}) == 8
    longest = [max(found) for found in drawn]
    assert max(longest) > 0.02  # some fall behind
    assert min(longest) < 0.001  # and some do not
    assert all(sum(nap > 0.001 for nap in found) <= 2 for found in drawn)


def test_lanes_that_nothing_tells_apart_have_changed_places() -> None:
    """What one of two such lanes has shown, the other has, too: a reader can't see which of them was which."""
    result = parse("$ python a.py\nx| in {x:pid=7}\nx| out {x}\ny| in {y:pid=8}\ny| out {y}\n", Path("a.out"))
    x_in, x_out, y_in, y_out = result.lines
    alike = Open(result)
    verdict = Verdict(True, order=(x_in, x_out, y_in, y_out), values={})
    assert alike.never(frozenset(alike.shown(Run(()), verdict))) == []
    computed = parse("$ python a.py\nx| {n:int=3} {n*2} [{1, 2}]\ny| {m:int=4} {m*2} [{2, 1}]\n", Path("a.out"))
    verdict = Verdict(True, order=tuple(computed.lines), values={})
    left = Open(computed)
    assert left.never(frozenset(left.shown(Run((Output((("", None),) * 2),)), verdict))) == []
    waited = parse("$ python a.py\nx as a| in\ny as b| in\nz after a, b| out\n", Path("a.out"))
    verdict = Verdict(True, order=tuple(waited.lines), values={})
    left = Open(waited)
    assert left.never(frozenset(left.shown(Run(()), verdict))) == []
    told = parse("$ python a.py\nx| one\nx| out\ny| two\ny| out\n", Path("a.out"))
    x_in, x_out, y_in, y_out = told.lines
    apart = Open(told)
    first = apart.shown(Run(()), Verdict(True, order=(x_in, x_out, y_in, y_out), values={}))
    assert apart.never(frozenset(first)) == [(x_out, y_in)]
    other = apart.shown(Run(()), Verdict(True, order=(y_in, x_in, x_out, y_out), values={}))
    assert apart.never(frozenset(first | other)) == []


def test_lanes_that_another_line_tells_apart_have_not() -> None:
    named = parse("$ python a.py\nx| in {x:pid=7}\ny| in {y:pid=8}\nlast {x}\n", Path("a.out"))
    waited = parse("$ python a.py\nx as a| in {x:pid=7}\ny| in {y:pid=8}\nz after a| end\n", Path("a.out"))
    chosen = parse("$ python a.py\nx| took {n:int=1 in 1 | 2}\ny| took {m:int=7 in 7 | 8}\n", Path("a.out"))
    counted = parse("$ python a.py\nx| in {n:int=3}\ny| in {m:int=4}\nlast {n*2}\n", Path("a.out"))
    for result in named, waited, chosen, counted:
        left = Open(result)
        lines = tuple(result.lines)
        run = Run((Output((("", None),) * len(lines)),))
        assert lines[:2] in left.never(left.shown(run, Verdict(True, order=lines, values={})))


def test_what_comes_as_often_each_time_or_in_one_order_is_not_open() -> None:
    result = parse("$ python a.py\ntimes 0..1| x\ntimes 1..| y\n[{1, 2}]\n", Path("a.out"))
    maybe, again, shuffled = result.lines
    left = Open(result)

    def told(*lines: Line, text: str) -> list[str]:
        texts = [text if line is shuffled else "" for line in lines]
        run = Run((Output(tuple((text, None) for text in texts)),))
        return [text for _, text in left.unused(first | left.shown(run, Verdict(True, order=lines, values={})))]

    first: set[Shown] = set()
    one = Run((Output((("x", None), ("y", None), ("[1, 2]", None))),))
    first = left.shown(one, Verdict(True, order=(maybe, again, shuffled), values={}))
    same, seldom = "the members in line 4 always came in the same order", "line 3 never came more than once"
    assert [text for _, text in left.unused(first)] == [same, "line 2 always came", seldom]
    assert told(again, shuffled, text="[1, 2]") == [same, seldom]
    assert told(again, again, shuffled, text="[2, 1]") == []


def test_what_a_line_never_says_that_comes_at_most_once_is_not_open() -> None:
    result = parse("$ python a.py\nmain times 0..1| {a:text=no in no | yes}\nx| end\n", Path("a.out"))
    left = Open(result)
    shown = left.shown(Run(()), Verdict(True, order=tuple(result.lines), values={"a": "no"}))
    assert "`a` was never `yes`" in [text for _, text in left.unused(shown)]


def test_few_runs_show_all_that_was_seen() -> None:
    shown = {"common": {(1, 2)}, "other": {(2, 1)}, "rare": {(1, 2), (2, 1), (3, 1)}, "last": {(4, 1)}}
    assert cover(shown, 8) == ["common", "rare", "last"]
    assert cover(shown, 2) == ["common", "rare"]
