import asyncio
import time


def compute() -> int:
    end = time.monotonic() + 0.2  # 算 0.2 秒，当中没有 await
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
    return rounds


async def main() -> None:
    async with asyncio.timeout(0.1) as limit:
        compute()
        print("main: 算完了，没有人打断")
    print("main: 没有 TimeoutError，算过了时限吗", limit.expired())


asyncio.run(main())
