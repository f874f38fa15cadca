import asyncio


async def move(
    name: str, first: asyncio.Lock, second: asyncio.Lock
) -> None:
    async with first:
        print(f"{name}: 持有第一把锁")
        await asyncio.sleep(0)
        async with second:
            print(f"{name}: 持有两把锁")


async def main() -> None:
    a, b = asyncio.Lock(), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(move("甲", a, b))
        group.create_task(move("乙", a, b))  # 次序人人相同


asyncio.run(main())
