import asyncio


async def work() -> None:
    try:
        print("work: 等着")
        await asyncio.Event().wait()
    finally:
        print("work: 收尾")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(work())
    except asyncio.CancelledError:
        print("main: 收到的是取消")
        raise


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("asyncio.run 抛出 KeyboardInterrupt")
