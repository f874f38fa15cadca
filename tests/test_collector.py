"""What a recording tells of a program, on each Python: which lane starts, waits for, lets go on and prints what."""

# ruff: noqa: E501, so that all that happens in a program fits on a line

import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import helpers
import pytest

from witness.examples import Example
from witness.language import Result, Run, read
from witness.recording.record import bare
from witness.running import Play, run
from witness.running.interpreters import Interpreter
from witness.tracing import collect
from witness.tracing.model import Event, Trace, TraceError, UnseenError
from witness.tracing.notes import MOST, Begin, End, Exit, Gives, LaneKind, On, Print, Takes, Waits
from witness.tracing.waits import Rule, Wait

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="timelines are recorded on Linux only")

LONG = 40
"""Shorter waits than so many milliseconds are left out: whether they come depends on the machine."""

HEAD = """
import asyncio, contextlib, io, multiprocessing, os, queue, sys, time
from threading import Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore, Thread, Timer, local
fork = multiprocessing.get_context("fork")
"""


TRIES = 4
"""How often a program is run again whose course is another one, since the machine may have been too busy."""


@pytest.fixture(autouse=True)
def one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trace one run: these programs sleep long enough to take the same course anywhere. So their orders are luck, which
    is not refused here."""
    monkeypatch.setattr(collect, "RUNS", 1)
    monkeypatch.setattr(collect, "refuse", lambda *_: None)


def written(folder: Path, program: str, lines: str) -> tuple[Example, Result]:
    example = helpers.written(folder, "a", helpers.headed(HEAD, dedent(program)), lines)
    return example, read(example.out)


def course(trace: Trace) -> dict[str, str]:
    """Return what happened in each lane, by its name: waits, lines by their places, ``>b`` a start of the lane b, ``xb``
    a cancellation, and `put`, `set` and ends of waits, which have the same number behind a ``~`` if they belong together.
    """
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
        return f"{event.what}({about})" if after.milliseconds - event.milliseconds >= LONG else ""
    words = {"line": f"{event.place}", "start": f">{about}", "cancel": f"x{about}", "on": "", "begin": "", "end": ""}
    return words.get(event.kind, event.kind) + (f"~{event.link}" if event.link else "")


# Each program is followed by the lines of its result, behind `#|`, and by what happens in each lane, behind `#>`.
PROGRAMS = r"""
## each event lets go who waits for it
def wait(text, *events):
    for event in events: event.wait()
    print(text)
a, b = Event(), Event()
x = Thread(target=wait, args=("a", a), name="x"); x.start()
y = Thread(target=wait, args=("b", b, a), name="y"); y.start()
time.sleep(0.2); a.set()
time.sleep(0.2); b.set()
x.join(); y.join()
#| x as a| a / y after a| b
#> main: >x >y sleep() set~1 sleep() set~2 / x: event() ~1 1 / y: event() ~2 2

## what was waited for in vain lets nobody go
event = Event()
def wait(): event.wait(0.2); print("late")
x = Thread(target=wait, name="x"); x.start()
time.sleep(0.08); Event().set()
x.join()
#| x| late
#> main: >x sleep() join(x) / x: event() 1

## a value comes out of the queue that it was put into
a, b = queue.Queue(), queue.Queue()
def read(): print(b.get()); time.sleep(0.2); print(a.get())
x = Thread(target=read, name="x"); x.start()
time.sleep(0.2); a.put(item=1); time.sleep(0.08); b.put(1)
x.join()
#| x| 1 / x| 1
#> main: >x sleep() put~1 sleep() put~2 join(x) / x: get() ~2 1 sleep() ~1 2

## a name that has the number of its process
print("end")
for name in "job-{}-1", "{}_job", "job {}": x = Thread(target=print, args=("work",), name=name.format(os.getpid())); x.start(); x.join()
#| end / work / work / work
#> main: 1 >job-1 >job 1 >job 2 / job-1: 2 / job 1: 3 / job 2: 4

## a lock that someone else holds
lock, rlock = Lock(), RLock()
def work():
    with rlock: print("in")
    with lock: print("free")
lock.acquire()
with rlock, rlock:
    x = Thread(target=work, name="x"); x.start()
    time.sleep(0.2)
time.sleep(0.2)
lock.release()
x.join()
#| x| in / x| free
#> main: >x sleep() sleep() / x: lock() 1 lock() 2

## a thread that is stopped lives as long as its process
def watch(): print("watch"); time.sleep(60)
Thread(target=watch, name="x", daemon=True).start()
time.sleep(0.2)
print("end")
#| x| watch / end
#> main: >x sleep() 2 / x: 1 sleep()

## the end of a program that waits for its threads
def work(): time.sleep(0.2); print("done")
print("end")
Thread(target=work, name="x").start()
#| end / x| done
#> main: 1 >x exit() / x: sleep() 2

## a line stands where it was written, not where it was put together
def work():
    with contextlib.redirect_stdout(io.StringIO()) as text: print("work")
    time.sleep(0.2)
    sys.stdout.write(text.getvalue())
x = Thread(target=work, name="x"); x.start(); x.join()
#| x| work
#> main: >x join(x) / x: sleep() 1

## a line that names its own file stands where it was written
def work(): time.sleep(0.2); print(__file__)
x = Thread(target=work, name="x"); x.start(); x.join()
#| x| a.py
#> main: >x join(x) / x: sleep() 1

## a line begins with its first part
def work(): print("a", end=""); time.sleep(0.2); sys.stdout.write("b\nc\n")
x = Thread(target=work, name="x"); x.start(); x.join()
#| x| ab / x| c
#> main: >x join(x) / x: 1 sleep() 2

## a last line of a thread that does not end
def work(): time.sleep(0.2); print("a", end="")
x = Thread(target=work, name="x"); x.start(); x.join()
#| x| a / [no newline]
#> main: >x join(x) / x: sleep() 1

## a last line of a task that does not end
async def work(): await asyncio.sleep(0.2); print("a", end="")
async def main(): await asyncio.create_task(work())
asyncio.run(main())
#| x| a / [no newline]
#> main: >x task(x) / x: sleep() 1

## a last line of a process that does not end
def work(): time.sleep(0.2); print("a", end="")
p = fork.Process(target=work, name="x"); p.start(); p.join()
#| x| a / [no newline]
#> main: >x join(x) / x: sleep() 1

## a line that is overwritten
def work(): print("1 of 2", end="\r"); time.sleep(0.2); print("2 of 2\b\b3")
x = Thread(target=work, name="x"); x.start(); x.join()
#| x| 2 of32
#> main: >x join(x) / x: 1 sleep()

## a process that does not end when it is waited for
def work(): print("work"); time.sleep(60)
p = fork.Process(target=work); p.start()
p.join(0.2); time.sleep(0.2); p.kill()
while p.is_alive(): time.sleep(0.005)
#| x| work
#> main: >x join(x) sleep() xx / x: 1 sleep()

## a lock and an event of processes
lock, event = fork.Lock(), fork.Event()
def work(): event.wait(); lock.acquire(); print("work")
lock.acquire()
p = fork.Process(target=work); p.start()
time.sleep(0.2); event.set()
time.sleep(0.2); lock.release()
p.join()
#| x| work
#> main: >x sleep() set~1 sleep() / x: event() ~1 lock() 1

## a process waits until what it has put is taken
q = fork.Queue()
p = fork.Process(target=q.put, args=("x" * 1_000_000,), name="x"); p.start()
time.sleep(0.2); print(len(q.get()))
p.join()
#| 1000000
#> main: >x sleep() ~1 1 / x: put~1 flush()

## what is left in the buffer is written at the end
print("main ", end="")
if os.fork() == 0: time.sleep(0.2); print("child")
else: os.wait(); print("end")
#| x| main child / main end
#> main: >x os.wait() 2 / x: sleep() 1

## a task that goes on, one that is cancelled, one that had ended
async def work(event):
    try: await event.wait(); print("on")
    finally: print("end")
async def quick(): print("quick")
async def main():
    event = asyncio.Event()
    x = asyncio.create_task(work(event))
    y = asyncio.create_task(work(asyncio.Event()))
    z = asyncio.create_task(quick())
    await asyncio.sleep(0.2); z.cancel(); y.cancel()
    await asyncio.sleep(0.2); event.set()
    await x
asyncio.run(main())
#| z| quick / y| end / x| on / x| end
#> main: >x >y >z sleep() xy sleep() set~1 / x: event() ~1 3 4 / y: event() 2 / z: 1

## a task that lets others go first, waits for a place, and to be told
class Turn:
    def __await__(self): yield
async def work(free, told):
    await Turn()
    async with free: pass
    async with told: await told.wait(); print("told"); await told.wait_for(lambda: ready)
    print("work")
async def main():
    global ready; ready = False
    free, told = asyncio.Semaphore(0), asyncio.Condition()
    x = asyncio.create_task(work(free, told))
    await asyncio.sleep(0); time.sleep(0.1); await asyncio.sleep(0.1); free.release()
    for last in False, True:
        await asyncio.sleep(0.1); ready = last
        async with told: told.notify()
    await x
asyncio.run(main())
#| x| told / x| work
#> main: >x sleep() sleep() sleep() sleep() / x: sleep(0)() semaphore() condition() 1 condition() 2

## a thread that a task of the library starts
def read(): time.sleep(0.4); print("read")
async def main():
    task = asyncio.create_task(asyncio.to_thread(read))
    await asyncio.sleep(0.1); task.cancel()
    print("main")
asyncio.run(main())
#| main / x| read
#> main: >x sleep() 1 shutdown() / x: sleep() 2

## a group cancels who is left
async def wait():
    try: await asyncio.sleep(60)
    finally: print("wait")
async def fail(): await asyncio.sleep(0.2); raise ValueError
async def main():
    with contextlib.suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(wait())
            group.create_task(fail())
asyncio.run(main())
#| x| wait
#> main: >x >fail TaskGroup() xx / x: sleep() 1 / fail: sleep()

## a generator within another is part of it
def inner():
    try: yield
    finally: time.sleep(0.08); print("inner")
def outer(): time.sleep(0.08); print("outer"); yield from inner()
g = outer(); next(g); g.close()
#| x| outer / x| inner
#> main: >x resume(x) resume(x) / x: sleep() 1 sleep() 2

## a manager is asked, and serves
from multiprocessing import managers, util
def work(q): print(q.get()); time.sleep(0.2)
def begin():
    time.sleep(0.2)
    util.Finalize(None, time.sleep, (0.2,), exitpriority=1)
manager = managers.SyncManager(ctx=fork); manager.start(begin)
with manager:
    q = manager.Queue()
    p = fork.Process(target=work, args=(q,)); p.start()
    time.sleep(0.4); q.put("work"); p.join()
#| x| work
#> main: >SyncManager-1 start() >x sleep() join(x) shutdown() / SyncManager-1: sleep() serve() / x: get() 1 sleep()

## a loop that runs for no task of its thread
def x(): loop.run_forever(); time.sleep(0.2); print("end")
async def work(): await asyncio.sleep(0.2); print("work")
loop = asyncio.new_event_loop()
t = Thread(target=x); t.start(); asyncio.run_coroutine_threadsafe(work(), loop).result()
loop.call_soon_threadsafe(loop.stop); t.join(); loop.close()
#| work| work / x| end
#> main: >x result() join(x) / x: >work loop() sleep() 2 / work: sleep() 1

## each call that stops until another thread does something
import select, selectors, signal, socket
from multiprocessing.connection import wait
one, other = socket.socketpair(); r, w = os.pipe(); c, d = os.pipe(); a, b = fork.Pipe()
full, simple, shared = queue.Queue(1), queue.SimpleQueue(), fork.Queue(1)
poll, selector, file = select.poll(), selectors.DefaultSelector(), os.fdopen(r, buffering=1)
poll.register(one, select.POLLIN); selector.register(one, selectors.EVENT_READ); full.put(1); shared.put(1)
def send(): other.send(b"1")
def empty():
    while other.recv(2**20, socket.MSG_DONTWAIT): time.sleep(0.001)
print("main")
def work():
    print("work")
    for step in (
        send, send, send, lambda: b.send(1), lambda: b.send(1), lambda: os.write(w, b"1\n"), full.get, shared.get,
        lambda: simple.put(1), send, send, lambda: os.write(d, b"1"),
    ): time.sleep(0.1); step()
x = Thread(target=work, name="x"); x.start()
select.select([one], [], []); one.recv(1)
poll.poll(); one.recv(1)
selector.select(); one.recv(1)
a.poll(None); a.recv()
wait([a]); a.recv()
file.readline()
full.put(2)
shared.put(2)
simple.get()
one.recvfrom(1)
one.recv_into(bytearray(1))
os.read(c, 1)
x.join()
#| main / x| work
#> main: put~1 put~2 1 >x select() ~3 select() ~4 select() ~5 poll() ~6 connection.wait() ~7 read() ~8 put() put() get() ~9 recv() ~10 recv() ~11 read() ~12 / x: 2 sleep() put~3 sleep() put~4 sleep() put~5 sleep() put~6 sleep() put~7 sleep() put~8 sleep() ~1 sleep() ~2 sleep() put~9 sleep() put~10 sleep() put~11 sleep() put~12

## each call that stops until a signal comes, or a child ends or writes
import signal
one, other = __import__("socket").socketpair()
signal.signal(signal.SIGUSR1, lambda *_: None); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
def take():
    time.sleep(0.1); other.recv(2**20, 256)  # MSG_WAITALL
def work():
    print("work")
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR2): time.sleep(0.1); os.kill(os.getpid(), number)
def child(): return os.fork() or (time.sleep(0.1), os._exit(0))[0]
x = Thread(target=work, name="x"); x.start()
signal.pause()
signal.sigwait([signal.SIGUSR2])
signal.sigtimedwait([signal.SIGUSR2], 5)
x.join(); y = Thread(target=take, name="y"); y.start()
one.sendall(b"x" * 2**20)
os.system("sleep 0.1")
os.wait4(child(), 0)
os.waitpid(-1, 0) if child() else None
os.wait3(0) if child() else None
halted = os.fork() or (time.sleep(0.1), signal.raise_signal(signal.SIGSTOP))
os.waitpid(halted, os.WUNTRACED); os.kill(halted, signal.SIGKILL); os.waitpid(halted, 0)
print("end")
#| x| work / end
#> main: >x pause() sigwait() sigwait() >y put~1 send() system() >fork 1 waitpid(fork 1) >fork 2 waitpid() >fork 3 os.wait() >fork 4 waitpid(fork 4) 2 / x: 1 sleep() sleep() sleep() / y: sleep() ~1 / fork 1: sleep() / fork 2: sleep() / fork 3: sleep() / fork 4: sleep()

## what locks a file, connects, runs a command, shuts a pool
import fcntl, subprocess
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Client, Listener
listener, e, f, (r, w) = Listener(), Event(), Event(), os.pipe()
def work():
    print("work")
    with open("lock", "w") as file: fcntl.flock(file, fcntl.LOCK_EX); e.set(); time.sleep(0.2)
    f.wait(); time.sleep(0.1)
    with Client(listener.address): time.sleep(0.1); os.write(w, b"1")
x = Thread(target=work, name="x"); x.start(); e.wait()
with open("lock") as file: fcntl.flock(file, fcntl.LOCK_SH)
time.sleep(0.1); f.set(); listener.accept().close(); os.readv(r, [bytearray(1)]); x.join(); listener.close()
with subprocess.Popen(["sleep", "0.1"]): pass
subprocess.getoutput("sleep 0.1")
pool = ThreadPoolExecutor(); pool.submit(time.sleep, 0.1); pool.shutdown()
print("end")
#| x| work / end
#> main: >x ~1 lock() sleep() set~2 accept() read() ~3 >sleep 1 wait(sleep 1) >sleep 2 getoutput() >sleep 3 shutdown() 2 / x: 1 set~1 sleep() event() ~2 sleep() sleep() put~3 / sleep 1: / sleep 2: / sleep 3: sleep()

## what reads and writes a pipe
import subprocess
def child(does, **how): return subprocess.Popen([sys.executable, "-c", f"import os, time; {does}"], stdout=-1, stdin=-1, **how)
a = "time.sleep(0.2); print('a', flush=True); os.close(1); time.sleep(0.2)"
for how in {"text": True}, {}, {"bufsize": 0}:
    with child(a, **how) as p: print(p.stdout.readline().rstrip())
with child(a, text=True) as p: print(*(line.rstrip() for line in p.stdout))
with child(a) as p: print(p.stdout.read())
with child("time.sleep(0.2); len(input()); time.sleep(0.1)", text=True) as p: p.stdin.write("x" * 2**17); p.stdin.write("\n"); p.stdin.flush()
#| a / b'a' / b'a' / a / b'a\n'
#> main: >python -c 1 read() ~1 1 wait(python -c 1) >python -c 2 read() ~2 2 wait(python -c 2) >python -c 3 read() ~3 3 wait(python -c 3) >python -c 4 read() ~4 4 wait(python -c 4) >python -c 5 read() ~5 5 wait(python -c 5) >python -c 6 put~6 write() put~7 wait(python -c 6) / python -c 1: sleep() put~1 sleep() / python -c 2: sleep() put~2 sleep() / python -c 3: sleep() put~3 sleep() / python -c 4: sleep() put~4 sleep() / python -c 5: sleep() put~5 sleep() / python -c 6: sleep() ~6 ~7 sleep()

## a value that the library locks
total = fork.Value("i", 0)
def work():
    for _ in range(6_000): total.value += 1
    time.sleep(0.1); print("done")
p = fork.Process(target=work)
p.start()
p.join()
print(total.value)
#| x| done / 6000
#> main: >x join(x) 2 / x: sleep() 1

## threads of an executor that are left to the end
from concurrent.futures import ThreadPoolExecutor
def work(): time.sleep(0.2); print("done")
ThreadPoolExecutor(1).submit(work)
print("end")
#| end / x| done
#> main: >x 1 exit() / x: sleep() 2

## results as they come, and all of them
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
def work(): time.sleep(0.2); print("done")
with ThreadPoolExecutor(1) as pool:
    for future in as_completed([pool.submit(work), pool.submit(time.sleep, 0.4)]): future.result()
    wait([pool.submit(time.sleep, 0.2)])
#| x| done
#> main: >x put~1 as_completed() ~2 as_completed() ~3 put~4 futures.wait() / x: sleep() 1 set~2 ~1 sleep() set~3 ~4 sleep()

## commands
import subprocess
print(subprocess.check_output(["sleep", "0.2"]).decode(), flush=True)
p = subprocess.Popen(["sleep", "0.2"]); p.wait()
for call in subprocess.call, subprocess.check_call: call(["sleep", "0.2"])
print("end")
#|  / end
#> main: >sleep 1 check_output() 1 >sleep 2 wait(sleep 2) >sleep 3 call() >sleep 4 check_call() 2 / sleep 1: / sleep 2: / sleep 3: / sleep 4:

## a daemon sleeps until its parent ends it
def work(): print("work"); time.sleep(60)
p = fork.Process(target=work, daemon=True); p.start()
time.sleep(0.1); print("end")
#| x| work / end
#> main: >x sleep() 2 xx / x: 1 sleep()

## tasks whose lines come in one order
async def visit(city, days): print(city); await asyncio.sleep(days / 5); print("left", city)
async def main():
    async with asyncio.TaskGroup() as group:
        a = group.create_task(visit("Oslo", 2))
        b = group.create_task(visit("Rome", 1))
asyncio.run(main())
#| Oslo / Rome / left Rome / left Oslo
#> main: >visit 1 >visit 2 TaskGroup() / visit 1: 1 sleep() 4 / visit 2: 2 sleep() 3
"""


CASES = {name: re.split(r"\n#[|>] ", section) for name, section in helpers.sections(PROGRAMS).items()}


def trace(name: str, interpreter: Interpreter) -> Trace:
    program, lines, _ = CASES[name]
    with TemporaryDirectory() as folder:
        return collect.typical(
            Play(*written(Path(folder), program, lines.replace(" / ", "\n") + "\n"), interpreter)
        ).trace


@cache
def traces(interpreter: Interpreter) -> dict[str, Future[Trace]]:
    """Trace all programs, side by side."""
    with ThreadPoolExecutor() as pool:
        return {name: pool.submit(trace, name, interpreter) for name in CASES}


def test_of_what_is_no_python_nothing_is_told(interpreter: Interpreter) -> None:
    lanes = traces(interpreter)["commands"].result().lanes
    assert [lane.kind for lane in lanes] == [LaneKind.PROGRAM, *[LaneKind.OTHER] * 4]


def test_each_wait_is_drawn_here_or_in_an_example() -> None:
    drawn = re.findall(r"(\S+)\(", " ".join(course for _, _, course in CASES.values()))
    kept = "".join(path.read_text() for path in Path("examples").glob("*/*.json"))
    unseen = sorted({*Wait} - {*drawn, *re.findall(r'"what": "(.*?)"', kept)})
    assert not unseen, f"add to PROGRAMS one that waits so: {', '.join(unseen)}"


@pytest.mark.parametrize("name", CASES)
def test_a_recording_tells(name: str, interpreter: Interpreter) -> None:
    lanes = (lane.partition(":") for lane in CASES[name][-1].split(" / "))
    expected = {name: what.strip() for name, _, what in lanes}
    found = traces(interpreter)[name].result()
    for _ in range(TRIES):
        if course(found) == expected:
            break
        found = trace(name, interpreter)
    assert course(found) == expected
    assert found.python == interpreter.version


LOOKS = r"""
import _thread, builtins, concurrent.futures, importlib.machinery, inspect, multiprocessing.connection
import multiprocessing.managers, multiprocessing.pool, multiprocessing.queues, multiprocessing.synchronize
import pathlib, select, selectors, signal, socket, subprocess, warnings

def look(name, value):
    print(name, value)

def child(): return os.fork() or os._exit(0)
look("what is waited for by its name", [os.wait3(options=0 * child())[1], os.wait4(pid=child(), options=0)[1]])
def error(call, *args):
    try: call(*args)
    except Exception as error: return repr(error)
gone = open("a.py", "rb", 0); gone.close()
look("what is no file", [error(os.read, "0", 1), error(os.write, 1.5, b""), error(os.read, 99, 1), error(gone.read, 1), error(gone.write, b"")])
lock, rlock, shared = Lock(), RLock(), fork.Lock()
with lock, rlock, shared: pass
lock.acquire(timeout=1)
look("locks", [type(lock), type(rlock), isinstance(lock, _thread.LockType), type(lock).__module__, type(Lock)])
look("the same lock", [type(lock) is _thread.LockType, Lock is _thread.allocate_lock, repr(lock).split(" at ")[0]])
look("what is kept of them", [sorted(vars(shared)), sorted(vars(type(lock)))])
look("print", [type(print), inspect.isbuiltin(print), print.__self__ is builtins])
look("stdout", [type(sys.stdout), sorted(vars(sys.stdout)), type(sys.stdout.buffer)])
look("modules", [name for name in sys.modules if "witness" in name])
look("finders", [*map(type, sys.meta_path), *map(type, sys.path_hooks)])
look("profile", [sys.getprofile(), sys.gettrace()])
thread, event, q = Thread(target=int), Event(), queue.Queue(1)
thread.start(); thread.join(); event.set(); q.put(1)
look("what is kept of others", [sorted(vars(thread)), sorted(vars(event)), sorted(vars(q)), type(thread).__mro__])
with warnings.catch_warnings(record=True) as warned, socket.socket() as lonely:
    warnings.simplefilter("always")
    try: lonely.connect(("127.0.0.1", 9))
    except OSError as error: look("a connection that is refused", type(error))
look("warnings", [str(warning.message) for warning in warned])
def refused(function):
    try: function()
    except Exception as error: return repr(error)
look("what a lock refuses", [refused(lambda: kind.acquire(False, 1)) for kind in (lock, rlock)])
r, w = os.pipe(); os.close(fd=r); os.close(fd=w)
look("the numbers of files", [r, w])
process = fork.Process(target=int)
process.start(); process.join()
look("what starts once", [refused(thread.start), refused(process.start)])
look("commands", [subprocess.call(command) for command in (["true"], ("true",), "true", b"true", pathlib.Path("true"))])
look("commands of a shell", [subprocess.call(command, shell=True) for command in ("", "true <<'EOF'\nit's\nEOF\n")])
for kept in fork.Queue(), queue.SimpleQueue(), queue.Queue():
    kept.put(block=True, **{"obj" if "process" in type(kept).__module__ else "item": "value"})
    look("what is put by its name", kept.get())
done = concurrent.futures.Future()
done.add_done_callback(fn=lambda future: look("what is called by its name", future.result()))
done.set_result(result=1)
class Manager(multiprocessing.managers.BaseManager): pass
Manager.register(typeid="counted", callable=dict, proxytype=multiprocessing.managers.DictProxy)
with Manager(ctx=fork) as manager:
    look("what is asked by its name", manager.counted()._callmethod(methodname="get", args=("a", 7), kwds={}))
signal.signal(signalnum=signal.SIGUSR1, handler=signal.getsignal(signalnum=signal.SIGUSR1))
look("signals", [signal.getsignal(signal.SIGINT), signal.signal(signal.SIGINT, signal.SIG_IGN)])
def handle(number, frame): look("a handler", [frame.f_lineno, frame.f_code.co_name])
signal.signal(signal.SIGALRM, handle)
os.kill(os.getpid(), signal.SIGALRM)
signal.setitimer(signal.ITIMER_REAL, 0.1)
signal.pause()
look("coroutines", [inspect.iscoroutinefunction(asyncio.Event.wait), inspect.iscoroutinefunction(asyncio.Queue.join)])
async def futures():
    own, task, both = asyncio.Future(), asyncio.create_task(asyncio.sleep(0)), asyncio.gather(asyncio.sleep(0))
    kinds = [type(future) for future in (own, task, both)]
    look("futures", [kinds, [kind is asyncio.Future for kind in kinds], [kind is asyncio.Task for kind in kinds]])
    look("what they are", [[isinstance(one, asyncio.Future), asyncio.isfuture(one), repr(one)[:8]] for one in (own, task)])
    own.add_done_callback(lambda future: look("a callback", [future.cancelled(), task.done()])); own.cancel(msg="late")
    await both; look("what is awaited late", [await task, await both])
asyncio.run(futures())
look("generators", [inspect.isgeneratorfunction(concurrent.futures.as_completed)])
for owner in (
    asyncio.Event, asyncio.Queue, asyncio.Lock, asyncio.Handle, asyncio.TimerHandle, asyncio.Task,
    asyncio.BaseEventLoop,
    concurrent.futures.Future, concurrent.futures, socket.socket, multiprocessing.connection.Connection,
    multiprocessing.pool.ApplyResult, queue.SimpleQueue, select, select.epoll, selectors.EpollSelector, io.FileIO,
    Thread, Event, Condition, Semaphore, Barrier, type(lock), type(rlock), queue.Queue, subprocess.Popen, subprocess,
    time, os, signal, io, multiprocessing.process.BaseProcess,
    multiprocessing.synchronize.Lock, multiprocessing.queues.Queue,
    importlib.machinery.SourceFileLoader, io.TextIOWrapper,
):
    for name in (
        "__init__ __enter__ start run join wait set acquire get put exec_module write sleep waitpid _put _get task_done"
        " release notify result set_result as_completed recv accept _run call_soon create_task cancel is_alive flush"
        " kill read raise_signal wait3 waitid system readinto readall select poll send sendall connect create_connection"
        " pause sigwait sigtimedwait send_bytes open"
    ).split():
        if function := getattr(owner, name, None):
            names = [getattr(function, part, None) for part in ("__name__", "__qualname__", "__module__", "__doc__")]
            try: names.append(inspect.signature(function))
            except ValueError: pass
            look(owner, names)
"""


def printed(run: Run) -> list[str]:
    assert not run.trouble
    return [text for output in run.outputs for text, _ in output.lines]


def test_a_program_that_is_late_only_since_it_is_traced_is_told_so(interpreter: Interpreter, tmp_path: Path) -> None:
    program = "from threading import Lock\nlock = Lock()\nfor _ in range(10**6):\n    with lock: pass\n"
    example = helpers.written(tmp_path, "a", helpers.HASTY + program)
    assert printed(run(Play(example, bare(example), interpreter))) == []
    _, late = collect.traced(Play(example, bare(example), interpreter))
    assert "did not end in time" in late.trouble
    assert "in this run its calls were noted or delayed" in late.trouble


SEES = {
    "what it looks at": LOOKS,
    "what can't be sent": """
    import socket
    one, other = socket.socketpair()
    with one, other, socket.socket(type=socket.SOCK_DGRAM) as lonely:
        text = (one.send, "a"), (one.sendall, "a"), (one.sendmsg, ["a"]), (one.send,), (lonely.sendto, "a", ("", 9))
        for call, *args in (*text, (lonely.sendto, b"1"), (os.write, one.fileno(), "a"), (os.write, one.fileno())):
            try: print(call(*args))
            except TypeError as error: print(error)
    """,
    "what it prints and locks to the very end": """
    class Late:
        def __init__(self, name): self.name = name
        def __del__(self, lock=Lock(), out=sys.stdout):
            with lock: out.write(f"late {self.name}\\n")
    late, sys.late = Late("a"), Late("sys")
    Thread(target=print, args=("end",)).start()
    """,
    "that a task which has failed is gone with it": """
    async def fail(number): raise ValueError(number)
    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: print("told", context["exception"]))
        for number in range(2):
            asyncio.create_task(fail(number)); print("made", number)
            for _ in range(2): await asyncio.sleep(0)
        print("end")
    asyncio.run(main())
    """,
    "that what a generator has is gone with it": """
    class Told:
        def __del__(self): print("gone")
    def numbers():
        told = Told()
        yield 1
        yield 2
    for number in numbers(): print(number)
    for _ in range(3): print(next(numbers()))
    kept = numbers()
    print(next(kept), "end")
    """,
}


@pytest.mark.parametrize("name", SEES)
def test_a_program_sees_the_same(name: str, interpreter: Interpreter, tmp_path: Path) -> None:
    example, result = written(tmp_path, SEES[name], "")
    _, recorded = collect.traced(Play(example, result, interpreter))
    assert printed(recorded) == printed(run(Play(example, result, interpreter))) != []
    assert name != "what it looks at" or len(printed(recorded)) > 50


def test_a_program_may_close_all_files_and_open_its_own(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    print("a"); os.closerange(3, 1100)
    with open("b", "w") as file: print("b"); file.write("c")
    for number in range(3, 1100):
        with contextlib.suppress(OSError): os.close(number)
    with open("d", "w") as file: print("d"); file.write("e")
    print(*(open(name).read() for name in "bd"))
    """
    noted, run = collect.traced(Play(*written(tmp_path, program, ""), interpreter))
    assert printed(run) == ["a", "b", "d", "c e"]
    assert [note.record.text for note in noted if isinstance(note.record, Print)] == printed(run)


def test_what_python_can_not_read_is_traced_as_well(interpreter: Interpreter, tmp_path: Path) -> None:
    example = helpers.written(tmp_path, "a", "x = (", "")
    _, recorded = collect.traced(Play(example, read(example.out), interpreter))
    assert printed(recorded)[-1] == "SyntaxError: '(' was never closed"


def test_a_lock_that_is_free_is_no_wait(interpreter: Interpreter, tmp_path: Path) -> None:
    example, result = written(tmp_path, "lock = Lock()\nfor _ in range(1000):\n with lock: pass", "")
    noted, _ = collect.traced(Play(example, result, interpreter))
    assert [type(note.record) for note in noted] == [Begin, Takes, Gives, Exit, End]


def test_what_a_handler_does_has_not_the_limit_of_what_it_interrupts(interpreter: Interpreter, tmp_path: Path) -> None:
    program = """
    import signal
    def stop(*_): raise InterruptedError
    signal.signal(signal.SIGALRM, stop); signal.setitimer(signal.ITIMER_REAL, 0.1)
    with contextlib.suppress(InterruptedError): Event().wait(5)
    """
    noted, _ = collect.traced(Play(*written(tmp_path, program, ""), interpreter))
    takes = [note.record for note in noted if isinstance(note.record, Takes)]
    assert [(take.rule, take.limit) for take in takes] == [(Rule.SIGNAL, None), (Rule.HANDLED, None)]


NONE = """
import select, selectors, signal, socket
from multiprocessing.connection import wait
one, other = socket.socketpair(); a, b = fork.Pipe(); q, shared = queue.Queue(1), fork.Queue(1)
selector, low = selectors.DefaultSelector(), selectors.SelectSelector()
for kind in selector, low: kind.register(one, selectors.EVENT_READ)
def fails(function, *args, **kwargs):
    try: return function(*args, **kwargs)
    except Exception as error: return type(error)
pid = os.fork() or (time.sleep(0.5), os._exit(0))
print(os.waitpid(pid, os.WNOHANG), os.waitpid(-1, os.WNOHANG), os.wait3(os.WNOHANG)[:2], os.wait4(pid, os.WNOHANG)[:2])
print(os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG), select.select([one], [], [], 0), selector.select(timeout=0), low.select(0))
print(a.poll(), a.poll(0), wait([a], timeout=0), signal.sigtimedwait([signal.SIGUSR2], 0))
print(fails(q.get, block=False), fails(q.get_nowait), fails(q.put, 1), fails(q.put, 2, False), fails(q.put_nowait, 2))
r, w = os.pipe(); print(os.write(w, b"1"), os.read(r, 1)); socket.getaddrinfo("127.0.0.1", 9)
with open(__file__) as file: file.read()
with open("/dev/shm/b", "wb", 0) as file: file.write(b"b")  # in memory: a disk may let it wait
os.unlink("/dev/shm/b")
# The last, as it starts a thread, and then whoever gave up the GIL waits for it. Without a GIL, a thread that starts
# may stop the others at any time.
def starts(seconds=0.2):
    end = time.monotonic() + seconds
    while time.monotonic() < end: pass
print(fails(queue.SimpleQueue().get, False), Event().wait(0), fails(shared.put, 1, False), starts(), fails(shared.put, 2, False))
"""


def test_what_does_not_stop_is_no_wait(interpreter: Interpreter, tmp_path: Path) -> None:
    noted, done = collect.traced(Play(*written(tmp_path, NONE, ""), interpreter))
    assert len(printed(done)) == 6, printed(done)
    main = [note.record for note in noted if note.lane == noted[0].lane]
    waits = [(one.what, on.stopped) for one, on in pairwise(main) if isinstance(one, Waits) and isinstance(on, On)]
    assert {Wait.WAITPID, Wait.GET, Wait.WRITE, Wait.RESOLVE} <= {what for what, _ in waits}
    assert not [what for what, stopped in waits if stopped and what != Wait.RESOLVE]  # that may ask another process


def test_what_a_recording_disturbs_says_so(interpreter: Interpreter, tmp_path: Path) -> None:
    program = "import inspect; x = Thread(target=lambda: print(inspect.isbuiltin(time.sleep))); x.start(); x.join()"
    example, result = written(tmp_path, program, "x| True\n")
    with pytest.raises(TraceError, match=r"(?s)a\.out:2: tracing changes what this program prints.*remove the names"):
        collect.typical(Play(example, result, interpreter))
    example.out.write_text("$ python a.py\nx| yes\n")
    with pytest.raises(TraceError, match=r"a\.out:2: the traced run is not legal"):
        collect.typical(Play(example, read(example.out), interpreter))


def test_of_too_much_no_order_is_made(interpreter: Interpreter, tmp_path: Path) -> None:
    example, result = written(tmp_path, f"e = Event()\nfor _ in range({MOST}): e.set()\nprint('a')", "a\n")
    with pytest.raises(UnseenError, match=rf"a\.out:1: too much happens .* more than {MOST} events"):
        collect.once(Play(example, result, interpreter))


def test_the_parent_of_a_program_is_a_shell(interpreter: Interpreter, tmp_path: Path) -> None:
    helpers.confined()
    example = helpers.written(tmp_path, "a", "import os\nprint(os.getppid())")
    example.out.write_text("$ python a.py\n1\n")
    with pytest.raises(TraceError, match=r"(?s)a\.out:2: a reader sees another value of `os\.getppid\(\)`.*:silent="):
        collect.once(Play(example, read(example.out), interpreter))
    example.out.write_text("$ python a.py\n{shell:silent=77}\n")
    ((printed, _),) = collect.once(Play(example, read(example.out), interpreter)).run.outputs[0].lines
    assert int(printed) > 1


@pytest.mark.parametrize("quick", ["one", "two"])
def test_lines_that_are_alike_are_of_the_thread_that_printed_them(
    quick: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    program = f"""
def work(name, before, after): time.sleep(before); print("x"); time.sleep(after); print(name)
ts = [Thread(target=work, args=(name, late, 0 if name == "{quick}" else 0.3)) for name, late in (("one", 0), ("two", 0.1))]
for t in ts: t.start()
for t in ts: t.join()
"""
    example, result = written(tmp_path, program, "a| x\nb| x\na| one\nb| two\n")
    found = collect.once(Play(example, result, interpreter))
    printed = {line.number: found.lines.who(place).lane for place, line in enumerate(found.lines.told)}
    assert printed[2] == printed[4] != printed[3] == printed[5]


def test_a_name_may_be_that_of_all_that_a_terminal_shows(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "c" / "a").mkdir(parents=True)
    example = Example(tmp_path, "c/a")
    for name, steps in {
        "a": "s.bind('own'); print('up'); print(s.recv(9).decode())",
        "b": "print('asks'); s.sendto(b'1', 'own')",
    }.items():
        program = f"import socket\nwith socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s: {steps}\n"
        (tmp_path / "c" / "a" / f"{name}.py").write_text(program)
    terminals = "server as up| up\nserver after asks| 1\n$ python b.py  # after up\nclient as asks| asks\n"
    example.out.write_text(f"$ python a.py\n{terminals}")
    trace = collect.once(Play(example, read(example.out), interpreter)).trace
    assert [lane.name for lane in trace.lanes] == ["server", "client"]
