import asyncio

longest = 0


async def produce(queue: asyncio.Queue[int]) -> None:
    global longest
    for n in range(1000):
        await queue.put(n)  # 没有上限，从来不停
        longest = max(longest, queue.qsize())


async def consume(queue: asyncio.Queue[int]) -> None:
    for _ in range(1000):
        await queue.get()
        await asyncio.sleep(0)


async def main() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queue))
        group.create_task(consume(queue))
    print("队列里最多积压:", longest)


asyncio.run(main())
