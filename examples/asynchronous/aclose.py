import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing


async def rows() -> AsyncGenerator[int, None]:
    print("打开连接")
    try:
        for number in range(1, 10):
            yield number
    finally:
        await asyncio.sleep(0)
        print("关上连接")


async def main() -> None:
    async with aclosing(rows()) as found:
        async for row in found:
            print("第", row, "行")
            if row == 2:
                break
    print("main: 查完了，做别的")
    for _ in range(5):
        await asyncio.sleep(0)
    print("main: 走完了")


asyncio.run(main())
