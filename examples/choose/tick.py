import asyncio
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor

EVERY = 0.01  # 每 10 毫秒该响一次
TICKS = 100
PAUSE = 0.05  # 旁边算完一件，歇 50 毫秒再算


def burn():
    x = 0
    for _ in range(3_000_000):  # 算几十毫秒
        x ^= 1


# 每次响迟了几毫秒，从该响的时刻算：前一次拖住的，后一次也算迟
async def ticks(computing):
    late, during = [], 0
    start = time.perf_counter()
    for i in range(1, TICKS + 1):
        due = start + i * EVERY
        await asyncio.sleep(due - time.perf_counter())
        late.append((time.perf_counter() - due) * 1000)
        during += computing.is_set()
    return sorted(late), during


async def nowhere(pool):
    pass


async def in_loop(pool):
    burn()


async def in_thread(pool):
    await asyncio.to_thread(burn)


async def in_process(pool):
    await asyncio.get_running_loop().run_in_executor(pool, burn)


async def again_and_again(work, pool, computing):
    while True:
        computing.set()
        await work(pool)
        computing.clear()
        await asyncio.sleep(PAUSE)


async def main():
    with ProcessPoolExecutor(1) as pool:
        await in_process(pool)  # 进程先启动好，不算在里面
        for name, work in (
            ("不算    ", nowhere),
            ("事件循环", in_loop),
            ("另一线程", in_thread),
            ("另一进程", in_process),
        ):
            computing = asyncio.Event()
            other = asyncio.create_task(
                again_and_again(work, pool, computing)
            )
            late, during = await ticks(computing)
            other.cancel()
            await asyncio.wait([other])
            p50, p90, p99 = (
                late[TICKS * p // 100 - 1] for p in (50, 90, 99)
            )
            print(f"{name}  {p50:.2f}  {p90:.2f}  {p99:.2f}  {during}")


if __name__ == "__main__":
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    print("在哪里算  迟了几毫秒：p50、p90、p99；算着时响的次数")
    asyncio.run(main())

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
