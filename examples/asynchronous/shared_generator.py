import asyncio
from collections.abc import AsyncIterator


async def numbers() -> AsyncIterator[int]:
    for number in range(1, 7):
        await asyncio.sleep(0)
        yield number


async def work(
    name: str, source: AsyncIterator[int], lock: asyncio.Lock
) -> None:
    while True:
        async with lock:  # 一次只有一个任务去取
            number = await anext(source, None)
        if number is None:
            break
        print(name, number)


async def main() -> None:
    source, lock = numbers(), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(work("A", source, lock))
        group.create_task(work("B", source, lock))


asyncio.run(main())
