import asyncio
import time


async def main() -> None:
    print("main: 先睡 0.1 秒")
    await time.sleep(0.1)
    print("main: 走不到这里")


asyncio.run(main())
