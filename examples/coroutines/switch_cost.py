# /// script
# requires-python = ">=3.11"
#
# [tool.witness]
# alone = true
# ///
import asyncio
import threading
import time
from collections.abc import Generator

SWITCHES = 10_000


def by_generators() -> float:
    def idle() -> Generator[None, None, None]:
        while True:
            yield

    a, b = idle(), idle()
    start = time.perf_counter()
    for _ in range(SWITCHES // 2):
        next(a)
        next(b)
    return time.perf_counter() - start


def by_tasks() -> float:
    async def idle() -> None:
        for _ in range(SWITCHES // 2):
            await asyncio.sleep(0)  # 让出一次

    async def main() -> float:
        start = time.perf_counter()
        await asyncio.gather(idle(), idle())
        return time.perf_counter() - start

    return asyncio.run(main())


def by_threads() -> float:
    # 两个线程互相放行，走一步换一次
    gates = [threading.Lock(), threading.Lock()]
    for gate in gates:
        gate.acquire()

    def idle(mine: int) -> None:
        for _ in range(SWITCHES // 2):
            gates[mine].acquire()
            gates[1 - mine].release()

    threads = [
        threading.Thread(target=idle, args=(mine,)) for mine in (0, 1)
    ]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    gates[0].release()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def cost(measure) -> float:
    """切换一次的微秒数：测三遍，取最小。"""
    return min(measure() for _ in range(3)) / SWITCHES * 1e6


generator = cost(by_generators)
task = cost(by_tasks)
thread = cost(by_threads)
print(f"生成器切换一次 {generator:.3f} 微秒")
print(f"asyncio 任务切换一次 {task:.2f} 微秒")
print(f"线程切换一次 {thread:.2f} 微秒")
print(f"任务是生成器的 {task / generator:.0f} 倍")
print(f"线程是生成器的 {thread / generator:.0f} 倍")
