import asyncio


async def fetch(name: str, rounds: int) -> str:
    for _ in range(rounds):
        await asyncio.sleep(0)  # 让出几次，才有结果
    print(f"{name}: 好了")
    return name


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch("慢", 6)),
        asyncio.create_task(fetch("快", 1)),
        asyncio.create_task(fetch("中", 3)),
    ]
    for earliest in asyncio.as_completed(tasks):
        print("main: 收到", await earliest)


asyncio.run(main())
