import asyncio
import threading
import tracemalloc

WAITING = 200


def per_one(before: int) -> float:
    """比 before 多出来的内存，平均每一个多少 KiB。"""
    now, _ = tracemalloc.get_traced_memory()
    return (now - before) / WAITING / 1024


async def by_tasks() -> float:
    async def wait() -> None:
        await go.wait()

    go = asyncio.Event()
    before, _ = tracemalloc.get_traced_memory()
    async with asyncio.TaskGroup() as group:
        for _ in range(WAITING):
            group.create_task(wait())
        await asyncio.sleep(0)  # 都停在 await 上了
        memory = per_one(before)
        go.set()
    return memory


def by_threads() -> float:
    def wait() -> None:
        all_run.wait()
        go.wait()

    all_run = threading.Barrier(WAITING + 1)
    go = threading.Event()
    before, _ = tracemalloc.get_traced_memory()
    threads = [threading.Thread(target=wait) for _ in range(WAITING)]
    for thread in threads:
        thread.start()
    all_run.wait()  # 都在运行了
    memory = per_one(before)
    go.set()
    for thread in threads:
        thread.join()
    return memory


tracemalloc.start()
task = asyncio.run(by_tasks())
thread = by_threads()
print(f"等着的任务，每个 {task:.1f} KiB")
print(f"等着的线程，每个 {thread:.1f} KiB，系统给的栈还不算")
print(f"线程是任务的 {thread / task:.1f} 倍")
