"""The rules by which one line comes before another: for each rule, a program that it orders, and one that it leaves open.

Each printed line is a letter. Behind `#>` stand the orders that are sure: `abd acd` means that `b` and `c` both come
after `a` and before `d`. For any other pair of lines it is luck which of them came first.
"""
# ruff: noqa: E501, so that each thread of a program fits on a line

import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import helpers
import pytest

from witness.language import parse
from witness.running import Play
from witness.running.interpreters import Interpreter
from witness.tracing import collect
from witness.tracing.causes import RULES
from witness.tracing.output import Lines
from witness.tracing.printed import find
from witness.tracing.waits import Rule

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are traced on Linux only")

IMPORTS = """
import _thread, asyncio, atexit, builtins, contextlib, multiprocessing.connection, os, queue, signal, socket, subprocess, sys, threading, time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, ProcessPoolExecutor, as_completed, wait
from multiprocessing.pool import ThreadPool
from threading import Barrier, BoundedSemaphore, Condition, Event, Lock, Semaphore, Thread, Timer
fork = multiprocessing.get_context("fork")

def print(letter, **keywords): builtins.print(f"{PROGRAM} {letter}\\n", end="", **keywords)

def echo(letter): return ["echo", f"{PROGRAM} {letter}"]

def nap(): time.sleep(0.05)
"""

# In the order of the rules. Each program begins with `##`, its rule and its name.
THREADS = r"""
## START: a thread begins after its start and ends before its join
def work(): print("b")
print("a"); t = Thread(target=work); t.start(); print("c"); t.join(); print("d")
#> abd acd

## START: a timer that is a thread
print('a'); t = Timer(0.05, print, 'b'); t.start(); print('c'); t.join(); print('d')
#> abd acd

## START: a thread of the lowest kind
e = Event()
def work(): print("b"); e.set(); print("c")
print("a"); _thread.start_new_thread(work, ()); nap(); print("d"); e.wait(); print("f"); nap()
#> abf adf bc

## END: two threads
go(lambda: print('a'), lambda: print('b')); print('c')
#> ac bc

## END: a join in vain, and a sleep, make no order
t = Thread(target=lambda: (print("a"), time.sleep(0.3))); t.start(); t.join(0.1); print("b")
#>

## END: a thread that can't be started twice
def again():
    try: t.start()
    except RuntimeError: pass
t = Thread(target=print, args="a"); t.start(); again(); t.join(); print("b"); again(); t.join(); print("c")
#> abc

## END: what is asked, and not waited for
e, p = Event(), fork.Process(target=print, args="a")
def work(): print("b"); e.set()
os.fork() or (print("d"), os._exit(0))
p.start(); c = subprocess.Popen(echo("c")); t = Thread(target=work); t.start()
while p.is_alive() or c.poll() is None or t.is_alive() or not e.is_set(): nap()
with ThreadPoolExecutor() as pool:
    f = pool.submit(print, "e")
    while not f.done(): nap()
    print("x")
while os.waitpid(-1, os.WNOHANG) == (0, 0): nap()
print("y"); p.join(); print("z"); c.wait(); t.join(); print("w")
#> az bw cw eyzw xy

## END: a process that is started when another was seen to have ended
p, q = (fork.Process(target=print, args=name) for name in "ab")
p.start(); time.sleep(0.2); q.start(); q.join(); print("c"); p.join(); print("d")
#> ad bcd

## END: processes
def work(name): print(name)
print("a")
ps = [fork.Process(target=work, args=(name,)) for name in "bc"]
for p in ps: p.start()
for p in ps: p.join()
print("d")
#> abd acd

## END: a fork that is waited for
print("a", flush=True)
if (pid := os.fork()) == 0: print("b", flush=True); os._exit(0)
print("c"); os.waitpid(pid, 0); print("d")
#> abd acd

## END: whatever tells that a process has ended
for name, end in ("ab", lambda pid: os.wait4(pid, 0)), ("cd", lambda _: os.wait()), ("ef", lambda _: os.wait3(0)):
    pid = os.fork() or (print(name[0], flush=True), os._exit(0))
    end(pid); print(name[1], flush=True)
#> abcdef

## END: a child that is waited for by names, in whichever order
def child(name): return os.fork() or (print(name, flush=True), os._exit(0))[0]
p, q = child("a"), child("b")
for pid, name in (p, "c"), (q, "d"): os.wait4(options=0, pid=pid); print(name, flush=True)
#> acd bd

## END: whichever child ends first, by chance
def child(name, seconds): return os.fork() or (time.sleep(seconds), print(name, flush=True), os._exit(0))[0]
child("a", 0.1), child("b", 0.3)
os.wait(); print("x", flush=True); os.wait(); print("y", flush=True)
names = {child(name, seconds): name for name, seconds in (("c", 0.1), ("d", 0.3))}
print({"c": "m"}[names[os.wait()[0]]], flush=True); os.wait3(0); print("n", flush=True)
ps = [fork.Process(target=lambda name, seconds: (time.sleep(seconds), print(name)), args=args) for args in (("p", 0.1), ("q", 0.3))]
for p in ps: p.start()
multiprocessing.connection.wait([p.sentinel for p in ps]); print("z")
for p in ps: p.join()
print("w")
#> xymnw xycnpw xydnqw ay by nzw

## END: a child that stops and goes on has not ended
def stop(): os.kill(os.getpid(), signal.SIGSTOP)
pid = os.fork() or (print("a", flush=True), stop(), print("b", flush=True), stop(), print("c", flush=True), os._exit(0))[0]
os.waitpid(pid, os.WUNTRACED); print("x", flush=True); os.kill(pid, signal.SIGCONT)
os.wait4(pid, os.WUNTRACED); print("y", flush=True); os.kill(pid, signal.SIGCONT); os.waitpid(pid, 0); print("z", flush=True)
#> abcz xyz

## END: a command
print("a"); subprocess.run(echo("b")); print("c"); p = subprocess.Popen(echo("d")); nap(); print("e")
p.communicate(); print("f")
#> abcdf cef

## EVENT: an event
e = Event()
go(lambda: (print("a"), e.set(), print("b")), lambda: (print("x"), e.wait(), print("c")))
#> ab ac xc

## EVENT: an event that was set before, by the first of two
e, f = Event(), Event()
def one(): print("a"); e.set()
def two(): time.sleep(0.1); print("b"); e.set()
def three(): time.sleep(0.2); e.wait(); print("c"); e.clear(); e.wait(0.01); print("d")
go(one, two, three)
#> acd

## EVENT: an event of processes
e = fork.Event()
go(lambda: (nap(), print("a"), e.set()), lambda: (e.wait(), print("b")), kind=fork.Process)
#> ab

## EVENT: an event that a fork has for itself
e = Event(); e.clear()
pid = os.fork() or (print("x", flush=True), e.set(), os._exit(0))[0]
t = Thread(target=lambda: (time.sleep(0.2), print("a"), e.set())); t.start(); e.wait(); print("b"); t.join(); os.waitpid(pid, 0)
#> ab

## CONDITION: a condition that notifies
c = Condition()
def wait(name):
    with c: c.wait(); print(name)
def tell(name):
    with c: print(name); c.notify()
go(lambda: wait("x"), lambda: (nap(), wait("y")), lambda: (time.sleep(0.1), tell("a")), lambda: (time.sleep(0.2), tell("b")))
#> ax by

## CONDITION: a condition whose predicate is true already, by whoever came first
c, items = Condition(), []
def put(name):
    with c: print(name); items.append(name); c.notify()
def get():
    while len(items) < 2: nap()
    for name in "xy":
        with c: c.wait_for(lambda: items); items.pop(); print(name)
go(lambda: put("a"), lambda: put("b"), get)
#> xy

## CONDITION: a predicate that nobody can make true, and one that was true before anyone did
c, items = Condition(), []
def put(name):
    with c: c.wait_for(lambda: len(items) < 5); items.append(name); print(name); c.notify_all()
def work():
    with c: c.wait_for(lambda: True); print("x")
go(lambda: put("a"), lambda: (nap(), put("b")), lambda: (time.sleep(0.1), work()))
#>

## CONDITION: a predicate of processes
c, v = fork.Condition(), fork.Value("i", 0)
def tell():
    with c: print("a"); v.value = 1; c.notify_all()
def work():
    with c: c.wait_for(lambda: v.value); print("b")
go(lambda: (time.sleep(0.2), tell()), work, kind=fork.Process)
#> ab

## CONDITION: a condition of processes
c = fork.Condition()
def wait():
    with c: c.wait(); print("b")
def tell():
    time.sleep(0.2)
    with c: print("a"); c.notify_all()
go(wait, tell, kind=fork.Process)
#> ab

## CONDITION: of processes, two of which are notified by two
c, v = fork.Condition(), fork.Value("i", 0)
def wait():
    with c: c.wait(); v.value += 1; print("xy"[v.value - 1])
def tell(name, seconds):
    time.sleep(seconds)
    with c: print(name); c.notify()
go(wait, wait, lambda: tell("a", 0.2), lambda: tell("b", 0.4), kind=fork.Process)
#> ax by

## MUTEX: which way a lock goes
lock = Lock()
def work(name):
    with lock: print(name)
go(lambda: work("a"), lambda: (nap(), work("b")))
#>

## MUTEX: a lock that someone surely had before
lock = Lock()
def work():
    with lock: print("c")
with lock: t = Thread(target=work); t.start(); print("a"); nap(); print("b")
print("x"); t.join()
#> abc bx

## MUTEX: a lock that is only tried
lock = Lock()
def work(name, **how):
    while not lock.acquire(**how): nap()
    print(name); lock.release()
with lock: ts = [Thread(target=work, args="b", kwargs={"blocking": False}), Thread(target=work, args="c", kwargs={"timeout": 0})]; [t.start() for t in ts]; print("a")
for t in ts: t.join()
#>

## MUTEX: a lock within another
one, two = Lock(), Lock()
def work():
    with one: print("x"); two.acquire(); print("y"); two.release()
with two:
    with one: t = Thread(target=work); t.start(); print("a")
    nap(); print("b")
t.join()
#> aby axy

## MUTEX: what follows from one lock, by another
one, two = Lock(), Lock()
def work():
    with one: pass
    with two: print("z")
def last():
    with two: e.set(); f.wait(); print("y")
e, f = Event(), Event()
def first():
    e.wait()
    with one: g.set(); nap(); print("x")
g = Event()
go(first, last, lambda: (g.wait(), f.set(), work()))
#> xz yz

## MUTEX: a lock that others than who had it let go of
lock = Lock(); lock.acquire()
t = Thread(target=lambda: (print("a"), lock.release(), print("x"))); t.start()
lock.acquire(); print("b"); t.join()
#> ab ax

## MUTEX: a lock that a thread has twice
lock = threading.RLock()
def work():
    with lock: print("c")
with lock:
    with lock: t = Thread(target=work); t.start(); print("a")
    print("b")
t.join()
#> abc

## MUTEX: a lock that is had often, for nothing
lock, other = Lock(), Lock()
def work():
    for _ in range(30_000):
        with lock, other: pass
    print("b")
with lock: t = Thread(target=work); t.start(); nap(); print("a")
t.join()
#> ab

## MUTEX: the lock of a condition
c = Condition()
def work():
    with c: print("b"); c.notify(); nap(); print("c")
    print("x")
with c: t = Thread(target=work); t.start(); print("a"); c.wait(); print("d")
t.join()
#> abcd cx

## MUTEX: locks that an `ExitStack` has
locks = Lock(), threading.RLock(), Condition(), Semaphore(1), fork.Lock()
def work(name, lock):
    with lock: print(name)
with contextlib.ExitStack() as stack:
    threads = [Thread(target=work, args=(name, stack.enter_context(lock) and lock)) for name, lock in zip("bcdef", locks)]
    for t in threads: t.start()
    nap(); print("a")
print("x")
for t in threads: t.join()
#> ab ac ad ae af ax

## MUTEX: locks of processes
lock, again = fork.Lock(), fork.RLock()
def work():
    with lock: print("c")
    again.acquire(); print("d"); again.release()
with again:
    with again, lock: p = fork.Process(target=work); p.start(); print("a")
    nap(); print("b")
p.join()
#> abd acd

## MUTEX: the lock of a condition of processes
c = fork.Condition()
def work():
    with c: print("b"); c.notify(); nap(); print("c")
with c: p = fork.Process(target=work); p.start(); print("a"); c.wait(); print("d")
p.join()
#> abcd

## SEMAPHORE: a semaphore that counts
s = Semaphore(0)
go(lambda: (print("a"), s.release(), print("b"), s.release()), lambda: (s.acquire(), print("c"), s.acquire(), print("d")))
#> abd acd

## SEMAPHORE: a semaphore of which two give, and one takes both
s = Semaphore(0)
go(lambda: (print("a"), s.release()), lambda: (print("b"), s.release()), lambda: (s.acquire(), print("c"), s.acquire(), print("d")))
#> ad bd cd

## SEMAPHORE: a semaphore that one thread releases after another
s, e = Semaphore(0), Event()
go(lambda: (print("a"), s.release(), e.set()), lambda: (e.wait(), s.release()), lambda: (s.acquire(), print("b")))
#> ab

## SEMAPHORE: a semaphore that lets two go at once
s = Semaphore(0)
go(lambda: (print("a"), s.release(2)), lambda: (print("b"), s.release()), lambda: (nap(), s.acquire(), s.acquire(), print("c")))
#> ac

## SEMAPHORE: a semaphore as a lock
s = BoundedSemaphore(1)
def work(name):
    with s: print(name)
go(lambda: work("a"), lambda: (nap(), work("b")))
#>

## SEMAPHORE: one that someone surely had before
s = Semaphore(2)
def work(): s.acquire(); print("b"); s.acquire(); print("c"); s.release(2)
with s: t = Thread(target=work); t.start(); nap(); print("a")
t.join()
#> ac bc

## SEMAPHORE: one that is used round after round
s, own = Semaphore(0), [Semaphore(0), Semaphore(0)]
def work(own, first, last): print(first); s.release(); own.acquire(); print(last); s.release()
def lead():
    s.acquire(); s.acquire(); print("x")
    for each in own: each.release()
    s.acquire(); s.acquire(); print("y")
go(lambda: work(own[0], "a", "c"), lambda: work(own[1], "b", "d"), lead)
#> axcy axdy bxcy bxdy

## SEMAPHORE: a semaphore of processes
s, t = fork.Semaphore(0), fork.Semaphore(1)
def one():
    print("a"); s.release()
    with t: print("x")
def two():
    s.acquire(); print("b")
    with t: print("y")
go(one, two, kind=fork.Process)
#> aby ax

## SEMAPHORE: a queue that may be full
q = queue.Queue(1)
def put(): q.put(0); print("a"); q.put(0); print("b"); q.put(0, timeout=9); print("c")
def get(): nap(); print("d"); q.get(); nap(); print("e"); q.get(); print("f")
go(put, get)
#> abc def dbc af

## SEMAPHORE: a semaphore of threads that a fork has for itself
s = Semaphore(0)
pid = os.fork() or (print("x", flush=True), s.release(), s.acquire(), print("y"), os._exit(0))[0]
t = Thread(target=lambda: (time.sleep(0.2), print("a"), s.release())); t.start(); s.acquire(); print("b"); t.join(); os.waitpid(pid, 0)
#> ab xy

## SEMAPHORE: of processes, that someone surely had before
s = fork.Semaphore(1)
def work():
    with s: print("b")
with s: p = fork.Process(target=work); p.start(); nap(); print("a")
p.join()
#> ab

## BARRIER: a barrier, twice
b = Barrier(2)
go(lambda: (print("a"), b.wait(), print("b"), b.wait(), print("c")), lambda: (print("x"), b.wait(), print("y"), b.wait(), print("z")))
#> abc ayc xbz xyz

## BARRIER: a barrier that is reset
b = Barrier(2)
def early():
    try: b.wait()
    except threading.BrokenBarrierError: print("b")
t = Thread(target=early); t.start()
while not b.n_waiting: nap()
print("a"); b.reset(); t.join()
go(lambda: (print("c"), b.wait(), print("d")), lambda: (print("x"), b.wait(), print("y")))
#> abcd bxd cy xy

## ACTION: what the last one does before any goes on, twice
b = Barrier(2, action=lambda: print("mn"[next(turn)]))
turn = iter(range(2))
go(lambda: (print("a"), b.wait(), print("b"), b.wait(), print("c")), lambda: (print("x"), b.wait(), print("y"), b.wait(), print("z")))
#> ambnc amync xmbnz xmynz

## BROKEN: a barrier that is broken
b = Barrier(3)
def wait(name):
    try: b.wait()
    except threading.BrokenBarrierError: print(name)
go(lambda: wait("x"), lambda: (time.sleep(0.1), print("a"), b.abort(), nap(), print("b")), lambda: (time.sleep(0.2), wait("y")))
#> ab ax ay

## BROKEN: a barrier that breaks as one waits too long, or as its action fails
b, c = Barrier(3), Barrier(2, action=lambda: 1 / 0)
def wait(name, barrier=b, timeout=None):
    try: barrier.wait(timeout)
    except threading.BrokenBarrierError: print(name)
go(lambda: wait("x"), lambda: (nap(), print("a"), wait("b", timeout=0.1)), lambda: (time.sleep(0.3), wait("y"), print("c"), b.abort()))
def fail():
    try: nap(); print("m"); c.wait()
    except ZeroDivisionError: print("n")
go(lambda: wait("z", c), fail)
#> abmz axm aycmn

## ITEM: a queue
q = queue.Queue()
go(lambda: (print("a"), q.put(1), print("b"), q.put(1)), lambda: (q.get(), print("c"), q.get(), print("d")))
#> abd acd

## ITEM: queues of any kind
q, r, s = queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()
def one(): print("a"); q.put("a"); print("b"); q.put("b"); e.set()
def two(): e.wait(); q.get(); r.put(2); print("c"); q.get(); r.put(1); s.put(0)
def three(): s.get(); r.get(); print("d")
def four(): print("e"); f.put(1); f.put(2)
def five(): f.get(); print("f")
e, f = Event(), queue.SimpleQueue()
go(one, two, three, four, five)
#> abcd ef

## ITEM: who gets what two put
q = queue.Queue()
go(lambda: (print("a"), q.put("x")), lambda: (nap(), print("b"), q.put("y")), lambda: (time.sleep(0.2), print(q.get()), print(q.get())))
#> axy by

## ITEM: what is put by names, in whichever order
for name, q in ("ab", queue.SimpleQueue()), ("cd", queue.Queue()), ("ef", fork.Queue()):
    t = Thread(target=lambda: (print(name[0]), q.put(block=True, **{"obj" if name == "ef" else "item": 1}))); t.start()
    q.get(); print(name[1]); t.join()
#> abcdef

## ITEM: what was put before a fork
q = queue.Queue(); t = Thread(target=lambda: (print("a", flush=True), q.put(1))); t.start(); time.sleep(0.2)
pid = os.fork() or (q.get(), print("b", flush=True), os._exit(0))[0]
os.waitpid(pid, 0); t.join()
#> ab

## DONE: a queue that all is done of
q = queue.Queue()
for _ in range(2): q.put(0)
def work(name): q.get(); print(name); q.task_done()
Thread(target=work, args="a").start(); Thread(target=work, args="b").start()
q.join(); print("c")
#> ac bc

## DONE: a queue, after something came from where nothing is noted
q = queue.Queue(); s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
subprocess.run([sys.executable, "-I", "-c", f"import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'1', {s.getsockname()})"])
s.recvfrom(1); s.close()
def work(): q.get(); print("b"); q.task_done()
t = Thread(target=work); t.start(); print("a"); q.put(1); q.join(); print("c"); t.join()
#> abc

## DONE: what another puts, maybe later
q = queue.Queue()
def work(): q.get(); print("a"); q.task_done()
go(lambda: q.put(0), work, lambda: (time.sleep(0.2), q.join(), print("b")))
#>

## DONE: what a worker puts itself
q = queue.Queue(); q.put(0)
def work():
    for _ in range(2):
        depth = q.get(); print("ab"[depth])
        if not depth: q.put(1)
        nap(); q.task_done()
for _ in range(2): Thread(target=work, daemon=True).start()
q.join(); print("c")
#> abc

## DONE: a queue of processes that all is done of
q = fork.JoinableQueue()
def work(name): q.get(); print(name); q.task_done()
for name in "ab": q.put(name); fork.Process(target=work, args=name).start()
q.join(); print("c")
#> ac bc

## DONE: what another process puts, maybe later
q = fork.JoinableQueue()
def work(): q.get(); print("a"); q.task_done()
go(lambda: q.put(0), work, lambda: (time.sleep(0.5), q.join(), print("b")), kind=fork.Process)
#>

## DONE: what a worker that is a process puts itself
q = fork.JoinableQueue(); q.put(0)
def work():
    for _ in range(2):
        depth = q.get(); print("ab"[depth])
        if not depth: q.put(1)
        nap(); q.task_done()
p = fork.Process(target=work); p.start(); q.join(); print("c"); p.join()
#> ab

## PIPE: the end of a connection
one, other = fork.Pipe(duplex=False)
def read():
    try: one.recv()
    except EOFError: print("b")
def write(): print("a"); other.close(); print("x")
go(read, write)
#> ab ax

## PIPE: a queue of processes
q = fork.Queue()
go(lambda: (print("a"), q.put(1), print("b"), q.put(1)), lambda: (q.get(), print("c"), q.get(), print("d")), kind=fork.Process)
#> abd acd

## PIPE: what two processes put
q = fork.SimpleQueue()
go(lambda: (time.sleep(0.1), print("a"), q.put("x")), lambda: (time.sleep(0.5), print("b"), q.put("y")), lambda: (print(q.get()), print(q.get())), kind=fork.Process)
#> axy by

## STREAM: a connection both ways
one, other = fork.Pipe()
def work():
    other.recv(); print("b"); other.send(1)
p = fork.Process(target=work); p.start()
print("a"); one.send(1); print("x"); one.recv(); print("c")
p.join()
#> abc axc

## STREAM: a manager
def work(name, get, put): get.get(); print(name); put.put(1)
with fork.Manager() as m:
    q, r, s = m.Queue(), m.Queue(), m.Queue()
    p = fork.Process(target=work, args=("b", q, r)); t = fork.Process(target=work, args=("x", s, r))
    p.start(); t.start(); print("a"); q.put(1); s.put(1); p.join(); t.join(); print("c")
#> abc axc

## STREAM: what a manager locks
def work(b, s, lock):
    b.wait(); print("b"); s.acquire(); print("d")
    with lock: print("f")
with fork.Manager() as m:
    b, s, lock = m.Barrier(2), m.Semaphore(0), m.Lock(); p = fork.Process(target=work, args=(b, s, lock)); p.start(); print("a"); b.wait(); print("c")
    with lock: s.release(); nap(); print("e")
    p.join()
#> abdf acdf acef

## PIPE: a pipe by its numbers
r, w = os.pipe()
if (pid := os.fork()) == 0:
    os.close(w)
    for name in "bcd": os.read(r, 1); print(name)
    os._exit(0)
print("a"); os.write(w, b"12"); nap(); print("x"); os.close(w); nap(); print("y"); os.waitpid(pid, 0)
#> abcd axd xy

## PIPE: a pipe into which two write
r, w = os.pipe()
def write(name, seconds): time.sleep(seconds); print(name); os.write(w, b"123")
go(lambda: write("a", 0.1), lambda: write("b", 0.2), lambda: (os.read(r, 3), print("x"), os.read(r, 2), print("y"), os.read(r, 1)))
#> axy by

## PIPE: the ends of what a process had open
r, w = os.pipe(); one, other = fork.Pipe(); here, there = socket.socketpair()
if (pid := os.fork()) == 0: os.close(r); there.close(); print("a", flush=True); os._exit(0)
os.close(w); here.close(); os.read(r, 1); print("b", flush=True); there.recv(1); os.waitpid(pid, 0)
def work(): one.close(); print("c")
p = fork.Process(target=work); p.start(); other.close()
try: one.recv()
except EOFError: print("d")
p.join()
#> abcd

## PIPE: all that is closed at once
r, w = os.pipe()
pid = os.fork() or (print("a", flush=True), os.closerange(w, w + 1), time.sleep(0.2), print("c", flush=True), os._exit(0))[0]
os.close(w); os.read(r, 1); print("b"); os.waitpid(pid, 0)
#> ab ac

## PIPE: of which two read
r, w = os.pipe()
def write(name, seconds): time.sleep(seconds); print(name); os.write(w, b"1")
go(lambda: write("a", 0.1), lambda: write("b", 0.3), lambda: (os.read(r, 1), print("x")), lambda: (time.sleep(0.2), os.read(r, 1), print("y")))
#> ax by

## PIPE: several buffers at once
r, w = os.pipe()
go(lambda: (print("a"), os.writev(w, [b"1", b"2"]), nap(), print("x"), os.write(w, b"3")), lambda: (os.readv(r, [bytearray(2)]), print("b"), os.read(r, 9), print("c")))
#> abc axc

## PIPE: files, one of which has a name
r, w = os.pipe(); os.mkfifo("fifo")
def work():
    with open(r) as f: f.readline(); print("b"); f.read(); print("d")
    with open("fifo") as f: f.read(); print("f")
t = Thread(target=work); t.start()
with open(w, "w") as f: print("a"); f.write("1\n"); f.flush(); nap(); print("c")
with open("fifo", "w") as f: print("e"); f.write("1")
t.join(); os.remove("fifo")
#> abdf acdf acef

## PIPE: what a command reads and prints
CHILD = f"import sys; print('{PROGRAM} b', file=sys.stderr); print(flush=True); sys.stdin.readline(); print('{PROGRAM} d', file=sys.stderr); print()"
def child(): return subprocess.Popen([sys.executable, "-c", CHILD], stdin=-1, stdout=-1, text=True)
print("a", flush=True)
with child() as p: p.stdout.readline(); print("c"); p.stdin.write("1\n"); p.stdin.flush(); p.stdout.readline(); print("e")
CHILD = f"import sys; sys.stdin.read(); print('{PROGRAM} g', file=sys.stderr)"
with child() as p: print("f"); p.communicate("1"); print("h")
#> abcdefgh

## STREAM: a socket
server = socket.create_server(("127.0.0.1", 0))
def one():
    with socket.create_connection(server.getsockname()) as s: print("a"); s.sendall(b"1"); print("b"); s.sendall(b"2")
def two():
    s, _ = server.accept()
    with s: print("x"); s.recv(1); print("c"); s.recv(1); print("d"); s.recv(1); print("e")
go(one, two)
#> abde acd xc

## STREAM: a pair of sockets
one, other = socket.socketpair()
go(lambda: (print("a"), one.sendall(b"1"), print("x")), lambda: (other.recv(1), print("b")))
#> ab ax

## STREAM: one that was asked before it was connected
server, s = socket.create_server(("127.0.0.1", 0)), socket.socket()
with contextlib.suppress(OSError): s.recv(1)
s.connect(server.getsockname()); other, _ = server.accept()
go(lambda: (print("a"), s.sendall(b"1")), lambda: (other.recv(1), print("b")))
#> ab

## STREAM: whatever receives
one, other = socket.socketpair()
def work():
    other.recvfrom(1); print("b"); other.recvmsg(1); print("d")
    with other.makefile() as f: f.readline(); print("f")
go(lambda: (print("a"), one.sendall(b"1"), nap(), print("c"), one.sendall(b"1"), nap(), print("e"), one.sendall(b"1\n")), work)
#> abdf acdf acef

## STREAM: what is sent from a file, and in part
one, other = socket.socketpair(); one.setblocking(False)
with open("big", "wb") as big: big.write(b"12")
def send():
    print("a")
    with open("big", "rb") as big: os.sendfile(one.fileno(), big.fileno(), 0, 2)
    e.wait(); print("c"); size = one.send(bytes(2**24)); f.wait(); g.put(size); print("x"); nap(); print("y"); one.send(b"1")
def receive():
    other.recv(2); print("b"); e.set(); other.recv(1); print("d"); f.set(); size = g.get() - 1
    while size: size -= len(other.recv(size))
    print("e"); other.recv(1); print("f")
e, f, g = Event(), Event(), queue.Queue()
go(send, receive); os.remove("big")
#> abcdef dxyf

## STREAM: what is looked at before it is taken
one, other = socket.socketpair()
go(lambda: (print("a"), one.sendall(b"1"), print("b"), one.sendall(b"2")), lambda: (nap(), other.recv(1, socket.MSG_PEEK), other.recv(1), print("c")))
#> ab ac

## DATAGRAM: a datagram and its answer
one, other = (socket.socket(type=socket.SOCK_DGRAM) for _ in "12")
one.bind(("127.0.0.1", 0)); other.bind(("127.0.0.1", 0)); at = one.getsockname()
def work(): other.connect(at); print("a"); other.sendmsg([b"1", b"2"]); print("b"); other.recvmsg_into([bytearray(1), bytearray(9)]); print("c")
t = Thread(target=work); t.start(); _, who = one.recvfrom(9); print("d"); one.sendto(b"12", who); print("e"); t.join(); one.close(); other.close()
#> abc adc ade

## DATAGRAM: which of two that are alike came first
one = socket.socket(type=socket.SOCK_DGRAM); one.bind(("127.0.0.1", 0)); at = one.getsockname()
def work(first, *more):
    with socket.socket(type=socket.SOCK_DGRAM) as own: print(first); own.sendto(b"1", at); print(*more); own.sendto(b"2", 0, at)
two = [Thread(target=work, args=letters) for letters in ("ab", "cd")]; [t.start() for t in two]
nap(); one.recv(9); print("x"); [one.recv(9) for _ in "123"]; print("e"); [t.join() for t in two]; one.close()
#> abe cde xe

## DATAGRAM: by asyncio
async def main():
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport): self.transport = transport
        def datagram_received(self, data, who): print("b"); self.transport.sendto(data, who); print("c")
    class Ask(asyncio.DatagramProtocol):
        def connection_made(self, transport): print("a"); transport.sendto(b"1")
        def datagram_received(self, data, who): print("d"); came.set()
    one, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    other, _ = await loop.create_datagram_endpoint(Ask, remote_addr=one.get_extra_info("sockname"))
    await came.wait(); print("e"); other.close(); one.close()
asyncio.run(main())
#> abcde

## CONNECT: a connection
server = socket.create_server(("127.0.0.1", 0))
def one(): print("a"); s = socket.create_connection(server.getsockname()); print("x"); s.close()
def two(): server.accept(); print("b")
go(one, two)
#> ab ax

## CONNECT: a connection by the name of a host
server = socket.create_server(("127.0.0.1", 0))
def one(): print("a"); s = socket.socket(); s.connect(("localhost", server.getsockname()[1])); print("x"); s.close()
def two(): server.accept(); print("b")
go(one, two)
#> ab ax

## SIGNAL: a signal to another process
def work(): signal.signal(signal.SIGUSR1, lambda *_: print("b")); e.set(); nap(); print("x"); signal.pause(); print("c")
e = fork.Event(); p = fork.Process(target=work); p.start(); e.wait(); time.sleep(0.2); print("a"); os.kill(p.pid, signal.SIGUSR1); print("y"); p.join()
#> abc ay xc

## SIGNAL: a signal to a group
def work(): os.setpgid(0, 0); signal.signal(signal.SIGUSR1, lambda *_: print("b")); e.set(); signal.pause(); print("c"); f.set(); time.sleep(60)
e, f = fork.Event(), fork.Event(); p = fork.Process(target=work); p.start(); e.wait(); time.sleep(0.2)
print("a"); os.killpg(p.pid, signal.SIGUSR1); f.wait(); print("d"); os.kill(-p.pid, signal.SIGTERM); p.join(); print("e")
#> abcde

## SIGNAL: a signal to itself, and from another thread
def handle(*_): print(next(names))
old, names = signal.signal(signal.SIGUSR1, handle), iter("bdy")
print("a"); os.kill(os.getpid(), signal.SIGUSR1); print("c"); signal.raise_signal(signal.SIGUSR1); print("e")
t = Thread(target=lambda: (nap(), print("x"), os.kill(os.getpid(), signal.SIGUSR1))); t.start(); print("f"); time.sleep(0.2); print("g"); t.join()
main = threading.get_ident(); names = iter("h"); t = Thread(target=lambda: (print("z"), signal.pthread_kill(main, signal.SIGUSR1))); t.start(); time.sleep(0.2); print("i"); t.join()
assert signal.getsignal(signal.SIGUSR1) is handle is signal.signal(signal.SIGUSR1, old)
#> abcdefgzh gi exzh exi exyh

## SIGNAL: signals that are waited for, the second for some time only
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
waits = lambda: signal.sigwaitinfo([signal.SIGUSR1]), lambda: signal.sigtimedwait([signal.SIGUSR1], 5), lambda: signal.sigwait([signal.SIGUSR1])
def ask(name): nap(); print(name, flush=True); os.kill(os.getpid(), signal.SIGUSR1)
for names, wait_ in zip(("ab", "cd", "ef"), waits): t = Thread(target=ask, args=(names[0],)); t.start(); wait_(); print(names[1]); t.join()
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
#> abcef abdef

## SIGNAL: a signal that ends a process
p, c = fork.Process(target=time.sleep, args=(60,)), subprocess.Popen(["sleep", "60"])
p.start(); e = Event()
def end(): nap(); print("a"); p.terminate(); e.set(); nap(); print("b"); c.kill()
t = Thread(target=end); t.start(); e.wait(); p.join(); print("x"); c.wait(); print("y"); t.join()
#> aby axy

## SIGNAL: a signal by the clock
signal.signal(signal.SIGALRM, lambda *_: print("b")); print("a"); signal.setitimer(signal.ITIMER_REAL, 0.1); print("x"); signal.pause(); print("c")
#> abc axc

## HANDLED: a signal that stops what is done
def stop(*_): print("b"); raise InterruptedError
def ask(name, number): nap(); print(name); os.kill(os.getpid(), number)
signal.signal(signal.SIGUSR1, stop)
for names, number, error in ("ac", signal.SIGUSR1, InterruptedError), ("xy", signal.SIGINT, KeyboardInterrupt):
    t = Thread(target=ask, args=(names[0], number)); t.start()
    try: time.sleep(5)
    except error: print(names[1])
    t.join()
#> abcxy

## FUTURE: a future
with ThreadPoolExecutor(2) as pool:
    print("a"); f = pool.submit(print, "b"); g = pool.submit(lambda: (nap(), print("x"))); f.result(); print("c")
print("d")
#> abcd axd

## FUTURE: two jobs that one worker did
with ThreadPoolExecutor(2) as pool: pool.submit(time.sleep, 0.2); pool.submit(print, "a").result(); nap(); pool.submit(print, "b")
with ThreadPoolExecutor(1) as pool: pool.submit(print, "x"); pool.submit(print, "y")
with ThreadPoolExecutor(2) as pool: pool.submit(time.sleep, 0.2); pool.submit(print, "m"); nap(); pool.submit(print, "n")
#> abxym yn

## FUTURE: results as they come
def work(name): print(name); return name
with ThreadPoolExecutor(2) as pool:
    for f in as_completed([pool.submit(lambda: (time.sleep(0.3), work("b"))), pool.submit(work, "a")]): print({"a": "x"}.get(f.result(), "y"))
#> axy by

## FUTURE: whichever comes first, by chance
from concurrent.futures import FIRST_EXCEPTION, wait
with ThreadPoolExecutor(2) as pool:
    def jobs(names): return [pool.submit(lambda name=name, s=s: (time.sleep(s), print(name))) for s, name in zip((0.1, 0.3), names)]
    for _, name in zip(as_completed(jobs("ab")), "xy"): print(name)
    wait(both := jobs("cd"), return_when=FIRST_COMPLETED); print("m"); wait(both); print("n")
    wait(jobs("p"), return_when=FIRST_COMPLETED); print("q")
    e = Event(); f, g = pool.submit(print, "e"), pool.submit(lambda: (e.wait(), int("?"))); nap(); Timer(0.1, e.set).start(); wait((f, g), return_when=FIRST_EXCEPTION); print("r")
#> xymnpq ay by ycn ydn qe qr

## FUTURE: a pool of processes that is shut down
pool = ProcessPoolExecutor(2, fork); pool.submit(print, "a"); pool.submit(print, "b"); pool.shutdown(); print("c")
#> ac bc

## FUTURE: a pool of processes
def work(name): print(name); return name
with ProcessPoolExecutor(2, fork) as pool:
    print("s"); f, g = pool.submit(work, "a"), pool.submit(work, "b"); f.result(); print("x"); g.result(); print("y"); pool.submit(work, "z")
#> saxyz sby

## CALLED: callbacks in the order in which they were added, and then what their caller does
f = Future()
for name in "bc": f.add_done_callback(lambda _, name=name: print(name))
print("a"); go(lambda: (f.set_result(0), print("d"))); print("e"); f.add_done_callback(lambda _: print("f")); print("g")
#> abcdefg

## CALLED: who calls a callback is luck, and so is which of two was added first
f, g = Future(), Future()
def add(name, future, seconds): time.sleep(seconds); print(name); future.add_done_callback(lambda _: print(name.upper()))
def end(): time.sleep(0.2); print("c"); f.set_result(0); print("d")
go(lambda: (add("a", f, 0), print("b")), end, lambda: add("x", g, 0), lambda: add("y", g, 0.1)); print("e"); g.set_result(0); print("f")
#> abe aAe cAe cde xeXf yeYf

## CALLED: a callback that a worker calls before a pool is shut down, or who adds it
with ThreadPoolExecutor() as pool: f = pool.submit(print, "a"); nap(); f.add_done_callback(lambda _: print("b")); print("c")
print("d")
#> abd cd

## CALLED: a callback that the program's own class adds
class Own(Future):
    def add_done_callback(self, fn): self._done_callbacks.append(fn)
f = Own(); f.add_done_callback(lambda _: print("b"))
go(lambda: (print("a"), f.set_result(0), print("c"))); print("d")
#> abd acd

## JOB: a map
def work(name): print(name)
print("m")
with fork.Pool(2) as pool: pool.map(work, "ab", 1); print("x")
#> max mbx

## JOB: what is called back with all results of a map
def work(name): nap(); print(name)
with ThreadPool(2) as pool: pool.map_async(work, "ab", 1, callback=lambda _: print("x")).wait(); print("y")
#> axy bxy

## JOB: an iterator over results
def work(name): nap(); print(name)
with fork.Pool(2) as pool:
    for name, _ in zip("xyz", pool.imap(work, "abc")): print(name)
with ThreadPool(2) as pool:
    jobs = [pool.apply_async(print, name) for name in "pqr"]; jobs[2].get(); print("s")
    for job in jobs: job.wait()
#> axyzrs byzp czq

## JOB: all that is called back, before a pool is joined
def work(name): time.sleep(0.1 * (name == "a")); return name
with ThreadPool(2) as pool:
    for name in "abc": pool.apply_async(work, name, callback=print)
    pool.close(); pool.join(); print("e")
#> ae be ce
"""
TASKS = r"""
## EVENT: events, queues, conditions and barriers of tasks
async def main():
    e, q, c, b = asyncio.Event(), asyncio.Queue(1), asyncio.Condition(), asyncio.Barrier(2)
    async def one():
        await asyncio.to_thread(nap); print("a"); e.set(); await asyncio.to_thread(nap); print("c"); await q.put(1)
        await asyncio.to_thread(nap); print("e")
        async with c: c.notify()
        await asyncio.to_thread(nap); print("g"); await b.wait(); await q.join(); print("i")
    async def two():
        await e.wait(); print("b"); await q.get(); print("d")
        async with c: await c.wait()
        print("f"); await b.wait(); print("h"); q.task_done()
    await asyncio.gather(one(), two())
#> abcdefghi

## MUTEX: a lock of tasks that someone surely had before
async def work():
    await asyncio.to_thread(nap)
    async with lock: print("b")
async def main():
    global lock; lock = asyncio.Lock()
    async with lock: task = asyncio.create_task(work()); await asyncio.to_thread(time.sleep, 0.2); print("a")
    await task
#> ab

## BARRIER: a barrier of tasks, one of which is cancelled
async def main():
    b = asyncio.Barrier(2)
    async def wait(seconds, name, last): await asyncio.to_thread(time.sleep, seconds); print(name); await b.wait(); print(last)
    task = asyncio.create_task(b.wait())
    async def stop(): await asyncio.to_thread(nap); task.cancel(); await asyncio.wait([task])
    await asyncio.gather(stop(), wait(0.1, "a", "c"), wait(0.3, "b", "d"))
#> ac ad bc bd

## BROKEN: a barrier of tasks that is broken
async def main():
    b = asyncio.Barrier(3)
    async def wait(name):
        try: await b.wait()
        except asyncio.BrokenBarrierError: print(name)
    async def late(): await asyncio.to_thread(time.sleep, 0.2); await wait("y")
    async def fail(): await asyncio.to_thread(nap); print("a"); await b.abort(); await asyncio.to_thread(nap); print("b")
    await asyncio.gather(wait("x"), fail(), late())
#> axb ay

## STREAM: streams
async def main():
    async def serve(reader, writer): await reader.readline(); print("b"); writer.write(b"2\n"); await writer.drain(); writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print("a"); writer.write(b"1\n"); await reader.readline(); print("c"); writer.close(); server.close()
#> abc

## STREAM: streams that are read late
async def main():
    async def serve(reader, writer):
        await asyncio.sleep(0.1); await reader.readline(); print("b"); await asyncio.sleep(0.1); await reader.read(); print("d"); writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print("a"); writer.write(b"1\n"); print("x"); await asyncio.to_thread(nap); print("c"); writer.write_eof(); print("y")
    await asyncio.sleep(0.3); await reader.read(); print("e"); writer.close(); server.close()
#> axbde xcyde

## SIGNAL: a signal to a loop
async def main():
    e, loop = asyncio.Event(), asyncio.get_running_loop()
    def handle(): print("b"); e.set()
    loop.add_signal_handler(signal.SIGUSR1, handle)
    def ask(): nap(); print("a"); os.kill(os.getpid(), signal.SIGUSR1); print("x")
    t = Thread(target=ask); t.start(); await e.wait(); print("c"); t.join(); loop.remove_signal_handler(signal.SIGUSR1)
#> abc ax

## SIGNAL: a signal that a task sends to its own loop
async def first(): print("a")
async def main():
    e, loop = asyncio.Event(), asyncio.get_running_loop()
    def handle(): print("b"); e.set()
    loop.add_signal_handler(signal.SIGUSR1, handle)
    t = asyncio.create_task(first()); await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGUSR1); await e.wait(); print("c"); await t
    loop.remove_signal_handler(signal.SIGUSR1)
#> abc

## SOON: what is done before a loop runs, and runs again
async def main(): pass
loop = asyncio.new_event_loop()
def stop(name): print(name); loop.stop()
def run(): loop.run_forever(); print("c"); e.wait(); print("d"); loop.run_forever(); print("f"); loop.close()
e = Event(); loop.call_later(0.05, stop, "b"); print("a"); t = Thread(target=run); t.start(); nap()
time.sleep(0.1); loop.call_soon_threadsafe(stop, "e"); print("x"); e.set(); t.join()
#> abcdef axd

## STOP: what a step does after it has stopped the loop
async def main(): pass
loop = asyncio.new_event_loop()
def stop(): loop.stop(); print("a")
loop.call_soon(stop); loop.run_forever(); print("b"); loop.close()
#> ab

## SOON: gather
async def work(name): await asyncio.sleep(0); print(name)
async def main(): print("m"); await asyncio.gather(*map(work, "abc")); print("x")
#> mabcx

## SOON: what threads do for a loop
def work(name, seconds): time.sleep(seconds); print(name)
async def main(): await asyncio.gather(asyncio.to_thread(work, "a", 0.05), asyncio.to_thread(work, "b", 0.2)); print("x")
#> ax bx

## SOON: which thread comes first
async def work(name, seconds): await asyncio.to_thread(time.sleep, seconds); print(name)
async def main():
    async with asyncio.TaskGroup() as group: group.create_task(work("a", 0.05)); group.create_task(work("b", 0.2))
    print("x")
#> ax bx

## SOON: a failure that does not wait for the others
async def slow(): await asyncio.to_thread(time.sleep, 0.1); print("a")
async def fail(): await asyncio.to_thread(time.sleep, 0.3); print("b"); raise ValueError
async def main():
    try: await asyncio.gather(slow(), fail())
    except ValueError: print("x")
#> bx

## SOON: a failure in a group, and who ended before it
async def work(): await asyncio.to_thread(time.sleep, 0.1); print("a")
async def fail(): await asyncio.to_thread(time.sleep, 0.3); print("b"); raise ValueError
async def wait():
    try: await asyncio.Event().wait()
    finally: print("c")
async def main():
    try:
        async with asyncio.TaskGroup() as group: group.create_task(work()); group.create_task(fail()); group.create_task(wait())
    except* ValueError: print("d")
#> ad bcd

## SOON: a group that has nobody to wait for any more
async def work(name): await asyncio.to_thread(nap); print(name)
async def main():
    async with asyncio.TaskGroup() as group: group.create_task(work("a")); group.create_task(work("b")); await asyncio.sleep(0.3)
    print("x")
#> ax bx

## FUTURE: what is awaited late
async def work(name): await asyncio.to_thread(nap); print(name)
async def main():
    a, b, c = (asyncio.create_task(work(name)) for name in "abc"); await asyncio.sleep(0.3)
    await a; print("x"); await asyncio.gather(b); print("y"); await asyncio.wait([c]); print("z")
#> axyz byz cz

## FUTURE: what a thread says before one asks
async def main():
    loop = asyncio.get_running_loop(); f, g = loop.create_future(), loop.run_in_executor(None, print, "b")
    def work(): print("a"); loop.call_soon_threadsafe(f.set_result, 1)
    t = Thread(target=work); t.start(); await asyncio.sleep(0.3)
    await f; print("x"); await g; print("y"); t.join()
#> axy by

## FUTURE: what is cancelled in vain
async def main():
    f = asyncio.get_running_loop().create_future()
    async def work(): await asyncio.to_thread(nap); print("a"); f.set_result(1)
    async def cancel(): await asyncio.to_thread(time.sleep, 0.2); print("b"); f.cancel()
    async def wait(): await asyncio.to_thread(time.sleep, 0.4); await f; print("c")
    await asyncio.gather(work(), cancel(), wait())
#> ac

## DONE: what another task puts, maybe later
async def main():
    q = asyncio.Queue()
    async def put(): await asyncio.to_thread(nap); await q.put(1)
    async def work(): await q.get(); print("a"); q.task_done()
    async def join(): await asyncio.to_thread(time.sleep, 0.2); await q.join(); print("b")
    await asyncio.gather(put(), work(), join())
#>

## BROKEN: a cancellation of a task that was about to go on
async def work():
    with contextlib.suppress(asyncio.CancelledError):
        while True: await asyncio.sleep(0.1)
    print("b")
async def main():
    task = asyncio.create_task(work()); await asyncio.sleep(0); asyncio.get_running_loop().call_soon(time.sleep, 0.3)
    await asyncio.to_thread(nap); print("a"); task.cancel(); print("c"); await asyncio.wait([task])
#> acb

## SOON: a cancellation
async def work():
    try: await asyncio.Event().wait()
    finally: print("b")
async def main():
    task = asyncio.create_task(work()); await asyncio.sleep(0); print("a"); task.cancel()
    await asyncio.wait([task]); print("c")
#> abc

## SOON: a coroutine that another thread asks for
async def work(): print("b"); return 1
def ask(loop): print("a"); asyncio.run_coroutine_threadsafe(work(), loop).result(); print("c")
async def main(): await asyncio.to_thread(ask, asyncio.get_running_loop()); print("d")
#> abcd

## TIMER: a timer
async def main(): print("a"); asyncio.get_running_loop().call_later(0.05, print, "b"); await asyncio.sleep(0.2); print("c")
#> abc

## TIMER: time that is no loop's
def work(): time.sleep(0.1); print("a")
async def main(): await asyncio.gather(asyncio.to_thread(work), tick())
async def tick(): await asyncio.sleep(0.3); print("b")
#>

## TIMER: a longer one that was set before, nobody knows how long
async def main():
    loop = asyncio.get_running_loop(); loop.call_later(0.3, print, "a")
    await asyncio.to_thread(time.sleep, 0.15); loop.call_later(0.28, print, "b"); await asyncio.sleep(0.5)
#>

## HANDED: a lock, asked for in order
async def work(name):
    async with lock: await asyncio.sleep(0.01); print(name)
async def main():
    global lock; lock = asyncio.Lock(); await asyncio.gather(*map(work, "abc"))
#> abc

## HANDED: a lock, asked for by chance
async def work(name, seconds):
    await asyncio.to_thread(time.sleep, seconds)
    async with lock: await asyncio.sleep(0.3); print(name)
async def main():
    global lock; lock = asyncio.Lock(); await asyncio.gather(work("a", 0.05), work("b", 0.15))
#>

## FIRST_COME: an item, an event and a result that were there by chance, and an item that was waited for by chance
async def main():
    loop, q, e = asyncio.get_running_loop(), asyncio.Queue(), asyncio.Event()
    t = asyncio.create_task(asyncio.to_thread(int))
    def put(): q.put_nowait(1); loop.call_soon(print, "h")
    async def get(): await q.get(); print("g")
    def give(): loop.call_soon_threadsafe(q.put_nowait, 1); loop.call_soon_threadsafe(e.set); nap(); nap(); loop.call_soon_threadsafe(put)
    Thread(target=give).start(); await asyncio.to_thread(nap)
    async def one(what, soon, late): loop.call_soon(print, soon); await what; print(late)
    await asyncio.gather(one(q.get(), "a", "b"), one(e.wait(), "c", "d"), one(t, "e", "f"))
    await get(); await asyncio.to_thread(nap)
#> aceg bg dg fg

## FIRST_COME: a lock that was free by chance, and a semaphore for all
async def main():
    loop, lock, two = asyncio.get_running_loop(), asyncio.Lock(), asyncio.Semaphore(2)
    async def work(seconds):
        await asyncio.to_thread(time.sleep, seconds)
        async with lock, two: await asyncio.to_thread(int)
    async def late():
        await asyncio.to_thread(time.sleep, 0.2); loop.call_soon(print, "a")
        async with lock: print("b")
        loop.call_soon(print, "c")
        async with two: print("d")
    await asyncio.gather(work(0.05), late())
#> bdc ac

## FIRST_COME: a place in a queue of tasks that was free by chance
async def main():
    loop, q = asyncio.get_running_loop(), asyncio.Queue(1)
    async def get(): await asyncio.to_thread(time.sleep, 0.05); print("a"); await q.get()
    async def late(): await asyncio.to_thread(time.sleep, 0.2); loop.call_soon(print, "x"); await q.put(2); print("b")
    await q.put(1); await asyncio.gather(get(), late())
#> ab

## FIRST_COME: a semaphore, asked for in order, and by chance
async def work(name):
    async with one: print(name); await asyncio.sleep(0.02)
async def late(name, seconds):
    await asyncio.to_thread(time.sleep, seconds)
    async with two: await asyncio.sleep(0.3); print(name)
async def main():
    global one, two; one, two = asyncio.Semaphore(2), asyncio.Semaphore(1)
    await asyncio.gather(*map(work, "abcde")); await asyncio.gather(late("x", 0.05), late("y", 0.15))
#> abcdex ey

## HANDED: a semaphore of one, and what its holder does next
async def hold():
    async with s: await asyncio.sleep(0)
async def then(): await asyncio.gather(hold()); print("b")
async def work():
    async with s: print("a")
async def main(): global s; s = asyncio.Semaphore(1); await asyncio.gather(then(), work())
#> ab

## HANDED: a semaphore of one, released by whoever comes
async def hold(): await s.acquire(); await asyncio.to_thread(time.sleep, 0.05); print("a"); s.release()
async def tell(): await asyncio.to_thread(time.sleep, 0.3); s.release()
async def work(): await s.acquire(); print("b")
async def main(): global s; s = asyncio.Semaphore(1); await asyncio.gather(hold(), tell(), work())
#>

## HANDED: a semaphore of two, whose holders sleep
async def work(start, end):
    async with s: print(start); await asyncio.sleep(0.05); print(end)
async def main(): global s; s = asyncio.Semaphore(2); await asyncio.gather(*map(work, "abe", "cdf"))
#> abcdf cef

## HANDED: a semaphore of two, whose holders let others go on once
async def work(start, end):
    async with s: print(start); await asyncio.sleep(0); print(end)
async def main(): global s; s = asyncio.Semaphore(2); await asyncio.gather(*map(work, "abef", "cdgh"))
#> abcdefgh

## HANDED: a semaphore of two, whose holders take as long as it takes
async def work(name, seconds):
    async with s: await asyncio.to_thread(time.sleep, seconds); print(name)
async def then(name):
    async with s: print(name)
async def main():
    global s; s = asyncio.Semaphore(2); await asyncio.gather(work("a", 0.05), work("b", 0.3), then("c"), then("d"))
#> cd

## HANDED: a semaphore for which two ask by chance
async def work(name):
    async with s: await asyncio.sleep(0.3); print(name); await asyncio.sleep(0)
async def late(name, seconds):
    await asyncio.to_thread(time.sleep, seconds)
    async with s: print(name)
async def main():
    global s; s = asyncio.Semaphore(2); await asyncio.gather(*map(work, "ab"), late("c", 0.05), late("d", 0.15))
#> ab

## HANDED: a semaphore that tasks ask for by a method of the program's own class
class Own(asyncio.Semaphore):
    async def acquire(self):
        future = asyncio.get_running_loop().create_future(); self._waiters = [future]; await future
async def work(): await s.acquire(); print("b")
async def main():
    global s; s = Own(0); task = asyncio.create_task(work()); await asyncio.sleep(0.1)
    print("a"); s.release(); await task; print("c")
#> ac bc

## HANDED: a lock within another, asked for in order
async def work(first, last):
    async with one:
        print(first); await asyncio.sleep(0)
        async with two: print(last)
async def main():
    global one, two; one, two = asyncio.Lock(), asyncio.Lock(); await asyncio.gather(work("a", "b"), work("c", "d"))
#> abcd

## FIRST_COME: tasks, and what is told first
async def work(name): print(name)
async def main(): a, b = asyncio.create_task(work("a")), asyncio.create_task(work("b")); print("m"); await b; print("x"); await a
#> mabx

## FIRST_COME: what is told before a timer, and what that tells
async def last(): print("d")
async def inner(): print("b"); await asyncio.create_task(last())
async def outer(): await asyncio.create_task(inner())
async def main(): task = asyncio.create_task(outer()); await asyncio.sleep(0.05); print("c"); await task
#> bc bd

## FIRST_COME: what is told in the step that sets a timer, and in the next one
async def main():
    loop = asyncio.get_running_loop(); loop.call_later(0.1, print, "b"); loop.call_soon(print, "a")
    await asyncio.sleep(0); loop.call_soon(print, "c"); await asyncio.sleep(0.2)
#> ab ac

## FIRST_COME: a task that by chance waits already for what comes
async def take(q): await asyncio.to_thread(nap); print("a"); await q.get()
async def main():
    q = asyncio.Queue(); task = asyncio.create_task(take(q)); await asyncio.sleep(0.2)
    q.put_nowait(1); await asyncio.sleep(0); print("b"); await task; print("c")
#> ac bc

## FIRST_COME: what is called back before the main task goes on
async def main():
    task = asyncio.create_task(asyncio.to_thread(nap)); task.add_done_callback(lambda _: print("a"))
    await task; print("b")
#> ab

## FIRST_COME: a group that cancels its tasks in any order
async def work(name):
    try: await asyncio.Event().wait()
    finally: print(name)
async def fail(): print("f"); raise ValueError
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for name in "ab": group.create_task(work(name))
            group.create_task(fail())
    except* ValueError: print("x")
#> fax fbx

## DEADLINE: timers by their deadlines
async def work(name, seconds): await asyncio.sleep(seconds); print(name)
async def main(): await asyncio.gather(work("b", 0.2), work("a", 0.1), work("c", 0.2), work("d", 0.201))
#> abcd

## DEADLINE: timers that may be turned round
async def work(name, seconds): await asyncio.sleep(seconds); print(name)
async def main(): await asyncio.gather(work("b", 0.105), work("a", 0.1))
#>

## DEADLINE: sleeps that add up, and one that blocks
async def steps():
    for name in "ace": await asyncio.sleep(0.1); print(name)
async def long(): await asyncio.sleep(0.15); print("b"); time.sleep(0.1); print("d")
async def main(): await asyncio.gather(steps(), long())
#> abdce

## DEADLINE: what a timer wakes is a step later
async def main():
    loop, e = asyncio.get_running_loop(), asyncio.Event()
    async def wait(): await e.wait(); print("c")
    async def work(name, seconds): await asyncio.sleep(seconds); print(name)
    loop.call_later(0.1, lambda: (print("a"), e.set())); loop.call_later(0.2, print, "b"); loop.call_later(0.4, print, "d")
    await asyncio.gather(wait(), work("m", 0.15), work("n", 0.3)); await asyncio.sleep(0.2)
#> abd acmn bn
"""
GENERATORS = r"""
## START: a generator goes on where it is resumed
def numbers(): print("b"); yield; print("d"); yield
g = numbers(); print("a"); next(g); print("c"); next(g); print("e")
#> abcde
"""
AT_THE_END = r"""
## END: the end of the program
atexit.register(print, "c")
Thread(target=lambda: (nap(), print("a"))).start(); Thread(target=lambda: (nap(), print("b"))).start()
#> ac bc
"""


class Case(NamedTuple):
    rule: Rule
    program: str
    pairs: set[str]


def cases(text: str, run: str = "") -> dict[str, Case]:
    """Return the cases of a text by their names; `run` is appended to each program."""
    found = {}
    for title, section in helpers.sections(text).items():
        rule, _, name = title.partition(": ")
        program, _, sure = section.partition("\n#>")
        pairs = {one + other for chain in sure.split() for one, other in pairwise(chain)}
        while more := {one[0] + other[1] for one in pairs for other in pairs if one[1] == other[0]} - pairs:
            pairs |= more
        found[name] = Case(Rule[rule], f"{program}\n{run}\n", pairs)
    return found


# The programs of a group run one after the other, as one program; the groups run side by side.
OF_THREADS = cases(THREADS)
GROUPS = [
    *({name: OF_THREADS[name] for name in [*OF_THREADS][place::4]} for place in range(4)),
    cases(TASKS, "asyncio.run(main())"),
    cases(GENERATORS),
    cases(AT_THE_END),
]
CASES = {name: case for group in GROUPS for name, case in group.items()}


@cache
def sure(interpreter: Interpreter) -> dict[str, Future[dict[str, set[str]]]]:
    """Return, by the name of each program, a future of what is sure in the programs of its group."""
    with ThreadPoolExecutor() as pool:
        runs = [(group, pool.submit(sure_in, group, interpreter)) for group in GROUPS]
        return {name: run for group, run in runs for name in group}


def sure_in(programs: dict[str, Case], interpreter: Interpreter) -> dict[str, set[str]]:
    """Return, by name, the pairs of letters that are sure in each program of a group; its lines begin with its number."""
    numbered = enumerate(case.program for case in programs.values())
    text = IMPORTS + helpers.GO + "".join(f"PROGRAM = {number}\n{program}" for number, program in numbered)
    with TemporaryDirectory() as folder:
        example = helpers.written(Path(folder), "a", text + helpers.BLOCK.format("timeout = 60"))
        empty = parse("$ python a.py\n", Path("a.out"))
        notes, run = collect.traced(Play(example, empty, interpreter))
    assert not run.trouble
    (output,) = run.outputs
    printed = [line for line, _ in output.lines]
    lines = Lines(notes, find(notes, empty, run))
    found: dict[str, set[str]] = {name: set() for name in programs}
    names = list(programs)
    told = [place for place, line in enumerate(printed) if re.fullmatch(r"\d+ \w", line)]  # not a warning
    for one, other in permutations(told, 2):
        (number, first), (same, second) = printed[one].split(), printed[other].split()
        if number == same and lines.before(one, other):
            found[names[int(number)]].add(first + second)
    if output.exit:  # an error ended them, and no program after that one has run
        last = max((int(printed[place].split()[0]) for place in told), default=0)
        found |= {name: {f"the programs end here: {printed[-1]}"} for name in names[last:]}
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_sure(name: str, interpreter: Interpreter) -> None:
    assert sure(interpreter)[name].result()[name] == CASES[name].pairs


FORKS = """
def run(seconds, first, last):
    time.sleep(seconds); print(first); p = multiprocessing.Process(target=print, args=last); p.start(); p.join()
if __name__ == "__main__":
    multiprocessing.set_start_method("forkserver")
    go(lambda: run(0, "a", "b"), lambda: run(1, "x", "y"))
"""


SPAWNS = """
def work(s, letter, seconds): time.sleep(seconds); s.acquire(); print(letter); s.release()
if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    s = spawn.Semaphore(1)
    processes = [spawn.Process(target=work, args=(s, *how)) for how in (("a", 0), ("b", 0.5))]
    for p in processes: p.start()
    for p in processes: p.join()
"""


@pytest.mark.parametrize(("program", "pairs"), [(FORKS, {"ab", "xy"}), (SPAWNS, set())], ids=["forkserver", "spawn"])
def test_what_a_process_has_to_do_with_those_that_begin_anew(
    program: str, pairs: set[str], interpreter: Interpreter
) -> None:
    """What a server forks has to do with its own start only; which process has a semaphore first is luck."""
    assert sure_in({"one": Case(Rule.END, program, pairs)}, interpreter)["one"] == pairs


def test_each_rule_has_a_program() -> None:
    rules = set(Rule) - {Rule.TRIED}  # tested in `test_trial.py`
    assert set(RULES) == rules - {Rule.SOON, Rule.TIMER, Rule.HANDED, Rule.FIRST_COME, Rule.DEADLINE}
    assert {case.rule for case in CASES.values()} == rules - {Rule.OPENED}
