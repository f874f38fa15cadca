import asyncio


async def play(
    letter: str, mine: asyncio.Semaphore, following: asyncio.Semaphore
) -> None:
    for _ in range(2):
        await mine.acquire()  # 等轮到自己
        print(letter)
        following.release()  # 轮到下一个


async def main() -> None:
    a = asyncio.Semaphore(1)  # 从 A 开始
    b, c = asyncio.Semaphore(0), asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        group.create_task(play("C", c, a), name="C")
        group.create_task(play("B", b, c), name="B")
        group.create_task(play("A", a, b), name="A")


asyncio.run(main())
