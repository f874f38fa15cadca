import asyncio


async def save() -> None:
    raise OSError("磁盘满了")


async def main() -> None:
    task = asyncio.create_task(save())
    await asyncio.sleep(0)
    try:
        await task  # 异常在这里抛出
    except OSError as error:
        print("main: 没有存上:", error)


asyncio.run(main())
