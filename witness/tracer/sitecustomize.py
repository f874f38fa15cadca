"""Make every Python process of an example note what it does, for its timeline, and print as on a terminal.

A copy of this file stands in a folder of its own, first on `PYTHONPATH`, so that the processes that an example starts
inherit it. Each process writes its notes beside it, in ``PID.notes``: a line is ``(time, lane, kind, ...)``, the time
in nanoseconds of the clock that all processes of a machine share. `witness/trace.py` reads them.

A lane is a thread, ``PID.N`` (0 is the main one), or a task or generator in it, ``PID.N/M``. The kinds:

    begin(how, name)         the lane begins: a "program", "process", "thread", "task" or "generator"
    forked(lane, since)      it begins as the copy of another
    own(name)                it is of the example, not of the library; `name` is that of the function it now runs
    exit()                   its program is done; it may still wait for threads and processes
    end()                    it has nothing more to do
    print(since, text)       it has printed; `since` is when it began to
    wait(what, whom)         it stops until something happens
    on(token)                it goes on; `token` is that of the `set` or `put` that it waited for, or "alive"
    stop(what, whom), go()   the same of a task or generator, which stops by itself; at its end it only stops
    start(lane, name), cancel(lane), set(token), put(token)
"""

import atexit
import builtins
import functools
import importlib.abc
import importlib.util
import io
import itertools
import os
import re
import shlex
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

NOTES = Path(__file__).resolve().parent
HOME = Path.cwd()
# The library's own functions, in which a process or a thread waits.
WORKERS = ("worker", "_process_worker", "run", "_run_server", "_result_or_cancel", "as_completed")
GENERATOR = 0x20 | 0x80 | 0x200  # from <code.h>: a generator, a coroutine, an asynchronous generator

# As they are before any of this, and whatever a program puts in their place.
clock, getpid, write, stdout = time.monotonic_ns, os.getpid, os.write, sys.stdout
count = itertools.count(1)


class Process:
    """What is known of this process: its number, the file of its notes, which lane forks it and since when."""

    number = notes = -1
    forker = ("", 0)


class Here(threading.local):
    """What is known of this thread: its lane, the task or generator in it, whether it is in a call noted as a whole."""

    lane = "0"
    within = ""
    busy = False

    def __init__(self) -> None:
        self.frames: list[FrameType] = []  # of the task or generator that runs, the innermost last
        self.value: object = None  # what it yielded last
        self.left: list[CodeType] = []  # those that yielded it, the innermost first


here = Here()


def note(kind: str, *details: object, at: int = 0) -> None:
    if getpid() != Process.number:
        Process.number = getpid()
        Process.notes = os.open(NOTES / f"{Process.number}.notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    write(Process.notes, f"{(at or clock(), lane(), kind, *details)!r}\n".encode())


def lane() -> str:
    return here.within or f"{getpid()}.{here.lane}"


@functools.cache
def example(file: str) -> bool:
    """Whether a file is a program of the example."""
    path = HOME / file
    return path.parent == HOME and path.exists()


def asked(depth: int = 2) -> bool:
    """Whether the program itself asked for it, or a pool's worker, and not the library for its own needs."""
    code = sys._getframe(depth).f_code
    return not here.busy and (example(code.co_filename) or code.co_name in WORKERS)


def during(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a function without noting what it calls in turn."""
    before, here.busy = here.busy, True
    try:
        return function(*arguments, **keywords)
    finally:
        here.busy = before


def short(value: object) -> str:
    """A value as it is written, if the program has no say in that."""
    text = repr(value) if type(value) in (int, str, bytes, float, bool) else type(value).__name__
    return text if len(text) <= 40 else f"{text[:39]}…"


def nothing(*_: object) -> None:
    pass


def idle() -> bool:
    """Whether no call is noted as a whole."""
    return not here.busy


def waits(
    owner: Any,
    what: str,
    *names: str,
    whom: Callable[..., object] = nothing,
    token: Callable[..., object] = nothing,
    when: Callable[[], bool] = asked,
) -> None:
    """Note the calls of functions that may stop their caller; `token` is of the value and the object."""
    for name in names:
        original = getattr(owner, name)

        def wrapped(*args: Any, original: Callable[..., Any] = original, **kwargs: Any) -> Any:
            if not when():
                return original(*args, **kwargs)
            note("wait", what, whom(*args))
            value = None
            try:
                value = during(original, *args, **kwargs)
                return value
            finally:
                note("on", token(value, *args))

        static = isinstance(vars(owner).get(name), staticmethod)
        wrapper: Any = functools.wraps(original)(wrapped)
        setattr(owner, name, staticmethod(wrapper) if static else wrapper)


def does(owner: Any, kind: str, name: str, what: Callable[..., object]) -> None:
    """Note the calls of a function that lets others go on; `what` is of its arguments."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not asked():
            return original(*args, **kwargs)
        note(kind, what(*args, *kwargs.values()))
        return during(original, *args, **kwargs)

    setattr(owner, name, wrapped)


def process(self: Any, *_: object) -> str:
    return f"{self.pid}.0"


def alive(_: object, process: Any, *__: object) -> str:
    return "alive" if getattr(process, "returncode", 0) is None else ""


def event(value: object, self: Any, *_: object) -> str:
    """The token of an event that is set, if it is."""
    return f"{getpid()} {id(self)} {value}"


def is_set(self: Any) -> str:
    return event(True, self)


def got(value: object, queue: Any, *_: object) -> str:
    """The token of a value that goes through a queue or a pipe, which all its processes know by the same number."""
    reader = getattr(queue, "_reader", queue)
    status = os.fstat(reader.fileno()) if hasattr(reader, "fileno") and not reader.closed else None
    if status is None:
        return f"{getpid()} {id(queue)} {short(value)}"
    return f"{status.st_ino if stat.S_ISFIFO(status.st_mode) else ''} {short(value)}"


def put(queue: Any, value: object, *_: object) -> str:
    return got(value, queue)


# Printing


@functools.wraps(builtins.print)
def _print(*args: Any, original: Callable[..., None] = builtins.print, flush: bool = False, **kwargs: Any) -> None:
    if (kwargs.get("file") or sys.stdout) is not stdout:
        return original(*args, flush=flush, **kwargs)
    text = io.StringIO()
    original(*args, **kwargs | {"file": text})
    stdout.write(text.getvalue())
    if flush:
        stdout.flush()


def _writes(file: Any) -> None:
    original = file.write

    def write(text: str) -> int:
        since = clock()
        written: int = original(text)
        note("print", since, text)
        return written

    file.write = write


# Threads, locks and queues


class Lock:
    """A lock like `threading.Lock`, which notes who waits for it."""

    make: Any = staticmethod(threading.Lock)

    def __init__(self) -> None:
        self._lock = self.make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)

    def acquire(self, blocking: bool = True, timeout: float = -1, depth: int = 2) -> bool:
        if not blocking or not asked(depth):
            return bool(self._lock.acquire(blocking, timeout))
        if self._lock.acquire(False):
            return True
        note("wait", "lock", None)
        got = self._lock.acquire(True, timeout)
        note("on", None)
        return bool(got)

    def __enter__(self) -> bool:
        return self.acquire(depth=3)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class RLock(Lock):
    """The same of `threading.RLock`."""

    make = staticmethod(threading.RLock)


def _threading(module: Any) -> None:
    thread = module.Thread
    start, bootstrap = thread.start, thread._bootstrap_inner

    def _start(self: Any) -> None:
        self._lane, self._own = f"{getpid()}.{next(count)}", asked()
        note("start", self._lane, None)
        during(start, self)

    def _bootstrap_inner(self: Any) -> None:
        here.lane = self._lane.partition(".")[2]
        note("begin", "thread", re.sub(r"Thread-\d+ \((.+)\)", r"\1", self.name))
        if self._own:
            note("own")
        try:
            bootstrap(self)
        finally:
            note("end")

    thread.start, thread._bootstrap_inner = _start, _bootstrap_inner
    waits(thread, "join", "join", whom=lambda self, *_: getattr(self, "_lane", None))
    waits(module.Barrier, "barrier", "wait")
    waits(module.Event, "event", "wait", token=event)
    waits(module.Condition, "condition", "wait", "wait_for")
    waits(module.Condition, "lock", "__enter__")
    waits(module.Semaphore, "semaphore", "acquire", "__enter__")
    does(module.Event, "set", "set", is_set)
    module.Lock, module.RLock = Lock, RLock


def _queue(module: Any) -> None:
    waits(module.Queue, "get", "get", token=got)
    waits(module.Queue, "queue", "join")
    does(module.Queue, "put", "put", put)


def _futures(module: Any) -> None:
    waits(module.Future, "result", "result", "exception")
    waits(module.Executor, "shutdown", "__exit__")
    waits(module, "wait", "wait")


def _thread_pool(module: Any) -> None:
    run = module._WorkItem.run

    def _run(self: Any, *args: Any) -> None:
        function = getattr(self, "fn", None) or self.task[0]
        if getattr(function, "func", None) and function.args:  # `asyncio.to_thread` runs it in a copied context
            function = function.args[0]
        note("on", None)
        note("own", getattr(function, "__name__", ""))
        run(self, *args)
        note("wait", "get", None)

    module._WorkItem.run = _run


# Processes


def _name(process: Any) -> str:
    """What a process is called; one without a name of its own, like the function of the program that it runs."""
    code = getattr(process._target, "__code__", None)
    if code and example(code.co_filename) and re.fullmatch(r"\w*Process-[\d:]+", process.name):
        return str(code.co_name)
    return str(process.name)


def _process(module: Any) -> None:
    base = module.BaseProcess
    start, bootstrap = base.start, base._bootstrap

    def _start(self: Any) -> None:
        since, name = clock(), _name(self)
        start(self)
        note("start", f"{self.pid}.0", name, at=since)

    def _bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        here.busy = False
        note("begin", "process", _name(self))
        note("own")
        try:
            return bootstrap(self, *args, **kwargs)
        finally:
            note("end")

    base.start, base._bootstrap = _start, _bootstrap
    waits(base, "join", "join", whom=process, token=lambda _, self, *__: alive(_, self._popen))
    does(base, "cancel", "terminate", process)
    does(base, "cancel", "kill", process)


def _synchronize(module: Any) -> None:
    semaphore = module.SemLock
    make = semaphore._make_methods

    def _make_methods(self: Any) -> None:
        make(self)
        del self.acquire  # so that it is asked for at the class

    semaphore._make_methods = _make_methods
    semaphore.acquire = lambda self, *args, **kwargs: self._semlock.acquire(*args, **kwargs)
    for name, what in {
        "Lock": "lock",
        "RLock": "lock",
        "Semaphore": "semaphore",
        "BoundedSemaphore": "semaphore",
    }.items():
        waits(getattr(module, name), what, "acquire", "__enter__")
    waits(module.Condition, "condition", "wait", "wait_for")
    waits(module.Condition, "lock", "__enter__")
    waits(module.Event, "event", "wait", token=_shared)
    does(module.Event, "set", "set", lambda self: _shared(True, self))


def _shared(value: object, self: Any, *_: object) -> str:
    """The token of an event of several processes, which all of them know by the same name."""
    return f"{self._flag._semlock.name} {value}"


def _process_queues(module: Any) -> None:
    for queue in module.Queue, module.SimpleQueue:
        waits(queue, "get", "get", token=got)
    for queue in module.Queue, module.JoinableQueue, module.SimpleQueue:
        does(queue, "put", "put", put)
    waits(module.JoinableQueue, "queue", "join")
    waits(module.Queue, "flush", "_finalize_join", when=idle)


def _connection(module: Any) -> None:
    waits(module._ConnectionBase, "recv", "recv", token=got)
    does(module._ConnectionBase, "put", "send", put)


def _pool(module: Any) -> None:
    waits(module.Pool, "map", "map", "starmap", "apply")
    waits(module.Pool, "join", "join")
    waits(module.Pool, "terminate", "terminate", when=idle)
    waits(module.ApplyResult, "get", "get", "wait")
    waits(module.IMapIterator, "next", "next", "__next__")


def _forkserver(module: Any) -> None:
    waits(module, "start", "connect_to_new_process", when=idle)
    waits(module, "start", "read_signed", when=idle)


def _managers(module: Any) -> None:
    register = module.BaseManager.register

    def _register(cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        register.__func__(cls, name, *args, **kwargs)
        if hasattr(cls, name):
            waits(cls, name, name)

    module.BaseManager.register = classmethod(_register)
    waits(module.BaseManager, "start", "start", when=idle)
    waits(module.BaseManager, "shutdown", "_finalize_manager", when=idle)
    waits(module.BaseProxy, "decref", "_decref", when=idle)
    call = module.BaseProxy._callmethod

    def _callmethod(self: Any, name: str, *args: Any) -> Any:
        if here.busy:
            return call(self, name, *args)
        note("wait", name, None)
        try:
            return during(call, self, name, *args)
        finally:
            note("on", None)

    module.BaseProxy._callmethod = _callmethod
    waits(module.Server, "serve", "serve_forever")


def _reaped(value: Any, *_: object) -> str:
    return "alive" if value and value[0] == 0 else ""


def _subprocess(module: Any) -> None:
    init = module.Popen.__init__

    @functools.wraps(init)
    def _init(self: Any, args: Any, *more: Any, **keywords: Any) -> None:
        since = clock()
        init(self, args, *more, **keywords)
        command = shlex.split(args)[0] if isinstance(args, str) else args[0]
        note("start", f"{self.pid}.0", Path(command).name, at=since)

    module.Popen.__init__ = _init
    for name in ("run", "call", "check_call", "check_output"):
        waits(module, name, name)
    waits(module.Popen, "wait", "wait", "communicate", whom=process, token=alive)


def _socket(module: Any) -> None:
    for name in ("recv", "accept"):
        waits(module.socket, name, name)


def _event_loop(module: Any) -> None:
    shutdown = module.BaseEventLoop.shutdown_default_executor

    async def _shutdown(self: Any, *args: Any) -> None:
        if self._default_executor:
            note("wait", "shutdown", None)
        await shutdown(self, *args)
        if self._default_executor:
            note("on", None)

    module.BaseEventLoop.shutdown_default_executor = _shutdown


class Finder(importlib.abc.MetaPathFinder):
    """Lets the functions above at each module once it is imported, so that a program imports only what it imports."""

    def __init__(self) -> None:
        self.hooks = {
            "queue": _queue,
            "concurrent.futures._base": _futures,
            "concurrent.futures.thread": _thread_pool,
            "multiprocessing.process": _process,
            "multiprocessing.synchronize": _synchronize,
            "multiprocessing.queues": _process_queues,
            "multiprocessing.connection": _connection,
            "multiprocessing.pool": _pool,
            "multiprocessing.managers": _managers,
            "multiprocessing.forkserver": _forkserver,
            "asyncio.base_events": _event_loop,
            "subprocess": _subprocess,
            "socket": _socket,
        }

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        hook = self.hooks.pop(name, None)
        spec: Any = importlib.util.find_spec(name) if hook else None
        if hook and spec:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                hook(module)

            spec.loader.exec_module = exec_module
        return spec


# Tasks and generators: whenever one goes on or stops, Python tells so to `sys.setprofile`.

lanes: dict[int, tuple[object, str]] = {}
"""By their id: tasks and the frames of generators, kept alive so that no other gets the id, and their lanes."""
begun: set[str] = set()
awaited: dict[str, str] = {}
"""The tokens of the events that tasks wait for, by their lanes."""


def _profile(frame: FrameType, event: str, arg: Any) -> None:
    code = frame.f_code
    if here.busy:
        return
    if event == "c_call":
        if getattr(arg, "__name__", "") == "cancel" and cancels(code) and _lane_of(arg.__self__):
            note("cancel", _lane_of(arg.__self__))
    elif event == "return" and code.co_name == "create_task" and code.co_filename.endswith("base_events.py") and arg:
        _created(arg)
    elif (
        event == "call"
        and code.co_qualname == "Event.set"
        and frame.f_back
        and example(frame.f_back.f_code.co_filename)
    ):
        note("set", is_set(frame.f_locals["self"]))
    elif event in ("call", "return") and code.co_flags & GENERATOR and code.co_name != "<genexpr>":
        if event == "call":
            _resumed(frame, code)
        elif here.frames and here.frames[-1] is frame:
            _stopped(frame, code, arg)


def cancels(code: CodeType) -> bool:
    return example(code.co_filename) or code.co_qualname == "TaskGroup._abort"


def _task() -> Any:
    """The task that this thread runs, if any."""
    asyncio: Any = sys.modules.get("asyncio")
    loop = asyncio._get_running_loop() if hasattr(asyncio, "current_task") else None
    return asyncio.current_task(loop) if loop else None


def _lane_of(task: object) -> str:
    return lanes.get(id(task), (None, ""))[1]


def _created(task: Any) -> None:
    if _task() is None:  # what `asyncio.run` runs is the thread's own
        lanes[id(task)] = task, lane()
        begun.add(lane())
        return
    name = f"{lane().partition('/')[0]}/{next(count)}"
    note("start", name, None)
    lanes[id(task)] = task, name


def _resumed(frame: FrameType, code: CodeType) -> None:
    here.frames.append(frame)
    if len(here.frames) > 1:
        lanes.setdefault(id(frame), (frame, here.within))  # to its end it is part of this lane
        return
    task = _task()
    if not example(code.co_filename) and "/" not in _lane_of(task):
        here.frames.clear()
        return
    subject = frame if task is None else task
    known = _lane_of(subject)
    if not known:
        known = f"{lane()}/{next(count)}"
        lanes[id(subject)] = subject, known
        note("start", known, None)
    if here.within == known:
        return  # an exception has come through from what it awaited
    if task is None:
        note("stop", "resume", known)
    here.within = known
    if known in begun:
        note("go", awaited.pop(known, None))
        return
    begun.add(known)
    note("begin", "generator" if task is None else "task", code.co_name)
    if example(code.co_filename):
        note("own")


def _stopped(frame: FrameType, code: CodeType, value: object) -> None:
    here.frames.pop()
    if code.co_qualname == "Event.wait":
        awaited[here.within] = is_set(frame.f_locals["self"])
    if value is not here.value:
        here.value = value
        here.left.clear()
    here.left.append(code)
    if here.frames:
        return
    task = _task()
    awaiting = task.get_coro().cr_frame if task is not None else None
    if awaiting is not None and awaiting is not frame:
        return  # an exception was thrown into what it awaits
    library = [code for code in here.left if not example(code.co_filename)]
    what = (
        library[-1].co_qualname.partition(".<locals>")[0]
        if library
        else "yield"
        if task is None
        else type(value).__name__
    )
    if what == "sleep" and value is None:
        what = "sleep(0)"
    note("stop", what, _lane_of(value))
    here.within, here.value = "", here
    here.left.clear()
    if task is None:
        note("go", None)


def _forking() -> None:
    Process.forker = lane(), clock()


def _forked() -> None:
    here.lane, here.within, here.busy = "0", "", False
    here.frames.clear()
    note("forked", *Process.forker)


if isinstance(stdout, io.TextIOWrapper):
    stdout.reconfigure(line_buffering=True)
for file in stdout, sys.stderr:
    _writes(file)
builtins.print = _print
waits(time, "sleep", "sleep")
waits(os, "waitpid", "waitpid", whom=lambda number, *_: f"{number}.0", token=_reaped)
waits(os, "wait", "wait")
_threading(threading)
sys.meta_path.insert(0, Finder())
os.register_at_fork(before=_forking, after_in_child=_forked)
note("begin", "program", " ".join(sys.orig_argv[1:]))
atexit.register(note, "end")
threading._register_atexit(note, "exit")  # type: ignore[attr-defined]
if (NOTES / "generators").exists():
    threading.setprofile(_profile)
    sys.setprofile(_profile)
