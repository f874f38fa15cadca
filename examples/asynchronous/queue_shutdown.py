# /// script
# requires-python = ">=3.13"
# ///
import asyncio
import sys

if sys.version_info < (3, 13):
    sys.exit("这个程序需要 Python 3.13 或更新的版本")


async def work(name: str, queue: asyncio.Queue[str]) -> None:
    try:
        while True:
            print(f"{name}: 做 {await queue.get()}")
            await asyncio.sleep(0)
    except asyncio.QueueShutDown:
        print(f"{name}: 收工")


async def main() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for name in "甲", "乙":
            group.create_task(work(name, queue))
        for item in "一", "二", "三":
            await queue.put(item)
        queue.shutdown()  # 不再放；取完了，人人都知道
    print("main: 都收工了")


asyncio.run(main())
