import asyncio


async def other() -> None:
    for n in 1, 2, 3:
        print("other:", n)
        await asyncio.sleep(0)


async def main() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for item in "甲乙丙":
        queue.put_nowait(item)
    waiting = asyncio.create_task(other())
    while not queue.empty():
        print("main:", await queue.get())  # 队列里有，就不停
    await waiting


asyncio.run(main())
