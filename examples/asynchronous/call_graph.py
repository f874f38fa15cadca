# /// script
# requires-python = ">=3.14"
# ///
import asyncio
import sys

if sys.version_info < (3, 14):
    sys.exit("这个程序需要 Python 3.14 或更新的版本")


async def read(soup: asyncio.Future) -> None:
    await soup


async def serve(soup: asyncio.Future) -> None:
    await read(soup)


async def main() -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(
        serve(loop.create_future()), name="serve"
    )
    loop.call_later(0.1, asyncio.print_call_graph, task)
    loop.call_later(0.1, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        print("main: 看过了，不等了")


asyncio.run(main())
