# /// script
# requires-python = ">=3.15"
# ///
import asyncio
import sys

if sys.version_info < (3, 15):
    sys.exit("这个程序需要 Python 3.15 或更新的版本")

found = []


async def ask(name: str, rounds: int, group: asyncio.TaskGroup) -> None:
    try:
        for _ in range(rounds):
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        print(f"{name}: 不用问了")
        raise
    print(f"{name}: 有了")
    found.append(name)  # 先记下，再取消整个组
    group.cancel()


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(ask("慢", 9, group))
        fast = group.create_task(ask("快", 2, group))
    print("main: 得到", *found)
    print("main: 快的那个也算被取消", fast.cancelled())


asyncio.run(main())
