# /// script
# requires-python = ">=3.14"
# ///
import asyncio
import os
import sys

if sys.version_info < (3, 14) or sys.platform != "linux":
    sys.exit("这个程序要 Linux 和 Python 3.14 起的工具来看")

tasks: dict[str, asyncio.Task] = {}


async def cook() -> None:
    await tasks["serve"]


async def serve() -> None:
    await tasks["cook"]


async def main() -> None:
    tasks["cook"] = asyncio.create_task(cook(), name="cook")
    tasks["serve"] = asyncio.create_task(serve(), name="serve")
    await asyncio.sleep(0)
    print("进程号", os.getpid())
    await tasks["cook"]


asyncio.run(main())
