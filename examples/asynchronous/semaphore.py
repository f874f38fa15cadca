import asyncio

running = peak = 0


async def fetch(limit: asyncio.Semaphore) -> None:
    global running, peak
    async with limit:
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.01)  # 当作等网络
        running -= 1


async def main() -> None:
    limit = asyncio.Semaphore(10)
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(fetch(limit))
    print("一共 100 个，同时在取的，最多", peak)


asyncio.run(main())
