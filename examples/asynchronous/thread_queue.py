import asyncio


def read(
    queue: asyncio.Queue[str | None], loop: asyncio.AbstractEventLoop
) -> None:
    """在线程里；换成读文件、读串口、收消息，都是这个样子。"""
    for line in "soup", "rice", "tea", None:
        # 队列满了，线程就停在 result 上
        asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()


async def main() -> None:
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(read, queue, loop))
        while (line := await queue.get()) is not None:
            print("收到", line)
    print("线程也结束了")


asyncio.run(main())
