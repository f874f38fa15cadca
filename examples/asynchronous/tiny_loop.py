import heapq
import threading
import time
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from itertools import count
from typing import Any

ready: deque[Callable] = deque()  # 轮到就做的事，先来后到
timers: list[tuple] = []  # 堆：到期时间、登记的号、要做的事
number = count()
wait = threading.Event().wait  # 没有事做，就停在这里


class CancelledError(BaseException):
    pass


class Future:
    """以后才有的结果。"""

    finished, value, error = False, None, None

    def __init__(self) -> None:
        self.callbacks: list[Callable] = []

    def finish(self, value: Any = None, error: Any = None) -> None:
        if not self.finished:
            self.finished, self.value, self.error = True, value, error
            ready.extend(self.callbacks)  # 等它的，都排进队里

    def cancel(self) -> None:
        self.finish(error=CancelledError())

    def done(self) -> bool:
        return self.finished

    def result(self) -> Any:
        if self.error:
            raise self.error
        return self.value

    def __await__(self) -> Generator:
        if not self.finished:
            yield self  # 停在这里，告诉任务在等谁
        return self.result()


class Task(Future):
    """一个协程，走一步，停一步。"""

    waiting, must_cancel = None, False

    def __init__(self, coroutine: Coroutine) -> None:
        super().__init__()
        self.coroutine = coroutine
        ready.append(self.step)  # 新建，只是排队

    def step(self) -> None:
        try:
            if self.must_cancel:
                self.must_cancel = False
                waiting = self.coroutine.throw(CancelledError())
            else:
                waiting = self.coroutine.send(None)
        except StopIteration as stop:
            self.finish(stop.value)
        except BaseException as error:
            self.finish(error=error)
        else:
            self.waiting = waiting
            later = waiting.callbacks if waiting else ready
            later.append(self.step)

    def cancel(self) -> None:
        if self.waiting and not self.waiting.finished:
            self.waiting.cancel()
        else:
            self.must_cancel = True


create_task = Task


@types.coroutine
def pause() -> Generator:
    yield  # 不等谁，只让出一次


async def sleep(seconds: float) -> None:
    if seconds <= 0:
        return await pause()
    future = Future()
    when = time.monotonic() + seconds
    heapq.heappush(timers, (when, next(number), future.finish))
    await future


def run_once() -> None:
    timeout = 0.0 if ready else None
    if timers and not ready:
        timeout = max(0.0, timers[0][0] - time.monotonic())
    wait(timeout)
    while timers and timers[0][0] <= time.monotonic():
        ready.append(heapq.heappop(timers)[2])
    for _ in range(len(ready)):  # 这一圈新排进来的，下一圈做
        ready.popleft()()


def run(coroutine: Coroutine) -> Any:
    main = Task(coroutine)
    while not main.finished:
        run_once()
    return main.result()
