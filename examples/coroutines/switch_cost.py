import asyncio
import threading
import time
from collections.abc import Generator

SWITCHES = 200  # 每量一次，换这么多次
ROUNDS = 30  # 四种轮流量，各量这么多次，取最小


def by_calls() -> float:
    def idle() -> None:
        pass

    start = time.perf_counter()
    for _ in range(SWITCHES):
        idle()
    return time.perf_counter() - start


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


ways = (by_calls, by_generators, by_tasks, by_threads)
rounds = [[way() for way in ways] for _ in range(ROUNDS)]
call, generator, task, thread = (
    min(times) / SWITCHES * 1e6 for times in zip(*rounds)
)
print(f"函数调用一次 {call:.3f} 微秒")
print(f"生成器切换一次 {generator:.3f} 微秒")
print(f"asyncio 任务切换一次 {task:.2f} 微秒")
print(f"线程切换一次 {thread:.2f} 微秒")
print(f"生成器是函数调用的 {generator / call:.1f} 倍")
print(f"任务是生成器的 {task / generator:.0f} 倍")
print(f"线程是生成器的 {thread / generator:.0f} 倍")

# /// script
# [tool.witness]
# alone = true
# timeout = 30
# ///
