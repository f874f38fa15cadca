import asyncio
import time


async def compute() -> int:
    end = time.monotonic() + 60  # 要算一分钟
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        if rounds % 1000 == 0:
            await asyncio.sleep(0)  # 隔一会儿让出一次
    return rounds


async def main() -> None:
    try:
        async with asyncio.timeout(0.1):
            await compute()
            print("main: 算完了")
    except TimeoutError:
        print("main: 超时")


asyncio.run(main())
