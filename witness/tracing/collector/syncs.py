"""The calls by which one thing comes before another, in one table: what each gives before it, and takes after it.

Unlike the waits of `calls.py` they are noted whoever makes them, for the library's own threads pass on what they get.
Who only asks whether something is so takes nothing, as the answer is chance; who gets something takes, waits or not.
What a future or the end of a process gives is taken by any call that can tell of it.
"""

from typing import Any

from ..waits import Rule
from . import channels, locks, mutexes, queues, results
from .hooks import replace
from .sync import Sync, done, of, program_asks, true

SHARED, PUTS, GETS = "multiprocessing.synchronize", "Queue._put PriorityQueue._put", "Queue._get PriorityQueue._get"
SYNCS = (
    *(
        sync
        for module in ("threading", "asyncio.locks", SHARED)
        for sync in (
            Sync(Rule.EVENT, module, "Event.set", gives=of),
            Sync(Rule.EVENT, module, "Event.clear", clears=of),
            Sync(Rule.EVENT, module, "Event.wait", takes=true),
        )
    ),
    *(
        sync
        for module, breaks in (("threading", "_break"), ("asyncio.locks", "abort"))
        for sync in (
            Sync(Rule.BARRIER, module, "Barrier.wait", gives=locks.parties, takes=done),
            Sync(Rule.BARRIER, module, "Barrier.reset", clears=of),
            Sync(Rule.BROKEN, module, "Barrier.wait", takes=locks.broken),
            Sync(Rule.BROKEN, module, f"Barrier.{breaks}", gives=of),
            Sync(Rule.BROKEN, module, "Barrier.reset", gives=of, clears=of),
        )
    ),
    Sync(Rule.CONDITION, SHARED, "Condition.notify", gives=of, when=program_asks),
    Sync(Rule.CONDITION, SHARED, "Condition.wait", takes=true, when=program_asks),
    Sync(
        Rule.SEMAPHORE,
        "threading",
        "Semaphore.release BoundedSemaphore.release",
        gives=locks.released,
        when=program_asks,
    ),
    Sync(Rule.SEMAPHORE, "threading", "Semaphore.acquire Semaphore.__enter__", takes=locks.acquired, when=program_asks),
    Sync(Rule.MUTEX, "asyncio.locks", "Lock.acquire", takes=mutexes.held),
    Sync(Rule.MUTEX, "asyncio.locks", "Lock.release", gives=of),
    Sync(Rule.SEMAPHORE, "asyncio.locks", "Semaphore.release", gives=locks.released),
    Sync(Rule.SEMAPHORE, "asyncio.locks", "Semaphore.acquire", takes=locks.acquired),
    *(
        sync
        for module in ("queue", "asyncio.queues")
        for sync in (
            Sync(Rule.ROOM, module, f"{PUTS} LifoQueue._put", takes=queues.has_room),
            Sync(Rule.ROOM, module, f"{GETS} LifoQueue._get", gives=queues.makes_room),
            Sync(Rule.ITEM, module, f"{PUTS} LifoQueue._put", gives=queues.put),
            Sync(Rule.ITEM, module, f"{GETS} LifoQueue._get", takes=queues.got),
            Sync(Rule.DONE, module, "Queue.task_done", gives=of),
            Sync(Rule.DONE, module, "Queue.join", takes=done),
            Sync(Rule.CLOSED, module, "Queue.shutdown", gives=of),
            Sync(Rule.CLOSED, module, "Queue.get Queue.put Queue.join", takes=queues.shut),
        )
    ),
    Sync(Rule.ITEM, "queue", "SimpleQueue.put", gives=queues.put),
    Sync(Rule.ITEM, "queue", "SimpleQueue.get SimpleQueue.get_nowait", takes=queues.got),
    Sync(Rule.ITEM, "multiprocessing.queues", "Queue.put JoinableQueue.put", gives=queues.to_feed),
    Sync(Rule.ROOM, "multiprocessing.queues", "Queue.put JoinableQueue.put", takes=queues.has_shared_room),
    Sync(Rule.ROOM, "multiprocessing.queues", "Queue.get", gives=queues.makes_shared_room),
    Sync(Rule.DONE, "multiprocessing.queues", "JoinableQueue.task_done", gives=of),
    Sync(Rule.DONE, "multiprocessing.queues", "JoinableQueue.join", takes=done),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.set_result Future.set_exception", gives=of),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.cancel", gives=results.cancellable),
    Sync(Rule.FUTURE, "concurrent.futures._base", "Future.result Future.exception", takes=results.finished),
    Sync(Rule.JOB, "multiprocessing.pool", "ApplyResult._set MapResult._set", gives=results.job_done),
    Sync(Rule.JOB, "multiprocessing.pool", "IMapIterator._set IMapUnorderedIterator._set", gives=results.job_done),
    Sync(Rule.JOB, "multiprocessing.pool", "ApplyResult.get ApplyResult.wait", takes=results.job_ready),
    Sync(Rule.JOB, "multiprocessing.pool", "IMapIterator.next IMapIterator.__next__", takes=results.next_job),
    Sync(Rule.MESSAGE, "multiprocessing.connection", "Connection._send_bytes", gives=channels.sent),
    Sync(Rule.MESSAGE, "multiprocessing.connection", "Connection._recv_bytes", takes=channels.received),
    Sync(Rule.CLOSED, "multiprocessing.connection", "Connection._close", gives=channels.sent),
    Sync(Rule.CLOSED, "multiprocessing.connection", "Connection._recv_bytes", takes=channels.ended),
)
AROUND = (
    ("threading", "Condition.__enter__", mutexes.entering),
    ("threading", "Condition.__exit__", mutexes.leaving),
    ("threading", "Condition.notify", locks.notifying),
    ("threading", "Condition.wait", locks.waiting_for),
    ("threading", "Condition.wait", mutexes.without_it),
    ("threading", "Condition.wait_for", locks.waiting_until),
    ("threading", "Semaphore.__init__", locks.counting),
    ("asyncio.locks", "Semaphore.__init__", locks.counting),
    (SHARED, "Lock.__enter__", mutexes.entering),
    (SHARED, "Lock.__exit__", mutexes.leaving),
    (SHARED, "RLock.__enter__", mutexes.entering),
    (SHARED, "RLock.__exit__", mutexes.leaving),
    (SHARED, "Condition.__enter__", mutexes.entering),
    (SHARED, "Condition.__exit__", mutexes.leaving),
    (SHARED, "Condition.wait", mutexes.without_it),
    (SHARED, "Semaphore.__init__", locks.counting),
    (SHARED, "BoundedSemaphore.__init__", locks.counting),
    ("multiprocessing.reduction", "ForkingPickler.dumps", queues.feeding),
    ("multiprocessing.queues", "SimpleQueue.get", results.asking_for_a_job),
    ("multiprocessing.queues", "Queue.get", results.asking_for_a_job),
    ("queue", "SimpleQueue.get", results.asking_for_a_job),
    ("queue", "SimpleQueue.get_nowait", results.asking_for_a_job),
    ("multiprocessing.pool", "Pool._repopulate_pool", results.sharing),
    ("concurrent.futures.thread", "_worker", results.working),
    ("concurrent.futures._base", "Future.add_done_callback", results.calling_back),
    ("concurrent.futures._base", "wait", results.waiting_for_all),
    ("concurrent.futures._base", "as_completed", results.completing),
)


def hook(module: Any) -> None:
    """Note what comes before what in the calls of a module."""
    around = [(path, sync.around) for sync in SYNCS if sync.module == module.__name__ for path in sync.names.split()]
    around += [(path, wrap) for name, path, wrap in AROUND if name == module.__name__]
    for path, wrap in around:
        owner_name, _, function = path.rpartition(".")
        owner = getattr(module, owner_name) if owner_name else module
        if hasattr(owner, function):
            replace(owner, function, wrap(getattr(owner, function)))
