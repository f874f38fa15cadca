import asyncio

closing = asyncio.Event()


async def child() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        print("child: 收尾")
        closing.set()
        await asyncio.sleep(0)


async def parent() -> None:
    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])  # child 的 CancelledError 不在这里抛出
    print("parent: 接着走")


async def main() -> None:
    task = asyncio.create_task(parent())
    await closing.wait()
    print("main: 取消 parent")
    task.cancel()
    await asyncio.wait([task])
    print("main: parent 取消了", task.cancelled())


asyncio.run(main())
