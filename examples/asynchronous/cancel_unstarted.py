import asyncio


async def work() -> None:
    try:
        print("work: 开始")
    finally:
        print("work: 收尾")


async def main() -> None:
    task = asyncio.create_task(work())
    task.cancel()  # 任务还没有走第一步
    try:
        await task
    except asyncio.CancelledError:
        print("main: 取消了", task.cancelled())


asyncio.run(main())
