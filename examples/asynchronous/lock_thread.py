import asyncio


async def update(name: str, lock: asyncio.Lock) -> None:
    async with lock:
        print(f"{name}: 获取了锁")
        await asyncio.sleep(0)
    print(f"{name}: 释放了锁")


async def main() -> None:
    lock = asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(update("A", lock))
        group.create_task(update("B", lock))


asyncio.run(main())
