# /// script
# requires-python = ">=3.15"
# ///
import asyncio
import os
import sys

if sys.version_info < (3, 15) or sys.platform != "linux":
    sys.exit("这个程序要 Linux 和 Python 3.15 的工具来看")


def parse(page: str) -> None:
    print("进程号", os.getpid())
    while True:
        pass  # 写错了，走不出去


async def handle(page: str) -> None:
    await asyncio.sleep(0)
    parse(page)


async def main() -> None:
    task = asyncio.create_task(handle("/7"), name="handle")
    await task


asyncio.run(main())
