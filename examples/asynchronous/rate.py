import asyncio


class Rate:
    """一个一个放行，至少隔 interval 秒，先来的先走。"""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.next = 0.0
        self.lock = asyncio.Lock()

    async def wait(self) -> None:
        loop = asyncio.get_running_loop()
        async with self.lock:  # 先来的先获取
            await asyncio.sleep(self.next - loop.time())
            self.next = loop.time() + self.interval


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
