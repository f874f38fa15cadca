import asyncio
from collections.abc import AsyncIterator


async def next_number(n: int) -> int:
    await asyncio.sleep(0)
    return n


async def numbers() -> AsyncIterator[int]:
    for n in range(3):
        async with asyncio.timeout(0.1):
            number = await next_number(n)
        yield number  # 出了 timeout 才交出去


async def main() -> None:
    async for n in numbers():
        print("main: 得到", n)
        await asyncio.sleep(0.2)  # 比时限长，也没有关系
    print("main: 走完")


asyncio.run(main())
