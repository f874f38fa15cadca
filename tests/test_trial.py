"""Orders for which no call gives a cause: for each way to wait, a program that it orders, and one in which luck looks
the same.

As in `test_causes.py`, each line is a letter, and behind `#>` stand the orders that are sure.
"""

import sys
from functools import cache
from itertools import combinations, permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import helpers
import pytest

from witness.language import PROPOSED, parse, read
from witness.recording.proposal import traces
from witness.recording.record import record
from witness.running import Play, run
from witness.running.interpreters import Interpreter
from witness.tracing import collect, trial
from witness.tracing.model import Link, TraceError
from witness.tracing.waits import Rule

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are traced on Linux only")

HEAD = f"""
import os, time
from threading import Condition, Event, Lock, Semaphore, Thread

def nap(): time.sleep(0.02)
{helpers.GO}"""

PROGRAMS = r"""
## a condition, and whose turn it is
c, turn = Condition(), 0
def play(me, names):
    global turn
    for name in names:
        with c:
            c.wait_for(lambda: turn == me)
            print(name)
            turn = 1 - turn
            c.notify_all()
go(lambda: play(0, "ac"), lambda: play(1, "b"))
#> abc

## a condition, in a loop, and a buffer
c, items = Condition(), []
def put():
    with c:
        while items: c.wait()
        items.append(1)
        print("a")
        c.notify()
def get():
    with c:
        while not items: c.wait()
        items.pop()
        print("b")
        c.notify()
go(get, put)
#> ab

## who looks again and again, with a lock
lock, turn = Lock(), 0
def play(me, name):
    global turn
    while True:
        with lock:
            if turn == me:
                print(name)
                turn += 1
                break
        time.sleep(0.001)
go(lambda: play(1, "b"), lambda: play(0, "a"))
#> ab

## a file, and no lock
def one():
    print("a")
    open("there", "w").close()
def two():
    while not os.path.exists("there"): time.sleep(0.001)
    print("b")
go(one, two)
#> ab

## shared memory
from multiprocessing import get_context
fork = get_context("fork")
value = fork.Value("i", 0)
def one():
    print("a", flush=True)
    value.value = 1
def two():
    while not value.value: time.sleep(0.001)
    print("b", flush=True)
go(one, two, kind=fork.Process)
#> ab

## who writes, and waits for those who read
c, readers, came = Condition(), 0, Event()
def read():
    global readers
    with c: readers += 1
    came.set()
    print("a")
    with c:
        readers -= 1
        c.notify_all()
def write():
    came.wait()
    with c:
        while readers: c.wait()
        print("b")
go(read, write)
#> ab

## who writes, if none has come to read
c, readers = Condition(), 0
def read():
    global readers
    with c: readers += 1
    print("a")
    with c:
        readers -= 1
        c.notify_all()
def write():
    nap()
    with c:
        while readers: c.wait()
        print("b")
go(read, write)
#>

## a sleep that is longer, and one that waits for too little
flag = False
def one():
    global flag
    flag = True
    print("a")
def two():
    while not flag: time.sleep(0.001)
    nap()
    print("b")
def three():
    time.sleep(0.2)
    print("c")
go(one, two, three)
#>

## who gives up
c, ready = Condition(), []
def one():
    with c:
        print("a")
        ready.append(1)
        c.notify_all()
def two():
    with c: c.wait_for(lambda: ready, timeout=0.02)
    print("b")
go(one, two)
#>

## which way locks go, of any kind
import queue
lock, s, q = Lock(), Semaphore(1), queue.Queue(); q.put(1)
def one():
    with lock: print("a")
    with s: print("m")
    q.get()
    print("x")
    q.put(1)
def two():
    nap()
    with lock: print("b")
    with s: print("n")
    q.get()
    print("y")
    q.put(1)
go(one, two)
#>

## which way a lock goes of which Python knows nothing, asked for by who has come before
flag = False
def locked(name):
    while True:
        try: os.mkdir("lock")
        except FileExistsError: time.sleep(0.001)
        else: break
    print(name)
    os.rmdir("lock")
def one():
    global flag
    print("a")
    flag = True
    locked("b")
def two():
    while not flag: time.sleep(0.001)
    locked("x")
go(one, two)
#> ax

## whoever comes first
c, ready = Condition(), []
def put(name, seconds):
    time.sleep(seconds)
    with c:
        print(name)
        ready.append(name)
        c.notify_all()
def get():
    with c:
        while not ready: c.wait()
        print("x")
        while len(ready) < 2: c.wait()
        print("y")
go(lambda: put("a", 0), lambda: put("b", 0.05), get)
#> ay by

## whoever counts with a lock, a few steps later
lock, left = Lock(), ["b", "a"]
def work():
    for _ in range(20): pass
    with lock: print(left.pop())
go(work, work)
#> ab

## whoever counts with a lock, and then prints
lock, left = Lock(), ["b", "a"]
def work():
    with lock: letter = left.pop()
    print(letter)
go(work, work)
#>

## whichever process counts with a lock, a few steps later, and then prints
from multiprocessing import get_context
fork = get_context("fork")
count = fork.Value("i")
def work():
    for _ in range(20): pass
    with count.get_lock():
        letter = "ab"[count.value]
        count.value += 1
    print(letter, flush=True)
go(work, work, kind=fork.Process)
#>

## who has come first, and so need not wait
lock, came, done = Lock(), [], Event()
def one():
    with lock: came.append(1)
    print("a")
    done.set()
def two():
    nap()
    with lock:
        came.append(2)
        first = came[0]
    if first == 2: done.wait()
    nap()
    print("b")
go(one, two)
#>

## who comes so late that another has ended what it would have waited for
c, state = Condition(), set()
def one():
    with c:
        print("a")
        state.add("ready")
        c.notify_all()
def stop():
    nap()
    with c:
        state.add("over")
        c.notify_all()
def two():
    with c:
        if "over" not in state:
            while "ready" not in state: c.wait()
        print("b")
go(one, two, stop)
#>

## who looks before it is too late
lock, count = Lock(), 0
def one():
    global count
    for _ in range(6):
        with lock:
            count += 1
            if count == 6: print("a")
def two():
    while True:
        with lock:
            if count >= 3: break
        nap()
    print("b")
go(one, two)
#>

## a flag that a handler of signals sets
import signal
stop = []
signal.signal(signal.SIGUSR1, lambda *_: (print("a", flush=True), stop.append(1)))
if not os.fork():
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
while not stop: nap()
print("b", flush=True)
os.wait()
#> ab

## a handler of signals that is mostly in time
import signal
signal.signal(signal.SIGUSR1, lambda *_: print("a", flush=True))
if not os.fork():
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
time.sleep(0.3)
print("b", flush=True)
os.wait()
#>

## what is no Python can't be made to fall behind
import subprocess
print("a", flush=True)
subprocess.Popen(["echo", "b"]).wait()
x = subprocess.Popen(["echo", "c"])
nap()
print("d", flush=True)
x.wait()
#> ab ac
"""


def sure(program: str, interpreter: Interpreter) -> dict[str, str]:
    """Return the pairs of letters, of different threads, that a trial does not reverse, each with the rule it found."""
    with TemporaryDirectory() as folder:
        example = helpers.written(Path(folder), "a", helpers.headed(HEAD, program))
        printed = helpers.texts(run(helpers.play(example, interpreter)))
        result = parse("$ python a.py\n" + "".join(f"{line}| {line}\n" for line in sorted(printed)), example.out)
        tried = collect.trial_of(Play(example, result, interpreter))
        assert tried.holds(set(permutations(result.lines, 2))) == tried.held.keys()
    return {result.text(one) + result.text(other): link.rule for (one, other), link in tried.held.items()}


CASES = {name: text.partition("\n#>") for name, text in helpers.sections(PROGRAMS).items()}

STEPS = 0, 1, 2, 3, 6, 12, 24


@cache
def found(interpreter: Interpreter) -> dict[str, dict[str, str]]:
    """Return what is sure in each program, by name."""
    return helpers.tried(lambda case: sure(case[0], interpreter), CASES, STEPS)


@pytest.mark.parametrize("name", CASES)
def test_what_is_sure(name: str, interpreter: Interpreter) -> None:
    pairs = {one + other for chain in CASES[name][2].split() for one, other in combinations(chain, 2)}
    if "Process" in CASES[name][0]:  # its numbers would be far from the program's by chance
        helpers.confined()
    sees = name.startswith("a condition")
    own = {"ac"} if sees else set()  # printed by one thread
    assert found(interpreter)[name].keys() == pairs - own
    assert not sees or {*found(interpreter)[name].values()} == {Rule.CONDITION}


def test_a_first_result_has_what_was_tried(
    interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "STEPS", STEPS)
    monkeypatch.setattr(collect, "ALIKE", 1)
    monkeypatch.setattr(traces, "AT_LEAST", 2)
    program = """
lock, done, told = Lock(), False, Event()
def one():
    global done
    with lock:
        print("one")
        done = True
def two():
    while not done: time.sleep(0.001)
    print("two")
    told.set()
def three():
    told.wait()
    print("three")
def four():
    nap()
    print("four")
go(one, two, three, four)
"""
    example = helpers.written(tmp_path, "a", helpers.headed(HEAD, program))
    record(example, [run(helpers.play(example, interpreter))], interpreter, propose=True)
    proposed = example.out.read_text()
    assert proposed.startswith(
        "$ python a.py\none as a| one\ntwo as b after a| two\nthree after b| three\nfour| four\n"
    )
    example.out.write_text(proposed.removesuffix(PROPOSED))
    found = collect.typical(Play(example, result := read(example.out), interpreter))
    assert [(cause.before, cause.after, *cause.links) for cause in found.trace.causes or ()] == [
        (1, 2, Link(Rule.TRIED, "one", "", "two", "")),
        (2, 3, Link(Rule.EVENT, "two", "told.set()", "three", "told.wait()")),
    ]
    first, _, third, _ = result.lines
    assert (first, third) in found.sure  # it follows from the two causes
    example.out.write_text("$ python a.py\none as a| one\ntwo as b| two\nthree after b| three\nfour after a| four\n")
    with pytest.raises(TraceError, match=r"a\.out:5: nothing makes this line wait for line 2, so their order is luck"):
        collect.once(Play(example, read(example.out), interpreter))
