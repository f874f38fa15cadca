import asyncio


async def wait_first(queue: asyncio.Queue[str]) -> None:
    print("先来的: 等")
    print("先来的: 得到", await queue.get())


async def main() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(wait_first(queue))
        await asyncio.sleep(0)  # 它已经等着了
        await queue.put("一")  # 叫醒它，可是还没有轮到它走
        print("后来的: 得到", await queue.get())
        await queue.put("二")


asyncio.run(main())
