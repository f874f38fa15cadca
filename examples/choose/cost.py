import asyncio
import os
import platform
import threading
import time
from concurrent import futures
from functools import partial

JOBS = 500
ROUNDS = 5  # 每种量几次，取最小的


def job(_=None):
    pass


# 各量两样：启动加上结束，做 JOBS 件什么也不做的事。都是秒
def by_tasks():
    async def job():
        pass

    async def main():
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(JOBS):
                group.create_task(job())
        return time.perf_counter() - start

    start = time.perf_counter()
    jobs = asyncio.run(main())
    return time.perf_counter() - start - jobs, jobs


def by_pool(pool):
    start = time.perf_counter()
    with pool(1) as executor:  # 有第二个，它就在量的时候启动
        # 池到第一件才启动；第一件做完，才开始量 JOBS 件
        executor.submit(job).result()
        started = time.perf_counter()
        list(executor.map(job, range(JOBS)))
        jobs = time.perf_counter() - started
    return time.perf_counter() - start - jobs, jobs


def by_threads():
    start = time.perf_counter()
    for _ in range(JOBS):
        thread = threading.Thread(target=job)
        thread.start()
        thread.join()
    return 0, time.perf_counter() - start


def least(rounds):
    start, jobs = map(min, zip(*rounds))
    return start * 1e3, jobs / JOBS * 1e6


if __name__ == "__main__":
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    ways = {
        "任务": by_tasks,
        "新的线程": by_threads,
        "线程池": partial(by_pool, futures.ThreadPoolExecutor),
        "进程池": partial(by_pool, futures.ProcessPoolExecutor),
    }
    if hasattr(futures, "InterpreterPoolExecutor"):  # 3.14 起
        pool = futures.InterpreterPoolExecutor
        ways["子解释器池"] = partial(by_pool, pool)
    # 轮流量：机器忙一阵，不会全赶在一种上
    rounds = [[way() for way in ways.values()] for _ in range(ROUNDS)]
    found = dict(zip(ways, map(least, zip(*rounds))))
    print("            启动和结束（毫秒）  每件（微秒）")
    start, task = found["任务"]
    print(f"任务        {start:.2f}  {task:.1f}")
    print(f"新的线程    算在每件里  {found['新的线程'][1]:.1f}")
    light, pooled = found["线程池"]
    print(f"线程池      {light:.2f}  {pooled:.1f}")
    if "子解释器池" in found:
        start, sub = found["子解释器池"]
        print(f"子解释器池  {start:.2f}  {sub:.1f}")
    heavy, process = found["进程池"]
    print(f"进程池      {heavy:.2f}  {process:.1f}")
    print(f"启动和结束，进程池是线程池的 {heavy / light:.1f} 倍")
    print(f"每件，线程池是任务的 {pooled / task:.1f} 倍")
    print(f"每件，进程池是线程池的 {process / pooled:.1f} 倍")

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
