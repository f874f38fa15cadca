import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager


@asynccontextmanager
async def connection(name: str) -> AsyncIterator[str]:
    if name == "丙":
        raise ConnectionError(f"{name}连不上")
    print("打开", name)
    try:
        yield name
    finally:
        await asyncio.sleep(0)  # 关的时候也可以等
        print("关上", name)


async def main() -> None:
    try:
        async with AsyncExitStack() as stack:
            for name in ["甲", "乙", "丙", "丁"]:
                await stack.enter_async_context(connection(name))
            print("都打开了")
    except ConnectionError as error:
        print("main:", error)


asyncio.run(main())
