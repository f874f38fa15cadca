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


# 返回用掉的 CPU 时间
def by_tasks(count):
    async def main():
        await asyncio.gather(*(job_async() for _ in range(count)))

    start = time.process_time()
    asyncio.run(main())
    return time.process_time() - start


# 每个进程一个事件循环，各做一半
def by_loops(count):
    shares = [count // 2, count - count // 2]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return sum(pool.map(by_tasks, shares))


def measure(way, count):
    times = []
    for _ in range(1 if count > 100 else 3):
        start = time.perf_counter()
        cpu = way(count)
        times.append(time.perf_counter() - start)
    return min(times), cpu


if __name__ == "__main__":
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    print("  件  一个一个  线程池   异步  两个进程，各异步  （秒）")
    for count in (1, 10, 100, 1_000):
        one = "没有量"
        if count <= 10:
            one = f"{measure(one_by_one, count)[0]:.3f} "
        threads, _ = measure(by_threads, count)
        tasks, tasks_cpu = measure(by_tasks, count)
        loops, loops_cpu = measure(by_loops, count)
        print(f"{count:4}  {one}    {threads:.3f}", end="")
        print(f"  {tasks:.3f}  {loops:.3f}")
    tasks_cores, loops_cores = tasks_cpu / tasks, loops_cpu / loops
    print(f"1000 件，用了几个核心：异步 {tasks_cores:.2f}，", end="")
    print(f"两个进程 {loops_cores:.2f}")

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
