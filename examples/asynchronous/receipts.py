import asyncio
import random


async def checkout(name: str) -> None:
    await asyncio.sleep(random.random() / 50)  # 谁先来，碰运气
    print(f"{name}: soup")
    print(f"{name}: tea")
    await asyncio.sleep(random.random() / 50)  # 付钱
    print(f"{name}: paid")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name in "Ann", "Bob":
            group.create_task(checkout(name), name=name)


asyncio.run(main())
