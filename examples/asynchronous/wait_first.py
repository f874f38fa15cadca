import asyncio


async def fetch(name: str, rounds: int) -> str:
    for _ in range(rounds):
        await asyncio.sleep(0)
    return name


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch("慢", 9)),
        asyncio.create_task(fetch("快", 1)),
        asyncio.create_task(fetch("中", 5)),
    ]
    done, pending = await asyncio.wait(
        tasks, return_when=asyncio.FIRST_COMPLETED
    )
    print("走完的:", *(task.result() for task in done))
    print("没走完的，还有几个:", len(pending))
    for task in pending:
        task.cancel()  # wait 不替你取消
    await asyncio.wait(pending)
    # done 和 pending 是集合，要次序就回到自己的列表
    print("被取消的:", [task.cancelled() for task in tasks])


asyncio.run(main())
