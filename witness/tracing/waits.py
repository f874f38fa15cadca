"""The waits that a timeline can tell of, in one table, for the collector, the reader and the page.

A new one is a line here and a line in a module of `collector/`, which names the call that it is.
"""

from __future__ import annotations

from enum import StrEnum


class Wait(StrEnum):
    """A wait: its name in a trace, its words on a page, where {} is who it waits for, and what a task awaits for it."""

    words: str
    awaited: tuple[str, ...]

    def __new__(cls, name: str, words: str, *awaited: str) -> Wait:
        self = str.__new__(cls, name)
        self._value_, self.words, self.awaited = name, words, awaited
        return self

    __repr__ = str.__repr__  # as it stands in a note

    ACCEPT = "accept", "等人连上来（accept）"
    BARRIER = "barrier", "等大家到齐（barrier）"
    CALL = "call", "等命令结束（call）"
    CHECK_CALL = "check_call", "等命令结束（check_call）"
    CHECK_OUTPUT = "check_output", "等命令的输出（check_output）"
    CONDITION = "condition", "等通知（condition）"
    DECREF = "decref", "等管理器放手（decref）"
    EVENT = "event", "等通知（event）", "Event.wait"
    EXIT = "exit", "等别的线程和进程结束（exit）"
    FLUSH = "flush", "等放进去的都送走（flush）"
    FUTURE = "future", "等结果（await）", "Future"
    GATHER = "gather", "等任务都结束（gather）", "_GatheringFuture"
    GET = "get", "等别人放进来的值（get）", "Queue.get"
    JOIN = "join", "等 {} 结束（join）"
    LOCK = "lock", "等锁（lock）", "Lock.acquire", "_ContextManagerMixin.__aenter__"
    MAP = "map", "等任务都做完（map）"
    NEXT = "next", "等下一个结果（next）"
    PUT = "put", "等放进去（put）", "Queue.put"
    QUEUE = "queue", "等放进去的都做完（join）", "Queue.join"
    RECV = "recv", "等数据（recv）"
    RESULT = "result", "等结果（result）"
    RESUME = "resume", "让 {} 接着走（resume）"
    RUN = "run", "等命令结束（run）"
    SEMAPHORE = "semaphore", "等名额（semaphore）"
    SERVE = "serve", "等别人来要（serve）"
    SHUTDOWN = "shutdown", "等任务都做完（shutdown）"
    SLEEP = "sleep", "睡眠（sleep）"
    SLEEP_0 = "sleep(0)", "让别的任务先走（sleep(0)）"
    START = "start", "等它准备好（start）"
    TASK = "task", "等 {} 结束（await）", "Task"
    TASK_GROUP = "TaskGroup", "等任务都结束（TaskGroup）", "TaskGroup.__aexit__"
    TERMINATE = "terminate", "等工作进程都停下（terminate）"
    TO_THREAD = "to_thread", "等线程做完（to_thread）", "to_thread"
    WAIT = "wait", "等 {} 结束（wait）"
    WAITPID = "waitpid", "等 {} 结束（waitpid）"
    YIELD = "yield", "停下，让别人走（yield）"


FOR_END = (Wait.JOIN, Wait.TASK, Wait.WAIT, Wait.WAITPID)
"""The waits for the end of a lane."""
FOR_VALUE = (Wait.GET, Wait.RECV)
"""The waits for what another puts or sends."""


def awaiting(name: str) -> str:
    """The wait of a task that awaits the function or the future of this name, or else the name itself."""
    return next((wait for wait in Wait if name in wait.awaited), name)


def words(what: str) -> str:
    """What a wait is, for a reader; one that is not in the table is a function of the program's."""
    return next((wait.words for wait in Wait if wait == what), f"等待（{what}）")
