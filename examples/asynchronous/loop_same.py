import asyncio
from types import ModuleType

import tiny_loop


async def visit(loop: ModuleType, name: str, seconds: float) -> str:
    print(f"  {name}: 出发")
    await loop.sleep(seconds)
    print(f"  {name}: 回来")
    return name


async def forever(loop: ModuleType) -> None:
    try:
        await loop.sleep(3600)
    except loop.CancelledError:
        print("  forever: 收到取消，收尾")
        raise


async def main(loop: ModuleType) -> None:
    slow = loop.create_task(visit(loop, "慢", 0.3))
    fast = loop.create_task(visit(loop, "快", 0.1))
    await visit(loop, "自己走", 0)
    print("  结果:", await slow, await fast)
    task = loop.create_task(forever(loop))
    await loop.sleep(0)
    task.cancel()
    try:
        await task
    except loop.CancelledError:
        print("  main: 取消了")


for loop in asyncio, tiny_loop:
    print(loop.__name__)
    loop.run(main(loop))
