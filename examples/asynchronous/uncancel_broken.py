import asyncio


async def fail() -> None:
    raise ValueError("价格不对")


async def work() -> None:
    task = asyncio.current_task()
    assert task is not None
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("work: 这次不走，还有请求", task.cancelling())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    except* ValueError:
        print("work: 组里出错，处理好了")
    await asyncio.sleep(0)
    print("work: 走完")


async def main() -> None:
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    print("main: 取消了", task.cancelled())


asyncio.run(main())
