"""时钟会跳的事件循环，用来测试：没有事做，就跳到下一个定时器。

程序里不能有网络、线程和子进程：它们什么时候有结果，这个时钟不知道。
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Clock(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        # 事件循环正要睡 timeout 秒；没有定时器，就是 None
        if timeout is None:
            raise RuntimeError("没有事做，也没有定时器：死锁")
        self.now += max(timeout, 0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = Clock()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def run(main: Coroutine[Any, Any, T]) -> T:
    """和 asyncio.run 一样，时间从 0 开始，一步跳到该醒的时候。"""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
