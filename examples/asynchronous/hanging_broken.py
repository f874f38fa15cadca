# /// script
# requires-python = ">=3.14"
# ///
import asyncio
import os
import sys

if sys.version_info < (3, 14) or sys.platform != "linux":
    sys.exit("这个程序要 Linux 和 Python 3.14 起的工具来看")


async def cook(order: asyncio.Future, soup: asyncio.Future) -> None:
    await order
    soup.set_result("汤")


async def serve(order: asyncio.Future, soup: asyncio.Future) -> None:
    await soup  # 汤还没有点，就等着端
    order.set_result("一份汤")


async def main() -> None:
    loop = asyncio.get_running_loop()
    order, soup = loop.create_future(), loop.create_future()
    cooking = asyncio.create_task(cook(order, soup), name="cook")
    serving = asyncio.create_task(serve(order, soup), name="serve")
    await asyncio.sleep(0)
    print("进程号", os.getpid())
    await cooking
    await serving


asyncio.run(main())
