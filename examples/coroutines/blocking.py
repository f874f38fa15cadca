import asyncio
import time


async def other() -> None:
    print("另一个任务：轮到我了")


async def main() -> None:
    task = asyncio.create_task(other())
    print("等待开始")
    await asyncio.to_thread(time.sleep, 0.1)
    print("等待结束")
    await task


asyncio.run(main())
