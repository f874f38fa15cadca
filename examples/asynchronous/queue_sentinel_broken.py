import asyncio


async def work(name: str, queue: asyncio.Queue[str | None]) -> None:
    while (item := await queue.get()) is not None:
        print(f"{name}: 做 {item}")
        await asyncio.sleep(0)  # 做事的时候会让出
    print(f"{name}: 收工")


async def main() -> None:
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    tasks = [
        asyncio.create_task(work(name, queue)) for name in ("甲", "乙")
    ]
    for item in "一", "二", "三":
        await queue.put(item)
    await queue.put(None)  # 只够一个人看见
    # 一个收工以后，再给另一个 0.2 秒
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    done, pending = await asyncio.wait(tasks, timeout=0.2)
    print("main: 收工的", len(done), "还在等的", len(pending))


asyncio.run(main())
