import asyncio
from collections.abc import AsyncIterator


async def ticker(name: str, stop: int) -> AsyncIterator[str]:
    for number in range(1, stop + 1):
        await asyncio.sleep(0)
        yield f"{name}{number}"


async def show(name: str) -> None:
    async for tick in ticker(name, 3):
        print(tick)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(show("A"))
        group.create_task(show("B"))


asyncio.run(main())
