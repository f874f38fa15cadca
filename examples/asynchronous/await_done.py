import asyncio


async def answer() -> int:
    print("answer: 只走这一次")
    return 42


async def other() -> None:
    print("other: 轮到我了")


async def main() -> None:
    task = asyncio.create_task(answer())
    print("main: 第一次", await task)  # 还没走完，在这里停下
    waiting = asyncio.create_task(other())
    print("main: 第二次", await task)  # 走完了，不停
    await waiting


asyncio.run(main())
