from collections import deque
from collections.abc import Generator


def A() -> Generator[None, None, None]:
    print("1")
    print("2")
    yield  # 停在这里，让别人先走
    print("3")


def B() -> Generator[None, None, None]:
    print("x")
    print("y")
    yield
    print("z")


def run(*coroutines: Generator[None, None, None]) -> None:
    """最小的调度器：轮流恢复，直到都走完。"""
    ready = deque(coroutines)
    while ready:
        coroutine = ready.popleft()
        try:
            next(coroutine)
        except StopIteration:
            continue  # 走完了，不再排队
        ready.append(coroutine)


run(A(), B())
