"""The waits that a timeline can show, and the rules by which one note comes before another, each with its words.

The collector, the reader and the page share them. A new wait needs a member here and a row in `collector/calls.py` for
its call; a new rule needs a member here, a hook in the module of `collector/` that wraps its call, and a row in
`causes.py`, which cites what says so.
"""

import re
from enum import StrEnum
from typing import Self


class _Worded(StrEnum):
    """A member that is its name in notes and traces, with its `words` on a page.

    `awaited` are the functions and types of futures of asyncio, by their qualified names, that a task awaits for it.
    """

    words: str
    awaited: tuple[str, ...]

    def __new__(cls, name: str, words: str = "", *awaited: str) -> Self:
        self = str.__new__(cls, name)
        self._value_, self.words, self.awaited = name, words, awaited
        return self


class Wait(_Worded):
    """A wait; in its words, ``{}`` is the lane that it waits for, ``{text}`` that lane or, if it is unknown, `text`."""

    ACCEPT = "accept", "等人连上来（accept）"
    AS_COMPLETED = "as_completed", "等先出来的结果（as_completed）"
    BARRIER = "barrier", "等大家到齐（barrier）"
    CHILD = "os.wait", "等子进程结束（os.wait）"
    CONDITION = "condition", "等通知（condition）", "Condition.wait", "Condition.wait_for"
    CONNECT = "connect", "等对方接受连接（connect）"
    DECREF = "decref", "等管理器放手（decref）"
    EVENT = "event", "等通知（event）", "Event.wait"
    EXIT = "exit", "等别的线程和进程结束（exit）"
    FLUSH = "flush", "等放进去的都送走（flush）"
    FUTURE = "future", "等结果（await）", "Future"
    GATHER = "gather", "等任务都结束（gather）", "_GatheringFuture"
    GET = "get", "等别人放进来的值（get）", "Queue.get"
    JOIN = "join", "等 {} 结束（join）"
    LOCK = "lock", "等锁（lock）", "Lock.acquire"
    LOOP = "loop", "事件循环没有事做（loop）"
    MAP = "map", "等任务都做完（map）"
    NEXT = "next", "等下一个结果（next）"
    PAUSE = "pause", "等信号（pause）"
    POLL = "poll", "等数据（poll）"
    PUT = "put", "等放进去（put）", "Queue.put"
    QUEUE = "queue", "等放进去的都做完（join）", "Queue.join"
    READ = "read", "等数据（read）"
    READY = "connection.wait", "等其中一个有数据或结束（connection.wait）"
    RECV = "recv", "等数据（recv）"
    RESOLVE = "getaddrinfo", "等查到地址（getaddrinfo）"
    RESULT = "result", "等结果（result）"
    RESULTS = "futures.wait", "等结果（futures.wait）"
    RESUME = "resume", "让 {} 接着走（resume）"
    RUN = "run", "等命令结束（run）"
    SELECT = "select", "等其中一个能读写（select）"
    SEMAPHORE = "semaphore", "等名额（semaphore）", "Semaphore.acquire"
    SEND = "send", "等数据送出去（send）"
    SERVE = "serve", "等别人来要（serve）"
    SHUTDOWN = "shutdown", "等任务都做完（shutdown）", "BaseEventLoop.shutdown_default_executor"
    SIGNAL = "sigwait", "等信号（sigwait）"
    SLEEP = "sleep", "睡眠（sleep）"
    SLEEP_0 = "sleep(0)", "让别的任务先走（sleep(0)）", "NoneType"  # a task that awaits no future
    START = "start", "等它准备好（start）"
    SYSTEM = "system", "等命令结束（system）"
    TASK = "task", "等 {} 结束（await）", "Task"
    TASK_GROUP = "TaskGroup", "等任务都结束（TaskGroup）", "TaskGroup.__aexit__"
    TERMINATE = "terminate", "等工作进程都停下（terminate）"
    TO_THREAD = "to_thread", "等线程做完（to_thread）", "to_thread"
    WAIT = "wait", "等 {} 结束（wait）"
    WAITPID = "waitpid", "等 {子进程} 结束（waitpid）"
    WRITE = "write", "等对方读走（write）"
    YIELD = "yield", "停下，让别人走（yield）"


FOR_END = tuple(wait for wait in Wait if wait.words.startswith("等 {"))
"""The waits for the end of another lane."""
FOR_VALUE = (Wait.GET, Wait.READ, Wait.RECV)
"""The waits for a value that another lane puts or sends; an arrow leads from there to the wait."""


class Rule(_Worded):
    """Why one note comes before another; in its words, ``{a}`` makes the call ``{give}``, and ``{b}`` ``{take}``."""

    START = "start", "{b} 由 {give} 启动"
    OPENED = "opened", "看见了那一行，才打开这个终端"
    END = "end", "{take} 等 {a} 结束"
    EVENT = "event", "{take} 等 {give}"
    CONDITION = "condition", "{take} 等 {give}"
    MUTEX = "mutex", "{b} 等 {a} 释放锁"
    SEMAPHORE = "semaphore", "{take} 等 {give}"
    BARRIER = "barrier", "{take} 等大家到齐"
    ACTION = "action", "{take} 等 {a} 做完大家到齐时要做的事"
    BROKEN = "broken", "{give} 叫醒了 {take}"
    ITEM = "item", "{take} 等 {give}"
    DONE = "done", "{take} 等 {give}"
    PIPE = "pipe", "{take} 等 {give}"
    STREAM = "stream", "{take} 等 {give}"
    DATAGRAM = "datagram", "{take} 等 {give}"
    CONNECT = "connect", "{take} 等 {give}"
    SIGNAL = "signal", "{b} 收到了 {give} 发的信号"
    HANDLED = "handled", "{take} 等到了信号"
    FUTURE = "future", "{take} 等 {a} 的结果"
    CALLED = "called", "{b} 调用了回调"
    JOB = "job", "{take} 等 {a} 的结果"
    SOON = "soon", "{take} 等 {give}"
    TIMER = "timer", "{take} 等到了时间"
    HANDED = "handed", "{b} 等 {a} 释放锁"
    FIRST_COME = "first-come", "事件循环按交给它的先后来做，{a} 在前，{b} 在后"
    DEADLINE = "deadline", "同一个事件循环里，{a} 的定时器先到"
    STOP = "stop", "{take} 等事件循环停下"
    TRIED = "tried", "录制时让 {a} 处处落后，{b} 就一直等着"


def awaiting(name: str) -> str:
    """Return the wait of a task that awaits the function or future called `name`, or `name` if there is none."""
    return next((wait for wait in Wait if name in wait.awaited), name)


def words(what: str, whom: str = "") -> str:
    """Return a reader's words for a wait for the lane `whom`; a `what` that is no `Wait` is the name of a function."""
    found = next((wait.words for wait in Wait if wait == what), f"等待（{what}）")
    return re.sub(r" \{(.*?)\} ", (lambda _: f" {whom} ") if whom else r"\1", found)
