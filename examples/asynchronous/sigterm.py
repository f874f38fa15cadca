import asyncio
import os
import signal
import sys


async def serve() -> None:
    try:
        print("serve: 开着")
        await asyncio.Event().wait()
    finally:
        print("serve: 收尾")


async def main() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def stopping() -> None:
        print("事件循环: 收到 SIGTERM")
        stop.set()

    loop.add_signal_handler(signal.SIGTERM, stopping)
    serving = asyncio.create_task(serve())
    await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGTERM)  # 当作 systemd 发来的
    await stop.wait()
    print("main: 取消 serve")
    serving.cancel()
    await asyncio.wait([serving])
    print("main: 停好了")


if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork，也用不了 add_signal_handler")
asyncio.run(main())

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
