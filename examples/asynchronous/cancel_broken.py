import asyncio


async def work(started: asyncio.Event) -> None:
    started.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("work: 收到取消，装作没看见")
    print("work: 继续干活")


async def main() -> None:
    started = asyncio.Event()
    task = asyncio.create_task(work(started))
    await started.wait()
    print("main: 请求取消")
    task.cancel()
    await task
    print("main: 取消了", task.cancelled())


asyncio.run(main())
