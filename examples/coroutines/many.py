import asyncio
import threading

waiting = 0


async def wait_for(go: asyncio.Event) -> int:
    global waiting
    waiting += 1
    await go.wait()
    return 1


async def main() -> None:
    go = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(wait_for(go)) for _ in range(10_000)]
        await asyncio.sleep(0)  # 每个任务都走到 await
        print("同时等着的任务:", waiting)
        print("线程:", threading.active_count())
        go.set()
    print("走完的任务:", sum(task.result() for task in tasks))


asyncio.run(main())
