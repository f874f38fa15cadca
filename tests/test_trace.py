"""What a recording tells of a program: who started whom, who waited for what, who let it go on, who printed."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from witness.examples import Example
from witness.language import ResultError
from witness.ledger import Ledger
from witness.running.interpreters import own
from witness.trace import Event, Trace, TraceError, current, load, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="timelines are recorded on Linux only")

LONG = 10
"""A wait of less than so many milliseconds may be there or not, as the machine has it."""

IMPORTS = """
import asyncio, contextlib, io, multiprocessing, os, queue, sys, time
from threading import *
fork = multiprocessing.get_context("fork")
"""


def recorded(folder: Path, program: str, result: str) -> Trace:
    (folder / "c").mkdir()
    (folder / "c/a.py").write_text(IMPORTS + dedent(program))
    (folder / "c/a.out").write_text(f"$ python a.py\n{dedent(result)}")
    example = Example(folder, "c/a")
    record(example, own().path, Ledger(folder))
    trace = current(example)
    assert trace
    return trace


def course(trace: Trace) -> dict[str, str]:
    """What happened in each lane: lines by their places, `>` a start, `x` a cancellation, `~` what belongs together."""
    return {
        lane.name: " ".join(
            word
            for event, after in zip(lane.events, [*lane.events[1:], lane.events[-1]], strict=True)
            if (word := said(trace, event, after))
        )
        for lane in trace.lanes
    }


def said(trace: Trace, event: Event, after: Event) -> str:
    about = trace.lanes[event.lane].name if event.lane >= 0 else ""
    if event.kind == "wait":
        return f"{event.what}({about})" if after.time - event.time >= LONG else ""
    words = {"line": f"{event.place}", "start": f">{about}", "cancel": f"x{about}", "on": "", "begin": "", "end": ""}
    return words.get(event.kind, event.kind) + (f"~{event.link}" if event.link else "")


PROGRAMS = {
    "each event lets go who waits for it": (
        """
        def wait(text, *events):
            for event in events: event.wait()
            print(text)
        a, b = Event(), Event()
        x = Thread(target=wait, args=("a", a), name="x"); x.start()
        y = Thread(target=wait, args=("b", b, a), name="y"); y.start()
        time.sleep(0.05); a.set()
        time.sleep(0.05); b.set()
        x.join(); y.join()
        """,
        "x as a| a\ny after a| b\n",
        {"main": ">x >y sleep() set~1 sleep() set~2", "x": "event() ~1 1", "y": "event() ~2 2"},
    ),
    "what was waited for in vain lets nobody go": (
        """
        event = Event()
        def wait(): event.wait(0.05); print("late")
        x = Thread(target=wait, name="x"); x.start()
        time.sleep(0.02); Event().set()
        x.join()
        """,
        "x| late\n",
        {"main": ">x sleep() join(x)", "x": "event() 1"},
    ),
    "a value comes out of the queue that it was put into": (
        """
        a, b = queue.Queue(), queue.Queue()
        def read(): print(b.get()); time.sleep(0.05); print(a.get())
        x = Thread(target=read, name="x"); x.start()
        time.sleep(0.05); a.put(item=1); time.sleep(0.02); b.put(1)
        x.join()
        """,
        "x| 1\nx| 1\n",
        {"main": ">x sleep() put~1 sleep() put~2 join(x)", "x": "get() ~2 1 sleep() ~1 2"},
    ),
    "a lock that someone else holds": (
        """
        lock, rlock = Lock(), RLock()
        def work():
            with rlock: print("in")
            with lock: print("free")
        lock.acquire()
        with rlock, rlock:
            x = Thread(target=work, name="x"); x.start()
            time.sleep(0.05)
        time.sleep(0.05)
        lock.release()
        x.join()
        """,
        "x| in\nx| free\n",
        {"main": ">x sleep() sleep()", "x": "lock() 1 lock() 2"},
    ),
    "a thread that is stopped lives as long as its process": (
        """
        def watch(): print("watch"); time.sleep(60)
        Thread(target=watch, name="x", daemon=True).start()
        time.sleep(0.05)
        print("end")
        """,
        "x| watch\nend\n",
        {"main": ">x sleep() 2", "x": "1 sleep()"},
    ),
    "the end of a program that waits for its threads": (
        """
        def work(): time.sleep(0.05); print("done")
        print("end")
        Thread(target=work, name="x").start()
        """,
        "end\nx| done\n",
        {"main": "1 >x exit()", "x": "sleep() 2"},
    ),
    "a line stands where it was written, not where it was put together": (
        """
        def work():
            with contextlib.redirect_stdout(io.StringIO()) as text: print("work")
            time.sleep(0.05)
            sys.stdout.write(text.getvalue())
        x = Thread(target=work, name="x"); x.start(); x.join()
        """,
        "x| work\n",
        {"main": ">x join(x)", "x": "sleep() 1"},
    ),
    "a process that does not end when it is waited for": (
        """
        def work(): print("work"); time.sleep(60)
        p = fork.Process(target=work); p.start()
        p.join(0.05); time.sleep(0.05); p.kill()
        while p.is_alive(): time.sleep(0.005)
        """,
        "x| work\n",
        {"main": ">x join(x) sleep() xx", "x": "1 sleep()"},
    ),
    "a lock and an event of processes": (
        """
        lock, event = fork.Lock(), fork.Event()
        def work(): event.wait(); lock.acquire(); print("work")
        lock.acquire()
        p = fork.Process(target=work); p.start()
        time.sleep(0.05); event.set()
        time.sleep(0.05); lock.release()
        p.join()
        """,
        "x| work\n",
        {"main": ">x sleep() set~1 sleep()", "x": "event() ~1 lock() 1"},
    ),
    "a process waits until what it has put is taken": (
        """
        q = fork.Queue()
        p = fork.Process(target=q.put, args=("x" * 1_000_000,), name="x"); p.start()
        time.sleep(0.05); print(len(q.get()))
        p.join()
        """,
        "1000000\n",
        {"main": ">x sleep() ~1 1", "x": "put~1 flush()"},
    ),
    "what is left in the buffer is written at the end": (
        """
        print("main ", end="")
        if os.fork() == 0: time.sleep(0.05); print("child")
        else: os.wait(); print("end")
        """,
        "x| main child\nmain end\n",
        {"main": ">x wait() 2", "x": "sleep() 1"},
    ),
    "a task that goes on, one that is cancelled, one that had ended": (
        """
        async def work(event):
            try: await event.wait(); print("on")
            finally: print("end")
        async def quick(): print("quick")
        async def main():
            event = asyncio.Event()
            x = asyncio.create_task(work(event))
            y = asyncio.create_task(work(asyncio.Event()))
            z = asyncio.create_task(quick())
            await asyncio.sleep(0.05); z.cancel(); y.cancel()
            await asyncio.sleep(0.05); event.set()
            await x
        asyncio.run(main())
        """,
        "z| quick\ny| end\nx| on\nx| end\n",
        {
            "main": ">x >y >z sleep() xy sleep() set~1",
            "x": "event() ~1 3 4",
            "y": "event() 2",
            "z": "1",
        },
    ),
    "a thread that a task of the library starts": (
        """
        def read(): time.sleep(0.05); print("read")
        async def main():
            task = asyncio.create_task(asyncio.to_thread(read))
            await asyncio.sleep(0.02); task.cancel()
            print("main")
        asyncio.run(main())
        """,
        "main\nx| read\n",
        {"main": ">x sleep() 1 shutdown()", "x": "sleep() 2"},
    ),
    "a group cancels who is left": (
        """
        async def wait():
            try: await asyncio.sleep(60)
            finally: print("wait")
        async def fail(): await asyncio.sleep(0.05); raise ValueError
        async def main():
            with contextlib.suppress(ExceptionGroup):
                async with asyncio.TaskGroup() as group:
                    group.create_task(wait())
                    group.create_task(fail())
        asyncio.run(main())
        """,
        "x| wait\n",
        {"main": ">x >fail TaskGroup() xx", "x": "sleep() 1", "fail": "sleep()"},
    ),
    "a generator within another is part of it": (
        """
        def inner():
            try: yield
            finally: time.sleep(0.02); print("inner")
        def outer(): time.sleep(0.02); print("outer"); yield from inner()
        g = outer(); next(g); g.close()
        """,
        "x| outer\nx| inner\n",
        {"main": ">x resume(x) resume(x)", "x": "sleep() 1 sleep() 2"},
    ),
}


@pytest.mark.parametrize(("program", "result", "lanes"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_recording_tells(program: str, result: str, lanes: dict[str, str], tmp_path: Path) -> None:
    assert course(recorded(tmp_path, program, result)) == lanes


def test_a_process_lives_until_who_waits_for_it_goes_on(tmp_path: Path) -> None:
    program = """
    def work(): print("work"); time.sleep(0.02)
    p = fork.Process(target=work); p.start(); p.join()
    """
    main, child = recorded(tmp_path, program, "x| work\n").lanes
    assert child.events[-1].time == next(event.time for event in main.events if event.kind == "on")


@pytest.mark.parametrize(
    ("program", "result", "message"),
    [
        (
            """
            x = Thread(target=os.write, args=(1, b"work\\n")); x.start(); x.join()
            """,
            "x| work\n",
            "nothing is known of when `work` was printed",
        ),
        ("print(1)", "x| 1\n", "all of it is one lane"),
        (
            """
            threads = [Thread(target=print, args=(1,)) for _ in range(12)]
            for x in threads: x.start()
            for x in threads: x.join()
            """,
            "x| 1\n" * 12,
            "13 lanes with .* events are more than a figure can show",
        ),
    ],
)
def test_what_has_no_timeline_says_why(program: str, result: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=f"c/a.out: {message}"):
        recorded(tmp_path, program, result)


@pytest.mark.parametrize("text", ["", "[]", '{"digest": "", "lanes": [{}]}', "<<<<<<< HEAD"])
def test_a_broken_file_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.trace.json"
    file.write_text(text)
    with pytest.raises(ResultError, match=r"a.trace.json:1: .*git checkout"):
        load(file)
