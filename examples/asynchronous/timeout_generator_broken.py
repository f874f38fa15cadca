import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def numbers() -> AsyncGenerator[int, None]:
    async with asyncio.timeout(0.1):
        for n in range(3):
            yield n  # 停在这里的时候，时限还在走


async def main() -> None:
    async with aclosing(numbers()) as source:
        async for n in source:
            print("main: 得到", n)
            try:
                await asyncio.Event().wait()  # main 自己的事
            except asyncio.CancelledError:
                print("main: 没有人取消我，却收到了取消")
                raise


try:
    asyncio.run(main())
except asyncio.CancelledError:
    print("asyncio.run 抛出的也不是 TimeoutError")
