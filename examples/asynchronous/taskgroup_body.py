import asyncio


async def fail() -> None:
    raise ValueError("价格不对")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                print("main: 块里的代码也被取消")
                raise
    except* ValueError as errors:
        print("main: 到了块外是", errors.exceptions)


asyncio.run(main())
