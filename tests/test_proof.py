"""Traced runs are compared with what a result file says of the order of its lines, and of who printed them."""

import re
import sys
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from textwrap import dedent

import helpers
import pytest

from witness.examples import Example
from witness.language import Output, Run, decide, parse, read
from witness.language.promises import Promises
from witness.recording import evidence, plausible, timelines
from witness.recording.record import record
from witness.recording.unused import Used
from witness.running import Play, run
from witness.running.interpreters import Interpreter
from witness.tracing import collect, trial
from witness.tracing.model import Cause, Event, Kind, Lane, Link, Trace, TraceError, UnseenError
from witness.tracing.notes import LaneKind
from witness.tracing.output import Who
from witness.tracing.printed import by_lane
from witness.tracing.proof import known, misnamed, needless, who_printed
from witness.tracing.waits import Rule

HEAD = "import asyncio, multiprocessing, os, queue, signal, threading, time"

traced = pytest.mark.skipif(sys.platform != "linux", reason="runs are traced on Linux only")


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trace few runs, and try few steps: each run of these programs shows the same."""
    monkeypatch.setattr(collect, "ALIKE", 1)
    monkeypatch.setattr(collect, "RUNS", 2)
    monkeypatch.setattr(trial, "EACH", 2)


def written(folder: Path, program: str, lines: str) -> Example:
    return helpers.written(folder, "a", helpers.headed(HEAD, dedent(program)), lines)


def refused(example: Example, interpreter: Interpreter) -> str:
    with pytest.raises(TraceError) as error:
        collect.typical(Play(example, read(example.out), interpreter))
    return str(error.value)


@traced
def test_a_promise_without_a_cause_is_refused_at_the_first_traced_run(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    def work(): print("work")
    t = threading.Thread(target=work)
    t.start()
    time.sleep(0.2)
    print("main")
    """
    said = refused(written(tmp_path, program, "x| work\nmain\n"), interpreter)
    assert said.startswith(f"{tmp_path}/c/a.out:3: nothing makes this line wait for line 2, so their order is luck\n")
    assert "  line 2, x: work\n  line 3, the main thread: main\n" in said
    assert re.search(r"before it, the main thread slept for 0\.\d+ s; wait with `join`$", said)
    joined = written(tmp_path, program.replace("time.sleep(0.2)", "t.join()"), "x| work\nmain\n")
    for options, call in ("", "t.join()"), ("-X no_debug_ranges ", ""):  # without ranges, no call is known
        joined.out.write_text(f"$ python {options}a.py\nx| work\nmain\n")
        (cause,) = collect.typical(Play(joined, read(joined.out), interpreter)).trace.causes or ()
        assert (cause.before, cause.after, *cause.links) == (1, 2, Link(Rule.END, "x", "", "main", call))


@traced
def test_a_sleep_in_place_of_a_join_is_refused_without_a_line_of_the_other(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    program = """
    found = []
    def work(): found.append(1)
    t = threading.Thread(target=work)
    t.start()
    time.sleep(0.2)
    print(found)
    """
    said = refused(written(tmp_path, program, "[1]\n"), interpreter)
    assert ".out:2: `work` ended while the printer of this line slept, but nothing makes it wait for that" in said
    joined = written(tmp_path, program.replace("sleep(0.2)", "sleep(0.2); t.join()"), "[1]\n")
    assert collect.typical(Play(joined, read(joined.out), interpreter)).verdict.legal
    program = """
    def work(): time.sleep(0.2); print("done")
    threading.Thread(target=lambda: threading.Thread(target=work).start()).start()
    """
    example = written(tmp_path, program, "done\n")  # whoever started the printer has done what it needs
    assert collect.typical(Play(example, read(example.out), interpreter)).verdict.legal


@traced
def test_lines_of_a_single_thread_may_be_free(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    for letter in sorted("ab", reverse=time.time_ns() // 1000 % 2): print(letter)
    """
    example = written(tmp_path, program, "main/| a\nmain/| b\n")
    result = read(example.out)
    found = collect.typical(Play(example, result, interpreter), {*permutations(result.lines, 2)})
    assert not found.trace.is_drawn
    assert "a single thread" in refused(written(tmp_path, program, "x/| a\nx/| b\n"), interpreter)


@traced
@pytest.mark.parametrize("get", ["q.get()", "poll()", "q.get_nowait()"])
def test_who_gets_an_item_after_a_sleep_waits_for_it_as_a_trial_shows(
    get: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    program = f"""
    q = queue.Queue()
    def poll():
        while q.empty():
            time.sleep(0.01)
        return q.get_nowait()
    def work(): q.put(1)
    threading.Thread(target=work).start()
    time.sleep(0.2)
    print({get})
    """
    example = written(tmp_path, program, "1\n")
    if get == "q.get_nowait()":
        assert ".out:2: `work` ended while the printer of this line slept" in refused(example, interpreter)
    else:
        assert collect.typical(Play(example, read(example.out), interpreter)).verdict.legal


@traced
def test_what_one_worker_happens_to_do_may_be_left_open(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    jobs = queue.Queue()
    def cook(name):
        time.sleep(0.1 * name)
        for dish in iter(jobs.get, None): print(name, dish)
    for job in "soup", "rice", None, None: jobs.put(job)
    for name in 1, 2: threading.Thread(target=cook, args=[name]).start()
    """
    example = written(tmp_path, program, "a| {a:worker=1 in 1..2} soup\nb| {b:worker=1 in 1..2} rice\n")
    assert collect.typical(Play(example, read(example.out), interpreter)).trace.causes == ()


@traced
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("x as a| one\nmain as b| two\nx after b| three\n", "`main` did not print this; the thread t (1.1) did"),
        ("x| one\ny| two\nx| three\n", "line 2 has another name, but the thread t (1.1) printed both"),
        ("x| one\nx| two\nx| three\n", "was printed by the thread t (1.1), and this one by the main thread"),
        ("x| one\nx as a| two\nmain after a| three\n", ""),
        ("x| one\nx| two\nmain| three\n", "always comes after line 3: say so with `after`, or remove its name"),
    ],
)
def test_a_name_is_that_of_one_lane_and_a_freedom_is_one(
    lines: str, said: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    program = """
    def t(): print("one"); print("two")
    x = threading.Thread(target=t, name="t"); x.start(); x.join(); print("three")
    """
    example = written(tmp_path, program, lines)
    if said:
        words = refused(example, interpreter)
        assert said.split("(1.1)")[0] in words
        assert said.split("(1.1)")[-1] in words
    else:
        collect.typical(Play(example, read(example.out), interpreter))


@traced
def test_a_signal_handler_is_no_worker_of_a_pool(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    import signal
    signal.signal(signal.SIGALRM, lambda *_: print("a"))
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    time.sleep(0.3)
    print("b")
    """
    said = refused(written(tmp_path, program, "a\nb\n"), interpreter)
    assert ".out:3: nothing makes this line wait for line 2, so their order is luck" in said
    assert "; wait with an event, a queue or a join, or leave the order open" in said


@traced
def test_each_copy_of_a_line_may_be_printed_by_one_that_has_a_name(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    def work(name, barrier): print(name); barrier.wait(); print("bye")
    if __name__ == "__main__":
        barrier = multiprocessing.Barrier(2)
        processes = [multiprocessing.Process(target=work, args=(name, barrier)) for name in "ab"]
        for process in processes: process.start()
        for process in processes: process.join()
    """
    example = written(tmp_path, program, "x as a| a\ny as b| b\n" + "pool/ after a, b times 1..| bye\n" * 2)
    result = read(example.out)
    assert timelines.faults(result, collect.typical(Play(example, result, interpreter)).trace, set()) == []


@traced
def test_all_copies_of_a_line_come_before_what_waits_for_it(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    def work(): print("tick"); print("tick")
    t = threading.Thread(target=work)
    t.start()
    time.sleep(0.2)
    print("end")
    """
    lines = "x times 1..| tick\nx times 1..| tick\nend\n"
    said = refused(written(tmp_path, program, lines), interpreter)
    assert ".out:4: nothing makes this line wait for line 2, so their order is luck\n" in said
    joined = written(tmp_path, program.replace("time.sleep(0.2)", "t.join()"), lines)
    result = read(joined.out)
    assert timelines.faults(result, collect.typical(Play(joined, result, interpreter)).trace, set()) == []


@traced
def test_what_a_handler_prints_may_come_late(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
    def send(): print("sends"); os.kill(os.getpid(), signal.SIGUSR1)
    t = threading.Thread(target=send); t.start(); t.join(); print("on")
    """
    example = written(tmp_path, program, "x as a| sends\nmain/ after a| handled\nmain/ after a| on\n")
    assert collect.typical(Play(example, read(example.out), interpreter)).verdict.legal


@traced
def test_a_job_of_a_worker_has_a_name_of_its_own(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    def begin(): print(os.getpid())
    if __name__ == "__main__":
        pool = multiprocessing.get_context("fork").Pool(2, begin)
        pool.apply(print, ["job"]); pool.close(); pool.join()
    """
    example = written(tmp_path, program, "x| {x:worker=5}\ny| {y:worker=6}\nz| job\n")
    result = read(example.out)
    assert timelines.faults(result, collect.typical(Play(example, result, interpreter)).trace, set()) == []


@traced
def test_jobs_that_one_worker_does_in_one_go_may_have_names_of_their_own(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    program = """
    from multiprocessing.pool import ThreadPool
    with ThreadPool(1) as pool: pool.map(print, "ab", 2)
    """
    result = read(written(tmp_path, program, "x| a\ny| b\n").out)
    play = Play(Example(tmp_path, "c/a"), result, interpreter)
    assert collect.typical(play, {*permutations(result.lines, 2)}).verdict.legal
    with pytest.raises(TraceError, match="always comes after line 2"):
        collect.typical(play)


@traced
def test_a_line_need_not_wait_for_what_another_line_by_luck_waited_for(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    program = """
    def work(name): time.sleep(0.1 * (name == "b")); print(name); q.put(name)
    q = queue.Queue()
    for name in "ab": threading.Thread(target=work, args=name).start()
    for _ in "ab": print("got", q.get())
    """
    result = read(written(tmp_path, program, "x as x| a\ny as y| b\nmain/ after x| got a\nmain/ after y| got b\n").out)
    play = Play(Example(tmp_path, "c/a"), result, interpreter)
    assert collect.typical(play, {*permutations([*result.lines][2:], 2)}).verdict.legal
    with pytest.raises(TraceError, match="5: always comes after line 4"):
        collect.typical(play)


@traced
def test_a_line_that_need_not_come_stays_and_has_its_causes(
    interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
    def work(): LATE and print("late")
    t = threading.Thread(target=work); t.start(); print("on"); t.join(); print("end")
    """
    example = written(tmp_path, program, "x times 0..1| late\nmain| on\nend\n")
    runs, once = iter([False, True, False, False]), collect.once

    def in_turn(*args: object) -> object:
        example.programs[0].write_text(f"import threading\nLATE = {next(runs)}\n{dedent(program)}")
        return once(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(collect, "once", in_turn)
    found = collect.typical(Play(example, read(example.out), interpreter))
    assert [text for text, _ in found.run.outputs[0].lines].count("late") == 1
    assert (1, 3) in {(cause.before, cause.after) for cause in found.trace.causes or ()}
    with pytest.raises(UnseenError, match="no traced run printed all of its lines"):
        timelines.record(example, interpreter)


@traced
def test_lines_that_never_come_in_one_traced_run_have_no_timeline(
    interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "t = threading.Thread(target=print, args=[WHICH]); t.start(); t.join(); print('end')"
    example = written(tmp_path, program, "x times 0..1| a\nx times 0..1| b\nend\n")
    runs, once = iter("ab"), collect.once

    def in_turn(*args: object) -> object:
        example.programs[0].write_text(f"import threading\nWHICH = {next(runs)!r}\n{program}")
        return once(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(collect, "once", in_turn)
    with pytest.raises(UnseenError, match="no traced run printed all of its lines"):
        timelines.record(example, interpreter)


@traced
def test_unnamed_lines_of_tasks_have_lanes_and_causes(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    async def work(name): print(name)
    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(work("a")); group.create_task(work("b"))
        print("end")
    asyncio.run(main())
    """
    example = written(tmp_path, program, "")
    example.out.unlink()
    record(example, [run(Play(example, parse("$ python a.py\n", example.out), interpreter))], interpreter)
    trace = evidence.load(example).trace
    assert trace
    assert [lane.name for lane in trace.lanes] == ["main", "work 1", "work 2"]
    assert [(cause.before, cause.after, cause.links[0].rule) for cause in trace.causes or ()] == [
        (1, 2, "first-come"),
        (2, 3, "soon"),
    ]


@traced
def test_an_annotation_by_hand_is_held_against_what_is_kept(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    e = threading.Event()
    def one(): print("one"); e.set(); print("two")
    def other(): e.wait(); print("three"); print("four")
    x, y = threading.Thread(target=one), threading.Thread(target=other)
    x.start(); y.start(); x.join(); y.join(); print("end")
    """
    result = "x as a| one\nx as b| two\ny after a| three\ny| four\nend\n"
    example = written(tmp_path, program, result)
    evidence.enter(example, read(example.out))
    timelines.record(example, interpreter)
    kept = read(example.out)
    trace = evidence.load(example).trace
    assert trace
    for before, after, said in (
        ("y after a|", "y after a|", ""),
        ("y after a|", "y after b|", "nothing is known to make this line wait for line 3, so their order is luck"),
        ("y after a|", "y|", "always comes after line 2: say so"),
        ("y after a|", "y after a because of magic|", "it is known what makes this line wait"),
        ("y| four", "z| four", "line 4 has another name"),
        ("end", "z| end", "`z` did not print this; by the timeline, `main` did"),
        ("x as b", "z as b", "`z` did not print this; by the timeline, `x` did"),
    ):
        example.out.write_text(str(kept).replace(before, after, 1))
        found = [fault.text for fault in timelines.faults(read(example.out), trace)]
        assert bool(found) == bool(said), found
        assert said in "".join(found)


LOCKED = """
def work(name):
    print(name, "begins")
    time.sleep(0.05 * (name == "y"))
    with lock:
        print(name, "in")
        cond.wait(0)
        print(name, "out")
lock = threading.RLock()
cond = threading.Condition(lock)
x, y = (threading.Thread(target=work, args=(name,)) for name in "xy")
x.start(); y.start(); x.join(); y.join()
"""
SOME = "x| x begins\nx with k| x in\nx still with k| x out\ny| y begins\ny with k| y in\ny still with k| y out\n"


@traced
@pytest.mark.parametrize(
    ("program", "lines", "said"),
    [
        (LOCKED.replace("cond.wait(0)", ""), SOME, ""),
        (
            LOCKED.replace("cond.wait(0)", ""),
            SOME.replace(" still with k", "").replace(" with k", ""),
            "4: a lock that is held, or the turn of a task, keeps lines 6, 7 from coming between line 3 and this one: "
            "write `still with NAME`",
        ),
        (
            LOCKED.replace("with lock:", "lock.acquire(timeout=5)\n    if True:").replace(
                'cond.wait(0)\n        print(name, "out")', 'print(name, "out"); lock.release()'
            ),
            SOME,
            "4: nothing keeps lines 6, 7 from coming between line 3 and this one: no lock is held",
        ),
        (LOCKED, SOME, "4: nothing keeps lines 6, 7 from coming between line 3 and this one: no lock is held"),
        (
            LOCKED.replace("cond.wait(0)", "").replace("x.start()", "x.start(); time.sleep(0.1)"),
            SOME.replace(" still with k", " still").replace(" with k", ""),
            "4: nothing keeps line 5 from coming between line 3 and this one: no lock is held",
        ),
        (
            LOCKED.replace('    print(name, "begins")\n', "").replace("cond.wait(0)", ""),
            "x| x in\nx| x out\ny| y in\ny| y out\n",
            "3: a lock that is held, or the turn of a task, keeps lines 4, 5 from coming between line 2 and this one: "
            "write `still` before",
        ),
    ],
    ids=["said", "not said", "not for sure", "released in between", "not by all", "not said of all"],
)
def test_what_keeps_lines_together_is_shown_and_said(
    program: str, lines: str, said: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    example = written(tmp_path, program, lines)
    if said:
        assert f"{tmp_path}/c/a.out:{said}" in refused(example, interpreter)
        return
    evidence.enter(example, read(example.out))
    timelines.record(example, interpreter)
    trace, kept = evidence.load(example).trace, read(example.out)
    assert trace
    assert timelines.faults(kept, trace) == []
    loosened = parse(re.sub(r" (still )?with k\|", "|", str(kept)), example.out)
    assert [fault.text[:6] for fault in timelines.faults(loosened, trace)] == ["a lock"] * 2
    x, y = ([line for line in loosened.lines if line.actor == name][1:] for name in "xy")
    seen = [[x[0], *y, x[1]], [y[0], *x, y[1]]]
    assert len(timelines.faults(loosened, trace, orders=seen[:1])) == 1
    assert timelines.faults(loosened, trace, orders=seen) == []
    more = parse(str(kept).replace(" with k|", "|"), example.out)
    assert "nothing keeps" in timelines.faults(more, trace)[0].text


@traced
def test_a_line_that_need_not_come_is_kept_where_it_did_not(interpreter: Interpreter, tmp_path: Path) -> None:
    example = written(tmp_path, "print('a'); print('c')", "a\ntimes 0..1| b\nc\n")
    before = example.out.read_text()
    evidence.enter(example, read(example.out))
    assert "no traced run printed all of its lines" in timelines.record(example, interpreter)
    assert example.out.read_text() == before


@traced
@pytest.mark.parametrize(("first", "second", "rule"), [(0.1, 0.05, "deadline"), (0, 0, "first-come")])
def test_whom_timers_wake_goes_on_by_their_deadlines(
    first: float, second: float, rule: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    program = f"""
    async def nap(name, seconds): await asyncio.sleep(seconds); print(name)
    async def main(): await asyncio.gather(nap("a", {first}), nap("b", {second}))
    asyncio.run(main())
    """
    example = written(tmp_path, program, "b\na\n" if first else "a\nb\n")
    (cause,) = collect.typical(Play(example, read(example.out), interpreter)).trace.causes or ()
    assert [link.rule for link in cause.links] == [rule]


@traced
@pytest.mark.parametrize("first", [(0.01, 0.05), (0.004, 0.008)])
def test_deadlines_that_differ_from_run_to_run_are_luck(
    first: tuple[float, float], interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
    async def nap(name, seconds): await asyncio.sleep(seconds); print(name)
    async def main(): await asyncio.gather(nap("a", FIRST), nap("b", 0.1))
    asyncio.run(main())
    """
    example = written(tmp_path, program, "a\nb\n")
    runs, once = iter(first), collect.once

    def in_turn(*args: object) -> object:
        example.programs[0].write_text(f"import asyncio\nFIRST = {next(runs)}\n{dedent(program)}")
        return once(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(collect, "ALIKE", 2)
    monkeypatch.setattr(collect, "once", in_turn)
    assert "so their order is luck" in refused(example, interpreter)


@traced
def test_a_chain_goes_by_who_runs_a_loop(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    async def work(name): print(name); loop.stop()
    for name in "ab":
        loop = asyncio.new_event_loop(); task = loop.create_task(work(name))
        loop.run_forever(); loop.run_until_complete(task); loop.close()
    """
    example = written(tmp_path, program, "a\nb\n")
    evidence.enter(example, read(example.out))
    timelines.record(example, interpreter)
    known = evidence.load(example)
    assert known.trace
    (cause,) = known.trace.causes or ()
    assert [link.rule for link in cause.links] == ["stop", "start"]
    assert plausible.doubts(example, read(example.out), known) == []


@traced
def test_each_copy_of_a_line_that_comes_again_is_kept(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    def work():
        for n in range(3): print("on", n)
        print("off")
    x = threading.Thread(target=work); x.start(); x.join(); print("end")
    """
    example = written(tmp_path, program, "x times 1..| on {n:int=0 in 0..}\nx| off\nend\n")
    evidence.enter(example, read(example.out))
    timelines.record(example, interpreter)
    kept, trace = read(example.out), evidence.load(example).trace
    assert trace
    assert sorted(lane.places for lane in trace.lanes) == [[1, 2, 3, 4], [5]]
    assert [line.text for line in timelines.faults(kept, trace)] == []
    assert plausible.doubts(example, kept, evidence.load(example)) == []


@traced
def test_what_was_seen_the_other_way_is_luck_whatever_made_it_so(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    q = queue.Queue()
    def one(): print("one"); q.put(1)
    def other(): time.sleep(0.3); q.put(2)
    threads = [threading.Thread(target=work) for work in (one, other)]
    for thread in threads: thread.start()
    q.get(); print("first")
    for thread in threads: thread.join()
    """
    example = written(tmp_path, program, "one| one\nmain| first\n")
    assert ".out:3: always comes after line 2" in refused(example, interpreter)
    timelines.record(example, interpreter, [Run((Output((("first", None), ("one", None))),))])
    result, trace = read(example.out), evidence.load(example).trace
    assert trace
    assert trace.causes == ()
    one, first = result.lines
    sure = replace(trace, causes=(Cause(1, 2),))
    assert [fault.line for fault in timelines.faults(result, sure)] == [3]
    assert timelines.faults(result, sure, {(one, first)}) == []


@traced
@pytest.mark.parametrize(
    ("opened", "what"),
    [
        ("socket.socket()", "unclosed <socket"),
        ("open('a.py')", "unclosed file"),
        ("subprocess.Popen([sys.executable, '-c', ''])", "subprocess [0-9]+ is still running"),
    ],
)
def test_what_a_program_opens_it_closes(opened: str, what: str, interpreter: Interpreter, tmp_path: Path) -> None:
    program = "import socket, subprocess, sys\ndef work():\n    {}\nwork()\nprint('done')\nkept = open('a.py')\n"
    said = refused(written(tmp_path, program.format(f"x = {opened}"), "done\n"), interpreter)
    assert re.match(rf"{tmp_path}/c/a\.py:1: it drops what is still open: `{what}.*`; close it", said)
    shown = program.format("import warnings; warnings.warn('told', stacklevel=2)")
    for closed in (program.format(f"with {opened}: pass"), shown):  # `kept` is global and open until the very end
        lines = "a.py:4: UserWarning: told\n  work()\ndone\n" if closed == shown else "done\n"
        collect.once(Play(example := written(tmp_path, closed, lines), read(example.out), interpreter))


def test_what_is_kept_of_an_order_is_all_of_it() -> None:
    result = parse("$ python a.py\nx| a\nx| b\ny| c\ny| d\n", Path("a.out"))
    lanes = tuple(
        Lane(name, LaneKind.THREAD, tuple(Event(0, Kind.LINE, place) for place in places))
        for name, places in (("x", (1, 2)), ("y", (3, 4)))
    )
    a, b, c, d = result.lines
    assert known(result, Trace("", "", lanes)) == {(a, b), (c, d)}
    assert known(result, Trace("", "", lanes, (Cause(2, 3),))) == {(a, b), (c, d), (a, c), (a, d), (b, c), (b, d)}


def test_a_lane_that_has_the_name_of_a_value_that_is_gone_is_called_so() -> None:
    lane = Lane("{child}", LaneKind.PROGRAM, (Event(0.0, Kind.LINE, 1),))
    (fault,) = misnamed(helpers.result("worker| I am {worker:pid=7}"), Trace("", "3.11.7", (lane,)))
    assert fault.text == "`worker` did not print this; by the timeline, `child` did"


def test_a_cause_is_told_only_where_none_is_known() -> None:
    result = parse("$ python a.py\nbegin\nx| 1\ny because of magic| 2\nbecause of luck| end\n", Path("a.out"))
    begin, one, two, end = result.lines
    assert Promises(result).told({(begin, one), (begin, two), (one, end)}) == [two]
    assert Promises(result).told({(begin, one), (one, end), (two, end)}) == [end]


def test_who_printed_is_said_with_and_without_a_name() -> None:
    who = Who("7.0", "work", LaneKind.FORK, 0)
    assert (who.words, who._replace(name="").words) == ("the fork work (7.0)", "the fork (7.0)")


def test_a_lane_has_one_name_in_all_regions() -> None:
    page = helpers.result("x| one / two / y| three / four / x| five")
    one, _, three, _, five = page.lines
    t, u = Who("1.2", "t", LaneKind.THREAD, 0), Who("1.3", "u", LaneKind.THREAD, 0)
    (fault,) = who_printed(page, {one: t, three: t, five: u})
    assert fault.line == 4
    assert fault.text.startswith("line 2 has another name, but the thread t (1.2) printed both: give both its name")
    assert who_printed(page, {one: t, three: u, five: t}) == []
    page = helpers.result("x| one / two / y| {y:worker=t in t | u} / four / z| five")
    assert len(who_printed(page, dict.fromkeys(page.lines, t))) == 1, "a worker has a name for each of its jobs"


@pytest.mark.parametrize(
    ("bounds", "rest", "order", "values"),
    [
        ("0..", "", [4, 2, 5, 3], {"n": "4", "m": "3"}),
        ("1 | 4", "", [4, 2, 5, 3], {"n": "4", "m": "3"}),
        ("0..3", "", [4, 2, 3, 5], {"n": "3", "m": "4"}),  # a 4 is not allowed there
        ("0..", " / {n+1}", [4, 2, 3, 5, 6], {"n": "3", "m": "4"}),  # something else depends on it
    ],
)
def test_lines_that_look_the_same_are_those_of_their_lanes(
    bounds: str, rest: str, order: list[int], values: dict[str, str]
) -> None:
    page = helpers.result(f"a| A / a| n {{n:int=1 in {bounds}}} / b| B / b| n {{m:int=2 in 0..}}{rest}")
    made = Run((helpers.output("B / A / n 3 / n 4" + " / 4" * bool(rest)),))
    verdict = by_lane(page, made, decide(page, made), ["3", "2", "3", "2", "1"][: len(order)])
    assert [line.number for line in verdict.order] == order
    assert verdict.values == values


def test_lines_of_lanes_that_print_just_the_same_are_those_of_the_lanes() -> None:
    page = helpers.result("a| x / b| x / a| y / b| y")
    made = Run((helpers.output("x / x / y / y"),))
    verdict = by_lane(page, made, decide(page, made), ["2", "3", "3", "2"])
    assert [line.number for line in verdict.order] == [2, 3, 5, 4]


def test_the_promises_of_a_result() -> None:
    text = "$ python a.py\nbegin\nx as a| 1\nx| 2\ny after a| 3\nend\n$ python b.py  # after a\nother\n"
    result = parse(text, Path("a.out"))
    promises = Promises(result)
    begin, one, two, three, end, other = result.lines
    assert set(promises.pairs()) == {(begin, one), (one, two), (one, three), (two, end), (three, end), (one, other)}
    assert set(promises.open()) == {(two, three), (three, two)}
    assert promises.unproven({(begin, one), (one, two), (two, end), (three, end), (one, other)}) == [(one, three)]
    assert promises.needless({(two, three)}) == [(two, three)]
    free = parse("$ python a.py\nx| a\ny| b\nz| c\n", Path("a.out"))
    x, y, z = free.lines
    assert Promises(free).needless({(y, z), (x, z)}) == [(x, z), (y, z)]


def test_nothing_has_to_wait_for_a_line_that_need_not_come_unless_it_can_be_a_barrier() -> None:
    two, three = (parse(f"$ python a.py\nx times 0..| a\ny| b\n{rest}", Path("a.out")) for rest in ("", "z| c\n"))
    x, y = two.lines
    assert Promises(two).needless({(x, y)}) == [(x, y)]
    x, y, z = three.lines
    assert Promises(three).needless({(x, y)}) == []
    assert Promises(three).needless({(x, y), (y, z)}) == [(x, y), (y, z)]


def test_lines_of_one_printer_that_swap_with_the_same_line_are_in_no_order() -> None:
    """That the first two never swapped is chance; the last line swapped with none, so it comes after all others."""
    result = parse("$ python a.py\n" + "".join(f"main/| {text}\n" for text in "abcd"), Path("a.out"))
    runs = [Run((Output(tuple((text, None) for text in order)),)) for order in ("abcd", "cabd")]
    sure = {*combinations(result.lines, 2)} - Used(result, runs).luck
    assert [fault.line for fault in needless(result, sure)] == [5, 5, 5]


@pytest.mark.parametrize(
    ("lines", "order", "fault"),
    [
        ("x/ times 0..1| a\nx| b\ny| c\n", "ab", 3),
        ("x times 0..1| a\nx/| b\ny| c\n", "ab", 3),
        ("x/ times 0..1| a\nx| b\nx| c\ny| d\n", "ac bc", None),  # then it can't be said that `a` comes before `c`
    ],
)
def test_a_line_that_need_not_come_is_in_order_with_those_of_its_printer(
    lines: str, order: str, fault: int | None
) -> None:
    result = parse(f"$ python a.py\n{lines}", Path("a.out"))
    named = dict(zip("abcd", result.lines, strict=False))
    sure = {(named[pair[0]], named[pair[1]]) for pair in order.split()}
    faults = needless(result, sure)
    assert [one.line for one in faults] == ([fault] if fault else [])
    assert all("give both the name `x`" in one.text for one in faults)
