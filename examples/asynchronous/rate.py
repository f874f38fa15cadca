import asyncio


class Rate:
    """每隔 interval 秒放行一个，先来的先走。"""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.next = 0.0

    async def wait(self) -> None:
        loop = asyncio.get_running_loop()
        when = max(self.next, loop.time())
        self.next = when + self.interval  # 当中没有 await，不用锁
        await asyncio.sleep(when - loop.time())


async def fetch(n: int, rate: Rate, start: float) -> None:
    await rate.wait()
    passed = asyncio.get_running_loop().time() - start
    print(f"第 {n} 个，过了 {passed:.2f} 秒")


async def main() -> None:
    rate = Rate(0.05)
    start = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for n in range(4):
            group.create_task(fetch(n, rate, start))


asyncio.run(main())
