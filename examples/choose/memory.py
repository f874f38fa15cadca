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


# 单位 KiB。Pss：和别的进程共用的内存，大家平分；Rss：都算自己的
def used(pid="self", what="Pss"):
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    for line in rollup.splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1])


# 下面各函数让 count 个一起等着，返回平均每个占多少 KiB
def by_tasks(count):
    async def main():
        go = asyncio.Event()
        before = used()
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(go.wait())
            await asyncio.sleep(0)  # 都在等了
            more = used() - before
            go.set()
        return more / count

    return asyncio.run(main())


def wait(ready, go):
    ready.wait()
    go.wait()


def by_threads(count):
    ready, go = threading.Barrier(count + 1), threading.Event()
    before = used()
    threads = [
        threading.Thread(target=wait, args=(ready, go))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    ready.wait()  # 都在等了
    more = used() - before
    go.set()
    for thread in threads:
        thread.join()
    return more / count


def by_interpreters(count):
    before = used()
    empty = [interpreters.create() for _ in range(count)]
    more = used() - before
    for interpreter in empty:
        interpreter.close()
    return more / count


def by_processes(count):
    ready = multiprocessing.Barrier(count + 1)
    go = multiprocessing.Event()
    before = used()
    processes = [
        multiprocessing.Process(target=wait, args=(ready, go))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    ready.wait()  # 都在等了
    more = used() - before + sum(used(p.pid) for p in processes)
    rss = sum(used(p.pid, "Rss") for p in processes)
    go.set()
    for process in processes:
        process.join()
    return more / count, rss / count


if __name__ == "__main__":
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("这个程序读 /proc/self/smaps_rollup，只有 Linux 有")
    print(f"Python {platform.python_version()}，{platform.system()}")
    task, thread = by_tasks(10_000), by_threads(1_000)
    print(f"10000 个任务，每个 {task:.1f} KiB")
    print(f"1000 个线程，每个 {thread:.1f} KiB")
    if interpreters:
        print(f"10 个子解释器，每个 {by_interpreters(10):.0f} KiB")
    process, rss = by_processes(10)
    print(f"10 个进程，每个 {process:.0f} KiB")
    print(f"线程是任务的 {thread / task:.0f} 倍")
    print(f"进程是线程的 {process / thread:.0f} 倍")
    print(
        f"进程按 RSS 算，每个 {rss:.0f} KiB，是 {rss / process:.1f} 倍"
    )

# /// script
# [tool.witness]
# needs = ["proc"]
# alone = true
# timeout = 30
# ///
