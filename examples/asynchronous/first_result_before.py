import asyncio


class Found(Exception):
    """不是错：用它结束整个组。"""


async def ask(name: str, rounds: int) -> None:
    try:
        for _ in range(rounds):
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        print(f"{name}: 不用问了")
        raise
    print(f"{name}: 有了")
    raise Found(name)


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(ask("慢", 9))
            group.create_task(ask("快", 2))
    except* Found as found:
        print("main: 得到", found.exceptions[0])


asyncio.run(main())
