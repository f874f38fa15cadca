import asyncio
import multiprocessing
import platform
import sys
import threading
from pathlib import Path

try:
    from concurrent import interpreters
except ImportError:  # 3.14 才有
    interpreters = None


# PSS，单位 KiB：和别的进程共用的内存，大家平分，只算自己的一份
def pss(pid="self"):
    for line in (
        Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    ):
        if line.startswith("Pss:"):
            return int(line.split()[1])


# 下面各函数让 count 个一起等着，返回平均每个占多少 KiB
def by_tasks(count):
    async def main():
        go = asyncio.Event()
        before = pss()
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(go.wait())
            await asyncio.sleep(0)  # 都在等了
            used = pss() - before
            go.set()
        return used / count

    return asyncio.run(main())


def wait(ready, go):
    ready.wait()
    go.wait()


def by_threads(count):
    ready, go = threading.Barrier(count + 1), threading.Event()
    before = pss()
    threads = [
        threading.Thread(target=wait, args=(ready, go))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    ready.wait()  # 都在等了
    used = pss() - before
    go.set()
    for thread in threads:
        thread.join()
    return used / count


def by_interpreters(count):
    before = pss()
    empty = [interpreters.create() for _ in range(count)]
    used = pss() - before
    for interpreter in empty:
        interpreter.close()
    return used / count


def by_processes(count):
    ready = multiprocessing.Barrier(count + 1)
    go = multiprocessing.Event()
    before = pss()
    processes = [
        multiprocessing.Process(target=wait, args=(ready, go))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    ready.wait()  # 都在等了
    used = pss() - before + sum(pss(p.pid) for p in processes)
    go.set()
    for process in processes:
        process.join()
    return used / count


if __name__ == "__main__":
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("这个程序读 /proc/self/smaps_rollup，只有 Linux 有")
    print(f"Python {platform.python_version()}，{platform.system()}")
    task, thread = by_tasks(10_000), by_threads(1_000)
    print(f"10000 个任务，每个 {task:.1f} KiB")
    print(f"1000 个线程，每个 {thread:.1f} KiB")
    if interpreters:
        print(f"10 个子解释器，每个 {by_interpreters(10):.0f} KiB")
    process = by_processes(10)
    print(f"10 个进程，每个 {process:.0f} KiB")
    print(f"线程是任务的 {thread / task:.0f} 倍")
    print(f"进程是线程的 {process / thread:.0f} 倍")

# /// script
# [tool.witness]
# alone = true
# timeout = 30
# ///
