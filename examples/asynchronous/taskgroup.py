import asyncio


async def wait_forever() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        print("wait_forever: 被取消，收尾")


async def fail(error: Exception) -> None:
    raise error


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait_forever())
            group.create_task(fail(ValueError("价格不对")))
            group.create_task(fail(OSError("网络断了")))
        print("不会走到这里")
    except* ValueError as errors:
        print("ValueError:", errors.exceptions)
    except* OSError as errors:
        print("OSError:", errors.exceptions)
    print("main: 任务都结束了")


asyncio.run(main())
