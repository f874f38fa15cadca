import asyncio
import os
from multiprocessing import Process


async def job(name: str) -> None:
    for step in (1, 2):
        print(f"process {os.getpid()}: {name}{step}")
        await asyncio.sleep(0)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(job("A"))
        group.create_task(job("B"))


def run() -> None:
    asyncio.run(main())  # 每个进程有自己的事件循环


if __name__ == "__main__":
    processes = [Process(target=run) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("all done")
