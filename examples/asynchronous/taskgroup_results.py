import asyncio


async def price(name: str, rounds: int) -> int:
    for _ in range(rounds):
        await asyncio.sleep(0)
    print(f"{name}: 问到了")
    return len(name) * 10


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        apple = group.create_task(price("苹果", 3))
        plum = group.create_task(price("李", 1))
        print("main: 两个都排进队了")
    # 走到这里，组里的任务都走完了
    print("main:", apple.result(), plum.result())


asyncio.run(main())
