import asyncio
import time

EVERY = 0.05  # 想每隔 0.05 秒做一次
TIMES = 10


async def work() -> None:
    await asyncio.sleep(0.02)  # 做一次要 0.02 秒


async def drifting() -> None:
    for _ in range(TIMES):
        await work()
        await asyncio.sleep(EVERY)  # 做事的时间没有扣掉


async def steady() -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    for _ in range(TIMES):
        await work()
        due += EVERY
        await asyncio.sleep(due - loop.time())  # 睡到下一个时刻


async def main() -> None:
    for way in drifting, steady:
        start = time.perf_counter()
        await way()
        print(f"{way.__name__}: {time.perf_counter() - start:.3f} 秒")


asyncio.run(main())
