import asyncio


async def move(
    name: str, here: asyncio.Lock, there: asyncio.Lock
) -> None:
    async with here:
        print(f"{name}: 持有第一把锁")
        await asyncio.sleep(0)
        async with there:
            print(f"{name}: 持有两把锁")


async def main() -> None:
    a, b = asyncio.Lock(), asyncio.Lock()
    try:
        async with asyncio.timeout(0.2), asyncio.TaskGroup() as group:
            group.create_task(move("甲", a, b))
            group.create_task(move("乙", b, a))
    except TimeoutError:
        print("main: 谁也走不下去")


asyncio.run(main())
