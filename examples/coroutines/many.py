import asyncio
import threading

waiting = 0


async def wait_for(go: asyncio.Event) -> None:
    global waiting
    waiting += 1
    await go.wait()
    waiting -= 1


async def main() -> None:
    go = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(10_000):
            group.create_task(wait_for(go))
        await asyncio.sleep(0)  # 每个任务都走到 await
        print("同时等着的任务:", waiting)
        print("线程:", threading.active_count())
        go.set()
    print("还等着的任务:", waiting)


asyncio.run(main())
