import asyncio
import os
import platform
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

WORKERS = 2  # 几个线程，或几个进程


# 一件：算一小会儿。返回自己的进程到此刻用掉的 CPU 时间
def burn(_):
    x = 0
    for _ in range(50_000):
        x ^= 1
    return os.getpid(), time.process_time()


def one_by_one(count):
    return [burn(i) for i in range(count)]


def by_threads(count):
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(burn, range(count)))


def by_tasks(count):
    async def main():
        async def job(i):
            return burn(i)

        return await asyncio.gather(*map(job, range(count)))

    return asyncio.run(main())


def by_processes(count):
    with ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(burn, range(count)))


# 每个进程从做完第一件到做完最后一件的 CPU 时间，加起来
def cpu(done):
    clocks = defaultdict(list)
    for pid, clock in done:
        clocks[pid].append(clock)
    return sum(max(clock) - min(clock) for clock in clocks.values())


if __name__ == "__main__":
    ways = (one_by_one, by_threads, by_tasks, by_processes)
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    print("  件  一个一个  线程池    异步    进程池  （秒）")
    for count in (1, 10, 100, 1_000):
        seconds, cores = [], []
        for way in ways:
            times = []
            for _ in range(3 if count < 100 else 1):
                start = time.perf_counter()
                done = way(count)
                times.append(time.perf_counter() - start)
            seconds.append(min(times))
            cores.append(cpu(done) / seconds[-1])
        one, threads, tasks, processes = seconds
        print(f"{count:4}  {one:.4f}    ", end="")
        print(f"{threads:.4f}  {tasks:.4f}  {processes:.4f}")
    one, threads, tasks, processes = cores
    print(f"用了几个核心：一个一个 {one:.2f}，线程池 {threads:.2f}，")
    print(f"    异步 {tasks:.2f}，进程池 {processes:.2f}")

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
