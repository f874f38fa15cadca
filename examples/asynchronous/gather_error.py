import asyncio


async def bad() -> None:
    raise ValueError("价格不对")


async def good(go: asyncio.Event) -> str:
    await go.wait()
    return "没有人取消我，我做完了"


async def main() -> None:
    go = asyncio.Event()
    task = asyncio.create_task(good(go))
    try:
        await asyncio.gather(bad(), task)
    except ValueError as error:
        print("gather 抛出:", error)
    print("这时 good 结束了吗:", task.done())
    go.set()
    print("good:", await task)


asyncio.run(main())
