import asyncio
from collections.abc import AsyncGenerator


async def rows() -> AsyncGenerator[int, None]:
    print("打开连接")
    try:
        for number in range(1, 10):
            yield number
    finally:
        await asyncio.sleep(0)
        print("关上连接")


async def main() -> None:
    async for row in rows():
        print("第", row, "行")
        if row == 2:
            break
    print("main: 查完了，做别的")
    for _ in range(5):
        await asyncio.sleep(0)
    print("main: 走完了")


asyncio.run(main())
