import asyncio


async def work(name: str, queue: asyncio.Queue[str | None]) -> None:
    while (item := await queue.get()) is not None:
        print(f"{name}: 做 {item}")
        await asyncio.sleep(0)  # 做事的时候会让出
    print(f"{name}: 收工")


async def main() -> None:
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    names = ["甲", "乙"]
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(work(name, queue))
        for item in "一", "二", "三":
            await queue.put(item)
        for _ in names:
            await queue.put(None)  # 一人一个
    print("main: 都收工了")


asyncio.run(main())
