import asyncio
from collections.abc import AsyncIterator


async def numbers() -> AsyncIterator[int]:
    for number in range(1, 7):
        await asyncio.sleep(0)
        yield number


async def work(name: str, source: AsyncIterator[int]) -> None:
    async for number in source:
        print(name, number)


async def main() -> None:
    source = numbers()
    results = await asyncio.gather(
        work("A", source), work("B", source), return_exceptions=True
    )
    print(results)


asyncio.run(main())
