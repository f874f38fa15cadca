import asyncio
import threading

lock = threading.Lock()  # 用错了：这是线程的锁


async def update(name: str) -> None:
    # 不写时限，程序就永远停在这里
    if not lock.acquire(timeout=0.2):
        print(f"{name}: 等不到锁")
        return
    print(f"{name}: 获取了锁")
    await asyncio.sleep(0)  # 持有锁的时候让出
    lock.release()
    print(f"{name}: 释放了锁")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(update("A"))
        group.create_task(update("B"))


asyncio.run(main())
