# /// script
# dependencies = ["anyio==4.16.0"]
# ///
import asyncio

import anyio


async def work() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        try:
            await asyncio.sleep(0)  # 收尾也要等一下
            print("收尾的 await 等到了")
        except asyncio.CancelledError:
            print("收尾的 await 又被取消")
            raise


async def main() -> None:
    print("asyncio: 取消任务")
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])

    print("anyio: 取消范围")
    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await asyncio.sleep(0)
        group.cancel_scope.cancel()


anyio.run(main)
