import asyncio


async def wait_forever(name: str) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        print(f"{name}: 被取消")


async def fail() -> None:
    raise ValueError("价格不对")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for name in "ABC":
                print(f"{name}: 加进组里")
                group.create_task(wait_forever(name))
            group.create_task(fail())
    except* ValueError:
        print("main: 任务都结束了")


asyncio.run(main())
