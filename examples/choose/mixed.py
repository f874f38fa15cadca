import asyncio
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

WAIT = 0.009  # 一件：等 9 毫秒，再算一小会儿
THREADS = 100
PROCESSES = 2


def burn():
    x = 0
    for _ in range(50_000):
        x ^= 1


def job(_):
    time.sleep(WAIT)
    burn()


async def job_async():
    await asyncio.sleep(WAIT)
    burn()


def one_by_one(count):
    for i in range(count):
        job(i)


def by_threads(count):
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(job, range(count)))


def by_tasks(count):
    async def main():
        await asyncio.gather(*(job_async() for _ in range(count)))

    asyncio.run(main())


# 每个进程一个事件循环，各做一半
def by_loops(count):
    shares = [count // 2, count - count // 2]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(by_tasks, shares))


def seconds(way, count):
    times = []
    for _ in range(1 if count > 100 else 3):
        start = time.perf_counter()
        way(count)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    print("  件  一个一个  线程池   异步  两个进程，各异步  （秒）")
    tasks = {}
    for count in (1, 10, 100, 1_000):
        one = "没有量"
        if count <= 10:
            one = f"{seconds(one_by_one, count):.3f} "
        threads = seconds(by_threads, count)
        tasks[count] = seconds(by_tasks, count)
        loops = seconds(by_loops, count)
        print(f"{count:4}  {one}    {threads:.3f}", end="")
        print(f"  {tasks[count]:.3f}  {loops:.3f}")
    for few, many in ((1, 10), (100, 1_000)):
        ratio = tasks[many] / tasks[few]
        print(f"异步，{many} 件的时间是 {few} 件的 {ratio:.1f} 倍")

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
