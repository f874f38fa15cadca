import asyncio
import time


async def other() -> None:
    print("另一个任务：轮到我了")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        print("等待开始")
        time.sleep(0.1)  # 没有 await：事件循环停在这一行
        print("等待结束")


asyncio.run(main())
