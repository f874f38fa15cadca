import asyncio
import threading
import time


async def count(threads: set[int]) -> None:
    for _ in range(200):
        for _ in range(100_000):  # 纯计算
            pass
        threads.add(threading.get_ident())
        await asyncio.sleep(0)


async def main() -> None:
    threads: set[int] = set()
    wall, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(count(threads))
    cpu = time.process_time() - cpu
    wall = time.perf_counter() - wall
    print("任务: 4")
    print("线程:", len(threads))
    print(f"平均占用 {cpu / wall:.2f} 个核心")


asyncio.run(main())

# /// script
# [tool.witness]
# alone = true
# ///
