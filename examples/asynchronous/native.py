from collections import deque
from collections.abc import Coroutine, Generator


class Pause:
    """await 它，就在这里停一次。"""

    def __await__(self) -> Generator[None, None, None]:
        yield


async def A() -> None:
    print("1")
    print("2")
    await Pause()
    print("3")


async def B() -> None:
    print("x")
    print("y")
    await Pause()
    print("z")


def run(*coroutines: Coroutine) -> None:
    """与生成器版同一个调度器，只是 next 换成 send。"""
    ready = deque(coroutines)
    while ready:
        coroutine = ready.popleft()
        try:
            coroutine.send(None)
        except StopIteration:
            continue
        ready.append(coroutine)


run(A(), B())
