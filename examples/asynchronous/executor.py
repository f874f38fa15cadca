import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

everyone = threading.Barrier(100)


def fetch(number: int, *, timeout: float) -> int:
    everyone.wait(timeout)  # 一百个到齐，才往下走
    return number


async def main(pool: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    # 只能按位置给参数；要按名字，用 partial 包起来
    calls = [partial(fetch, n, timeout=60) for n in range(100)]
    numbers = await asyncio.gather(
        *[loop.run_in_executor(pool, call) for call in calls]
    )
    print("池里的线程:", threading.active_count() - 1)  # 除去主线程
    print("结果按参数的次序:", numbers == list(range(100)))


# 线程池在事件循环之外打开，也在外面关上
with ThreadPoolExecutor(100) as pool:
    asyncio.run(main(pool))
